#pragma once
/// \file
/// How a store's heap is kept.

#include <cstdint>

namespace wasmer {

/// How a store's heap is kept.
struct HeapOptions {
  std::uint64_t limit = std::uint64_t{4} << 30;  ///< bytes; an allocation beyond it is the trap `out_of_memory`
  bool stress = false;                           ///< collects at every allocation, for tests
};

}  // namespace wasmer
