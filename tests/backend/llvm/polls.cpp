#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a loop looks at the limit, and a function that calls does when it is entered", "[llvm]") {
  CHECK(count(optimized_ir("(module (func (export \"f\") (loop (br 0))))"), "load volatile i64") == 1);
  CHECK(count(optimized_ir("(module (import \"env\" \"note\" (func $n)) (func (export \"f\") (call $n)))"), "load volatile i64") == 1);
  CHECK(count(optimized_ir("(module (func (export \"f\") (param i32) (result i32) (i32.mul (local.get 0) (local.get 0))))"), "load volatile i64") == 0);
}
TEST_CASE("who does not call on its way does not look at the limit", "[llvm]") {
  const std::string text = optimized_ir("(module (import \"env\" \"note\" (func $n)) (func (export \"f\") (param i32) (if (i32.eqz (local.get 0)) (then (return))) (call $n)))");
  CHECK(text.find("load volatile i64") > text.find("br i1"));
  CHECK(count(text, "load volatile i64") == 1);
}
TEST_CASE("a runaway recursion ends, also one that might be a loop", "[llvm]") {
  CHECK(on_llvm("(module (func $f (export \"f\") (param i32) (result i32) (call $f (i32.add (local.get 0) (i32.const 1)))))", "f", {Value(1)}) == "call stack exhausted");
  CHECK(on_llvm("(module (func $f (export \"f\") (param i32) (result i32) (i32.add (i32.const 3) (call $f (i32.add (local.get 0) (i32.const 1))))))", "f", {Value(1)}) == "call stack exhausted");
}
