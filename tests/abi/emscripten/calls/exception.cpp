#include <wasmer/abi/emscripten/calls/exception.hpp>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;
using namespace wasmer::tests;

TEST_CASE("longjmp notes where it goes and unwinds") {
  EmWorld world;
  const auto unwound = emscripten::longjmp(world.state, world.guest(), 500, 0);
  CHECK(world.state.unwinding(unwound.error()) == Unwinding::jump);
  CHECK(world.load<std::uint32_t>(24) == 500);
  CHECK(world.load<std::uint32_t>(28) == 1);
}

TEST_CASE("an exception is allocated, thrown, caught and destroyed") {
  EmWorld world;
  const std::uint32_t object = emscripten::allocate_exception(world.state, world.guest(), 8).value();
  REQUIRE(object >= 65536 + exception_header);
  const auto thrown = emscripten::cxa_throw(world.state, world.guest(), object, 300, 2);
  CHECK(world.state.unwinding(thrown.error()) == Unwinding::exception);
  CHECK(emscripten::uncaught_exception(world.state, world.guest()) == 1);
  const std::array<std::uint64_t, 1> types{300};
  CHECK(emscripten::find_matching_catch(world.state, world.guest(), types.data(), types.size()).value() == object);
  CHECK(emscripten::get_temp_ret0(world.state, world.guest()) == 300);
  CHECK(emscripten::begin_catch(world.state, world.guest(), object).value() == object);
  CHECK(emscripten::uncaught_exceptions(world.state, world.guest()) == 0);
  REQUIRE(emscripten::end_catch(world.state, world.guest()));
  CHECK(world.load<std::uint32_t>(20) == object);
  CHECK(world.state.exceptions().find(object) == nullptr);
}

TEST_CASE("one that is thrown on is not destroyed before its last handler ends") {
  EmWorld world;
  const std::uint32_t object = emscripten::allocate_exception(world.state, world.guest(), 8).value();
  CHECK_FALSE(emscripten::cxa_throw(world.state, world.guest(), object, 300, 2));
  CHECK(emscripten::begin_catch(world.state, world.guest(), object).value() == object);
  CHECK(world.state.unwinding(emscripten::rethrow(world.state, world.guest()).error()) == Unwinding::exception);
  REQUIRE(emscripten::end_catch(world.state, world.guest()));
  CHECK(world.load<std::uint32_t>(16) == 0);
  CHECK(emscripten::begin_catch(world.state, world.guest(), object).value() == object);
  REQUIRE(emscripten::end_catch(world.state, world.guest()));
  CHECK(world.load<std::uint32_t>(16) == 1);
}

TEST_CASE("with nothing thrown there is nothing to match, and nothing to throw on") {
  EmWorld world;
  CHECK(emscripten::find_matching_catch(world.state, world.guest(), nullptr, 0).value() == 0);
  CHECK(emscripten::rethrow(world.state, world.guest()).error().id() == ErrorId::unreachable);
  CHECK(emscripten::current_primary_exception(world.state, world.guest()).value() == 0);
  REQUIRE(emscripten::end_catch(world.state, world.guest()));
  CHECK(emscripten::begin_catch(world.state, world.guest(), 4).value() == 4);
}

TEST_CASE("exceptions without end, thrown or caught, are refused") {
  EmWorld world;
  std::uint32_t object = 1;
  while (world.state.unwinding(emscripten::cxa_throw(world.state, world.guest(), 16 * object, 300, 0).error()) == Unwinding::exception && object < 100'000) {
    world.state.caught();
    ++object;
  }
  CHECK(object == most_records + 1);
  const auto refused = emscripten::cxa_throw(world.state, world.guest(), 16 * object, 300, 0);
  CHECK(refused.error().id() == ErrorId::out_of_memory);
  CHECK(refused.error().message() == "exhausted: out of memory: the program has more than 65536 exceptions at once");

  EmWorld another;
  std::size_t caught = 0;
  while (caught < 100'000 && emscripten::begin_catch(another.state, another.guest(), 64)) ++caught;
  CHECK(caught == most_records);
}
