#pragma once
/// \file
/// Integer arithmetic and comparison.

#include <cstdint>
#include <string_view>

#include <wasmer/backend/llvm/emitter.hpp>

namespace wasmer::llvm_backend {

/// The part of an instruction's text behind the dot: "add", "lt_s".
constexpr std::string_view name_of(Op op) { return info(op).text.substr(info(op).text.find('.') + 1); }
constexpr bool is_integer(Op op) { return info(op).text[0] == 'i'; }

/// A comparison of integers, of scalars and of lanes alike.
constexpr llvm::CmpInst::Predicate integer_predicate(std::string_view name) {
  using Predicate = llvm::CmpInst::Predicate;
  return name == "eq" ? Predicate::ICMP_EQ : name == "ne" ? Predicate::ICMP_NE
       : name == "lt_s" ? Predicate::ICMP_SLT : name == "lt_u" ? Predicate::ICMP_ULT : name == "gt_s" ? Predicate::ICMP_SGT : name == "gt_u" ? Predicate::ICMP_UGT
       : name == "le_s" ? Predicate::ICMP_SLE : name == "le_u" ? Predicate::ICMP_ULE : name == "ge_s" ? Predicate::ICMP_SGE : Predicate::ICMP_UGE;
}

/// Division and remainder: what the machine's instruction does not define is a trap, or, of the remainder by -1, zero.
inline llvm::Value* divide(Emitter& e, llvm::Value* a, llvm::Value* b, bool is_signed, bool remainder) {
  llvm::Type* const type = a->getType();
  const unsigned bits = type->getIntegerBitWidth();
  e.trap_if(e.ir.CreateICmpEQ(b, llvm::ConstantInt::get(type, 0)), ErrorId::integer_divide_by_zero);
  if (!is_signed) return remainder ? e.ir.CreateURem(a, b) : e.ir.CreateUDiv(a, b);
  llvm::Value* const by_minus_one = e.ir.CreateICmpEQ(b, llvm::ConstantInt::getSigned(type, -1));
  if (remainder) return e.ir.CreateSRem(a, e.ir.CreateSelect(by_minus_one, llvm::ConstantInt::get(type, 1), b));
  llvm::Value* const is_least = e.ir.CreateICmpEQ(a, llvm::ConstantInt::get(type, llvm::APInt::getSignedMinValue(bits)));
  e.trap_if(e.ir.CreateAnd(is_least, by_minus_one), ErrorId::integer_overflow);
  return e.ir.CreateSDiv(a, b);
}

template <Op op>
  requires(info(op).family == Family::binary && is_integer(op))
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = name_of(op);
  auto& ir = e.ir;
  llvm::Value* const b = e.pop();
  llvm::Value* const a = e.pop();
  // Counts are taken modulo the width, which LLVM does not do by itself.
  const auto count = [&] { return ir.CreateAnd(b, llvm::ConstantInt::get(b->getType(), b->getType()->getIntegerBitWidth() - 1)); };
  if constexpr (name == "add") e.push(ir.CreateAdd(a, b));
  else if constexpr (name == "sub") e.push(ir.CreateSub(a, b));
  else if constexpr (name == "mul") e.push(ir.CreateMul(a, b));
  else if constexpr (name == "and") e.push(ir.CreateAnd(a, b));
  else if constexpr (name == "or") e.push(ir.CreateOr(a, b));
  else if constexpr (name == "xor") e.push(ir.CreateXor(a, b));
  else if constexpr (name == "shl") e.push(ir.CreateShl(a, count()));
  else if constexpr (name == "shr_s") e.push(ir.CreateAShr(a, count()));
  else if constexpr (name == "shr_u") e.push(ir.CreateLShr(a, count()));
  else if constexpr (name == "rotl") e.push(e.intrinsic(llvm::Intrinsic::fshl, {a->getType()}, {a, a, b}));
  else if constexpr (name == "rotr") e.push(e.intrinsic(llvm::Intrinsic::fshr, {a->getType()}, {a, a, b}));
  else e.push(divide(e, a, b, name.ends_with("_s"), name.starts_with("rem")));
}

template <Op op>
  requires(info(op).family == Family::compare && is_integer(op))
void emit(Emitter& e, op_t<op>) {
  llvm::Value* const b = e.pop();
  llvm::Value* const a = e.pop();
  e.push_condition(e.ir.CreateICmp(integer_predicate(name_of(op)), a, b));
}

template <Op op>
  requires(op == Op::i32_eqz || op == Op::i64_eqz)
void emit(Emitter& e, op_t<op>) {
  if constexpr (op == Op::i32_eqz) return e.push_condition(e.ir.CreateNot(e.pop_condition()));
  e.push_condition(e.ir.CreateICmpEQ(e.pop(), e.i64(0)));
}

template <Op op>
  requires(info(op).family == Family::unary && is_integer(op))
void emit(Emitter& e, op_t<op>) {
  constexpr std::string_view name = name_of(op);
  llvm::Value* const a = e.pop();
  llvm::Type* const type = a->getType();
  llvm::Value* const zero_is_defined = e.ir.getFalse();
  const auto extend = [&](unsigned bits) { return e.ir.CreateSExt(e.ir.CreateTrunc(a, e.types.integer(bits)), type); };
  if constexpr (name == "clz") e.push(e.intrinsic(llvm::Intrinsic::ctlz, {type}, {a, zero_is_defined}));
  else if constexpr (name == "ctz") e.push(e.intrinsic(llvm::Intrinsic::cttz, {type}, {a, zero_is_defined}));
  else if constexpr (name == "popcnt") e.push(e.intrinsic(llvm::Intrinsic::ctpop, {type}, {a}));
  else if constexpr (name == "extend8_s") e.push(extend(8));
  else if constexpr (name == "extend16_s") e.push(extend(16));
  else e.push(extend(32));
}

}  // namespace wasmer::llvm_backend
