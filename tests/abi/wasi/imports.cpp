#include <wasmer/abi/wasi/imports.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

namespace {

constexpr auto old = imports<Snapshot0, FS>();
constexpr auto now = imports<Snapshot1, FS>(), newest = imports<Latest, FS>();

static_assert(old.size() == 45 && now.size() == 47 && newest.size() == 47);
static_assert(std::ranges::all_of(old, [](const HostImport& row) { return row.module == "wasi_unstable"; }));
static_assert(std::ranges::count_if(now, [](const HostImport& row) { return row.module == "wasi_snapshot_preview1"; }) == 46);
static_assert(now.back().module == "wasi" && now.back().name == "thread-spawn");

/// As the text format writes it: "i32 i64 -> i32"; "none" if there is no such function.
template <std::size_t size> std::string type_of(const std::array<HostImport, size>& table, std::string_view name) {
  const auto row = std::ranges::find(table, name, &HostImport::name);
  if (row == table.end()) return "none";
  std::string text;
  for (const ValueType type : row->type.params) text += to_string(type) + " ";
  text += "->";
  for (const ValueType type : row->type.results) text += " " + to_string(type);
  return text;
}

}  // namespace

TEST_CASE("every function has an adapter") {
  for (const auto& table : {std::span<const HostImport>(old), std::span<const HostImport>(now)})
    for (const HostImport& row : table) CHECK(row.adapter != nullptr);
}

TEST_CASE("no version provides two functions of one name") {
  std::vector<std::string_view> names;
  for (const HostImport& row : now) names.push_back(row.name);
  std::ranges::sort(names);
  CHECK(std::ranges::adjacent_find(names) == names.end());
}

TEST_CASE("a version provides what the one before it does, of the same types") {
  for (const HostImport& row : old) {
    INFO(row.name);
    CHECK(type_of(now, row.name) == type_of(old, row.name));
    CHECK(type_of(newest, row.name) == type_of(now, row.name));
  }
}

TEST_CASE("accepting a connection came with the second version") {
  CHECK(type_of(old, "sock_accept") == "none");
  CHECK(type_of(now, "sock_accept") == "i32 i32 i32 -> i32");
}

TEST_CASE("every function answers with an errno, but for the one that does not return") {
  for (const HostImport& row : now) {
    INFO(row.name);
    CHECK(row.type.results.size() == (row.name == "proc_exit" ? 0 : 1));
  }
  CHECK(type_of(now, "proc_exit") == "i32 ->");
}

TEST_CASE("functions have the types that programs import them with") {
  CHECK(type_of(now, "sched_yield") == "-> i32");
  CHECK(type_of(now, "args_get") == "i32 i32 -> i32");
  CHECK(type_of(now, "clock_time_get") == "i32 i64 i32 -> i32");
  CHECK(type_of(now, "fd_seek") == "i32 i64 i32 i32 -> i32");
  CHECK(type_of(now, "fd_pread") == "i32 i32 i32 i64 i32 -> i32");
  CHECK(type_of(now, "fd_readdir") == "i32 i32 i32 i64 i32 -> i32");
  CHECK(type_of(now, "fd_fdstat_set_rights") == "i32 i64 i64 -> i32");
  CHECK(type_of(now, "fd_filestat_set_times") == "i32 i64 i64 i32 -> i32");
  CHECK(type_of(now, "path_filestat_set_times") == "i32 i32 i32 i32 i64 i64 i32 -> i32");
  CHECK(type_of(now, "path_link") == "i32 i32 i32 i32 i32 i32 i32 -> i32");
  CHECK(type_of(now, "path_open") == "i32 i32 i32 i32 i32 i64 i64 i32 i32 -> i32");
  CHECK(type_of(now, "path_symlink") == "i32 i32 i32 i32 i32 -> i32");
  CHECK(type_of(now, "poll_oneoff") == "i32 i32 i32 i32 -> i32");
  CHECK(type_of(now, "sock_recv") == "i32 i32 i32 i32 i32 i32 -> i32");
}

TEST_CASE("what the versions lay out differently is not one function") {
  const auto adapter = [](const auto& table, std::string_view name) { return std::ranges::find(table, name, &HostImport::name)->adapter(); };
  for (const char* const name : {"fd_seek", "fd_filestat_get", "path_filestat_get", "poll_oneoff"}) CHECK(adapter(old, name) != adapter(now, name));
  CHECK(adapter(old, "fd_read") == adapter(now, "fd_read"));
}
