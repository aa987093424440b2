#pragma once
/// \file
/// A module in the making: what the parsers of its fields share.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <wasmer/text/cursor.hpp>
#include <wasmer/text/encoder.hpp>
#include <wasmer/text/index_space.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::text {

/// A function type by its encoding: the vectors of its parameters and of its results.
struct Signature {
  std::uint32_t params = 0;
  std::uint32_t results = 0;
  std::string encoding;
};

/// What other fields have to know of a type definition.
struct TypeDraft {
  CompositeKind kind = CompositeKind::function;
  Signature function;
  IndexSpace fields;  ///< of a structure
};

/// A section, by its id; `Draft::sections` holds their entries.
enum class Section : std::uint8_t { custom, type, import, function, table, memory, global, export_, start, element, code, data, data_count, tag };
inline constexpr std::size_t section_count = 14;

struct Draft {
  explicit Draft(const Tokens& tokens, std::uint32_t at) : cursor(tokens, at) {}

  Cursor cursor;
  std::array<IndexSpace, space_count> spaces;
  std::vector<TypeDraft> types;                             ///< each one of the type space that has been read, or added for a type use
  std::unordered_map<std::string, std::uint32_t> signatures;  ///< the first type that is this function type and nothing more
  std::array<Entries, section_count> sections;              ///< the type section's entries are recursive groups
  std::optional<std::uint32_t> start;
  bool needs_data_count = false;
  std::string_view module_name;
  Entries local_names;

  IndexSpace& space(Space space) { return spaces[static_cast<std::size_t>(space)]; }
  Entries& section(Section section) { return sections[static_cast<std::size_t>(section)]; }

  /// Binds the identifier, if there is one, to the next index of `space`.
  void bind(Space in, const Token* identifier) {
    if (identifier == nullptr) space(in).add();
    else if (!space(in).add(cursor.source().name_of(*identifier))) duplicate(word_for(in), *identifier);
  }
  void duplicate(std::string_view what, const Token& identifier) {
    cursor.fail(ErrorId::duplicate_identifier, identifier, std::string(what).append(" ").append(cursor.source().text_of(identifier)));
  }

  /// The index that stands here, by number or by name. Numbers are for the validator to check.
  std::uint32_t index(Space in) { return index(space(in), unknown(in)); }
  std::uint32_t index(const IndexSpace& in, ErrorId unknown) {
    if (!cursor.at(Token::identifier)) return cursor.natural32();
    const Token& token = cursor.take();
    const std::optional<std::uint32_t> found = in.find(cursor.source().name_of(token));
    if (!found) cursor.fail(unknown, token);
    return found.value_or(0);
  }
  /// The same where the index may be left out and is 0 then.
  std::uint32_t optional_index(Space in) { return cursor.at_index() ? index(in) : 0; }

  /// The index of a plain function type with this signature, which is added if there is none.
  std::uint32_t type_with(Signature signature) {
    if (const auto found = signatures.find(signature.encoding); found != signatures.end()) return found->second;
    const auto index = static_cast<std::uint32_t>(types.size());
    Encoder& out = section(Section::type).add();
    out.u8(0x60);
    out.append(signature.encoding);
    signatures.emplace(signature.encoding, index);
    types.emplace_back().function = std::move(signature);
    return index;
  }
};

}  // namespace wasmer::text
