#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a signalling NaN does not outlive arithmetic that changes no number", "[llvm]") {
  for (const char* const body : {"(f32.sub (local.get 0) (f32.const 0))", "(f32.mul (local.get 0) (f32.const 1))", "(f32.div (local.get 0) (f32.const 1))", "(f32.add (local.get 0) (f32.const -0))",
                                 "(f32.demote_f64 (f64.promote_f32 (local.get 0)))"}) {
    const std::string text = "(module (func (export \"f\") (param f32) (result i32) (i32.shr_u (i32.reinterpret_f32 " + std::string(body) + ") (i32.const 22))))";
    CHECK(on_llvm(text, "f", {Value(ValueType::f32, 0x7FA0'0000)}) == "511");
  }
}
