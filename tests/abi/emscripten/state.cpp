#include <wasmer/abi/emscripten/state.hpp>

#include <csignal>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;
using wasmer::tests::EmWorld;

TEST_CASE("a program has Emscripten's environment, and what its embedder adds to it") {
  Options options;
  options.args = {"program"};
  options.env = {"LANG=de", "MORE=1=2"};
  const State state = State::make(options).value();
  CHECK(state.variables.at("USER") == "web_user");
  CHECK(state.variables.at("HOME") == "/home/web_user");
  CHECK(state.variables.at("_") == "program");
  CHECK(state.variables.at("LANG") == "de");
  CHECK(state.variables.at("MORE") == "1=2");
  CHECK_FALSE(state.variables.contains("SHELL"));
}

TEST_CASE("options that are wrong are refused") {
  const auto refused = [](Options options) { return State::make(options).error().id() == ErrorId::invalid_option; };
  CHECK(refused({.args = {std::string("a\0b", 3)}}));
  CHECK(refused({.env = {"no value"}}));
  CHECK(refused({.preopens = {{"/nowhere/at/all", "/x"}}}));
}

TEST_CASE("the host takes memory from the program's own allocator") {
  EmWorld world;
  const std::uint32_t where = world.state.allocate(world.guest(), "text").value();
  CHECK(where >= 65536);
  CHECK(world.string_at(where) == "text");
}

TEST_CASE("texts end with a NUL in the memory") {
  EmWorld world;
  CHECK(text_of(world.guest(), world.text("name")) == "name");
  const auto size = static_cast<std::uint32_t>(world.guest().size());
  CHECK_FALSE(text_of(world.guest(), {size}));
  CHECK_FALSE(text_of(world.guest(), {0xFFFF'FFFF}));
  (void)world.guest().store(GuestPointer<std::uint8_t>{size - 1}, std::uint8_t{'x'});
  CHECK_FALSE(text_of(world.guest(), {size - 1}));
}

TEST_CASE("a callback is called if it is there and of the type that is wanted") {
  EmWorld world;
  REQUIRE(world.state.call<void()>(world.guest(), 1));
  REQUIRE(world.state.call<void(std::uint32_t)>(world.guest(), 2, 9u));
  CHECK(world.load<std::uint32_t>(16) == 2);
  CHECK(world.load<std::uint32_t>(20) == 9);
  CHECK(world.state.call<void()>(world.guest(), 0).error().id() == ErrorId::undefined_element);
  CHECK(world.state.call<void()>(world.guest(), 1000).error().id() == ErrorId::undefined_element);
  CHECK(world.state.call<void()>(world.guest(), 2).error().id() == ErrorId::indirect_call_type_mismatch);
}

TEST_CASE("signals run the program's handlers, or end it") {
  EmWorld world;
  world.state.actions[SIGINT] = {2, 0};
  world.state.signals()->set_caught(SIGINT, true);
  world.state.signals()->raise(SIGINT);
  REQUIRE(world.state.has_signals());
  REQUIRE(world.state.deliver(world.guest()));
  CHECK(world.load<std::uint32_t>(20) == SIGINT);
  CHECK_FALSE(world.state.has_signals());
  world.state.signals()->raise(SIGINT);
  world.state.actions[SIGINT] = {};
  const auto ended = world.state.deliver(world.guest());
  CHECK(ended.error().id() == ErrorId::exit);
  CHECK(ended.error().exit_code() == 128 + SIGINT);
}

TEST_CASE("the listing of a directory goes on where it was, and begins anew when it is opened again") {
  EmWorld world;
  Entry entry = std::make_shared<wasi::OpenFile<File>>(File::borrow(-1), wasi::Filetype::directory, wasi::directory_rights, wasi::Rights::all, false);
  world.state.listing_of(entry) = 5;
  CHECK(world.state.listing_of(entry) == 5);
  entry = std::make_shared<wasi::OpenFile<File>>(File::borrow(-1), wasi::Filetype::directory, wasi::directory_rights, wasi::Rights::all, false);
  CHECK(world.state.listing_of(entry) == 0);
}

TEST_CASE("unwinding is told from other errors") {
  EmWorld world;
  const Error error = world.state.unwind(Unwinding::jump);
  CHECK(world.state.unwinding(error) == Unwinding::jump);
  CHECK(world.state.unwinding(Error(ErrorId::unreachable)) == Unwinding::nothing);
  world.state.caught();
  CHECK(world.state.unwinding(error) == Unwinding::nothing);
}
