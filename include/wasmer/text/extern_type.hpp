#pragma once
/// \file
/// The types of tables, memories and globals (spec section 6.4.9 to 6.4.13).

#include <bit>
#include <cstdint>
#include <optional>

#include <wasmer/text/draft.hpp>
#include <wasmer/text/value_type.hpp>

namespace wasmer::text {

/// The limits of a table or a memory, as written.
struct LimitsText {
  bool is_64 = false;
  std::uint64_t minimum = 0;
  std::optional<std::uint64_t> maximum;
  bool shared = false;
  std::optional<std::uint8_t> page_size_log2;
};

inline void encode(Encoder& out, const LimitsText& limits) {
  out.u8(static_cast<std::uint8_t>((limits.maximum ? 1 : 0) | (limits.shared ? 2 : 0) | (limits.is_64 ? 4 : 0) | (limits.page_size_log2 ? 8 : 0)));
  out.u64(limits.minimum);
  if (limits.maximum) out.u64(*limits.maximum);
  if (limits.page_size_log2) out.u32(*limits.page_size_log2);
}

/// Reads an address type, which may be left out; true for i64.
inline bool address_type(Cursor& cursor) { return cursor.take_if(Word::i64) || (cursor.take_if(Word::i32), false); }

inline void limits(Cursor& cursor, LimitsText& limits) {
  limits.minimum = cursor.natural64();
  if (cursor.peek().form() == NumberForm::natural) limits.maximum = cursor.natural64();
}

/// Reads `(pagesize n)`, if it stands here.
inline void page_size(Cursor& cursor, LimitsText& limits) {
  if (!cursor.take_group_if(Word::pagesize)) return;
  const Token& token = cursor.peek();
  const std::uint64_t size = cursor.natural64();
  if (!std::has_single_bit(size)) return cursor.fail(ErrorId::invalid_custom_page_size, token);
  limits.page_size_log2 = static_cast<std::uint8_t>(std::countr_zero(size));
  cursor.close();
}

/// Reads what follows the address type of a memory, and writes all.
inline void memory_type(Cursor& cursor, LimitsText& type, Encoder& out) {
  limits(cursor, type);
  type.shared = cursor.take_if(Word::shared);
  if (!type.shared) cursor.take_if(Word::unshared);
  page_size(cursor, type);
  encode(out, type);
}
inline void memory_type(Cursor& cursor, Encoder& out) {
  LimitsText type;
  type.is_64 = address_type(cursor);
  memory_type(cursor, type, out);
}

struct TableTypeText {
  LimitsText limits;
  ReferenceTypeText element;
};

inline void encode(Encoder& out, const TableTypeText& type) { encode(out, type.element), encode(out, type.limits); }

/// Reads what follows the address type of a table.
inline TableTypeText table_type(Draft& draft, bool is_64) {
  TableTypeText type;
  type.limits.is_64 = is_64;
  limits(draft.cursor, type.limits);
  type.limits.shared = draft.cursor.take_if(Word::shared);
  type.element = reference_type(draft);
  return type;
}
inline TableTypeText table_type(Draft& draft) {
  const bool is_64 = address_type(draft.cursor);
  return table_type(draft, is_64);
}

inline void global_type(Draft& draft, Encoder& out) {
  const bool is_mutable = draft.cursor.take_group_if(Word::mut);
  value_type(draft, out);
  if (is_mutable) draft.cursor.close();
  out.u8(is_mutable ? 1 : 0);
}

}  // namespace wasmer::text
