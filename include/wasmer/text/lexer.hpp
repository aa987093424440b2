#pragma once
/// \file
/// The lexer of the text format and of scripts (spec section 6.3): one pass, nothing recursive.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/support/utf8.hpp>
#include <wasmer/text/string.hpp>
#include <wasmer/text/token.hpp>

namespace wasmer::text {

namespace detail {

enum class CharClass : std::uint8_t { illegal, space, id, left, right, semicolon, quote, punctuation };

inline constexpr auto char_classes = [] {
  std::array<CharClass, 256> classes{};
  const auto set = [&](std::string_view chars, CharClass to) {
    for (const char c : chars) classes[static_cast<unsigned char>(c)] = to;
  };
  set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&'*+-./:<=>?@\\^_`|~", CharClass::id);
  set(" \t\n\r", CharClass::space);
  set(",[]{}", CharClass::punctuation);
  set("(", CharClass::left);
  set(")", CharClass::right);
  set(";", CharClass::semicolon);
  set("\"", CharClass::quote);
  return classes;
}();

constexpr CharClass char_class(char c) { return char_classes[static_cast<unsigned char>(c)]; }

/// The annotations that somebody reads; all others are checked and left out.
constexpr bool is_wanted(std::string_view annotation) {
  return annotation == "@custom" || annotation == "@name" || annotation == "@metadata.code.branch_hint";
}

}  // namespace detail

/// Turns a text into tokens. Errors become a token, so that the parser reports the first of all errors, lexical or not.
class Lexer {
 public:
  Lexer(std::string_view text, std::string_view file) : out_{.text = text, .file = file, .tokens = {}, .annotations = {}, .names = {}}, text_(text) {}

  Tokens run() && {
    if (text_.size() >= std::numeric_limits<std::uint32_t>::max()) {
      out_.text = text_ = {};
      fail(ErrorId::implementation_limit, 0);
    } else {
      out_.tokens.reserve(text_.size() / 6 + 2);
      while (blank() && at_ < text_.size() && token()) {
      }
    }
    const bool failed = !out_.tokens.empty() && out_.tokens.back().kind == Token::error;
    const auto last = static_cast<std::uint32_t>(out_.tokens.size() - (failed ? 1 : 0));
    for (const std::uint32_t left : open_) out_.tokens[left].partner = last;
    out_.tokens.push_back({.kind = Token::end, .begin = static_cast<std::uint32_t>(text_.size())});
    return std::move(out_);
  }

 private:
  using CharClass = detail::CharClass;

  bool fail(ErrorId id, std::size_t begin) {
    out_.tokens.push_back({.kind = Token::error, .code = static_cast<std::uint16_t>(id), .begin = static_cast<std::uint32_t>(begin)});
    return false;
  }
  bool next_is(std::size_t i, char c) const { return i < text_.size() && text_[i] == c; }
  Token make(Token::Kind kind, std::size_t begin, std::uint16_t code = 0) const {
    return {.kind = kind, .code = code, .begin = static_cast<std::uint32_t>(begin), .size = static_cast<std::uint32_t>(at_ - begin)};
  }

  /// Skips spaces and comments.
  bool blank() {
    for (; at_ < text_.size(); ++at_) {
      const CharClass c = detail::char_class(text_[at_]);
      if (c == CharClass::space) continue;
      if (c == CharClass::semicolon && next_is(at_ + 1, ';')) {
        if (!line_comment()) return false;
      } else if (c == CharClass::left && next_is(at_ + 1, ';')) {
        if (!block_comment()) return false;
      } else {
        break;
      }
    }
    return true;
  }

  /// Goes to the last character of the comment, as block_comment does.
  bool line_comment() {
    const std::size_t begin = at_;
    const std::size_t end = std::min(text_.find_first_of("\n\r", begin), text_.size());
    at_ = end - 1;
    return is_utf8(text_.substr(begin, end - begin)) || fail(ErrorId::malformed_utf8, begin);
  }
  bool block_comment() {
    const std::size_t begin = at_;
    std::size_t depth = 0, i = begin;
    do {
      i = text_.find_first_of("(;", i);
      if (i >= text_.size()) return fail(ErrorId::unclosed_comment, begin);
      if (text_[i] == '(' && next_is(i + 1, ';')) ++depth, i += 2;
      else if (text_[i] == ';' && next_is(i + 1, ')')) --depth, i += 2;
      else ++i;
    } while (depth != 0);
    at_ = i - 1;
    return is_utf8(text_.substr(begin, i - begin)) || fail(ErrorId::malformed_utf8, begin);
  }

  bool token() {
    switch (detail::char_class(text_[at_])) {
      case CharClass::left:
        if (next_is(at_ + 1, '@')) return annotation();
        open_.push_back(static_cast<std::uint32_t>(out_.tokens.size()));
        out_.tokens.push_back(one_char(Token::left));
        return true;
      case CharClass::right:
        if (!open_.empty()) {
          out_.tokens[open_.back()].partner = static_cast<std::uint32_t>(out_.tokens.size());
          open_.pop_back();
        }
        out_.tokens.push_back(one_char(Token::right));
        return true;
      case CharClass::illegal: return illegal();
      default: break;
    }
    const std::optional<Token> token = lexeme(false);
    if (token) out_.tokens.push_back(*token);
    return token.has_value();
  }
  Token one_char(Token::Kind kind) {
    ++at_;
    return make(kind, at_ - 1);
  }
  bool illegal() {
    std::size_t size = 1;
    while (size < 4 && at_ + size < text_.size() && (static_cast<unsigned char>(text_[at_ + size]) & 0xC0) == 0x80) ++size;
    return fail(is_utf8(text_.substr(at_, size)) ? ErrorId::illegal_character : ErrorId::malformed_utf8, at_);
  }

