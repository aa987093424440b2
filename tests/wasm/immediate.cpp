#include <wasmer/wasm/immediate.hpp>

#include <cmath>

#include "../catch.hpp"

using namespace wasmer;

TEST_CASE("a float constant keeps its bits, a signalling NaN's too") {
  CHECK(F32{0x3F800000}.value() == 1.0f);
  CHECK(F64{0x4000000000000000}.value() == 2.0);
  CHECK(std::isnan(F32{0x7FA00000}.value()));
  CHECK(F32{0x7FA00000}.bits == 0x7FA00000);
  CHECK(std::signbit(F64{0x8000000000000000}.value()));
}

TEST_CASE("immediates that are not given are the plainest ones") {
  CHECK(MemoryAccess().offset == 0);
  CHECK(MemoryAccess().memory == 0);
  CHECK(LaneAccess().lane == 0);
  CHECK(BranchTable().depths.empty());
  CHECK(CatchClause().kind == CatchClause::all);
}
