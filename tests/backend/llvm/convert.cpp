#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
std::string convert(const std::string& op, Value value) {
  const std::string param = to_string(value.type());
  const std::string result = op.substr(0, 3);
  return on_llvm("(module (func (export \"f\") (param " + param + ") (result " + result + ") (" + op + " (local.get 0))))", "f", {value});
}
}
TEST_CASE("the last floats that fit an integer do, and the next ones are traps", "[llvm]") {
  CHECK(convert("i32.trunc_f64_s", Value(-2147483648.9)) == "-2147483648");
  CHECK(convert("i32.trunc_f64_s", Value(-2147483649.0)) == "integer overflow");
  CHECK(convert("i32.trunc_f64_u", Value(4294967295.9)) == "-1");
  CHECK(convert("i32.trunc_f64_u", Value(-0.9)) == "0");
  CHECK(convert("i32.trunc_f64_u", Value(-1.0)) == "integer overflow");
  CHECK(convert("i64.trunc_f32_s", Value(-9223372036854775808.0f)) == "-9223372036854775808");
  CHECK(convert("i64.trunc_f32_s", Value(9223372036854775808.0f)) == "integer overflow");
  CHECK(convert("i64.trunc_f64_u", Value(18446744073709549568.0)) == "-2048");
  CHECK(convert("i32.trunc_f32_s", Value(-2147483648.0f)) == "-2147483648");
}
TEST_CASE("NaN is no integer", "[llvm]") {
  CHECK(convert("i64.trunc_f64_s", Value(0.0 / 0.0)) == "invalid conversion to integer");
  CHECK(convert("i64.trunc_sat_f64_s", Value(0.0 / 0.0)) == "0");
}
TEST_CASE("saturation ends at the bounds", "[llvm]") {
  CHECK(convert("i32.trunc_sat_f64_u", Value(-5.0)) == "0");
  CHECK(convert("i32.trunc_sat_f32_s", Value(3e9f)) == "2147483647");
}
