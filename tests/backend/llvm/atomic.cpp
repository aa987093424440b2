#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("read-modify-write is one locked instruction", "[llvm]") {
  const std::string code = assembly("(module (memory 1 1 shared) (func (export \"f\") (param i32 i32) (result i32) (i32.atomic.rmw.add (local.get 0) (local.get 1))))");
  CHECK(has(code, "lock"));
  CHECK(has(code, "xadd"));
}
TEST_CASE("an access that is not aligned is a trap, whatever the offset", "[llvm]") {
  constexpr std::string_view text = "(module (memory 1 1 shared) (func (export \"f\") (param i32) (result i32) (i32.atomic.load offset=2 (local.get 0))))";
  CHECK(on_llvm(text, "f", {Value(2)}) == "0");
  CHECK(on_llvm(text, "f", {Value(4)}) == "unaligned atomic");
}
TEST_CASE("a part of a value is exchanged alone, and comes back without a sign", "[llvm]") {
  constexpr std::string_view text = R"((module (memory 1 1 shared) (data (i32.const 0) "\ff\01\02\03")
    (func (export "f") (param i32 i32) (result i32) (drop (i32.atomic.rmw8.cmpxchg_u (i32.const 0) (local.get 0) (local.get 1))) (i32.load (i32.const 0)))))";
  CHECK(on_llvm(text, "f", {Value(255), Value(4)}) == "50462980");
  CHECK(on_llvm(text, "f", {Value(1), Value(4)}) == "50463231");
}
TEST_CASE("a shared memory is read as often as the guest says", "[llvm]") {
  CHECK(has(ir("(module (memory 1 1 shared) (func (param i32) (result i32) (i32.load (local.get 0))))"), "load volatile i32"));
}
