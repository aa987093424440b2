#include <wasmer/vm/bulk.hpp>

#include "../catch.hpp"
#include "handmade.hpp"

using namespace wasmer;

namespace {
constexpr std::uint32_t bad_memory = vm::trap(ErrorId::out_of_bounds_memory_access), bad_table = vm::trap(ErrorId::out_of_bounds_table_access);
constexpr std::uint64_t page = 65536;

struct Guest {
  Store store;
  Instance& instance;
  explicit Guest(std::string_view text) : instance(tests::instantiate(store, tests::publish(text, {}))) {}
  std::uint8_t byte(std::uint64_t at, std::size_t memory = 0) { return std::to_integer<std::uint8_t>(instance.memories()[memory]->bytes()[at]); }
};
}  // namespace

static_assert(vm::in_range(0, 0, 0) && vm::in_range(3, 2, 5) && !vm::in_range(4, 2, 5));
static_assert(!vm::in_range(~std::uint64_t{0}, 2, 5) && !vm::in_range(2, ~std::uint64_t{0}, 5));

TEST_CASE("memory.fill writes up to the last byte, and nothing when its range ends beyond it") {
  Guest guest("(module (memory 1))");
  CHECK(vm::memory_fill(guest.instance, 0, page - 3, 0x1AB, 3) == vm::no_trap);
  CHECK(guest.byte(page - 4) == 0);
  CHECK(guest.byte(page - 1) == 0xAB);
  CHECK(vm::memory_fill(guest.instance, 0, page - 3, 1, 4) == bad_memory);
  CHECK(guest.byte(page - 3) == 0xAB);
  CHECK(vm::memory_fill(guest.instance, 0, page, 1, 0) == vm::no_trap);
  CHECK(vm::memory_fill(guest.instance, 0, page + 1, 1, 0) == bad_memory);
}

TEST_CASE("memory.copy of overlapping ranges keeps the source's bytes, over pieces too") {
  Guest guest("(module (memory 64))");
  const auto bytes = guest.instance.memories()[0]->bytes();
  const std::uint64_t count = 3 * vm::bulk_piece + 12345;
  for (const auto& [to, from] : {std::pair{100u, 7u}, std::pair{7u, 100u}, std::pair{5u, 5u}}) {
    for (std::uint64_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 7 + (i >> 8));
    CHECK(vm::memory_copy(guest.instance, 0, 0, to, from, count) == vm::no_trap);
    bool same = true;
    for (std::uint64_t i = 0; i < count; ++i) same = same && bytes[to + i] == static_cast<std::byte>((from + i) * 7 + ((from + i) >> 8));
    CHECK(same);
  }
  CHECK(vm::memory_copy(guest.instance, 0, 0, 0, bytes.size() - 1, 2) == bad_memory);
  CHECK(vm::memory_copy(guest.instance, 0, 0, bytes.size() - 1, 0, 2) == bad_memory);
}

TEST_CASE("memory.init copies from a segment until it is dropped") {
  Guest guest("(module (memory 1) (data \"hello\"))");
  CHECK(vm::memory_init(guest.instance, 0, 0, 10, 1, 4) == vm::no_trap);
  CHECK(guest.byte(10) == 'e');
  CHECK(guest.byte(14) == 0);
  CHECK(vm::memory_init(guest.instance, 0, 0, 10, 2, 4) == bad_memory);
  guest.instance.drop_data(0);
  CHECK(vm::memory_init(guest.instance, 0, 0, 0, 0, 0) == vm::no_trap);
  CHECK(vm::memory_init(guest.instance, 0, 0, 0, 0, 1) == bad_memory);
}

TEST_CASE("table.fill, table.copy and table.init keep to their tables") {
  Guest guest("(module (table 10 externref) (table 4 externref) (elem externref (ref.null extern) (ref.null extern)))");
  const auto first = guest.instance.tables()[0]->elements(), second = guest.instance.tables()[1]->elements();
  CHECK(vm::table_fill(guest.instance, 0, 2, 5, 3) == vm::no_trap);
  CHECK((first[1] == 0 && first[2] == 5 && first[4] == 5 && first[5] == 0));
  CHECK(vm::table_fill(guest.instance, 0, 8, 5, 3) == bad_table);
  CHECK(vm::table_copy(guest.instance, 1, 0, 0, 1, 4) == vm::no_trap);
  CHECK((second[0] == 0 && second[1] == 5 && second[3] == 5));
  CHECK(vm::table_copy(guest.instance, 1, 0, 1, 0, 4) == bad_table);
  CHECK(vm::table_init(guest.instance, 1, 0, 1, 0, 2) == vm::no_trap);
  CHECK((second[1] == 0 && second[2] == 0 && second[3] == 5));
  CHECK(vm::table_init(guest.instance, 1, 0, 3, 0, 2) == bad_table);
  guest.instance.drop_element(0);
  CHECK(vm::table_init(guest.instance, 1, 0, 0, 1, 1) == bad_table);
}

TEST_CASE("an interrupt ends a bulk operation between two pieces, not within one") {
  Guest guest("(module (memory 64))");
  guest.store.interrupt();
  CHECK(vm::memory_fill(guest.instance, 0, 0, 1, vm::bulk_piece) == vm::no_trap);
  CHECK(vm::memory_fill(guest.instance, 0, 0, 2, vm::bulk_piece + 1) == vm::trap(ErrorId::interrupted));
  CHECK(guest.byte(vm::bulk_piece - 1) == 2);
  CHECK(guest.byte(vm::bulk_piece) == 0);
}
