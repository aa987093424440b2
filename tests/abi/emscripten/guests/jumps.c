// setjmp and longjmp: out of deep calls, again and again, with values of 64 bits alive.
#include <setjmp.h>
#include <stdio.h>

static jmp_buf outer, inner;
static long long checksum = 1;

static void dive(int depth) {
  checksum = checksum * 6364136223846793005ll + depth;
  if (depth == 0) longjmp(inner, 7);
  dive(depth - 1);
}

static int attempt(volatile int times) {
  const int value = setjmp(inner);
  if (value == 0) dive(times * 10);
  return value + times;
}

int main(void) {
  volatile int round = 0;
  const int value = setjmp(outer);
  printf("round %d, value %d, %lld\n", round, value, checksum);
  if (round < 5) {
    ++round;
    printf("attempt: %d\n", attempt(round));
    longjmp(outer, round * round);
  }
  return 0;
}
