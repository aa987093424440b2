#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
constexpr std::string_view indirect_call_text = R"((module (type $t (func (param i32) (result i32))) (type $s (sub (func (param i32) (result i32)))) (type $u (sub $s (func (param i32) (result i32))))
  (table 5 funcref) (elem (i32.const 0) $a $b $c)
  (func $a (type $t) (i32.add (local.get 0) (i32.const 1))) (func $b (param i64)) (func $c (type $u) (i32.const 9))
  (func (export "f") (param i32) (result i32) (call_indirect (type $t) (i32.const 5) (local.get 0)))
  (func (export "sub") (param i32) (result i32) (call_indirect (type $s) (i32.const 5) (local.get 0)))))";
}
TEST_CASE("an element is called whose type is the one that is asked for, or below it", "[llvm]") {
  const Guests guests(indirect_call_text);
  CHECK(guests.call("f", {Value(0)}) == "6");
  CHECK(guests.call("f", {Value(2)}) == "indirect call type mismatch");
  CHECK(guests.call("sub", {Value(2)}) == "9");
  CHECK(guests.call("sub", {Value(0)}) == "indirect call type mismatch");
}
TEST_CASE("no element, no function, another type: three traps", "[llvm]") {
  const Guests guests(indirect_call_text);
  CHECK(guests.call("f", {Value(5)}) == "undefined element");
  CHECK(guests.call("f", {Value(4)}) == "uninitialized element");
  CHECK(guests.call("f", {Value(1)}) == "indirect call type mismatch");
}
