#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("parameters arrive in registers, as many as the contract has, and below the context", "[llvm]") {
  const std::string code = ir("(module (func (export \"f\") (param i32 i64 i32 i64 i32 i32 f32 i64) (result i64) local.get 7))");
  CHECK(has(code, "define hidden i64 @f0(ptr nonnull align 16 dereferenceable("));
  CHECK(has(code, "%0, i32 %1, i64 %2, i32 %3, i64 %4, i32 %5, float %6)"));
  CHECK(has(code, "i64 -16"));
}
TEST_CASE("arguments arrive wherever they are passed", "[llvm]") {
  constexpr std::string_view text = R"((module
    (func $f (param i32 i32 i32 i32 i32 i32 i64 v128 v128 v128 v128 v128 v128 v128 v128 v128 f64) (result i64)
      (i64.add (i64.extend_i32_u (local.get 5)) (i64.add (local.get 6) (i64.add (i64x2.extract_lane 1 (local.get 15)) (i64.trunc_f64_s (local.get 16))))))
    (func (export "f") (result i64)
      (call $f (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6) (i64.const 70) (v128.const i64x2 0 0) (v128.const i64x2 0 0)
        (v128.const i64x2 0 0) (v128.const i64x2 0 0) (v128.const i64x2 0 0) (v128.const i64x2 0 0) (v128.const i64x2 0 0) (v128.const i64x2 0 0) (v128.const i64x2 1 800)
        (f64.const 9000)))))";
  const Result<Guest> guest = Guest::make(llvm_settings()[0], text);
  CHECK(to_words(guest.value().call("f")) == "9876");
}
TEST_CASE("locals that are declared begin as zero", "[llvm]") {
  CHECK(on_llvm("(module (func (export \"f\") (result i32) (local i32 v128 externref) (i32.add (local.get 0) (ref.is_null (local.get 2)))))", "f") == "1");
}
