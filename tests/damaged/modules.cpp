// Damaged modules: whatever the bytes are, there is a value or an error that says where.
#include <string>

#include <wasmer/backend/singlepass.hpp>
#include <wasmer/module/printer.hpp>
#include <wasmer/module/validate.hpp>
#include <wasmer/runtime.hpp>

#include "../catch.hpp"
#include "damage.hpp"
#include "samples.hpp"

using namespace wasmer;

namespace {

/// What is wrong with an answer; nothing when it is as it must be.
template <class T> std::string complaint(const Result<T>& result) {
  if (result) return {};
  const Error& error = result.error();
  if (error.stage() != Stage::malformed && error.stage() != Stage::invalid) return "an error of the wrong stage: " + error.message();
  if (error.offset() == Error::no_offset) return "an error that does not say where: " + error.message();
  return {};
}

}  // namespace

TEST_CASE("every damaged module gives a value or an error with an offset") {
  REQUIRE_CORPUS();
  const auto samples = tests::sample_modules();
  REQUIRE(samples.size() > 100);
  const Runtime<Singlepass> guarded(Singlepass{}, {.threads = 1});
  Singlepass checking;
  checking.bounds = Bounds::explicit_;
  const Runtime<Singlepass> checked(checking, {.threads = 1});

  fuzz::Random random(1);
  std::size_t refused = 0;
  const std::size_t count = tests::damaged_inputs() / 2;
  for (std::size_t i = 0; i < count; ++i) {
    const auto bytes = tests::damaged(random.pick(samples), random);
    const auto compiled = (random.chance(50) ? guarded : checked).compile(bytes);
    if (!compiled) ++refused;
    // Empty input and a damaged first byte make it a text, whose errors have a place.
    if (const std::string wrong = complaint(compiled); !wrong.empty()) FAIL_CHECK("input " << i << ": " << wrong);

    const auto module = parse(bytes, Features::all());
    if (const std::string wrong = complaint(module); !wrong.empty()) FAIL_CHECK("input " << i << ": " << wrong);
    if (!module) continue;
    const auto valid = validate(module.value(), Features::all());
    if (const std::string wrong = complaint(valid); !wrong.empty()) FAIL_CHECK("input " << i << ": " << wrong);
    if (valid && random.chance(20)) CHECK(print(module.value(), Features::all()));
  }
  CHECK(refused > count / 4);
  CHECK(refused < count);
}
