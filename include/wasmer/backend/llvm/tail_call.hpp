#pragma once
/// \file
/// Tail calls: a bare jump, by LLVM's `musttail` between functions of the uniform prototype. No argument is on the machine stack, whatever the functions' types are.

#include <cstdint>

#include <wasmer/backend/llvm/indirect_call.hpp>

namespace wasmer::llvm_backend {

/// `callee` takes the place of the function at hand, with the arguments on the stack.
inline void tail_call(Emitter& e, const FunctionType& type, llvm::Value* callee, llvm::Value* context) {
  e.must_be_uniform = true;
  if (!e.is_uniform) return void(e.ir.CreateUnreachable());  // the function is read again
  Arguments arguments = take_arguments(e, type, context);
  if (type.results().size() > 1) arguments.insert(arguments.begin(), e.rest);
  arguments.insert(arguments.begin(), context);
  llvm::CallInst* const call = e.ir.CreateCall(uniform_prototype(e.types), callee, pack_arguments(e, arguments));
  call->setTailCallKind(llvm::CallInst::TCK_MustTail);
  e.ir.CreateRet(call);
}

inline void emit(Emitter& e, op_t<Op::return_call>, std::uint32_t function) {
  const FunctionType& type = e.module.function_type(function);
  if (function >= e.module.imported_functions) return tail_call(e, type, e.declare(function, true), e.self);
  const Callee callee = imported(e, function);
  tail_call(e, type, callee.entry, callee.context);
}
inline void emit(Emitter& e, op_t<Op::return_call_ref>, std::uint32_t type) {
  const Callee callee = take_callee(e);
  tail_call(e, e.module.types[type].function, callee.entry, callee.context);
}
inline void emit(Emitter& e, op_t<Op::return_call_indirect>, IndexPair type_and_table) {
  const Callee callee = take_element(e, type_and_table);
  tail_call(e, e.module.types[type_and_table.first].function, callee.entry, callee.context);
}

}  // namespace wasmer::llvm_backend
