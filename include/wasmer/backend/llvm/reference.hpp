#pragma once
/// \file
/// References tested for null.

#include <wasmer/backend/llvm/control.hpp>

namespace wasmer::llvm_backend {

inline llvm::Value* is_null(Emitter& e, llvm::Value* reference) { return e.ir.CreateICmpEQ(reference, e.i64(0)); }

inline void emit(Emitter& e, op_t<Op::ref_null>, HeapType) { e.push(e.i64(0)); }
inline void emit(Emitter& e, op_t<Op::ref_is_null>) { e.push_condition(is_null(e, e.pop())); }
inline void emit(Emitter& e, op_t<Op::ref_as_non_null>) { e.trap_if(is_null(e, e.operands.back()), ErrorId::null_reference); }
inline void emit(Emitter& e, op_t<Op::ref_eq>) {
  llvm::Value* const b = e.pop();
  e.push_condition(e.ir.CreateICmpEQ(e.pop(), b));
}

inline void emit(Emitter& e, op_t<Op::br_on_null>, std::uint32_t depth) {
  llvm::Value* const reference = e.pop();
  branch_if(e, is_null(e, reference), depth);
  e.push(reference);
}
inline void emit(Emitter& e, op_t<Op::br_on_non_null>, std::uint32_t depth) {
  branch_if(e, e.ir.CreateNot(is_null(e, e.operands.back())), depth);
  e.pop();
}

}  // namespace wasmer::llvm_backend
