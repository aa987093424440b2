#pragma once
/// \file
/// The text format's parser: a module as text becomes a module as bytes. Two passes over the tokens, linear, nothing recursive.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/text/annotations.hpp>
#include <wasmer/text/draft.hpp>
#include <wasmer/text/fields.hpp>
#include <wasmer/text/lexer.hpp>
#include <wasmer/text/names.hpp>
#include <wasmer/text/scan.hpp>
#include <wasmer/text/wat.hpp>

namespace wasmer {

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
  const auto hints = [&] {
    Encoder body;
    body.name("metadata.code.branch_hint");
    draft.hinted_functions.write_to(body);
    write(Section::custom, body);
  };
  const auto number = [&](Section id, std::uint32_t value) {
    Encoder body;
    body.u32(value);
    write(id, body);
  };
  const auto custom_at = [&](std::size_t place) {
    for (const CustomSectionText& each : draft.custom_sections) {
      if (each.place != place) continue;
      Encoder body;
      body.name(each.name);
      body.append(each.bytes);
      write(Section::custom, body);
    }
  };
  for (std::size_t i = 0; i < std::size(section_order); ++i) {
    const Section id = section_order[i];
    custom_at(2 * i);
    if (id == Section::start && draft.start) number(id, *draft.start);
    else if (id == Section::data_count && draft.needs_data_count) number(id, draft.section(Section::data).count);
    else if (id == Section::code && draft.hinted_functions.count != 0) hints();
    section(id);
    custom_at(2 * i + 1);
  }
  if (options.names)
    if (const Encoder names = name_section(draft); !names.empty()) write(Section::custom, names);
  return out.take();
}

}  // namespace detail

/// Encodes the module whose fields begin at the token `at` and end before the token `end`; `name` is its identifier, without the dollar.
inline Result<std::vector<std::byte>> encode_module(const Tokens& tokens, std::uint32_t at, std::uint32_t end, std::string_view name,
                                                    const WatOptions& options) {
  Draft draft(tokens, at);
  draft.module_name = name;
  const bool is_annotated = read_annotations(draft, at, end);
  scan(draft);
  FieldParser(draft).fields();
  if (is_annotated) check_names(draft);
  if (draft.cursor.position() != end) draft.cursor.unexpected();
  if (draft.cursor.failed()) return draft.cursor.take_error();
  return detail::assemble(draft, options);
}

}  // namespace text

#if !defined(WASMER_COMPILED)
WASMER_ONCE Result<std::vector<std::byte>> wat(std::string_view source, std::string_view file, const WatOptions& options) {
  const text::Tokens tokens = text::lex(source, file);
  text::Cursor cursor(tokens);
  const auto last = static_cast<std::uint32_t>(tokens.tokens.size() - 1);
  if (!cursor.at_group(text::Word::module)) return text::encode_module(tokens, 0, last, {}, options);
  const std::uint32_t end = cursor.take().partner;
  cursor.take();
  const std::string_view name = cursor.take_name();
  const std::uint32_t begin = cursor.position();
  cursor.move_to(end);
  cursor.close();
  cursor.expect(text::Token::end);
  Result<std::vector<std::byte>> module = text::encode_module(tokens, begin, end, name, options);
  if (module && cursor.failed()) return cursor.take_error();
  return module;
}
#endif

}  // namespace wasmer
