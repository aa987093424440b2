#pragma once
/// \file
/// The numbers of the text format (spec section 6.3.1 and 6.3.2): which of their forms a lexeme has, and its exact value.

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace wasmer::text {

/// The forms of a number, each one a case of the next.
enum class NumberForm : std::uint8_t {
  none,
  natural,  ///< digits, decimal or hexadecimal
  integer,  ///< with a sign
  real,     ///< with a point, an exponent, or by name
};

namespace detail {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// The value of a hexadecimal digit, or -1.
constexpr int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
constexpr bool is_digit(char c, bool hex) { return hex ? hex_digit(c) >= 0 : is_digit(c); }

/// The length of the digits at the front of `text`, each underscore between two of them.
constexpr std::size_t digits(std::string_view text, bool hex) {
  std::size_t i = 0;
  while (i < text.size() && is_digit(text[i], hex)) {
    ++i;
    if (i + 1 < text.size() && text[i] == '_' && is_digit(text[i + 1], hex)) ++i;
  }
  return i;
}

constexpr bool take_sign(std::string_view& text) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return false;
  text.remove_prefix(1);
  return true;
}
constexpr bool take_hex(std::string_view& text) {
  if (!text.starts_with("0x")) return false;
  text.remove_prefix(2);
  return true;
}

}  // namespace detail

/// The form of `text`, `none` if it is no number.
constexpr NumberForm number_form(std::string_view text) {
  const bool is_signed = detail::take_sign(text);
  if (text == "inf" || text == "nan") return NumberForm::real;
  if (text.starts_with("nan:0x")) {
    text.remove_prefix(6);
    return !text.empty() && detail::digits(text, true) == text.size() ? NumberForm::real : NumberForm::none;
  }
  const bool hex = detail::take_hex(text);
  const std::size_t whole = detail::digits(text, hex);
  if (whole == 0) return NumberForm::none;
  text.remove_prefix(whole);
  if (text.empty()) return is_signed ? NumberForm::integer : NumberForm::natural;
  if (text[0] == '.') {
    text.remove_prefix(1);
    text.remove_prefix(detail::digits(text, hex));
  }
  if (!text.empty() && (hex ? text[0] == 'p' || text[0] == 'P' : text[0] == 'e' || text[0] == 'E')) {
    text.remove_prefix(1);
    detail::take_sign(text);
    const std::size_t exponent = detail::digits(text, false);
    if (exponent == 0) return NumberForm::none;
    text.remove_prefix(exponent);
  }
  return text.empty() ? NumberForm::real : NumberForm::none;
}

/// The value of a natural number, if 64 bits can hold it.
constexpr std::optional<std::uint64_t> parse_natural(std::string_view text) {
  const bool hex = detail::take_hex(text);
  const std::uint64_t base = hex ? 16 : 10;
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c == '_') continue;
    const auto digit = static_cast<std::uint64_t>(detail::hex_digit(c));
    if (value > most / base || value * base > most - digit) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

/// The value of an integer modulo 2^bits, if `bits` bits can hold it, signed or unsigned.
constexpr std::optional<std::uint64_t> parse_integer(std::string_view text, unsigned bits) {
  const bool negative = text.starts_with('-');
  detail::take_sign(text);
  const std::optional<std::uint64_t> magnitude = parse_natural(text);
  if (!magnitude) return std::nullopt;
  const std::uint64_t mask = ~std::uint64_t{0} >> (64 - bits);
  if (*magnitude > (negative ? mask / 2 + 1 : mask)) return std::nullopt;
  return (negative ? 0 - *magnitude : *magnitude) & mask;
}

/// An IEEE 754 binary format: `mantissa` explicit bits, `exponent` bits.
template <class Bits_, class Float_, unsigned mantissa_, unsigned exponent_> struct FloatFormat {
  using Bits = Bits_;
  using Float = Float_;
  static constexpr unsigned mantissa = mantissa_;
  static constexpr std::int64_t bias = (std::int64_t{1} << (exponent_ - 1)) - 1;
  static constexpr Bits infinity = ((Bits{1} << exponent_) - 1) << mantissa;
  static constexpr Bits sign = Bits{1} << (mantissa + exponent_);
  static constexpr Bits quiet = Bits{1} << (mantissa - 1);
};
using Binary32 = FloatFormat<std::uint32_t, float, 23, 8>;
using Binary64 = FloatFormat<std::uint64_t, double, 52, 11>;

namespace detail {

/// The exponent that `text` spells, far from overflowing when a few billion are added.
constexpr std::int64_t parse_exponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  take_sign(text);
  std::int64_t value = 0;
  for (const char c : text)
    if (c != '_' && value < (std::int64_t{1} << 40)) value = value * 10 + (c - '0');
  return negative ? -value : value;
}

