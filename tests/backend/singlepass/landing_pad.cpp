#include <wasmer/backend/singlepass/landing_pad.hpp>

#include <algorithm>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a label takes what is caught beside what branches bring, one value or many", "[singlepass]") {
  const Guests guests(R"((module (tag $e (param i32 i64 f32 f64))
    (func $throw (param i32) (if (local.get 0) (then (throw $e (i32.const -1) (i64.const 0x100000000) (f32.const 0.5) (f64.const 2.5)))))
    (func (export "many") (param i32) (result i32 i64 f32 f64)
      (block $h (result i32 i64 f32 f64)
        (try_table (catch $e $h) (call $throw (local.get 0)))
        (i32.const 1) (i64.const 2) (f32.const 3) (f64.const 4)))
    (func (export "function") (param i32) (result i32 i64 f32 f64)
      (try_table (catch $e 0) (call $throw (local.get 0)))
      (i32.const 1) (i64.const 2) (f32.const 3) (f64.const 4))))");
  for (const char* const name : {"many", "function"}) {
    CHECK(guests.call(name, {0}) == "1 2 3 4");
    CHECK(guests.call(name, {1}) == "-1 4294967296 0.5 2.5");
  }
}

TEST_CASE("more values than there are registers are caught", "[singlepass]") {
  std::string types, values, sum = "local.set 19";
  for (int i = 0; i < 20; ++i) types += " i64", values += " (i64.const " + std::to_string(i * i) + ")";
  for (int i = 18; i >= 0; --i) sum += " local.set " + std::to_string(i);
  for (int i = 0; i < 20; ++i) sum += " local.get " + std::to_string(i) + (i == 0 ? "" : " i64.const 3 i64.mul i64.add");
  const Guests guests("(module (tag $e (param" + types + ")) (func (export \"f\") (result i64) (local" + types + ") (block $h (result" + types +
                      ") (try_table (catch $e $h) (throw $e" + values + ")) unreachable) " + sum + "))");
  int expected = 0;
  for (int i = 1; i < 20; ++i) expected += 3 * i * i;
  CHECK(guests.call("f") == std::to_string(expected));
}

TEST_CASE("a loop is gone on with by an exception, and left behind its landing pads", "[singlepass]") {
  const Guests guests(R"((module (tag $e (param i32))
    (func $next (param i32) (if (i32.lt_u (local.get 0) (i32.const 5)) (then (throw $e (i32.add (local.get 0) (i32.const 1))))))
    (func (export "f") (result i32 i32) (local i32 i32)
      (i32.const 0)
      (loop $again (param i32) (result i32)
        (local.set 0)
        (local.set 1 (i32.add (local.get 1) (i32.const 10)))
        (try_table (catch $e $again) (call $next (local.get 0)))
        (i32.add (local.get 0) (i32.const 100)))
      (local.get 1))))");
  CHECK(guests.call("f") == "105 60");
}

TEST_CASE("pads stand at the end of an if, of its else, and of one without", "[singlepass]") {
  const Guests guests(R"((module (tag $e) (tag $v (param i32))
    (func $throw (param i32) (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $e))) (if (i32.eq (local.get 0) (i32.const 2)) (then (throw $v (i32.const 7)))))
    (func (export "arms") (param i32 i32) (result i32)
      (if $h (result i32) (local.get 0)
        (then (try_table (catch $v $h) (call $throw (local.get 1))) (i32.const 10))
        (else (try_table (catch $v $h) (call $throw (local.get 1))) (i32.const 20))))
    (func (export "one") (param i32 i32) (result i32) (local i32)
      (if $h (local.get 0) (then (try_table (catch $e $h) (call $throw (local.get 1))) (local.set 2 (i32.const 5))))
      (local.get 2))))");
  CHECK(guests.call("arms", {1, 0}) == "10");
  CHECK(guests.call("arms", {0, 0}) == "20");
  CHECK(guests.call("arms", {1, 2}) == "7");
  CHECK(guests.call("arms", {0, 2}) == "7");
  CHECK(guests.call("one", {0, 1}) == "0");
  CHECK(guests.call("one", {1, 0}) == "5");
  CHECK(guests.call("one", {1, 1}) == "0");
}
