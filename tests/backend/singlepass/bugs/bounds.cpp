// Bounds checks that were folded wrong, and accesses wider than their type: every load and store of the table, at the last bytes of every kind of memory.
#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "../../../catch.hpp"
#include "accesses.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// Bytes to fill a memory with, of which no sixteen are those of any operand; the last are like the first.
std::vector<std::byte> pattern(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 37 + (i >> 8) + 1);
  std::copy_n(bytes.begin(), 16, bytes.end() - 16);
  return bytes;
}

/// Lets every access touch the last bytes of a memory, and those beyond: from an index, from an index and an offset, and at a constant address.
void check_end(const Place& place, bool vectors) {
  const std::vector<Access> all = accesses(vectors);
  const std::uint64_t end = place.end;
  const std::vector<std::byte> before = pattern(end);
  const std::string get = "(local.get 0)", type = place.wide ? "i64" : "i32";
  std::string text = "(module " + std::string(place.memories) + "\n";
  for (const Access& access : all) {
    const std::string name(access.text());
    const auto constant = [&](std::uint64_t at) { return "(" + type + ".const " + std::to_string(at) + ")"; };
    text += function(name, access, place, 0, 1, get) + function(name + " last", access, place, end - access.size, 1, get);
    text += function(name + " beyond", access, place, end - access.size + 1, 1, get) + function(name + " far", access, place, end, 1, get);
    text += function(name + " constant last", access, place, 16, 1, constant(end - access.size - 16));
    text += function(name + " constant beyond", access, place, 16, 1, constant(end - access.size - 15));
  }
  for (const Setting setting : settings_for(vectors)) {
    const Guest guest = Guest::make(setting, text + ")").value();
    const std::span<std::byte> memory = guest.memory();
    REQUIRE(memory.size() == end);
    for (const Access& access : all) {
      const std::string name(access.text());
      INFO(name << " in " << place.memories << ", " << to_string(setting));
      const auto call = [&](const std::string& which, std::uint64_t index) { return guest.call(which, arguments(access, {address(place, index)})); };
      const auto trap = [&](const std::string& which, std::uint64_t index) {
        const auto result = call(which, index);
        return result.has_value() ? std::string() : std::string(result.error().words());
      };
      std::memcpy(memory.data(), before.data(), end);
      for (std::uint64_t at = end - access.size + 1; at <= end + 1; ++at) CHECK(trap(name, at) == access.trap(place, at));
      CHECK(trap(name + " beyond", 0) == access.trap(place, end - access.size + 1));
      CHECK(trap(name + " far", 0) == access.trap(place, end));
      CHECK(trap(name + " constant beyond", 0) == access.trap(place, end - access.size + 1));
      CHECK(std::memcmp(memory.data(), before.data(), end) == 0);

      // At the end it does what it does at the beginning, where the bytes are the same.
      const std::string expected(access.trap(place, end - access.size));
      for (const char* const which : {"", " last", " constant last"}) {
        std::memcpy(memory.data(), before.data(), end);
        const auto first = call(name, 16 - access.size), last = call(name + which, *which == '\0' ? end - access.size : 0);
        if (!expected.empty()) {
          CHECK((!last.has_value() && last.error().words() == expected));
          continue;
        }
        REQUIRE((first.has_value() && last.has_value()));
        CHECK(first.value() == last.value());
        CHECK(std::memcmp(memory.data() + end - 16, memory.data(), 16) == 0);
        CHECK(std::memcmp(memory.data() + 16, before.data() + 16, end - 32) == 0);
        if (!access.writes()) CHECK(std::memcmp(memory.data(), before.data(), 16) == 0);
      }
    }
  }
}

bool is_alone(const Place& place) { return std::string_view(place.memories).starts_with("(memory $m"); }

/// Lets every access do in a memory of some kind what it does in one that is alone, and look whether the others are left alone.
void check_same(const Place& place, bool vectors) {
  const std::vector<Access> all = accesses(vectors);
  const auto text = [&](const Place& in) {
    std::string module = "(module " + std::string(in.memories) + "\n";
    if (!is_alone(in)) module += "(func (export \"other\") (param i32) (result i64) (i64.load 0 (local.get 0)))\n";
    for (const Access& access : all) module += function(std::string(access.text()), access, in, 3, 1, "(local.get 0)");
    return module + ")";
  };
  const std::string alone = text(places[place.shared ? 2 : 0]), among = text(place);
  const std::vector<std::byte> before = pattern(48);
  for (const Setting setting : settings_for(vectors)) {
    const Guest guest = Guest::make(setting, among).value(), expected = Guest::make(setting, alone).value();
    for (const Access& access : all)
      for (const std::uint64_t at : {5, 2, 13, 21}) {
        INFO(access.text() << " in " << place.memories << " at " << at << " + 3, " << to_string(setting));
        for (const Guest* const each : {&guest, &expected}) std::memcpy(each->memory().data(), before.data(), 48);
        const auto seen = guest.call(access.text(), arguments(access, {address(place, at)})), wanted = expected.call(access.text(), arguments(access, {dirty(static_cast<std::uint32_t>(at))}));
        REQUIRE(seen.has_value() == wanted.has_value());
        if (seen.has_value()) CHECK(seen.value() == wanted.value());
        else CHECK(seen.error().words() == wanted.error().words());
        CHECK(std::memcmp(guest.memory().data(), expected.memory().data(), 48) == 0);
      }
    if (is_alone(place)) continue;
    for (const std::uint32_t at : {0u, 8u, 16u, 24u, 32u}) CHECK(to_words(guest.call("other", {Value(at)})) == "0");
  }
}

