#include <wasmer/abi/emscripten/signals.hpp>

#include <csignal>

#include <poll.h>

#include "../../catch.hpp"

using namespace wasmer::emscripten;

namespace {

bool is_readable(const Signals& signals) {
  pollfd polled{signals.descriptor(), POLLIN, 0};
  return ::poll(&polled, 1, 0) == 1;
}

}  // namespace

TEST_CASE("a signal that the program does nothing about is the embedder's") {
  Signals signals;
  CHECK_FALSE(signals.raise(SIGINT));
  CHECK_FALSE(signals.has_any());
  CHECK_FALSE(signals.raise(0));
  CHECK_FALSE(signals.raise(64));
}

TEST_CASE("a signal that is caught waits, once, and wakes who waits") {
  Signals signals;
  signals.set_caught(SIGTERM, true);
  CHECK_FALSE(is_readable(signals));
  CHECK(signals.raise(SIGTERM));
  CHECK_FALSE(signals.raise(SIGTERM));
  CHECK(signals.is_waiting(SIGTERM));
  CHECK(is_readable(signals));
  CHECK(signals.take() == SIGTERM);
  CHECK(signals.take() == 0);
  CHECK_FALSE(is_readable(signals));
  CHECK(signals.raise(SIGTERM));
}

TEST_CASE("signals are taken in order, and those that are held back are not") {
  Signals signals;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) signals.set_caught(signal, true), signals.raise(signal);
  signals.set_blocked(std::uint64_t{1} << SIGHUP);
  CHECK(signals.take() == SIGINT);
  CHECK(is_readable(signals));
  CHECK(signals.take() == SIGTERM);
  CHECK(signals.take() == 0);
  CHECK_FALSE(signals.has_any());
  signals.set_blocked(0);
  CHECK(signals.take() == SIGHUP);
}
