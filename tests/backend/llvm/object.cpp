#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
/// A function whose frame is far larger than the room that the stack's end leaves.
std::string large_frame() {
  std::string text = "(module (import \"env\" \"note\" (func $n)) (memory 1) (func $f (export \"f\") (param i32) (result i32) ";
  for (int i = 0; i < 3000; ++i) text += "(local i64) ";
  for (int i = 1; i <= 3000; ++i) text += "(local.set " + std::to_string(i) + " (i64.load offset=" + std::to_string(i * 4) + " (local.get 0)))";
  text += "(call $n) (drop (call $f (local.get 0)))";
  for (int i = 1; i <= 3000; ++i) text += "(i64.store offset=" + std::to_string(i * 8) + " (local.get 0) (local.get " + std::to_string(i) + "))";
  return text + "(i32.const 0)))";
}
}
TEST_CASE("sites of LLVM's code are ranges, one for each WebAssembly instruction that code is of", "[llvm]") {
  const auto object = compile_object(llvm_settings()[0], "(module (memory 1) (func (export \"f\") (param i32) (result i32) (i32.add (i32.load (local.get 0)) (i32.load offset=8 (local.get 0)))))").value();
  REQUIRE(object.functions.size() == 1);
  CHECK(object.functions[0].has_ranges);
  std::size_t sites = 0;
  object.each_trap(0, [&](const vm::TrapSite& site) { return ++sites, site.kind == vm::TrapSite::by_instruction; });
  CHECK(sites >= 3);
}
TEST_CASE("constants lie behind the code", "[llvm]") {
  const auto object = compile_object(llvm_settings()[0], "(module (func (export \"f\") (param f64) (result f64) (f64.mul (local.get 0) (f64.const 1.25))))").value();
  CHECK(object.code.size() >= object.functions[0].end + 8);
  CHECK(object.relocations.empty());
}
TEST_CASE("a frame that is large is checked before the stack pointer moves", "[llvm]") {
  const auto object = compile_object(llvm_settings()[0], large_frame()).value();
  REQUIRE(object.functions.size() == 2);
  CHECK(object.functions[0].function == object.functions[1].function);
  CHECK(object.functions[1].frameless);
  CHECK(on_llvm(large_frame(), "f", {Value(0)}) == "call stack exhausted");
}
