#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("unless it is told otherwise, LLVM relies on guard pages and on what this machine has", "[llvm]") {
  constexpr Tuning tuning;
  CHECK(tuning.bounds == Bounds::guard_pages);
  CHECK(tuning.level == llvm_backend::Level::usual);
  CHECK(tuning.host_cpu);
}
TEST_CASE("accesses are checked as the tuning says", "[llvm]") {
  constexpr std::string_view load = "(module (memory 1) (func (export \"f\") (param i32) (result i32) (i32.load (local.get 0))))";
  CHECK_FALSE(has(ir(load), "ubsantrap"));
  CHECK(has(ir(load, {.bounds = Bounds::explicit_}), "ubsantrap"));
}
