#pragma once
/// \file
/// Linear memory (spec section 4.2.8): behind guard pages it never moves, with explicit bounds it takes little and may move, unless it is shared.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/support/virtual_memory.hpp>
#include <wasmer/vm/bounds.hpp>
#include <wasmer/vm/context.hpp>
#include <wasmer/vm/pool.hpp>
#include <wasmer/vm/view.hpp>

namespace wasmer::vm {

/// A linear memory. Every context that uses it holds a copy of its MemoryView, which is renewed when it grows or moves.
///
/// A shared one is for any number of threads, each with its instances in a store of its own; it lives as long as one of them, or the embedder, holds it.
/// All that it may grow to is reserved from the start. Its length stands once, in a page of its own before the first byte, where compiled code of all threads
/// reads it: were it in the contexts alone, one thread could hear from another of a size that it does not have itself yet.
class Memory {
 public:
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory();

  /// A zeroed memory of the type's minimum size, taken from `pool` and given back to it, if there is one; fails with out_of_memory.
  static Result<std::shared_ptr<Memory>> create(const MemoryType& type, Bounds bounds, std::shared_ptr<Pool> pool = nullptr);

  /// All accessible bytes; good until the memory grows, which any call of a guest's function may do.
  std::span<std::byte> bytes() const { return {view_.base, length()}; }
  /// All that it holds as values of type T, from address 0 on: `memory.view<std::uint32_t>()`.
  template <GuestValue T> View<T> view() const { return View<T>(bytes()); }
  /// `count` values of type T from `address` on; fails with out_of_bounds_memory_access.
  template <GuestValue T> Result<View<T>> view(std::uint64_t address, std::uint64_t count) const { return View<T>::of(bytes(), address, count); }
  /// The value at `address`, aligned or not; fails with out_of_bounds_memory_access.
  template <GuestValue T> Result<T> load(std::uint64_t address) const {
    WASMER_TRY(const View<T> found, view<T>(address, 1));
    return *found.begin();
  }
  /// Puts `value` at `address`, aligned or not; fails with out_of_bounds_memory_access.
  template <GuestValue T> Result<void> store(std::uint64_t address, const std::type_identity_t<T>& value) const {
    WASMER_TRY(const View<T> found, view<T>(address, 1));
    static_cast<void>(found.set(0, value));
    return success();
  }

  /// The size in pages of the memory's own page size.
  std::uint64_t size() const { return length() >> type_.page_size_log2; }
  /// The type, its minimum being the present size, as imports are matched with (spec section 4.5.4).
  MemoryType type() const {
    MemoryType now = type_;
    now.limits.minimum = size();
    return now;
  }
  /// Checked by guard pages rather than by code.
  bool is_guarded() const { return guarded_; }
  bool is_shared() const { return type_.shared; }

  /// Adds `delta` zeroed pages and gives the old size, or nothing when that cannot be. Of a shared memory for any thread.
  std::optional<std::uint64_t> grow(std::uint64_t delta);

  /// Has pages ready for `count` bytes from `at` on that are about to be written; all of them are there.
  void populate(std::uint64_t at, std::uint64_t count) { pages_.populate(head() + at, count); }

  /// True of addresses that only this memory's accesses reach.
  bool holds(std::uintptr_t address) const { return address - reinterpret_cast<std::uintptr_t>(view_.base) < pages_.size() - head(); }

  /// Keeps `view` equal to the memory's own until it is detached.
  void attach(MemoryView& view);
  void detach(MemoryView& view);

 private:
  Memory(const MemoryType& type, bool guarded) : type_(type), guarded_(guarded) {}

  static std::size_t guarded_bytes() { return (std::size_t{1} << 32) + guarded_offset + support::page_size(); }

  /// 2^32 bytes for 32-bit addresses; for 64-bit ones, what a process could ever map.
  static std::uint64_t most_pages(const MemoryType& type) {
    return (std::uint64_t{1} << (type.limits.address == AddressType::i32 ? 32 : 47)) >> type.page_size_log2;
  }

  /// How much to reserve for `length` bytes, so that growing seldom moves.
  std::uint64_t comfortable(std::uint64_t length) const;

  // Of shared memories.

  /// Bytes before the first one, a page.
  std::size_t head() const { return type_.shared ? support::page_size() : 0; }
  std::atomic_ref<std::uint64_t> shared_length() const { return std::atomic_ref(*reinterpret_cast<std::uint64_t*>(view_.base + offset::shared_length)); }
  std::uint64_t length() const { return type_.shared ? shared_length().load(std::memory_order_seq_cst) : view_.length; }
  std::unique_lock<std::mutex> lock_shared() { return type_.shared ? std::unique_lock(mutex_) : std::unique_lock<std::mutex>(); }

  /// Reserves what the memory may grow to. Where there are not so many addresses, it is less, and growing fails before the maximum.
  Result<void> reserve_all(std::uint64_t length);

  bool move(std::uint64_t length);

  void renew(MemoryView view);

