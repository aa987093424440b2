#pragma once
/// \file
/// What a compiler consists of: a reader and the function compiler that it hands instructions to.

#include <memory>
#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <wasmer/backend/singlepass/compiler.hpp>
#include <wasmer/backend/singlepass/function_compiler.hpp>
#include <wasmer/module/reader.hpp>

namespace wasmer::singlepass {

#if !defined(WASMER_COMPILED)

struct Compiler::State {
  State(const Module& module, Features features, Bounds bounds, masm::CpuFeatures cpu) : function(module, bounds, cpu), reader(module, features) {}

  FunctionCompiler function;
  FunctionReader<Validate, FunctionCompiler> reader;
};

WASMER_ONCE Compiler::Compiler(const Module& module, Features features, Bounds bounds, masm::CpuFeatures cpu)
    : state_(std::make_unique<State>(module, features, bounds, cpu)) {}
WASMER_ONCE Compiler::Compiler(Compiler&&) noexcept = default;
WASMER_ONCE Compiler& Compiler::operator=(Compiler&&) noexcept = default;
WASMER_ONCE Compiler::~Compiler() = default;

WASMER_ONCE void Compiler::reuse(std::vector<std::byte> memory) { state_->function.emitter().object.code = std::move(memory); }

WASMER_ONCE Result<vm::Object> Compiler::compile(std::span<const FunctionBody> bodies) {
  Emitter& e = state_->function.emitter();
  e.clear();
  // Room for the tables of usual code, which is only taken as far as it is used: growing would copy them time and again.
  std::size_t size = 0;
  for (const FunctionBody& body : bodies) size += body.code.size();
  e.masm.expect(std::min<std::size_t>(size * 4, 16 << 20));
  e.object.functions.reserve(bodies.size());
  e.object.calls.reserve(size / 16);
  e.object.relocations.reserve(size / 16);
  for (const FunctionBody& body : bodies) {
    WASMER_CHECK(state_->reader.read(body, state_->function));
    if (e.values.outgrown()) [[unlikely]] {
      e.take_back();
      WASMER_CHECK(state_->reader.read(body, state_->function));
    }
    if (e.masm.failed()) return Error(ErrorId::out_of_code_memory);
  }
  const std::span<const std::byte> code = e.masm.code();
  e.object.code.assign(code.begin(), code.end());
  return std::move(e.object);
}

#endif

}  // namespace wasmer::singlepass
