#include <wasmer/vm/memory.hpp>

#include <algorithm>
#include <cstring>
#include <thread>
#include <vector>

#include "../catch.hpp"

using namespace wasmer;
using vm::Memory;

namespace {
MemoryType pages(std::uint64_t minimum, std::optional<std::uint64_t> maximum = {}) { return {.limits = {minimum, maximum}}; }
constexpr std::uint64_t page = 65536;
}  // namespace

static_assert(vm::has_guard_pages({}, Bounds::guard_pages) && !vm::has_guard_pages({}, Bounds::explicit_));
static_assert(!vm::has_guard_pages({{0, {}, AddressType::i64}}, Bounds::guard_pages));
static_assert(!vm::has_guard_pages({{}, false, 0}, Bounds::guard_pages));

TEST_CASE("a memory starts zeroed at its minimum size") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    const auto memory = Memory::create(pages(2), bounds).value();
    CHECK(memory->size() == 2);
    REQUIRE(memory->bytes().size() == 2 * page);
    for (const std::byte byte : memory->bytes()) REQUIRE(byte == std::byte{0});
    memory->bytes().back() = std::byte{1};
  }
}

TEST_CASE("growing gives the old size, keeps what was written and adds zeros") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    const auto memory = Memory::create(pages(1), bounds).value();
    memory->bytes()[7] = std::byte{42};
    for (const std::uint64_t delta : {0, 1, 30, 100}) {
      const std::uint64_t old = memory->size();
      CHECK(memory->grow(delta) == old);
      CHECK(memory->size() == old + delta);
    }
    CHECK(memory->bytes()[7] == std::byte{42});
    CHECK(memory->bytes().back() == std::byte{0});
    CHECK(memory->bytes().size() == 132 * page);
  }
}

TEST_CASE("growing beyond the maximum, or beyond 4 GiB, fails and changes nothing") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    const auto small = Memory::create(pages(1, 3), bounds).value();
    CHECK_FALSE(small->grow(3));
    CHECK_FALSE(small->grow(~std::uint64_t{0}));
    CHECK(small->grow(2) == 1);
    CHECK_FALSE(small->grow(1));
    CHECK(small->size() == 3);
    const auto open = Memory::create(pages(1), bounds).value();
    CHECK_FALSE(open->grow(65536));
    CHECK(open->size() == 1);
  }
}

TEST_CASE("attached views follow a memory that grows and moves") {
  const auto memory = Memory::create(pages(1), Bounds::explicit_).value();
  vm::MemoryView first, second;
  memory->attach(first), memory->attach(second);
  memory->detach(second);
  const std::byte* const before = first.base;
  REQUIRE(memory->grow(1000));
  CHECK(first.base == memory->bytes().data());
  CHECK(first.base != before);
  CHECK(first.length == 1001 * page);
  CHECK(second.length == page);
}

TEST_CASE("a memory behind guard pages never moves, and reserves all that an access without a check can reach") {
  const auto memory = Memory::create(pages(0), Bounds::guard_pages).value();
  const std::byte* const base = memory->bytes().data();
  REQUIRE(memory->grow(1000));
  CHECK(memory->bytes().data() == base);
  const auto address = reinterpret_cast<std::uintptr_t>(base);
  CHECK(memory->holds(address));
  CHECK(memory->holds(address + (std::uint64_t{1} << 32) + vm::guarded_offset));
  CHECK_FALSE(memory->holds(address - 1));
}

TEST_CASE("sizes that cannot be are errors") {
  CHECK(Memory::create({.limits = {~std::uint64_t{0}, {}, AddressType::i64}}, Bounds::guard_pages).error().id() == ErrorId::out_of_memory);
  CHECK(Memory::create({.limits = {std::uint64_t{1} << 31, {}, AddressType::i64}}, Bounds::explicit_).error().id() == ErrorId::out_of_memory);
}

TEST_CASE("a memory of one-byte pages grows by bytes") {
  const auto memory = Memory::create({.limits = {3, 9000}, .page_size_log2 = 0}, Bounds::guard_pages).value();
  CHECK_FALSE(memory->is_guarded());
  CHECK(memory->grow(5000) == 3);
  CHECK(memory->bytes().size() == 5003);
  memory->bytes().back() = std::byte{1};
  CHECK(memory->grow(3997) == 5003);
  CHECK(memory->bytes()[5002] == std::byte{1});
  CHECK_FALSE(memory->grow(1));
}

