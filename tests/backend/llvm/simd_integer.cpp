#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
std::string integer_lane(const std::string& expression, const std::string& extract) {
  const std::string text = "(module (func (export \"f\") (result i32) (" + extract + " (" + expression + "))))";
  return to_words(Guest::make(llvm_settings()[0], text).value().call("f"));
}
}
TEST_CASE("saturation, averages and products round as they should", "[llvm]") {
  CHECK(integer_lane("i8x16.add_sat_s (i8x16.splat (i32.const 100)) (i8x16.splat (i32.const 100))", "i8x16.extract_lane_s 3") == "127");
  CHECK(integer_lane("i8x16.avgr_u (i8x16.splat (i32.const 255)) (i8x16.splat (i32.const 254))", "i8x16.extract_lane_u 3") == "255");
  CHECK(integer_lane("i16x8.q15mulr_sat_s (i16x8.splat (i32.const -32768)) (i16x8.splat (i32.const -32768))", "i16x8.extract_lane_s 0") == "32767");
  CHECK(integer_lane("i8x16.narrow_i16x8_u (i16x8.splat (i32.const -1)) (i16x8.splat (i32.const 300))", "i8x16.extract_lane_u 0") == "0");
  CHECK(integer_lane("i8x16.narrow_i16x8_u (i16x8.splat (i32.const -1)) (i16x8.splat (i32.const 300))", "i8x16.extract_lane_u 15") == "255");
  CHECK(integer_lane("i32x4.extadd_pairwise_i16x8_s (v128.const i16x8 -5 2 0 0 0 0 0 0)", "i32x4.extract_lane 0") == "-3");
}
TEST_CASE("shifts take their count modulo the width", "[llvm]") {
  CHECK(integer_lane("i8x16.shl (i8x16.splat (i32.const 3)) (i32.const 9)", "i8x16.extract_lane_u 0") == "6");
  CHECK(integer_lane("i64x2.shr_s (v128.const i64x2 -8 0) (i32.const 65)", "i32x4.extract_lane 0") == "-4");
}
TEST_CASE("tests of all lanes", "[llvm]") {
  CHECK(on_llvm("(module (func (export \"f\") (result i32) (i16x8.bitmask (v128.const i16x8 -1 0 -1 0 0 0 0 -1))))", "f") == "133" + std::string());
  CHECK(has(assembly("(module (func (export \"f\") (param v128) (result i32) (i8x16.bitmask (local.get 0))))"), "pmovmskb"));
}
