#include <wasmer/vm/trap_table.hpp>

#include <type_traits>
#include <vector>

#include "../catch.hpp"

using namespace wasmer;
using vm::TrapSite, vm::TrapTable;

static_assert(std::is_nothrow_move_constructible_v<TrapTable> && std::is_nothrow_move_assignable_v<TrapTable>);

namespace {

std::vector<TrapSite> sites(const TrapTable& table, std::uint32_t from, std::uint32_t to, std::uint32_t begin) {
  std::vector<TrapSite> all;
  table.each(from, to, begin, [&](const TrapSite& site) { return all.push_back(site), true; });
  return all;
}

const std::vector<TrapSite> far_apart{{100, 5000, TrapSite::memory},
                                      {100, 5000, TrapSite::always, ErrorId::integer_overflow},
                                      {227, 4937, TrapSite::division},
                                      {355, 4872, TrapSite::in_rax},
                                      {0xFFFF'FFFE, 0, TrapSite::memory},
                                      {0xFFFF'FFFF, 0xFFFF'FFFF, TrapSite::stack_check},
                                      {0xFFFF'FFFF, 0x7FFF'FFFF, TrapSite::always, ErrorId::unreachable}};

}  // namespace

TEST_CASE("sites are read as they were added, however far apart they are") {
  TrapTable table;
  CHECK(table.begin_function(64) == 0);
  for (const TrapSite& site : far_apart) table.add(site);
  CHECK(sites(table, 0, table.size(), 64) == far_apart);
}

TEST_CASE("near places take three bytes, four when they say what the trap is") {
  TrapTable table;
  table.begin_function(0);
  table.add({1, 10, TrapSite::memory});
  const std::uint32_t first = table.size();
  table.add({128, 73, TrapSite::memory});
  CHECK(table.size() - first == 3);
  table.add({255, 9, TrapSite::always, ErrorId::unreachable});
  CHECK(table.size() - first == 7);
}

TEST_CASE("each function's sites are read alone") {
  TrapTable table;
  table.begin_function(0);
  table.add({10, 100, TrapSite::memory});
  const std::uint32_t second = table.begin_function(1000);
  table.add({1010, 300, TrapSite::division});
  table.add({1020, 320, TrapSite::memory});
  CHECK(sites(table, 0, second, 0) == std::vector<TrapSite>{{10, 100, TrapSite::memory}});
  CHECK(sites(table, second, table.size(), 1000) == std::vector<TrapSite>{{1010, 300, TrapSite::division}, {1020, 320, TrapSite::memory}});
}

TEST_CASE("a site is found by its place, and a place without one is not") {
  TrapTable table;
  table.begin_function(64);
  for (const TrapSite& site : {far_apart[0], far_apart[2], far_apart[3]}) table.add(site);
  CHECK(table.find(0, table.size(), 64, 227) == far_apart[2]);
  CHECK(table.find(0, table.size(), 64, 355) == far_apart[3]);
  for (const std::uint32_t at : {0u, 64u, 99u, 101u, 226u, 356u}) CHECK_FALSE(table.find(0, table.size(), 64, at));
  CHECK_FALSE(table.find(0, 0, 64, 100));
}

TEST_CASE("where sites are ranges, each holds up to the next") {
  TrapTable table;
  const std::uint32_t from = table.begin_function(10);
  for (const std::uint32_t at : {10u, 20u, 20u, 30u}) table.add({.at = at, .wasm_offset = at + 1, .kind = TrapSite::by_instruction});
  CHECK_FALSE(table.find_range(from, table.size(), 10, 9));
  CHECK(table.find_range(from, table.size(), 10, 10)->wasm_offset == 11);
  CHECK(table.find_range(from, table.size(), 10, 19)->wasm_offset == 11);
  CHECK(table.find_range(from, table.size(), 10, 29)->wasm_offset == 21);
  CHECK(table.find_range(from, table.size(), 10, 4000)->wasm_offset == 31);
}

TEST_CASE("a table that is cleared is empty, and one that was moved from is too") {
  TrapTable table;
  for (std::uint32_t i = 0; i < 100'000; ++i) table.add({i, i, TrapSite::memory});
  const std::uint32_t size = table.size();
  TrapTable other = std::move(table);
  CHECK(other.size() == size);
  CHECK(sites(other, 0, size, 0).back() == TrapSite{99'999, 99'999, TrapSite::memory});
  table.begin_function(0), table.add({1, 1, TrapSite::memory});
  CHECK(table.size() == 3);
  other.clear();
  CHECK(other.empty());
}

TEST_CASE("the sites of a function that is taken back are gone, and those before it stay") {
  TrapTable table;
  table.begin_function(0);
  table.add({10, 100, TrapSite::memory});
  const std::uint32_t second = table.begin_function(1000);
  table.add({1010, 300, TrapSite::division});
  table.truncate(second);
  CHECK(sites(table, 0, table.size(), 0) == std::vector<TrapSite>{{10, 100, TrapSite::memory}});
  CHECK(table.begin_function(1000) == second);
  table.add({1020, 320, TrapSite::memory});
  CHECK(sites(table, second, table.size(), 1000) == std::vector<TrapSite>{{1020, 320, TrapSite::memory}});
}
