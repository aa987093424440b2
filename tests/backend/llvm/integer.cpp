#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
std::string of_integers(const std::string& op, std::int32_t a, std::int32_t b) {
  return on_llvm("(module (func (export \"f\") (param i32 i32) (result i32) (" + op + " (local.get 0) (local.get 1))))", "f", {Value(a), Value(b)});
}
}
TEST_CASE("division traps where there is no quotient, and a remainder by -1 is zero", "[llvm]") {
  CHECK(of_integers("i32.div_s", 7, 0) == "integer divide by zero");
  CHECK(of_integers("i32.div_s", INT32_MIN, -1) == "integer overflow");
  CHECK(of_integers("i32.rem_s", INT32_MIN, -1) == "0");
  CHECK(of_integers("i32.rem_u", 7, 0) == "integer divide by zero");
  CHECK(of_integers("i32.div_u", -1, 2) == "2147483647");
}
TEST_CASE("counts are taken modulo the width", "[llvm]") {
  CHECK(of_integers("i32.shl", 1, 33) == "2");
  CHECK(of_integers("i32.shr_s", -8, 34) == "-2");
  CHECK(of_integers("i32.rotl", INT32_MIN, 33) == "1");
}
TEST_CASE("counting bits of zero", "[llvm]") {
  CHECK(on_llvm("(module (func (export \"f\") (param i64) (result i64) (i64.add (i64.clz (local.get 0)) (i64.ctz (local.get 0)))))", "f", {Value(std::int64_t{0})}) == "128");
}
TEST_CASE("the upper half of an i32 is nobody's business", "[llvm]") {
  CHECK(on_llvm("(module (func (export \"f\") (param i32) (result i64) (i64.extend_i32_u (local.get 0))))", "f", {dirty(5)}) == "5");
}
