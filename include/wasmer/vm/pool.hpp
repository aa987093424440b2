#pragma once
/// \file
/// A pool of instance slots: the memories of instances that are gone, zeroed, for those to come. Asking the system for a memory costs ten times what
/// clearing a small one does.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <wasmer/support/virtual_memory.hpp>

namespace wasmer {

/// How much of dead instances is kept for new ones; a choice of the embedder's.
struct Pooling {
  std::size_t slots = 0;                      ///< memories that are kept at most; 0: none
  std::size_t bytes = std::size_t{64} << 20;  ///< that they may occupy, all together; those beyond keep only their addresses
};

namespace vm {

/// Reservations that nobody uses, every byte of them zero. For any thread.
class Pool {
 public:
  explicit Pool(const Pooling& limits) : limits_(limits) { kept_.reserve(limits.slots); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// A reservation of `size` bytes, all of them zero and the pages of the first `length` accessible; nothing when there is none.
  std::optional<support::VirtualMemory> take(std::size_t size, std::size_t length) {
    const std::size_t accessible = support::round_to_pages(length);
    Slot slot = pick(support::round_to_pages(size), accessible);
    if (slot.pages.size() == 0) return std::nullopt;
    bool done = true;
    if (slot.accessible < accessible) {
      done = slot.pages.protect(slot.accessible, accessible - slot.accessible, support::Access::read_write);
    } else if (slot.accessible > accessible) {
      const std::size_t excess = slot.accessible - accessible;
      done = slot.pages.discard(accessible, excess) && slot.pages.protect(accessible, excess, support::Access::none);
    }
    if (!done) return std::nullopt;
    return std::move(slot.pages);
  }

  /// Clears a reservation whose first `length` bytes may have been written, the others never, and keeps it. The oldest makes room for it.
  void give(support::VirtualMemory pages, std::size_t length) {
    if (limits_.slots == 0) return;
    Slot slot{std::move(pages), support::round_to_pages(length), 0};
    if (!clear(slot)) return;
    Slot oldest;
    const std::lock_guard lock(mutex_);
    if (kept_.size() == limits_.slots) {
      oldest = std::move(kept_.front());
      kept_.erase(kept_.begin());
      occupied_ -= oldest.occupied;
    }
    kept_.push_back(std::move(slot));
  }

  /// How many reservations are there to be taken.
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return kept_.size();
  }
  /// Bytes of memory that they occupy at most.
  std::size_t occupied() const { return occupied_; }

 private:
  struct Slot {
    support::VirtualMemory pages;
    std::size_t accessible = 0;  ///< bytes from the beginning; the pages beyond are not
    std::size_t occupied = 0;    ///< `accessible`, or 0 when there is no memory behind the addresses
  };

  /// Clearing in place costs a tenth of having new pages, as long as about a tenth of the pages were in use.
  static constexpr std::size_t most_cleared = std::size_t{1} << 20;

  /// The latest one of that size: its bytes are the likeliest to be in a cache. One that needs no change of access goes before others.
  Slot pick(std::size_t size, std::size_t accessible) {
    const std::lock_guard lock(mutex_);
    std::size_t found = kept_.size();
    for (std::size_t i = kept_.size(); i-- > 0;) {
      if (kept_[i].pages.size() != size) continue;
      if (found == kept_.size()) found = i;
      if (kept_[i].accessible != accessible) continue;
      found = i;
      break;
    }
    if (found == kept_.size()) return {};
    Slot slot = std::move(kept_[found]);
    kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(found));
    occupied_ -= slot.occupied;
    return slot;
  }

  /// Makes all bytes zero: in place what is small and within the limit, by giving the memory back what is not.
  bool clear(Slot& slot) {
    if (slot.accessible > most_cleared || occupied_.fetch_add(slot.accessible) + slot.accessible > limits_.bytes) {
      if (slot.accessible <= most_cleared) occupied_ -= slot.accessible;
      return slot.pages.discard(0, slot.accessible);
    }
    slot.occupied = slot.accessible;
    clear_written({slot.pages.data(), slot.accessible});
    return true;
  }

  /// Makes bytes zero, and writes only those pages that are not. Reading takes two thirds of the time of writing, and far less where nothing was ever written:
  /// there the system has one page of zeros behind all addresses, which stays in the first cache and is not occupied.
  static void clear_written(std::span<std::byte> bytes) {
    static constexpr std::array<std::byte, 4096> zeros{};
    for (; !bytes.empty(); bytes = bytes.subspan(zeros.size()))
      if (std::memcmp(bytes.data(), zeros.data(), zeros.size()) != 0) std::memset(bytes.data(), 0, zeros.size());
  }

  Pooling limits_;
  std::atomic<std::size_t> occupied_{0};
  mutable std::mutex mutex_;
  std::vector<Slot> kept_;  ///< the latest last
};

}  // namespace vm
}  // namespace wasmer
