#include <wasmer/abi/wasi/calls/poll.hpp>

#include <chrono>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t nanoseconds(std::chrono::nanoseconds time) { return static_cast<std::uint64_t>(time.count()); }

Snapshot1::Subscription clock_subscription(std::uint64_t userdata, std::chrono::nanoseconds timeout, ClockId clock = ClockId::monotonic,
                                           Subclockflags flags = Subclockflags::relative) {
  return {userdata, Eventtype::clock, {}, static_cast<std::uint32_t>(clock), 0, nanoseconds(timeout), 0, flags, {}};
}
Snapshot1::Subscription fd_subscription(std::uint64_t userdata, Eventtype type, Fd fd) {
  return {userdata, type, {}, static_cast<std::uint32_t>(fd), 0, 0, 0, Subclockflags::relative, {}};
}

/// A world whose standard input is a pipe.
struct PollWorld : World {
  PollWorld() {
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    Options<FS> options;
    options.in = ends[0];
    options.preopens = {{inside, "/"}};
    state = std::make_unique<State<FS>>(State<FS>::make(options).value());
  }
  ~PollWorld() {
    ::close(ends[0]);
    if (ends[1] >= 0) ::close(ends[1]);
  }
  int ends[2];
  std::unique_ptr<State<FS>> state;

  std::vector<Event> poll(std::vector<Snapshot1::Subscription> wanted) {
    for (std::uint32_t i = 0; i < wanted.size(); ++i) REQUIRE(memory().store(GuestPointer<Snapshot1::Subscription>{1024 + 48 * i}, wanted[i]));
    const auto count = room<Size>();
    // The events are put over the subscriptions, as a guest may ask.
    REQUIRE(poll_oneoff<Snapshot1>(*state, memory(), {1024}, {1024}, static_cast<Size>(wanted.size()), count));
    std::vector<Event> events;
    for (std::uint32_t i = 0; i < load(count); ++i) events.push_back(load(GuestPointer<Event>{1024 + 32 * i}));
    return events;
  }
};

}  // namespace

TEST_CASE("a clock's time comes, not before it is due") {
  PollWorld world;
  const auto before = std::chrono::steady_clock::now();
  const auto clock = GENERATE(ClockId::monotonic, ClockId::realtime);
  const auto events = world.poll({clock_subscription(7, 20ms, clock)});
  CHECK(std::chrono::steady_clock::now() - before >= 20ms);
  REQUIRE(events.size() == 1);
  CHECK(events[0].userdata == 7);
  CHECK(events[0].error == 0);
  CHECK(events[0].type == Eventtype::clock);
}

TEST_CASE("an absolute time that is past has come") {
  PollWorld world;
  for (const ClockId clock : {ClockId::monotonic, ClockId::realtime})
    CHECK(world.poll({clock_subscription(1, 1ns, clock, Subclockflags::abstime)}).size() == 1);
}

TEST_CASE("an absolute time is waited for") {
  PollWorld world;
  const auto clock = GENERATE(ClockId::monotonic, ClockId::realtime);
  const auto at = world.room<Timestamp>();
  REQUIRE(clock_time_get(*world.state, world.memory(), clock, 0, at));
  const Timestamp due = world.load(at) + nanoseconds(15ms);
  REQUIRE(world.poll({clock_subscription(1, std::chrono::nanoseconds(due), clock, Subclockflags::abstime)}).size() == 1);
  REQUIRE(clock_time_get(*world.state, world.memory(), clock, 0, at));
  CHECK(world.load(at) >= due);
}

TEST_CASE("the nearest of several clocks ends the wait, alone") {
  PollWorld world;
  const auto events = world.poll({clock_subscription(1, 1h), clock_subscription(2, 5ms), clock_subscription(3, 2h)});
  REQUIRE(events.size() == 1);
  CHECK(events[0].userdata == 2);
}

TEST_CASE("a timeout of all 64 bits does not wrap") {
  PollWorld world;
  auto forever = clock_subscription(1, 0ns);
  forever.timeout = ~Timestamp{0};
  const auto events = world.poll({forever, clock_subscription(2, 1ms)});
  REQUIRE(events.size() == 1);
  CHECK(events[0].userdata == 2);
}

TEST_CASE("a pipe is readable once something was written, and says how much") {
  PollWorld world;
  CHECK(world.poll({fd_subscription(1, Eventtype::fd_read, Fd{0}), clock_subscription(2, 5ms)}).at(0).userdata == 2);
  std::thread writer([&] {
    std::this_thread::sleep_for(10ms);
    REQUIRE(::write(world.ends[1], "abc", 3) == 3);
  });
  const auto events = world.poll({fd_subscription(1, Eventtype::fd_read, Fd{0}), clock_subscription(2, 1h)});
  writer.join();
  REQUIRE(events.size() == 1);
  CHECK(events[0].userdata == 1);
  CHECK(events[0].type == Eventtype::fd_read);
  CHECK(events[0].bytes == 3);
  CHECK(events[0].flags == Eventrwflags::none);
}

