#pragma once
/// \file
/// Machine code being laid out: the objects of a module one behind the other, in memory of its own that becomes executable in the end.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/support/near_code.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/support/virtual_memory.hpp>
#include <wasmer/vm/object.hpp>

namespace wasmer::vm {

/// Code that is not linked yet. What addresses it has is nobody's business before it is finished: it may move while it grows.
class Image {
 public:
  Image() = default;
  /// Room for `expected` bytes, which costs nothing until it is used; there is more when that is not enough.
  explicit Image(std::uint64_t expected) : expected_(static_cast<std::size_t>(std::min<std::uint64_t>(expected, most))) {}

  /// Puts an object behind those before it. Its code is copied and stays, for its memory to be used again. Fails with out_of_code_memory.
  Result<void> append(Object& object);

  std::size_t size() const { return size_; }
  std::span<const Part> parts() const { return parts_; }
  std::vector<Part> take_parts() { return std::move(parts_); }

  /// Writes the displacement that leads from `at` to `target`, both offsets in the image.
  void link(std::uint32_t at, std::uint32_t target) {
    const std::uint32_t distance = target - (at + 4);
    std::memcpy(memory_.data() + at, &distance, sizeof distance);
  }

  /// The code, executable and no longer writable. Fails with out_of_code_memory.
  Result<support::VirtualMemory> finish() &&;

 private:
  static constexpr std::size_t most = std::size_t{1} << 31;  ///< bytes: displacements have 32 bits

  bool take(std::size_t bytes);
  bool make_room(std::size_t end);

  std::size_t expected_ = 0;
  support::VirtualMemory memory_;
  std::size_t size_ = 0;
  std::vector<Part> parts_;
};

#if !defined(WASMER_COMPILED)

WASMER_ONCE Result<void> Image::append(Object& object) {
  constexpr std::size_t alignment = 64;
  const std::size_t begin = (size_ + alignment - 1) & ~(alignment - 1), end = begin + object.code.size();
  if (end > most || !make_room(end)) return Error(ErrorId::out_of_code_memory);
  std::ranges::copy(object.code, memory_.data() + begin);
  size_ = end;
  std::vector<std::byte> code = std::move(object.code);
  parts_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), std::move(object)});
  object.code = std::move(code);
  return success();
}

WASMER_ONCE Result<support::VirtualMemory> Image::finish() && {
  if (!memory_.resize(size_) || !memory_.protect(0, size_, support::Access::read_execute)) return Error(ErrorId::out_of_code_memory);
  return std::move(memory_);
}

WASMER_ONCE bool Image::take(std::size_t bytes) {
  if (memory_.size() != 0) return memory_.resize(bytes);
  auto reserved = support::VirtualMemory::reserve(bytes, support::Access::read_write, support::near_this_code(bytes));
  if (reserved.has_value()) memory_ = std::move(reserved).assume_value();
  return reserved.has_value();
}

WASMER_ONCE bool Image::make_room(std::size_t end) {
  if (end > memory_.size()) {
    // A system that promises no more memory than it has may refuse what is only expected.
    if (!take(std::max({end, expected_, memory_.size() * 2})) && !take(end)) return false;
    memory_.expect_use();
  }
  if (const std::size_t ready = support::round_to_pages(size_); end > ready) memory_.populate(ready, end - ready);
  return true;
}

#endif

}  // namespace wasmer::vm
