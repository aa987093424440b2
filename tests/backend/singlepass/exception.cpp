#include <wasmer/backend/singlepass/exception.hpp>

#include <string>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("locals have at a handler what they had at the throwing call", "[singlepass]") {
  const Guests guests(R"((module (tag $e)
    (func $throw_if (param i32) (if (local.get 0) (then (throw $e))))
    (func (export "f") (param i32) (result i32 i64 f64) (local i32 i64 f64)
      (local.set 1 (i32.const 1)) (local.set 2 (i64.const 0x123456789abc)) (local.set 3 (f64.const 1.5))
      (block $h
        (try_table (catch $e $h)
          (call $throw_if (i32.eq (local.get 0) (i32.const 1)))
          (local.set 1 (i32.add (local.get 1) (local.get 0)))
          (local.set 2 (i64.const 0x7fffffffffff)) (local.set 3 (f64.neg (local.get 3)))
          (call $throw_if (i32.eq (local.get 0) (i32.const 2)))
          (local.set 1 (i32.const 50)) (local.set 2 (i64.const 50))
          (if (i32.eq (local.get 0) (i32.const 3)) (then (throw $e)))
          (local.set 3 (f64.const 9))))
      (local.get 1) (local.get 2) (local.get 3))))");
  CHECK(guests.call("f", {0}) == "50 50 9");
  CHECK(guests.call("f", {1}) == "1 20015998343868 1.5");
  CHECK(guests.call("f", {2}) == "3 140737488355327 -1.5");
  CHECK(guests.call("f", {3}) == "50 50 -1.5");
}

TEST_CASE("operands below a try outlive it, whatever they were", "[singlepass]") {
  const Guests guests(R"((module (tag $e (param i32)) (table 1 funcref) (elem (i32.const 0) $throw)
    (func $throw (param i32 i64) (throw $e (local.get 0)))
    (func (export "f") (param i32 f64) (result i32 i32 f64 i64 i32) (local i64)
      (local.set 2 (i64.const 0x123456789abcdef0))
      (i32.const 3) (local.get 0) (f64.add (local.get 1) (local.get 1)) (local.get 2)
      (local.set 0 (i32.const 77)) (local.set 2 (i64.const 0x0fedcba987654321))
      (block $h (result i32)
        (try_table (catch $e $h) (call_indirect (param i32 i64) (local.get 0) (local.get 2) (i32.const 0)))
        (i32.const -1)))))");
  CHECK(guests.call("f", {5, 0.25}) == "3 5 0.5 1311768467463790320 77");
}

TEST_CASE("inner clauses are asked before outer ones, in their order", "[singlepass]") {
  const Guests guests(R"((module (tag $a) (tag $b)
    (func $throw (param i32) (if (local.get 0) (then (throw $a))) (throw $b))
    (func (export "f") (param i32) (result i32)
      (block $outer
        (block $all
          (block $first
            (block $second
              (try_table (catch $b $outer) (catch_all $all)
                (try_table (catch $a $first) (catch $a $second)
                  (try_table (call $throw (local.get 0))))))
            (return (i32.const 2)))
          (return (i32.const 1)))
        (return (i32.const 3)))
      (i32.const 4))))");
  CHECK(guests.call("f", {1}) == "1");
  CHECK(guests.call("f", {0}) == "4");
}

TEST_CASE("the handler of a legacy try goes on with its values, and may throw its exception on", "[singlepass]") {
  const Guests guests(R"((module (tag $a (param i32 i64)) (tag $b)
    (func $throw (param i32)
      (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $a (i32.const 4) (i64.const 5))))
      (if (i32.gt_u (local.get 0) (i32.const 1)) (then (throw $b))))
    (func $try (param i32) (result i32 i64) (local i64)
      (local.set 1 (i64.const 30))
      (local.get 0)
      (try (param i32) (result i32 i64)
        (do (drop) (call $throw (local.get 0)) (local.set 1 (i64.const 31)) (i32.const 0) (local.get 1))
        (catch $a (local.set 1) (i32.const 10) (i32.mul) (local.get 1))
        (catch_all
          (call $throw (i32.const 0))
          (try (do (call $throw (i32.const 1))) (catch $a (drop) (drop) (if (i32.eq (local.get 0) (i32.const 3)) (then (rethrow 2)))))
          (i32.const 9) (local.get 1))))
    (func (export "f") (param i32) (result i32 i64)
      (try (result i32 i64) (do (call $try (local.get 0))) (catch $b (i32.const -1) (i64.const -1))))))");
  CHECK(guests.call("f", {0}) == "0 31");
  CHECK(guests.call("f", {1}) == "40 5");
  CHECK(guests.call("f", {2}) == "9 30");
  CHECK(guests.call("f", {3}) == "-1 -1");
}

TEST_CASE("a try that delegates leaves its exceptions to the one it names, past those in between", "[singlepass]") {
  const Guests guests(R"((module (tag $e)
    (func $throw (throw $e))
    (func (export "f") (result i32)
      (try $outer (result i32)
        (do (try (result i32) (do (try (result i32) (do (call $throw) (i32.const 0)) (delegate $outer))) (catch $e (i32.const 1))))
        (catch_all (i32.const 2))))
    (func (export "away") (try (do (try (do (call $throw)) (delegate 1))) (catch_all)))))");
  CHECK(guests.call("f") == "2");
  CHECK(guests.call("away") == "unhandled exception");
}

TEST_CASE("a call in a try is noted with its handler, others are not", "[singlepass]") {
  const auto object = compile_object(settings[0], R"((module (tag $e) (func $g) (func (call $g) (block $h (try_table (catch $e $h) (call $g) (call $g))) (call $g))))");
  REQUIRE(object.has_value());
  CHECK(object.value().calls.size() == 4);
  REQUIRE(object.value().handled_calls.size() == 2);
  CHECK(object.value().handled_calls[0].end == object.value().calls[1].return_address);
  CHECK(object.value().handled_calls[0].handler == 0);
  CHECK(object.value().pads.size() == 1);
}
