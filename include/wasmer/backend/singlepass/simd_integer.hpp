#pragma once
/// \file
/// Lane by lane on integers: arithmetic, comparison, tests of all lanes, narrowing and products that widen.

#include <optional>
#include <string_view>

#include <wasmer/backend/singlepass/simd.hpp>

namespace wasmer::singlepass {

/// The part of an instruction's text behind the dot.
constexpr std::string_view lane_name(Op op) { return info(op).text.substr(info(op).text.find('.') + 1); }
/// Bits of a lane, by the instruction's text.
constexpr unsigned lane_bits(Op op) {
  switch (info(op).text[1]) {
    case '8': return 8;
    case '1': return 16;
    case '3': return 32;
    default: return 64;
  }
}
/// Of four instructions, the one for lanes of so many bits.
constexpr Packed by_lane(unsigned bits, Packed b, Packed w, Packed d, Packed q) { return bits == 8 ? b : bits == 16 ? w : bits == 32 ? d : q; }

constexpr std::optional<OneInstruction> integer_instruction(Op op) {
  switch (op) {
    case Op::i8x16_add: return OneInstruction{Packed::paddb, Order::either};
    case Op::i16x8_add: return OneInstruction{Packed::paddw, Order::either};
    case Op::i32x4_add: return OneInstruction{Packed::paddd, Order::either};
    case Op::i64x2_add: return OneInstruction{Packed::paddq, Order::either};
    case Op::i8x16_sub: return OneInstruction{Packed::psubb};
    case Op::i16x8_sub: return OneInstruction{Packed::psubw};
    case Op::i32x4_sub: return OneInstruction{Packed::psubd};
    case Op::i64x2_sub: return OneInstruction{Packed::psubq};
    case Op::i8x16_add_sat_s: return OneInstruction{Packed::paddsb, Order::either};
    case Op::i8x16_add_sat_u: return OneInstruction{Packed::paddusb, Order::either};
    case Op::i16x8_add_sat_s: return OneInstruction{Packed::paddsw, Order::either};
    case Op::i16x8_add_sat_u: return OneInstruction{Packed::paddusw, Order::either};
    case Op::i8x16_sub_sat_s: return OneInstruction{Packed::psubsb};
    case Op::i8x16_sub_sat_u: return OneInstruction{Packed::psubusb};
    case Op::i16x8_sub_sat_s: return OneInstruction{Packed::psubsw};
    case Op::i16x8_sub_sat_u: return OneInstruction{Packed::psubusw};
    case Op::i16x8_mul: return OneInstruction{Packed::pmullw, Order::either};
    case Op::i32x4_mul: return OneInstruction{Packed::pmulld, Order::either};
    case Op::i32x4_dot_i16x8_s: return OneInstruction{Packed::pmaddwd, Order::either};
    case Op::i8x16_avgr_u: return OneInstruction{Packed::pavgb, Order::either};
    case Op::i16x8_avgr_u: return OneInstruction{Packed::pavgw, Order::either};
    case Op::i8x16_min_s: return OneInstruction{Packed::pminsb, Order::either};
    case Op::i8x16_min_u: return OneInstruction{Packed::pminub, Order::either};
    case Op::i8x16_max_s: return OneInstruction{Packed::pmaxsb, Order::either};
    case Op::i8x16_max_u: return OneInstruction{Packed::pmaxub, Order::either};
    case Op::i16x8_min_s: return OneInstruction{Packed::pminsw, Order::either};
    case Op::i16x8_min_u: return OneInstruction{Packed::pminuw, Order::either};
    case Op::i16x8_max_s: return OneInstruction{Packed::pmaxsw, Order::either};
    case Op::i16x8_max_u: return OneInstruction{Packed::pmaxuw, Order::either};
    case Op::i32x4_min_s: return OneInstruction{Packed::pminsd, Order::either};
    case Op::i32x4_min_u: return OneInstruction{Packed::pminud, Order::either};
    case Op::i32x4_max_s: return OneInstruction{Packed::pmaxsd, Order::either};
    case Op::i32x4_max_u: return OneInstruction{Packed::pmaxud, Order::either};
    case Op::i8x16_narrow_i16x8_s: return OneInstruction{Packed::packsswb};
    case Op::i8x16_narrow_i16x8_u: return OneInstruction{Packed::packuswb};
    case Op::i16x8_narrow_i32x4_s: return OneInstruction{Packed::packssdw};
    case Op::i16x8_narrow_i32x4_u: return OneInstruction{Packed::packusdw};
    case Op::i8x16_eq: return OneInstruction{Packed::pcmpeqb, Order::either};
    case Op::i16x8_eq: return OneInstruction{Packed::pcmpeqw, Order::either};
    case Op::i32x4_eq: return OneInstruction{Packed::pcmpeqd, Order::either};
    case Op::i64x2_eq: return OneInstruction{Packed::pcmpeqq, Order::either};
    case Op::i8x16_gt_s: return OneInstruction{Packed::pcmpgtb};
    case Op::i16x8_gt_s: return OneInstruction{Packed::pcmpgtw};
    case Op::i32x4_gt_s: return OneInstruction{Packed::pcmpgtd};
    case Op::i8x16_lt_s: return OneInstruction{Packed::pcmpgtb, Order::swapped};
    case Op::i16x8_lt_s: return OneInstruction{Packed::pcmpgtw, Order::swapped};
    case Op::i32x4_lt_s: return OneInstruction{Packed::pcmpgtd, Order::swapped};
    default: return std::nullopt;
  }
}

/// Products of the low 32 bits of each lane, the cross products 32 bits further up.
inline void emit_multiply64(Emitter& e) {
  if (e.cpu.avx512) return map_two(e, Overwrite::may, [&](Xmm to, Xmm x, Xmm y) { e.masm.multiply64(to, x, y); });
  map_two(e, Overwrite::never, [&](Xmm to, Xmm x, Xmm y) {
    packed(e, PackedShift::psrlq, float_scratch, x, 32);
    packed(e, Packed::pmuludq, float_scratch, float_scratch, y);
    packed(e, PackedShift::psrlq, to, y, 32);
    packed(e, Packed::pmuludq, to, to, x);
    packed(e, Packed::paddq, float_scratch, float_scratch, to);
    packed(e, PackedShift::psllq, float_scratch, float_scratch, 32);
    packed(e, Packed::pmuludq, to, x, y);
    packed(e, Packed::paddq, to, to, float_scratch);
  });
}

/// The upper or lower half of the lanes as products of twice their width.
inline void emit_extended_multiply(Emitter& e, unsigned result_bits, bool high, bool is_signed) {
  map_two(e, Overwrite::never, [&](Xmm to, Xmm x, Xmm y) {
    switch (result_bits) {
      case 16: {
        const Packed extend = is_signed ? Packed::pmovsxbw : Packed::pmovzxbw;
        if (high) {
          e.masm.sse(Packed::pshufd, to, x, 0xEE);
          e.masm.sse(Packed::pshufd, float_scratch, y, 0xEE);
        }
        e.masm.sse(extend, to, high ? to : x);
        e.masm.sse(extend, float_scratch, high ? float_scratch : y);
        return packed(e, Packed::pmullw, to, to, float_scratch);
      }
      case 32:
        packed(e, is_signed ? Packed::pmulhw : Packed::pmulhuw, float_scratch, x, y);
        packed(e, Packed::pmullw, to, x, y);
        return packed(e, high ? Packed::punpckhwd : Packed::punpcklwd, to, to, float_scratch);
      default:
        e.masm.sse(Packed::pshufd, to, x, high ? 0xFA : 0x50);
        e.masm.sse(Packed::pshufd, float_scratch, y, high ? 0xFA : 0x50);
        return packed(e, is_signed ? Packed::pmuldq : Packed::pmuludq, to, to, float_scratch);
    }
  });
}

/// The instruction rounds as it should, but knows no saturation: -1 times -1 is the one product that does not fit.
inline void emit_q15_multiply(Emitter& e) {
  map_two(e, Overwrite::may, [&](Xmm to, Xmm x, Xmm y) {
    packed_either(e, Packed::pmulhrsw, to, x, y);
    load_vector(e, float_scratch, splat(std::uint16_t{0x8000}));
    packed(e, Packed::pcmpeqw, float_scratch, float_scratch, to);
    packed(e, Packed::pxor, to, to, float_scratch);
  });
}

/// x > y for signed lanes of 64 bits. `to` is neither.
inline void greater64(Emitter& e, Xmm to, Xmm x, Xmm y) {
  if (e.cpu.sse42) return packed(e, Packed::pcmpgtq, to, x, y);
  // Upper halves decide; where they are equal, whether subtracting the lower ones borrows.
  packed(e, Packed::psubq, float_scratch, y, x);
  packed(e, Packed::pcmpeqd, to, x, y);
  packed(e, Packed::pand, float_scratch, float_scratch, to);
  packed(e, Packed::pcmpgtd, to, x, y);
  packed(e, Packed::por, to, to, float_scratch);
  e.masm.sse(Packed::pshufd, to, to, 0xF5);
}

/// Comparisons that are not one instruction: as equality with the extremum, or negated.
inline void emit_integer_compare(Emitter& e, unsigned bits, std::string_view name) {
  const bool is_signed = name.ends_with("_s"), less = name.starts_with("l");
  if (name == "ne") {
    return map_two(e, Overwrite::may, [&](Xmm to, Xmm x, Xmm y) {
      packed_either(e, by_lane(bits, Packed::pcmpeqb, Packed::pcmpeqw, Packed::pcmpeqd, Packed::pcmpeqq), to, x, y);
      invert(e, to);
    });
  }
  if (bits == 64) {
    return map_two(e, Overwrite::never, [&](Xmm to, Xmm x, Xmm y) {
      if (name == "lt_s" || name == "ge_s") greater64(e, to, y, x);
      else greater64(e, to, x, y);
      if (name == "le_s" || name == "ge_s") invert(e, to);
    });
  }
  const bool or_equal = name.substr(1).starts_with("e");
  const bool of_least = less == or_equal;  // a <= b: a is the least; a > b: it is not
  const Packed least = is_signed ? by_lane(bits, Packed::pminsb, Packed::pminsw, Packed::pminsd, {}) : by_lane(bits, Packed::pminub, Packed::pminuw, Packed::pminud, {});
  const Packed most = is_signed ? by_lane(bits, Packed::pmaxsb, Packed::pmaxsw, Packed::pmaxsd, {}) : by_lane(bits, Packed::pmaxub, Packed::pmaxuw, Packed::pmaxud, {});
  map_two(e, Overwrite::never, [&](Xmm to, Xmm x, Xmm y) {
    packed(e, of_least ? least : most, to, x, y);
    packed(e, by_lane(bits, Packed::pcmpeqb, Packed::pcmpeqw, Packed::pcmpeqd, {}), to, to, x);
    if (!or_equal) invert(e, to);
  });
}

template <Op op>
  requires(is_simd(op) && (info(op).family == Family::simd_binary || info(op).family == Family::simd_compare) && info(op).text[0] == 'i' &&
           info(op).since == Proposal::simd)
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = lane_name(op);
  constexpr auto instruction = integer_instruction(op);
  if constexpr (instruction) emit_packed(e, instruction->op, instruction->order);
  else if constexpr (info(op).family == Family::simd_compare) emit_integer_compare(e, lane_bits(op), name);
  else if constexpr (op == Op::i64x2_mul) emit_multiply64(e);
  else if constexpr (op == Op::i16x8_q15mulr_sat_s) emit_q15_multiply(e);
  else emit_extended_multiply(e, lane_bits(op), name.starts_with("extmul_high"), name.ends_with("_s"));
}

