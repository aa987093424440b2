#pragma once
/// \file
/// The bytes of a file in memory: pages, of which those that were never written to take no room and read as zeros. What there is room for, a Space says.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <utility>

#include <wasmer/vm/racing.hpp>

namespace wasmer::wasi {

/// What a file system in memory may take of its host at most.
struct MemoryLimits {
  std::uint64_t bytes = std::uint64_t{256} << 20;  ///< of files, in pages of 4 KiB, of names and of links' texts
  std::uint64_t nodes = 65'536;                    ///< files, directories and links
};

/// Counts what is taken. All its users share one, and it outlives them.
class Space {
 public:
  explicit Space(MemoryLimits limits) : limits_(limits) {}

  /// False, and nothing is taken, where there is not as much left.
  [[nodiscard]] bool take(std::uint64_t bytes) { return take(bytes_, bytes, limits_.bytes); }
  void give(std::uint64_t bytes) { bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  [[nodiscard]] bool take_node() { return take(nodes_, 1, limits_.nodes); }
  void give_node() { nodes_.fetch_sub(1, std::memory_order_relaxed); }

  std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  std::uint64_t nodes() const { return nodes_.load(std::memory_order_relaxed); }

 private:
  static bool take(std::atomic<std::uint64_t>& taken, std::uint64_t wanted, std::uint64_t limit) {
    std::uint64_t now = taken.load(std::memory_order_relaxed);
    do {
      if (wanted > limit || now > limit - wanted) return false;
    } while (!taken.compare_exchange_weak(now, now + wanted, std::memory_order_relaxed));
    return true;
  }

  MemoryLimits limits_;
  std::atomic<std::uint64_t> bytes_ = 0, nodes_ = 0;
};

class SparseBytes {
 public:
  static constexpr std::uint64_t page_size = 4096;
  /// The longest file that an offset of the host's can reach the end of.
  static constexpr std::uint64_t max_size = std::numeric_limits<std::int64_t>::max();

  explicit SparseBytes(std::shared_ptr<Space> space) : space_(std::move(space)) {}
  SparseBytes(const SparseBytes&) = delete;
  ~SparseBytes() { resize(0); }

  std::uint64_t size() const { return size_; }

  /// Copies what stands from `offset` on, as far as there is any, and says how much that is.
  std::size_t read(std::uint64_t offset, std::span<std::byte> to) const {
    if (offset >= size_) return 0;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(to.size(), size_ - offset));
    auto page = pages_.lower_bound(offset / page_size);
    for (std::size_t done = 0; done < count;) {
      const std::uint64_t at = offset + done, within = at % page_size;
      const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(count - done, page_size - within));
      if (page != pages_.end() && page->first == at / page_size) vm::copy_racing(to.data() + done, (page++)->second->data() + within, piece);
      else vm::fill_racing(to.data() + done, std::byte{0}, piece);
      done += piece;
    }
    return count;
  }

  /// Writes as much as there is room for, and says how much that is. The offset and what is written end before `max_size`.
  std::size_t write(std::uint64_t offset, std::span<const std::byte> from) {
    std::size_t done = 0;
    while (done < from.size()) {
      const std::uint64_t at = offset + done, within = at % page_size;
      const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(from.size() - done, page_size - within));
      Page* const page = page_for_writing(at / page_size);
      if (page == nullptr) break;
      vm::copy_racing(page->data() + within, from.data() + done, piece);
      done += piece;
    }
    if (done != 0) size_ = std::max(size_, offset + done);
    return done;
  }

  /// Cuts off what is beyond, or puts zeros behind, which take no room.
  void resize(std::uint64_t size) {
    if (size < size_) {
      const auto first_gone = pages_.lower_bound((size + page_size - 1) / page_size);
      space_->give(page_size * static_cast<std::uint64_t>(std::distance(first_gone, pages_.end())));
      pages_.erase(first_gone, pages_.end());
      // What is cut off within a page is zero when the file grows again.
      if (const auto last = pages_.find(size / page_size); last != pages_.end())
        std::fill(last->second->begin() + size % page_size, last->second->end(), std::byte{0});
    }
    size_ = size;
  }

  /// Takes the room for [offset, offset + count), so that writing there cannot fail. False, and nothing is taken: there is not as much left.
  [[nodiscard]] bool allocate(std::uint64_t offset, std::uint64_t count) {
    const std::uint64_t first = offset / page_size, last = (offset + count - 1) / page_size;
    const auto present = static_cast<std::uint64_t>(std::distance(pages_.lower_bound(first), pages_.upper_bound(last)));
    const std::uint64_t missing = last - first + 1 - present;
    if (missing > max_size / page_size || !space_->take(missing * page_size)) return false;
    for (std::uint64_t page = first; page <= last; ++page)
      if (std::unique_ptr<Page>& slot = pages_[page]; !slot) slot = std::make_unique<Page>();
    size_ = std::max(size_, offset + count);
    return true;
  }

 private:
  using Page = std::array<std::byte, page_size>;

  Page* page_for_writing(std::uint64_t number) {
    if (const auto found = pages_.find(number); found != pages_.end()) return found->second.get();
    if (!space_->take(page_size)) return nullptr;
    return pages_.emplace(number, std::make_unique<Page>()).first->second.get();
  }

  std::shared_ptr<Space> space_;
  std::map<std::uint64_t, std::unique_ptr<Page>> pages_;
  std::uint64_t size_ = 0;
};

}  // namespace wasmer::wasi
