#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
constexpr std::string_view structure_text = R"((module (type $s (struct (field (mut i8)) (field (mut i64)) (field (mut v128)) (field (mut f32))))
  (func (export "f") (result i64) (local (ref null $s))
    (local.set 0 (struct.new $s (i32.const 0x1ff) (i64.const 5) (v128.const i64x2 7 9) (f32.const 2)))
    (struct.set $s 1 (local.get 0) (i64.const 50))
    (i64.add (i64.extend_i32_s (struct.get_s $s 0 (local.get 0))) (i64.add (struct.get $s 1 (local.get 0)) (i64x2.extract_lane 1 (struct.get $s 2 (local.get 0))))))
  (func (export "null") (struct.set $s 1 (ref.null $s) (i64.const 5)))))";
}
TEST_CASE("fields are read and written in place, packed ones as the instruction says", "[llvm]") {
  CHECK(to_words(Guest::make(llvm_settings()[0], structure_text).value().call("f")) == "58");
}
TEST_CASE("null has no fields", "[llvm]") { CHECK(to_words(Guest::make(llvm_settings()[0], structure_text).value().call("null")) == "null structure reference"); }
