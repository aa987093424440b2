#pragma once
/// \file
/// A store's heap: objects that do not move, found by any address within them, so that a word of the stack can be checked without knowing what it is.
///
/// One reservation is cut into blocks of 64 KiB. A block holds cells of one size, or is a part of one large object. What is known of a cell lies apart, a
/// byte each: cells are found free by looking for a zero, and sweeping touches no object. Marking takes a worklist, since structures nest deeper than stacks.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <wasmer/support/virtual_memory.hpp>
#include <wasmer/vm/canonical_type.hpp>
#include <wasmer/vm/context.hpp>
#include <wasmer/vm/heap_options.hpp>

namespace wasmer::vm {

/// Cells and marks. What the roots are is the collector's business.
class Heap {
 public:
  static constexpr std::size_t block_size = std::size_t{1} << 16;
  static constexpr std::size_t largest_cell = block_size / 2;

  explicit Heap(HeapOptions options = {}) {
    current_.fill(none);
    set_options(options);
  }
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;
  ~Heap() {
    for (const Finalizer& each : finalizers_) each.destroy(*each.object);
  }

  const HeapOptions& options() const { return options_; }
  void set_options(HeapOptions options) {
    options_ = options;
    set_due();
  }

  /// A zeroed cell of `bytes` or more, whose object's head the caller writes at once; null when there is no room.
  HeapObject* allocate(std::uint64_t bytes) {
    if (bytes > largest_cell) [[unlikely]] return reinterpret_cast<HeapObject*>(large(bytes));
    const std::uint8_t of = classes[static_cast<std::size_t>(bytes + granule - 1) / granule];
    Run& run = runs_[of];
    if (run.cell == run.end && !refill(of)) [[unlikely]] return nullptr;
    *run.cell++ = used_cell;
    return reinterpret_cast<HeapObject*>(std::exchange(run.at, run.at + sizes.first[of]));
  }
  /// Enough has been allocated for a collection to be worth its time, or every allocation shall be one.
  bool is_due() const { return allocated_ >= due_ && pauses_ == 0; }

  /// The object that `word` points to or into, if there is one.
  HeapObject* find(Reference word) const {
    Block* block;
    std::size_t cell;
    if (!locate(word, block, cell) || block->cells[cell] == free_cell) return nullptr;
    return reinterpret_cast<HeapObject*>(begin() + block->begin + cell * block->cell_size);
  }
  /// Whether `word` is exactly an object's address.
  bool holds(Reference word) const { return reinterpret_cast<Reference>(find(word)) == word && word != 0; }

  /// \name Collection: marks what is reachable, and what that refers to, then frees the rest
  /// Whatever object `word` points to or into is reachable. Words that are no pointers are welcome.
  void mark(Reference word) {
    Block* block;
    std::size_t cell;
    if (!locate(word, block, cell) || block->cells[cell] != used_cell) return;
    block->cells[cell] = marked_cell;
    worklist_.push_back(reinterpret_cast<HeapObject*>(begin() + block->begin + cell * block->cell_size));
  }
  /// Marks what marked objects refer to. Some wait in a queue until the nearest cache has them.
  void trace() {
    std::array<const HeapObject*, 8> queue;
    std::size_t in = 0, out = 0;
    while (true) {
      for (; in - out < queue.size() && !worklist_.empty(); worklist_.pop_back()) {
        __builtin_prefetch(worklist_.back());
        queue[in++ % queue.size()] = worklist_.back();
      }
      if (in == out) return;
      trace(*queue[out++ % queue.size()]);
    }
  }
  void sweep();

  /// Has `destroy(object)` called when the object is freed, or the heap is gone.
  void finalize(HeapObject& object, void (*destroy)(HeapObject&)) { finalizers_.push_back({&object, destroy}); }

  bool is_paused() const { return pauses_ != 0; }
  /// While one lives, nothing is collected: for references that no root holds yet.
  class Pause {
   public:
    explicit Pause(Heap& heap) : heap_(heap) { ++heap_.pauses_; }
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
    ~Pause() { --heap_.pauses_; }

   private:
    Heap& heap_;
  };

  /// Collections so far, and bytes that were in use after the last one.
  std::uint64_t collections() const { return collections_; }
  std::uint64_t live_bytes() const { return live_; }
  /// Bytes of blocks in use or kept for use.
  std::uint64_t bytes() const { return (std::uint64_t{blocks_in_use_} + blocks_kept_) * block_size; }

