#pragma once
/// \file
/// Compiles parts of modules by way of LLVM; what it consists of is its own affair, and no header of LLVM's is seen from here.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <wasmer/backend/llvm/tuning.hpp>
#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/vm/object.hpp>
#include <wasmer/wasm/features.hpp>

namespace wasmer::llvm_backend {

/// Owns LLVM's state for one thread. A part, within which functions are inlined, becomes one object.
class Compiler {
 public:
  Compiler(const Module& module, Features features, Tuning tuning);
  Compiler(Compiler&&) noexcept;
  Compiler& operator=(Compiler&&) noexcept;
  ~Compiler();

  Result<vm::Object> compile(std::span<const FunctionBody> bodies);
  void reuse(std::vector<std::byte>) {}
  /// The part in a form for people, or for other programs: LLVM's text, assembly, or a relocatable ELF file.
  Result<std::string> list(std::span<const FunctionBody> bodies, Listing listing);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wasmer::llvm_backend

#if !defined(WASMER_COMPILED) || defined(WASMER_COMPILING_LLVM)
#include <wasmer/backend/llvm/compile.hpp>
#endif
