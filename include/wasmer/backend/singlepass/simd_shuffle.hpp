#pragma once
/// \file
/// Shuffles. Those that compilers ask for most are one instruction each; all others are a look-up in each operand, which gives 0 where the lane is the other's.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include <wasmer/backend/singlepass/simd_integer.hpp>

namespace wasmer::singlepass {

/// What makes a shuffle: an instruction with an immediate, if it takes one, its operands perhaps swapped.
struct ShuffleInstruction {
  Packed op;
  std::optional<std::uint8_t> imm = std::nullopt;
  bool swapped = false;
};

/// A shuffle's sixteen lanes; 0 to 15 are the first operand's, 16 to 31 the second's.
class ShuffleLanes {
 public:
  constexpr explicit ShuffleLanes(const V128& lanes) { std::ranges::copy(lanes.bytes, lanes_.begin()); }

  /// Both operands are the same.
  constexpr void unify() {
    for (std::uint8_t& lane : lanes_) lane &= 15;
  }
  constexpr bool only_first() const {
    return std::ranges::all_of(lanes_, [](std::uint8_t lane) { return lane < 16; });
  }
  constexpr bool only_second() const {
    return std::ranges::all_of(lanes_, [](std::uint8_t lane) { return lane >= 16; });
  }
  /// Every lane stays where it is.
  constexpr bool is_identity() const { return runs_from(0) && lanes_[0] == 0; }

  /// pshufd's immediate, where lanes of the first operand move in fours.
  constexpr std::optional<std::uint8_t> as_dwords() const {
    unsigned imm = 0;
    for (unsigned i = 0; i < 4; ++i) {
      if (!is_group(4 * i, 4) || lanes_[4 * i] >= 16) return std::nullopt;
      imm |= lanes_[4 * i] / 4u << 2 * i;
    }
    return static_cast<std::uint8_t>(imm);
  }
  /// The instruction for a shuffle of two operands, if there is one.
  constexpr std::optional<ShuffleInstruction> instruction() const {
    constexpr Packed unpack[4][2] = {{Packed::punpcklbw, Packed::punpckhbw}, {Packed::punpcklwd, Packed::punpckhwd},
                                     {Packed::punpckldq, Packed::punpckhdq}, {Packed::punpcklqdq, Packed::punpckhqdq}};
    for (unsigned size = 1, i = 0; size <= 8; size *= 2, ++i)
      for (unsigned high = 0; high < 2; ++high)
        for (const bool swapped : {false, true})
          if (interleaves(size, high, swapped)) return ShuffleInstruction{unpack[i][high], std::nullopt, swapped};
    // Sixteen neighbours out of the second operand before the first. The instruction has the one that comes last first.
    for (const bool swapped : {false, true}) {
      const unsigned begin = lanes_[0] ^ (swapped ? 16u : 0u);
      if (begin < 16 && runs_from(begin, swapped)) return ShuffleInstruction{Packed::palignr, static_cast<std::uint8_t>(begin), !swapped};
    }
    if (const auto imm = as_blend()) return ShuffleInstruction{Packed::pblendw, imm};
    for (const bool swapped : {false, true})
      if (const auto imm = as_halves(swapped)) return ShuffleInstruction{Packed::shufps, imm, swapped};
    return std::nullopt;
  }
  /// For pshufb: the lanes of one operand.
  constexpr V128 table(bool second) const {
    V128 lanes;
    for (unsigned i = 0; i < 16; ++i) lanes.bytes[i] = (lanes_[i] >= 16) == second ? lanes_[i] & 15 : 0x80;
    return lanes;
  }

