#pragma once
/// \file
/// Value types, reference types and heap types (spec section 6.4.1 to 6.4.4).

#include <cstdint>
#include <optional>

#include <wasmer/text/draft.hpp>

namespace wasmer::text {

/// The abstract heap type that `word` names: "func".
constexpr std::optional<HeapType::Abstract> abstract_heap_type(Word word) {
  switch (word) {
    case Word::any: return HeapType::any;
    case Word::eq: return HeapType::eq;
    case Word::i31: return HeapType::i31;
    case Word::struct_: return HeapType::struct_;
    case Word::array: return HeapType::array;
    case Word::none: return HeapType::none;
    case Word::func: return HeapType::func;
    case Word::nofunc: return HeapType::nofunc;
    case Word::extern_: return HeapType::extern_;
    case Word::noextern: return HeapType::noextern;
    case Word::exn: return HeapType::exn;
    case Word::noexn: return HeapType::noexn;
    default: return std::nullopt;
  }
}

/// The heap type of the nullable reference type that `word` is short for: "funcref".
constexpr std::optional<HeapType::Abstract> short_reference_type(Word word) {
  switch (word) {
    case Word::anyref: return HeapType::any;
    case Word::eqref: return HeapType::eq;
    case Word::i31ref: return HeapType::i31;
    case Word::structref: return HeapType::struct_;
    case Word::arrayref: return HeapType::array;
    case Word::nullref: return HeapType::none;
    case Word::funcref: return HeapType::func;
    case Word::nullfuncref: return HeapType::nofunc;
    case Word::externref: return HeapType::extern_;
    case Word::nullexternref: return HeapType::noextern;
    case Word::exnref: return HeapType::exn;
    case Word::nullexnref: return HeapType::noexn;
    default: return std::nullopt;
  }
}

/// A heap type as written: abstract, or the index of a definition.
struct HeapTypeText {
  std::optional<HeapType::Abstract> abstract;
  std::uint32_t index = 0;
  bool operator==(const HeapTypeText&) const = default;
};

struct ReferenceTypeText {
  HeapTypeText heap{HeapType::func, 0};
  bool nullable = true;
  bool operator==(const ReferenceTypeText&) const = default;
};
inline constexpr ReferenceTypeText funcref_text{};

inline void encode(Encoder& out, const HeapTypeText& type) {
  if (type.abstract) out.u8(*type.abstract);
  else out.s64(type.index);
}
inline void encode(Encoder& out, const ReferenceTypeText& type) {
  if (!type.nullable || !type.heap.abstract) out.u8(type.nullable ? ValueType::ref_null : ValueType::ref);
  encode(out, type.heap);
}

inline HeapTypeText heap_type(Draft& draft) {
  if (const auto abstract = abstract_heap_type(draft.cursor.peek().word())) return draft.cursor.take(), HeapTypeText{abstract, 0};
  return {std::nullopt, draft.index(Space::type)};
}

inline bool at_reference_type(const Cursor& cursor) { return cursor.at_group(Word::ref) || short_reference_type(cursor.peek().word()); }

inline ReferenceTypeText reference_type(Draft& draft) {
  Cursor& cursor = draft.cursor;
  if (const auto heap = short_reference_type(cursor.peek().word())) return cursor.take(), ReferenceTypeText{{heap, 0}, true};
  cursor.expect_group(Word::ref);
  ReferenceTypeText type;
  type.nullable = cursor.take_if(Word::null);
  type.heap = heap_type(draft);
  cursor.close();
  return type;
}

/// The number or vector type that `word` names.
constexpr std::optional<ValueType::Kind> number_type(Word word) {
  switch (word) {
    case Word::i32: return ValueType::i32;
    case Word::i64: return ValueType::i64;
    case Word::f32: return ValueType::f32;
    case Word::f64: return ValueType::f64;
    case Word::v128: return ValueType::v128;
    default: return std::nullopt;
  }
}

inline void value_type(Draft& draft, Encoder& out) {
  if (const auto number = number_type(draft.cursor.peek().word())) draft.cursor.take(), out.u8(*number);
  else encode(out, reference_type(draft));
}

}  // namespace wasmer::text
