#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

struct Access {
  const char* load;
  const char* store;
  std::uint64_t size;
  const char* type;
};
constexpr Access accesses[] = {
    {"i32.load8_u", "i32.store8", 1, "i32"},   {"i32.load8_s", "i32.store8", 1, "i32"}, {"i32.load16_u", "i32.store16", 2, "i32"}, {"i32.load16_s", "i32.store16", 2, "i32"}, {"i32.load", "i32.store", 4, "i32"},
    {"i64.load8_u", "i64.store8", 1, "i64"},   {"i64.load8_s", "i64.store8", 1, "i64"}, {"i64.load16_u", "i64.store16", 2, "i64"}, {"i64.load16_s", "i64.store16", 2, "i64"}, {"i64.load32_u", "i64.store32", 4, "i64"},
    {"i64.load32_s", "i64.store32", 4, "i64"}, {"i64.load", "i64.store", 8, "i64"},     {"f32.load", "f32.store", 4, "f32"},       {"f64.load", "f64.store", 8, "f64"},
};
constexpr std::uint64_t page = 65536;
constexpr std::uint64_t offsets[] = {0, 1, 8, 65528, 65535, 65536, 0x7FFF'FFF0, 0x7FFF'FFF7, 0x7FFF'FFF8, 0x7FFF'FFFB, 0x7FFF'FFFE, 0x7FFF'FFFF, 0x8000'0000, 0xFFFF'0000, 0xFFFF'FFFF};
constexpr std::uint64_t indices[] = {0, 1, 7, 65527, 65528, 65529, 65532, 65534, 65535, 65536, 0x7FFF'0000, 0x7FFF'FFFF, 0x8000'0000, 0x8000'0001, 0xFFFF'0000, 0xFFFF'FFF8, 0xFFFF'FFFF};

}  // namespace

TEST_CASE("every load and store traps exactly when it would touch a byte beyond the memory", "[singlepass]") {
  for (const std::uint64_t offset : offsets) {
    std::string text = "(module (memory (export \"memory\") 1)\n";
    for (const Access& access : accesses) {
      const std::string at = " offset=" + std::to_string(offset);
      text += std::string("(func (export \"") + access.load + "\") (param i32) local.get 0 " + access.load + at + " drop)\n";
      text += std::string("(func (export \"to ") + access.load + "\") (param i32) local.get 0 " + access.type + ".const 0 " + access.store + at + ")\n";
    }
    const Guests guests(text + ")");
    for (const Access& access : accesses)
      for (const std::uint64_t index : indices) {
        const std::string expected = index + offset + access.size <= page ? "" : "out of bounds memory access";
        INFO(access.load << " at " << index << " + " << offset);
        CHECK(guests.call(access.load, {dirty(static_cast<std::uint32_t>(index))}) == expected);
        CHECK(guests.call(std::string("to ") + access.load, {dirty(static_cast<std::uint32_t>(index))}) == expected);
      }
  }
}

TEST_CASE("an access at a constant address traps exactly when it would touch a byte beyond the memory", "[singlepass]") {
  for (const Access& access : accesses) {
    std::string text = "(module (memory (export \"memory\") 1)\n";
    for (const std::uint64_t offset : offsets)
      for (const std::uint64_t index : indices)
        text += "(func (export \"" + std::to_string(offset) + " " + std::to_string(index) + "\") i32.const " + std::to_string(index) + " " + access.load + " offset=" + std::to_string(offset) + " drop)\n";
    const Guests guests(text + ")");
    for (const std::uint64_t offset : offsets)
      for (const std::uint64_t index : indices) {
        INFO(access.load << " at " << index << " + " << offset);
        CHECK(guests.call(std::to_string(offset) + " " + std::to_string(index)) == (index + offset + access.size <= page ? "" : "out of bounds memory access"));
      }
  }
}

TEST_CASE("a store changes its bytes and no others, from registers and from constants", "[singlepass]") {
  const std::uint64_t pattern = 0x8182'8384'8586'8788;
  for (const Access& access : accesses) {
    const std::string type = access.type;
    const std::string constant = type == "i32" ? "i32.const 0x85868788" : type == "i64" ? "i64.const 0x8182838485868788" : type == "f32" ? "i32.const 0x85868788 f32.reinterpret_i32" : "i64.const 0x8182838485868788 f64.reinterpret_i64";
    const Guests guests("(module (memory (export \"memory\") 1) (func (export \"variable\") (param i32 " + type + ") local.get 0 local.get 1 " + access.store + ") (func (export \"constant\") (param i32) local.get 0 " + constant + " " +
                        access.store + "))");
    const Value value = type == "i32" ? dirty(0x8586'8788) : type == "i64" ? Value(pattern) : type == "f32" ? Value(ValueType::f32, 0x8586'8788) : Value(ValueType::f64, pattern);
    for (const std::uint32_t at : {100u, static_cast<std::uint32_t>(page - access.size)})
      for (const bool is_constant : {false, true}) {
        for (const std::size_t i : {0u, 1u, 2u, 3u}) std::memset(guests[i].memory().data(), 0x5A, page);
        CHECK((is_constant ? guests.call("constant", {dirty(at)}) : guests.call("variable", {dirty(at), value})) == "");
        for (const std::size_t i : {0u, 1u, 2u, 3u}) {
          const auto bytes = guests[i].memory();
          std::vector<std::byte> expected(page, std::byte{0x5A});
          std::memcpy(expected.data() + at, &pattern, access.size);
          INFO(access.store << " at " << at << ", " << to_string(settings[i]));
          CHECK(std::memcmp(bytes.data(), expected.data(), page) == 0);
        }
      }
  }
}

TEST_CASE("a load widens as its name says, from the last bytes of the memory too", "[singlepass]") {
  const Guests guests(R"((module (memory (export "memory") 1) (data (i32.const 65528) "\81\82\83\84\85\86\87\88")
    (func (export "i32") (param i32) (result i32 i32 i32 i32 i32)
      local.get 0 i32.load8_s offset=7 local.get 0 i32.load8_u offset=7 local.get 0 i32.load16_s offset=6 local.get 0 i32.load16_u offset=6 local.get 0 i32.load offset=4)
    (func (export "i64") (param i32) (result i64 i64 i64 i64 i64 i64 i64)
      local.get 0 i64.load8_s offset=7 local.get 0 i64.load8_u offset=7 local.get 0 i64.load16_s offset=6 local.get 0 i64.load16_u offset=6
      local.get 0 i64.load32_s offset=4 local.get 0 i64.load32_u offset=4 local.get 0 i64.load)))");
  CHECK(guests.call("i32", {dirty(65528)}) == "-120 136 -30585 34951 -2004384123");
  CHECK(guests.call("i64", {dirty(65528)}) == "-120 136 -30585 34951 -2004384123 2290583173 -8608764254683430271");
}

