#include <wasmer/abi/wasi/waiting.hpp>

#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <wasmer/abi/wasi/calls/poll.hpp>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;
using namespace std::chrono_literals;

namespace {

/// Interrupts the world's store in a moment.
std::jthread soon(World& world) {
  return std::jthread([&world] {
    std::this_thread::sleep_for(10ms);
    world.store.interrupt();
  });
}

}  // namespace

TEST_CASE("a guest that waits for an hour is woken by an interrupt") {
  World world;
  (void)world.memory().store(GuestPointer<Snapshot1::Subscription>{1024}, {7, Eventtype::clock, {}, 1, 0, 3'600'000'000'000, 0, Subclockflags::relative, {}});
  const auto other = soon(world);
  CHECK(errno_of(poll_oneoff<Snapshot1>(world.state, world.memory(), {1024}, {2048}, 1, {8})) == Errno::intr);
}

TEST_CASE("a guest that reads an empty pipe is woken by an interrupt, and reads on when it is over") {
  World world;
  REQUIRE(::mkfifo((world.inside / "pipe").c_str(), 0600) == 0);
  const Fd in = world.open("pipe").value();
  {
    const auto other = soon(world);
    CHECK(errno_of(world.read(in, 16)) == Errno::intr);
  }
  world.store.resume();
  const Fd out = world.open("pipe", Oflags::none, Rights::fd_write).value();
  REQUIRE(world.write(out, "late"));
  CHECK(world.read(in, 16).value() == "late");
}

TEST_CASE("a guest that writes to a full pipe is woken by an interrupt") {
  World world;
  REQUIRE(::mkfifo((world.inside / "pipe").c_str(), 0600) == 0);
  const Fd in = world.open("pipe").value();
  const Fd out = world.open("pipe", Oflags::none, Rights::fd_write).value();
  const auto other = soon(world);
  const std::string much(30'000, 'x');
  Errno error = Errno::success;
  while (error == Errno::success) error = errno_of(world.write(out, much));
  CHECK(error == Errno::intr);
  REQUIRE(world.close(in));
}

TEST_CASE("an interrupt before the wait ends it at once") {
  World world;
  world.store.interrupt();
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  CHECK(errno_of(world.memory().wait(ends[0], POLLIN)) == Errno::intr);
  world.store.resume();
  REQUIRE(::write(ends[1], "!", 1) == 1);
  CHECK(world.memory().wait(ends[0], POLLIN));
  ::close(ends[1]);
  CHECK(world.memory().wait(ends[0], POLLIN));
  ::close(ends[0]);
}

TEST_CASE("with no descriptor left to wait on, an interrupt is noticed all the same") {
  World world;
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  if (::fcntl(0, F_GETFD) < 0) REQUIRE(::open("/dev/null", O_RDONLY) == 0);
  const rlimit none{1, before.rlim_max};  // number 0, which is taken
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  pollfd nothing[1]{};
  const bool failed = world.store.interruption() < 0;
  const auto polled = world.memory().poll(nothing, nullptr);
  world.store.interrupt();
  const auto interrupted = world.memory().poll(nothing, nullptr);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(failed);
  CHECK(polled);
  CHECK(errno_of(interrupted) == Errno::intr);
}
