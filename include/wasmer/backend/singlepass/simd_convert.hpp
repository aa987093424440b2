#pragma once
/// \file
/// Lanes of one kind made into lanes of another.

#include <bit>
#include <string_view>

#include <wasmer/backend/singlepass/simd_float.hpp>

namespace wasmer::singlepass {

/// Eight, four or two lanes of twice the width, from the lower or upper half.
inline void emit_extend(Emitter& e, unsigned result_bits, bool high, bool is_signed) {
  map_one(e, Overwrite::may, [&](Xmm to, Xmm x) {
    if (high && !is_signed) {
      e.masm.zero(float_scratch);
      return packed(e, by_lane(result_bits, {}, Packed::punpckhbw, Packed::punpckhwd, Packed::punpckhdq), to, x, float_scratch);
    }
    if (high) e.masm.sse(Packed::pshufd, to, x, 0xEE);
    e.masm.sse(is_signed ? by_lane(result_bits, {}, Packed::pmovsxbw, Packed::pmovsxwd, Packed::pmovsxdq)
                         : by_lane(result_bits, {}, Packed::pmovzxbw, Packed::pmovzxwd, Packed::pmovzxdq),
               to, high ? to : x);
  });
}

/// f32x4.convert_i32x4_u: by halves, which are exact, and added with one rounding. The upper half goes by way of half of it, since the instruction is signed.
inline void emit_convert_unsigned_to_f32x4(Emitter& e) {
  map_one(e, Overwrite::may, [&](Xmm to, Xmm x) {
    packed(e, Packed::pand, float_scratch, x, e.vectors.label(splat(std::uint32_t{0xFFFF})));
    packed(e, Packed::psubd, to, x, float_scratch);
    e.masm.sse(Packed::cvtdq2ps, float_scratch, float_scratch);
    packed(e, PackedShift::psrld, to, to, 1);
    e.masm.sse(Packed::cvtdq2ps, to, to);
    packed(e, Packed::addps, to, to, to);
    packed(e, Packed::addps, to, to, float_scratch);
  });
}

/// f64x2.convert_low_i32x4_u: the integer becomes the low bits of a float of 2^52 and more, of which 2^52 is taken away.
inline void emit_convert_unsigned_to_f64x2(Emitter& e) {
  map_one(e, Overwrite::may, [&](Xmm to, Xmm x) {
    packed(e, Packed::punpckldq, to, x, splat(std::uint32_t{0x4330'0000}));
    packed(e, Packed::subpd, to, to, splat(std::bit_cast<std::uint64_t>(0x1p52)));
  });
}

/// i32x4.trunc_sat_f32x4_s. The instruction answers with the least integer to all that do not fit, which is wrong of NaN and of what is positive.
inline void emit_truncate_f32x4_signed(Emitter& e) {
  map_one(e, Overwrite::may, [&](Xmm to, Xmm x) {
    packed(e, Packed::cmpps, float_scratch, x, x, FloatPredicate::equal);
    packed_either(e, Packed::andps, to, x, float_scratch);  // NaN becomes 0
    packed(e, Packed::pxor, float_scratch, float_scratch, to);  // the sign bit: is not negative
    e.masm.sse(Packed::cvttps2dq, to, to);
    packed(e, Packed::pand, float_scratch, float_scratch, to);
    packed(e, PackedShift::psrad, float_scratch, float_scratch, 31);
    packed(e, Packed::pxor, to, to, float_scratch);
  });
}

/// i32x4.trunc_sat_f32x4_u: what is beyond 2^31 is converted apart, less that much, and added.
inline void emit_truncate_f32x4_unsigned(Emitter& e) {
  map_one(e, Overwrite::may, [&](Xmm to, Xmm x) {
    const Temporary beyond(e);
    e.masm.zero(float_scratch);
    packed(e, Packed::maxps, to, x, float_scratch);  // of NaN too it makes 0
    load_vector(e, float_scratch, splat(std::bit_cast<std::uint32_t>(0x1p31f)));
    packed(e, Packed::subps, beyond, to, float_scratch);
    packed(e, Packed::cmpps, float_scratch, float_scratch, beyond, FloatPredicate::less_or_equal);  // beyond 2^32
    e.masm.sse(Packed::cvttps2dq, beyond, beyond);
    packed(e, Packed::pxor, beyond, beyond, float_scratch);
    e.masm.zero(float_scratch);
    packed(e, Packed::pmaxsd, beyond, beyond, float_scratch);
    e.masm.sse(Packed::cvttps2dq, to, to);
    packed(e, Packed::paddd, to, to, beyond);
  });
}

/// i32x4.trunc_sat_f64x2_s_zero. What is too small is right by itself; what is too great is bounded before.
inline void emit_truncate_f64x2_signed(Emitter& e) {
  map_one(e, Overwrite::may, [&](Xmm to, Xmm x) {
    packed(e, Packed::cmppd, float_scratch, x, x, FloatPredicate::equal);
    packed(e, Packed::andps, float_scratch, float_scratch, splat(std::bit_cast<std::uint64_t>(2147483647.0)));  // of NaN, 0
    packed(e, Packed::minpd, to, x, float_scratch);
    e.masm.sse(Packed::cvttpd2dq, to, to);
  });
}

/// i32x4.trunc_sat_f64x2_u_zero: a float of 2^52 and more has the integer in its low bits.
inline void emit_truncate_f64x2_unsigned(Emitter& e) {
  map_one(e, Overwrite::may, [&](Xmm to, Xmm x) {
    constexpr std::uint8_t toward_zero = 11, even_lanes = 0x88;
    e.masm.zero(float_scratch);
    packed(e, Packed::maxpd, to, x, float_scratch);  // of NaN too it makes 0
    packed(e, Packed::minpd, to, to, splat(std::bit_cast<std::uint64_t>(4294967295.0)));
    e.masm.sse(Packed::roundpd, to, to, toward_zero);
    packed(e, Packed::addpd, to, to, splat(std::bit_cast<std::uint64_t>(0x1p52)));
    packed(e, Packed::shufps, to, to, float_scratch, even_lanes);
  });
}

/// Conversions that are one instruction of one operand.
constexpr std::optional<Packed> convert_instruction(Op op) {
  switch (op) {
    case Op::f32x4_convert_i32x4_s: return Packed::cvtdq2ps;
    case Op::f64x2_convert_low_i32x4_s: return Packed::cvtdq2pd;
    case Op::f32x4_demote_f64x2_zero: return Packed::cvtpd2ps;
    case Op::f64x2_promote_low_f32x4: return Packed::cvtps2pd;
    // Relaxed: to what does not fit, the instruction's answer will do.
    case Op::i32x4_relaxed_trunc_f32x4_s: return Packed::cvttps2dq;
    case Op::i32x4_relaxed_trunc_f64x2_s_zero: return Packed::cvttpd2dq;
    default: return std::nullopt;
  }
}

template <Op op>
  requires(info(op).family == Family::simd_convert)
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = lane_name(op);
  constexpr auto instruction = convert_instruction(op);
  if constexpr (instruction) map_one(e, Overwrite::may, [&](Xmm to, Xmm x) { e.masm.sse(*instruction, to, x); });
  else if constexpr (name.starts_with("extend")) emit_extend(e, lane_bits(op), name.starts_with("extend_high"), name.ends_with("_s"));
  else if constexpr (op == Op::f32x4_convert_i32x4_u) emit_convert_unsigned_to_f32x4(e);
  else if constexpr (op == Op::f64x2_convert_low_i32x4_u) emit_convert_unsigned_to_f64x2(e);
  else if constexpr (op == Op::i32x4_trunc_sat_f32x4_s) emit_truncate_f32x4_signed(e);
  else if constexpr (op == Op::i32x4_trunc_sat_f64x2_s_zero) emit_truncate_f64x2_signed(e);
  else if constexpr (name.find("f32x4_u") != name.npos) emit_truncate_f32x4_unsigned(e);
  else emit_truncate_f64x2_unsigned(e);
}

}  // namespace wasmer::singlepass
