#pragma once
/// \file
/// Calls: of functions of the module, of imports, by reference, and of the runtime's own C functions.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include <wasmer/backend/llvm/emitter.hpp>

namespace wasmer::llvm_backend {

using Arguments = llvm::SmallVector<llvm::Value*, 16>;

/// The address of a function of the runtime.
inline llvm::Value* libcall_entry(Emitter& e, vm::Libcall libcall) {
  llvm::Value* const table = e.load_field(e.types.pointer, vm::offset::libcalls, e.alias.constant);
  return e.load(e.types.pointer, e.at(table, 8 * static_cast<int>(libcall)), e.alias.constant, 8);
}

/// Calls a function of the runtime that throws nothing, with the context, then integers, each as wide as a register: so 32-bit and 64-bit addresses mix.
inline llvm::CallInst* call_runtime(Emitter& e, vm::Libcall libcall, llvm::Type* result, std::initializer_list<llvm::Value*> integers) {
  Arguments arguments{e.self};
  llvm::SmallVector<llvm::Type*, 8> types{e.types.pointer};
  for (llvm::Value* const each : integers) arguments.push_back(e.ir.CreateZExt(each, e.types.i64)), types.push_back(e.types.i64);
  auto* const type = llvm::FunctionType::get(result, types, false);
  llvm::CallInst* const call = e.ir.CreateCall(type, libcall_entry(e, libcall), arguments);
  call->setDoesNotThrow();
  return call;
}

/// The same for one that answers with the trap to raise, if any.
inline void call_trapping(Emitter& e, vm::Libcall libcall, std::initializer_list<llvm::Value*> integers) {
  llvm::Value* const answer = call_runtime(e, libcall, e.types.i32, integers);
  e.trap_if(e.ir.CreateICmpNE(answer, e.i32(vm::no_trap)), answer);
}

/// Where LLVM's unwinding arrives with exceptions for the innermost handler.
inline llvm::BasicBlock* landing_pad(Emitter& e, std::uint32_t handler) {
  Emitter::Handler& to = e.handlers[handler];
  if (to.pad != nullptr) return to.pad;
  const llvm::IRBuilderBase::InsertPointGuard guard(e.ir);
  to.pad = e.block("pad");
  e.go_on_in(to.pad);
  // It is never called: its name says how LLVM is to write down where the pads are.
  if (!e.function->hasPersonalityFn())
    e.function->setPersonalityFn(llvm::cast<llvm::Constant>(e.part->getOrInsertFunction("__gxx_personality_v0", llvm::FunctionType::get(e.types.i32, true)).getCallee()));
  llvm::LandingPadInst* const pad = e.ir.CreateLandingPad(llvm::StructType::get(e.context(), {e.types.pointer, e.types.i32}), 1);
  pad->addClause(llvm::ConstantPointerNull::get(e.types.pointer));
  llvm::Value* const exception = e.ir.CreatePtrToInt(e.ir.CreateExtractValue(pad, 0), e.types.i64);
  if (to.dispatch == nullptr) {
    to.dispatch = e.block("dispatch");
    to.exception = llvm::PHINode::Create(e.types.i64, 2, "", to.dispatch);
  }
  e.handlers[handler].exception->addIncoming(exception, to.pad);
  e.ir.CreateBr(to.dispatch);
  return to.pad;
}

/// A call of what may throw.
inline llvm::CallBase* call_throwing(Emitter& e, llvm::FunctionType* type, llvm::Value* callee, llvm::ArrayRef<llvm::Value*> arguments) {
  if (e.handler == no_handler) return e.ir.CreateCall(type, callee, arguments);
  llvm::BasicBlock* const next = e.block();
  llvm::InvokeInst* const call = e.ir.CreateInvoke(type, callee, next, landing_pad(e, e.handler), arguments);
  e.go_on_in(next);
  return call;
}

/// Words that lie behind the first result.
inline std::uint32_t rest_words(const FunctionType& type) {
  std::uint32_t words = 0;
  for (std::size_t i = 1; i < type.results().size(); ++i) words += type.results()[i].is_vector() ? 2 : 1;
  return words;
}

/// Takes arguments off the stack. Those beyond the registers are written below the callee's context; gives the others in their order.
inline Arguments take_arguments(Emitter& e, const FunctionType& type, llvm::Value* context) {
  const std::size_t first = e.operands.size() - type.params().size();
  e.charge(type.params().size());
  Arguments arguments;
  for_parameters(type, [&](std::size_t i, unsigned) { arguments.push_back(e.operands[first + i]); }, [&](std::size_t i, std::int32_t offset) {
    e.store(e.operands[first + i], e.at(context, offset), e.alias.arguments, std::min(8u, size_of(type.params()[i])));
  });
  e.operands.resize(first);
  return arguments;
}

/// Pushes the results of a call: the first is its value, the others lie at `rest`.
inline void push_results(Emitter& e, const FunctionType& type, llvm::Value* first, llvm::Value* rest) {
  e.charge(type.results().size());
  std::int32_t at = 0;
  for (std::size_t i = 0; i < type.results().size(); ++i) {
    const ValueType result = type.results()[i];
    if (i == 0) e.push(first);
    else e.push(e.load(e.types.of(result), e.at(rest, at), e.alias.results, std::min(8u, size_of(result)))), at += result.is_vector() ? 16 : 8;
  }
}

/// Calls `callee` with the arguments on the stack, which give way to the results.
inline void call_function(Emitter& e, const FunctionType& type, llvm::Value* callee, llvm::Value* context) {
  Arguments arguments = take_arguments(e, type, context);
  llvm::Value* rest = nullptr;
  if (type.results().size() > 1) arguments.insert(arguments.begin(), rest = e.results(rest_words(type)));
  arguments.insert(arguments.begin(), context);
  llvm::CallBase* const call = call_throwing(e, prototype(e.types, type), callee, arguments);
  push_results(e, type, call, rest);
}

/// What a call goes to, and the context that it gets.
struct Callee {
  llvm::Value* entry;
  llvm::Value* context;
};
inline Callee imported(Emitter& e, std::uint32_t function) {
  const std::int32_t import = e.layout.import(function);
  return {e.load_field(e.types.pointer, import + vm::offset::import_entry, e.alias.constant),
          e.load_field(e.types.pointer, import + vm::offset::import_context, e.alias.constant)};
}
/// Of a function reference that is not null.
inline Callee referenced(Emitter& e, llvm::Value* reference) {
  llvm::Value* const pointer = e.to_pointer(reference);
  return {e.load(e.types.pointer, e.at(pointer, vm::offset::func_ref_entry), e.alias.constant, 8),
          e.load(e.types.pointer, e.at(pointer, vm::offset::func_ref_context), e.alias.constant, 8)};
}

inline void emit(Emitter& e, op_t<Op::call>, std::uint32_t function) {
  const FunctionType& type = e.module.function_type(function);
  if (function >= e.module.imported_functions) return call_function(e, type, e.declare(function, false), e.self);
  const Callee callee = imported(e, function);
  call_function(e, type, callee.entry, callee.context);
}

/// The function reference on the stack, unless it is null.
inline Callee take_callee(Emitter& e) {
  llvm::Value* const reference = e.pop();
  e.trap_if(e.ir.CreateICmpEQ(reference, e.i64(0)), ErrorId::null_function_reference);
  return referenced(e, reference);
}
inline void emit(Emitter& e, op_t<Op::call_ref>, std::uint32_t type) {
  const Callee callee = take_callee(e);
  call_function(e, e.module.types[type].function, callee.entry, callee.context);
}

}  // namespace wasmer::llvm_backend
