#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a function that tail-calls has a place for every register of the contract, and its own values in them", "[llvm]") {
  const std::string code = ir("(module (func $f (param i32 f32) (result i32) (return_call $f (local.get 0) (local.get 1))))");
  CHECK(has(code, "define hidden { i64, <2 x i64> } @u0(ptr"));
  CHECK(has(code, "musttail call { i64, <2 x i64> } @u0("));
}
TEST_CASE("from place to value and back costs nothing", "[llvm]") {
  const std::string code = assembly("(module (import \"env\" \"g\" (func $g (param i32 f64) (result f64))) (func (export \"f\") (param i32 f64) (result f64) (return_call $g (local.get 0) (local.get 1))))");
  CHECK_FALSE(has(code, "xmm"));
}
