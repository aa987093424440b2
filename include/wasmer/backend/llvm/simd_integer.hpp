#pragma once
/// \file
/// Integer lanes: arithmetic, comparison, tests of all lanes, and vectors as 128 bits.

#include <cstdint>
#include <cstring>
#include <string_view>

#include <wasmer/backend/llvm/simd.hpp>

namespace wasmer::llvm_backend {

inline void emit(Emitter& e, op_t<Op::v128_const>, V128 value) {
  std::uint64_t halves[2];
  std::memcpy(halves, value.bytes, sizeof halves);
  e.push(llvm::ConstantDataVector::get(e.context(), llvm::ArrayRef<std::uint64_t>(halves)));
}

inline void emit(Emitter& e, op_t<Op::v128_not>) { e.push(e.ir.CreateNot(e.pop())); }
inline void emit(Emitter& e, op_t<Op::v128_and>) { e.push(e.ir.CreateAnd(e.pop(), e.pop())); }
inline void emit(Emitter& e, op_t<Op::v128_or>) { e.push(e.ir.CreateOr(e.pop(), e.pop())); }
inline void emit(Emitter& e, op_t<Op::v128_xor>) { e.push(e.ir.CreateXor(e.pop(), e.pop())); }
inline void emit(Emitter& e, op_t<Op::v128_andnot>) {
  llvm::Value* const excluded = e.pop();
  e.push(e.ir.CreateAnd(e.pop(), e.ir.CreateNot(excluded)));
}
inline void emit_bitselect(Emitter& e) {
  llvm::Value* const mask = e.pop();
  llvm::Value* const otherwise = e.pop();
  llvm::Value* const chosen = e.pop();
  e.push(e.ir.CreateOr(e.ir.CreateAnd(chosen, mask), e.ir.CreateAnd(otherwise, e.ir.CreateNot(mask))));
}
inline void emit(Emitter& e, op_t<Op::v128_bitselect>) { emit_bitselect(e); }

/// any_true, all_true and bitmask.
template <Op op>
  requires(info(op).family == Family::test && info(op).since == Proposal::simd)
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = name_of(op);
  if constexpr (name == "any_true") {
    e.push_condition(e.ir.CreateICmpNE(pop_as(e, e.types.i128), llvm::ConstantInt::get(e.types.i128, 0)));
  } else {
    llvm::Value* const a = pop_as(e, lanes(e.types, op));
    llvm::Value* const zero = llvm::Constant::getNullValue(a->getType());
    llvm::Value* const bits = name == "all_true" ? e.ir.CreateICmpEQ(a, zero) : e.ir.CreateICmpSLT(a, zero);
    auto* const mask = llvm::IntegerType::get(e.context(), lane_count(op));
    llvm::Value* const word = e.ir.CreateBitCast(bits, mask);
    if constexpr (name == "all_true") e.push_condition(e.ir.CreateICmpEQ(word, llvm::ConstantInt::get(mask, 0)));
    else e.push(e.ir.CreateZExt(word, e.types.i32));
  }
}

/// To lanes of half the width, those of `a` and then those of `b`, with saturation. The operands are signed in either case.
inline llvm::Value* narrow(Emitter& e, llvm::Value* a, llvm::Value* b, bool is_signed) {
  const llvm::Intrinsic::ID id = a->getType()->getScalarSizeInBits() == 16
      ? (is_signed ? llvm::Intrinsic::x86_sse2_packsswb_128 : llvm::Intrinsic::x86_sse2_packuswb_128)
      : (is_signed ? llvm::Intrinsic::x86_sse2_packssdw_128 : llvm::Intrinsic::x86_sse41_packusdw);
  return e.intrinsic(id, {}, {a, b});
}

/// Sums of neighbouring products.
inline llvm::Value* dot(Emitter& e, llvm::Value* a, llvm::Value* b) { return e.intrinsic(llvm::Intrinsic::x86_sse2_pmadd_wd, {}, {a, b}); }

/// (a * b + 2^14) >> 15 with saturation. The instruction leaves one product out, that of the least number with itself.
inline llvm::Value* rounded_product(Emitter& e, llvm::Value* a, llvm::Value* b) {
  llvm::Value* const product = e.intrinsic(llvm::Intrinsic::x86_ssse3_pmul_hr_sw_128, {}, {a, b});
  llvm::Value* const wrong = e.ir.CreateICmpEQ(product, llvm::ConstantInt::get(product->getType(), 0x8000));
  return e.ir.CreateXor(product, e.ir.CreateSExt(wrong, product->getType()));
}

inline llvm::Value* average(Emitter& e, llvm::Value* a, llvm::Value* b) {
  llvm::Value* const sum = e.ir.CreateAdd(widen(e, a, false), widen(e, b, false));
  llvm::Value* const rounded = e.ir.CreateAdd(sum, llvm::ConstantInt::get(sum->getType(), 1));
  return e.ir.CreateTrunc(e.ir.CreateLShr(rounded, 1), a->getType());
}

