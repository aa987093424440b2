#include <wasmer/abi/wasi/calls/clock.hpp>

#include <algorithm>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

TEST_CASE("every clock has a resolution and moves forward") {
  World world;
  const auto clock = GENERATE(ClockId::realtime, ClockId::monotonic, ClockId::process_cputime_id, ClockId::thread_cputime_id);
  const auto at = world.room<Timestamp>();
  REQUIRE(clock_res_get(world.state, world.memory(), clock, at));
  CHECK(world.load(at) > 0);
  REQUIRE(clock_time_get(world.state, world.memory(), clock, 0, at));
  const Timestamp first = world.load(at);
  REQUIRE(clock_time_get(world.state, world.memory(), clock, 1'000'000, at));
  CHECK(world.load(at) >= first);
}

TEST_CASE("the realtime clock counts nanoseconds since 1970") {
  World world;
  const auto at = world.room<Timestamp>();
  REQUIRE(clock_time_get(world.state, world.memory(), ClockId::realtime, 0, at));
  CHECK(world.load(at) / 1'000'000'000 >= static_cast<Timestamp>(std::time(nullptr)) - 1);
  CHECK(world.load(at) / 1'000'000'000 <= static_cast<Timestamp>(std::time(nullptr)) + 1);
}

TEST_CASE("a clock that does not exist is inval") {
  World world;
  for (const ClockId clock : {ClockId{4}, ClockId{0xFFFF'FFFF}}) {
    CHECK(errno_of(clock_time_get(world.state, world.memory(), clock, 0, world.room<Timestamp>())) == Errno::inval);
    CHECK(errno_of(clock_res_get(world.state, world.memory(), clock, world.room<Timestamp>())) == Errno::inval);
  }
  CHECK(errno_of(clock_time_get(world.state, world.memory(), ClockId::realtime, 0, {0xFFFF'FFFC})) == Errno::fault);
}

TEST_CASE("random bytes fill exactly the buffer") {
  World world;
  const GuestBytes buffer = world.buffer(4096);
  REQUIRE(random_get(world.state, world.memory(), {buffer.address + 8, buffer.count - 16}));
  const std::string bytes = world.load(buffer, buffer.count);
  CHECK(std::all_of(bytes.begin(), bytes.begin() + 8, [](char c) { return c == 0; }));
  CHECK(std::all_of(bytes.end() - 8, bytes.end(), [](char c) { return c == 0; }));
  CHECK(std::count(bytes.begin() + 8, bytes.end() - 8, '\0') < 100);
  CHECK(random_get(world.state, world.memory(), {0, 0}).has_value());
}

TEST_CASE("random bytes beyond the guest's memory are fault") {
  World world;
  CHECK(errno_of(random_get(world.state, world.memory(), {8, 0xFFFF'FFFF})) == Errno::fault);
  CHECK(errno_of(random_get(world.state, world.memory(), {0xFFFF'FFFF, 1})) == Errno::fault);
}
