#pragma once
/// \file
/// Type definitions (spec section 6.4.5 to 6.4.8): functions, structures, arrays, subtypes and recursive groups.

#include <cstdint>
#include <utility>

#include <wasmer/text/draft.hpp>
#include <wasmer/text/type_use.hpp>
#include <wasmer/text/value_type.hpp>

namespace wasmer::text {

/// A field's or an element's type, `(mut T)` or `T`.
inline void field_type(Draft& draft, Encoder& out) {
  Cursor& cursor = draft.cursor;
  const bool is_mutable = cursor.take_group_if(Word::mut);
  if (cursor.take_if(Word::i8)) out.u8(0x78);
  else if (cursor.take_if(Word::i16)) out.u8(0x77);
  else value_type(draft, out);
  if (is_mutable) cursor.close();
  out.u8(is_mutable ? 1 : 0);
}

namespace detail {

inline void structure_type(Draft& draft, TypeDraft& type, Encoder& out) {
  Cursor& cursor = draft.cursor;
  Encoder fields;
  while (cursor.take_group_if(Word::field)) {
    if (const Token* identifier = cursor.take_identifier()) {
      draft.bind(type.fields, identifier, cursor.position(), "field");
      field_type(draft, fields);
    } else {
      for (; !cursor.at(Token::right) && !cursor.failed(); field_type(draft, fields)) draft.bind(type.fields, nullptr, cursor.position(), "field");
    }
    cursor.close();
  }
  out.u32(type.fields.size());
  out.append(fields.bytes());
}

/// Reads `(func ...)`, `(struct ...)` or `(array ...)`.
inline void composite_type(Draft& draft, TypeDraft& type, Encoder& out) {
  Cursor& cursor = draft.cursor;
  cursor.expect(Token::left);
  if (cursor.take_if(Word::func)) {
    IndexSpace ignored;
    type.function = signature(draft, &ignored);
    out.u8(0x60);
    out.append(type.function.encoding);
  } else if (cursor.take_if(Word::struct_)) {
    type.kind = CompositeKind::structure;
    out.u8(0x5F);
    structure_type(draft, type, out);
  } else if (cursor.take_if(Word::array)) {
    type.kind = CompositeKind::array;
    out.u8(0x5E);
    field_type(draft, out);
  } else {
    cursor.unexpected();
  }
  cursor.close();
}

}  // namespace detail

/// Reads `(type id? subtype)`. True if the type is final, has no supertype and is a function's.
inline bool type_definition(Draft& draft, Encoder& out) {
  Cursor& cursor = draft.cursor;
  cursor.expect_group(Word::type);
  cursor.take_identifier();
  TypeDraft type;
  bool is_plain = true;
  if (cursor.take_group_if(Word::sub)) {
    const bool is_final = cursor.take_if(Word::final_);
    Entries supertypes;
    while (cursor.at_index()) supertypes.add().u32(draft.index(Space::type));
    is_plain = is_final && supertypes.count == 0;
    if (!is_plain) {
      out.u8(is_final ? 0x4F : 0x50);
      supertypes.write_to(out);
    }
    detail::composite_type(draft, type, out);
    cursor.close();
  } else {
    detail::composite_type(draft, type, out);
  }
  cursor.close();
  is_plain &= type.kind == CompositeKind::function;
  draft.types.push_back(std::move(type));
  return is_plain;
}

/// Reads `(rec (type ...)*)` or a type that is a recursive group by itself.
inline void recursive_group(Draft& draft) {
  Cursor& cursor = draft.cursor;
  Entries types;
  bool is_plain = false;
  if (cursor.take_group_if(Word::rec)) {
    while (cursor.at(Token::left)) is_plain = type_definition(draft, types.add());
    cursor.close();
  } else {
    is_plain = type_definition(draft, types.add());
  }
  Encoder& out = draft.section(Section::type).add();
  if (types.count != 1) out.u8(0x4E), out.u32(types.count);
  out.append(types.body.bytes());
  // Type uses may stand for a type that is alone in its group.
  if (types.count == 1 && is_plain)
    draft.signatures.emplace(draft.types.back().function.encoding, static_cast<std::uint32_t>(draft.types.size() - 1));
}

}  // namespace wasmer::text
