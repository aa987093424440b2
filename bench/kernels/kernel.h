// What the kernels share. Built to WebAssembly, a kernel imports bench.start and bench.end, between which it is timed; built for the machine itself
// (cc -O2 -o nbody bench/kernels/nbody.c -lm), it takes the time and tells it on standard error.
#pragma once
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __wasm__
__attribute__((import_module("bench"), import_name("start"))) void bench_start(void);
__attribute__((import_module("bench"), import_name("end"))) void bench_end(void);
#else
#include <time.h>

static struct timespec bench_begin;

static inline void bench_start(void) { clock_gettime(CLOCK_MONOTONIC, &bench_begin); }

static inline void bench_end(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  fprintf(stderr, "{\"run_ms\":%.3f}\n", (double)(now.tv_sec - bench_begin.tv_sec) * 1e3 + (double)(now.tv_nsec - bench_begin.tv_nsec) / 1e6);
}
#endif

// The next of a fixed sequence of numbers that look random (a linear congruential generator, upper half).
static inline uint32_t next_number(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(*state >> 32);
}

// FNV-1a of some bytes, going on from `hash`, at first `no_bytes`.
static const uint32_t no_bytes = 2166136261u;
static inline uint32_t checksum(uint32_t hash, const void *bytes, unsigned long size) {
  const unsigned char *byte = bytes;
  for (unsigned long i = 0; i < size; ++i) hash = (hash ^ byte[i]) * 16777619u;
  return hash;
}

static inline void print_checksum(uint32_t hash) { printf("%08" PRIx32 "\n", hash); }
