#pragma once
/// \file
/// Reads the binary format's bytes, fixed-width values and LEB128 integers (spec section 5.2). The first error sticks.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include <wasmer/error.hpp>

namespace wasmer {

/// A place in a run of bytes that belongs to a module. A read that fails keeps its error, moves to the end and gives 0, so that every later
/// read fails too and a caller may look at `failed()` once, after several reads. The `read` functions return whether they succeeded instead.
class ByteReader {
 public:
  ByteReader() = default;
  /// `offset` is where `bytes` begin in the module. Where an integer crosses their end, up to `beyond` bytes behind them tell what is wrong with it.
  ByteReader(std::span<const std::byte> bytes, std::uint64_t offset, std::size_t beyond = 0)
      : at_(reinterpret_cast<const std::uint8_t*>(bytes.data())),
        end_(at_ + bytes.size()),
        beyond_(end_ + beyond),
        origin_(reinterpret_cast<std::uintptr_t>(bytes.data()) - offset) {}

  bool at_end() const { return at_ == end_; }
  std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }
  /// The offset in the module of the next byte.
  std::uint64_t offset() const { return offset_of(position()); }
  /// The byte behind the end, where it may be looked at.
  std::optional<std::uint8_t> beyond() const { return end_ == beyond_ ? std::nullopt : std::optional(*end_); }
  const std::byte* position() const { return reinterpret_cast<const std::byte*>(at_); }
  /// The offset in the module of a place that was `position()`.
  std::uint64_t offset_of(const std::byte* position) const { return reinterpret_cast<std::uintptr_t>(position) - origin_; }

  bool failed() const { return error_.has_value(); }
  /// The first error; there is one.
  const Error& error() const { return *error_; }
  /// Keeps `error` unless there is one already, and goes to the end. Returns false.
  [[gnu::cold, gnu::noinline]] bool fail(Error error) {
    if (!error_) error_ = std::move(error);
    at_ = end_;
    return false;
  }
  [[gnu::cold, gnu::noinline]] bool fail(ErrorId id, std::uint64_t offset) { return fail(Error(id, offset)); }
  [[gnu::cold, gnu::noinline]] bool fail(ErrorId id, std::uint64_t offset, std::string detail) { return fail(Error(id, offset, std::move(detail))); }

  /// The next byte; there is one.
  std::uint8_t next() { return *at_++; }
  /// Moves on by `bytes`; there are as many.
  void skip(std::size_t bytes) { at_ += bytes; }
  [[gnu::always_inline]] bool read(std::uint8_t& value) {
    if (at_ == end_) [[unlikely]] return ends_early();
    value = *at_++;
    return true;
  }
  /// The next byte without moving on.
  [[gnu::always_inline]] bool peek(std::uint8_t& value) {
    if (at_ == end_) [[unlikely]] return ends_early();
    value = *at_;
    return true;
  }
  [[gnu::always_inline]] bool read_u32(std::uint32_t& value) { return read_short(value) || read_leb<std::uint32_t, 32>(value); }
  [[gnu::always_inline]] bool read_u64(std::uint64_t& value) { return read_short(value) || read_leb<std::uint64_t, 64>(value); }
  [[gnu::always_inline]] bool read_s32(std::int32_t& value) { return read_short(value) || read_leb<std::int32_t, 32>(value); }
  [[gnu::always_inline]] bool read_s64(std::int64_t& value) { return read_short(value) || read_leb<std::int64_t, 64>(value); }
  bool read_s33(std::int64_t& value) { return read_leb<std::int64_t, 33>(value); }
  /// A value of a trivial type as it lies in memory; the format is little-endian, and so must the machine be.
  template <class T> bool read_fixed(T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (remaining() < sizeof(T)) [[unlikely]] return ends_early();
    std::memcpy(&value, at_, sizeof(T));
    at_ += sizeof(T);
    return true;
  }
  bool read_bytes(std::uint64_t size, std::span<const std::byte>& value) {
    if (size > remaining()) [[unlikely]] return ends_early();
    value = {position(), static_cast<std::size_t>(size)};
    at_ += size;
    return true;
  }

  /// A length or a count: the bytes that are left, itself included, are at least as many.
  [[gnu::noinline]] bool read_length(std::uint32_t& value) {
    const std::uint64_t start = offset();
    const std::size_t left = remaining();
    return read_u32(value) && (value <= left || (value = 0, fail(ErrorId::length_out_of_bounds, start)));
  }

