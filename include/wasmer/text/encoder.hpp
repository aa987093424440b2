#pragma once
/// \file
/// Writes the binary format's primitives (spec section 5.2): every integer in its shortest LEB128 form.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/wasm/opcode.hpp>

namespace wasmer::text {

/// Bytes in the making.
class Encoder {
 public:
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  std::span<const std::byte> bytes() const { return bytes_; }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }
  std::vector<std::byte> take() { return std::exchange(bytes_, {}); }

  void clear() { bytes_.clear(); }
  /// Drops all but the first `size` bytes.
  void truncate(std::size_t size) { bytes_.resize(size); }

  void u8(std::uint8_t value) { bytes_.push_back(static_cast<std::byte>(value)); }
  void u32(std::uint32_t value) { u64(value); }
  void u64(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) u8(static_cast<std::uint8_t>(value | 0x80));
    u8(static_cast<std::uint8_t>(value));
  }
  /// Any signed integer: of 32, 33 or 64 bits.
  void s64(std::int64_t value) {
    for (; value < -0x40 || value >= 0x40; value >>= 7) u8(static_cast<std::uint8_t>(value | 0x80));
    u8(static_cast<std::uint8_t>(value & 0x7F));
  }
  /// The lowest `size` bytes of `value`, little-endian.
  void fixed(std::uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) u8(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void append(std::span<const std::byte> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void append(std::string_view bytes) { append(std::as_bytes(std::span(bytes))); }
  /// A length and as many bytes.
  void sized(std::span<const std::byte> bytes) { u64(bytes.size()), append(bytes); }
  void name(std::string_view name) { sized(std::as_bytes(std::span(name))); }

  void opcode(Op op) {
    const OpInfo& row = info(op);
    if (row.prefix != 0) u8(row.prefix), u32(row.code);
    else u8(static_cast<std::uint8_t>(row.code));
  }

 private:
  std::vector<std::byte> bytes_;
};

/// The entries of a section, or of any other vector, and how many they are.
struct Entries {
  std::uint32_t count = 0;
  Encoder body;

  /// Starts another entry.
  Encoder& add() { return ++count, body; }
  void write_to(Encoder& out) const { out.u32(count), out.append(body.bytes()); }
};

}  // namespace wasmer::text
