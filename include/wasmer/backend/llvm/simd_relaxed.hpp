#pragma once
/// \file
/// Relaxed vector instructions: of the results that the specification allows (appendix "Relaxed Operators"), those that cost least here. The same operands give
/// the same result on one machine, always.

#include <string_view>

#include <wasmer/backend/llvm/simd_float.hpp>
#include <wasmer/backend/llvm/simd_integer.hpp>
#include <wasmer/backend/llvm/simd_lane.hpp>

namespace wasmer::llvm_backend {

inline void emit(Emitter& e, op_t<Op::i8x16_relaxed_swizzle>) { emit_swizzle(e, false); }

/// a * b + c or c - a * b, rounded once where the CPU can, else twice.
inline llvm::Value* multiply_add(Emitter& e, llvm::Value* a, llvm::Value* b, llvm::Value* c, bool negated) {
  if (negated) a = e.ir.CreateFNeg(a);
  if (e.cpu.fma) return e.intrinsic(llvm::Intrinsic::fma, {a->getType()}, {a, b, c});
  return e.ir.CreateFAdd(e.ir.CreateFMul(a, b), c);
}

/// Products of signed bytes with bytes of seven bits, and the sums of neighbours; the instruction has the operand of seven bits first.
inline llvm::Value* dot_i7(Emitter& e, llvm::Value* a, llvm::Value* b) { return e.intrinsic(llvm::Intrinsic::x86_ssse3_pmadd_ub_sw_128, {}, {b, a}); }

/// The instructions of the machine, whose second operand is the answer where one is NaN or both are zeros.
inline llvm::Value* machine_extremum(Emitter& e, llvm::Value* a, llvm::Value* b, bool is_min) {
  return e.ir.CreateSelect(is_min ? e.ir.CreateFCmpOLT(a, b) : e.ir.CreateFCmpOGT(a, b), a, b);
}

template <Op op>
  requires(info(op).since == Proposal::relaxed_simd && info(op).family == Family::simd_binary && op != Op::i8x16_relaxed_swizzle)
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = name_of(op);
  llvm::Type* const type = name.starts_with("relaxed_dot") ? e.types.i8x16 : lanes(e.types, op);
  llvm::Value* const b = pop_as(e, type);
  llvm::Value* const a = pop_as(e, type);
  if constexpr (name == "relaxed_min" || name == "relaxed_max") push_vector(e, machine_extremum(e, a, b, name == "relaxed_min"));
  else if constexpr (name == "relaxed_q15mulr_s") push_vector(e, e.intrinsic(llvm::Intrinsic::x86_ssse3_pmul_hr_sw_128, {}, {a, b}));
  else push_vector(e, dot_i7(e, a, b));
}

template <Op op>
  requires(info(op).since == Proposal::relaxed_simd && info(op).family == Family::simd_ternary)
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = name_of(op);
  if constexpr (name == "relaxed_laneselect") {
    emit_bitselect(e);
  } else if constexpr (name == "relaxed_dot_i8x16_i7x16_add_s") {
    llvm::Value* const c = pop_as(e, e.types.i32x4);
    llvm::Value* const b = pop_as(e, e.types.i8x16);
    llvm::Value* const pairs = dot_i7(e, pop_as(e, e.types.i8x16), b);
    push_vector(e, e.ir.CreateAdd(dot(e, pairs, llvm::ConstantInt::get(e.types.i16x8, 1)), c));
  } else {
    llvm::Value* const c = pop_as(e, lanes(e.types, op));
    llvm::Value* const b = pop_as(e, lanes(e.types, op));
    push_vector(e, multiply_add(e, pop_as(e, lanes(e.types, op)), b, c, name == "relaxed_nmadd"));
  }
}

/// To what does not fit, the instruction's answer will do; of unsigned numbers, that of the saturating conversion.
template <Op op>
  requires(info(op).since == Proposal::relaxed_simd && info(op).family == Family::simd_convert)
void emit(Emitter& e, op_t<op>) {
  if constexpr (op == Op::i32x4_relaxed_trunc_f32x4_s) push_vector(e, e.intrinsic(llvm::Intrinsic::x86_sse2_cvttps2dq, {}, {pop_as(e, e.types.f32x4)}));
  else if constexpr (op == Op::i32x4_relaxed_trunc_f64x2_s_zero) push_vector(e, e.intrinsic(llvm::Intrinsic::x86_sse2_cvttpd2dq, {}, {pop_as(e, e.types.f64x2)}));
  else if constexpr (op == Op::i32x4_relaxed_trunc_f32x4_u) emit(e, op_t<Op::i32x4_trunc_sat_f32x4_u>{});
  else emit(e, op_t<Op::i32x4_trunc_sat_f64x2_u_zero>{});
}

}  // namespace wasmer::llvm_backend
