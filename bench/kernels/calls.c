// Direct calls, mostly: three deep recursions, and two small functions that call each other and are never inlined.
#include "kernel.h"

__attribute__((noinline)) static uint32_t fibonacci(uint32_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

__attribute__((noinline)) static int32_t takeuchi(int32_t x, int32_t y, int32_t z) {
  if (y >= x) return z;
  return takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y));
}

__attribute__((noinline)) static uint32_t ackermann(uint32_t m, uint32_t n) {
  if (m == 0) return n + 1;
  if (n == 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}

// Hofstadter's female and male sequences.
static uint32_t male(uint32_t n);
__attribute__((noinline)) static uint32_t female(uint32_t n) { return n == 0 ? 1 : n - male(female(n - 1)); }
__attribute__((noinline)) static uint32_t male(uint32_t n) { return n == 0 ? 0 : n - female(male(n - 1)); }

int main(void) {
  bench_start();
  const uint32_t results[] = {fibonacci(37), (uint32_t)takeuchi(21, 14, 7), ackermann(3, 9), female(110)};
  bench_end();
  for (unsigned i = 0; i < sizeof results / sizeof *results; ++i) printf("%" PRIu32 "\n", results[i]);
  print_checksum(checksum(no_bytes, results, sizeof results));
}
