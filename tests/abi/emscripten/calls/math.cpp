#include <wasmer/abi/emscripten/calls/math.hpp>

#include <limits>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;
using namespace wasmer::tests;

TEST_CASE("conversion and division are asm.js's: nothing traps") {
  EmWorld world;
  const auto convert = [&](double x) { return f64_to_int(world.state, world.guest(), x); };
  CHECK(convert(-1.9) == -1);
  CHECK(convert(4294967297.0) == 1);
  CHECK(convert(2147483648.0) == std::numeric_limits<std::int32_t>::min());
  CHECK(convert(1e300) == 0);
  CHECK(convert(std::numeric_limits<double>::quiet_NaN()) == 0);
  CHECK(i32_division(world.state, world.guest(), 7, 0) == 0);
  CHECK(i32_division(world.state, world.guest(), std::numeric_limits<std::int32_t>::min(), -1) == std::numeric_limits<std::int32_t>::min());
  CHECK(i32_remainder(world.state, world.guest(), 7, 0) == 0);
  CHECK(i32_remainder(world.state, world.guest(), std::numeric_limits<std::int32_t>::min(), -1) == 0);
}

TEST_CASE("atomic operations give what was there before") {
  EmWorld world;
  const std::uint32_t cell = world.put(std::uint64_t{10});
  CHECK(atomic_of_8<Atomic::add>(world.state, world.guest(), {cell}, 5, 0).value() == 10);
  CHECK(atomic_of_8<Atomic::subtract>(world.state, world.guest(), {cell}, 3, 0).value() == 15);
  CHECK(atomic_of_8<Atomic::and_>(world.state, world.guest(), {cell}, 4, 0).value() == 12);
  CHECK(atomic_of_8<Atomic::or_>(world.state, world.guest(), {cell}, 3, 0).value() == 4);
  CHECK(atomic_of_8<Atomic::xor_>(world.state, world.guest(), {cell}, 1, 0).value() == 7);
  CHECK(atomic_of_8<Atomic::exchange>(world.state, world.guest(), {cell}, 99, 0).value() == 6);
  CHECK(atomic_load_8(world.state, world.guest(), {cell}, 0).value() == 99);
  const std::uint32_t expected = world.put(std::uint64_t{98});
  CHECK(atomic_compare_exchange_8(world.state, world.guest(), {cell}, {expected}, 1, 0, 0).value() == 0);
  CHECK(world.load<std::uint64_t>(expected) == 99);
  CHECK(atomic_compare_exchange_8(world.state, world.guest(), {cell}, {expected}, 1, 0, 0).value() == 1);
  CHECK(world.load<std::uint64_t>(cell) == 1);
  CHECK_FALSE(atomic_load_8(world.state, world.guest(), {0xFFFF'FFF9}, 0));
  CHECK_FALSE(atomic_store_8(world.state, world.guest(), {0xFFFF'FFF9}, 0, 0));
}
