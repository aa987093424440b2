#pragma once
/// \file
/// How a function begins: its prototype, where its parameters arrive, and its locals.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include <wasmer/backend/llvm/control.hpp>

namespace wasmer::llvm_backend {

/// What holds of all functions: frame pointers, since backtraces and unwinding walk them; no tail calls but those that the guest
/// asks for, or else a runaway recursion would never end; no calls of a C library, which there is none of; and a frame that lies where the caller's stack pointer says,
/// so that it is known at a landing pad.
inline void add_attributes(Emitter& e, llvm::Function& function) {
  function.addFnAttr("frame-pointer", "all");
  function.addFnAttr("no-realign-stack");
  function.addFnAttr("no-builtins");
  function.addFnAttr("no-trapping-math", "true");
  function.addFnAttr("disable-tail-calls", "true");
  function.setVisibility(llvm::GlobalValue::HiddenVisibility);
  llvm::Argument* const context = function.getArg(0);
  context->addAttr(llvm::Attribute::NonNull);
  context->addAttr(llvm::Attribute::getWithAlignment(e.context(), llvm::Align(16)));
  context->addAttr(llvm::Attribute::getWithDereferenceableBytes(e.context(), e.layout.size()));
}

/// Stores the parameters where the function's locals are. The others are made when they are used.
inline void begin_locals(Emitter& e, const FunctionType& type, std::span<const ValueType> locals) {
  e.local_types = locals;
  e.locals.assign(locals.size(), nullptr);
  const bool has_rest = type.results().size() > 1;
  e.rest = has_rest ? (e.is_uniform ? e.to_pointer(e.function->getArg(1)) : e.function->getArg(1)) : nullptr;
  unsigned next = has_rest ? 2 : 1;
  for_parameters(type, [&](std::size_t i, unsigned n) {
    llvm::Value* const place = e.is_uniform ? e.function->getArg(is_in_vector(locals[i]) ? 1 + integer_registers + n : 1 + n) : e.function->getArg(next++);
    e.ir.CreateStore(e.is_uniform ? unpack(e, place, e.types.of(locals[i])) : place, e.local(static_cast<std::uint32_t>(i)));
  }, [&](std::size_t i, std::int32_t offset) {
    e.ir.CreateStore(e.load(e.types.of(locals[i]), e.field(offset), e.alias.arguments, std::min(8u, size_of(locals[i]))), e.local(static_cast<std::uint32_t>(i)));
  });
}

/// A function whose body is about to be read. `subprogram` stands for it in locations.
inline void emit_arrival(Emitter& e, const FunctionBody& body, std::span<const ValueType> locals, llvm::DISubprogram* subprogram) {
  const FunctionType& type = e.module.types[body.type].function;
  e.begin_function(body, e.declare(body.function, e.is_uniform));
  add_attributes(e, *e.function);
  e.function->setSubprogram(subprogram);
  e.ir.SetCurrentDebugLocation(llvm::DILocation::get(e.context(), static_cast<unsigned>(body.offset), 0, subprogram));
  e.go_on_in(e.block("entry"));
  begin_locals(e, type, locals);
  open_label(e, push_frame(e, Op::block, {{}, type.results()}), type.results());
}

}  // namespace wasmer::llvm_backend
