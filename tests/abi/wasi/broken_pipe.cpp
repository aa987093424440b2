#include <wasmer/abi/wasi/broken_pipe.hpp>

#include <unistd.h>

#include "../../catch.hpp"

using wasmer::wasi::WithoutSigpipe;

namespace {
bool is_blocked() {
  sigset_t mask;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  return ::sigismember(&mask, SIGPIPE) == 1;
}
bool is_pending() {
  sigset_t pending;
  ::sigpending(&pending);
  return ::sigismember(&pending, SIGPIPE) == 1;
}
struct PipeWithoutReader {
  int ends[2];
  PipeWithoutReader() {
    REQUIRE(::pipe(ends) == 0);
    ::close(ends[0]);
  }
  ~PipeWithoutReader() { ::close(ends[1]); }
  bool breaks() const { return ::write(ends[1], "x", 1) == -1 && errno == EPIPE; }
};
}  // namespace

TEST_CASE("a pipe without a reader is an error and no signal, and afterwards all is as before") {
  const PipeWithoutReader pipe;
  for (int i = 0; i < 3; ++i) {
    {
      const WithoutSigpipe without;
      CHECK(pipe.breaks());
    }
    CHECK(errno == EPIPE);
    CHECK_FALSE(is_blocked());
    CHECK_FALSE(is_pending());
  }
}

TEST_CASE("a SIGPIPE that the embedder holds back stays its own") {
  sigset_t set, before;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGPIPE);
  REQUIRE(::pthread_sigmask(SIG_BLOCK, &set, &before) == 0);
  const PipeWithoutReader pipe;
  REQUIRE(pipe.breaks());
  {
    const WithoutSigpipe without;
    CHECK(pipe.breaks());
  }
  CHECK(is_blocked());
  CHECK(is_pending());
  const timespec none{};
  CHECK(::sigtimedwait(&set, nullptr, &none) == SIGPIPE);
  REQUIRE(::pthread_sigmask(SIG_SETMASK, &before, nullptr) == 0);
}
