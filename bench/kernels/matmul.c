// The product of two matrices of doubles, row by column, as one writes it first: strided loads and one long chain of additions.
#include "kernel.h"

enum { n = 400, rounds = 6 };

static double a[n][n], b[n][n], c[n][n];

static void multiply(void) {
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      double sum = 0;
      for (int k = 0; k < n; ++k) sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
}

int main(void) {
  uint64_t random = 3;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      a[i][j] = next_number(&random) / 4294967296.0 - 0.5;
      b[i][j] = next_number(&random) / 4294967296.0 - 0.5;
    }

  bench_start();
  for (int round = 0; round < rounds; ++round) {
    multiply();
    // The next round's left side, kept small.
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) a[i][j] = c[i][j] / n;
  }
  bench_end();
  print_checksum(checksum(no_bytes, c, sizeof c));
}
