// Traps in the middle of bulk operations: one that ends beyond a memory or table has changed nothing, on whichever page it ends, and the instance goes on.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <wasmer/vm/bulk.hpp>

#include "../../catch.hpp"
#include "../guest.hpp"

using namespace wasmer;

namespace {

constexpr std::uint32_t page = 65536, pages = 4;

/// Two memories and a segment, all of four pages, and the operations on them.
std::string memories(bool wide) {
  const std::string a = wide ? "i64" : "i32", params = " (param " + a + " " + a + " " + a + ") ", gets = "(local.get 0) (local.get 1) (local.get 2)";
  const std::string narrow = wide ? "(local.get 0) (i32.wrap_i64 (local.get 1)) (i32.wrap_i64 (local.get 2))" : gets;
  return "(module (memory (export \"memory\") " + std::string(wide ? "i64 " : "") + "4) (memory $other " + (wide ? "i64 " : "") + "4) (data $d \"" + std::string(pages * page, 'd') + "\")\n" +
         "(func (export \"copy\")" + params + "(memory.copy 0 0 " + gets + "))\n(func (export \"from other\")" + params + "(memory.copy 0 $other " + gets + "))\n" +
         "(func (export \"fill\")" + params + "(memory.fill (local.get 0) (i32.const 0x77) (local.get 2)))\n" +
         "(func (export \"init\")" + params + "(memory.init $d " + narrow + "))\n" +
         "(func (export \"fine\") (result i32) (i32.store8 (" + a + ".const 3) (i32.const 9)) (i32.load8_u (" + a + ".const 3))))";
}

template <class Int> void check_memories(Bounds bounds) {
  const auto code = tests::compile(memories(sizeof(Int) == 8), bounds);
  Store store;
  Instance& guest = *vm::Instantiation::run(store, code, {}).value();
  const auto bytes = guest.memory("memory").value()->bytes();
  std::vector<std::byte> before(bytes.size());
  for (std::size_t i = 0; i < before.size(); ++i) before[i] = static_cast<std::byte>(i * 31 + (i >> 12));
  before[3] = std::byte{9};
  std::copy(before.begin(), before.end(), bytes.begin());
  const auto fine = guest.function<std::int32_t()>("fine").value();
  constexpr Int end = pages * page;
  for (const char* const name : {"copy", "from other", "fill", "init"}) {
    const auto f = guest.function<void(Int, Int, Int)>(name).value();
    const auto traps = [&](Int to, Int from, Int length) {
      INFO(name << " " << to << " " << from << " " << length);
      const auto result = f(to, from, length);
      REQUIRE_FALSE(result.has_value());
      CHECK(result.error().id() == ErrorId::out_of_bounds_memory_access);
      CHECK(std::memcmp(bytes.data(), before.data(), before.size()) == 0);
      CHECK(fine().value() == 9);
    };
    // From within each page and from its edges, to one byte too far and much too far.
    for (Int begin = 0; begin < end; begin += page)
      for (const Int at : {begin, Int(begin + 1), Int(begin + page - 1)}) {
        traps(at, 0, end - at + 1);
        if (name != std::string_view("fill")) traps(0, at, end - at + 1);
        traps(at, 0, Int(-1));
        traps(at, 0, 1u << 30);
        if (name != std::string_view("init")) traps(at, 0, Int(Int(1) << (sizeof(Int) * 8 - 2)));  // whose length has 32 bits
      }
    traps(end + 1, 0, 0);
    traps(Int(-1), 0, 2);
    traps(Int(-page), 0, page);
    CHECK(f(end, 0, 0).has_value());
  }
}

}  // namespace

TEST_CASE("a bulk operation that ends beyond a memory has changed nothing, on whichever page it begins", "[bugs]") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) check_memories<std::uint32_t>(bounds);
}

TEST_CASE("a bulk operation that ends beyond a memory of 64-bit addresses has changed nothing", "[bugs]") { check_memories<std::uint64_t>(Bounds::guard_pages); }

TEST_CASE("an operation that ends beyond a table has changed nothing, and neither has one beyond its segment", "[bugs]") {
  Store store;
  std::string nulls;
  for (int i = 0; i < 1000; ++i) nulls += " (ref.null extern)";
  Instance& guest = tests::instantiate(store, R"((module (table $t (export "table") 1000 externref) (table $other 1000 externref) (elem $e externref )" + nulls + R"()
    (func (export "copy") (param i32 i32 i32) (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)))
    (func (export "from other") (param i32 i32 i32) (table.copy $t $other (local.get 0) (local.get 1) (local.get 2)))
    (func (export "fill") (param i32 i32 i32) (table.fill $t (local.get 0) (ref.null extern) (local.get 2)))
    (func (export "init") (param i32 i32 i32) (table.init $t $e (local.get 0) (local.get 1) (local.get 2)))
    (func (export "size") (result i32) (table.size $t))))");
  const auto elements = guest.table("table").value()->elements();
  for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = i * 8 + 8;
  const std::vector<vm::Reference> before(elements.begin(), elements.end());
  for (const char* const name : {"copy", "from other", "fill", "init"}) {
    const auto f = guest.function<void(std::uint32_t, std::uint32_t, std::uint32_t)>(name).value();
    for (const std::uint32_t at : {0u, 1u, 499u, 511u, 512u, 998u, 999u})
      for (const auto& [to, from, length] : {std::array{at, 0u, 1001 - at}, {0u, at, 1001 - at}, {at, 0u, ~0u}, {~0u, at, 2u}, {1001u, at, 0u}}) {
        if (name == std::string_view("fill") && to == 0 && at != 0) continue;  // which reads from nowhere
        INFO(name << " " << to << " " << from << " " << length);
        const auto result = f(to, from, length);
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().id() == ErrorId::out_of_bounds_table_access);
        CHECK(std::ranges::equal(elements, before));
        CHECK(guest.function<std::int32_t()>("size").value()().value() == 1000);
      }
  }
}

TEST_CASE("a bulk operation that is interrupted leaves whole pieces, and the instance goes on", "[bugs]") {
  const auto code = tests::compile(R"((module (memory (export "memory") 64)
    (func (export "fill") (param i32) (memory.fill (i32.const 0) (local.get 0) (i32.const 0x400000)))
    (func (export "copy") (memory.copy (i32.const 0x200000) (i32.const 0) (i32.const 0x200000)))))");
  Store store;
  Instance& guest = *vm::Instantiation::run(store, code, {}).value();
  const auto fill = guest.function<void(std::int32_t)>("fill").value();
  const auto bytes = guest.memory("memory").value()->bytes();
  REQUIRE(fill(1).has_value());
  // The guest cannot begin while it is interrupted, so the runtime's function is called as its code would.
  store.interrupt();
  CHECK(vm::memory_fill(guest, 0, 0, 2, bytes.size()) == vm::trap(ErrorId::interrupted));
  CHECK(vm::memory_copy(guest, 0, 0, bytes.size() / 2, 0, bytes.size() / 2) == vm::trap(ErrorId::interrupted));
  store.resume();
  for (std::size_t piece = 0; piece < bytes.size(); piece += vm::bulk_piece) CHECK((bytes[piece] == bytes[piece + vm::bulk_piece - 1] && (bytes[piece] == std::byte{1} || bytes[piece] == std::byte{2})));
  REQUIRE(fill(3).has_value());
  CHECK(std::memcmp(bytes.data(), std::vector<std::byte>(bytes.size(), std::byte{3}).data(), bytes.size()) == 0);
}
