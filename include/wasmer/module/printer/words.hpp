#pragma once
/// \file
/// Numbers, strings and types as the text format spells them (spec section 6.3), appended to a string.

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include <wasmer/wasm/immediate.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::printer {

inline void print_hex(std::string& out, std::uint64_t value, unsigned digits) {
  for (unsigned i = digits; i != 0; --i) out += "0123456789abcdef"[value >> (4 * (i - 1)) & 15];
}

/// A float by its bits: the shortest decimal that reads back as the same, or the words for what is no number. `fraction` is the width of its fraction.
template <class Float, class Bits> void print_float(std::string& out, Bits bits, unsigned fraction) {
  const Float value = std::bit_cast<Float>(bits);
  const Bits payload = bits & ((Bits{1} << fraction) - 1);
  if (std::signbit(value)) out += '-';
  if (std::isinf(value)) {
    out += "inf";
  } else if (std::isnan(value)) {
    out += "nan";
    if (payload != Bits{1} << (fraction - 1)) out += ":0x", print_hex(out, payload, (fraction + 3) / 4);
  } else {
    std::array<char, 32> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), std::fabs(value)).ptr;
    out.append(text.data(), end);
  }
}
inline void print(std::string& out, F32 value) { print_float<float>(out, value.bits, 23); }
inline void print(std::string& out, F64 value) { print_float<double>(out, value.bits, 52); }

inline void print(std::string& out, const V128& value) {
  out += "i32x4";
  for (unsigned lane = 0; lane < 4; ++lane) {
    std::uint32_t bits;
    std::memcpy(&bits, value.bytes + 4 * lane, sizeof bits);
    out += " 0x";
    print_hex(out, bits, 8);
  }
}

/// A string in quotes; what is not printable ASCII, as two hexadecimal digits.
inline void print_string(std::string& out, std::span<const std::byte> bytes) {
  out += '"';
  for (const std::byte byte : bytes) {
    const char c = static_cast<char>(byte);
    if (c >= ' ' && c <= '~' && c != '"' && c != '\\')
      out += c;
    else
      out += '\\', print_hex(out, static_cast<std::uint8_t>(c), 2);
  }
  out += '"';
}
inline void print_string(std::string& out, std::string_view text) { print_string(out, std::as_bytes(std::span(text))); }

/// " (param i32 i64)", or nothing where there are no values.
inline void print_values(std::string& out, std::string_view word, std::span<const ValueType> values) {
  if (values.empty()) return;
  out.append(" (").append(word);
  for (const ValueType value : values) out.append(" ").append(to_string(value));
  out += ')';
}

/// Bounds, with the word for addresses of 64 bits before them.
inline void print(std::string& out, const Limits& limits) {
  if (limits.address == AddressType::i64) out += "i64 ";
  out += std::to_string(limits.minimum);
  if (limits.maximum) out += " " + std::to_string(*limits.maximum);
}
inline void print(std::string& out, const TableType& type) {
  print(out, type.limits);
  out += " " + to_string(type.element);
}
inline void print(std::string& out, const MemoryType& type) {
  print(out, type.limits);
  if (type.shared) out += " shared";
  if (type.page_size_log2 != 16) out += " (pagesize " + std::to_string(std::uint64_t{1} << type.page_size_log2) + ")";
}
inline void print(std::string& out, const FieldType& type) {
  const std::string stored = type.packed_bits == 0 ? to_string(type.value) : "i" + std::to_string(type.packed_bits);
  out += type.is_mutable ? "(mut " + stored + ")" : stored;
}
inline void print(std::string& out, const GlobalType& type) { out += type.is_mutable ? "(mut " + to_string(type.value) + ")" : to_string(type.value); }

}  // namespace wasmer::printer
