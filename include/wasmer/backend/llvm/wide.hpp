#pragma once
/// \file
/// Arithmetic on 128 bits, in pairs of i64s: the lower half is the first operand or result of each pair.

#include <wasmer/backend/llvm/emitter.hpp>

namespace wasmer::llvm_backend {

inline void push_halves(Emitter& e, llvm::Value* value) {
  e.push(e.ir.CreateTrunc(value, e.types.i64));
  e.push(e.ir.CreateTrunc(e.ir.CreateLShr(value, 64), e.types.i64));
}
inline llvm::Value* pop_halves(Emitter& e) {
  llvm::Value* const high = e.ir.CreateZExt(e.pop(), e.types.i128);
  return e.ir.CreateOr(e.ir.CreateShl(high, 64), e.ir.CreateZExt(e.pop(), e.types.i128));
}

template <Op op>
  requires(info(op).family == Family::wide)
void emit(Emitter& e, op_t<op>) {
  if constexpr (op == Op::i64_add128 || op == Op::i64_sub128) {
    llvm::Value* const b = pop_halves(e);
    llvm::Value* const a = pop_halves(e);
    push_halves(e, op == Op::i64_add128 ? e.ir.CreateAdd(a, b) : e.ir.CreateSub(a, b));
  } else {
    const auto extended = [&](llvm::Value* value) { return op == Op::i64_mul_wide_s ? e.ir.CreateSExt(value, e.types.i128) : e.ir.CreateZExt(value, e.types.i128); };
    llvm::Value* const b = extended(e.pop());
    push_halves(e, e.ir.CreateMul(extended(e.pop()), b));
  }
}

}  // namespace wasmer::llvm_backend
