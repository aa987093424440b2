#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
std::string moved_lane(const std::string& expression, const std::string& extract) {
  const std::string text = "(module (func (export \"f\") (result i32) (" + extract + " (" + expression + "))))";
  return to_words(Guest::make(llvm_settings()[0], text).value().call("f"));
}
constexpr const char* bytes = "(v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)";
}
TEST_CASE("lanes are chosen by constants, or by indices of which those beyond the end give zero", "[llvm]") {
  CHECK(moved_lane("i8x16.shuffle 15 31 0 0 0 0 0 0 0 0 0 0 0 0 0 16 " + std::string(bytes) + " (i8x16.splat (i32.const 77))", "i8x16.extract_lane_u 1") == "77");
  CHECK(moved_lane("i8x16.swizzle " + std::string(bytes) + " (i8x16.splat (i32.const 9))", "i8x16.extract_lane_u 5") == "9");
  CHECK(moved_lane("i8x16.swizzle " + std::string(bytes) + " (i8x16.splat (i32.const 16))", "i8x16.extract_lane_u 5") == "0");
  CHECK(moved_lane("i8x16.swizzle " + std::string(bytes) + " (i8x16.splat (i32.const 127))", "i8x16.extract_lane_u 5") == "0");
}
TEST_CASE("one lane is replaced", "[llvm]") { CHECK(moved_lane("i16x8.replace_lane 6 (i16x8.splat (i32.const 1)) (i32.const -2)", "i16x8.extract_lane_s 6") == "-2"); }
