#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

constexpr std::string_view ackermann = R"((module (func $a (export "f") (param i32 i32) (result i32)
  (if (i32.eqz (local.get 0)) (then (return (i32.add (local.get 1) (i32.const 1)))))
  (if (i32.eqz (local.get 1)) (then (return (call $a (i32.sub (local.get 0) (i32.const 1)) (i32.const 1)))))
  (call $a (i32.sub (local.get 0) (i32.const 1)) (call $a (local.get 0) (i32.sub (local.get 1) (i32.const 1)))))))";

/// Walks down to n and back, and reads memory at n megabytes on its way.
constexpr std::string_view walk = R"((module (memory 1) (func $w (export "f") (param i32) (result i32)
  (i32.add (i32.load8_u (i32.shl (local.get 0) (i32.const 20)))
    (if (result i32) (local.get 0) (then (i32.add (i32.const 1) (call $w (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0)))))))";

/// Throws at the bottom of a recursion whose every level catches, counts and throws on.
constexpr std::string_view throwing = R"((module (tag $t (param i32)) (func $f (export "f") (param i32) (result i32)
  (block $caught (result i32)
    (try_table (catch $t $caught) (if (i32.eqz (local.get 0)) (then (throw $t (i32.const 0))))
      (drop (call $f (i32.sub (local.get 0) (i32.const 1)))))
    (i32.const -1))
  (i32.add (i32.const 1))
  (if (param i32) (result i32) (i32.eq (local.get 0) (i32.const 9)) (then) (else (throw $t))))))";

}  // namespace

TEST_CASE("a small function that calls itself is inlined into itself", "[llvm]") {
  const std::string text = optimized_ir(ackermann);
  CHECK(count(text, "inlinedAt:") > 0);
  CHECK(count(optimized_ir(ackermann, {.level = llvm_backend::Level::some}), "inlinedAt:") == 0);
  CHECK(on_llvm(ackermann, "f", {Value(2), Value(6)}) == "15");
  CHECK(on_llvm(ackermann, "f", {Value(3), Value(4)}) == "125");
}
TEST_CASE("what an inlined level of a recursion traps with, and where, is what the function traps with", "[llvm]") {
  CHECK(on_llvm(walk, "f", {Value(0)}) == "0");
  for (const int levels : {1, 2, 3, 4, 7}) CHECK(on_llvm(walk, "f", {Value(levels)}) == "out of bounds memory access");
}
TEST_CASE("an endless recursion of several levels a call ends", "[llvm]") {
  CHECK(on_llvm(ackermann, "f", {Value(-1), Value(-1)}) == "call stack exhausted");
}
TEST_CASE("exceptions leave each inlined level of a recursion by its own handler", "[llvm]") { CHECK(on_llvm(throwing, "f", {Value(9)}) == "10"); }
