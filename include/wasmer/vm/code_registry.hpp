#pragma once
/// \file
/// All published code of the process by address, so that a signal handler can tell whether, and in what, a fault happened.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace wasmer::vm {

class Code;

/// A sorted table of code ranges. Writers replace it as a whole and wait until no reader uses the old one; readers never lock, so they may be signal handlers.
class CodeRegistry {
 public:
  static void insert(std::span<const std::byte> image, const Code* code) {
    if (image.empty()) return;
    change([&](Table& table) {
      const auto after = std::ranges::upper_bound(table, address(image.data()), {}, &Range::begin);
      table.insert(after, {address(image.data()), address(image.data()) + image.size(), code});
    });
  }
  static void erase(std::span<const std::byte> image) {
    if (image.empty()) return;
    change([&](Table& table) { std::erase_if(table, [&](const Range& range) { return range.begin == address(image.data()); }); });
  }

  /// The code that `pc` points into, null if it is none of ours. A return address of a last call may equal the end. Async-signal-safe.
  static const Code* find(const void* pc) {
    readers_.fetch_add(1, std::memory_order_seq_cst);
    const Code* found = nullptr;
    if (const Table* const table = table_.load(std::memory_order_seq_cst)) {
      const auto after = std::ranges::upper_bound(*table, address(pc), {}, &Range::begin);
      if (after != table->begin() && address(pc) < std::prev(after)->end) found = std::prev(after)->code;
    }
    readers_.fetch_sub(1, std::memory_order_release);
    return found;
  }

 private:
  struct Range {
    std::uintptr_t begin, end;
    const Code* code;
  };
  using Table = std::vector<Range>;

  static std::uintptr_t address(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

  template <class Change> static void change(Change&& edit) {
    static std::mutex* const mutex = new std::mutex;  // outlives every static object that owns code
    const std::lock_guard lock(*mutex);
    const Table* const old = table_.load(std::memory_order_relaxed);
    Table* const next = old == nullptr ? new Table : new Table(*old);
    edit(*next);
    table_.store(next, std::memory_order_seq_cst);
    while (readers_.load(std::memory_order_seq_cst) != 0) std::this_thread::yield();
    delete old;
  }

  inline static constinit std::atomic<const Table*> table_{nullptr};
  inline static constinit std::atomic<unsigned> readers_{0};
};

}  // namespace wasmer::vm
