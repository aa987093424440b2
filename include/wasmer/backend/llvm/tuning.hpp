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
  /// Every access out of bounds is a trap, also one whose value does not matter, and what was stored before it, and nothing else, has been stored. Without, LLVM
  /// moves accesses past one another, so that loops are vectorized, and may leave out a load that nobody needs: for modules that are known not to trap.
  bool exact_traps = true;
};

/// What a part can be shown as, on its way to machine code.
enum class Listing : std::uint8_t { ir, optimized_ir, assembly, object };

}  // namespace wasmer::llvm_backend