 private:
  enum Cell : std::uint8_t { free_cell = 0, used_cell = 1, marked_cell = 2 };
  static constexpr std::uint32_t none = ~0u;
  static constexpr std::uint64_t least_due = 8 << 20;
  static constexpr std::size_t granule = 16;
  static constexpr std::size_t longest_run = 4096;  ///< bytes, if it is more than a cell: what is cleared at once stays in the nearest cache

  struct Finalizer {
    HeapObject* object;
    void (*destroy)(HeapObject&);
  };
  struct Block {
    std::uint64_t begin = 0;       ///< of the first cell, from the reservation's
    std::uint64_t cell_size = 0;   ///< 0: not in use
    std::uint32_t head = 0;        ///< the first block of a large object; of others, the block itself
    std::uint32_t count = 1;       ///< blocks of a large object
    std::uint32_t cursor = 0;      ///< cells below are taken
    std::uint32_t inverse = 0;     ///< 2^32 / cell_size rounded up, which divides what is below 2^16; 0 where there is one cell
    bool is_zero = true;           ///< its memory, of cells from the cursor on, or of all when it is not in use
    std::vector<std::uint8_t> cells;
  };

  /// Free cells in a row, zeroed, that are handed out next.
  struct Run {
    std::byte* at = nullptr;
    std::uint8_t* cell = nullptr;
    std::uint8_t* end = nullptr;
  };

  // Sizes of cells: multiples of 16 bytes, in steps that waste a fifth at most.
  static constexpr auto sizes = [] {
    std::array<std::uint32_t, 64> list{};
    std::size_t count = 0;
    for (std::uint32_t size = 16, step = 16; size < largest_cell; size += step) {
      list[count++] = size;
      if (size >= 8 * step) step *= 2;
    }
    list[count++] = largest_cell;
    return std::pair(list, count);
  }();
  static constexpr auto classes = [] {
    std::array<std::uint8_t, largest_cell / granule + 1> of{};
    std::uint8_t index = 0;
    for (std::size_t i = 0; i < of.size(); ++i) {
      while (sizes.first[index] < i * granule) ++index;
      of[i] = index;
    }
    return of;
  }();

  std::byte* begin() const { return memory_.data(); }

  bool locate(Reference word, Block*& block, std::size_t& cell) const {
    const std::uint64_t at = word - reinterpret_cast<Reference>(begin());
    if (at >= std::uint64_t{blocks_.size()} * block_size) return false;
    const auto index = static_cast<std::size_t>(at / block_size);
    block = const_cast<Block*>(&blocks_[index]);
    if (block->head != index) [[unlikely]] block = const_cast<Block*>(&blocks_[block->head]);
    cell = static_cast<std::size_t>((at - block->begin) * block->inverse >> 32);
    return cell < block->cells.size();
  }

  void trace(const HeapObject& object) {
    const CanonicalType& type = *object.type;
    const auto* const bytes = reinterpret_cast<const std::byte*>(&object);
    const auto word = [&](std::size_t at) {
      Reference value;
      std::memcpy(&value, bytes + at, sizeof value);
      if (value != 0) mark(value);
    };
    if (type.kind == ObjectKind::structure) {
      for (const std::uint32_t at : type.reference_offsets) word(at);
    } else if (type.kind == ObjectKind::array && type.holds_references) {
      const std::uint32_t length = static_cast<const ArrayObject&>(object).length;
      for (std::size_t i = 0; i < length; ++i) word(offset::array_elements + i * sizeof(Reference));
    }
  }

