#include <wasmer/backend/singlepass/indirect_call.hpp>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a call through a table wants the very type, or one declared below it", "[singlepass]") {
  const Guests guests(R"((module
    (type $final (func (param i32) (result i32)))
    (type $above (sub (func (result i32))))
    (type $below (sub $above (func (result i32))))
    (table 5 funcref)
    (elem (i32.const 0) func $double $one $two)
    (func $double (type $final) (i32.mul (local.get 0) (i32.const 2)))
    (func $one (type $above) (i32.const 1))
    (func $two (type $below) (i32.const 2))
    (func (export "final") (param i32) (result i32) (call_indirect (type $final) (i32.const 21) (local.get 0)))
    (func (export "above") (param i32) (result i32) (call_indirect (type $above) (local.get 0)))
    (func (export "below") (param i32) (result i32) (call_indirect (type $below) (local.get 0)))))");
  CHECK(guests.call("final", {dirty(0)}) == "42");
  CHECK(guests.call("final", {dirty(1)}) == "indirect call type mismatch");
  CHECK(guests.call("above", {dirty(0)}) == "indirect call type mismatch");
  CHECK(guests.call("above", {dirty(1)}) == "1");
  CHECK(guests.call("above", {dirty(2)}) == "2");
  CHECK(guests.call("below", {dirty(1)}) == "indirect call type mismatch");
  CHECK(guests.call("below", {dirty(2)}) == "2");
  for (const char* const name : {"final", "above"}) {
    CHECK(guests.call(name, {dirty(3)}) == "uninitialized element");
    CHECK(guests.call(name, {dirty(5)}) == "undefined element");
    CHECK(guests.call(name, {dirty(-1)}) == "undefined element");
  }
}
