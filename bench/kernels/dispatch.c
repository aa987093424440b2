// Indirect calls, mostly: a machine whose instructions are functions in a table runs a program of pseudo-random instructions again and again.
#include "kernel.h"

enum { registers = 16, instructions = 4096, passes = 6000 };

struct instruction {
  uint8_t operation, to, left, right;
};

static uint32_t file[registers];

typedef uint32_t (*operation)(uint32_t left, uint32_t right);

static uint32_t add(uint32_t left, uint32_t right) { return left + right; }
static uint32_t subtract(uint32_t left, uint32_t right) { return left - right; }
static uint32_t multiply(uint32_t left, uint32_t right) { return left * (right | 1); }
static uint32_t both(uint32_t left, uint32_t right) { return (left & right) + 0x9e3779b9; }
static uint32_t either(uint32_t left, uint32_t right) { return (left | right) - 0x9e3779b9; }
static uint32_t differ(uint32_t left, uint32_t right) { return left ^ right; }
static uint32_t rotate(uint32_t left, uint32_t right) { return left << (right & 31) | left >> (-right & 31); }
static uint32_t greater(uint32_t left, uint32_t right) { return left > right ? left : right; }

// Not const, so that no compiler knows what is called.
static operation table[] = {add, subtract, multiply, both, either, differ, rotate, greater};
enum { operations = sizeof table / sizeof *table };

static struct instruction program[instructions];

int main(void) {
  uint64_t random = 5;
  for (int i = 0; i < registers; ++i) file[i] = next_number(&random);
  for (int i = 0; i < instructions; ++i) {
    const uint32_t bits = next_number(&random);
    program[i] = (struct instruction){bits % operations, bits >> 8 & 15, bits >> 16 & 15, bits >> 24 & 15};
  }
  for (int i = 0; i < operations; ++i) {
    const uint32_t j = next_number(&random) % operations;
    const operation kept = table[i];
    table[i] = table[j];
    table[j] = kept;
  }

  bench_start();
  for (int pass = 0; pass < passes; ++pass)
    for (int i = 0; i < instructions; ++i) {
      const struct instruction *now = &program[i];
      file[now->to] = table[now->operation](file[now->left], file[now->right]);
    }
  bench_end();
  print_checksum(checksum(no_bytes, file, sizeof file));
}
