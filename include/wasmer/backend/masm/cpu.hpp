#pragma once
/// \file
/// What the CPU can do, as far as code generation asks.

namespace wasmer::masm {

/// Optional instruction sets of x86-64. A plain value, so that a test can switch one off.
struct CpuFeatures {
  bool sse41 = false, popcnt = false, lzcnt = false, bmi1 = false, bmi2 = false, avx = false;

  /// Those of the machine this runs on.
  static CpuFeatures host() {
    return {__builtin_cpu_supports("sse4.1") != 0, __builtin_cpu_supports("popcnt") != 0, __builtin_cpu_supports("lzcnt") != 0,
            __builtin_cpu_supports("bmi") != 0,    __builtin_cpu_supports("bmi2") != 0,   __builtin_cpu_supports("avx") != 0};
  }
};

}  // namespace wasmer::masm
