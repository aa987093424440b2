#pragma once
/// \file
/// The backend whose code runs fastest: LLVM compiles the module, part by part. Optional: what needs LLVM's headers stands in backend/llvm/, and a program that links
/// the target wasmer::llvm sees none of them.

#include <algorithm>
#include <cstddef>
#include <span>
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
  /// See llvm_backend::Tuning.
  bool exact_traps = true;

  /// Functions in one part, within which LLVM inlines: as many as make one part for each thread, unless that is too much for LLVM's memory or too little to be worth
  /// a thread.
  std::size_t part_size(const Module& module, unsigned threads) const {
    std::size_t size = std::clamp<std::size_t>((module.bodies.size() + threads - 1) / threads, 64, 1024);
    while (size > least_part && largest_part(module, size) > most_bytes) size /= 2;
    return size;
  }
  llvm_backend::Compiler compiler(const Module& module, Features allowed = features) const { return {module, allowed, {bounds, level, host_cpu, exact_traps}}; }

 private:
  static constexpr std::size_t least_part = 8, most_bytes = std::size_t{2} << 20;  ///< of bodies in one part

  static std::size_t largest_part(const Module& module, std::size_t size) {
    std::size_t most = 0;
    for (std::size_t i = 0; i < module.bodies.size(); i += size) {
      std::size_t bytes = 0;
      for (const FunctionBody& body : std::span(module.bodies).subspan(i, std::min(size, module.bodies.size() - i))) bytes += body.code.size();
      most = std::max(most, bytes);
    }
    return most;
  }
};
static_assert(Backend<Llvm>);

}  // namespace wasmer
