#pragma once
/// \file
/// Lane by lane shifts. The machine has none of bytes, and without AVX-512 no arithmetic one of 64 bits.

#include <string_view>

#include <wasmer/backend/singlepass/simd_integer.hpp>

namespace wasmer::singlepass {

enum class LaneShift : std::uint8_t { left, right_signed, right_unsigned };

constexpr PackedShift shift_by_constant(LaneShift shift, unsigned bits) {
  switch (shift) {
    case LaneShift::left: return bits == 16 ? PackedShift::psllw : bits == 32 ? PackedShift::pslld : PackedShift::psllq;
    case LaneShift::right_signed: return bits == 16 ? PackedShift::psraw : PackedShift::psrad;
    default: return bits == 16 ? PackedShift::psrlw : bits == 32 ? PackedShift::psrld : PackedShift::psrlq;
  }
}
constexpr Packed shift_by_register(LaneShift shift, unsigned bits) {
  switch (shift) {
    case LaneShift::left: return by_lane(bits, {}, Packed::psllw, Packed::pslld, Packed::psllq);
    case LaneShift::right_signed: return bits == 16 ? Packed::psraw : Packed::psrad;
    default: return by_lane(bits, {}, Packed::psrlw, Packed::psrld, Packed::psrlq);
  }
}

/// Bytes twice over, as words whose upper half counts, shifted with `shift_words(reg)` by eight more than asked for, and narrowed again.
template <class F> void shift_bytes_signed(Emitter& e, Xmm to, Xmm x, Xmm upper, F&& shift_words) {
  packed(e, Packed::punpckhbw, upper, x, x);
  packed(e, Packed::punpcklbw, to, x, x);
  shift_words(upper), shift_words(to);
  packed(e, Packed::packsswb, to, to, upper);
}

inline void emit_shift_by_constant(Emitter& e, LaneShift shift, unsigned bits, unsigned count) {
  map_one(e, Overwrite::may, [&](Xmm to, Xmm x) {
    if (count == 0) return move(e, to, x);
    if (bits == 8 && shift == LaneShift::right_signed)
      return shift_bytes_signed(e, to, x, float_scratch, [&](Xmm reg) { packed(e, PackedShift::psraw, reg, reg, count + 8); });
    if (bits == 8) {  // as words, without the bits that came from the neighbour
      packed(e, shift_by_constant(shift, 16), to, x, count);
      return packed(e, Packed::pand, to, to, splat(static_cast<std::uint8_t>(shift == LaneShift::left ? 0xFF << count : 0xFF >> count)));
    }
    if (bits != 64 || shift != LaneShift::right_signed) return packed(e, shift_by_constant(shift, bits), to, x, count);
    if (e.cpu.avx512) return e.masm.shift_right64(to, x, static_cast<std::uint8_t>(count));
    // The sign, where the shift has left it, is extended: (x ^ sign) - sign.
    load_vector(e, float_scratch, splat(std::uint64_t{1} << (63 - count)));
    packed(e, PackedShift::psrlq, to, x, count);
    packed(e, Packed::pxor, to, to, float_scratch);
    packed(e, Packed::psubq, to, to, float_scratch);
  });
}

/// The count is in the scratch register, within the lane's width.
inline void emit_shift_by_register(Emitter& e, LaneShift shift, unsigned bits, Xmm to, Xmm x) {
  const auto load_count = [&] { e.masm.sse(Packed::movd, float_scratch, scratch); };
  if (bits == 8 && shift == LaneShift::right_signed) {
    const Temporary upper(e);
    e.masm.alu(Alu::add, Width::w32, scratch, 8);
    load_count();
    return shift_bytes_signed(e, to, x, upper, [&](Xmm reg) { packed(e, Packed::psraw, reg, reg, float_scratch); });
  }
  if (bits == 8) {
    // The bits of a byte that are left of it: all ones, shifted as words by eight more, and narrowed.
    const Temporary left(e);
    load_count();
    e.masm.alu(Alu::add, Width::w32, scratch, 8);
    fill_with_ones(e, left);
    if (shift == LaneShift::left) {
      const Temporary more(e);
      e.masm.sse(Packed::movd, more, scratch);
      packed(e, Packed::psrlw, left, left, more);
      packed(e, Packed::packuswb, left, left, left);
      packed(e, Packed::pand, to, x, left);
      return packed(e, Packed::psllw, to, to, float_scratch);
    }
    packed(e, Packed::psrlw, to, x, float_scratch);
    load_count();
    packed(e, Packed::psrlw, left, left, float_scratch);
    packed(e, Packed::packuswb, left, left, left);
    return packed(e, Packed::pand, to, to, left);
  }
  load_count();
  if (bits != 64 || shift != LaneShift::right_signed) return packed(e, shift_by_register(shift, bits), to, x, float_scratch);
  if (e.cpu.avx512) return e.masm.shift_right64(to, x, float_scratch);
  const Temporary sign(e);
  load_vector(e, sign, splat(std::uint64_t{1} << 63));
  packed(e, Packed::psrlq, sign, sign, float_scratch);
  packed(e, Packed::psrlq, to, x, float_scratch);
  packed(e, Packed::pxor, to, to, sign);
  packed(e, Packed::psubq, to, to, sign);
}

template <Op op>
  requires(info(op).family == Family::shift)
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = lane_name(op);
  constexpr LaneShift shift = name == "shl" ? LaneShift::left : name == "shr_s" ? LaneShift::right_signed : LaneShift::right_unsigned;
  constexpr unsigned bits = lane_bits(op);
  Value count = e.values.pop();
  if (count.is_constant()) return emit_shift_by_constant(e, shift, bits, static_cast<unsigned>(count.bits) & (bits - 1));
  const Gp by = e.values.gp(count);
  e.masm.mov(Width::w32, scratch, by);
  e.masm.alu(Alu::and_, Width::w32, scratch, static_cast<std::int32_t>(bits - 1));
  e.values.release(count);
  map_one(e, Overwrite::may, [&](Xmm to, Xmm x) { emit_shift_by_register(e, shift, bits, to, x); });
}

}  // namespace wasmer::singlepass
