// Bodies that attract each other, moved in small steps: double arithmetic with square roots and divisions on a small array.
#include "kernel.h"
#include <math.h>

enum { bodies = 8, steps = 600000 };

struct body {
  double position[3], velocity[3], mass;
};

static struct body system_[bodies];

static double fraction(uint64_t *state) { return next_number(state) / 4294967296.0; }

static void place(void) {
  uint64_t state = 1;
  for (int i = 0; i < bodies; ++i) {
    struct body *b = &system_[i];
    for (int axis = 0; axis < 3; ++axis) {
      b->position[axis] = 20 * fraction(&state) - 10;
      b->velocity[axis] = fraction(&state) - 0.5;
    }
    b->mass = 0.5 + fraction(&state);
  }
}

static void step(double dt) {
  for (int i = 0; i < bodies; ++i) {
    struct body *a = &system_[i];
    for (int j = i + 1; j < bodies; ++j) {
      struct body *b = &system_[j];
      const double x = a->position[0] - b->position[0], y = a->position[1] - b->position[1], z = a->position[2] - b->position[2];
      const double square = x * x + y * y + z * z + 0.01;
      const double pull = dt / (square * sqrt(square));
      a->velocity[0] -= x * b->mass * pull;
      a->velocity[1] -= y * b->mass * pull;
      a->velocity[2] -= z * b->mass * pull;
      b->velocity[0] += x * a->mass * pull;
      b->velocity[1] += y * a->mass * pull;
      b->velocity[2] += z * a->mass * pull;
    }
  }
  for (int i = 0; i < bodies; ++i)
    for (int axis = 0; axis < 3; ++axis) system_[i].position[axis] += dt * system_[i].velocity[axis];
}

int main(void) {
  place();
  bench_start();
  for (int i = 0; i < steps; ++i) step(0.001);
  bench_end();
  print_checksum(checksum(no_bytes, system_, sizeof system_));
}
