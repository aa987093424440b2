#pragma once
/// \file
/// A place among the tokens, and the first error. What every parser of the text format is made of.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <wasmer/error.hpp>
#include <wasmer/text/number.hpp>
#include <wasmer/text/token.hpp>

namespace wasmer::text {

/// Moves over tokens. The first error sticks and moves the cursor to the end, where nothing but `end` is seen, so that every loop over tokens
/// ends, and no caller has to look at `failed()` before the very end.
class Cursor {
 public:
  explicit Cursor(const Tokens& source, std::uint32_t at = 0)
      : source_(&source), at_(at), end_(static_cast<std::uint32_t>(source.tokens.size() - 1)) {}

  const Tokens& source() const { return *source_; }
  std::uint32_t position() const { return at_; }
  void move_to(std::uint32_t position) { at_ = failed() ? end_ : std::min(position, end_); }

  const Token& peek(std::uint32_t ahead = 0) const { return source_->tokens[std::min(at_ + ahead, end_)]; }
  const Token& take() {
    const Token& token = source_->tokens[at_];
    if (at_ < end_) ++at_;
    return token;
  }

  bool at(Token::Kind kind) const { return peek().kind == kind; }
  bool at(Word word) const { return peek().word() == word; }
  /// True at `(word`.
  bool at_group(Word word) const { return at(Token::left) && peek(1).word() == word; }
  bool at_index(std::uint32_t ahead = 0) const {
    return peek(ahead).kind == Token::identifier || peek(ahead).form() == NumberForm::natural;
  }

  bool take_if(Token::Kind kind) { return at(kind) && (take(), true); }
  bool take_if(Word word) { return at(word) && (take(), true); }
  bool take_group_if(Word word) { return at_group(word) && (take(), take(), true); }
  /// The identifier that stands here, if there is one.
  const Token* take_identifier() { return at(Token::identifier) ? &take() : nullptr; }

  /// The name of the identifier that stands here; empty if there is none.
  std::string_view take_name() { return at(Token::identifier) ? source_->name_of(take()) : std::string_view(); }

  void expect(Token::Kind kind) {
    if (!take_if(kind)) unexpected();
  }
  void expect(Word word) {
    if (!take_if(word)) unexpected();
  }
  void expect_group(Word word) {
    expect(Token::left);
    expect(word);
  }
  void close() { expect(Token::right); }

  /// A natural number that must fit `bits` bits, else `out_of_range` is the error.
  std::uint64_t natural(unsigned bits, ErrorId out_of_range) {
    if (peek().form() != NumberForm::natural) return unexpected(), 0;
    const Token& token = take();
    const std::optional<std::uint64_t> value = parse_natural(source_->text_of(token));
    if (!value || *value > ~std::uint64_t{0} >> (64 - bits)) return fail(out_of_range, token), 0;
    return *value;
  }
  std::uint32_t natural32() { return static_cast<std::uint32_t>(natural(32, ErrorId::i32_constant_out_of_range)); }
  std::uint64_t natural64() { return natural(64, ErrorId::i64_constant_out_of_range); }

  /// The bytes of the string that stands here; valid until the next call.
  std::string_view string() {
    if (!at(Token::string)) return unexpected(), std::string_view();
    return source_->bytes_of(take(), storage_);
  }
  /// The same for a name, which must be UTF-8.
  std::string_view name() {
    const Token& token = peek();
    const std::string_view bytes = string();
    if (token.code != 0 && !is_utf8(bytes)) fail(ErrorId::malformed_utf8, token);
    return bytes;
  }

  bool failed() const { return error_.has_value(); }
  Error take_error() { return std::move(*error_); }

  /// Keeps the error, unless there is one already.
  [[gnu::cold, gnu::noinline]] void fail(ErrorId id, const Token& token, std::string detail) {
    if (!error_) error_ = Error::in_text(id, token.begin, source_->place(token.begin), std::move(detail));
    at_ = end_;
  }
  /// The same, with the token's text for detail.
  [[gnu::cold, gnu::noinline]] void fail(ErrorId id, const Token& token) { fail(id, token, excerpt(token)); }
  /// The token here is not what the grammar wants: an error of its own, or an unknown word, or the wrong token.
  [[gnu::cold, gnu::noinline]] void unexpected() {
    const Token& token = peek();
    const std::string_view text = source_->text_of(token);
    if (token.kind == Token::error) return fail(static_cast<ErrorId>(token.code), token, {});
    if (token.kind == Token::end) return fail(ErrorId::unexpected_token, token, "at the end");
    const bool is_known = token.word() != Word::unknown || text.starts_with("offset=") || text.starts_with("align=");
    const bool is_unknown = token.kind == Token::reserved || (token.kind == Token::keyword && !is_known);
    fail(is_unknown ? ErrorId::unknown_operator : ErrorId::unexpected_token, token);
  }

 private:
  /// So much of a token as a message should hold.
  std::string excerpt(const Token& token) const {
    constexpr std::size_t most = 60;
    std::string_view text = source_->text_of(token);
    if (text.size() <= most) return std::string(text);
    text = text.substr(0, most);
    while (!text.empty() && !is_utf8(text)) text.remove_suffix(1);
    return std::string(text) + "...";
  }

  const Tokens* source_;
  std::uint32_t at_;
  std::uint32_t end_;
  std::string storage_;
  std::optional<Error> error_;
};

}  // namespace wasmer::text