 private:
  /// `size` lanes from `at` on are neighbours, and the first is at a multiple of `size`.
  constexpr bool is_group(unsigned at, unsigned size) const {
    if (lanes_[at] % size != 0) return false;
    for (unsigned i = 1; i < size; ++i)
      if (lanes_[at + i] != lanes_[at] + i) return false;
    return true;
  }
  constexpr bool runs_from(unsigned begin, bool swapped = false) const {
    for (unsigned i = 0; i < 16; ++i)
      if ((lanes_[i] ^ (swapped ? 16u : 0u)) != (begin + i)) return false;
    return true;
  }
  /// Groups of `size` lanes by turns from one operand and the other, from the lower or upper half of each.
  constexpr bool interleaves(unsigned size, unsigned high, bool swapped) const {
    for (unsigned i = 0; i < 16; ++i) {
      const unsigned group = i / size, source = (group % 2) ^ (swapped ? 1u : 0u);
      if (lanes_[i] != source * 16 + high * 8 + group / 2 * size + i % size) return false;
    }
    return true;
  }
  /// pblendw's immediate, where pairs of lanes stay where they are, whosever they are.
  constexpr std::optional<std::uint8_t> as_blend() const {
    unsigned imm = 0;
    for (unsigned i = 0; i < 8; ++i) {
      if (!is_group(2 * i, 2) || (lanes_[2 * i] & 15u) != 2 * i) return std::nullopt;
      imm |= static_cast<unsigned>(lanes_[2 * i] >= 16) << i;
    }
    return static_cast<std::uint8_t>(imm);
  }
  /// shufps's immediate, where two groups of four are the first operand's and then two the second's.
  constexpr std::optional<std::uint8_t> as_halves(bool swapped) const {
    unsigned imm = 0;
    for (unsigned i = 0; i < 4; ++i) {
      if (!is_group(4 * i, 4) || (lanes_[4 * i] >= 16) != ((i >= 2) != swapped)) return std::nullopt;
      imm |= (lanes_[4 * i] & 15u) / 4 << 2 * i;
    }
    return static_cast<std::uint8_t>(imm);
  }

  std::array<std::uint8_t, 16> lanes_{};
};

/// A shuffle of one operand.
inline void emit_shuffle_one(Emitter& e, const ShuffleLanes& lanes) {
  map_one(e, Overwrite::may, [&](Xmm to, Xmm x) {
    if (lanes.is_identity()) return move(e, to, x);
    if (const auto imm = lanes.as_dwords()) return e.masm.sse(Packed::pshufd, to, x, *imm);
    packed(e, Packed::pshufb, to, x, lanes.table(false));
  });
}

inline void emit(Emitter& e, op_t<Op::i8x16_shuffle>, const V128& immediate) {
  Values& values = e.values;
  ShuffleLanes lanes(immediate);
  const auto same = [](const Value& a, const Value& b) { return a.kind == Value::local && b.kind == Value::local && a.index == b.index; };
  if (lanes.only_first() || same(values.top(1), values.top())) {
    values.release(values.pop());
    lanes.unify();
    return emit_shuffle_one(e, lanes);
  }
  if (const auto found = lanes.only_second() ? std::nullopt : lanes.instruction()) {
    const bool swapped = found->swapped;
    if (!found->imm) return emit_packed(e, found->op, swapped ? Order::swapped : Order::straight);
    return map_two(e, e.cpu.avx ? Overwrite::may : Overwrite::never, [&](Xmm to, Xmm x, Xmm y) { packed(e, found->op, to, swapped ? y : x, swapped ? x : y, *found->imm); });
  }
  map_two(e, Overwrite::may, [&](Xmm to, Xmm x, Xmm y) {
    packed(e, Packed::pshufb, float_scratch, y, lanes.table(true));
    packed(e, Packed::pshufb, to, x, lanes.table(false));
    packed(e, Packed::por, to, to, float_scratch);
  });
}

/// Lanes beyond the last give 0, as the instruction does it for those with the highest bit set: adding 0x70 sets it for 16 and more.
inline void emit(Emitter& e, op_t<Op::i8x16_swizzle>) {
  Values& values = e.values;
  if (values.top().is_constant()) {
    V128 lanes = e.vectors[values.pop().bits];
    for (std::uint8_t& lane : lanes.bytes) lane = lane < 16 ? lane : 0x80;
    return map_one(e, Overwrite::may, [&](Xmm to, Xmm x) { packed(e, Packed::pshufb, to, x, lanes); });
  }
  map_two(e, Overwrite::may, [&](Xmm to, Xmm x, Xmm y) {
    load_vector(e, float_scratch, splat(std::uint8_t{0x70}));
    packed(e, Packed::paddusb, float_scratch, float_scratch, y);
    packed(e, Packed::pshufb, to, x, float_scratch);
  });
}

}  // namespace wasmer::singlepass
