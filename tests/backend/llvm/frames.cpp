#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

#include <wasmer/backend/llvm/frames.hpp>

TEST_CASE("the call sites of a function are those that have a pad", "[llvm]") {
  // Pads counted from the function; no types; call sites in uleb128: [1, 5) has none, [6, 9) has one at 0x20.
  const std::array table{std::byte{0xFF}, std::byte{0xFF}, std::byte{0x01}, std::byte{8}, std::byte{1}, std::byte{4}, std::byte{0}, std::byte{0},
                         std::byte{6}, std::byte{3}, std::byte{0x20}, std::byte{1}};
  const auto pads = llvm_backend::read_pads(table, 0);
  REQUIRE(pads.size() == 1);
  CHECK(pads[0].begin == 6);
  CHECK(pads[0].end == 9);
  CHECK(pads[0].pad == 0x20);
}
TEST_CASE("the registers that a function keeps are known by where they lie", "[llvm]") {
  constexpr std::string_view text = R"((module (import "env" "note" (func $n)) (func (export "f") (param i32 i64 i32 i64) (result i64)
    (call $n) (i64.add (local.get 1) (i64.add (local.get 3) (i64.extend_i32_u (i32.add (local.get 0) (local.get 2))))))))";
  const auto object = compile_object(llvm_settings()[0], text).value();
  const std::array<std::uint8_t, 5>& saved = object.functions.at(0).saved;
  unsigned kept = 0;
  for (const std::uint8_t word : saved) kept += word != 0;
  CHECK(kept >= 3);
  CHECK(*std::ranges::max_element(saved) == kept);
}
