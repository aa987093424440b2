#include <cstdint>
#include <string>

#include <wasmer/runtime.hpp>

#include <wasmer/backend/singlepass.hpp>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("an object is of its type and of those above, at every depth", "[singlepass]") {
  std::string text = "(module (type $t0 (sub (struct (field i32))))";
  for (int i = 1; i < 12; ++i) text += "(type $t" + std::to_string(i) + " (sub $t" + std::to_string(i - 1) + " (struct (field i32))))";
  text += "(func $make (param i32) (result anyref)";
  for (int i = 0; i < 12; ++i)
    text += "(if (i32.eq (local.get 0) (i32.const " + std::to_string(i) + ")) (then (return (struct.new $t" + std::to_string(i) + " (i32.const 7)))))";
  text += "(if (i32.eq (local.get 0) (i32.const 12)) (then (return (ref.i31 (i32.const 1))))) (ref.null any))";
  for (const int i : {0, 3, 7, 8, 11}) {
    const std::string type = "$t" + std::to_string(i);
    text += "(func (export \"test" + std::to_string(i) + "\") (param i32) (result i32 i32 i32) (ref.test (ref " + type + ") (call $make (local.get 0))) (ref.test (ref null " + type +
            ") (call $make (local.get 0))) (block $l (result i32) (block $m (result anyref) (br_on_cast_fail $m anyref (ref " + type + ") (call $make (local.get 0))) (br $l (struct.get " + type + " 0))) (drop) (i32.const -1)))";
  }
  const Guests guests(text + ")");
  for (const int target : {0, 3, 7, 8, 11})
    for (int made = 0; made < 14; ++made) {
      const bool is = made >= target && made < 12;
      INFO(target << " " << made);
      CHECK(guests.call("test" + std::to_string(target), {dirty(made)}) == (is ? "1 1 7" : made == 13 ? "0 1 -1" : "0 0 -1"));
    }
}

TEST_CASE("a call through a table takes functions of types below the one asked for", "[singlepass]") {
  const Guests guests(R"((module (type $f (sub (func (param i32) (result i32)))) (type $g (sub final $f (func (param i32) (result i32)))) (type $h (func (param i32) (result i32)))
    (table 4 funcref) (elem (i32.const 0) func $a $b $c)
    (func $a (type $f) (i32.add (local.get 0) (i32.const 1))) (func $b (type $g) (i32.add (local.get 0) (i32.const 2))) (func $c (type $h) (i32.const 0))
    (func (export "call") (param i32) (result i32) (call_indirect (type $f) (i32.const 10) (local.get 0)))
    (func (export "tail") (param i32) (result i32) (return_call_indirect (type $f) (i32.const 10) (local.get 0)))
    (func (export "final") (param i32) (result i32) (call_indirect (type $g) (i32.const 10) (local.get 0)))
    (func (export "test") (param i32) (result i32 i32) (ref.test (ref $f) (table.get (local.get 0))) (ref.test (ref null $g) (table.get (local.get 0))))))");
  for (const auto* name : {"call", "tail"}) {
    CHECK(guests.call(name, {dirty(0)}) == "11");
    CHECK(guests.call(name, {dirty(1)}) == "12");
    CHECK(guests.call(name, {dirty(2)}) == "indirect call type mismatch");
    CHECK(guests.call(name, {dirty(3)}) == "uninitialized element");
    CHECK(guests.call(name, {dirty(4)}) == "undefined element");
  }
  CHECK(guests.call("final", {dirty(0)}) == "indirect call type mismatch");
  CHECK(guests.call("final", {dirty(1)}) == "12");
  CHECK(guests.call("test", {dirty(0)}) == "1 0");
  CHECK(guests.call("test", {dirty(1)}) == "1 1");
  CHECK(guests.call("test", {dirty(3)}) == "0 1");
}

TEST_CASE("an i31 keeps 31 bits, and equals those with the same", "[singlepass]") {
  const Guests guests(R"((module
    (func (export "get") (param i32) (result i32 i32) (i31.get_s (ref.i31 (local.get 0))) (i31.get_u (ref.i31 (local.get 0))))
    (func (export "eq") (param i32 i32) (result i32) (ref.eq (ref.i31 (local.get 0)) (ref.i31 (local.get 1))))
    (func (export "null") (result i32) (i31.get_s (ref.null i31)))))");
  CHECK(guests.call("get", {dirty(-1)}) == "-1 2147483647");
  CHECK(guests.call("get", {dirty(0x3FFFFFFF)}) == "1073741823 1073741823");
  CHECK(guests.call("eq", {dirty(5), dirty(5)}) == "1");
  CHECK(guests.call("eq", {dirty(5), dirty(6)}) == "0");
  CHECK(guests.call("null") == "null i31 reference");
}