TEST_CASE("a type's minimum is the present size") {
  const auto memory = Memory::create(pages(1, 5), Bounds::guard_pages).value();
  memory->grow(2);
  CHECK(memory->type() == pages(3, 5));
}

TEST_CASE("a shared memory never moves, and its views have the length that it has grown to") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_})
    for (const std::uint8_t page_size_log2 : {16, 0}) {
      const auto memory = Memory::create({.limits = {1, 2000}, .shared = true, .page_size_log2 = page_size_log2}, bounds).value();
      vm::MemoryView view;
      memory->attach(view);
      const std::byte* const base = view.base;
      memory->bytes()[0] = std::byte{5};
      CHECK(memory->grow(1999) == 1);
      CHECK_FALSE(memory->grow(1));
      CHECK(memory->size() == 2000);
      CHECK((view.base == base && memory->bytes().data() == base));
      CHECK(view.length == std::uint64_t{2000} << page_size_log2);
      CHECK(memory->bytes()[0] == std::byte{5});
      memory->bytes().back() = std::byte{1};
      std::uint64_t length = 0;
      std::memcpy(&length, base + vm::offset::shared_length, sizeof length);
      CHECK(length == view.length);
      CHECK_FALSE(memory->holds(reinterpret_cast<std::uintptr_t>(base) - 1));
      memory->detach(view);
    }
}

TEST_CASE("threads that let one memory grow get different pages, all of them zero") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    const auto memory = Memory::create({.limits = {0, 80}, .shared = true}, bounds).value();
    std::vector<std::uint64_t> pages_of[2];
    const auto grow = [&](std::vector<std::uint64_t>& mine) {
      while (const auto old = memory->grow(1)) {
        if (memory->size() <= *old) return;
        std::byte& first = memory->bytes()[*old * page];
        if (first == std::byte{0}) mine.push_back(*old);
        first = std::byte{1};
      }
    };
    std::thread other([&] { grow(pages_of[1]); });
    grow(pages_of[0]);
    other.join();
    pages_of[0].insert(pages_of[0].end(), pages_of[1].begin(), pages_of[1].end());
    std::ranges::sort(pages_of[0]);
    REQUIRE(pages_of[0].size() == 80);
    for (std::uint64_t i = 0; i < 80; ++i) CHECK(pages_of[0][i] == i);
  }
}

TEST_CASE("a shared memory whose maximum cannot be reserved can at least be made") {
  const auto memory = Memory::create({.limits = {1, std::uint64_t{1} << 31, AddressType::i64}, .shared = true}, Bounds::explicit_).value();
  CHECK(memory->size() == 1);
  CHECK(memory->grow(1) == 1);
}

TEST_CASE("no shared memory is pooled") {
  const auto pool = std::make_shared<vm::Pool>(Pooling{.slots = 1});
  static_cast<void>(Memory::create({.limits = {1, 1}, .shared = true}, Bounds::guard_pages, pool).value());
  CHECK(pool->size() == 0);
}

TEST_CASE("a memory is read and written as typed values, up to its end as it is now") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    const auto memory = Memory::create(pages(1), bounds).value();
    REQUIRE(memory->store<double>(3, 1.5));
    CHECK(memory->load<double>(3).value() == 1.5);
    REQUIRE(memory->store<std::uint16_t>(page - 2, 0xBEEF));
    CHECK(memory->load<std::uint16_t>(page - 2).value() == 0xBEEF);
    CHECK(memory->load<std::uint16_t>(page - 1).error().message() == "trap: out of bounds memory access: 1 x 2 bytes at 65535, of 65536");
    CHECK(memory->store<std::uint64_t>(~std::uint64_t{0}, 1).error().id() == ErrorId::out_of_bounds_memory_access);
    CHECK(memory->view<std::uint32_t>().size() == page / 4);
    CHECK(memory->view<std::uint32_t>(page, 1).has_error());
    REQUIRE(memory->grow(1));
    const auto view = memory->view<std::uint32_t>(page - 4, 2).value();
    CHECK(view.get(0) == 0xBEEF0000u);
    REQUIRE(view.set(1, 7));
    CHECK(memory->load<std::uint32_t>(page).value() == 7);
  }
}
