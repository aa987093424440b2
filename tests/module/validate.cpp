#include <wasmer/module/validate.hpp>

#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include <wasmer/module/parse.hpp>

#include "../catch.hpp"
#include "../corpus.hpp"
#include "binary.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

std::vector<std::byte> file_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string contents{std::istreambuf_iterator<char>(file), {}};
  const auto begin = reinterpret_cast<const std::byte*>(contents.data());
  return {begin, begin + contents.size()};
}

}  // namespace

TEST_CASE("the module comes first, then its bodies in their order") {
  const Pieces head{section(SectionId::type, {1, 0x60, 0, 0}), section(SectionId::function, {2, 0, 0})};
  const Bytes code = section(SectionId::code, {2, body({0, Op::i32_const, 0, Op::end}), body({0, Op::drop, Op::end})});
  const Module bodies = tests::parse(module_bytes({join(head), code})).value();
  CHECK(validate(bodies, Features::wasm2()).error().offset() == bodies.bodies[0].offset + 3);
  const Module start = tests::parse(module_bytes({join(head), section(SectionId::start, {9}), code})).value();
  CHECK(validate(start, Features::wasm2()).error().words() == "unknown function");
  CHECK(validate_module(bodies, Features::wasm2()));
}

TEST_CASE("real programs are valid") {
  REQUIRE_CORPUS();
  for (const auto* name : {"bench/wasmi/coremark.wasm", "bench/wasmi/bz2.wasm", "bench/wasmi/erc20.wasm", "bench/wasmi/spidermonkey.wasm"}) {
    const Module module = wasmer::parse(file_bytes(corpus(name)), Features::wasm2()).value();
    INFO(name);
    CHECK(validate(module, Features::wasm2()));
  }
}

TEST_CASE("a program that is cut off or has bits flipped is valid, or an error with an offset") {
  REQUIRE_CORPUS();
  const std::vector<std::byte> original = file_bytes(corpus("bench/wasmi/coremark.wasm"));
  std::mt19937 random(1);
  const auto below = [&](std::size_t bound) { return random() % bound; };
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    std::vector<std::byte> bytes = original;
    if (i % 4 == 0) bytes.resize(below(bytes.size()));
    else
      for (std::size_t flips = 1 + below(4); flips != 0; --flips) bytes[below(bytes.size())] ^= static_cast<std::byte>(1 << below(8));
    const Features features = i % 2 == 0 ? Features::wasm2() : Features::all();
    const Result<Module> module = wasmer::parse(std::move(bytes), features);
    const Result<void> result = module ? validate(module.value(), features) : Result<void>(module.error());
    if (result) continue;
    ++refused;
    REQUIRE(result.error().offset() != Error::no_offset);
    REQUIRE(result.error().offset() <= original.size());
  }
  CHECK(refused > 1000);
}