  MemoryType type_;
  bool guarded_;
  support::VirtualMemory pages_;
  MemoryView view_;
  std::vector<MemoryView*> views_;
  std::shared_ptr<Pool> pool_;  ///< where the pages go in the end; null: back to the system
  std::mutex mutex_;            ///< of a shared memory: guards its growth and the views
};

#if !defined(WASMER_COMPILED)

WASMER_ONCE Memory::~Memory() {
  if (pool_ != nullptr) pool_->give(std::move(pages_), view_.length);
}

WASMER_ONCE Result<std::shared_ptr<Memory>> Memory::create(const MemoryType& type, Bounds bounds, std::shared_ptr<Pool> pool) {
  const std::uint64_t page = std::uint64_t{1} << type.page_size_log2;
  if (type.limits.minimum > most_pages(type)) return Error(ErrorId::out_of_memory, Error::no_offset, "memory too large");
  std::shared_ptr<Memory> memory(new Memory(type, has_guard_pages(type, bounds)));
  const std::uint64_t length = type.limits.minimum * page;
  if (type.shared) {
    WASMER_CHECK(memory->reserve_all(length));
    return memory;
  }
  const std::size_t reserved = memory->guarded_ ? guarded_bytes() : memory->comfortable(length);
  std::optional<support::VirtualMemory> pooled = pool == nullptr ? std::nullopt : pool->take(reserved, length);
  if (pooled) {
    memory->pages_ = std::move(*pooled);
  } else {
    WASMER_TRY(memory->pages_, support::VirtualMemory::reserve(reserved));
    if (!memory->pages_.protect(0, length, support::Access::read_write)) return Error(ErrorId::out_of_memory);
  }
  memory->view_ = {memory->pages_.data(), length};
  memory->pool_ = std::move(pool);
  return memory;
}

WASMER_ONCE std::optional<std::uint64_t> Memory::grow(std::uint64_t delta) {
  const auto lock = lock_shared();
  const std::uint64_t old = size(), most = std::min(most_pages(type_), type_.limits.maximum.value_or(~std::uint64_t{0}));
  if (delta > most || old > most - delta) return std::nullopt;
  if (delta == 0) return old;
  const std::uint64_t length = (old + delta) << type_.page_size_log2;
  if (length > pages_.size() - head() && !move(length)) return std::nullopt;
  // The accessible range is whole system pages: what lies between is accessible already, and zero.
  const std::uint64_t accessible = support::round_to_pages(view_.length);
  if (length > accessible && !pages_.protect(head() + accessible, length - accessible, support::Access::read_write)) return std::nullopt;
  renew({pages_.data() + head(), length});
  return old;
}

WASMER_ONCE void Memory::attach(MemoryView& view) {
  const auto lock = lock_shared();
  views_.push_back(&view);
  view = view_;
}

WASMER_ONCE void Memory::detach(MemoryView& view) {
  const auto lock = lock_shared();
  std::erase(views_, &view);
}

WASMER_ONCE std::uint64_t Memory::comfortable(std::uint64_t length) const {
  const std::uint64_t most = std::min(most_pages(type_), type_.limits.maximum.value_or(~std::uint64_t{0}));
  return std::max(length, std::min(std::max(2 * length, std::uint64_t{1} << 20), most << type_.page_size_log2));
}

WASMER_ONCE Result<void> Memory::reserve_all(std::uint64_t length) {
  const std::uint64_t most = std::min(most_pages(type_), type_.limits.maximum.value_or(~std::uint64_t{0}));
  for (std::uint64_t size = guarded_ ? guarded_bytes() : std::max(length, most << type_.page_size_log2);; size = std::max(length, size / 2)) {
    auto pages = support::VirtualMemory::reserve(head() + size);
    if (!pages.has_value() && !guarded_ && size > length) continue;
    WASMER_TRY(pages_, std::move(pages));
    break;
  }
  if (!pages_.protect(0, head() + length, support::Access::read_write)) return Error(ErrorId::out_of_memory);
  view_ = {pages_.data() + head(), length};
  shared_length().store(length, std::memory_order_seq_cst);
  return success();
}

WASMER_ONCE bool Memory::move(std::uint64_t length) {
  if (guarded_ || type_.shared) return false;
  auto larger = support::VirtualMemory::reserve(comfortable(length));
  if (!larger.has_value()) return false;
  support::VirtualMemory pages = std::move(larger).assume_value();
  if (!pages.protect(0, view_.length, support::Access::read_write)) return false;
  std::copy_n(view_.base, view_.length, pages.data());
  pages_ = std::move(pages);
  return true;
}

WASMER_ONCE void Memory::renew(MemoryView view) {
  if (type_.shared) {
    // Not the base, which others read meanwhile.
    view_.length = view.length;
    for (MemoryView* const attached : views_) std::atomic_ref(attached->length).store(view.length, std::memory_order_relaxed);
    // Last: whoever sees it, sees all that was done before.
    return shared_length().store(view.length, std::memory_order_seq_cst);
  }
  view_ = view;
  for (MemoryView* const attached : views_) *attached = view;
}

#endif

}  // namespace wasmer::vm
