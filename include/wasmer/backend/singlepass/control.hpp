#pragma once
/// \file
/// Blocks and branches.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wasmer/backend/singlepass/landing_pad.hpp>
#include <wasmer/backend/singlepass/loop.hpp>
#include <wasmer/backend/singlepass/merge.hpp>

namespace wasmer::singlepass {

/// Takes the topmost operand as a condition; nothing is emitted between this and the jump but moves, which keep the flags.
inline FlagTest take_condition(Emitter& e) {
  Value value = e.values.pop();
  if (value.kind == Value::flags) return value.test;
  if (value.kind == Value::home) {
    e.masm.alu(Alu::cmp, Width::w32, e.values.home(value.index), 0);
  } else {
    const Gp reg = e.values.gp(value);
    e.masm.test(Width::w32, reg, reg);
    e.values.release(value);
  }
  return {Condition::ne, FlagTest::ignored};
}

inline void jump_if(Emitter& e, FlagTest test, Label& label) {
  if (test.parity == FlagTest::excluded) {
    const std::uint32_t skip = e.masm.jcc_short(Condition::p);
    e.masm.jcc(test.condition, label);
    e.masm.bind_short(skip);
    return;
  }
  if (test.parity == FlagTest::included) e.masm.jcc(Condition::p, label);
  e.masm.jcc(test.condition, label);
}

/// Puts the function's results where its caller expects them. Changes only the code.
inline void emit_results(Emitter& e, std::span<const ValueType> types) {
  if (types.empty()) return;
  Values& values = e.values;
  const std::uint32_t first = values.height() - static_cast<std::uint32_t>(types.size());
  if (types.size() > 1) {
    // Nothing of the function is needed any more but its results: the memory's register carries the pointer.
    e.masm.mov(Width::w64, memory_register, values.home(values.rest_slot()));
    std::int32_t at = 0;
    for (std::uint32_t i = 1; i < types.size(); ++i) {
      const Value value = resolve(values, first + i);
      const Mem to{memory_register, at};
      at += static_cast<std::int32_t>(8 * words_of(value.type));
      if (value.kind == Value::in_register) values.store(to, value.type, value.reg);
      else if (value.kind == Value::constant) values.store_constant(to, value.type, value.bits);
      else if (value.type == ValueType::v128) copy_vector(e, to, values.home(value.index));
      else e.masm.mov(Width::w64, scratch, values.home(value.index)), e.masm.mov(Width::w64, to, scratch);
    }
  }
  values.copy_to(is_in_vector(Values::kind_of(types[0])) ? Reg(Xmm::xmm0) : Reg(Gp::rax), resolve(values, first));
}

inline Label& label_of(Emitter& e, ControlFrame& frame) { return frame.is_function ? e.epilogue : frame.label; }
/// Moves what a branch to `frame`, whose state is known, has to move. Changes only the code.
inline void move_to(Emitter& e, ControlFrame& frame) {
  if (frame.is_function) emit_results(e, frame.type.results);
  else emit_merge(e, frame);
}

inline void jump_to(Emitter& e, ControlFrame& frame) {
  if (!frame.is_function && !frame.has_state) define_state(e, frame);
  move_to(e, frame);
  e.masm.jmp(label_of(e, frame));
}

inline void jump_to_if(Emitter& e, FlagTest test, ControlFrame& frame) {
  if (!frame.is_function && !frame.has_state) define_state(e, frame);
  Label& label = label_of(e, frame);
  const std::uint32_t begin = e.masm.offset();
  if (test.parity == FlagTest::ignored) {
    const std::uint32_t skip = e.masm.jcc_short(masm::negate(test.condition));
    move_to(e, frame);
    const std::uint32_t size = e.masm.offset() - skip;
    if (size != 0 && size < 120) {
      e.masm.jmp(label);
      return e.masm.bind_short(skip);
    }
    e.masm.rewind(begin);
    if (size == 0) return e.masm.jcc(test.condition, label);
  }
  Label skip;
  jump_if(e, test.negated(), skip);
  const std::uint32_t after = e.masm.offset();
  move_to(e, frame);
  if (e.masm.offset() == after) {
    e.masm.rewind(begin);
    return jump_if(e, test, label);
  }
  e.masm.jmp(label);
  e.masm.bind(skip);
}

inline ControlFrame& push_frame(Emitter& e, Op op, BlockType type) {
  if (e.control_count == e.controls.size()) e.controls.emplace_back();
  ControlFrame& frame = e.controls[e.control_count++];
  frame.op = op;
  frame.is_function = false;
  frame.has_state = false;
  frame.has_pads = false;
  frame.handler = e.handler;
  frame.base = e.values.height() - static_cast<std::uint32_t>(type.params.size());
  frame.type = type;
  frame.label.reset();
  frame.otherwise.reset();
  return frame;
}

/// Where the operands begin that the innermost block did not settle when it was entered.
inline std::uint32_t unsettled_begin(const Emitter& e) { return e.controls[e.control_count - 1].base; }

inline void emit(Emitter& e, op_t<Op::nop>) { (void)e; }
inline void emit(Emitter& e, op_t<Op::unreachable>) { e.trap(ErrorId::unreachable); }

inline void emit(Emitter& e, op_t<Op::block>, BlockType type) {
  e.values.settle_operands(unsettled_begin(e), e.values.height() - static_cast<std::uint32_t>(type.params.size()));
  push_frame(e, Op::block, type);
}

inline void emit(Emitter& e, op_t<Op::loop>, BlockType type) {
  e.values.settle_operands(unsettled_begin(e), e.values.height());
  enter_loop(e, push_frame(e, Op::loop, type));
}

inline void emit(Emitter& e, op_t<Op::if_>, BlockType type) {
  const FlagTest test = take_condition(e);
  e.values.settle_operands(unsettled_begin(e), e.values.height());
  ControlFrame& frame = push_frame(e, Op::if_, type);
  if (type.params.size() > 1) e.values.spill_operands(frame.base);
  e.values.settle_constants();
  e.values.settle_garbage();
  e.values.capture(frame.at_if, e.values.height());
  frame.at_if.context_valid = e.context_valid;
  frame.at_if.memory_valid = e.memory_valid;
  jump_if(e, test.negated(), frame.otherwise);
}

inline void emit(Emitter& e, op_t<Op::else_>, bool reachable) {
  ControlFrame& frame = e.control();
  if (reachable) jump_to(e, frame);
  frame.op = Op::else_;
  e.masm.bind(frame.otherwise);
  adopt_state(e, frame.at_if, frame.base, frame.type.params);
}

/// The landing pads that branch to the frame's label, at the frame's end; true if the point behind them can still be reached.
[[gnu::noinline]] inline bool emit_pads(Emitter& e, ControlFrame& frame, bool reachable) {
  // What falls out of a loop does not go to its label.
  const bool skips = frame.op == Op::loop && reachable;
  ControlFrame behind;
  behind.base = frame.base;
  behind.type = frame.type;
  if (skips) jump_to(e, behind);
  else if (reachable) jump_to(e, frame);
  std::erase_if(e.pads, [&](const Emitter::WaitingPad& waiting) {
    if (waiting.control != e.control_count - 1) return false;
    begin_pad(e, waiting.pad, frame.base);
    push_caught(e, e.object.pads[waiting.pad].tag, waiting.with_reference);
    jump_to(e, frame);
    return true;
  });
  if (!skips) return false;
  e.masm.bind(behind.label);
  adopt_state(e, behind.state, behind.base, behind.type.results);
  return true;
}

inline void emit(Emitter& e, op_t<Op::end>, bool reachable) {
  ControlFrame& frame = e.control();
  if (frame.has_pads) [[unlikely]] reachable = emit_pads(e, frame, reachable);
  if (frame.is_function) {
    if (reachable) emit_results(e, frame.type.results);
    --e.control_count;
    return;
  }
  e.handler = e.control(1).handler;
  if (frame.op == Op::if_) {
    // The missing else goes straight to the label. If nothing branched there yet, what held at the `if` holds at the label.
    if (!frame.has_state) {
      frame.state = frame.at_if;
      frame.has_state = true;
      if (reachable) emit_merge(e, frame);
      e.masm.bind(frame.otherwise);
    } else {
      if (reachable) jump_to(e, frame);
      e.masm.bind(frame.otherwise);
      adopt_state(e, frame.at_if, frame.base, frame.type.params);
      emit_merge(e, frame);
    }
  } else if (frame.op != Op::loop && frame.has_state) {
    if (reachable) emit_merge(e, frame);
  } else {
    --e.control_count;  // no label to meet at: what held before goes on
    return;
  }
  e.masm.bind(frame.label);
  adopt_state(e, frame.state, frame.base, frame.type.results);
  --e.control_count;
}

inline void emit(Emitter& e, op_t<Op::br>, std::uint32_t depth) { jump_to(e, e.control(depth)); }
inline void emit(Emitter& e, op_t<Op::br_if>, std::uint32_t depth) {
  const FlagTest test = take_condition(e);
  ControlFrame& frame = e.control(depth);
  if (frame.op != Op::loop || test.parity != FlagTest::ignored || !merges_into_free_registers(e, frame)) return jump_to_if(e, test, frame);
  // A loop seldom ends: what its head wants is moved first, if nothing is lost by it, and each round takes one jump.
  emit_merge(e, frame);
  e.context_valid |= frame.state.context_valid;
  e.memory_valid |= frame.state.memory_valid;
  e.masm.jcc(test.condition, frame.label);
}
inline void emit(Emitter& e, op_t<Op::return_>) { jump_to(e, e.controls[0]); }

/// A branch by comparisons, for an index in `at` and depths that change at most `runs` times: predicted better than an indirect jump, and smaller.
/// False, and nothing done, when they change more often.
inline bool branch_by_comparison(Emitter& e, Gp at, std::span<const std::uint32_t> depths) {
  constexpr std::size_t runs = 4;
  std::array<std::uint32_t, runs + 1> ends{};  // of the runs; behind the last, which has all greater indices too, stands none
  std::size_t count = 0;
  for (std::uint32_t i = 1; i < depths.size(); ++i)
    if (depths[i] != depths[i - 1] && (ends[count] = i, ++count > runs)) return false;
  for (std::size_t i = 0; i < count; ++i) {
    e.masm.alu(Alu::cmp, Width::w32, at, static_cast<std::int32_t>(ends[i]));
    jump_to_if(e, {Condition::b, FlagTest::ignored}, e.control(depths[ends[i] - 1]));
    // The same comparison tells of a run of one that follows.
    if (i + 1 == count || ends[i + 1] != ends[i] + 1) continue;
    jump_to_if(e, {Condition::e, FlagTest::ignored}, e.control(depths[ends[i]]));
    ++i;
  }
  jump_to(e, e.control(depths.back()));
  return true;
}

inline void emit(Emitter& e, op_t<Op::br_table>, BranchTable table) {
  Values& values = e.values;
  Value index = values.pop();
  const Gp at = values.gp_extended(index);
  values.pin(at);
  const Gp base = values.allocate_gp();
  for (const std::uint32_t depth : table.depths)
    if (ControlFrame& frame = e.control(depth); !frame.is_function && !frame.has_state) define_state(e, frame);
  values.release(index);
  values.release(Reg(base));
  if (branch_by_comparison(e, at, table.depths)) return;

  const auto count = static_cast<std::uint32_t>(table.depths.size() - 1);
  Label entries;
  e.masm.alu(Alu::cmp, Width::w32, at, static_cast<std::int32_t>(count));
  jump_to_if(e, {Condition::ae, FlagTest::ignored}, e.control(table.depths.back()));
  e.masm.lea(base, entries);
  e.masm.lea(Width::w64, base, Mem{base, 0, at, 2});
  e.masm.load_extend(Width::w64, masm::Extend::sign32, scratch, Mem{base, -4});
  e.masm.alu(Alu::add, Width::w64, base, scratch);
  e.masm.jmp(base);

  // A piece of code for each target where something has to be moved first; then the table of distances to pieces and targets.
  constexpr std::uint32_t unknown = ~0u, none = ~0u - 1;
  e.branch_targets.assign(e.control_count, unknown);
  for (const std::uint32_t depth : table.depths.first(count)) {
    std::uint32_t& position = e.branch_targets[depth];
    if (position != unknown) continue;
    position = e.masm.offset();
    move_to(e, e.control(depth));
    if (e.masm.offset() != position) e.masm.jmp(label_of(e, e.control(depth)));
    else position = none;
  }
  e.masm.align(4);
  for (const std::uint32_t depth : table.depths.first(count)) {
    if (const std::uint32_t position = e.branch_targets[depth]; position == none) e.masm.distance(label_of(e, e.control(depth)));
    else e.masm.word32(position - (e.masm.offset() + 4));
    if (!entries.is_bound()) e.masm.bind(entries);  // distances are from the end of their field
  }
}

}  // namespace wasmer::singlepass