TEST_CASE("memory that has grown is reached at once, by code that held the old base or length", "[singlepass]") {
  const Guests guests(R"((module (memory (export "memory") 1 200)
    (func $grow (param i32) (result i32) local.get 0 memory.grow)
    (func (export "direct") (param i32) (result i32 i32 i32)
      i32.const 0 i32.const 11 i32.store
      i32.const 1 memory.grow
      local.get 0 i32.const 22 i32.store local.get 0 i32.load  i32.const 0 i32.load)
    (func (export "in a callee") (param i32) (result i32 i32)
      i32.const 4 i32.load drop i32.const 150 call $grow
      local.get 0 i32.const 33 i32.store local.get 0 i32.load)
    (func (export "in a loop") (param i32) (result i32) (local i32 i32)
      (loop $l
        local.get 1 i32.const 65536 i32.mul local.tee 2 local.get 1 i32.store
        i32.const 1 memory.grow drop
        local.get 2 i32.load drop
        local.get 1 i32.const 1 i32.add local.tee 1 local.get 0 i32.lt_u br_if $l)
      local.get 2 i32.load)
    (func (export "in one arm") (param i32 i32) (result i32)
      i32.const 8 i32.const 5 i32.store
      local.get 0 if i32.const 1 memory.grow drop end
      local.get 1 i32.load8_u i32.const 8 i32.load i32.add)
    (func (export "too far") (param i32) local.get 0 i32.load drop)))");
  CHECK(guests.call("too far", {Value(65536)}) == "out of bounds memory access");
  CHECK(guests.call("direct", {Value(65536)}) == "1 22 11");
  CHECK(guests.call("too far", {Value(65536)}) == "");
  CHECK(guests.call("in one arm", {Value(1), Value(131072)}) == "5");
  CHECK(guests.call("in one arm", {Value(0), Value(196608)}) == "out of bounds memory access");
  CHECK(guests.call("in a loop", {Value(20)}) == "19");
  CHECK(guests.call("in a callee", {Value(170 * 65536)}) == "23 33");
  CHECK(guests.call("too far", {Value(-4)}) == "out of bounds memory access");
}

