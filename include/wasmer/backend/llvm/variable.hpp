#pragma once
/// \file
/// Locals, globals, constants, drop and select. Locals are memory of the frame until LLVM makes values of them.

#include <cstdint>

#include <wasmer/backend/llvm/emitter.hpp>

namespace wasmer::llvm_backend {

inline void emit(Emitter& e, op_t<Op::local_get>, std::uint32_t local) {
  llvm::AllocaInst* const place = e.local(local);
  e.push(e.ir.CreateLoad(place->getAllocatedType(), place));
}
inline void emit(Emitter& e, op_t<Op::local_set>, std::uint32_t local) { e.ir.CreateStore(e.pop(), e.local(local)); }
inline void emit(Emitter& e, op_t<Op::local_tee>, std::uint32_t local) { e.ir.CreateStore(e.operands.back(), e.local(local)); }

/// The address of a global's value.
inline llvm::Value* global_place(Emitter& e, std::uint32_t global) {
  const std::int32_t field = e.layout.global(global);
  if (vm::ContextLayout::access(e.module, global) == vm::GlobalAccess::inline_) return e.field(field);
  return e.load_field(e.types.pointer, field, e.alias.constant);
}
inline void emit(Emitter& e, op_t<Op::global_get>, std::uint32_t global) {
  const GlobalType& type = e.module.globals[global].type;
  e.push(e.load(e.types.of(type.value), global_place(e, global), type.is_mutable ? e.alias.global : e.alias.constant, size_of(type.value)));
}
inline void emit(Emitter& e, op_t<Op::global_set>, std::uint32_t global) {
  llvm::Value* const value = e.pop();
  e.store(value, global_place(e, global), e.alias.global, size_of(e.module.globals[global].type.value));
}

inline void emit(Emitter& e, op_t<Op::i32_const>, std::int32_t value) { e.push(e.i32(static_cast<std::uint32_t>(value))); }
inline void emit(Emitter& e, op_t<Op::i64_const>, std::int64_t value) { e.push(e.i64(static_cast<std::uint64_t>(value))); }
inline void emit(Emitter& e, op_t<Op::f32_const>, F32 value) {
  e.push(llvm::ConstantFP::get(e.context(), llvm::APFloat(llvm::APFloat::IEEEsingle(), llvm::APInt(32, value.bits))));
}
inline void emit(Emitter& e, op_t<Op::f64_const>, F64 value) {
  e.push(llvm::ConstantFP::get(e.context(), llvm::APFloat(llvm::APFloat::IEEEdouble(), llvm::APInt(64, value.bits))));
}

inline void emit(Emitter& e, op_t<Op::drop>) { e.pop(); }

/// `select` of either kind; its type is resolved.
template <Op op>
  requires(op == Op::select || op == Op::select_t)
void emit(Emitter& e, op_t<op>, ValueType) {
  llvm::Value* const condition = e.pop_condition();
  llvm::Value* const otherwise = e.pop();
  llvm::Value* const then = e.pop();
  e.push(e.ir.CreateSelect(condition, then, otherwise));
}

}  // namespace wasmer::llvm_backend
