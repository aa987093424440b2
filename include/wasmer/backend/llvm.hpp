#pragma once
/// \file
/// The backend whose code runs fastest: LLVM compiles the module, part by part. Optional: what needs LLVM's headers stands in backend/llvm/, and a program that links
/// the target wasmer::llvm sees none of them.

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <wasmer/backend/backend.hpp>
#include <wasmer/backend/llvm/compiler.hpp>
#include <wasmer/backend/llvm/supported.hpp>

namespace wasmer {

/// Compiles by way of LLVM. Its members are its tuning.
struct Llvm {
  static constexpr std::string_view name = "llvm";
  static constexpr Features features = llvm_backend::supported;
  using Level = llvm_backend::Level;

  /// How memory accesses are checked.
  Bounds bounds = Bounds::guard_pages;
  /// How long LLVM may take for code that runs faster.
  Level level = Level::usual;
  /// Use every instruction set of the CPU that this runs on; else only what x86-64 CPUs have had since SSE4.2 (x86-64-v2).
  bool host_cpu = true;

  /// Functions in one part, within which LLVM inlines: as many as make one part for each thread, unless that is too much for LLVM's memory or too little to be worth
  /// a thread.
  std::size_t part_size(const Module& module, unsigned threads) const {
    return std::clamp<std::size_t>((module.bodies.size() + threads - 1) / threads, 64, 1024);
  }
  llvm_backend::Compiler compiler(const Module& module, Features allowed = features) const { return {module, allowed, {bounds, level, host_cpu}}; }
};
static_assert(Backend<Llvm>);

}  // namespace wasmer
