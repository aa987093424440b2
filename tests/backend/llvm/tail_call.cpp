#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
constexpr std::string_view tail_call_text = R"((module (type $t (func (param i64 i64) (result i64))) (import "env" "scale" (func $scale (param i64 f64) (result f64)))
  (table funcref (elem $odd))
  (func $even (export "even") (type $t) (if (result i64) (i64.eqz (local.get 0)) (then (local.get 1)) (else (return_call_indirect (type $t) (i64.sub (local.get 0) (i64.const 1)) (local.get 1) (i32.const 0)))))
  (func $odd (type $t) (if (result i64) (i64.eqz (local.get 0)) (then (i64.const -1)) (else (return_call $even (i64.sub (local.get 0) (i64.const 1)) (local.get 1)))))
  (func $many (param f32 f64 i32 i32 i32 i32 i32 i32) (result f64 i32) (f64.add (f64.promote_f32 (local.get 0)) (local.get 1)) (i32.add (local.get 6) (local.get 7)))
  (func (export "many") (param i32) (result f64 i32) (return_call $many (f32.const 1.5) (f64.const 2) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 30) (local.get 0)))
  (func (export "host") (param i64) (result f64) (return_call $scale (local.get 0) (f64.const 3)))
  (func $forever (export "forever") (return_call $forever))))";
}
TEST_CASE("two functions call each other without end, and without stack", "[llvm]") { CHECK(on_llvm(tail_call_text, "even", {Value(std::int64_t{3'000'000}), Value(std::int64_t{7})}) == "7"); }
TEST_CASE("a callee may have other arguments and the same results", "[llvm]") {
  CHECK(on_llvm(tail_call_text, "many", {Value(4)}) == "3.5 34");
  CHECK(on_llvm(tail_call_text, "host", {Value(std::int64_t{4})}) == "5.5");
}
TEST_CASE("it is a jump", "[llvm]") { CHECK(has(assembly("(module (func $g (export \"g\") (param f32) (result f32) (local.get 0)) (func (export \"f\") (param i32) (result f32) (return_call $g (f32.const 1))))"), "jmp\tu0")); }
