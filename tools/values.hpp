#pragma once
/// \file
/// WebAssembly values as words of the command line: `--invoke` reads its arguments and prints its results with these.

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <wasmer/text/number.hpp>
#include <wasmer/vm/value.hpp>

namespace wasmer::tools {

namespace detail {

__extension__ using Wide = unsigned __int128;

/// A number of up to 128 bits, decimal or after 0x hexadecimal, '_' between digits allowed as in the text format.
inline std::optional<Wide> parse_magnitude(std::string_view text) {
  unsigned base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) base = 16, text.remove_prefix(2);
  if (text.empty() || text.front() == '_' || text.back() == '_') return std::nullopt;
  Wide value = 0;
  for (const char c : text) {
    if (c == '_') continue;
    const unsigned digit = c >= '0' && c <= '9' ? unsigned(c - '0') : c >= 'a' && c <= 'f' ? unsigned(c - 'a' + 10) : c >= 'A' && c <= 'F' ? unsigned(c - 'A' + 10) : 99;
    if (digit >= base || value > (~static_cast<Wide>(0) - digit) / base) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

/// An integer of `bits` bits, signed or unsigned, as its two's complement.
inline std::optional<std::uint64_t> parse_integer(std::string_view text, unsigned bits) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto magnitude = parse_magnitude(text);
  const auto limit = static_cast<Wide>(1) << (negative ? bits - 1 : bits);
  if (!magnitude || (negative ? *magnitude > limit : *magnitude >= limit)) return std::nullopt;
  const auto value = static_cast<std::uint64_t>(*magnitude);
  return negative ? std::uint64_t{0} - value : value;
}

/// The bits of a float as the text format spells it, `nan:0x...` included; the digits before a point may be left out.
template <class Format> std::optional<typename Format::Bits> parse_float(std::string_view text) {
  std::string spelled(text);
  const std::size_t first = text.find_first_not_of("+-");
  if (first != text.npos && text[first] == '.' && first + 1 < text.size() && text::detail::is_digit(text[first + 1])) spelled.insert(first, "0");
  if (text::number_form(spelled) == text::NumberForm::none) return std::nullopt;
  return text::parse_float<Format>(spelled);
}

template <class Float> std::string print_float(Float value) {
  if (std::isnan(value)) return "nan";
  std::array<char, 64> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

}  // namespace detail

/// The value of type `type` that `text` spells: integers decimal or hexadecimal, signed or not; floats as in the text format;
/// vectors as one 128-bit integer; of references only `null`.
inline std::optional<Value> parse_value(ValueType type, std::string_view text) {
  switch (type.kind()) {
    case ValueType::i32:
    case ValueType::i64:
      if (const auto bits = detail::parse_integer(text, type == ValueType::i32 ? 32 : 64))
        return Value(type, type == ValueType::i32 ? static_cast<std::uint32_t>(*bits) : *bits);
      return std::nullopt;
    case ValueType::f32:
      if (const auto bits = detail::parse_float<text::Binary32>(text)) return Value(type, std::uint64_t{*bits});
      return std::nullopt;
    case ValueType::f64:
      if (const auto bits = detail::parse_float<text::Binary64>(text)) return Value(type, *bits);
      return std::nullopt;
    case ValueType::v128:
      if (const auto value = detail::parse_magnitude(text)) return Value(std::bit_cast<V128>(*value));
      return std::nullopt;
    case ValueType::ref_null:
      if (text == "null") return Value::zero(type);
      return std::nullopt;
    default: return std::nullopt;
  }
}

/// A value for people and scripts: integers signed decimal, floats the shortest decimal that reads back the same, `nan`, `inf`,
/// vectors as one hexadecimal integer, references `null` or `ref`.
inline std::string print_value(const Value& value) {
  switch (value.type().kind()) {
    case ValueType::i32: return std::to_string(value.i32());
    case ValueType::i64: return std::to_string(value.i64());
    case ValueType::f32: return detail::print_float(value.f32());
    case ValueType::f64: return detail::print_float(value.f64());
    case ValueType::v128: {
      std::string text = "0x";
      for (int i = 15; i >= 0; --i) {
        text += "0123456789abcdef"[value.v128().bytes[i] >> 4];
        text += "0123456789abcdef"[value.v128().bytes[i] & 15];
      }
      return text;
    }
    default: return value.is_null() ? "null" : "ref";
  }
}

}  // namespace wasmer::tools
