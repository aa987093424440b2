#pragma once
/// \file
/// Pieces of text before the parsers of such pieces: what they write, or what they say is wrong.

#include <string>
#include <string_view>

#include <wasmer/text/draft.hpp>
#include <wasmer/text/lexer.hpp>

#include "encoded.hpp"

namespace wasmer::tests {

/// A text that has been lexed, and a draft at its first token. The text outlives it.
struct Drafted {
  text::Tokens tokens;
  text::Draft draft;
  explicit Drafted(std::string_view source) : tokens(text::lex(source, "<text>")), draft(tokens, 0) {}
  Drafted(const Drafted&) = delete;
  Drafted& operator=(const Drafted&) = delete;
};

/// The error's message, or what stands behind what has been read, or nothing.
inline std::string rest(text::Cursor& cursor) {
  if (cursor.failed()) return cursor.take_error().message();
  if (cursor.at(text::Token::end)) return {};
  return " before " + std::string(cursor.source().text_of(cursor.peek()));
}

/// What `read(draft, encoder)` writes for `source`, in hexadecimal, and what it leaves; or the error's message.
template <class Read> std::string written(std::string_view source, Read&& read) {
  Drafted drafted(source);
  text::Encoder out;
  read(drafted.draft, out);
  const bool failed = drafted.draft.cursor.failed();
  const std::string behind = rest(drafted.draft.cursor);
  return failed ? behind : hex(out.bytes()) + behind;
}

}  // namespace wasmer::tests