  /// All that stands here without a space or a parenthesis in it. Nothing if it holds an error.
  std::optional<Token> lexeme(bool in_annotation) {
    const std::size_t begin = at_;
    std::size_t strings = 0, string_begin = 0;
    bool plain = true, escapes = false;
    for (;; ++at_) {
      while (at_ < text_.size() && detail::char_class(text_[at_]) == CharClass::id) ++at_;
      if (at_ == text_.size()) break;
      const CharClass c = detail::char_class(text_[at_]);
      if (c == CharClass::quote) {
        const StringLexeme string = lex_string(text_.substr(at_));
        if (string.error) {
          const bool of_identifier = plain && at_ == begin + 1 && text_[begin] == '$' && *string.error != ErrorId::malformed_utf8;
          fail(of_identifier ? ErrorId::empty_identifier : *string.error, of_identifier ? begin : at_);
          return std::nullopt;
        }
        string_begin = at_;
        escapes = string.has_escape;
        plain = false;
        ++strings;
        at_ += string.size - 1;
      } else if (c == CharClass::punctuation || (c == CharClass::semicolon && !next_is(at_ + 1, ';'))) {
        plain = false;
        strings = 2;  // more than an identifier or a string has
      } else {
        break;
      }
    }
    if (plain) return word_or_number(begin, in_annotation);
    const bool ends_with_string = strings == 1 && text_[at_ - 1] == '"' && string_begin < at_ - 1;
    if (ends_with_string && string_begin == begin) return make(Token::string, begin, escapes ? 1 : 0);
    if (ends_with_string && string_begin == begin + 1 && text_[begin] == '$') return quoted_identifier(begin);
    return make(Token::reserved, begin);
  }

  std::optional<Token> word_or_number(std::size_t begin, bool in_annotation) {
    const std::string_view lexeme = text_.substr(begin, at_ - begin);
    const char first = lexeme[0];
    if (first == '$') {
      if (lexeme.size() > 1) return make(Token::identifier, begin);
      if (in_annotation) return make(Token::reserved, begin);
      fail(ErrorId::empty_identifier, begin);
      return std::nullopt;
    }
    const bool is_word = first >= 'a' && first <= 'z';
    if (!is_word || first == 'i' || first == 'n')
      if (const NumberForm form = number_form(lexeme); form != NumberForm::none) return make(Token::number, begin, static_cast<std::uint16_t>(form));
    if (is_word) return make(Token::keyword, begin, static_cast<std::uint16_t>(find_word(lexeme)));
    return make(Token::reserved, begin);
  }
  std::optional<Token> quoted_identifier(std::size_t begin) {
    std::string name;
    append_string(name, text_.substr(begin + 1, at_ - begin - 1));
    if (name.empty() || !is_utf8(name)) {
      fail(name.empty() ? ErrorId::empty_identifier : ErrorId::malformed_utf8, begin);
      return std::nullopt;
    }
    Token token = make(Token::identifier, begin, 1);
    token.partner = static_cast<std::uint32_t>(out_.names.size());
    out_.names.push_back(std::move(name));
    return token;
  }

  bool annotation() {
    const std::size_t begin = at_++;
    if (!annotation_id()) return false;
    Annotation annotation{.id = make(Token::reserved, begin + 1), .before = static_cast<std::uint32_t>(out_.tokens.size()), .tokens = {}};
    const bool wanted = detail::is_wanted(out_.text_of(annotation.id));
    for (std::size_t depth = 1;;) {
      if (!blank()) return false;
      if (at_ == text_.size()) return fail(ErrorId::unclosed_annotation, begin);
      Token next;
      switch (detail::char_class(text_[at_])) {
        case CharClass::illegal: return illegal();
        case CharClass::left: ++depth, next = one_char(Token::left); break;
        case CharClass::right: --depth, next = one_char(Token::right); break;
        default: {
          const std::optional<Token> token = lexeme(true);
          if (!token) return false;
          next = *token;
        }
      }
      if (depth == 0) break;
      if (wanted) annotation.tokens.push_back(next);
    }
    annotation.tokens.push_back(make(Token::end, at_ - 1));
    if (wanted) out_.annotations.push_back(std::move(annotation));
    return true;
  }
  /// Goes from the @ to the end of the id that it begins.
  bool annotation_id() {
    const std::size_t begin = at_++;
    if (next_is(at_, '"')) {
      const StringLexeme string = lex_string(text_.substr(at_));
      if (string.error == ErrorId::malformed_utf8) return fail(ErrorId::malformed_utf8, begin);
      if (string.error || string.size == 2) return fail(ErrorId::empty_annotation_id, begin);
      std::string name;
      append_string(name, text_.substr(at_, string.size));
      at_ += string.size;
      return is_utf8(name) || fail(ErrorId::malformed_utf8, begin);
    }
    while (at_ < text_.size() && detail::char_class(text_[at_]) == CharClass::id) ++at_;
    return at_ > begin + 1 || fail(ErrorId::empty_annotation_id, begin);
  }

  Tokens out_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::uint32_t> open_;  ///< the ( that are not closed yet
};

/// The tokens of `text`; both arguments must outlive them.
inline Tokens lex(std::string_view text, std::string_view file) { return Lexer(text, file).run(); }

}  // namespace wasmer::text
