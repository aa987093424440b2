#pragma once
/// \file
/// The text format's parser: a module as text becomes a module as bytes. Two passes over the tokens, linear, nothing recursive.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/text/draft.hpp>
#include <wasmer/text/fields.hpp>
#include <wasmer/text/lexer.hpp>
#include <wasmer/text/names.hpp>
#include <wasmer/text/scan.hpp>

namespace wasmer {

struct WatOptions {
  bool names = true;  ///< keep identifiers, in a name section
};

namespace text {

namespace detail {

/// Puts the sections together.
inline std::vector<std::byte> assemble(Draft& draft, const WatOptions& options) {
  Encoder out;
  out.append(std::string_view("\0asm\1\0\0\0", 8));
  const auto write = [&](Section id, const Encoder& body) { out.u8(static_cast<std::uint8_t>(id)), out.sized(body.bytes()); };
  const auto section = [&](Section id) {
    const Entries& entries = draft.section(id);
    if (entries.count == 0) return;
    Encoder body;
    entries.write_to(body);
    write(id, body);
  };
  const auto number = [&](Section id, std::uint32_t value) {
    Encoder body;
    body.u32(value);
    write(id, body);
  };
  for (const Section id : {Section::type, Section::import, Section::function, Section::table, Section::memory, Section::tag, Section::global, Section::export_})
    section(id);
  if (draft.start) number(Section::start, *draft.start);
  section(Section::element);
  if (draft.needs_data_count) number(Section::data_count, draft.section(Section::data).count);
  section(Section::code);
  section(Section::data);
  if (options.names)
    if (const Encoder names = name_section(draft); !names.empty()) write(Section::custom, names);
  return out.take();
}

}  // namespace detail

/// Encodes the module whose fields begin at the token `at` and end before the token `end`; `name` is its identifier, without the dollar.
inline Result<std::vector<std::byte>> encode_module(const Tokens& tokens, std::uint32_t at, std::uint32_t end, std::string_view name, const WatOptions& options) {
  Draft draft(tokens, at);
  draft.module_name = name;
  scan(draft);
  FieldParser(draft).fields();
  if (draft.cursor.position() != end) draft.cursor.unexpected();
  if (draft.cursor.failed()) return draft.cursor.take_error();
  return detail::assemble(draft, options);
}

}  // namespace text

/// Encodes a module of the text format: `(module ...)`, or its fields alone. Errors begin with `file`:LINE:COLUMN. The result is decodable, not yet
/// validated.
inline Result<std::vector<std::byte>> wat(std::string_view source, std::string_view file = "<text>", const WatOptions& options = {}) {
  const text::Tokens tokens = text::lex(source, file);
  text::Cursor cursor(tokens);
  const auto last = static_cast<std::uint32_t>(tokens.tokens.size() - 1);
  if (!cursor.at_group(text::Word::module)) return text::encode_module(tokens, 0, last, {}, options);
  const std::uint32_t end = cursor.take().partner;
  cursor.take();
  const text::Token* const identifier = cursor.take_identifier();
  const std::uint32_t begin = cursor.position();
  cursor.move_to(end);
  cursor.close();
  cursor.expect(text::Token::end);
  Result<std::vector<std::byte>> module = text::encode_module(tokens, begin, end, identifier == nullptr ? std::string_view() : tokens.name_of(*identifier), options);
  if (module && cursor.failed()) return cursor.take_error();
  return module;
}

}  // namespace wasmer
