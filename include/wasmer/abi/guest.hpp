#pragma once
/// \file
/// A guest's memory as a host function sees it: every address and length comes from the guest, so every access is checked, and nothing is assumed of
/// alignment. What an ABI's function takes is said in types (`GuestPointer<Filestat>`, `GuestSpan<Iovec>`), not in loose integers.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include <wasmer/vm/view.hpp>

namespace wasmer {

/// Where in the guest's memory a T lies, or is to be put; unchecked, and aligned to nothing.
template <GuestValue T, std::unsigned_integral Address = std::uint32_t> struct GuestPointer {
  using Value = T;
  Address address = 0;
};

/// Where in the guest's memory `count` values of T lie one after the other; unchecked.
template <GuestValue T, std::unsigned_integral Address = std::uint32_t> struct GuestSpan {
  using Value = T;
  Address address = 0;
  Address count = 0;

  /// Their size in bytes, which 64 bits hold for every count of a 32-bit guest.
  constexpr std::uint64_t size_bytes() const
    requires(sizeof(Address) == 4)
  {
    return std::uint64_t{count} * sizeof(T);
  }
};

/// Text in the guest's memory: not terminated, of any bytes.
using GuestText = GuestSpan<char>;
/// Untyped bytes in the guest's memory.
using GuestBytes = GuestSpan<std::byte>;

/// The memory that a guest's addresses mean, for the length of one call. Nothing that it hands out may be kept longer.
class GuestMemory {
 public:
  constexpr explicit GuestMemory(std::span<std::byte> bytes) : bytes_(bytes) {}

  constexpr std::uint64_t size() const { return bytes_.size(); }

  /// The bytes [address, address + size), or nothing where they do not all lie in the memory.
  constexpr std::optional<std::span<std::byte>> bytes(std::uint64_t address, std::uint64_t size) const {
    if (size > bytes_.size() || address > bytes_.size() - size) return std::nullopt;
    return bytes_.subspan(static_cast<std::size_t>(address), static_cast<std::size_t>(size));
  }
  template <class T> constexpr std::optional<std::span<std::byte>> bytes(GuestSpan<T> span) const { return bytes(span.address, span.size_bytes()); }

  /// The text as it lies. Another thread of the guest may still change it: copy before deciding by it.
  std::optional<std::string_view> text(GuestText text) const {
    const auto found = bytes(text);
    if (!found) return std::nullopt;
    return std::string_view(reinterpret_cast<const char*>(found->data()), found->size());
  }

  template <class T, class Address> std::optional<T> load(GuestPointer<T, Address> from) const {
    const auto found = bytes(from.address, sizeof(T));
    if (!found) return std::nullopt;
    T value;
    std::memcpy(&value, found->data(), sizeof(T));
    return value;
  }

  /// False, and nothing is written, where the T would not lie in the memory.
  template <class T, class Address> [[nodiscard]] bool store(GuestPointer<T, Address> to, const std::type_identity_t<T>& value) const {
    const auto found = bytes(to.address, sizeof(T));
    if (!found) return false;
    std::memcpy(found->data(), &value, sizeof(T));
    return true;
  }

  /// Whether a T would lie in the memory; asked before an effect whose result is stored afterwards.
  template <class T, class Address> constexpr bool holds(GuestPointer<T, Address> to) const { return bytes(to.address, sizeof(T)).has_value(); }

 private:
  std::span<std::byte> bytes_;
};

/// The T at `index` of bytes that hold an array of T; the caller has checked the index.
template <GuestValue T> T load_at(std::span<const std::byte> array, std::size_t index) {
  T value;
  std::memcpy(&value, array.data() + index * sizeof(T), sizeof(T));
  return value;
}

/// Puts `value` at `index` of bytes that hold an array of T; the caller has checked the index.
template <GuestValue T> void store_at(std::span<std::byte> array, std::size_t index, const std::type_identity_t<T>& value) {
  std::memcpy(array.data() + index * sizeof(T), &value, sizeof(T));
}

}  // namespace wasmer
