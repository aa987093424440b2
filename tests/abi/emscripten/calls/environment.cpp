#include <wasmer/abi/emscripten/calls/environment.hpp>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;
using namespace wasmer::tests;

TEST_CASE("variables are the program's own, not the host's") {
  EmWorld world({.env = {"COLOR=red"}});
  const auto get = [&](std::string_view name) -> std::string {
    const std::uint32_t where = emscripten::getenv(world.state, world.guest(), world.text(name)).value();
    return where == 0 ? "none" : world.string_at(where);
  };
  CHECK(get("COLOR") == "red");
  CHECK(get("HOME") == "/home/web_user");
  CHECK(get("SHELL") == "none");
  CHECK(emscripten::setenv(world.state, world.guest(), world.text("COLOR"), world.text("blue"), 0).value() == 0);
  CHECK(get("COLOR") == "red");
  CHECK(emscripten::setenv(world.state, world.guest(), world.text("COLOR"), world.text("blue"), 1).value() == 0);
  CHECK(get("COLOR") == "blue");
  CHECK(emscripten::putenv(world.state, world.guest(), world.text("COLOR=green")).value() == 0);
  CHECK(get("COLOR") == "green");
  CHECK(emscripten::unsetenv(world.state, world.guest(), world.text("COLOR")).value() == 0);
  CHECK(get("COLOR") == "none");
  CHECK(emscripten::setenv(world.state, world.guest(), world.text("A=B"), world.text("x"), 1).value() == -1);
  CHECK(emscripten::putenv(world.state, world.guest(), world.text("=x")).value() == -1);
}

TEST_CASE("an environment without end is refused") {
  EmWorld world;
  const std::string value(4000, 'x');
  std::int32_t done = 0;
  int count = 0;
  for (; done == 0 && count < 1000; ++count) done = emscripten::setenv(world.state, world.guest(), world.text("V" + std::to_string(count)), world.text(value), 1).value();
  CHECK(done == -1);
  CHECK(world.error() == world.state.number(wasi::Errno::nomem));
  CHECK((count > 200 && count < 300));
  CHECK(emscripten::setenv(world.state, world.guest(), world.text("V0"), world.text("short"), 1).value() == 0);
  CHECK(emscripten::clearenv(world.state, world.guest()).value() == 0);
  CHECK(emscripten::setenv(world.state, world.guest(), world.text("V"), world.text(value), 1).value() == 0);
}

TEST_CASE("environ is a table of all variables") {
  EmWorld world({.env = {"COLOR=red"}});
  const std::uint32_t environ = world.take(4);
  REQUIRE(emscripten::build_environment(world.state, world.guest(), {environ}));
  std::vector<std::string> all;
  for (std::uint32_t at = world.load<std::uint32_t>(environ); world.load<std::uint32_t>(at) != 0; at += 4) all.push_back(world.string_at(world.load<std::uint32_t>(at)));
  CHECK(all.size() == 8);
  CHECK(std::ranges::find(all, "COLOR=red") != all.end());
}

TEST_CASE("users and groups are those of the built-in table") {
  EmWorld world;
  const std::uint32_t user = emscripten::getpwnam(world.state, world.guest(), world.text("web_user")).value();
  REQUIRE(user != 0);
  CHECK(world.string_at(world.load<std::uint32_t>(user)) == "web_user");
  CHECK(world.load<std::uint32_t>(user + 8) == 0);
  CHECK(world.string_at(world.load<std::uint32_t>(user + 20)) == "/home/web_user");
  CHECK(emscripten::getpwnam(world.state, world.guest(), world.text("somebody")).value() == 0);
  CHECK(world.load<std::uint32_t>(emscripten::getgrnam(world.state, world.guest(), world.text("nobody")).value() + 8) == 65534);
  CHECK(emscripten::getpwuid(world.state, world.guest(), 12345).value() == 0);
}

TEST_CASE("the system has Emscripten's numbers") {
  EmWorld world;
  CHECK(emscripten::sysconf(world.state, world.guest(), 84) == 1);
  CHECK(emscripten::sysconf(world.state, world.guest(), 30) == 65536);
  CHECK(emscripten::sysconf(world.state, world.guest(), 9999) == -1);
  const std::uint32_t loads = world.take(24);
  CHECK(emscripten::getloadavg(world.state, world.guest(), loads, 5) == 3);
  CHECK(world.load<double>(loads + 16) == 0.1);
  CHECK(emscripten::getloadavg(world.state, world.guest(), 0xFFFF'FFF0, 1) == -1);
}

TEST_CASE("random numbers are") {
  EmWorld world;
  const GuestBytes bytes{world.take(32), 32};
  CHECK(emscripten::random_bytes(world.state, world.guest(), bytes) == 0);
  CHECK(world.bytes_at(bytes.address, 32) != std::string(32, '\0'));
  CHECK(emscripten::random_bytes(world.state, world.guest(), {0xFFFF'FFF0, 32}) == -1);
  const double fraction = emscripten::random_fraction(world.state, world.guest());
  CHECK((fraction >= 0 && fraction < 1));
}
