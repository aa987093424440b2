#pragma once
/// \file
/// Entering a loop: which locals are in registers at its head decides what every iteration costs.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>

#include <emmintrin.h>

#include <wasmer/backend/singlepass/merge.hpp>

namespace wasmer::singlepass {

/// What a glance at the first bytes of a loop's body suggests. Bytes are looked at, not decoded: a guess that costs nothing when it is wrong.
class LoopGuess {
 public:
  static constexpr std::size_t glance = 192;  ///< bytes
  static constexpr std::size_t most = 24;     ///< locals
  std::array<std::uint32_t, most> locals;     ///< in the order of their first use
  std::size_t count = 0;
  bool calls = false;
  bool accesses_memory = false;

  LoopGuess(std::span<const std::byte> code, std::uint32_t local_count) : local_count_(local_count) {
    const std::size_t end = std::min(code.size(), glance);
    std::size_t at = 0;
    for (; at + 16 <= end; at += 16) look(code.data() + at, at, code);
    if (at == end) return;
    std::array<std::byte, 16> rest{};
    std::copy(code.begin() + static_cast<std::ptrdiff_t>(at), code.begin() + static_cast<std::ptrdiff_t>(end), rest.begin());
    look(rest.data(), at, code);
  }

 private:
  /// Sixteen bytes at a time are searched for those that may be local.get, local.set, local.tee (0x20 to 0x22), call or call_indirect (0x10, 0x11).
  void look(const std::byte* sixteen, std::size_t at, std::span<const std::byte> code) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(sixteen));
    const auto equal = [&](char mask, char value) { return _mm_cmpeq_epi8(_mm_and_si128(bytes, _mm_set1_epi8(mask)), _mm_set1_epi8(value)); };
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(equal('\xFC', 0x20), equal('\xFE', 0x10))));
    // Loads and stores are 0x28 to 0x3E.
    accesses_memory = accesses_memory || _mm_movemask_epi8(_mm_or_si128(equal('\xF8', 0x28), equal('\xF0', 0x30))) != 0;
    for (unsigned rest = found; rest != 0; rest &= rest - 1) {
      const std::size_t i = at + static_cast<std::size_t>(std::countr_zero(rest));
      if (i < next_ || i + 1 >= std::min(code.size(), glance)) continue;
      const auto opcode = static_cast<std::uint8_t>(code[i]), local = static_cast<std::uint8_t>(code[i + 1]);
      if (opcode < 0x20) calls = true;
      else if (opcode < 0x23 && local < 0x80 && local < local_count_) next_ = i + 2, add(local);
    }
  }
  void add(std::uint32_t local) {
    std::uint64_t& seen = seen_[local / 64];
    if ((seen >> local % 64 & 1) == 0 && count < most) locals[count++] = local;
    seen |= std::uint64_t{1} << local % 64;
  }

  std::uint32_t local_count_;
  std::size_t next_ = 0;  ///< bytes before this one have been taken for immediates
  std::uint64_t seen_[2] = {};
};

/// Arranges registers for the loop and binds its label. Locals that the loop seems to use are in registers at its head, as far as some are left
/// for what it computes; the context is there too, and so is the base of memory, unless the loop seems to call and not to use it.
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
  if (guess.calls && !guess.accesses_memory) e.memory_valid = false;
  else if (e.has_memory()) e.need_memory();
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
