#include <wasmer/vm/pool.hpp>

#include <algorithm>
#include <span>
#include <thread>
#include <vector>

#include <wasmer/vm/memory.hpp>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;
using support::Access, support::VirtualMemory;
using vm::Memory, vm::Pool;

namespace {

constexpr std::size_t page = 65536;

/// A reservation of `size` bytes of which the first `length` are ones.
VirtualMemory used(std::size_t size, std::size_t length) {
  VirtualMemory pages = VirtualMemory::reserve(size).value();
  REQUIRE(pages.protect(0, length, Access::read_write));
  std::fill_n(pages.data(), length, std::byte{1});
  return pages;
}
bool is_zero(std::span<const std::byte> bytes) {
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}
MemoryType pages(std::uint64_t minimum) { return {.limits = {minimum, {}}}; }

}  // namespace

TEST_CASE("a pool gives what was put into it, zeroed, for the same size only") {
  Pool pool({.slots = 4});
  CHECK_FALSE(pool.take(8 * page, page));
  VirtualMemory pages = used(8 * page, page);
  const std::byte* const base = pages.data();
  pool.give(std::move(pages), page);
  CHECK(pool.size() == 1);
  CHECK(pool.occupied() == page);
  CHECK_FALSE(pool.take(4 * page, page));
  const auto taken = pool.take(8 * page, page);
  REQUIRE(taken);
  CHECK(taken->data() == base);
  CHECK(is_zero({base, page}));
  CHECK(pool.size() == 0);
  CHECK(pool.occupied() == 0);
}

TEST_CASE("a single byte that was written is found wherever it is") {
  Pool pool({.slots = 1});
  VirtualMemory pages = used(8 * page, 2 * page);
  for (const std::size_t at : {std::size_t{0}, std::size_t{4095}, std::size_t{4096}, page - 1, 2 * page - 1}) {
    pages.data()[at] = std::byte{1};
    pool.give(std::move(pages), 2 * page);
    auto taken = pool.take(8 * page, 2 * page);
    REQUIRE(taken);
    CHECK(is_zero({taken->data(), 2 * page}));
    pages = std::move(*taken);
  }
}

TEST_CASE("the latest comes first, one of the wanted length before it") {
  Pool pool({.slots = 4});
  VirtualMemory one = used(8 * page, page), two = used(8 * page, 2 * page), three = used(8 * page, 3 * page);
  const std::byte *const first = one.data(), *const third = three.data();
  pool.give(std::move(one), page), pool.give(std::move(two), 2 * page), pool.give(std::move(three), 3 * page);
  CHECK(pool.take(8 * page, page)->data() == first);
  CHECK(pool.take(8 * page, page)->data() == third);
}

TEST_CASE("a pool keeps no more than its slots, the latest") {
  Pool pool({.slots = 2});
  for (std::size_t size : {2, 3, 4}) pool.give(used(size * page, page), page);
  CHECK(pool.size() == 2);
  CHECK(pool.occupied() == 2 * page);
  CHECK_FALSE(pool.take(2 * page, page));
  CHECK(pool.take(3 * page, page));
  CHECK(pool.take(4 * page, page));

  Pool none({});
  none.give(used(page, page), page);
  CHECK(none.size() == 0);
  CHECK(none.occupied() == 0);
}

TEST_CASE("a pool occupies no more than its bytes: what is beyond is kept without memory, and zero too") {
  Pool pool({.slots = 8, .bytes = 3 * page});
  for (int i = 0; i < 3; ++i) pool.give(used(8 * page, 2 * page), 2 * page);
  CHECK(pool.size() == 3);
  CHECK(pool.occupied() == 2 * page);
  std::vector<VirtualMemory> taken;
  for (int i = 0; i < 3; ++i) {
    taken.push_back(std::move(*pool.take(8 * page, 2 * page)));
    CHECK(is_zero({taken.back().data(), 2 * page}));
  }
  CHECK(pool.occupied() == 0);
}

