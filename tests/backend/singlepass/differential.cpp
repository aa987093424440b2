#include <cstdint>
#include <cstdlib>
#include <string>

#include "../../catch.hpp"
#include "../../corpus.hpp"
#include "../../fuzz/elsewhere.hpp"
#include "../../process.hpp"

using namespace wasmer;

namespace {

/// A number of programs from the environment, for longer runs.
std::uint64_t number(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

TEST_CASE("a seed always gives the same program", "[differential]") {
  const fuzz::Program once = fuzz::generate(42), again = fuzz::generate(42);
  CHECK(once.bytes == again.bytes);
  CHECK(once.calls.size() == again.calls.size());
  CHECK(once.bytes != fuzz::generate(43).bytes);
}

TEST_CASE("random programs do the same on LLVM as on Singlepass", "[differential]") {
  if (tests::llvm_settings().empty()) WASMER_SKIP("built without LLVM");
  const std::uint64_t first = number("WASMER_FUZZ_SEED", 0), count = number("WASMER_FUZZ_LLVM_PROGRAMS", 100);
  for (std::uint64_t seed = first; seed != first + count; ++seed) {
    const fuzz::Program program = fuzz::generate(seed);
    const std::string expected = fuzz::observe(tests::settings[0], program);
    INFO("seed " << seed);
    REQUIRE_FALSE(expected.starts_with("error"));
    for (const tests::Setting setting : tests::llvm_settings()) {
      INFO(tests::to_string(setting));
      CHECK(fuzz::observe(setting, program) == expected);
    }
  }
}

TEST_CASE("random programs do the same whatever the CPU's features and the way of checking bounds", "[differential]") {
  const std::uint64_t first = number("WASMER_FUZZ_SEED", 0), count = number("WASMER_FUZZ_PROGRAMS", 2000);
  for (std::uint64_t seed = first; seed != first + count; ++seed) {
    const fuzz::Program program = fuzz::generate(seed);
    const std::string expected = fuzz::observe(tests::settings[0], program);
    INFO("seed " << seed);
    REQUIRE_FALSE(expected.starts_with("error"));
    for (const tests::Setting setting : tests::settings) {
      const std::string seen = fuzz::observe(setting, program);
      if (seen == expected) continue;
      INFO(tests::to_string(setting));
      CHECK(seen == expected);
    }
  }
}

TEST_CASE("random programs do the same in V8", "[differential]") {
  const std::string script = WASMER_SOURCE_DIR "/tests/fuzz/observe.mjs";
  const std::string node = tests::program_path("node");
  if (node.empty()) WASMER_SKIP("there is no node here");
  const std::uint64_t first = number("WASMER_FUZZ_SEED", 1'000'000), count = number("WASMER_FUZZ_PROGRAMS", 1000);
  std::string programs;
  for (std::uint64_t seed = first; seed != first + count; ++seed) programs += fuzz::to_json(fuzz::generate(seed));
  const tests::TemporaryDirectory place;
  // By its optimizing compiler: of V8 10 the other one crashes on one program of these.
  const tests::Outcome theirs = tests::run({node, "--no-liftoff", "--stack-size=6000", script, place.write("programs", programs)});
  CHECK(theirs.err.empty());
  REQUIRE(theirs.code == 0);
  std::size_t at = 0, refused = 0;
  for (std::uint64_t seed = first; seed != first + count; ++seed) {
    const std::size_t end = theirs.out.find("\n\n", at);
    INFO("seed " << seed);
    REQUIRE(end != std::string::npos);
    const std::string seen = theirs.out.substr(at, end + 1 - at), ours = fuzz::in_common(fuzz::observe(tests::settings[0], fuzz::generate(seed)));
    at = end + 2;
    if (seen.starts_with("error ")) {  // an old one does not know tail calls, or exceptions
      ++refused;
      continue;
    }
    if (seen != ours) CHECK(seen == ours);
  }
  CHECK(refused <= count / 2);
}