TEST_CASE("every access of a memory with 64-bit addresses traps exactly when a byte of it lies beyond the memory, sums that wrap around included", "[singlepass]") {
  constexpr std::uint64_t high = ~std::uint64_t{0};
  constexpr std::uint64_t far_offsets[] = {0, 1, 65535, 65536, 0x7FFF'FFF8, 0x7FFF'FFFF, 0x8000'0000, 0xFFFF'FFFF, 0x1'0000'0000, high - 65536, high - 8, high - 7, high - 1, high};
  constexpr std::uint64_t far_indices[] = {0, 1, 65528, 65529, 65535, 65536, 0x8000'0000, 0xFFFF'FFFF, 0x1'0000'0000, 0x1'0000'0001, high >> 1, (high >> 1) + 1, high - 65536, high - 65535, high - 8, high - 7, high};
  for (const char* const before : {"", "(memory 3) "})
    for (const std::uint64_t offset : far_offsets) {
      std::string text = std::string("(module ") + before + "(memory $m i64 1)\n";
      for (const Access& access : accesses) {
        const std::string at = " $m offset=" + std::to_string(offset);
        text += std::string("(func (export \"") + access.load + "\") (param i64) local.get 0 " + access.load + at + " drop)\n";
        text += std::string("(func (export \"to ") + access.load + "\") (param i64) local.get 0 " + access.type + ".const 0 " + access.store + at + ")\n";
        text += std::string("(func (export \"constant ") + access.load + "\") i64.const 65530 " + access.load + at + " drop)\n";
      }
      const Guests guests(text + ")");
      const auto expected = [&](std::uint64_t index, std::uint64_t size) {
        return index <= page && offset <= page && index + offset + size <= page ? "" : "out of bounds memory access";
      };
      for (const Access& access : accesses) {
        for (const std::uint64_t index : far_indices) {
          INFO(before << access.load << " at " << index << " + " << offset);
          CHECK(guests.call(access.load, {Value(index)}) == expected(index, access.size));
          CHECK(guests.call(std::string("to ") + access.load, {Value(index)}) == expected(index, access.size));
        }
        CHECK(guests.call(std::string("constant ") + access.load) == expected(65530, access.size));
      }
    }
}

TEST_CASE("every access of a memory that is not the first traps exactly when it would touch a byte beyond it", "[singlepass]") {
  for (const std::uint64_t offset : offsets) {
    std::string text = "(module (memory 2) (memory $m 1) (memory 3)\n";
    for (const Access& access : accesses) {
      const std::string at = " $m offset=" + std::to_string(offset);
      text += std::string("(func (export \"") + access.load + "\") (param i32) local.get 0 " + access.load + at + " drop)\n";
      text += std::string("(func (export \"to ") + access.load + "\") (param i32) local.get 0 " + access.type + ".const 0 " + access.store + at + ")\n";
      text += std::string("(func (export \"constant ") + access.load + "\") i32.const 65530 " + access.load + at + " drop)\n";
    }
    const Guests guests(text + ")");
    const auto expected = [&](std::uint64_t index, std::uint64_t size) { return index + offset + size <= page ? "" : "out of bounds memory access"; };
    for (const Access& access : accesses) {
      for (const std::uint64_t index : indices) {
        INFO(access.load << " at " << index << " + " << offset);
        CHECK(guests.call(access.load, {dirty(static_cast<std::uint32_t>(index))}) == expected(index, access.size));
        CHECK(guests.call(std::string("to ") + access.load, {dirty(static_cast<std::uint32_t>(index))}) == expected(index, access.size));
      }
      CHECK(guests.call(std::string("constant ") + access.load) == expected(65530, access.size));
    }
  }
}

TEST_CASE("each memory has its own bytes, whatever was accessed before", "[singlepass]") {
  const Guests guests(R"((module (memory $a (export "memory") 1) (memory $b i64 1) (memory $c 1)
    (func (export "f") (param i32 i64) (result i64 i64 i64 i64)
      (i64.store $a (local.get 0) (i64.const 1)) (i64.store $b (local.get 1) (i64.const 2)) (i64.store $c (local.get 0) (i64.const 3))
      (loop (i64.store $b offset=8 (local.get 1) (i64.add (i64.load $b offset=8 (local.get 1)) (i64.load $a (local.get 0))))
        (br_if 0 (i64.lt_u (i64.load $b offset=8 (local.get 1)) (i64.const 5))))
      (i64.load $a (local.get 0)) (i64.load $b (local.get 1)) (i64.load $c (local.get 0)) (i64.load $b offset=8 (local.get 1)))))");
  CHECK(guests.call("f", {dirty(16), Value(std::int64_t{16})}) == "1 2 3 5");
}
