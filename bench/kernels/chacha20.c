// The ChaCha20 stream cipher over 32 MiB: sixteen 32-bit variables, more than a machine has registers for.
#include "kernel.h"

enum { words = 16, block_size = 4 * words, text_size = 1 << 16, passes = 512 };

static inline uint32_t left(uint32_t word, int by) { return word << by | word >> (32 - by); }

static inline void quarter(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d) {
  *a += *b, *d = left(*d ^ *a, 16);
  *c += *d, *b = left(*b ^ *c, 12);
  *a += *b, *d = left(*d ^ *a, 8);
  *c += *d, *b = left(*b ^ *c, 7);
}

static void encrypt(uint32_t state[words], uint32_t *text) {
  uint32_t x[words];
  for (int i = 0; i < words; ++i) x[i] = state[i];
  for (int round = 0; round < 10; ++round) {
    quarter(&x[0], &x[4], &x[8], &x[12]);
    quarter(&x[1], &x[5], &x[9], &x[13]);
    quarter(&x[2], &x[6], &x[10], &x[14]);
    quarter(&x[3], &x[7], &x[11], &x[15]);
    quarter(&x[0], &x[5], &x[10], &x[15]);
    quarter(&x[1], &x[6], &x[11], &x[12]);
    quarter(&x[2], &x[7], &x[8], &x[13]);
    quarter(&x[3], &x[4], &x[9], &x[14]);
  }
  for (int i = 0; i < words; ++i) text[i] ^= x[i] + state[i];
  ++state[12];  // the block's number
}

static uint32_t text[text_size / 4];

int main(void) {
  // "expand 32-byte k", the key 00 01 … 1f, block 0, the nonce 0 (RFC 8439); the words little-endian.
  uint32_t state[words] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  for (uint32_t i = 0; i < 8; ++i) state[4 + i] = 0x03020100 + 0x04040404 * i;

  bench_start();
  for (int pass = 0; pass < passes; ++pass)
    for (int at = 0; at < text_size / 4; at += words) encrypt(state, text + at);
  bench_end();
  print_checksum(checksum(no_bytes, text, sizeof text));
}