TEST_CASE("a memory that was filled comes back zero, small and large, grown and longer than before") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_})
    for (const std::uint64_t minimum : {0, 1, 3, 40}) {
      const auto pool = std::make_shared<Pool>(Pooling{.slots = 1});
      const std::byte* base;
      {
        const auto memory = Memory::create(pages(minimum), bounds, pool).value();
        memory->grow(2);
        std::ranges::fill(memory->bytes(), std::byte{0xA5});
        base = memory->bytes().data();
      }
      REQUIRE(pool->size() == 1);
      for (const std::uint64_t next : {minimum, minimum + 7}) {
        const auto memory = Memory::create(pages(next), bounds, pool).value();
        if (bounds == Bounds::guard_pages) CHECK(memory->bytes().data() == base);
        REQUIRE(memory->bytes().size() == next * page);
        CHECK(is_zero(memory->bytes()));
        REQUIRE(memory->grow(9) == next);
        CHECK(is_zero(memory->bytes()));
        std::ranges::fill(memory->bytes(), std::byte{0x5A});
      }
    }
}

TEST_CASE("a reused memory ends where the new one ends") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    const auto pool = std::make_shared<Pool>(Pooling{.slots = 1});
    const auto code = tests::compile(R"((module (memory (export "m") 1) (func (export "grow") (drop (memory.grow (i32.const 40))))
      (func (export "peek") (param i32) (result i32) (i32.load (local.get 0)))))", bounds);
    const std::byte* base = nullptr;
    for (int round = 0; round < 3; ++round) {
      Store store;
      Instance& guest = *vm::Instantiation::run(store, code, {}, pool).value();
      const auto memory = guest.memory("m").value();
      if (bounds == Bounds::guard_pages && round > 0) CHECK(memory->bytes().data() == base);
      base = memory->bytes().data();
      const auto peek = guest.function<std::int32_t(std::int32_t)>("peek").value();
      CHECK(peek(65532).value() == 0);
      for (const std::int32_t beyond : {65533, 65536, 30 * 65536, -4}) CHECK(peek(beyond).error().id() == ErrorId::out_of_bounds_memory_access);
      REQUIRE(guest.function<void()>("grow").value()().has_value());
      CHECK(peek(30 * 65536).value() == 0);
      std::ranges::fill(memory->bytes(), std::byte{1});
    }
  }
}

TEST_CASE("an instance finds nothing of those before it, in memory, tables or globals") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    const auto pool = std::make_shared<Pool>(Pooling{.slots = 2});
    const auto code = tests::compile(R"((module (memory (export "m") 2) (table (export "t") 20 funcref) (global (export "g") (mut i64) (i64.const 3))
      (data (i32.const 10) "abc") (elem (i32.const 4) $f) (func $f (export "f"))))", bounds);
    for (int round = 0; round < 4; ++round) {
      Store store;
      Instance& guest = *vm::Instantiation::run(store, code, {}, pool).value();
      const auto bytes = guest.memory("m").value()->bytes();
      CHECK(is_zero(bytes.first(10)));
      CHECK(bytes[10] == std::byte{'a'});
      CHECK(bytes[12] == std::byte{'c'});
      CHECK(is_zero(bytes.subspan(13)));
      const auto table = guest.table("t").value();
      const auto function = reinterpret_cast<vm::Reference>(&guest.function("f").value().reference());
      for (std::size_t i = 0; i < 20; ++i) CHECK(table->elements()[i] == (i == 4 ? function : 0));
      CHECK(guest.global("g").value()->get() == Value(std::int64_t{3}));
      std::ranges::fill(bytes, std::byte{0xFF});
      std::ranges::fill(table->elements(), function);
      table->grow_by(100, function);
      REQUIRE(guest.global("g").value()->set(Value(std::int64_t{-1})));
      guest.memory("m").value()->grow(3);
      std::ranges::fill(guest.memory("m").value()->bytes(), std::byte{0xFF});
    }
    CHECK(pool->size() == 1);
  }
}

TEST_CASE("threads share a pool") {
  const auto pool = std::make_shared<Pool>(Pooling{.slots = 3, .bytes = 4 * page});
  std::atomic<int> dirty{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&, i] {
        for (int round = 0; round < 100; ++round) {
          const auto memory = Memory::create(pages(1 + (round + i) % 3), Bounds::guard_pages, pool).value();
          if (!is_zero(memory->bytes())) ++dirty;
          std::ranges::fill(memory->bytes(), std::byte{0xFF});
        }
      });
  }
  CHECK(dirty == 0);
  CHECK(pool->size() <= 3);
  CHECK(pool->occupied() <= 4 * page);
}

TEST_CASE("memories outlive all other owners of their pool") {
  auto pool = std::make_shared<Pool>(Pooling{.slots = 1});
  const auto memory = Memory::create(pages(1), Bounds::guard_pages, std::move(pool)).value();
  memory->bytes()[0] = std::byte{1};
  CHECK(memory->size() == 1);
}
