#pragma once
/// \file
/// All published code of the process by address, so that a signal handler can tell whether, and in what, a fault happened.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wasmer/support/published.hpp>

namespace wasmer::vm {

class Code;

/// A sorted table of code ranges, for any thread.
class CodeRegistry {
  struct Range {
    std::uintptr_t begin, end;
    const Code* code;
  };
  using Table = std::vector<Range>;

  static std::uintptr_t address(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }
  /// The first range that begins after `at`.
  static auto after(auto& table, std::uintptr_t at) {
    return std::upper_bound(table.begin(), table.end(), at, [](std::uintptr_t value, const Range& range) { return value < range.begin; });
  }

 public:
  static void insert(std::span<const std::byte> image, const Code* code) {
    const Range range{address(image.data()), address(image.data()) + image.size(), code};
    if (!image.empty()) table_.change([&](Table& table) { table.insert(after(table, range.begin), range); });
  }
  static void erase(std::span<const std::byte> image) {
    if (!image.empty()) table_.change([&](Table& table) { table.erase(after(table, address(image.data())) - 1); });
  }

  /// The code that `pc` points into, null if it is none of ours. Async-signal-safe.
  static const Code* find(const void* pc) {
    return table_.read([&](const Table& table) -> const Code* {
      const auto next = after(table, address(pc));
      return next != table.begin() && address(pc) < next[-1].end ? next[-1].code : nullptr;
    });
  }

 private:
  inline static constinit support::Published<Table> table_;
};

}  // namespace wasmer::vm
