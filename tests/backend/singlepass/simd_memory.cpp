#include <wasmer/backend/singlepass/simd_memory.hpp>

#include <cstring>
#include <string>

#include <wasmer/wasm/opcode.hpp>

#include "../../catch.hpp"
#include "vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using Value = wasmer::Value;

namespace {

using singlepass::vector_access_size;
static_assert(vector_access_size(Op::v128_load) == 16 && vector_access_size(Op::v128_load8x8_s) == 8 && vector_access_size(Op::v128_load8_splat) == 1 &&
              vector_access_size(Op::v128_store16_lane) == 2);

constexpr std::uint32_t end = 65536;  ///< of the memory

/// What a load of eight bytes and fewer makes of those at `from`.
V128 loaded(const std::string& op, const std::byte* from) {
  V128 vector;
  const auto widen = [&]<class N, class W>(N, W) {
    Lanes<W> lanes;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      N narrow;
      std::memcpy(&narrow, from + i * sizeof(N), sizeof(N));
      lanes[i] = narrow;
    }
    return vector_of<W>(lanes);
  };
  if (op == "v128.load") return std::memcpy(vector.bytes, from, 16), vector;
  if (op == "v128.load8x8_s") return widen(std::int8_t{}, std::int16_t{});
  if (op == "v128.load8x8_u") return widen(std::uint8_t{}, std::uint16_t{});
  if (op == "v128.load16x4_s") return widen(std::int16_t{}, std::int32_t{});
  if (op == "v128.load16x4_u") return widen(std::uint16_t{}, std::uint32_t{});
  if (op == "v128.load32x2_s") return widen(std::int32_t{}, std::int64_t{});
  if (op == "v128.load32x2_u") return widen(std::uint32_t{}, std::uint64_t{});
  const std::size_t size = op.find("64") != op.npos ? 8 : op.find("32") != op.npos ? 4 : op.find("16") != op.npos ? 2 : 1;
  for (std::size_t i = 0; i < (op.ends_with("zero") ? size : 16); ++i) vector.bytes[i] = static_cast<std::uint8_t>(from[i % size]);
  return vector;
}

std::span<std::byte> fill(const VectorGuest& guest) {
  const auto memory = guest.memory();
  for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<std::byte>(i * 37 + (i >> 8));
  return memory;
}

constexpr std::string_view trap = "out of bounds memory access";

}  // namespace

TEST_CASE("every load fills its vector from whatever address, and traps where it reaches beyond the end", "[singlepass]") {
  int count = 0;
  for (const OpInfo& row : ops) {
    if (row.family != Family::simd_load) continue;
    ++count;
    const std::string op(row.text);
    const std::uint32_t size = 1u << reader::natural_align_log2(row.immediate);
    for (const bool explicit_bounds : {false, true}) {
      const VectorGuests guests("(module (memory (export \"memory\") 1) (func (export \"f\") (param i32) (result v128) local.get 0 " + op + ")" +
                                "(func (export \"offset\") (param i32) (result v128) local.get 0 " + op + " offset=5)" +
                                "(func (export \"constant\") (result v128) i32.const 33 " + op + " offset=5)" +
                                "(func (export \"far\") (param i32) (result v128) local.get 0 " + op + " offset=0xfffffff0))",
                                explicit_bounds);
      for (std::size_t set = 0; set < instruction_sets.size(); ++set) {
        const VectorGuest& guest = guests[set];
        const auto memory = fill(guest);
        INFO(op << " with " << instruction_sets[set] << (explicit_bounds ? ", explicit bounds" : ""));
        for (const std::uint32_t at : {0u, 1u, 3u, 1000u, end - size}) CHECK(to_hex(guest.call("f", std::vector{Value(at)})) == to_hex(Value(loaded(op, memory.data() + at))));
        CHECK(to_hex(guest.call("offset", std::vector{Value(12u)})) == to_hex(Value(loaded(op, memory.data() + 17))));
        CHECK(to_hex(guest.call("constant")) == to_hex(Value(loaded(op, memory.data() + 38))));
        for (const std::uint32_t at : {end - size + 1, end, ~0u}) CHECK(guest.call("f", std::vector{Value(at)}).error().words() == trap);
        CHECK(guest.call("far", std::vector{Value(0u)}).error().words() == trap);
      }
    }
  }
  CHECK(count == 13);
}

