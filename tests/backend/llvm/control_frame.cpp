#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("what branches bring along meets in phis", "[llvm]") {
  CHECK(count(ir("(module (func (param i32) (result i32 i64) (block (result i32 i64) (i32.const 1) (i64.const 2) (br_if 0 (local.get 0)) (drop) (drop) (i32.const 3) (i64.const 4))))"), "phi") == 4);
}
