#include <cstdint>
#include <cstdlib>
#include <string>

#include "../../catch.hpp"
#include "../../corpus.hpp"
#include "../../fuzz/observe.hpp"

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
    for (const tests::Setting setting : tests::llvm_settings()) {
      INFO("seed " << seed << ", " << tests::to_string(setting));
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
