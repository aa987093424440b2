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

/// What a glance at the first bytes of a loop suggests, up to where it seems to end. Bytes are looked at, not decoded: a guess that costs nothing when it is
/// wrong. Nor is there a branch for each byte, which no processor would foresee.
class LoopGuess {
 public:
  static constexpr std::size_t glance = 192;  ///< bytes, and two more that say what the last one is
  static constexpr std::size_t most = 24;     ///< locals
  std::array<std::uint32_t, most + 1> locals;  ///< in the order of their first use; the last one is not counted
  std::size_t count = 0;
  bool calls = false;
  bool accesses_memory = false;

  /// `code` begins behind the loop's opcode.
  LoopGuess(std::span<const std::byte> code, std::uint32_t local_count) : last_local_(std::min(local_count, 128u) - 1) {
    std::array<std::byte, glance + 2> padded;
    const std::byte* bytes = code.data();
    if (code.size() < padded.size()) {
      std::ranges::fill(std::ranges::copy(code, padded.begin()).out, padded.end(), std::byte{0xFF});  // no opcode, and no local
      bytes = padded.data();
    }
    for (std::size_t at = 0; at < glance && !ended_; at += 64) look(bytes + at, local_count != 0);
  }

 private:
  /// One bit a byte of 64: what `test` says of sixteen bytes each time, of those behind them, and of those behind these.
  template <class Test> [[gnu::always_inline]] static std::uint64_t bits_of(const std::byte* bytes, Test&& test) {
    const auto sixteen = [&](unsigned at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at)); };
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < 64; i += 16) bits |= std::uint64_t{static_cast<std::uint16_t>(_mm_movemask_epi8(test(sixteen(i), sixteen(i + 1), sixteen(i + 2))))} << i;
    return bits;
  }
  [[gnu::always_inline]] static __m128i equal(__m128i bytes, char value, char mask = '\xFF') {
    return _mm_cmpeq_epi8(_mm_and_si128(bytes, _mm_set1_epi8(mask)), _mm_set1_epi8(value));
  }

  void look(const std::byte* bytes, bool has_locals) {
    // local.get, local.set and local.tee are 0x20 to 0x22; the byte behind them is a local's index, most often.
    std::uint64_t uses = bits_of(bytes, [&](__m128i here, __m128i next, __m128i) {
      const __m128i is_local = _mm_cmpeq_epi8(_mm_min_epu8(next, _mm_set1_epi8(static_cast<char>(last_local_))), next);
      return _mm_and_si128(_mm_andnot_si128(equal(here, 0x23), equal(here, 0x20, '\xFC')), is_local);
    });
    if (!has_locals) uses = 0;
    const std::uint64_t immediates = uses << 1 | carry_;
    carry_ = uses >> 63;
    const std::uint64_t opcodes = ~immediates & up_to_end(bytes);
    // call and call_indirect are 0x10 and 0x11; loads and stores 0x28 to 0x3E.
    calls |= (bits_of(bytes, [](__m128i here, __m128i, __m128i) { return equal(here, 0x10, '\xFE'); }) & opcodes) != 0;
    accesses_memory |= (bits_of(bytes, [](__m128i here, __m128i, __m128i) { return _mm_or_si128(equal(here, 0x28, '\xF8'), equal(here, 0x30, '\xF0')); }) & opcodes) != 0;
    for (uses &= opcodes; uses != 0; uses &= uses - 1) add(static_cast<std::uint32_t>(bytes[std::countr_zero(uses) + 1]));
  }
  /// The bytes before the one where the loop seems to end: a branch back (0x0C or 0x0D, to depth 0) right before `end` (0x0B) is hardly ever a block's.
  /// The same ends the loops in it, which begin with 0x03 and a type that is most often empty (0x40).
  [[gnu::always_inline]] std::uint64_t up_to_end(const std::byte* bytes) {
    const std::uint64_t begins = bits_of(bytes, [](__m128i here, __m128i next, __m128i) { return _mm_and_si128(equal(here, 0x03), equal(next, 0x40)); });
    const std::uint64_t ends = bits_of(bytes, [](__m128i here, __m128i next, __m128i last) {
      return _mm_and_si128(_mm_and_si128(equal(here, 0x0C, '\xFE'), equal(next, 0x00)), equal(last, 0x0B));
    });
    for (std::uint64_t left = begins | ends; left != 0; left &= left - 1) {
      const std::uint64_t first = left & -left;
      if ((begins & first) != 0) ++depth_;
      else if (--depth_ == 0) return ended_ = true, first - 1;
    }
    return ~std::uint64_t{0};
  }
  void add(std::uint32_t local) {
    std::uint64_t& seen = seen_[local / 64];
    locals[count] = local;
    count += static_cast<std::size_t>(~seen >> local % 64 & 1) & static_cast<std::size_t>(count < most);
    seen |= std::uint64_t{1} << local % 64;
  }

  std::uint32_t last_local_;
  std::uint64_t carry_ = 0;  ///< whether the first byte of the next 64 is an immediate
  std::uint64_t seen_[2] = {};
  unsigned depth_ = 1;  ///< loops that have begun and not ended
  bool ended_ = false;
};

/// Arranges registers for the loop and binds its label. Locals that the loop seems to use are in registers at its head, as far as some are left
/// for what it computes; the context is there too, and so is the base of memory, unless the loop seems to call and not to use it.
inline void enter_loop(Emitter& e, ControlFrame& frame) {
  constexpr unsigned most_general = 8, most_vector = 12;
  Values& values = e.values;
  const std::size_t behind_opcode = static_cast<std::size_t>(e.wasm_offset - e.body->offset) + 1;
  const LoopGuess guess(e.body->code.subspan(behind_opcode), values.local_count());
  const auto most_of = [](RegSet set) { return set == general ? most_general : most_vector; };

  if (frame.type.params.size() > 1) values.spill_operands(frame.base);
  RegSet wanted;
  for (std::size_t i = 0; i < guess.count; ++i) {
    const Value& local = values[guess.locals[i]];
    if (local.is_constant()) values.materialize_local(guess.locals[i]);
    if (local.kind == Value::in_register) wanted.add(local.reg);
  }
  values.settle_constants();
  // Others give way, until enough registers are free for the loop's own work. How many more there may be is `room`, of general and of vector registers.
  unsigned room[2];
  for (const RegSet set : {general, vector}) {
    unsigned owned = (values.owned() & set).size();
    for (; owned > most_of(set); --owned) {
      RegSet idle;
      ((values.owned() & set) - wanted).for_each([&](Reg reg) {
        if (values.owner(reg) < values.local_count()) idle.add(reg);
      });
      if (idle.empty()) break;
      values.spill(idle.first());
    }
    room[set == vector] = most_of(set) - std::min(owned, most_of(set));
  }
  for (std::size_t i = 0; i < guess.count; ++i) {
    const std::uint32_t index = guess.locals[i];
    const bool is_vector = is_in_vector(values[index].type);
    const RegSet free = values.free() & (is_vector ? vector : general);
    const RegSet lasting = free & callee_saved;
    if (values[index].kind == Value::home && room[is_vector] != 0)
      --room[is_vector], values.cache_local(index, guess.calls && !lasting.empty() ? lasting.first() : (free & caller_saved).empty() ? free.first() : (free & caller_saved).first());
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
