#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a call within a part is one that LLVM sees through", "[llvm]") {
  const std::string code = optimized_ir("(module (func $g (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))) (func (export \"f\") (param i32) (result i32) (call $g (call $g (local.get 0)))))");
  CHECK(count(code, "call i32") == 0);
}
TEST_CASE("results beyond the first come through the caller's frame", "[llvm]") {
  constexpr std::string_view text = R"((module (func $g (param i32) (result i32 f64 v128 i64) (local.get 0) (f64.const 2) (v128.const i64x2 3 4) (i64.const 5))
    (func $h (param i32) (result i32 i32) (if (result i32 i32) (local.get 0) (then (call $h (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 8) (i32.const 9))))
    (func (export "f") (param i32) (result i64) (local f64 v128 i64)
      (call $g (local.get 0)) (local.set 3) (local.set 2) (local.set 1)
      (i64.extend_i32_s) (i64.add (i64.trunc_f64_s (local.get 1))) (i64.add (i64x2.extract_lane 1 (local.get 2))) (i64.add (local.get 3)))
    (func (export "h") (param i32) (result i32) (call $h (local.get 0)) (i32.sub))))";
  CHECK(on_llvm(text, "f", {Value(100)}) == "111");
  CHECK(on_llvm(text, "h", {Value(3)}) == "-1");
}
TEST_CASE("imports are called through the pair in the context", "[llvm]") {
  constexpr std::string_view text = R"((module (import "env" "scramble" (func $s (param i32) (result i32)))
    (import "env" "mix" (func $m (param i32 i64 f32 f64 i32 i32 i64 i32) (result i64)))
    (func (export "s") (param i32) (result i32) (call $s (local.get 0)))
    (func (export "m") (result i64) (call $m (i32.const 1) (i64.const 2) (f32.const 3) (f64.const 4) (i32.const 5) (i32.const 6) (i64.const 7) (i32.const 8)))))";
  CHECK(on_llvm(text, "s", {Value(1)}) == "-1640531535");
  CHECK(on_llvm(text, "m") == "208");
}
TEST_CASE("null is nothing to call", "[llvm]") {
  CHECK(on_llvm("(module (type $t (func)) (func (export \"f\") (call_ref $t (ref.null $t))))", "f") == "null function reference");
}
