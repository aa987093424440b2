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
  /// that their fixed cost does not show: 16, or bodies of 1.5 KiB. A little code is one batch: it is done before another thread is awake.
  std::size_t part_size(const Module& module, unsigned threads) const {
    constexpr std::size_t little = 4 << 10, worthwhile = 3 << 9, cached = 64 << 10;  // bytes; every body has at least two
    const std::size_t bodies = module.bodies.size(), bytes = module.code_bytes() + 1;
    if (threads > 1 && bodies < little / 2 && bytes <= little) return std::max<std::size_t>(16, bodies);
    const std::size_t several = threads > 1 ? bodies / (std::size_t{threads} * 8 + 1) : bodies;
    const std::size_t least = std::clamp<std::size_t>(bodies * worthwhile / bytes, 1, 16), most = std::clamp<std::size_t>(bodies * cached / bytes, least, 1024);
    return std::clamp(several, least, most);
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
