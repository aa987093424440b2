#pragma once
/// \file
/// Relaxed vector instructions: of the results that the specification allows (appendix "Relaxed Operators"), those that cost least here. The same
/// operands give the same result on one machine, always.

#include <wasmer/backend/singlepass/simd_bits.hpp>
#include <wasmer/backend/singlepass/simd_convert.hpp>

namespace wasmer::singlepass {

inline void emit(Emitter& e, op_t<Op::i8x16_relaxed_swizzle>) { emit_packed(e, Packed::pshufb, Order::straight); }

/// a * b + c or c - a * b, rounded once where the CPU can, else twice.
inline void emit_multiply_add(Emitter& e, bool is_f32, bool negated) {
  if (e.cpu.fma) {
    const Packed to_third = is_f32 ? (negated ? Packed::fnmadd231ps : Packed::fmadd231ps) : (negated ? Packed::fnmadd231pd : Packed::fmadd231pd);
    const Packed to_factor = is_f32 ? (negated ? Packed::fnmadd213ps : Packed::fmadd213ps) : (negated ? Packed::fnmadd213pd : Packed::fmadd213pd);
    return map_three(e, Overwrite::may, [&](Xmm to, Xmm x, Xmm y, Xmm z) {
      if (to == z) return e.masm.avx(to_third, to, x, y);
      if (to == y) return e.masm.avx(to_factor, to, x, z);
      move(e, to, x);
      e.masm.avx(to_factor, to, y, z);
    });
  }
  map_three(e, Overwrite::never, [&](Xmm to, Xmm x, Xmm y, Xmm z) {
    packed(e, is_f32 ? Packed::mulps : Packed::mulpd, float_scratch, x, y);
    packed(e, negated ? (is_f32 ? Packed::subps : Packed::subpd) : (is_f32 ? Packed::addps : Packed::addpd), to, z, float_scratch);
  });
}

/// By the sign of each lane where that is one instruction, else bit by bit.
inline void emit_laneselect(Emitter& e, unsigned bits) {
  if (!e.cpu.avx || bits == 16 || e.cpu.avx512) return emit_bitselect(e);
  const Packed op = by_lane(bits, Packed::pblendvb, {}, Packed::blendvps, Packed::blendvpd);
  map_three(e, Overwrite::may, [&](Xmm to, Xmm x, Xmm y, Xmm mask) { e.masm.avx(op, to, y, x, static_cast<std::uint8_t>(masm::number(mask) << 4)); });
}

/// Products of signed bytes with bytes of seven bits, and the sums of neighbours; the instruction has the operand of seven bits first.
inline void emit_dot_add(Emitter& e) {
  map_three(e, Overwrite::never, [&](Xmm to, Xmm x, Xmm y, Xmm z) {
    packed(e, Packed::pmaddubsw, to, y, x);
    packed(e, Packed::pmaddwd, to, to, splat(std::uint16_t{1}));
    packed(e, Packed::paddd, to, to, z);
  });
}

template <Op op>
  requires(info(op).since == Proposal::relaxed_simd && (info(op).family == Family::simd_binary || info(op).family == Family::simd_ternary))
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = lane_name(op);
  constexpr bool is_f32 = is_f32x4(op);
  if constexpr (name == "relaxed_min") emit_packed(e, is_f32 ? Packed::minps : Packed::minpd, Order::straight);
  else if constexpr (name == "relaxed_max") emit_packed(e, is_f32 ? Packed::maxps : Packed::maxpd, Order::straight);
  else if constexpr (name == "relaxed_q15mulr_s") emit_packed(e, Packed::pmulhrsw, Order::either);
  else if constexpr (name == "relaxed_dot_i8x16_i7x16_s") emit_packed(e, Packed::pmaddubsw, Order::swapped);
  else if constexpr (name == "relaxed_dot_i8x16_i7x16_add_s") emit_dot_add(e);
  else if constexpr (name == "relaxed_laneselect") emit_laneselect(e, lane_bits(op));
  else emit_multiply_add(e, is_f32, name == "relaxed_nmadd");
}

}  // namespace wasmer::singlepass
