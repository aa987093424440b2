#pragma once
/// \file
/// A module that is ready to be instantiated.

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include <wasmer/module/module.hpp>
#include <wasmer/vm/code.hpp>

namespace wasmer {

/// A shared handle on a module and its machine code. Immutable, for any thread; outlives the Runtime that compiled it.
class CompiledModule {
 public:
  explicit CompiledModule(std::shared_ptr<const vm::Code> code) : code_(std::move(code)) {}

  const Module& module() const { return code_->module(); }
  std::span<const Import> imports() const { return module().imports; }
  std::span<const Export> exports() const { return module().exports; }
  /// The machine code, padding included.
  std::span<const std::byte> image() const { return code_->image(); }
  const std::shared_ptr<const vm::Code>& code() const { return code_; }

 private:
  std::shared_ptr<const vm::Code> code_;
};

}  // namespace wasmer