inline void emit_absolute(Emitter& e, unsigned bits) {
  if (bits != 64) return map_one(e, Overwrite::may, [&](Xmm to, Xmm x) { e.masm.sse(by_lane(bits, Packed::pabsb, Packed::pabsw, Packed::pabsd, {}), to, x); });
  if (e.cpu.avx512) return map_one(e, Overwrite::may, [&](Xmm to, Xmm x) { e.masm.absolute64(to, x); });
  map_one(e, Overwrite::may, [&](Xmm to, Xmm x) {
    e.masm.sse(Packed::pshufd, float_scratch, x, 0xF5);
    packed(e, PackedShift::psrad, float_scratch, float_scratch, 31);
    packed(e, Packed::pxor, to, x, float_scratch);
    packed(e, Packed::psubq, to, to, float_scratch);
  });
}

inline void emit_negate(Emitter& e, unsigned bits) {
  map_one(e, Overwrite::never, [&](Xmm to, Xmm x) {
    e.masm.zero(to);
    packed(e, by_lane(bits, Packed::psubb, Packed::psubw, Packed::psubd, Packed::psubq), to, to, x);
  });
}

/// The bits of a byte: those of its lower and of its upper half, by a table of sixteen.
inline void emit_count_bytes(Emitter& e) {
  constexpr V128 counts{{0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4}};
  if (e.cpu.avx512_bitalg) return map_one(e, Overwrite::may, [&](Xmm to, Xmm x) { e.masm.count_bytes(to, x); });
  map_one(e, Overwrite::never, [&](Xmm to, Xmm x) {
    const Temporary upper(e);
    load_vector(e, to, splat(std::uint8_t{0x0F}));
    packed(e, Packed::pandn, float_scratch, to, x);
    packed(e, PackedShift::psrlw, float_scratch, float_scratch, 4);
    packed(e, Packed::pand, to, to, x);
    load_vector(e, upper, counts);
    if (e.cpu.avx) {
      packed(e, Packed::pshufb, float_scratch, upper, float_scratch);
      packed(e, Packed::pshufb, to, upper, to);
    } else {
      const Temporary lower(e);
      e.masm.mov(lower, upper);
      packed(e, Packed::pshufb, upper, upper, float_scratch);
      packed(e, Packed::pshufb, lower, lower, to);
      e.masm.mov(float_scratch, upper);
      e.masm.mov(to, lower);
    }
    packed(e, Packed::paddb, to, to, float_scratch);
  });
}

