#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("128 bits are an add and an adc, and one multiplication", "[llvm]") {
  CHECK(has(assembly("(module (func (export \"f\") (param i64 i64 i64 i64) (result i64 i64) (i64.add128 (local.get 0) (local.get 1) (local.get 2) (local.get 3))))"), "adc"));
  CHECK(has(assembly("(module (func (export \"f\") (param i64 i64) (result i64 i64) (i64.mul_wide_u (local.get 0) (local.get 1))))"), "mulq"));
}
TEST_CASE("carries and signs are right", "[llvm]") {
  CHECK(on_llvm("(module (func (export \"f\") (param i64 i64) (result i64 i64) (i64.sub128 (local.get 0) (i64.const 0) (local.get 1) (i64.const 0))))", "f", {Value(std::int64_t{1}), Value(std::int64_t{2})}) == "-1 -1");
  CHECK(on_llvm("(module (func (export \"f\") (param i64 i64) (result i64 i64) (i64.mul_wide_s (local.get 0) (local.get 1))))", "f", {Value(std::int64_t{-3}), Value(std::int64_t{5})}) == "-15 -1");
}
