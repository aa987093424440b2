#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("only a load that nobody uses is volatile", "[llvm]") {
  const std::string code = optimized_ir("(module (memory 1) (func (export \"f\") (param i32) (result i32) (local i32) (drop (i32.add (i32.load (local.get 0)) (i32.const 1))) (local.set 1 (i32.load offset=4 (local.get 0))) (i32.load offset=8 (local.get 0))))");
  CHECK(count(code, "load volatile i32") == 2);
  CHECK(count(code, "load i32") == 1);
}
TEST_CASE("a load traps whose value LLVM finds not to matter", "[llvm]") {
  for (const char* const body : {"(i32.mul (i32.load (local.get 0)) (i32.const 0))", "(i32.and (i32.load (local.get 0)) (i32.const 0))", "(i32.xor (i32.load (local.get 0)) (i32.load (local.get 0)))",
                                 "(select (i32.load (local.get 0)) (i32.const 1) (i32.const 0))", "(i32.lt_u (i32.load (local.get 0)) (i32.const 0))"}) {
    INFO(body);
    CHECK(on_llvm("(module (memory 1) (func (export \"f\") (param i32) (result i32) " + std::string(body) + "))", "f", {Value(65536)}) == "out of bounds memory access");
  }
}
TEST_CASE("a load of which only a part is used is as wide as the guest says", "[llvm]") {
  for (const char* const body : {"(i32.wrap_i64 (i64.load (local.get 0)))", "(i32.and (i32.load offset=4 (local.get 0)) (i32.const 255))", "(i32.wrap_i64 (i64.shr_u (i64.load (local.get 0)) (i64.const 8)))",
                                 "(i32x4.extract_lane 0 (v128.load (local.get 0)))", "(i32.extend8_s (i32.load offset=4 (local.get 0)))"}) {
    INFO(body);
    CHECK(on_llvm("(module (memory 1) (func (export \"f\") (param i32) (result i32) " + std::string(body) + "))", "f", {Value(65529)}) == "out of bounds memory access");
  }
}
TEST_CASE("a signalling NaN does not outlive arithmetic that changes no number", "[llvm]") {
  for (const char* const body : {"(f32.sub (local.get 0) (f32.const 0))", "(f32.mul (local.get 0) (f32.const 1))", "(f32.div (local.get 0) (f32.const 1))", "(f32.add (local.get 0) (f32.const -0))",
                                 "(f32.demote_f64 (f64.promote_f32 (local.get 0)))"}) {
    const std::string text = "(module (func (export \"f\") (param f32) (result i32) (i32.shr_u (i32.reinterpret_f32 " + std::string(body) + ") (i32.const 22))))";
    CHECK(on_llvm(text, "f", {Value(ValueType::f32, 0x7FA0'0000)}) == "511");
  }
}
