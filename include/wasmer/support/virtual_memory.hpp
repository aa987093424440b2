#pragma once
/// \file
/// Ranges of addresses straight from the operating system: reserved first, backed by memory piece by piece. The one place that differs by system.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include <wasmer/error.hpp>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#include <unistd.h>
#else
#error "support/virtual_memory.hpp: no implementation for this operating system"
#endif

namespace wasmer::support {

/// What a page may be used for. Nothing is ever writable and executable at once.
enum class Access : std::uint8_t { none, read_write, read_execute };

/// Bytes in a page of the system's, a power of two.
inline std::size_t page_size() {
  static const std::size_t size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

/// `bytes` rounded up to whole pages; 0 when that overflows.
inline std::size_t round_to_pages(std::size_t bytes) { return (bytes + page_size() - 1) & ~(page_size() - 1); }

/// An owned range of addresses. Its pages start inaccessible and, once accessible, zero.
class VirtualMemory {
 public:
  VirtualMemory() = default;
  VirtualMemory(VirtualMemory&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  VirtualMemory& operator=(VirtualMemory&& other) noexcept {
    std::swap(data_, other.data_), std::swap(size_, other.size_);
    return *this;
  }
  ~VirtualMemory() {
    if (data_ != nullptr) ::munmap(data_, size_);
  }

  /// Takes `bytes` of addresses, rounded up to pages, that have no memory behind them until they are written: those at `hint`, if that is a page and they are
  /// free. Fails with out_of_memory.
  static Result<VirtualMemory> reserve(std::size_t bytes, Access access = Access::none, std::uintptr_t hint = 0) {
    const std::size_t size = round_to_pages(bytes);
    if (size < bytes) return Error(ErrorId::out_of_memory);
    VirtualMemory memory;
    if (size == 0) return memory;
    void* const data = ::mmap(reinterpret_cast<void*>(hint), size, flags(access), MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (data == MAP_FAILED) return Error(ErrorId::out_of_memory, Error::no_offset, "cannot reserve " + std::to_string(size) + " bytes of addresses");
    memory.data_ = static_cast<std::byte*>(data), memory.size_ = size;
    return memory;
  }

  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }

  /// Changes the pages that `offset` (a multiple of the page size) and the `bytes` from there touch; false when the system refuses.
  [[nodiscard]] bool protect(std::size_t offset, std::size_t bytes, Access access) {
    if (bytes == 0) return true;
    return ::mprotect(data_ + offset, round_to_pages(bytes), flags(access)) == 0;
  }

  /// Gives the memory behind pages that can be read and written back; they are zero from then on. False when the system refuses.
  [[nodiscard]] bool discard(std::size_t offset, std::size_t bytes) {
    if (bytes == 0) return true;
#if defined(__linux__)
    return ::madvise(data_ + offset, round_to_pages(bytes), MADV_DONTNEED) == 0;
#else
    // Elsewhere that is only advice. New pages in the place of the old ones are certain to be zero.
    return ::mmap(data_ + offset, round_to_pages(bytes), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) != MAP_FAILED &&
           protect(offset, bytes, Access::read_write);
#endif
  }

  /// Takes more addresses, or gives back those behind the first `bytes`, rounded up to pages. What lies there stays, perhaps elsewhere. False when the
  /// system refuses.
  [[nodiscard]] bool resize(std::size_t bytes) {
    const std::size_t size = round_to_pages(bytes);
    if (size < bytes) return false;
    if (size == size_) return true;
    if (size == 0) return *this = {}, true;
#if defined(__linux__)
    void* const data = ::mremap(data_, size_, size, MREMAP_MAYMOVE);
    if (data == MAP_FAILED) return false;
    data_ = static_cast<std::byte*>(data), size_ = size;
#else
    auto other = reserve(size, Access::read_write);
    if (!other.has_value()) return false;
    std::memcpy(other.assume_value().data(), data_, std::min(size, size_));
    *this = std::move(other).assume_value();
#endif
    return true;
  }

  /// Has memory behind pages that are about to be written: at once, where a page at a time would cost several times as much.
  void populate([[maybe_unused]] std::size_t offset, [[maybe_unused]] std::size_t bytes) {
#if defined(MADV_POPULATE_WRITE)
    const std::size_t before = offset % page_size();
    static_cast<void>(::madvise(data_ + (offset - before), round_to_pages(before + bytes), MADV_POPULATE_WRITE));  // where it fails, writing does it
#endif
  }

  /// All of it will be written soon: the system may back it by large pages.
  void expect_use() {
#if defined(MADV_HUGEPAGE)
    constexpr std::size_t large = 2 << 20;
    if (size_ >= large) static_cast<void>(::madvise(data_, size_, MADV_HUGEPAGE));  // advice: it may be refused
#endif
  }

 private:
  static int flags(Access access) {
    return access == Access::none ? PROT_NONE : access == Access::read_write ? PROT_READ | PROT_WRITE : PROT_READ | PROT_EXEC;
  }

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace wasmer::support
