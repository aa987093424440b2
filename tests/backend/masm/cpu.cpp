#include <wasmer/backend/masm/cpu.hpp>

#include "../../catch.hpp"

using wasmer::masm::CpuFeatures;

static_assert(!CpuFeatures{}.sse42 && !CpuFeatures{}.avx2 && !CpuFeatures{}.fma && !CpuFeatures{}.avx512 && !CpuFeatures{}.avx512_bitalg);
static_assert(!CpuFeatures{}.avx && !CpuFeatures{}.sse41 && !CpuFeatures{}.bmi2);

#if defined(__x86_64__)
TEST_CASE("the host's features are those that the compiler's own detection finds", "[masm]") {
  __builtin_cpu_init();
  const CpuFeatures host = CpuFeatures::host();
  CHECK(host.sse41 == (__builtin_cpu_supports("sse4.1") != 0));
  CHECK(host.popcnt == (__builtin_cpu_supports("popcnt") != 0));
  CHECK(host.bmi1 == (__builtin_cpu_supports("bmi") != 0));
  CHECK(host.bmi2 == (__builtin_cpu_supports("bmi2") != 0));
  CHECK(host.avx == (__builtin_cpu_supports("avx") != 0));
  CHECK(host.sse42 == (__builtin_cpu_supports("sse4.2") != 0));
  CHECK(host.avx2 == (__builtin_cpu_supports("avx2") != 0));
  CHECK(host.fma == (__builtin_cpu_supports("fma") != 0));
  CHECK((!host.avx512 || (__builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512dq") != 0)));
  CHECK((!host.avx512_bitalg || (host.avx512 && __builtin_cpu_supports("avx512bitalg") != 0)));
}
#endif
