#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a vector is 128 bits, seen as lanes where it is used", "[llvm]") {
  const std::string code = ir("(module (func (export \"f\") (param v128 v128) (result v128) (i16x8.add (local.get 0) (local.get 1))))");
  CHECK(has(code, "add <8 x i16>"));
  CHECK(has(code, "define hidden <2 x i64> @f0(ptr"));
}
