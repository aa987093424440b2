#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a store to linear memory changes no global, and a load behind it is the one before it", "[llvm]") {
  const std::string code = optimized_ir(R"((module (memory 1) (global $g (mut i32) (i32.const 1))
    (func (export "f") (param i32) (result i32) (i32.add (global.get $g) (i32.store (local.get 0) (i32.const 7)) (global.get $g)))))");
  CHECK(count(code, "load i32") == 1);
}

TEST_CASE("two accesses of one kind are not told apart", "[llvm]") {
  const std::string code = optimized_ir(R"((module (memory 1)
    (func (export "f") (param i32 i32) (result i32) (i32.add (i32.load (local.get 0)) (i32.store (local.get 1) (i32.const 7)) (i32.load (local.get 0))))))", {.exact_traps = false});
  CHECK(count(code, "load i32") == 2);
}
