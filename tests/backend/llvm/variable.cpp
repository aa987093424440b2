#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
constexpr std::string_view variable_text = R"((module (import "env" "counter" (global $c (mut i32))) (import "env" "factor" (global $f (mut f64))) (import "env" "salt" (global $s i64))
  (global $v (mut v128) (v128.const i64x2 1 2)) (global $own (mut i64) (i64.const 3))
  (func (export "f") (result i64) (global.set $c (i32.add (global.get $c) (i32.const 1))) (global.set $own (i64.add (global.get $own) (global.get $s)))
    (i64.add (global.get $own) (i64.extend_i32_s (global.get $c))))
  (func (export "select") (param i32) (result f64) (select (global.get $f) (f64.const 2) (local.get 0)))
  (func (export "tee") (param i32) (result i32) (i32.add (local.tee 0 (i32.const 5)) (local.get 0)))))";
}
TEST_CASE("globals, of this module and of others", "[llvm]") { CHECK(on_llvm(variable_text, "f") == "81985529216486906"); }
TEST_CASE("select and tee", "[llvm]") {
  const Guests guests(variable_text);
  CHECK(guests.call("select", {Value(1)}) == "1.25");
  CHECK(guests.call("select", {Value(0)}) == "2");
  CHECK(guests.call("tee", {Value(1)}) == "10");
}
