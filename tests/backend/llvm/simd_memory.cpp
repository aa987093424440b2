#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
std::string run(const std::string& body, const char* result = "i32") {
  const std::string text = "(module (memory 1) (data (i32.const 0) \"\\80\\01\\02\\03\\04\\05\\06\\07\\08\") (func (export \"f\") (result " + std::string(result) + ") " + body + "))";
  return to_words(Guest::make(llvm_settings()[0], text).value().call("f"));
}
}
TEST_CASE("loads fill a vector in every way", "[llvm]") {
  CHECK(run("(i16x8.extract_lane_s 0 (v128.load8x8_s (i32.const 0)))") == "-128");
  CHECK(run("(i16x8.extract_lane_s 0 (v128.load8x8_u (i32.const 0)))") == "128");
  CHECK(run("(i16x8.extract_lane_u 7 (v128.load16_splat (i32.const 1)))") == "513");
  CHECK(run("(i32x4.extract_lane 1 (v128.load32_zero (i32.const 0)))") == "0");
  CHECK(run("(i64x2.extract_lane 1 (v128.load32x2_s (i32.const 0)))", "i64") == "117835012");
}
TEST_CASE("single lanes are loaded and stored", "[llvm]") {
  CHECK(run("(i8x16.extract_lane_u 3 (v128.load8_lane 3 (i32.const 2) (v128.const i64x2 0 0)))") == "2");
  CHECK(run("(v128.store16_lane 1 (i32.const 32) (v128.const i16x8 1 2 3 4 5 6 7 8)) (i32.load (i32.const 32))") == "2");
}
TEST_CASE("the last byte counts", "[llvm]") {
  CHECK(run("(i32x4.extract_lane 0 (v128.load (i32.const 65520)))") == "0");
  CHECK(run("(i32x4.extract_lane 0 (v128.load (i32.const 65521)))") == "out of bounds memory access");
}