  std::uint8_t u8() { return value_of<std::uint8_t>([&](auto& value) { read(value); }); }
  std::uint32_t u32() { return value_of<std::uint32_t>([&](auto& value) { read_u32(value); }); }
  std::uint32_t length() { return value_of<std::uint32_t>([&](auto& value) { read_length(value); }); }
  std::uint64_t u64() { return value_of<std::uint64_t>([&](auto& value) { read_u64(value); }); }
  std::int32_t s32() { return value_of<std::int32_t>([&](auto& value) { read_s32(value); }); }
  std::int64_t s33() { return value_of<std::int64_t>([&](auto& value) { read_s33(value); }); }
  std::int64_t s64() { return value_of<std::int64_t>([&](auto& value) { read_s64(value); }); }
  template <class T> T fixed() { return value_of<T>([&](auto& value) { read_fixed(value); }); }
  std::span<const std::byte> bytes(std::uint64_t size) {
    std::span<const std::byte> value;
    read_bytes(size, value);
    return value;
  }

 private:
  std::uint64_t end_offset() const { return offset_of(reinterpret_cast<const std::byte*>(end_)); }
  [[gnu::cold, gnu::noinline]] bool ends_early() { return fail(ErrorId::unexpected_end_of_section, end_offset()); }

  template <class T, class Read> static T value_of(Read read) {
    T value{};
    read(value);
    return value;
  }
  /// An integer of one or two bytes, as nearly all are. False, and nothing done, for others, and at the very end.
  template <class T> [[gnu::always_inline]] bool read_short(T& value) {
    if (remaining() < 2) [[unlikely]] return false;
    const std::uint32_t first = at_[0];
    if (first < 0x80) [[likely]] {
      value = extended<T>(first, 7);
      at_ += 1;
      return true;
    }
    const std::uint32_t second = at_[1];
    if (second >= 0x80) [[unlikely]] return false;
    value = extended<T>((first & 0x7F) | second << 7, 14);
    at_ += 2;
    return true;
  }
  /// The lower `bits` bits as a number of type T.
  template <class T> static constexpr T extended(std::uint32_t value, unsigned bits) {
    if constexpr (std::is_signed_v<T>) return static_cast<std::int32_t>(value << (32 - bits)) >> (32 - bits);
    else return value;
  }

  /// An integer of `bits` bits in up to ceil(bits / 7) bytes. The last of these may use only the bits that are left, sign-extended or zero.
  template <class T, unsigned bits> [[gnu::noinline]] bool read_leb(T& value) {
    const std::uint8_t* next = at_;
    std::uint64_t sum = 0;
    for (unsigned shift = 0; shift < bits; shift += 7) {
      if (next == beyond_) [[unlikely]] return ends_early();
      const std::uint64_t byte = *next;
      if (const unsigned left = bits - shift; left < 7 && !fits<std::is_signed_v<T>>(byte & 0x7F, left)) [[unlikely]]
        return fail(ErrorId::integer_too_large, offset() + static_cast<std::uint64_t>(next - at_));
      ++next;
      sum |= (byte & 0x7F) << shift;
      if (byte < 0x80) {
        if (next > end_) [[unlikely]] return fail(ErrorId::section_size_mismatch, end_offset());
        if constexpr (std::is_signed_v<T>)
          if (shift + 7 < 64 && (byte & 0x40) != 0) sum |= ~std::uint64_t{0} << (shift + 7);
        value = static_cast<T>(sum);
        at_ = next;
        return true;
      }
    }
    return fail(ErrorId::integer_too_long, offset());
  }

  /// Whether seven bits hold a number of `bits` bits.
  template <bool is_signed> static constexpr bool fits(std::uint64_t seven, unsigned bits) {
    if constexpr (!is_signed) return seven >> bits == 0;
    const std::uint64_t signs = seven >> (bits - 1);
    return signs == 0 || signs == 0x7Fu >> (bits - 1);
  }

  const std::uint8_t* at_ = nullptr;
  const std::uint8_t* end_ = nullptr;
  const std::uint8_t* beyond_ = nullptr;
  std::uintptr_t origin_ = 0;  ///< where the module would begin, were it all in one piece with the bytes
  std::optional<Error> error_;
};

}  // namespace wasmer
