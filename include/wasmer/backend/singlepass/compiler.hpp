#pragma once
/// \file
/// Compiles batches of functions into objects; what it consists of is its own affair.

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <wasmer/backend/masm/cpu.hpp>
#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/bounds.hpp>
#include <wasmer/vm/object.hpp>
#include <wasmer/wasm/features.hpp>

namespace wasmer::singlepass {

/// Owns the scratch memory of one thread. A batch becomes one object.
class Compiler {
 public:
  Compiler(const Module& module, Features features, Bounds bounds, masm::CpuFeatures cpu);
  Compiler(Compiler&&) noexcept;
  Compiler& operator=(Compiler&&) noexcept;
  ~Compiler();

  Result<vm::Object> compile(std::span<const FunctionBody> bodies);
  void reuse(std::vector<std::byte> memory);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wasmer::singlepass

#if !defined(WASMER_COMPILED)
#include <wasmer/backend/singlepass/compile.hpp>
#endif
