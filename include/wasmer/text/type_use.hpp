#pragma once
/// \file
/// Type uses (spec section 6.6.3): a type by index, by its parameters and results, or both; and block types, which are type uses too.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <wasmer/text/draft.hpp>
#include <wasmer/text/value_type.hpp>

namespace wasmer::text {

/// The parameters and results that stand here, `(param ...)* (result ...)*`. With `names`, parameters may have names, which go there.
inline Signature signature(Draft& draft, IndexSpace* names) {
  Cursor& cursor = draft.cursor;
  Signature type;
  const auto group = [&](Word word, std::uint32_t& count, IndexSpace* bind, Encoder& values) {
    while (cursor.take_group_if(word)) {
      if (bind != nullptr && cursor.at(Token::identifier)) {
        const Token& identifier = cursor.take();
        draft.bind(*bind, &identifier, cursor.position(), "local");
        value_type(draft, values), ++count;
      } else {
        for (; !cursor.at(Token::right) && !cursor.failed(); ++count) {
          if (bind != nullptr) draft.bind(*bind, nullptr, cursor.position(), "local");
          value_type(draft, values);
        }
      }
      cursor.close();
    }
  };
  const auto vector = [&](std::uint32_t count, const Encoder& values) {
    Encoder size;
    size.u32(count);
    type.encoding.append(size.view()).append(values.view());
  };
  if (!cursor.at(Token::left)) return type.encoding.assign(2, '\0'), type;
  Encoder params, results;
  group(Word::param, type.params, names, params);
  group(Word::result, type.results, nullptr, results);
  vector(type.params, params);
  vector(type.results, results);
  return type;
}

/// A type use, `(type x)? (param ...)* (result ...)*`.
struct TypeUse {
  std::optional<std::uint32_t> index;  ///< when it is written
  const Token* token = nullptr;        ///< of the index, or of the beginning
  Signature inline_type;
};

/// Reads a type use and checks what it says twice. `names` is as for `signature`; it gets the parameters of the type if none are written.
inline TypeUse type_use(Draft& draft, IndexSpace* names) {
  Cursor& cursor = draft.cursor;
  TypeUse use;
  use.token = &cursor.peek();
  if (cursor.take_group_if(Word::type)) {
    use.token = &cursor.peek();
    use.index = draft.index(Space::type);
    cursor.close();
  }
  use.inline_type = signature(draft, names);
  if (cursor.at_group(Word::param) || cursor.at_group(Word::type)) cursor.take(), cursor.unexpected();
  if (!use.index || cursor.failed()) return use;
  const bool is_bare = use.inline_type.params == 0 && use.inline_type.results == 0;
  const TypeDraft* type = *use.index < draft.types.size() ? &draft.types[*use.index] : nullptr;
  if (!is_bare) {
    if (type == nullptr) cursor.fail(ErrorId::unknown_type, *use.token);
    else if (type->kind != CompositeKind::function || type->function.encoding != use.inline_type.encoding)
      cursor.fail(ErrorId::inline_function_type, *use.token, "differs from that of type " + std::to_string(*use.index));
  } else if (type != nullptr && names != nullptr) {
    names->add(type->function.params);
  }
  return use;
}

/// The index of the type that is used; adds it if need be.
inline std::uint32_t type_of(Draft& draft, TypeUse&& use) { return use.index ? *use.index : draft.type_with(std::move(use.inline_type)); }
inline std::uint32_t type_use_index(Draft& draft, IndexSpace* names = nullptr) { return type_of(draft, type_use(draft, names)); }

/// What a block takes and leaves, in its shortest encoding.
inline void block_type(Draft& draft, Encoder& out) {
  TypeUse use = type_use(draft, nullptr);
  if (use.index) return out.s64(*use.index);
  const Signature& type = use.inline_type;
  if (type.params == 0 && type.results == 0) return out.u8(0x40);
  if (type.params == 0 && type.results == 1) return out.append(std::string_view(type.encoding).substr(2));
  out.s64(draft.type_with(std::move(use.inline_type)));
}

}  // namespace wasmer::text