/// `significand` * 2^`exponent`, rounded to nearest, ties to even; `inexact` tells that bits below the significand were lost. The bits, or
/// nothing when that overflows.
template <class Format> constexpr std::optional<typename Format::Bits> round_to(std::uint64_t significand, std::int64_t exponent, bool inexact) {
  if (significand == 0) return 0;
  const int zeros = std::countl_zero(significand);
  significand <<= zeros;
  exponent -= zeros;
  const std::int64_t power = exponent + 63;  // of the leading bit
  if (power > Format::bias) return std::nullopt;
  const bool normal = power >= 1 - Format::bias;
  const std::int64_t last = normal ? power - Format::mantissa : 1 - Format::bias - Format::mantissa;  // of the lowest bit that is kept
  const std::int64_t shift = last - exponent;
  if (shift > 64) return 0;
  std::uint64_t kept = 0, lost = significand, half = std::uint64_t{1} << 63;
  if (shift < 64) {
    kept = significand >> shift;
    half = std::uint64_t{1} << (shift - 1);
    lost = significand & ((half << 1) - 1);
  }
  if (lost > half || (lost == half && (inexact || (kept & 1) != 0))) ++kept;
  // A normal number's leading bit adds one to the exponent, and so does a carry out of rounding.
  const std::uint64_t biased = normal ? static_cast<std::uint64_t>(power + Format::bias - 1) : 0;
  const std::uint64_t bits = (biased << Format::mantissa) + kept;
  if (bits >= Format::infinity) return std::nullopt;
  return static_cast<typename Format::Bits>(bits);
}

/// A hexadecimal float, its sign and "0x" removed.
template <class Format> constexpr std::optional<typename Format::Bits> parse_hex_float(std::string_view text) {
  std::uint64_t significand = 0;
  std::int64_t exponent = 0;
  bool inexact = false, after_point = false;
  std::size_t i = 0;
  for (; i < text.size() && text[i] != 'p' && text[i] != 'P'; ++i) {
    if (text[i] == '_') continue;
    if (text[i] == '.') {
      after_point = true;
      continue;
    }
    const auto digit = static_cast<std::uint64_t>(hex_digit(text[i]));
    if (significand >> 60 == 0) {
      significand = significand << 4 | digit;
      exponent -= after_point ? 4 : 0;
    } else {
      inexact |= digit != 0;
      exponent += after_point ? 0 : 4;
    }
  }
  if (i < text.size()) exponent += parse_exponent(text.substr(i + 1));
  return round_to<Format>(significand, exponent, inexact);
}

/// True if a decimal float is at least 1: what tells overflow from underflow.
constexpr bool is_large(std::string_view digits) {
  const std::size_t end = digits.find_first_of("eE");
  const std::string_view significand = digits.substr(0, end);
  const std::size_t point = std::min(significand.find('.'), significand.size());
  const std::size_t first = significand.find_first_of("123456789");
  if (first == std::string_view::npos) return false;
  const std::int64_t place = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) - (first < point ? 1 : 0);
  return place + (end == std::string_view::npos ? 0 : parse_exponent(digits.substr(end + 1))) >= 0;
}

/// A decimal float, its sign removed.
template <class Format> std::optional<typename Format::Bits> parse_decimal_float(std::string_view text) {
  std::string plain;
  if (text.find('_') != std::string_view::npos) {
    for (const char c : text)
      if (c != '_') plain += c;
    text = plain;
  }
  typename Format::Float value = 0;
  const std::from_chars_result result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    if (is_large(text)) return std::nullopt;
    return 0;
  }
  return std::bit_cast<typename Format::Bits>(value);
}

}  // namespace detail

/// The bits of a number of whatever form as a float; nothing if it is too large, or a NaN's payload is.
template <class Format> std::optional<typename Format::Bits> parse_float(std::string_view text) {
  using Bits = typename Format::Bits;
  const Bits sign = text.starts_with('-') ? Format::sign : 0;
  detail::take_sign(text);
  if (text == "inf") return sign | Format::infinity;
  if (text == "nan") return sign | Format::infinity | Format::quiet;
  if (text.starts_with("nan:")) {
    const std::optional<std::uint64_t> payload = parse_natural(text.substr(4));
    if (!payload || *payload == 0 || *payload >> Format::mantissa != 0) return std::nullopt;
    return sign | Format::infinity | static_cast<Bits>(*payload);
  }
  const std::optional<Bits> magnitude = detail::take_hex(text) ? detail::parse_hex_float<Format>(text) : detail::parse_decimal_float<Format>(text);
  if (!magnitude) return std::nullopt;
  return sign | *magnitude;
}

}  // namespace wasmer::text
