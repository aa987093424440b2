#pragma once
/// \file
/// How a function begins and ends: where its parameters arrive, its frame, and what was put off to its end.

#include <wasmer/backend/singlepass/control.hpp>

namespace wasmer::singlepass {

/// Clears the homes of the locals from `first` on, `count` of them, two words at a time.
inline void clear_homes(Emitter& e, std::uint32_t first, std::uint32_t count) {
  constexpr std::uint32_t unrolled = 32;
  if (count == 0) return;
  e.values.home_for_store(first + count - 1);
  const auto home = [](std::uint32_t word) { return singlepass::home(word, narrow_home); };
  first *= e.values.home_size() / narrow_home, count *= e.values.home_size() / narrow_home;
  e.masm.zero(float_scratch);
  if (count % 2 != 0) e.masm.mov(FloatWidth::f64, home(first++), float_scratch), --count;
  if (count <= unrolled) {
    for (; count != 0; count -= 2, first += 2) e.masm.store16(home(first + 1), float_scratch);
    return;
  }
  // Homes go down from the first: the last one is the lowest address.
  e.masm.lea(Width::w64, scratch, home(first + count - 1));
  e.masm.mov(memory_register, count / 2);
  Label again;
  e.masm.bind(again);
  e.masm.store16({scratch, 0}, float_scratch);
  e.masm.alu(Alu::add, Width::w64, scratch, 16);
  e.masm.alu(Alu::sub, Width::w64, memory_register, 1);
  e.masm.jcc(Condition::ne, again);
}

/// The parameters arrive, the declared locals become zero, and the function's own block is opened.
inline void emit_arrival(Emitter& e, const FunctionType& type, std::span<const ValueType> locals) {
  Values& values = e.values;
  const bool has_rest = type.results().size() > 1;
  unsigned integers = has_rest ? 1 : 0, floats = 0;
  std::int32_t below = 0;
  const auto params = static_cast<std::uint32_t>(type.params().size());
  if (has_rest) e.masm.mov(Width::w64, values.home_for_store(values.rest_slot()), integer_arguments[0]);
  for (std::uint32_t i = 0; i < params; ++i) {
    const bool in_float = is_in_vector(Values::kind_of(locals[i]));
    if (in_float ? floats == float_argument_count : integers == std::size(integer_arguments)) {
      below -= static_cast<std::int32_t>(8 * words_of(Values::kind_of(locals[i])));
      if (locals[i].is_vector()) {
        copy_vector(e, values.home_for_store(i), {context_register, below});
        continue;
      }
      e.masm.mov(Width::w64, scratch, Mem{context_register, below});
      e.masm.mov(Width::w64, values.home_for_store(i), scratch);
    } else {
      values.arrive(i, in_float ? Reg(static_cast<Xmm>(floats++)) : Reg(integer_arguments[integers++]));
    }
  }
  std::uint32_t local = params;
  while (local < locals.size() && values.start_as_zero(local)) ++local;
  clear_homes(e, local, static_cast<std::uint32_t>(locals.size()) - local);

  ControlFrame& frame = push_frame(e, Op::block, {{}, type.results()});
  frame.is_function = true;
}

/// A frame of this many bytes or less may reach below the stack limit, which leaves more room than that.
inline constexpr std::uint32_t small_frame = 1024;

/// What a function needs of the stack, known when its body has been emitted.
struct FramePlan {
  RegSet saved;         ///< callee-saved registers
  bool saves_context;
  bool is_needed;       ///< a function that needs nothing of this has no frame at all
  bool checks_stack;
  std::uint32_t bytes;  ///< below rbp

  explicit FramePlan(const Emitter& e)
      : saved(e.values.used_callee_saved()), saves_context(e.saves_context || e.makes_calls) {
    const std::uint32_t homes = e.values.homes_used();
    std::uint32_t used = saves_context ? 8 : 0;
    saved.for_each([&](Reg reg) { used = static_cast<std::uint32_t>(-saved_register(reg.gp()).disp); });
    if (homes != 0) used = static_cast<std::uint32_t>(homes_begin) + homes * e.values.home_size();
    is_needed = e.makes_calls || used != 0;
    bytes = (used + 8 * e.result_words + 15) & ~15u;
    checks_stack = e.makes_calls || e.makes_tail_calls() || bytes > small_frame;
  }
};

/// The epilogue, then everything out of line, then the prologue: in the space before the body, so that it ends where the body begins.
inline void emit_end(Emitter& e) {
  Masm& masm = e.masm;
  const FramePlan frame(e);
  const auto take_down = [&] {
    frame.saved.for_each([&](Reg reg) { masm.mov(Width::w64, reg.gp(), saved_register(reg.gp())); });
    if (frame.is_needed) masm.leave();
  };
  masm.bind(e.epilogue);
  take_down();
  masm.ret();
  e.emit_tail_calls(take_down);
  Label exhausted;
  if (frame.checks_stack) {
    masm.bind(exhausted);
    e.wasm_offset = static_cast<std::uint32_t>(e.body->offset);
    e.trap_site(vm::TrapSite::stack_check, ErrorId::call_stack_exhausted);
    masm.ud2();
  }
  e.emit_out_of_line();

  const std::uint32_t end = masm.offset();
  std::uint32_t limit_jump = 0;
  const auto check = [&](Gp top) {
    masm.alu(Alu::cmp, Width::w64, top, Mem{context_register, vm::offset::stack_limit});
    limit_jump = masm.jcc_later(Condition::b);
  };
  if (frame.is_needed) {
    masm.push(Gp::rbp);
    masm.mov(Width::w64, Gp::rbp, Gp::rsp);
    // A large frame is checked before the stack pointer moves, which must not leave the stack, for signals and the trap's handling are run there.
    const Gp top = frame.bytes > small_frame ? scratch : Gp::rsp;
    if (top == scratch) masm.lea(Width::w64, scratch, Mem{Gp::rsp, -static_cast<std::int32_t>(frame.bytes)});
    else masm.alu(Alu::sub, Width::w64, Gp::rsp, static_cast<std::int32_t>(frame.bytes));
    if (frame.checks_stack) check(top);
    if (top == scratch) masm.mov(Width::w64, Gp::rsp, scratch);
    if (frame.saves_context) masm.mov(Width::w64, saved_context, context_register);
    frame.saved.for_each([&](Reg reg) { masm.mov(Width::w64, saved_register(reg.gp()), reg.gp()); });
  } else if (frame.checks_stack) {  // functions that tail-call each other go on for ever without a loop
    check(Gp::rsp);
  }
  const std::uint32_t size = masm.offset() - end;
  const std::uint32_t entry = e.range_begin() + prologue_space - size;
  masm.move(entry, end, size);
  masm.rewind(end);
  if (frame.checks_stack) {
    const std::uint32_t field = entry + (limit_jump - end);
    masm.write32(field, exhausted.position() - (field + 4));
  }
  std::array<std::uint8_t, 5> saved{};  // in words below rbp, from the second on
  frame.saved.for_each([&](Reg reg) {
    const auto words = static_cast<std::uint8_t>(-saved_register(reg.gp()).disp / 8);
    saved[words - 2u] = words;
  });
  e.end_function(entry, frame.is_needed, saved);
}

}  // namespace wasmer::singlepass