TEST_CASE("a store writes sixteen bytes or none", "[singlepass]") {
  for (const bool explicit_bounds : {false, true}) {
    const VectorGuests guests("(module (memory (export \"memory\") 1) (func (export \"f\") (param i32 v128) local.get 0 local.get 1 v128.store offset=1)"
                              "(func (export \"constant\") (param i32) local.get 0 (v128.const i64x2 1 2) v128.store))",
                              explicit_bounds);
    for (std::size_t set = 0; set < instruction_sets.size(); ++set) {
      const auto memory = fill(guests[set]);
      const std::vector<std::byte> before(memory.begin(), memory.end());
      for (const std::uint32_t at : {end - 16, ~0u, ~0u - 16}) CHECK(guests[set].call("f", std::vector{Value(at), Value(mixed(1))}).error().words() == trap);
      CHECK(std::memcmp(memory.data(), before.data(), end) == 0);
      REQUIRE(guests[set].call("f", std::vector{Value(end - 17), Value(mixed(1))}).has_value());
      CHECK(std::memcmp(memory.data() + end - 16, mixed(1).bytes, 16) == 0);
      CHECK(std::memcmp(memory.data(), before.data(), end - 16) == 0);
      REQUIRE(guests[set].call("constant", std::vector{Value(7u)}).has_value());
      CHECK(std::memcmp(memory.data() + 7, vector_of<std::uint64_t>({1, 2}).bytes, 16) == 0);
    }
  }
}

TEST_CASE("one lane is loaded and stored, and all others are left alone", "[singlepass]") {
  for (const std::uint32_t size : {1u, 2u, 4u, 8u})
    for (std::uint32_t lane = 0; lane < 16 / size; ++lane) {
      const std::string load = "v128.load" + std::to_string(size * 8) + "_lane", store = "v128.store" + std::to_string(size * 8) + "_lane", index = " " + std::to_string(lane);
      const VectorGuests guests("(module (memory (export \"memory\") 1) (func (export \"load\") (param i32 v128) (result v128) local.get 0 local.get 1 " + load + index + ")" +
                                "(func (export \"kept\") (param i32 v128) (result v128 v128) local.get 0 local.get 1 " + load + " offset=2" + index + " local.get 1)" +
                                "(func (export \"constant\") (param i32) (result v128) local.get 0 (v128.const i64x2 0 0) " + load + index + ")" +
                                "(func (export \"store\") (param i32 v128) local.get 0 local.get 1 " + store + index + "))");
      for (std::size_t set = 0; set < instruction_sets.size(); ++set) {
        const auto memory = fill(guests[set]);
        INFO(load << index << " with " << instruction_sets[set]);
        const auto with_lane = [&](V128 vector, std::size_t at) { return std::memcpy(vector.bytes + lane * size, memory.data() + at, size), to_hex(Value(vector)); };
        CHECK(to_hex(guests[set].call("load", std::vector{Value(end - size), Value(mixed(1))})) == with_lane(mixed(1), end - size));
        CHECK(to_hex(guests[set].call("kept", std::vector{Value(9u), Value(mixed(1))})) == with_lane(mixed(1), 11) + " " + to_hex(Value(mixed(1))));
        CHECK(to_hex(guests[set].call("constant", std::vector{Value(21u)})) == with_lane(V128{}, 21));
        CHECK(guests[set].call("load", std::vector{Value(end - size + 1), Value(mixed(1))}).error().words() == trap);
        const std::vector<std::byte> before(memory.begin(), memory.end());
        CHECK(guests[set].call("store", std::vector{Value(end - size + 1), Value(mixed(1))}).error().words() == trap);
        REQUIRE(guests[set].call("store", std::vector{Value(100u), Value(mixed(1))}).has_value());
        CHECK(std::memcmp(memory.data() + 100, mixed(1).bytes + lane * size, size) == 0);
        CHECK(std::memcmp(memory.data(), before.data(), 100) == 0);
        CHECK(std::memcmp(memory.data() + 100 + size, before.data() + 100 + size, end - 100 - size) == 0);
      }
    }
}
