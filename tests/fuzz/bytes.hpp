#pragma once
/// \file
/// Writes the binary format: bytes, LEB128 numbers, sections.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace wasmer::fuzz {

class Bytes {
 public:
  void byte(std::uint64_t value) { bytes_.push_back(static_cast<std::byte>(value & 0xFF)); }
  void word(std::uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) byte(value >> 8 * i);
  }
  void unsigned_leb(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(value | 0x80);
    byte(value);
  }
  void signed_leb(std::int64_t value) {
    for (; value < -64 || value > 63; value >>= 7) byte(static_cast<std::uint64_t>(value) | 0x80);
    byte(static_cast<std::uint64_t>(value) & 0x7F);
  }
  void name(std::string_view text) {
    unsigned_leb(text.size());
    for (const char c : text) byte(static_cast<unsigned char>(c));
  }
  void append(const Bytes& other) { bytes_.insert(bytes_.end(), other.bytes_.begin(), other.bytes_.end()); }
  /// `other` behind its length.
  void sized(const Bytes& other) { unsigned_leb(other.size()), append(other); }
  void section(unsigned id, const Bytes& contents) { byte(id), sized(contents); }

  std::size_t size() const { return bytes_.size(); }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace wasmer::fuzz