TEST_CASE("a pipe whose other end is closed is readable, with hangup") {
  PollWorld world;
  ::close(std::exchange(world.ends[1], -1));
  const auto events = world.poll({fd_subscription(1, Eventtype::fd_read, Fd{0})});
  REQUIRE(events.size() == 1);
  CHECK(events[0].error == 0);
  CHECK(events[0].flags == Eventrwflags::hangup);
}

TEST_CASE("a plain file is always ready, with the bytes that are left") {
  PollWorld world;
  write_file(world.inside / "file", "0123456789");
  const auto opened = world.room<Fd>();
  REQUIRE(path_open(*world.state, world.memory(), root, Lookupflags::none, world.text("file"), Oflags::none, read_write, Rights::all, Fdflags::none, opened));
  const Fd fd = world.load(opened);
  REQUIRE(fd_seek<Snapshot1>(*world.state, world.memory(), fd, 4, 0, world.room<Filesize>()));
  const auto events = world.poll({fd_subscription(1, Eventtype::fd_read, fd), fd_subscription(2, Eventtype::fd_write, fd), clock_subscription(3, 1h)});
  REQUIRE(events.size() == 2);
  CHECK(events[0].bytes == 6);
  CHECK(events[1].type == Eventtype::fd_write);
}

TEST_CASE("what cannot be waited for is an event with an error, at once") {
  PollWorld world;
  auto strange = clock_subscription(4, 0ns);
  strange.type = Eventtype{3};
  const auto events = world.poll({fd_subscription(1, Eventtype::fd_read, Fd{99}), clock_subscription(2, 1h, ClockId{9}),
                                  clock_subscription(3, 1h, ClockId::process_cputime_id), strange, clock_subscription(5, 1h)});
  REQUIRE(events.size() == 4);
  CHECK(static_cast<Errno>(events[0].error) == Errno::badf);
  CHECK(static_cast<Errno>(events[1].error) == Errno::inval);
  CHECK(static_cast<Errno>(events[2].error) == Errno::notsup);
  CHECK(static_cast<Errno>(events[3].error) == Errno::inval);
}

TEST_CASE("more subscriptions than fit on the stack are waited for alike") {
  PollWorld world;
  std::vector<Snapshot1::Subscription> wanted(300, clock_subscription(0, 1h));
  for (std::uint64_t i = 0; i < wanted.size(); ++i) wanted[i].userdata = i;
  wanted[257].timeout = 0;
  const auto events = world.poll(wanted);
  REQUIRE(events.size() == 1);
  CHECK(events[0].userdata == 257);
}

TEST_CASE("the subscriptions of snapshot 0 are laid out otherwise") {
  PollWorld world;
  REQUIRE(::write(world.ends[1], "x", 1) == 1);
  (void)world.memory().store(GuestPointer<Snapshot0::Subscription>{1024},
                             {5, Eventtype::clock, {}, 1234, ClockId::monotonic, 0, nanoseconds(1h), 0, Subclockflags::relative, {}});
  (void)world.memory().store(GuestPointer<Snapshot0::Subscription>{1080}, {6, Eventtype::fd_read, {}, 0, {}, 0, 0, 0, {}, {}});
  const auto count = world.room<Size>();
  REQUIRE(poll_oneoff<Snapshot0>(*world.state, world.memory(), {1024}, {2048}, 2, count));
  CHECK(world.load(count) == 1);
  CHECK(world.load(GuestPointer<Event>{2048}).userdata == 6);
}

TEST_CASE("no count of subscriptions makes the host allocate more than the limit") {
  PollWorld world;
  const auto count = world.room<Size>();
  CHECK(errno_of(poll_oneoff<Snapshot1>(*world.state, world.memory(), {1024}, {1024}, 0, count)) == Errno::inval);
  CHECK(errno_of(poll_oneoff<Snapshot1>(*world.state, world.memory(), {1024}, {1024}, 1 << 20, count)) == Errno::inval);
  CHECK(errno_of(poll_oneoff<Snapshot1>(*world.state, world.memory(), {1024}, {1024}, 0xFFFF'FFFF, count)) == Errno::inval);
  CHECK(errno_of(poll_oneoff<Snapshot1>(*world.state, world.memory(), {1024}, {1024}, 4096, count)) == Errno::fault);
  CHECK(errno_of(poll_oneoff<Snapshot1>(*world.state, world.memory(), {0xFFFF'FFF0}, {1024}, 1, count)) == Errno::fault);
  CHECK(errno_of(poll_oneoff<Snapshot1>(*world.state, world.memory(), {1024}, {1024}, 1, {0xFFFF'FFFF})) == Errno::fault);
}
