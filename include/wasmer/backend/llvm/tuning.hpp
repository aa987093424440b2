#pragma once
/// \file
/// What may be tuned about code that LLVM makes.

#include <cstdint>

#include <wasmer/vm/bounds.hpp>

namespace wasmer::llvm_backend {

/// How much LLVM does for speed: nothing; what is cheap; what is usual; everything.
enum class Level : std::uint8_t { none = 0, some = 1, usual = 2, most = 3 };

struct Tuning {
  Bounds bounds = Bounds::guard_pages;
  Level level = Level::usual;
  /// Use every instruction set of the CPU that this runs on; else only what all x86-64 CPUs with SSE4.1 have.
  bool host_cpu = true;
};

/// What a part can be shown as, on its way to machine code.
enum class Listing : std::uint8_t { ir, optimized_ir, assembly, object };

}  // namespace wasmer::llvm_backend