inline llvm::Value* pick(Emitter& e, std::string_view predicate, llvm::Value* a, llvm::Value* b) {
  return e.ir.CreateSelect(e.ir.CreateICmp(integer_predicate(predicate), a, b), a, b);
}

template <Op op>
  requires(info(op).family == Family::simd_binary && info(op).text[0] == 'i' && info(op).since == Proposal::simd && op != Op::i8x16_swizzle)
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = name_of(op);
  constexpr bool is_signed = name.ends_with("_s");
  constexpr unsigned bits = lane_bits(op);
  llvm::Type* const type = integer_lanes(e.types, name.starts_with("narrow") ? bits * 2 : name.starts_with("extmul") || name.starts_with("dot") ? bits / 2 : bits);
  llvm::Value* const b = pop_as(e, type);
  llvm::Value* const a = pop_as(e, type);
  if constexpr (name == "add") push_vector(e, e.ir.CreateAdd(a, b));
  else if constexpr (name == "sub") push_vector(e, e.ir.CreateSub(a, b));
  else if constexpr (name == "mul") push_vector(e, e.ir.CreateMul(a, b));
  else if constexpr (name.starts_with("add_sat")) push_vector(e, e.intrinsic(is_signed ? llvm::Intrinsic::sadd_sat : llvm::Intrinsic::uadd_sat, {type}, {a, b}));
  else if constexpr (name.starts_with("sub_sat")) push_vector(e, e.intrinsic(is_signed ? llvm::Intrinsic::ssub_sat : llvm::Intrinsic::usub_sat, {type}, {a, b}));
  else if constexpr (name.starts_with("min")) push_vector(e, pick(e, is_signed ? "lt_s" : "lt_u", a, b));
  else if constexpr (name.starts_with("max")) push_vector(e, pick(e, is_signed ? "gt_s" : "gt_u", a, b));
  else if constexpr (name == "avgr_u") push_vector(e, average(e, a, b));
  else if constexpr (name.starts_with("narrow")) push_vector(e, narrow(e, a, b, is_signed));
  else if constexpr (name.starts_with("dot")) push_vector(e, dot(e, a, b));
  else if constexpr (name.starts_with("q15mulr")) push_vector(e, rounded_product(e, a, b));
  else push_vector(e, e.ir.CreateMul(widen_half(e, a, name.starts_with("extmul_high"), is_signed), widen_half(e, b, name.starts_with("extmul_high"), is_signed)));
}

template <Op op>
  requires(info(op).family == Family::simd_compare && info(op).text[0] == 'i')
void emit(Emitter& e, op_t<op>) {
  llvm::Value* const b = pop_as(e, lanes(e.types, op));
  llvm::Value* const a = pop_as(e, lanes(e.types, op));
  push_mask(e, e.ir.CreateICmp(integer_predicate(name_of(op)), a, b), lane_bits(op));
}

template <Op op>
  requires(info(op).family == Family::simd_unary && info(op).text[0] == 'i')
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = name_of(op);
  if constexpr (name.starts_with("extadd_pairwise")) {
    llvm::Value* const a = pop_as(e, integer_lanes(e.types, lane_bits(op) / 2));
    const auto half = [&](int first) { return widen(e, every(e, a, first, 2, static_cast<int>(lane_count(op))), name.ends_with("_s")); };
    push_vector(e, e.ir.CreateAdd(half(0), half(1)));
  } else {
    llvm::Value* const a = pop_as(e, lanes(e.types, op));
    if constexpr (name == "abs") push_vector(e, e.intrinsic(llvm::Intrinsic::abs, {a->getType()}, {a, e.ir.getFalse()}));
    else if constexpr (name == "neg") push_vector(e, e.ir.CreateNeg(a));
    else push_vector(e, e.intrinsic(llvm::Intrinsic::ctpop, {a->getType()}, {a}));
  }
}

/// The count is taken modulo the lanes' width.
template <Op op>
  requires(info(op).family == Family::shift)
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = name_of(op);
  constexpr unsigned bits = lane_bits(op);
  llvm::Value* const count = e.ir.CreateZExtOrTrunc(e.ir.CreateAnd(e.pop(), e.i32(bits - 1)), e.types.integer(bits));
  llvm::Value* const counts = e.ir.CreateVectorSplat(lane_count(op), count);
  llvm::Value* const a = pop_as(e, lanes(e.types, op));
  if constexpr (name == "shl") push_vector(e, e.ir.CreateShl(a, counts));
  else if constexpr (name == "shr_s") push_vector(e, e.ir.CreateAShr(a, counts));
  else push_vector(e, e.ir.CreateLShr(a, counts));
}

}  // namespace wasmer::llvm_backend
