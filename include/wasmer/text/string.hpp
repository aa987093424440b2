#pragma once
/// \file
/// String literals (spec section 6.3.3): where one ends, what is wrong with it, and the bytes it stands for.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <wasmer/error.hpp>
#include <wasmer/support/utf8.hpp>
#include <wasmer/text/number.hpp>

namespace wasmer::text {

namespace detail {

/// The code point in the braces of `\u{...}`, or more than there are.
constexpr std::uint32_t code_point(std::string_view digits) {
  std::uint32_t c = 0;
  for (const char digit : digits)
    if (digit != '_') c = std::min(c << 4 | static_cast<std::uint32_t>(hex_digit(digit)), 0x110000u);
  return c;
}

/// The length of the escape at the front of `text`, which begins with a backslash; 0 if it is none.
constexpr std::size_t escape_size(std::string_view text) {
  if (text.size() < 2) return 0;
  if (std::string_view("tnr\"'\\").find(text[1]) != std::string_view::npos) return 2;
  if (text.starts_with("\\u{")) {
    const std::size_t size = digits(text.substr(3), true);
    if (size == 0 || 3 + size >= text.size() || text[3 + size] != '}') return 0;
    const std::uint32_t c = code_point(text.substr(3, size));
    return c < 0xD800 || (c >= 0xE000 && c < 0x110000) ? size + 4 : 0;
  }
  return text.size() >= 3 && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0 ? 3 : 0;
}

constexpr void append_utf8(std::string& out, std::uint32_t c) {
  const auto tail = [](std::uint32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6), out += tail(c);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12), out += tail(c >> 6), out += tail(c);
  } else {
    out += static_cast<char>(0xF0 | c >> 18), out += tail(c >> 12), out += tail(c >> 6), out += tail(c);
  }
}

}  // namespace detail

/// A string literal at the front of a text.
struct StringLexeme {
  std::size_t size = 0;             ///< quotes included; where it is wrong, the size of what is right
  std::optional<ErrorId> error = std::nullopt;
  bool has_escape = false;
};

/// Reads the literal that `text` begins with; its first character is the quote.
constexpr StringLexeme lex_string(std::string_view text) {
  StringLexeme lexeme{.size = 1};
  bool ascii = true;
  for (std::size_t& i = lexeme.size; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '"') {
      ++i;
      if (!ascii && !is_utf8(text.substr(0, i))) lexeme.error = ErrorId::malformed_utf8;
      return lexeme;
    }
    if (c == '\\') {
      const std::size_t size = detail::escape_size(text.substr(i));
      if (size == 0) return lexeme.error = ErrorId::illegal_escape, lexeme;
      lexeme.has_escape = true;
      i += size;
    } else if (c == '\n') {
      break;
    } else if (c < 0x20 || c == 0x7F) {
      return lexeme.error = ErrorId::illegal_character, lexeme;
    } else {
      ascii &= c < 0x80;
      ++i;
    }
  }
  lexeme.error = ErrorId::unclosed_string;
  return lexeme;
}

/// Appends the bytes that a well-formed literal, quotes included, stands for.
constexpr void append_string(std::string& out, std::string_view literal) {
  literal = literal.substr(1, literal.size() - 2);
  while (!literal.empty()) {
    const std::size_t plain = std::min(literal.find('\\'), literal.size());
    out.append(literal.substr(0, plain));
    literal.remove_prefix(plain);
    if (literal.empty()) return;
    const std::size_t size = detail::escape_size(literal);
    switch (literal[1]) {
      case 't': out += '\t'; break;
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case '"': case '\'': case '\\': out += literal[1]; break;
      case 'u': detail::append_utf8(out, detail::code_point(literal.substr(3, size - 4))); break;
      default: out += static_cast<char>(detail::hex_digit(literal[1]) << 4 | detail::hex_digit(literal[2])); break;
    }
    literal.remove_prefix(size);
  }
}

}  // namespace wasmer::text
