#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
constexpr std::string_view control_text = R"((module
  (func (export "sum") (param i32) (result i32) (local i32) (loop (local.set 1 (i32.add (local.get 1) (local.get 0))) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get 1))
  (func (export "switch") (param i32) (result i32) (block $c (block $b (block $a (br_table $a $b $a $c (local.get 0))) (return (i32.const 10))) (return (i32.const 20))) (i32.const 30))
  (func (export "values") (param i32) (result i32 i64) (block (result i32 i64) (i32.const 1) (i64.const 2) (br_if 0 (local.get 0)) (drop) (drop) (i32.const 3) (i64.const 4)))
  (func (export "carried") (param i32) (result i32) (i32.const 1) (loop (param i32) (result i32) (i32.mul (local.get 0)) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "if") (param i32) (result i32) (i32.const 5) (if (param i32) (result i32) (local.get 0) (then (i32.const 1) (i32.add))))
  (func (export "unreachable") (result i32) (block (result i32) (unreachable)))))";
}
TEST_CASE("loops, blocks and branches", "[llvm]") {
  const Guests guests(control_text);
  CHECK(guests.call("sum", {Value(10)}) == "55");
  CHECK(guests.call("values", {Value(0)}) == "3 4");
  CHECK(guests.call("values", {Value(1)}) == "1 2");
  CHECK(guests.call("if", {Value(0)}) == "5");
  CHECK(guests.call("if", {Value(1)}) == "6");
}
TEST_CASE("br_table goes to the last label with every index beyond", "[llvm]") {
  const Guests guests(control_text);
  CHECK(guests.call("switch", {Value(0)}) == "10");
  CHECK(guests.call("switch", {Value(1)}) == "20");
  CHECK(guests.call("switch", {Value(2)}) == "10");
  CHECK(guests.call("switch", {Value(-1)}) == "30");
}
TEST_CASE("what cannot be reached is a trap where it is said so", "[llvm]") { CHECK(on_llvm(control_text, "unreachable") == "unreachable"); }
