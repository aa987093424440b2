#pragma once
/// \file
/// The first pass over a module's fields: numbers everything that has an index, so that a use may stand before its definition.

#include <cstdint>
#include <vector>

#include <wasmer/text/draft.hpp>
#include <wasmer/text/type_definition.hpp>

namespace wasmer::text {

namespace detail {

/// True if the field that opens at `left` holds `(word ...)`, not deeper.
inline bool has_group(const Cursor& cursor, std::uint32_t left, Word word) {
  const std::vector<Token>& tokens = cursor.source().tokens;
  for (std::uint32_t i = left + 1; i < tokens[left].partner; ++i)
    if (tokens[i].kind == Token::left) {
      if (tokens[i + 1].word() == word) return true;
      i = tokens[i].partner;
    }
  return false;
}

/// The space that a field of this keyword, or an import of this kind, adds to.
constexpr std::optional<Space> space_of(Word word) {
  switch (word) {
    case Word::type: return Space::type;
    case Word::func: return Space::function;
    case Word::table: return Space::table;
    case Word::memory: return Space::memory;
    case Word::global: return Space::global;
    case Word::tag: return Space::tag;
    case Word::elem: return Space::element;
    case Word::data: return Space::data;
    default: return std::nullopt;
  }
}

}  // namespace detail

/// Fills the index spaces and reads the type definitions. The cursor is at the first field, before and after. Whatever is wrong here beside
/// names and types is left to the second pass.
inline void scan(Draft& draft) {
  Cursor& cursor = draft.cursor;
  const std::uint32_t begin = cursor.position();
  std::vector<std::uint32_t> types;
  // Binds the identifier that may stand so many tokens ahead.
  const auto bind = [&](Space space, std::uint32_t ahead) {
    const bool is_named = cursor.peek(ahead).kind == Token::identifier;
    draft.bind(space, is_named ? &cursor.peek(ahead) : nullptr, cursor.position() + ahead + (is_named ? 1 : 0));
  };
  for (; cursor.at(Token::left) && !cursor.failed(); cursor.move_to(cursor.peek().partner + 1)) {
    const std::uint32_t left = cursor.position();
    const Word word = cursor.peek(1).word();
    if (word == Word::import_) {
      // (import "module" "name" (func $id
      const Word kind = cursor.peek(5).word();
      if (const auto space = detail::space_of(kind); space && cursor.peek(4).kind == Token::left) bind(*space, 6);
    } else if (word == Word::rec) {
      types.push_back(left);
      for (std::uint32_t i = 2; left + i < cursor.peek().partner && cursor.peek(i).kind == Token::left; i = cursor.peek(i).partner - left + 1)
        bind(Space::type, i + 2);
    } else if (const auto space = detail::space_of(word)) {
      if (word == Word::type) types.push_back(left);
      if (word == Word::table && detail::has_group(cursor, left, Word::elem)) draft.space(Space::element).add();
      if (word == Word::memory && detail::has_group(cursor, left, Word::data)) draft.space(Space::data).add();
      bind(*space, 2);
    }
  }
  for (const std::uint32_t type : types) {
    cursor.move_to(type);
    recursive_group(draft);
  }
  cursor.move_to(begin);
}

}  // namespace wasmer::text
