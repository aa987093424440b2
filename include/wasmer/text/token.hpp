#pragma once
/// \file
/// Tokens of the text format (spec section 6.3), and the text that they are views of.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/text/number.hpp>
#include <wasmer/text/string.hpp>
#include <wasmer/text/word.hpp>

namespace wasmer::text {

struct Token {
  enum Kind : std::uint8_t {
    end,         ///< of the text; nothing follows
    error,       ///< what stands here is no token; `code` is the ErrorId, and nothing follows but `end`
    left,        ///< ( ; `partner` is the index of its ) or of the first token after all others
    right,       ///< )
    keyword,     ///< `code` is the Word
    identifier,  ///< $name, or $"name", which has a code that is not 0, and as its `partner` the index of its name
    string,      ///< "text"; `code` is not 0 if there are escapes
    number,      ///< `code` is the NumberForm
    reserved,    ///< anything else that no space divides
  };
  Kind kind = end;
  std::uint16_t code = 0;
  std::uint32_t begin = 0;  ///< byte offset in the text
  std::uint32_t size = 0;   ///< bytes
  std::uint32_t partner = 0;

  Word word() const { return kind == keyword ? static_cast<Word>(code) : Word::unknown; }
  NumberForm form() const { return kind == number ? static_cast<NumberForm>(code) : NumberForm::none; }
};

/// An annotation (spec section 6.3.7) that somebody wants: `(@id ...)`.
struct Annotation {
  Token id;                   ///< "@id", as it is written
  std::uint32_t before = 0;   ///< index of the token of the text that follows it
  std::vector<Token> tokens;  ///< what stands between the id and the last parenthesis; then `end`
};

/// A text and its tokens.
struct Tokens {
  std::string_view text;  ///< of the caller's, like `file`
  std::string_view file;
  std::vector<Token> tokens;            ///< the last one is `end`
  std::vector<Annotation> annotations;  ///< in their order
  std::deque<std::string> names;        ///< of the identifiers that are written as strings

  std::string_view text_of(const Token& token) const { return text.substr(token.begin, token.size); }

  /// The name of an identifier, its dollar left out.
  std::string_view name_of(const Token& token) const { return token.code != 0 ? names[token.partner] : text_of(token).substr(1); }

  /// The bytes that a string stands for; `storage` is where they go if there are escapes.
  std::string_view bytes_of(const Token& token, std::string& storage) const {
    if (token.code == 0) return text.substr(token.begin + 1, token.size - 2);
    storage.clear();
    append_string(storage, text_of(token));
    return storage;
  }

  /// `FILE:LINE:COLUMN` of a byte; lines and columns count from 1, columns in characters.
  std::string place(std::uint32_t offset) const {
    const std::string_view before = text.substr(0, offset);
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto column = 1 + std::count_if(before.begin() + static_cast<std::ptrdiff_t>(line_begin), before.end(),
                                          [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    return std::string(file) + ":" + std::to_string(line) + ":" + std::to_string(column);
  }
  std::uint32_t line_of(const Token& token) const {
    return static_cast<std::uint32_t>(1 + std::count(text.begin(), text.begin() + token.begin, '\n'));
  }
};

}  // namespace wasmer::text
