#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
constexpr std::string_view bulk_text = R"((module (memory 1 2) (data $d "abcd")
  (func (export "fill") (param i32 i32) (result i32) (memory.fill (local.get 0) (i32.const 0x17f) (local.get 1)) (i32.load8_u (local.get 0)))
  (func (export "init") (result i32) (memory.init $d (i32.const 8) (i32.const 1) (i32.const 3)) (memory.copy (i32.const 16) (i32.const 8) (i32.const 4)) (i32.load (i32.const 16)))
  (func (export "dropped") (data.drop $d) (memory.init $d (i32.const 8) (i32.const 1) (i32.const 3)))
  (func (export "grow") (result i32 i32 i32) (memory.grow (i32.const 1)) (memory.grow (i32.const 1)) (memory.size)))";
}
TEST_CASE("whole memories", "[llvm]") {
  CHECK(on_llvm(std::string(bulk_text) + ")", "fill", {Value(10), Value(3)}) == "127");
  CHECK(on_llvm(std::string(bulk_text) + ")", "init") == "6579042");
  CHECK(on_llvm(std::string(bulk_text) + ")", "grow") == "1 -1 2");
}
TEST_CASE("what the runtime refuses is a trap", "[llvm]") {
  CHECK(on_llvm(std::string(bulk_text) + ")", "fill", {Value(65535), Value(2)}) == "out of bounds memory access");
  CHECK(on_llvm(std::string(bulk_text) + ")", "dropped") == "out of bounds memory access");
}
