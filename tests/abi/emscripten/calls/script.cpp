#include <wasmer/abi/emscripten/calls/script.hpp>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;
using namespace wasmer::tests;

TEST_CASE("the embedder's C++ is run for a text that it knows") {
  Options options;
  options.snippets.emplace("add($0, $1)", [](GuestMemory, std::span<const double> arguments) { return arguments[0] + arguments[1]; });
  options.snippets.emplace("7", [](GuestMemory, std::span<const double>) { return 7.0; });
  EmWorld world(std::move(options));
  const std::uint32_t arguments = world.take(24);
  (void)world.guest().store(GuestPointer<std::int32_t>{arguments}, 5);
  (void)world.guest().store(GuestPointer<double>{arguments + 8}, 0.5);
  CHECK(asm_const_double(world.state, world.guest(), world.text("add($0, $1)").address, world.text("id"), arguments).value() == 5.5);
  CHECK(asm_const_int(world.state, world.guest(), world.text("add($0, $1)").address, world.text("id"), arguments).value() == 5);
  CHECK(run_script_int(world.state, world.guest(), world.text("7")).value() == 7);
}

TEST_CASE("JavaScript that nobody knows is an error that tells it") {
  EmWorld world;
  const auto refused = run_script(world.state, world.guest(), world.text("alert('hi')"));
  CHECK(refused.error().id() == ErrorId::unsupported_import);
  CHECK(refused.error().detail().find("alert('hi')") != std::string_view::npos);
  CHECK(asm_const_int(world.state, world.guest(), 0xFFFF'FFFF, world.text(""), 0).error().detail().find("#4294967295") != std::string_view::npos);
  EmWorld old({}, false, true);
  CHECK(asm_const_int(old.state, old.guest(), 3, old.text(""), 0).error().detail().find("`#3`") != std::string_view::npos);
}

TEST_CASE("numbers are printed with the digits that they need") {
  EmWorld world;
  const std::uint32_t room = world.take(32);
  CHECK(print_double(world.state, world.guest(), 0.1, room, 32) == 3);
  CHECK(world.string_at(room) == "0.1");
  CHECK(print_double(world.state, world.guest(), 12.5, room, 3) == 4);
  CHECK(world.string_at(room) == "12");
  CHECK(print_double(world.state, world.guest(), 1, 0xFFFF'FFFF, 9) == -1);
}
