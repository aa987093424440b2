#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
constexpr std::string_view arrays = R"((module (type $a (array (mut i16))) (type $v (array (mut v128)))
  (func (export "sum") (param i32) (result i32) (local $x (ref null $a))
    (local.set $x (array.new_fixed $a 3 (i32.const 0x1ffff) (i32.const 2) (i32.const 3)))
    (array.set $a (local.get $x) (i32.const 1) (i32.const 40))
    (i32.add (array.get_s $a (local.get $x) (i32.const 0)) (array.get_u $a (local.get $x) (local.get 0))))
  (func (export "null") (result i32) (array.len (ref.null $a)))
  (func (export "vector") (result i64) (i64x2.extract_lane 1 (array.get $v (array.new $v (v128.const i64x2 1 7) (i32.const 3)) (i32.const 2))))))";
}

TEST_CASE("elements are packed, and extended as the instruction says", "[llvm]") { CHECK(on_llvm(arrays, "sum", {Value(1)}) == "39"); }
TEST_CASE("an index behind the end, and null, are traps", "[llvm]") {
  CHECK(on_llvm(arrays, "sum", {Value(3)}) == "out of bounds array access");
  CHECK(on_llvm(arrays, "null") == "null array reference");
}
TEST_CASE("a vector goes to the runtime by its address", "[llvm]") { CHECK(on_llvm(arrays, "vector") == "7"); }
