#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("code is for the CPU at hand, or for every one that is not too old", "[llvm]") {
  constexpr std::string_view text = "(module (func (export \"f\") (param f64 f64) (result f64) (f64.add (local.get 0) (local.get 1))))";
  CHECK(has(assembly(text, {.host_cpu = false}), "\taddsd\t"));
  CHECK(has(assembly("(module (func (export \"f\") (param i32) (result i32) (i32.popcnt (local.get 0))))", {.host_cpu = false}), "popcnt"));
}
