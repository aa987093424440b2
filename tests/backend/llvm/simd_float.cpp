#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
/// One lane of what the LLVM backend makes of an instruction.
std::string float_lane(const std::string& expression, const std::string& extract, const char* result) {
  const std::string text = "(module (func (export \"f\") (result " + std::string(result) + ") (" + extract + " (" + expression + "))))";
  return to_words(Guest::make(llvm_settings()[0], text).value().call("f"));
}
}
TEST_CASE("lanes follow the rules of scalars", "[llvm]") {
  CHECK(float_lane("f32x4.min (v128.const f32x4 0 1 nan 4) (v128.const f32x4 -0 2 3 nan)", "f32x4.extract_lane 0", "f32") == "-0");
  CHECK(float_lane("f32x4.min (v128.const f32x4 0 1 nan 4) (v128.const f32x4 -0 2 3 nan)", "f32x4.extract_lane 2", "f32") == "nan");
  CHECK(float_lane("f64x2.pmax (v128.const f64x2 1 nan) (v128.const f64x2 2 2)", "f64x2.extract_lane 1", "f64") == "nan");
}
TEST_CASE("conversions saturate, and know signs", "[llvm]") {
  CHECK(float_lane("i32x4.trunc_sat_f32x4_s (v128.const f32x4 -1.5 3e9 nan -3e9)", "i32x4.extract_lane 0", "i32") == "-1");
  CHECK(float_lane("i32x4.trunc_sat_f32x4_s (v128.const f32x4 -1.5 3e9 nan -3e9)", "i32x4.extract_lane 1", "i32") == "2147483647");
  CHECK(float_lane("i32x4.trunc_sat_f64x2_u_zero (v128.const f64x2 -1.5 3e9)", "i32x4.extract_lane 1", "i32") == "-1294967296");
  CHECK(float_lane("i32x4.trunc_sat_f64x2_u_zero (v128.const f64x2 -1.5 3e9)", "i32x4.extract_lane 2", "i32") == "0");
  CHECK(float_lane("f64x2.convert_low_i32x4_u (v128.const i32x4 -1 7 0 0)", "f64x2.extract_lane 0", "f64") == "4294967295");
}
