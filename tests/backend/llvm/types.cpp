#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a function's prototype is the machine contract's", "[llvm]") {
  const std::string code = ir("(module (func (export \"f\") (param i32 f32 externref v128 i64 i32 i32 i32) (result f64 i32) f64.const 0 i32.const 0))");
  CHECK(has(code, "define hidden double @f0(ptr"));
  CHECK(has(code, "ptr %1, i32 %2, float %3, i64 %4, <2 x i64> %5, i64 %6, i32 %7)"));
}
