#pragma once
/// \file
/// A module in the making: what the parsers of its fields share.

#include <algorithm>
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

/// A custom section that a text spells out, and where it goes: 2 * n before and 2 * n + 1 behind the n-th section in the order of `section_order`.
struct CustomSectionText {
  std::uint32_t place = 0;
  std::string name;
  std::string bytes;
};

/// A name that is spelled out for the name section.
struct NameAnnotation {
  std::uint32_t before = 0;  ///< index of the token behind it
  const Token* id = nullptr;
  std::string name;
  bool is_used = false;
};

/// Which way a branch goes most often.
struct BranchHint {
  std::uint32_t before = 0;  ///< index of the first token of its instruction
  const Token* id = nullptr;
  std::uint8_t value = 0;
};

/// A section, by its id; `Draft::sections` holds their entries.
enum class Section : std::uint8_t { custom, type, import, function, table, memory, global, export_, start, element, code, data, data_count, tag };
inline constexpr std::size_t section_count = 14;

/// Sections in the order of the binary format.
inline constexpr Section section_order[] = {Section::type,   Section::import,  Section::function, Section::table,   Section::memory,
                                            Section::tag,    Section::global,  Section::export_,  Section::start,   Section::element,
                                            Section::data_count, Section::code, Section::data};

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
  std::vector<CustomSectionText> custom_sections;
  std::vector<NameAnnotation> name_annotations;  ///< in the order of the text, like the next
  std::vector<BranchHint> branch_hints;          ///< of functions that are still to come
  Entries hinted_functions;                      ///< of the branch hint section

  IndexSpace& space(Space space) { return spaces[static_cast<std::size_t>(space)]; }
  Entries& section(Section section) { return sections[static_cast<std::size_t>(section)]; }

  /// Binds the identifier, if there is one, to the next index of `space`; `next` is the index of the token behind it.
  void bind(Space in, const Token* identifier, std::uint32_t next) { bind(space(in), identifier, next, word_for(in)); }
  void bind(IndexSpace& in, const Token* identifier, std::uint32_t next, std::string_view what) {
    if (identifier == nullptr) in.add();
    else if (!in.add(cursor.source().name_of(*identifier))) duplicate(what, *identifier);
    if (!name_annotations.empty()) [[unlikely]]
      if (const NameAnnotation* const annotation = name_annotation(next)) in.rename(annotation->name);
  }
  /// The name annotation that stands before the token `before`, if there is one.
  const NameAnnotation* name_annotation(std::uint32_t before) {
    const auto found = std::ranges::lower_bound(name_annotations, before, {}, &NameAnnotation::before);
    if (found == name_annotations.end() || found->before != before) return nullptr;
    found->is_used = true;
    return &*found;
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
