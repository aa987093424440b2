#pragma once
/// \file
/// Compiles batches of functions into objects: reader and function compiler put together, one pair a thread.

#include <memory>
#include <span>

#include <wasmer/backend/singlepass/function_compiler.hpp>
#include <wasmer/module/reader.hpp>

namespace wasmer::singlepass {

/// Owns the scratch memory of one thread. A batch becomes one object.
class Compiler {
 public:
  Compiler(const Module& module, Bounds bounds, masm::CpuFeatures cpu)
      : state_(std::make_unique<State>(module, bounds, cpu)) {}

  Result<vm::Object> compile(std::span<const FunctionBody> bodies) {
    Emitter& e = state_->function.emitter();
    e.clear();
    for (const FunctionBody& body : bodies) WASMER_CHECK(state_->reader.read(body, state_->function));
    if (e.masm.failed()) return Error(ErrorId::out_of_code_memory);
    const std::span<const std::byte> code = e.masm.code();
    e.object.code.assign(code.begin(), code.end());
    return std::move(e.object);
  }

 private:
  struct State {
    State(const Module& module, Bounds bounds, masm::CpuFeatures cpu)
        : function(module, bounds, cpu), reader(module, FunctionCompiler::features) {}
    FunctionCompiler function;
    FunctionReader<Validate, FunctionCompiler> reader;
  };
  std::unique_ptr<State> state_;
};

}  // namespace wasmer::singlepass
