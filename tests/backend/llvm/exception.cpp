#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
constexpr std::string_view exception_text = R"((module (tag $e (param i32 i64)) (tag $other)
  (func $throw (param i32) (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $e (i32.const 20) (i64.const 3)))) (if (i32.eq (local.get 0) (i32.const 2)) (then (throw $other))))
  (func $deep (param i32) (result i32) (call $throw (local.get 0)) (i32.const 1))
  (func (export "caught") (param i32) (result i32) (local i32 i64)
    (local.set 1 (i32.const 100))
    (block $all (block $h (result i32 i64)
      (try_table (catch $e $h) (catch_all $all) (local.set 1 (i32.add (local.get 1) (call $deep (local.get 0)))) (return (local.get 1)))
      (unreachable))
     (local.set 2) (return (i32.add (local.get 1) (i32.add (i32.wrap_i64 (local.get 2))))))
    (i32.const -1))
  (func (export "uncaught") (param i32) (result i32) (block $h (try_table (catch $other $h) (drop (call $deep (local.get 0))))) (i32.const 7))
  (func (export "again") (param i32) (result i32)
    (block $outer (result i32 i64) (try_table (catch $e $outer)
      (block $inner (result exnref) (try_table (catch_all_ref $inner) (call $throw (local.get 0))) (return (i32.const 0))) (throw_ref)) (unreachable)) (drop))))";
}
TEST_CASE("an exception goes to the clause for its tag, with its values; locals are as they were at the call", "[llvm]") {
  const Guests guests(exception_text);
  CHECK(guests.call("caught", {Value(0)}) == "101");
  CHECK(guests.call("caught", {Value(1)}) == "123");
  CHECK(guests.call("caught", {Value(2)}) == "-1");
}
TEST_CASE("where no clause fits it goes on, and out of the guest", "[llvm]") {
  const Guests guests(exception_text);
  CHECK(guests.call("uncaught", {Value(2)}) == "7");
  CHECK(guests.call("uncaught", {Value(1)}) == "unhandled exception");
}
TEST_CASE("what was caught is thrown again", "[llvm]") {
  const Guests guests(exception_text);
  CHECK(guests.call("again", {Value(0)}) == "0");
  CHECK(guests.call("again", {Value(1)}) == "20");
}
TEST_CASE("registers that are the callers' are so again at a landing pad", "[llvm]") {
  // More values than registers live across the call, in a function that all of them are restored for.
  constexpr std::string_view many = R"((module (tag $e) (memory 1)
    (func $g (param i32) (if (local.get 0) (then (throw $e))))
    (func $work (param i32) (result i32) (local i32 i32 i32 i32 i32 i32)
      (local.set 1 (i32.load (i32.const 0))) (local.set 2 (i32.load (i32.const 4))) (local.set 3 (i32.load (i32.const 8))) (local.set 4 (i32.load (i32.const 12)))
      (local.set 5 (i32.load (i32.const 16))) (local.set 6 (i32.load (i32.const 20)))
      (call $g (local.get 0))
      (i32.add (local.get 1) (i32.add (local.get 2) (i32.add (local.get 3) (i32.add (local.get 4) (i32.add (local.get 5) (local.get 6)))))))
    (func (export "f") (param i32 i32 i32 i32 i32) (result i32)
      (block $h (try_table (catch $e $h) (drop (call $work (local.get 0)))))
      (i32.add (local.get 1) (i32.add (i32.mul (local.get 2) (i32.const 10)) (i32.add (i32.mul (local.get 3) (i32.const 100)) (i32.mul (local.get 4) (i32.const 1000))))))))";
  CHECK(on_llvm(many, "f", {Value(1), Value(1), Value(2), Value(3), Value(4)}) == "4321");
}
TEST_CASE("legacy handlers, delegation and rethrowing", "[llvm]") {
  constexpr std::string_view legacy = R"((module (tag $e (param i32)) (tag $other)
    (func $throw (param i32) (if (local.get 0) (then (throw $e (local.get 0)))))
    (func (export "catch") (param i32) (result i32) (try (result i32) (do (call $throw (local.get 0)) (i32.const 0)) (catch $other (i32.const 1)) (catch $e (i32.add (i32.const 10)))))
    (func (export "rethrow") (param i32) (result i32) (try (result i32) (do (try (result i32) (do (call $throw (local.get 0)) (i32.const 0)) (catch_all (rethrow 0)))) (catch $e)))
    (func (export "delegate") (param i32) (result i32)
      (try $t (result i32) (do (try (result i32) (do (try (result i32) (do (call $throw (local.get 0)) (i32.const 0)) (delegate $t))) (catch $e (drop) (i32.const 99)))) (catch $e)))))";
  const Guests guests(legacy);
  CHECK(guests.call("catch", {Value(5)}) == "15");
  CHECK(guests.call("rethrow", {Value(5)}) == "5");
  CHECK(guests.call("delegate", {Value(5)}) == "5");
  CHECK(guests.call("delegate", {Value(0)}) == "0");
}