/// Sums of neighbours, by multiplying them with ones; one of the two factors of pmaddubsw is unsigned, the first.
inline void emit_add_pairs(Emitter& e, unsigned result_bits, bool is_signed) {
  const V128 byte_ones = splat(std::uint8_t{1}), word_ones = splat(std::uint16_t{1});
  if (result_bits == 16 && is_signed) {
    return map_one(e, Overwrite::never, [&](Xmm to, Xmm x) {
      load_vector(e, to, byte_ones);
      packed(e, Packed::pmaddubsw, to, to, x);
    });
  }
  map_one(e, Overwrite::may, [&](Xmm to, Xmm x) {
    if (result_bits == 16) return packed(e, Packed::pmaddubsw, to, x, byte_ones);
    if (is_signed) return packed(e, Packed::pmaddwd, to, x, word_ones);
    packed(e, PackedShift::psrld, float_scratch, x, 16);
    packed(e, Packed::pand, to, x, splat(std::uint32_t{0xFFFF}));
    packed(e, Packed::paddd, to, to, float_scratch);
  });
}

template <Op op>
  requires(is_simd(op) && info(op).family == Family::simd_unary && info(op).text[0] == 'i')
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = lane_name(op);
  if constexpr (name == "abs") emit_absolute(e, lane_bits(op));
  else if constexpr (name == "neg") emit_negate(e, lane_bits(op));
  else if constexpr (name == "popcnt") emit_count_bytes(e);
  else emit_add_pairs(e, lane_bits(op), name.ends_with("_s"));
}

