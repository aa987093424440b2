#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a trap stands for one place: two of a kind are two", "[llvm]") {
  const std::string code = optimized_ir("(module (func (export \"f\") (param i32 i32) (result i32) (i32.add (i32.div_u (i32.const 1) (local.get 0)) (i32.div_u (i32.const 1) (local.get 1)))))");
  CHECK(count(code, "call void @llvm.ubsantrap") == 2);
}
TEST_CASE("a condition is a condition again where it is tested", "[llvm]") {
  CHECK_FALSE(has(ir("(module (func (param i32) (result i32) (select (i32.const 1) (i32.const 2) (i32.lt_s (local.get 0) (i32.const 5)))))"), "icmp ne"));
}
TEST_CASE("a memory behind guard pages stays where it is", "[llvm]") {
  const std::string code = ir("(module (memory 1) (func (param i32) (result i32) (i32.load (local.get 0))))");
  CHECK(has(code, "!invariant.load"));
  CHECK_FALSE(has(ir("(module (memory 1) (func (param i32) (result i32) (i32.load (local.get 0))))", {.bounds = Bounds::explicit_}), "!invariant.load"));
}
