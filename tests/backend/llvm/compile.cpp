#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("what is invalid is refused, at its offset, before LLVM sees it", "[llvm]") {
  const auto refused = list_llvm("(module (func (result i32) i64.const 0))", Listing::ir);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().stage() == Stage::invalid);
}
TEST_CASE("every function of a part is in its object, in the order of the code", "[llvm]") {
  const auto object = compile_object(llvm_settings()[0], "(module (func (export \"a\") (result i32) i32.const 1) (func (export \"b\") (result i32) i32.const 2))").value();
  REQUIRE(object.functions.size() == 2);
  CHECK(object.functions[0].function == 0);
  CHECK(object.functions[1].function == 1);
  CHECK(object.functions[0].end <= object.functions[1].begin);
}
TEST_CASE("calls across parts are relocations to functions", "[llvm]") {
  const auto object = compile_object(llvm_settings()[0], "(module (func $a (export \"a\") (param i32) (result i32) (if (result i32) (local.get 0) (then (call $a (i32.sub (local.get 0) (i32.const 1)))) (else (memory.size)))) (memory 1))").value();
  for (const vm::Relocation& relocation : object.relocations) CHECK(relocation.function == 0);
}
