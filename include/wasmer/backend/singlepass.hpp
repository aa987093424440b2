#pragma once
/// \file
/// The backend that compiles fastest: decodes, validates and emits in one pass.

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <wasmer/backend/backend.hpp>
#include <wasmer/backend/singlepass/compiler.hpp>
#include <wasmer/backend/singlepass/supported.hpp>

namespace wasmer {

/// Instruction sets that Singlepass compiles to.
struct X64 {};

template <class Isa> struct BasicSinglepass;

/// Singlepass for x86-64. Its members are its tuning.
template <> struct BasicSinglepass<X64> {
  static constexpr std::string_view name = "singlepass";
  static constexpr Features features = singlepass::supported;

  /// How memory accesses are checked.
  Bounds bounds = Bounds::guard_pages;
  /// What the CPU is taken to have.
  masm::CpuFeatures cpu = masm::CpuFeatures::host();

  /// Functions in one batch: few enough that every thread gets several and that their code stays in the caches until it is copied to its place, many enough
  /// that their fixed cost does not show. A little code is one batch: it is done before another thread has started.
  std::size_t part_size(const Module& module, unsigned threads) const {
    constexpr std::size_t little = 32 << 10, cached = 64 << 10;  // bytes; every body has at least two
    if (threads > 1 && module.bodies.size() < little / 2 && module.code_bytes() < little) return std::max<std::size_t>(16, module.bodies.size());
    const std::size_t several = module.bodies.size() / (std::size_t{threads} * 8 + 1), small = module.bodies.size() * cached / (module.code_bytes() + 1);
    return std::clamp<std::size_t>(std::min(several, small), 16, 1024);
  }
  /// Vectors need SSE4.1: a CPU without it refuses their instructions.
  singlepass::Compiler compiler(const Module& module, Features allowed = features) const {
    return {module, cpu.sse41 ? allowed : allowed.without(Proposal::simd).without(Proposal::relaxed_simd), bounds, cpu};
  }
};

/// Singlepass for the machine that this is compiled for.
using Singlepass = BasicSinglepass<X64>;
static_assert(Backend<Singlepass>);

}  // namespace wasmer
