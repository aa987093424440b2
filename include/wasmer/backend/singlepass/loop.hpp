#pragma once
/// \file
/// Entering a loop: which locals are in registers at its head decides what every iteration costs.

#include <array>
#include <cstdint>

#include <wasmer/backend/singlepass/merge.hpp>

namespace wasmer::singlepass {

/// What a glance at the first bytes of a loop's body suggests. Bytes are looked at, not decoded: a guess that costs nothing when it is wrong.
struct LoopGuess {
  static constexpr std::size_t glance = 192;  ///< bytes
  static constexpr std::size_t most = 24;     ///< locals
  std::array<std::uint32_t, most> locals;     ///< in the order of their first use
  std::size_t count = 0;
  bool calls = false;

  LoopGuess(std::span<const std::byte> code, std::uint32_t local_count) {
    const std::size_t end = std::min(code.size(), glance);
    for (std::size_t i = 0; i + 1 < end; ++i) {
      const auto opcode = static_cast<std::uint8_t>(code[i]);
      if (opcode == 0x10 || opcode == 0x11) calls = true;
      if (opcode < 0x20 || opcode > 0x22) continue;
      const auto local = static_cast<std::uint8_t>(code[i + 1]);
      if (local >= 0x80 || local >= local_count) continue;
      ++i;
      add(local);
    }
  }

 private:
  void add(std::uint32_t local) {
    for (std::size_t i = 0; i < count; ++i)
      if (locals[i] == local) return;
    if (count < most) locals[count++] = local;
  }
};

/// Arranges registers for the loop and binds its label. Locals that the loop seems to use are in registers at its head, as far as some are left
/// for what it computes; the context and the base of memory are there too.
inline void enter_loop(Emitter& e, ControlFrame& frame) {
  constexpr unsigned most_general = 8, most_vector = 12;
  Values& values = e.values;
  const std::size_t at = static_cast<std::size_t>(e.wasm_offset - e.body->offset);
  const LoopGuess guess(e.body->code.subspan(at), values.local_count());
  const auto most_of = [](RegSet set) { return set == general ? most_general : most_vector; };

  if (frame.type.params.size() > 1) values.spill_operands(frame.base);
  RegSet wanted;
  for (std::size_t i = 0; i < guess.count; ++i) {
    const Value& local = values[guess.locals[i]];
    if (local.is_constant()) values.materialize_local(guess.locals[i]);
    if (local.kind == Value::in_register) wanted.add(local.reg);
  }
  values.settle_constants();
  // Others give way, until enough registers are free for the loop's own work.
  for (const RegSet set : {general, vector})
    while ((values.owned() & set).size() > most_of(set)) {
      RegSet idle;
      ((values.owned() & set) - wanted).for_each([&](Reg reg) {
        if (values.owner(reg) < values.local_count()) idle.add(reg);
      });
      if (idle.empty()) break;
      values.spill(idle.first());
    }
  for (std::size_t i = 0; i < guess.count; ++i) {
    const std::uint32_t index = guess.locals[i];
    const RegSet set = registers_for(values[index].type);
    const RegSet free = values.free() & set;
    const RegSet lasting = free & callee_saved;
    if (values[index].kind == Value::home && (values.owned() & set).size() < most_of(set))
      values.cache_local(index, guess.calls && !lasting.empty() ? lasting.first() : (free & caller_saved).empty() ? free.first() : (free & caller_saved).first());
    else if (values[index].kind == Value::in_register && guess.calls && caller_saved.has(values[index].reg) && !lasting.empty())
      values.move(index, values[index].reg, lasting.first());
  }
  if (e.has_memory()) e.need_memory();
  e.need_context();
  if (frame.type.params.size() == 1) values.settle_operand(frame.base);
  values.settle_garbage();
  values.forget_cleanness();
  values.capture(frame.state, values.height());
  frame.state.context_valid = true;
  frame.state.memory_valid = e.memory_valid;
  frame.has_state = true;
  e.masm.bind(frame.label);
  e.check_stack();
}

}  // namespace wasmer::singlepass