/// all_true leaves its answer in the flags: no lane equals zero.
inline void emit_all_true(Emitter& e, unsigned bits) {
  Value a = e.values.pop();
  const Xmm x = e.values.xmm(a);
  e.masm.zero(float_scratch);
  packed(e, by_lane(bits, Packed::pcmpeqb, Packed::pcmpeqw, Packed::pcmpeqd, Packed::pcmpeqq), float_scratch, float_scratch, x);
  e.masm.sse(Packed::ptest, float_scratch, float_scratch);
  e.values.release(a);
  e.values.push_flags({Condition::e, FlagTest::ignored});
}

inline void emit_bitmask(Emitter& e, unsigned bits) {
  Value a = e.values.pop();
  const Xmm x = e.values.xmm(a);
  const Gp to = e.destination(ValueType::i32, {}).gp();
  if (bits == 16) {
    packed(e, Packed::packsswb, float_scratch, x, x);
    e.masm.mask(Packed::pmovmskb, to, float_scratch);
    e.masm.extend(Width::w32, masm::Extend::zero8, to, to);
  } else {
    e.masm.mask(by_lane(bits, Packed::pmovmskb, {}, Packed::movmskps, Packed::movmskpd), to, x);
  }
  e.finish(ValueType::i32, to, a);
}

template <Op op>
  requires(is_simd(op) && info(op).family == Family::test && info(op).text[0] == 'i')
void emit(Emitter& e, op_t<op>) {
  if constexpr (lane_name(op) == "all_true") emit_all_true(e, lane_bits(op));
  else emit_bitmask(e, lane_bits(op));
}

}  // namespace wasmer::singlepass
