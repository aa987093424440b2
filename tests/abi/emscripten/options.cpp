#include <wasmer/abi/emscripten/options.hpp>

#include <array>

#include "../../catch.hpp"

using namespace wasmer;

TEST_CASE("nothing of the host's is a program's unless it is given") {
  const emscripten::Options options;
  CHECK(options.args.empty());
  CHECK(options.env.empty());
  CHECK(options.preopens.empty());
  CHECK(options.net.empty());
  CHECK(options.snippets.empty());
}

TEST_CASE("a snippet is any callable, and copies share it") {
  int calls = 0;
  const emscripten::Snippet snippet([&calls](GuestMemory memory, std::span<const double> arguments) {
    ++calls;
    return static_cast<double>(memory.size()) + arguments[0];
  });
  const emscripten::Snippet copy = snippet;
  std::array<std::byte, 8> bytes{};
  const std::array arguments{0.5};
  CHECK(copy(GuestMemory(bytes), arguments) == 8.5);
  CHECK(snippet(GuestMemory(bytes), arguments) == 8.5);
  CHECK(calls == 2);
}
