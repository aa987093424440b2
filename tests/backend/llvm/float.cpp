#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
std::string of_floats(const std::string& op, float a, float b) {
  return on_llvm("(module (func (export \"f\") (param f32 f32) (result f32) (" + op + " (local.get 0) (local.get 1))))", "f", {Value(a), Value(b)});
}
}
TEST_CASE("zeros have an order, and NaN is what comes of NaN", "[llvm]") {
  CHECK(of_floats("f32.min", 0.0f, -0.0f) == "-0");
  CHECK(of_floats("f32.max", -0.0f, 0.0f) == "0");
  CHECK(of_floats("f32.min", 0.0f / 0.0f, 1) == "nan");
  CHECK(of_floats("f32.max", 1, 0.0f / 0.0f) == "nan");
  CHECK(of_floats("f32.min", -3, 2) == "-3");
  CHECK(of_floats("f32.copysign", 3, -0.0f) == "-3");
}
TEST_CASE("rounding is to even", "[llvm]") {
  constexpr std::string_view text = "(module (func (export \"f\") (param f64) (result f64) (f64.nearest (local.get 0))))";
  CHECK(on_llvm(text, "f", {Value(2.5)}) == "2");
  CHECK(on_llvm(text, "f", {Value(-0.3)}) == "-0");
}
