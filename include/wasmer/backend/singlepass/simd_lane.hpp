#pragma once
/// \file
/// Single lanes: a scalar in all of them, out of one, and into one.

#include <wasmer/backend/singlepass/simd_integer.hpp>

namespace wasmer::singlepass {

/// The type of a lane as an operand.
constexpr ValueType::Kind lane_type(Op op) {
  const std::string_view text = info(op).text;
  if (text[0] == 'f') return text[1] == '3' ? ValueType::f32 : ValueType::f64;
  return lane_bits(op) == 64 ? ValueType::i64 : ValueType::i32;
}

/// The lowest lane of `to` in all lanes. May use the vector scratch register.
inline void spread(Emitter& e, unsigned bits, Xmm to) {
  if (bits == 32) return e.masm.sse(Packed::pshufd, to, to, 0);
  if (bits == 64) return packed(e, Packed::punpcklqdq, to, to, to);
  if (e.cpu.avx2) return e.masm.avx(bits == 8 ? Packed::pbroadcastb : Packed::pbroadcastw, to, to);
  if (bits == 8) {
    e.masm.zero(float_scratch);
    return packed(e, Packed::pshufb, to, to, float_scratch);
  }
  e.masm.sse(Packed::pshuflw, to, to, 0);
  e.masm.sse(Packed::pshufd, to, to, 0);
}

inline V128 splat_of(unsigned bits, std::uint64_t lane) {
  switch (bits) {
    case 8: return splat(static_cast<std::uint8_t>(lane));
    case 16: return splat(static_cast<std::uint16_t>(lane));
    case 32: return splat(static_cast<std::uint32_t>(lane));
    default: return splat(lane);
  }
}

inline void emit_splat(Emitter& e, ValueType::Kind type, unsigned bits) {
  Value a = e.values.pop();
  if (a.is_constant()) return e.values.push_constant(ValueType::v128, e.vectors.add(splat_of(bits, a.bits)));
  if (is_float(type)) {
    const Xmm from = e.values.xmm(a);
    const Xmm to = e.destination(ValueType::v128, {}, a).xmm();
    if (type == ValueType::f32) packed(e, Packed::shufps, to, from, from, 0);
    else e.masm.sse(Packed::movddup, to, from);
    return e.finish(ValueType::v128, to, a);
  }
  const Gp from = e.values.gp(a);
  const Xmm to = e.destination(ValueType::v128, {}).xmm();
  e.masm.sse(bits == 64 ? Packed::movq : Packed::movd, to, from);
  spread(e, bits, to);
  e.finish(ValueType::v128, to, a);
}

template <Op op>
  requires(info(op).family == Family::splat)
void emit(Emitter& e, op_t<op>) {
  emit_splat(e, lane_type(op), lane_bits(op));
}

/// Out of a vector in its home only the lane is read.
inline void emit_extract_from_home(Emitter& e, const Value& a, ValueType::Kind type, unsigned bits, bool is_signed, std::uint8_t lane) {
  Mem from = e.values.home(a.index);
  from.disp += static_cast<std::int32_t>(lane * bits / 8);
  const Reg to = e.destination(type, {});
  if (bits >= 32) e.values.load(to, type, from);
  else if (bits == 16) e.masm.load_extend(Width::w32, is_signed ? masm::Extend::sign16 : masm::Extend::zero16, to.gp(), from);
  else e.masm.load_extend(Width::w32, is_signed ? masm::Extend::sign8 : masm::Extend::zero8, to.gp(), from);
  e.finish(type, to);
}

inline void emit_extract(Emitter& e, ValueType::Kind type, unsigned bits, bool is_signed, std::uint8_t lane) {
  Value a = e.values.pop();
  if (a.kind == Value::home) return emit_extract_from_home(e, a, type, bits, is_signed, lane);
  const Xmm from = e.values.xmm(a);
  if (is_float(type)) {
    const Xmm to = e.destination(type, {}, a).xmm();
    if (lane == 0) move(e, to, from);
    else e.masm.sse(Packed::pshufd, to, from, type == ValueType::f64 ? 0xEE : lane);
    return e.finish(type, to, a);
  }
  const Gp to = e.destination(type, {}).gp();
  if (lane == 0 && bits >= 32) e.masm.mov_bits(width_of(type), to, from);
  else e.masm.sse(by_lane(bits, Packed::pextrb, Packed::pextrw, Packed::pextrd, Packed::pextrq), from, to, lane);
  if (is_signed) e.masm.extend(Width::w32, bits == 8 ? masm::Extend::sign8 : masm::Extend::sign16, to, to);
  e.finish(type, to, a);
}

/// `to`, whose other lanes are those of `x`, gets an integer lane out of a register or memory.
template <class Rm> void insert(Emitter& e, unsigned bits, Xmm to, Xmm x, Rm&& from, std::uint8_t lane) {
  packed(e, by_lane(bits, Packed::pinsrb, Packed::pinsrw, Packed::pinsrd, Packed::pinsrq), to, x, from, lane);
}

inline void emit_replace(Emitter& e, ValueType::Kind type, unsigned bits, std::uint8_t lane) {
  Value value = e.values.pop();
  Value a = e.values.pop();
  const Xmm x = e.values.xmm(a);
  if (!is_float(type)) {
    const Gp from = e.values.gp(value);
    const Xmm to = e.destination(ValueType::v128, {}, a).xmm();
    insert(e, bits, to, x, from, lane);
    return e.finish(ValueType::v128, to, a, value);
  }
  const Xmm y = e.values.xmm(value);
  const Xmm to = e.destination(ValueType::v128, x == y ? RegSet{} : RegSet{y}, a).xmm();
  if (x == y && to != x && !e.cpu.avx) e.masm.mov(to, x);
  const Xmm others = x == y && !e.cpu.avx ? to : x;
  if (type == ValueType::f32) packed(e, Packed::insertps, to, others, y, lane << 4);
  else packed(e, lane == 0 ? Packed::movsd : Packed::unpcklpd, to, others, y);
  e.finish(ValueType::v128, to, a, value);
}

template <Op op>
  requires(info(op).family == Family::lane)
void emit(Emitter& e, op_t<op>, std::uint8_t lane) {
  if constexpr (lane_name(op) == "replace_lane") emit_replace(e, lane_type(op), lane_bits(op), lane);
  else emit_extract(e, lane_type(op), lane_bits(op), info(op).text.ends_with("_s"), lane);
}

}  // namespace wasmer::singlepass
