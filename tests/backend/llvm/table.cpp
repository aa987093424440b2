#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
constexpr std::string_view table_text = R"((module (table $t 2 4 externref) (table $u 3 funcref) (elem $e func 0 0)
  (func (export "size") (result i32 i32 i32) (table.grow $t (ref.null extern) (i32.const 2)) (table.grow $t (ref.null extern) (i32.const 1)) (table.size $t))
  (func (export "get") (param i32) (result i32) (ref.is_null (table.get $t (local.get 0))))
  (func (export "set") (param i32) (table.set $t (local.get 0) (ref.null extern)))
  (func (export "init") (result i32) (table.init $u $e (i32.const 1) (i32.const 0) (i32.const 2)) (table.copy $u $u (i32.const 0) (i32.const 1) (i32.const 1)) (ref.is_null (table.get $u (i32.const 0))))
  (func (export "dropped") (elem.drop $e) (table.init $u $e (i32.const 1) (i32.const 0) (i32.const 2)))
  (func (export "fill") (param i32) (table.fill $t (local.get 0) (ref.null extern) (i32.const 2)))))";
}
TEST_CASE("tables grow, and elements are found", "[llvm]") {
  CHECK(on_llvm(table_text, "size") == "2 -1 4");
  CHECK(on_llvm(table_text, "get", {Value(1)}) == "1");
  CHECK(on_llvm(table_text, "init") == "0");
}
TEST_CASE("what lies outside is a trap", "[llvm]") {
  for (const char* const name : {"get", "set"}) CHECK(on_llvm(table_text, name, {Value(2)}) == "out of bounds table access");
  CHECK(on_llvm(table_text, "fill", {Value(1)}) == "out of bounds table access");
  CHECK(on_llvm(table_text, "dropped") == "out of bounds table access");
}
TEST_CASE("of a table that may not grow the length is known, and the elements stay where they are", "[llvm]") {
  const auto get = [](const std::string& limits) { return "(module (table " + limits + " externref) (func (export \"f\") (param i32) (result i32) (ref.is_null (table.get 0 (local.get 0)))))"; };
  CHECK(count(ir(get("3 3")), "!invariant.load") == 1);
  CHECK(count(ir(get("3 4")), "!invariant.load") == 0);
  for (const char* const limits : {"3 3", "3 4", "3"}) {
    CHECK(on_llvm(get(limits), "f", {Value(2)}) == "1");
    CHECK(on_llvm(get(limits), "f", {Value(3)}) == "out of bounds table access");
  }
  CHECK(on_llvm(get("0 0"), "f", {Value(0)}) == "out of bounds table access");
}
