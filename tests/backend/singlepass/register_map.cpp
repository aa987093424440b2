#include <wasmer/backend/singlepass/register_map.hpp>

#include "../../catch.hpp"

using namespace wasmer::masm;
using wasmer::singlepass::RegisterMap;

namespace {

/// Register i has slot `first` + i.
RegisterMap counting_from(std::uint32_t first) {
  RegisterMap map;
  for (unsigned code = 0; code < 32; ++code) map[Reg::from_code(code)] = first + code;
  return map;
}

}  // namespace

TEST_CASE("registers that have the same slot in two maps are told, each by itself", "[singlepass]") {
  const RegisterMap map = counting_from(100);
  CHECK(map.same(map) == RegSet::from_bits(~0u));
  CHECK(map.same(counting_from(101)).empty());
  for (unsigned code = 0; code < 32; ++code) {
    RegisterMap other = counting_from(200);
    other[Reg::from_code(code)] = 100 + code;
    CHECK(map.same(other) == RegSet{Reg::from_code(code)});
  }
}

TEST_CASE("registers below a slot are told, and slots have no sign", "[singlepass]") {
  const RegisterMap map = counting_from(10);
  CHECK(map.below(10).empty());
  CHECK(map.below(11) == RegSet{Gp::rax});
  CHECK(map.below(26) == RegSet::from_bits(0xFFFF));
  CHECK(map.below(42) == RegSet::from_bits(~0u));
  CHECK(counting_from(0xFFFF'FF00).below(1000).empty());
  CHECK(counting_from(0xFFFF'FF00).below(0xFFFF'FF01) == RegSet{Gp::rax});
}
