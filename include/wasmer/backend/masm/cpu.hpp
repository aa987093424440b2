#pragma once
/// \file
/// What the CPU can do, as far as code generation asks.

namespace wasmer::masm {

/// Optional instruction sets of x86-64. A plain value, so that a test can switch one off.
struct CpuFeatures {
  bool sse41 = false, popcnt = false, lzcnt = false, bmi1 = false, bmi2 = false, avx = false;
  bool sse42 = false, avx2 = false, fma = false;
  bool avx512 = false;         ///< F, VL and DQ
  bool avx512_bitalg = false;  ///< that, and BITALG

  /// Those of the machine this runs on.
  static CpuFeatures host() {
    const bool avx512 = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512dq") != 0;
    return {__builtin_cpu_supports("sse4.1") != 0, __builtin_cpu_supports("popcnt") != 0, __builtin_cpu_supports("lzcnt") != 0,
            __builtin_cpu_supports("bmi") != 0,    __builtin_cpu_supports("bmi2") != 0,   __builtin_cpu_supports("avx") != 0,
            __builtin_cpu_supports("sse4.2") != 0, __builtin_cpu_supports("avx2") != 0,   __builtin_cpu_supports("fma") != 0,
            avx512,                                avx512 && __builtin_cpu_supports("avx512bitalg") != 0};
  }
};

}  // namespace wasmer::masm
