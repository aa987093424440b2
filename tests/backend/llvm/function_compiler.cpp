#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("each instruction's place in the module is a location's line", "[llvm]") {
  const std::string code = ir("(module (func (param i32 i32) (result i32) (i32.mul (local.get 0) (local.get 1))))");
  CHECK(has(code, "DILocation(line: "));
  CHECK(has(code, "emissionKind: LineTablesOnly"));
}
