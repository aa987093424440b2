#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
std::string relaxed_lane(const std::string& expression, const std::string& extract, const char* result = "i32") {
  const std::string text = "(module (func (export \"f\") (result " + std::string(result) + ") (" + extract + " (" + expression + "))))";
  return to_words(Guest::make(llvm_settings()[0], text).value().call("f"));
}
}
TEST_CASE("where the specification leaves no choice, there is none", "[llvm]") {
  CHECK(relaxed_lane("i32x4.relaxed_laneselect (v128.const i32x4 1 2 3 4) (v128.const i32x4 5 6 7 8) (v128.const i32x4 -1 0 -1 0)", "i32x4.extract_lane 1") == "6");
  CHECK(relaxed_lane("i16x8.relaxed_dot_i8x16_i7x16_s (i8x16.splat (i32.const -3)) (i8x16.splat (i32.const 5))", "i16x8.extract_lane_s 0") == "-30");
  CHECK(relaxed_lane("i32x4.relaxed_dot_i8x16_i7x16_add_s (i8x16.splat (i32.const -3)) (i8x16.splat (i32.const 5)) (i32x4.splat (i32.const 100))", "i32x4.extract_lane 0") == "40");
  CHECK(relaxed_lane("f32x4.relaxed_nmadd (f32x4.splat (f32.const 2)) (f32x4.splat (f32.const 3)) (f32x4.splat (f32.const 10))", "f32x4.extract_lane 0", "f32") == "4");
  CHECK(relaxed_lane("i32x4.relaxed_trunc_f32x4_u (f32x4.splat (f32.const 3e9))", "i32x4.extract_lane 0") == "-1294967296");
}
