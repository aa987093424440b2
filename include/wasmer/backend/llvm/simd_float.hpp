#pragma once
/// \file
/// Float lanes: arithmetic and comparison as of scalars, and lanes of one kind made into lanes of another.

#include <cstdint>
#include <string_view>

#include <wasmer/backend/llvm/float.hpp>
#include <wasmer/backend/llvm/simd.hpp>

namespace wasmer::llvm_backend {

template <Op op>
  requires(info(op).family == Family::simd_binary && info(op).text[0] == 'f' && info(op).since == Proposal::simd)
void emit(Emitter& e, op_t<op>) {
  llvm::Value* const b = pop_as(e, lanes(e.types, op));
  llvm::Value* const a = pop_as(e, lanes(e.types, op));
  push_vector(e, float_binary(e, name_of(op), a, b));
}
template <Op op>
  requires(info(op).family == Family::simd_unary && info(op).text[0] == 'f')
void emit(Emitter& e, op_t<op>) {
  push_vector(e, float_unary(e, name_of(op), pop_as(e, lanes(e.types, op))));
}
template <Op op>
  requires(info(op).family == Family::simd_compare && info(op).text[0] == 'f')
void emit(Emitter& e, op_t<op>) {
  llvm::Value* const b = pop_as(e, lanes(e.types, op));
  llvm::Value* const a = pop_as(e, lanes(e.types, op));
  push_mask(e, e.ir.CreateFCmp(float_predicate(name_of(op)), a, b), lane_bits(op));
}

template <Op op>
  requires(info(op).family == Family::simd_convert && info(op).since == Proposal::simd)
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = name_of(op);
  constexpr bool is_signed = name.ends_with("_s") || name.ends_with("_s_zero");
  const Types& types = e.types;
  auto* const f32x2 = llvm::FixedVectorType::get(types.f32, 2);
  const auto saturate = [&](llvm::Value* a, llvm::Type* to) { return e.intrinsic(is_signed ? llvm::Intrinsic::fptosi_sat : llvm::Intrinsic::fptoui_sat, {to, a->getType()}, {a}); };
  if constexpr (name.starts_with("extend")) {
    push_vector(e, widen_half(e, pop_as(e, integer_lanes(types, lane_bits(op) / 2)), name.starts_with("extend_high"), is_signed));
  } else if constexpr (op == Op::f32x4_demote_f64x2_zero) {
    push_vector(e, then_zeros(e, e.ir.CreateFPTrunc(pop_as(e, types.f64x2), f32x2), 2));
  } else if constexpr (op == Op::f64x2_promote_low_f32x4) {
    push_vector(e, e.ir.CreateFPExt(every(e, pop_as(e, types.f32x4), 0, 1, 2), types.f64x2));
  } else if constexpr (name.starts_with("convert")) {
    llvm::Value* a = pop_as(e, types.i32x4);
    if constexpr (lane_bits(op) == 64) a = every(e, a, 0, 1, 2);
    push_vector(e, is_signed ? e.ir.CreateSIToFP(a, lanes(types, op)) : e.ir.CreateUIToFP(a, lanes(types, op)));
  } else if constexpr (name.ends_with("_zero")) {
    push_vector(e, then_zeros(e, saturate(pop_as(e, types.f64x2), llvm::FixedVectorType::get(types.i32, 2)), 2));
  } else {
    push_vector(e, saturate(pop_as(e, types.f32x4), types.i32x4));
  }
}

}  // namespace wasmer::llvm_backend