  /// Finds cells for a class of sizes, of which none is left in its run; false when there is no room.
  [[gnu::noinline]] bool refill(std::uint8_t of) {
    while (current_[of] == none || !next_run(blocks_[current_[of]], runs_[of])) {
      current_[of] = none;
      if (!partial_[of].empty()) current_[of] = partial_[of].back(), partial_[of].pop_back();
      else if ((current_[of] = new_block(sizes.first[of])) == none) return false;
    }
    return true;
  }
  bool next_run(Block& block, Run& run) {
    std::uint8_t* const cells = block.cells.data();
    const std::size_t size = block.cells.size();
    const void* const found = block.cursor == size ? nullptr : std::memchr(cells + block.cursor, free_cell, size - block.cursor);
    if (found == nullptr) return false;
    const auto first = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - cells);
    const std::size_t most = std::min<std::size_t>(size, first + std::max<std::size_t>(longest_run / block.cell_size, 1));
    std::size_t last = first + 1;
    while (last < most && cells[last] == free_cell) ++last;
    block.cursor = static_cast<std::uint32_t>(last);
    run = {begin() + block.begin + first * block.cell_size, cells + first, cells + last};
    const std::size_t bytes = (last - first) * block.cell_size;
    allocated_ += bytes;
    if (!block.is_zero) std::memset(run.at, 0, bytes);
    return true;
  }
  static constexpr std::uint32_t inverse_of(std::uint32_t cell_size) {
    return static_cast<std::uint32_t>(((std::uint64_t{1} << 32) + cell_size - 1) / cell_size);
  }
  std::uint32_t new_block(std::uint32_t cell_size) {
    const std::uint32_t index = take(1);
    if (index == none) return none;
    Block& block = blocks_[index];
    block.begin = std::uint64_t{index} * block_size, block.cell_size = cell_size, block.inverse = inverse_of(cell_size), block.cursor = 0;
    block.cells.assign(block_size / cell_size, free_cell);
    return index;
  }
  /// Marked becomes used, used free; how many are used then.
  static std::size_t unmark(std::span<std::uint8_t> cells) {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
    std::size_t used = 0;
    for (; cells.size() >= sizeof ones; cells = cells.subspan(sizeof ones)) {
      std::uint64_t eight;
      std::memcpy(&eight, cells.data(), sizeof eight);
      eight = eight >> 1 & ones;
      std::memcpy(cells.data(), &eight, sizeof eight);
      used += eight * ones >> 56;  // the sum of its bytes
    }
    for (std::uint8_t& cell : cells) used += cell = static_cast<std::uint8_t>(cell >> 1);
    return used;
  }
  std::byte* large(std::uint64_t bytes) {
    if (bytes > options_.limit) return nullptr;
    const auto count = static_cast<std::uint32_t>((bytes + block_size - 1) / block_size);
    const std::uint32_t index = take(count);
    if (index == none) return nullptr;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint64_t at = std::uint64_t{i} * block_size;
      Block& part = blocks_[index + i];
      if (!part.is_zero) std::memset(begin() + index * block_size + at, 0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes - at, block_size)));
      part.head = index, part.is_zero = false;
    }
    Block& block = blocks_[index];
    block.begin = std::uint64_t{index} * block_size, block.cell_size = std::uint64_t{count} * block_size, block.count = count, block.inverse = 0;
    block.cells.assign(1, used_cell);
    allocated_ += block.cell_size;
    return begin() + block.begin;
  }

  /// `count` blocks in a row; none when there is no room.
  std::uint32_t take(std::uint32_t count) {
    const std::uint64_t most = options_.limit / block_size;
    if (blocks_in_use_ + std::uint64_t{count} > most) return none;
    auto run = std::ranges::find_if(free_runs_, [&](const auto& each) { return each.second >= count; });
    if (run == free_runs_.end()) {
      if (!extend(count)) return none;
      run = std::prev(free_runs_.end());
    }
    const std::uint32_t index = run->first;
    auto rest = free_runs_.extract(run);
    rest.key() += count, rest.mapped() -= count;
    if (rest.mapped() != 0) free_runs_.insert(std::move(rest));
    for (std::uint32_t i = index; i < index + count; ++i) blocks_kept_ -= blocks_[i].is_zero ? 0 : 1;
    blocks_in_use_ += count;
    give_back(most - blocks_in_use_);
    return index;
  }
  /// Adds blocks at the end, so that the last free run has `count` or more.
  bool extend(std::uint32_t count) {
    if (memory_.size() == 0 && !reserve()) return false;
    constexpr std::uint32_t step = 16;
    const auto end = static_cast<std::uint32_t>(blocks_.size());
    const auto room = static_cast<std::uint32_t>(std::min<std::uint64_t>(memory_.size() / block_size - end, none - 1));
    const std::uint32_t more = std::min(std::max(count, step), room);
    if (more < count) return false;
    if (!memory_.protect(end * block_size, more * block_size, support::Access::read_write)) return false;
    blocks_.resize(std::size_t{end} + more);
    for (std::uint32_t i = end; i < end + more; ++i) blocks_[i].head = i;
    add_run(end, more);
    return true;
  }
  /// Addresses for twice the limit, since what is free may lie in pieces; for less where the process may not have as many.
  bool reserve() {
    for (std::uint64_t bytes = 2 * options_.limit; bytes >= least_due; bytes /= 2) {
      auto reserved = support::VirtualMemory::reserve(static_cast<std::size_t>(bytes));
      if (!reserved.has_value()) continue;
      memory_ = std::move(reserved).assume_value();
      return true;
    }
    return false;
  }
  void add_run(std::uint32_t index, std::uint32_t count) {
    const auto after = free_runs_.lower_bound(index);
    if (after != free_runs_.end() && after->first == index + count) {
      count += after->second;
      free_runs_.erase(after);
    }
    if (const auto next = free_runs_.lower_bound(index); next != free_runs_.begin())
      if (const auto before = std::prev(next); before->first + before->second == index) return void(before->second += count);
    free_runs_.emplace(index, count);
  }
  /// Frees blocks; their memory is kept as it is.
  void release(std::uint32_t index, std::uint32_t count) {
    for (std::uint32_t i = index; i < index + count; ++i) {
      Block& block = blocks_[i];
      block.cell_size = 0, block.head = i, block.count = 1, block.is_zero = false, block.cells.clear();
    }
    blocks_in_use_ -= count, blocks_kept_ += count;
    add_run(index, count);
  }
  /// Gives memory of free blocks back to the system, the last ones' first, until no more than `keep` blocks have any.
  void give_back(std::uint64_t keep) {
    for (auto run = free_runs_.rbegin(); run != free_runs_.rend() && blocks_kept_ > keep; ++run) {
      std::uint32_t first = run->first + run->second;
      while (first > run->first && blocks_kept_ > keep) {
        const std::uint32_t end = first;
        for (; first > run->first && !blocks_[first - 1].is_zero && blocks_kept_ > keep; --blocks_kept_) {
          Block& block = blocks_[--first];
          block.is_zero = true, block.cells = std::vector<std::uint8_t>();
        }
        const std::size_t at = std::size_t{first} * block_size, bytes = std::size_t{end - first} * block_size;
        if (first == end) --first;
        else if (!memory_.discard(at, bytes)) std::memset(begin() + at, 0, bytes);
      }
    }
  }

  void set_due() { due_ = options_.stress ? 0 : std::max(least_due, live_); }

  HeapOptions options_;
  support::VirtualMemory memory_;
  std::vector<Block> blocks_;
  std::map<std::uint32_t, std::uint32_t> free_runs_;  ///< first block and count
  std::uint32_t blocks_in_use_ = 0;
  std::uint32_t blocks_kept_ = 0;  ///< free ones that are not zero
  std::array<Run, 64> runs_{};                          ///< by class of sizes
  std::array<std::uint32_t, 64> current_{};             ///< the block to look for runs in
  std::array<std::vector<std::uint32_t>, 64> partial_;  ///< others with free cells
  std::vector<const HeapObject*> worklist_;
  std::vector<Finalizer> finalizers_;
  std::uint64_t allocated_ = 0;  ///< bytes of runs and large objects since the last collection
  std::uint64_t due_ = least_due;
  std::uint64_t live_ = 0;
  std::uint64_t collections_ = 0;
  std::uint32_t pauses_ = 0;
};

inline void Heap::sweep() {
  std::erase_if(finalizers_, [this](const Finalizer& each) {
    Block* block;
    std::size_t cell;
    if (!locate(reinterpret_cast<Reference>(each.object), block, cell) || block->cells[cell] == marked_cell) return false;
    each.destroy(*each.object);
    return true;
  });
  live_ = 0;
  runs_.fill({});
  current_.fill(none);
  for (auto& blocks : partial_) blocks.clear();
  for (std::uint32_t index = 0; index < blocks_.size();) {
    Block& block = blocks_[index];
    const std::uint32_t count = block.count;
    if (block.cell_size != 0) {
      const std::size_t used = unmark(block.cells);
      live_ += used * block.cell_size;
      if (used == 0) {
        release(index, count);
      } else if (used < block.cells.size()) {
        block.cursor = 0, block.is_zero = false;
        partial_[classes[static_cast<std::size_t>(block.cell_size) / granule]].push_back(index);
      }
    }
    index += count;
  }
  give_back(std::max(least_due, live_) / block_size);
  allocated_ = 0;
  set_due();
  ++collections_;
}

}  // namespace wasmer::vm
