#pragma once
/// \file
/// A guest's memory as C++ values: typed windows on it, whose every access is checked and aligned to nothing.

#include <atomic>
#include <bit>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include <wasmer/error.hpp>
#include <wasmer/vm/racing.hpp>

namespace wasmer {

static_assert(std::endian::native == std::endian::little, "guest memory is little-endian, and values are copied as they lie");

/// What may be copied between host and guest as it lies: every bit pattern is a value, and there is no padding that would carry host memory out.
template <class T>
concept GuestValue = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T> && !std::same_as<T, bool> &&
                     (std::has_unique_object_representations_v<T> || std::floating_point<T>);

/// Values of type T that lie in a guest's memory one after the other, at any address: `for (const float x : view)`, `view.set(3, 1.5f)`.
///
/// Good as long as the bytes that it is a window on: until the memory grows, which any call of a guest's function may do. Other threads of the guest may change a
/// shared memory at any time: read once what you decide by, or use `atomic`.
template <GuestValue T> class View {
 public:
  using value_type = T;

  /// Reads a value each time that it is dereferenced.
  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using reference = T;
    using pointer = void;
    using iterator_category = std::input_iterator_tag;
    using iterator_concept = std::random_access_iterator_tag;

    Iterator() = default;
    explicit Iterator(const std::byte* at) : at_(at) {}
    T operator*() const { return read(at_); }
    T operator[](std::ptrdiff_t n) const { return *(*this + n); }
    Iterator& operator+=(std::ptrdiff_t n) {
      at_ += n * step;
      return *this;
    }
    Iterator& operator-=(std::ptrdiff_t n) { return *this += -n; }
    Iterator& operator++() { return *this += 1; }
    Iterator& operator--() { return *this -= 1; }
    Iterator operator++(int) { return std::exchange(*this, *this + 1); }
    Iterator operator--(int) { return std::exchange(*this, *this - 1); }
    friend Iterator operator+(Iterator at, std::ptrdiff_t n) { return at += n; }
    friend Iterator operator+(std::ptrdiff_t n, Iterator at) { return at += n; }
    friend Iterator operator-(Iterator at, std::ptrdiff_t n) { return at -= n; }
    friend std::ptrdiff_t operator-(Iterator a, Iterator b) { return (a.at_ - b.at_) / step; }
    friend bool operator==(Iterator, Iterator) = default;
    friend auto operator<=>(Iterator, Iterator) = default;

   private:
    static constexpr auto step = static_cast<std::ptrdiff_t>(sizeof(T));
    const std::byte* at_ = nullptr;
  };

  View() = default;
  /// As many values as the bytes hold whole.
  explicit View(std::span<std::byte> bytes) : bytes_(bytes.first(bytes.size() / sizeof(T) * sizeof(T))) {}
  /// `count` values from `address` on; fails with out_of_bounds_memory_access where they do not all lie in `memory`.
  static Result<View> of(std::span<std::byte> memory, std::uint64_t address, std::uint64_t count) {
    if (address > memory.size() || count > (memory.size() - address) / sizeof(T)) return out_of_bounds(memory, address, count);
    return View(memory.subspan(static_cast<std::size_t>(address), static_cast<std::size_t>(count) * sizeof(T)));
  }

  /// How many values there are.
  std::size_t size() const { return bytes_.size() / sizeof(T); }
  bool empty() const { return bytes_.empty(); }
  /// The bytes that they lie in.
  std::span<std::byte> bytes() const { return bytes_; }

  /// The value at `index`; nothing behind the end.
  std::optional<T> get(std::size_t index) const {
    if (index >= size()) return std::nullopt;
    return read(place(index));
  }
  /// Sets the value at `index`; false behind the end.
  [[nodiscard]] bool set(std::size_t index, const T& value) const {
    if (index >= size()) return false;
    std::memcpy(place(index), &value, sizeof(T));
    return true;
  }
  /// The values as one that threads may share; nothing behind the end, or where it is not aligned as T is.
  std::optional<std::atomic_ref<T>> atomic(std::size_t index) const
    requires(std::integral<T>)
  {
    if (index >= size() || reinterpret_cast<std::uintptr_t>(place(index)) % std::atomic_ref<T>::required_alignment != 0) return std::nullopt;
    return std::atomic_ref<T>(*reinterpret_cast<T*>(place(index)));
  }

  /// The `count` values from `begin` on; nothing where there are not so many.
  std::optional<View> part(std::size_t begin, std::size_t count) const {
    if (begin > size() || count > size() - begin) return std::nullopt;
    return View(bytes_.subspan(begin * sizeof(T), count * sizeof(T)));
  }
  /// Fills `to` with the first values; false, and nothing is done, where there are not so many.
  [[nodiscard]] bool copy_to(std::span<T> to) const {
    if (to.size() > size()) return false;
    vm::copy_racing(reinterpret_cast<std::byte*>(to.data()), bytes_.data(), to.size_bytes());
    return true;
  }
  /// Replaces the first values by `from`; false, and nothing is done, where there are not so many.
  [[nodiscard]] bool copy_from(std::span<const T> from) const {
    if (from.size() > size()) return false;
    vm::copy_racing(bytes_.data(), reinterpret_cast<const std::byte*>(from.data()), from.size_bytes());
    return true;
  }

  Iterator begin() const { return Iterator(bytes_.data()); }
  Iterator end() const { return Iterator(bytes_.data() + bytes_.size()); }

 private:
  static T read(const std::byte* at) {
    T value;
    std::memcpy(&value, at, sizeof(T));
    return value;
  }
  static Error out_of_bounds(std::span<std::byte> memory, std::uint64_t address, std::uint64_t count) {
    return Error(ErrorId::out_of_bounds_memory_access, Error::no_offset,
                 std::to_string(count) + " x " + std::to_string(sizeof(T)) + " bytes at " + std::to_string(address) + ", of " + std::to_string(memory.size()));
  }
  std::byte* place(std::size_t index) const { return bytes_.data() + index * sizeof(T); }

  std::span<std::byte> bytes_;
};

}  // namespace wasmer