/// How an index of 32 bits is made of two parameters, in the text and here.
struct Shape {
  const char* text;
  std::uint32_t (*value)(std::uint32_t x, std::uint32_t y);
};
constexpr Shape shapes[] = {
    {"(local.get 0)", [](std::uint32_t x, std::uint32_t) { return x; }},
    {"(i32.add (local.get 0) (local.get 1))", [](std::uint32_t x, std::uint32_t y) { return x + y; }},
    {"(i32.add (i32.shl (local.get 0) (i32.const 3)) (local.get 1))", [](std::uint32_t x, std::uint32_t y) { return (x << 3) + y; }},
    {"(i32.add (local.get 1) (i32.mul (local.get 0) (i32.const 4)))", [](std::uint32_t x, std::uint32_t y) { return y + x * 4; }},
    {"(i32.shl (local.get 0) (i32.const 1))", [](std::uint32_t x, std::uint32_t) { return x << 1; }},
    {"(i32.add (i32.mul (local.get 0) (i32.const 9)) (i32.const -8))", [](std::uint32_t x, std::uint32_t) { return x * 9 - 8; }},
    {"(i32.sub (i32.mul (local.get 0) (i32.const 8)) (local.get 1))", [](std::uint32_t x, std::uint32_t y) { return x * 8 - y; }},
    {"(i32.wrap_i64 (i64.shl (i64.extend_i32_s (local.get 0)) (i64.const 2)))", [](std::uint32_t x, std::uint32_t) { return x << 2; }},
};
/// Scaled, some of these come back into the memory: 32 bits are all that an index has.
constexpr std::uint32_t indices[] = {0, 8, 0x2000'0001, 0x4000'0002, 0x7FFF'FFFF, 0x8000'0000, 0xFFFF'FFFF};
constexpr std::uint64_t offsets[] = {0, 65512, 0x7FFF'FFFF, 0x8000'0000, 0xFFFF'FFFF};

void check_scaled(const std::vector<Access>& all, bool vectors) {
  const Place& place = places[0];
  for (const std::uint64_t offset : offsets) {
    std::string text = "(module (memory $m 1)\n";
    for (const Access& access : all)
      for (const Shape& shape : shapes) text += function(std::string(access.text()) + shape.text, access, place, offset, 2, shape.text);
    std::vector<Guest> guests;
    for (const Setting setting : settings_for(vectors))
      if (setting.optional_instructions) guests.push_back(Guest::make(setting, text + ")").value());
    for (const Access& access : all)
      for (const Shape& shape : shapes)
        for (const std::uint32_t x : indices)
          for (const std::uint32_t y : {0u, 0x8000'0008u}) {
            const std::string_view expected = access.trap(place, shape.value(x, y) + offset);
            const std::string name = std::string(access.text()) + shape.text;
            for (const Guest& guest : guests) {
              const auto result = guest.call(name, arguments(access, {dirty(x), dirty(y)}));
              const std::string_view seen = result.has_value() ? std::string_view() : result.error().words();
              if (seen == expected) continue;
              INFO(name << " + " << offset << " of " << x << " and " << y);
              CHECK(seen == expected);
            }
          }
  }
}

}  // namespace

TEST_CASE("a load or store of any width reaches the last byte of its memory and not one past", "[singlepass][bugs]") {
  for (const Place& place : std::span(places).first(4)) check_end(place, false);
}

TEST_CASE("a load or store of any width reaches the last byte of its memory and not one past, where that is within a page or among others", "[singlepass][bugs]") {
  for (const Place& place : std::span(places).subspan(4)) check_end(place, false);
}

TEST_CASE("a load or store of vectors and lanes reaches the last byte of its memory and not one past", "[singlepass][bugs]") {
  for (const Place& place : places) check_end(place, true);
}

TEST_CASE("a load or store of any width does the same in a second memory, in one of 64-bit addresses and in any other", "[singlepass][bugs]") {
  for (const Place& place : places) check_same(place, false);
}

TEST_CASE("a load or store of vectors and lanes does the same in a second memory, in one of 64-bit addresses and in any other", "[singlepass][bugs]") {
  for (const Place& place : places) check_same(place, true);
}

TEST_CASE("the table's accesses are all there: loads, stores, vectors, lanes and atomics", "[singlepass][bugs]") {
  CHECK(accesses(false).size() == 14 + 9 + 66);
  CHECK(accesses(true).size() == 13 + 1 + 8);
}

TEST_CASE("no bounds check is folded wrong: index x scale x offset at all edges, for every load and store", "[singlepass][bugs]") {
  std::vector<Access> plain;
  for (const Access& access : accesses(false))
    if (!access.is_atomic()) plain.push_back(access);
  check_scaled(plain, false);
}

TEST_CASE("no bounds check is folded wrong: index x scale x offset at all edges, for vectors and lanes", "[singlepass][bugs]") { check_scaled(accesses(true), true); }

TEST_CASE("no bounds check is folded wrong: index x scale x offset at all edges, for atomics", "[singlepass][bugs]") {
  // One for each operation and width is enough: those of one width have their address made in the same way.
  std::vector<Access> some;
  for (const Access& access : accesses(false))
    if (access.is_atomic() && (access.text().find("rmw") == std::string_view::npos || access.text().find("add") != std::string_view::npos || access.text().find("cmpxchg") != std::string_view::npos))
      some.push_back(access);
  check_scaled(some, false);
}
