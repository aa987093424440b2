#pragma once
/// \file
/// What the CPU can do, as far as code generation asks.

#include <wasmer/backend/masm/asmjit.hpp>

namespace wasmer::masm {

/// Optional instruction sets of x86-64. A plain value, so that a test can switch one off.
struct CpuFeatures {
  bool sse41 = false, popcnt = false, lzcnt = false, bmi1 = false, bmi2 = false, avx = false;

  /// Those of the machine this runs on.
  static CpuFeatures host() {
    const auto& features = asmjit::CpuInfo::host().features().x86();
    CpuFeatures cpu;
#if ASMJIT_LIBRARY_VERSION >= 0x011200
    cpu = {features.has_sse4_1(), features.has_popcnt(), features.has_lzcnt(), features.has_bmi(), features.has_bmi2(), features.has_avx()};
#else
    cpu = {features.hasSSE4_1(), features.hasPOPCNT(), features.hasLZCNT(), features.hasBMI(), features.hasBMI2(), features.hasAVX()};
#endif
    return cpu;
  }
};

}  // namespace wasmer::masm
