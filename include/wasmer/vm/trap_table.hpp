#pragma once
/// \file
/// Where in a batch's code a trap may come from, in about three bytes a place: nearly every access to memory is one.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include <wasmer/error.hpp>

namespace wasmer::vm {

/// An instruction that may trap. `kind` is what it means when it does.
struct TrapSite {
  std::uint32_t at = 0;           ///< of the instruction, in the object's code
  std::uint32_t wasm_offset = 0;  ///< of the WebAssembly instruction, in its module
  enum Kind : std::uint8_t {
    /// `ud2`: the trap is `id`.
    always,
    /// `ud2`: the ErrorId is in eax.
    in_rax,
    /// `ud2`, reached when the stack limit was crossed: exhausted or interrupted.
    stack_check,
    /// A memory access that the guard pages check: SIGSEGV or SIGBUS means out_of_bounds_memory_access.
    memory,
    /// `div` or `idiv` whose operands cannot overflow: SIGFPE means integer_divide_by_zero.
    division,
    /// Any instruction from here to the next site, in functions whose sites are ranges: a fault is one of `memory`; `ud1` has the ErrorId as its displacement, where
    /// call_stack_exhausted stands for `stack_check`; `ud2` has it in eax.
    by_instruction,
  } kind = always;
  ErrorId id = ErrorId::unreachable;  ///< means something where the kind is `always`

  bool operator==(const TrapSite&) const = default;
};

/// The sites of one function after the other, each function's in the order of their places. A site is stored as what it differs by from the one before it:
/// two LEB128 numbers, for the place and, zigzag, for the offset; then its kind; then its id, if that means something.
class TrapTable {
 public:
  TrapTable() = default;
  TrapTable(TrapTable&& other) noexcept { *this = std::move(other); }
  TrapTable& operator=(TrapTable&& other) noexcept {
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0), capacity_ = std::exchange(other.capacity_, 0);
    at_ = other.at_, wasm_offset_ = other.wasm_offset_;
    return *this;
  }

  /// Bytes, a position behind all that there is.
  std::uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// Forgets the sites, keeps the memory.
  void clear() { size_ = 0; }
  /// Forgets those from `position` on, where a function's sites begin; another function is begun next.
  void truncate(std::uint32_t position) { size_ = position; }

  /// The sites to come are those of a function whose code begins at `begin`. Gives the position that they are read from.
  std::uint32_t begin_function(std::uint32_t begin) {
    at_ = begin, wasm_offset_ = 0;
    return size_;
  }

  [[gnu::always_inline]] void add(const TrapSite& site) {
    if (capacity_ - size_ < longest) [[unlikely]] grow();
    const std::uint32_t place = site.at - at_, offset = zigzag(site.wasm_offset - wasm_offset_);
    at_ = site.at, wasm_offset_ = site.wasm_offset;
    std::uint8_t* p = bytes_.get() + size_;
    if ((place | offset) < 0x80) [[likely]] *p++ = static_cast<std::uint8_t>(place), *p++ = static_cast<std::uint8_t>(offset);
    else p = put_leb(put_leb(p, place), offset);
    *p++ = site.kind;
    if (site.kind == TrapSite::always) *p++ = static_cast<std::uint8_t>(site.id);
    size_ = static_cast<std::uint32_t>(p - bytes_.get());
  }

  /// Calls `see(site)` for those at positions [from, to), of a function whose code begins at `begin`, until it returns false. Async-signal-safe.
  template <class See> void each(std::uint32_t from, std::uint32_t to, std::uint32_t begin, See&& see) const {
    TrapSite site{.at = begin};
    for (const std::uint8_t *p = bytes_.get() + from, *const end = bytes_.get() + to; p != end;) {
      site.at += get_leb(p);
      const std::uint32_t offset = get_leb(p);
      site.wasm_offset += offset >> 1 ^ (0 - (offset & 1));
      site.kind = static_cast<TrapSite::Kind>(*p++);
      site.id = site.kind == TrapSite::always ? static_cast<ErrorId>(*p++) : ErrorId::unreachable;
      if (!see(std::as_const(site))) return;
    }
  }
  /// The last of them that is not behind `at`.
  std::optional<TrapSite> find_range(std::uint32_t from, std::uint32_t to, std::uint32_t begin, std::uint32_t at) const {
    std::optional<TrapSite> found;
    each(from, to, begin, [&](const TrapSite& site) {
      if (site.at <= at) found = site;
      return site.at <= at;
    });
    return found;
  }
  /// The one among them that is at `at`.
  std::optional<TrapSite> find(std::uint32_t from, std::uint32_t to, std::uint32_t begin, std::uint32_t at) const {
    std::optional<TrapSite> found;
    each(from, to, begin, [&](const TrapSite& site) {
      if (site.at == at) found = site;
      return site.at < at;
    });
    return found;
  }

 private:
  static constexpr std::uint32_t longest = 12;  ///< bytes that a site may need

  static constexpr std::uint32_t zigzag(std::uint32_t difference) { return difference << 1 ^ (0 - (difference >> 31)); }
  static std::uint8_t* put_leb(std::uint8_t* p, std::uint32_t value) {
    for (; value >= 0x80; value >>= 7) *p++ = static_cast<std::uint8_t>(value | 0x80);
    return *p++ = static_cast<std::uint8_t>(value), p;
  }
  static std::uint32_t get_leb(const std::uint8_t*& p) {
    std::uint32_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      value |= (*p & 0x7Fu) << shift;
      if (*p++ < 0x80) return value;
    }
  }

  [[gnu::noinline]] void grow() {
    const std::uint32_t capacity = std::max(4096u, capacity_ * 2);
    auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
    if (size_ != 0) std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger), capacity_ = capacity;
  }

  std::unique_ptr<std::uint8_t[]> bytes_;
  std::uint32_t size_ = 0, capacity_ = 0;
  std::uint32_t at_ = 0, wasm_offset_ = 0;  ///< of the last site
};

}  // namespace wasmer::vm
