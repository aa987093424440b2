#pragma once
/// \file
/// Float arithmetic and comparison, of scalars and of lanes.

#include <cstdint>
#include <string_view>

#include <wasmer/backend/llvm/call.hpp>
#include <wasmer/backend/llvm/integer.hpp>

namespace wasmer::llvm_backend {

constexpr llvm::CmpInst::Predicate float_predicate(std::string_view name) {
  using Predicate = llvm::CmpInst::Predicate;
  return name == "eq" ? Predicate::FCMP_OEQ : name == "ne" ? Predicate::FCMP_UNE : name == "lt" ? Predicate::FCMP_OLT : name == "gt" ? Predicate::FCMP_OGT
       : name == "le" ? Predicate::FCMP_OLE : Predicate::FCMP_OGE;
}

/// The integer type, or vector, with a float type's bits.
inline llvm::Type* bits_of(Emitter& e, llvm::Type* type) {
  llvm::Type* const scalar = e.types.integer(type->getScalarSizeInBits());
  if (const auto* const vector = llvm::dyn_cast<llvm::FixedVectorType>(type)) return llvm::FixedVectorType::get(scalar, vector->getNumElements());
  return scalar;
}

/// The lesser or greater of two, zeros told apart by their sign, and a quiet NaN if one is NaN. The two orders of the machine's instruction differ where both are
/// zeros, and there `or` and `and` of the bits choose.
inline llvm::Value* extremum(Emitter& e, llvm::Value* a, llvm::Value* b, bool is_min) {
  auto& ir = e.ir;
  llvm::Type* const type = a->getType();
  llvm::Type* const bits = bits_of(e, type);
  const auto pick = [&](llvm::Value* x, llvm::Value* y) { return ir.CreateSelect(is_min ? ir.CreateFCmpOLT(x, y) : ir.CreateFCmpOGT(x, y), x, y); };
  llvm::Value* const x = ir.CreateBitCast(pick(a, b), bits);
  llvm::Value* const y = ir.CreateBitCast(pick(b, a), bits);
  llvm::Value* const chosen = ir.CreateBitCast(is_min ? ir.CreateOr(x, y) : ir.CreateAnd(x, y), type);
  return ir.CreateSelect(ir.CreateFCmpUNO(a, b), ir.CreateFAdd(a, b), chosen);
}

/// To an integer, as a float. The CPU does it from SSE4.1 on; without it the runtime does, of scalars.
inline llvm::Value* round_to_integer(Emitter& e, std::string_view name, llvm::Value* a) {
  const llvm::Intrinsic::ID id = name == "ceil" ? llvm::Intrinsic::ceil : name == "floor" ? llvm::Intrinsic::floor
                               : name == "trunc" ? llvm::Intrinsic::trunc : llvm::Intrinsic::nearbyint;
  if (e.cpu.sse41) return e.intrinsic(id, {a->getType()}, {a});
  const bool is_f32 = a->getType()->isFloatTy();
  const vm::Libcall libcall = name == "ceil" ? (is_f32 ? vm::Libcall::f32_ceil : vm::Libcall::f64_ceil)
                            : name == "floor" ? (is_f32 ? vm::Libcall::f32_floor : vm::Libcall::f64_floor)
                            : name == "trunc" ? (is_f32 ? vm::Libcall::f32_trunc : vm::Libcall::f64_trunc)
                                              : (is_f32 ? vm::Libcall::f32_nearest : vm::Libcall::f64_nearest);
  auto* const type = llvm::FunctionType::get(a->getType(), {a->getType()}, false);
  llvm::CallInst* const call = e.ir.CreateCall(type, libcall_entry(e, libcall), {a});
  call->setDoesNotThrow();
  return call;
}

inline llvm::Value* float_unary(Emitter& e, std::string_view name, llvm::Value* a) {
  if (name == "neg") return e.ir.CreateFNeg(a);
  if (name == "abs") return e.intrinsic(llvm::Intrinsic::fabs, {a->getType()}, {a});
  if (name == "sqrt") return e.intrinsic(llvm::Intrinsic::sqrt, {a->getType()}, {a});
  return round_to_integer(e, name, a);
}

inline llvm::Value* float_binary(Emitter& e, std::string_view name, llvm::Value* a, llvm::Value* b) {
  if (name == "add") return e.ir.CreateFAdd(a, b);
  if (name == "sub") return e.ir.CreateFSub(a, b);
  if (name == "mul") return e.ir.CreateFMul(a, b);
  if (name == "div") return e.ir.CreateFDiv(a, b);
  if (name == "copysign") return e.intrinsic(llvm::Intrinsic::copysign, {a->getType()}, {a, b});
  if (name == "pmin") return e.ir.CreateSelect(e.ir.CreateFCmpOLT(b, a), b, a);
  if (name == "pmax") return e.ir.CreateSelect(e.ir.CreateFCmpOLT(a, b), b, a);
  return extremum(e, a, b, name == "min");
}

template <Op op>
  requires(info(op).family == Family::unary && !is_integer(op))
void emit(Emitter& e, op_t<op>) {
  e.push(float_unary(e, name_of(op), e.pop()));
}

template <Op op>
  requires(info(op).family == Family::binary && !is_integer(op))
void emit(Emitter& e, op_t<op>) {
  llvm::Value* const b = e.pop();
  llvm::Value* const a = e.pop();
  e.push(float_binary(e, name_of(op), a, b));
}

template <Op op>
  requires(info(op).family == Family::compare && !is_integer(op))
void emit(Emitter& e, op_t<op>) {
  llvm::Value* const b = e.pop();
  llvm::Value* const a = e.pop();
  e.push_condition(e.ir.CreateFCmp(float_predicate(name_of(op)), a, b));
}

}  // namespace wasmer::llvm_backend
