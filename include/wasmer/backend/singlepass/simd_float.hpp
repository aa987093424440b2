#pragma once
/// \file
/// Lane by lane on floats: arithmetic, extrema, rounding and comparison.

#include <optional>
#include <string_view>

#include <wasmer/backend/singlepass/simd_integer.hpp>

namespace wasmer::singlepass {

constexpr bool is_f32x4(Op op) { return info(op).text[1] == '3'; }

/// What cmpps and cmppd compare for. All but `unequal` and `unordered` are false of a NaN.
enum class FloatPredicate : std::uint8_t { equal, less, less_or_equal, unordered, unequal };

/// pmin(a, b) is b < a ? b : a, which is what the instruction does with the operands swapped, NaNs and zeros included.
constexpr std::optional<OneInstruction> float_instruction(Op op) {
  switch (op) {
    case Op::f32x4_add: return OneInstruction{Packed::addps, Order::either};
    case Op::f64x2_add: return OneInstruction{Packed::addpd, Order::either};
    case Op::f32x4_sub: return OneInstruction{Packed::subps};
    case Op::f64x2_sub: return OneInstruction{Packed::subpd};
    case Op::f32x4_mul: return OneInstruction{Packed::mulps, Order::either};
    case Op::f64x2_mul: return OneInstruction{Packed::mulpd, Order::either};
    case Op::f32x4_div: return OneInstruction{Packed::divps};
    case Op::f64x2_div: return OneInstruction{Packed::divpd};
    case Op::f32x4_pmin: return OneInstruction{Packed::minps, Order::swapped};
    case Op::f64x2_pmin: return OneInstruction{Packed::minpd, Order::swapped};
    case Op::f32x4_pmax: return OneInstruction{Packed::maxps, Order::swapped};
    case Op::f64x2_pmax: return OneInstruction{Packed::maxpd, Order::swapped};
    default: return std::nullopt;
  }
}

/// The instructions give their second operand when one is NaN or both are zeros. So both orders are tried, and combined: a NaN of either stays one, and so
/// does the zero that is less (greater).
inline void emit_vector_extremum(Emitter& e, bool is_f32, bool is_min) {
  const auto by_width = [&](Packed ps, Packed pd) { return is_f32 ? ps : pd; };
  map_two(e, Overwrite::never, [&](Xmm to, Xmm x, Xmm y) {
    const Xmm other = float_scratch;
    const Packed extremum = is_min ? by_width(Packed::minps, Packed::minpd) : by_width(Packed::maxps, Packed::maxpd);
    packed(e, extremum, other, x, y);
    packed(e, extremum, to, y, x);
    if (is_min) {
      packed(e, Packed::orps, other, other, to);
    } else {
      packed(e, Packed::xorps, to, to, other);  // where they differ: in the sign of a zero, or in a NaN
      packed(e, Packed::orps, other, other, to);
      packed(e, by_width(Packed::subps, Packed::subpd), other, other, to);
    }
    // Of a NaN the quiet bit stays, and none below it.
    packed(e, by_width(Packed::cmpps, Packed::cmppd), to, other, other, FloatPredicate::unordered);
    if (is_min) packed(e, Packed::orps, other, other, to);
    packed(e, is_f32 ? PackedShift::psrld : PackedShift::psrlq, to, to, is_f32 ? 10 : 13);
    packed(e, Packed::andnps, to, to, other);
  });
}

template <Op op>
  requires(info(op).family == Family::simd_binary && info(op).text[0] == 'f' && info(op).since == Proposal::simd)
void emit(Emitter& e, op_t<op>) {
  constexpr auto instruction = float_instruction(op);
  if constexpr (instruction) emit_packed(e, instruction->op, instruction->order);
  else emit_vector_extremum(e, is_f32x4(op), lane_name(op) == "min");
}

/// Greater is less with the operands swapped.
inline void emit_float_compare(Emitter& e, bool is_f32, FloatPredicate predicate, bool swapped) {
  const Packed op = is_f32 ? Packed::cmpps : Packed::cmppd;
  const auto imm = static_cast<std::uint8_t>(predicate);
  if (e.cpu.avx) return map_two(e, Overwrite::may, [&](Xmm to, Xmm x, Xmm y) { packed(e, op, to, swapped ? y : x, swapped ? x : y, imm); });
  map_two(e, Overwrite::never, [&](Xmm to, Xmm x, Xmm y) { packed(e, op, to, swapped ? y : x, swapped ? x : y, imm); });
}

template <Op op>
  requires(info(op).family == Family::simd_compare && info(op).text[0] == 'f')
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = lane_name(op);
  constexpr FloatPredicate predicate = name == "eq" ? FloatPredicate::equal : name == "ne" ? FloatPredicate::unequal
                                       : name == "lt" || name == "gt" ? FloatPredicate::less : FloatPredicate::less_or_equal;
  emit_float_compare(e, is_f32x4(op), predicate, name.starts_with("g"));
}

template <Op op>
  requires(info(op).family == Family::simd_unary && info(op).text[0] == 'f')
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = lane_name(op);
  constexpr bool is_f32 = is_f32x4(op);
  map_one(e, Overwrite::may, [&](Xmm to, Xmm x) {
    if constexpr (name == "sqrt") {
      e.masm.sse(is_f32 ? Packed::sqrtps : Packed::sqrtpd, to, x);
    } else if constexpr (name == "abs" || name == "neg") {
      const V128 sign = is_f32 ? splat(std::uint32_t{1} << 31) : splat(std::uint64_t{1} << 63);
      const V128 others = is_f32 ? splat(~std::uint32_t{0} >> 1) : splat(~std::uint64_t{0} >> 1);
      packed(e, name == "abs" ? Packed::andps : Packed::xorps, to, x, name == "abs" ? others : sign);
    } else {
      constexpr std::uint8_t mode = name == "ceil" ? 10 : name == "floor" ? 9 : name == "trunc" ? 11 : 8;  // precision exceptions suppressed
      e.masm.sse(is_f32 ? Packed::roundps : Packed::roundpd, to, x, mode);
    }
  });
}

}  // namespace wasmer::singlepass
