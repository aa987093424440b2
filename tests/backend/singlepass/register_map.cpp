#include <wasmer/backend/singlepass/register_map.hpp>

#include "../../catch.hpp"

using namespace wasmer::masm;
using wasmer::singlepass::RegisterMap;

namespace {

constexpr RegSet all = RegSet::from_bits(~0u);

/// Register i has slot `first` + i.
RegisterMap counting_from(std::uint32_t first) {
  RegisterMap map;
  for (unsigned code = 0; code < 32; ++code) map[Reg::from_code(code)] = first + code;
  return map;
}

}  // namespace

TEST_CASE("registers that have the same slot in two maps are told, each by itself", "[singlepass]") {
  const RegisterMap map = counting_from(100);
  CHECK(map.same(map, all) == all);
  CHECK(map.same(counting_from(101), all).empty());
  for (unsigned code = 0; code < 32; ++code) {
    RegisterMap other = counting_from(200);
    other[Reg::from_code(code)] = 100 + code;
    CHECK(map.same(other, all) == RegSet{Reg::from_code(code)});
  }
}

TEST_CASE("registers below a slot are told, and slots have no sign", "[singlepass]") {
  const RegisterMap map = counting_from(10);
  CHECK(map.below(10, all).empty());
  CHECK(map.below(11, all) == RegSet{Gp::rax});
  CHECK(map.below(26, all) == RegSet::from_bits(0xFFFF));
  CHECK(map.below(42, all) == all);
  CHECK(counting_from(0xFFFF'FF00).below(1000, all).empty());
  CHECK(counting_from(0xFFFF'FF00).below(0xFFFF'FF01, all) == RegSet{Gp::rax});
}

TEST_CASE("only the registers that are asked for are told", "[singlepass]") {
  const RegisterMap map = counting_from(0);
  for (const RegSet some : {RegSet{}, RegSet{Gp::rbx, Gp::r15}, RegSet{Xmm::xmm0, Xmm::xmm15}, RegSet{Gp::rbx, Xmm::xmm7}}) {
    CHECK(map.same(map, some) == some);
    CHECK(map.below(32, some) == some);
  }
}

TEST_CASE("a map takes over what another says of some registers", "[singlepass]") {
  const RegisterMap from = counting_from(50);
  for (const RegSet some : {RegSet{Gp::rbx, Gp::r15}, RegSet{Xmm::xmm0, Xmm::xmm15}, all}) {
    RegisterMap to = counting_from(0);
    to.assign(from, some);
    CHECK(to.same(from, some) == some);
  }
}
