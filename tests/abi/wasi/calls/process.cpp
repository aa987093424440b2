#include <wasmer/abi/wasi/calls/process.hpp>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

TEST_CASE("proc_exit ends the guest with its code, of all 32 bits") {
  World world;
  const std::uint32_t code = GENERATE(0u, 1u, 256u, 0xFFFF'FFFFu);
  const Result<void> ended = proc_exit(world.state, world.memory(), code);
  REQUIRE_FALSE(ended.has_value());
  CHECK(ended.error().id() == ErrorId::exit);
  CHECK(ended.error().exit_code() == code);
}

TEST_CASE("a signal that kills ends the guest as a shell would report it") {
  World world;
  const auto raised = proc_raise(world.state, world.memory(), Signal{6});
  REQUIRE_FALSE(raised.has_value());
  CHECK(raised.error().exit_code() == 128 + 6);
  CHECK(proc_raise(world.state, world.memory(), Signal{15}).error().exit_code() == 128 + 15);
  CHECK(proc_raise(world.state, world.memory(), Signal{11}).error().exit_code() == 128 + 11);
}

TEST_CASE("a signal that is ignored by default changes nothing, and one that does not exist is inval") {
  World world;
  CHECK(proc_raise(world.state, world.memory(), Signal{0}).value() == Errno::success);
  CHECK(proc_raise(world.state, world.memory(), Signal{16}).value() == Errno::success);
  CHECK(proc_raise(world.state, world.memory(), Signal{18}).value() == Errno::notsup);
  CHECK(proc_raise(world.state, world.memory(), Signal{31}).value() == Errno::inval);
  CHECK(proc_raise(world.state, world.memory(), Signal{0xFFFF'FFFF}).value() == Errno::inval);
}
