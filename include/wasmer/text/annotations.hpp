#pragma once
/// \file
/// Annotations that mean something (spec appendix A.8): `(@custom ...)`, `(@name ...)` and `(@metadata.code.branch_hint ...)`.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/support/utf8.hpp>
#include <wasmer/text/draft.hpp>

namespace wasmer::text {

/// Reads the tokens of one annotation. Errors go to the draft's cursor.
class AnnotationReader {
 public:
  AnnotationReader(Draft& draft, const Annotation& annotation, ErrorId error)
      : draft_(draft), source_(draft.cursor.source()), tokens_(annotation.tokens), error_(error) {}

  /// `"name" (before section | after section)? "bytes"*`
  CustomSectionText custom_section() {
    CustomSectionText section;
    if (!at(Token::string)) return fail("missing section name"), section;
    section.name = string();
    if (!is_utf8(section.name)) return fail("malformed UTF-8 encoding"), section;
    section.place = 2 * std::size(section_order) - 1;
    if (at(Token::left)) section.place = placement();
    while (at(Token::string)) section.bytes += string();
    if (!at(Token::end)) fail("unexpected token");
    return section;
  }

  /// `"name"`
  std::string name() {
    std::string name;
    if (at(Token::string)) name = string();
    if (!at(Token::end) || tokens_.size() == 1) fail("unexpected token");
    else if (!is_utf8(name)) fail("malformed UTF-8 encoding");
    return name;
  }

  /// `"\00"`: not likely, or `"\01"`: likely
  std::uint8_t hint() {
    const std::string value = at(Token::string) ? string() : std::string();
    if (value.size() != 1 || !at(Token::end)) return fail("unexpected token"), std::uint8_t{0};
    return static_cast<std::uint8_t>(value[0]);
  }

 private:
  bool at(Token::Kind kind) const { return tokens_[at_].kind == kind; }
  const Token& take() { return at(Token::end) ? tokens_[at_] : tokens_[at_++]; }
  std::string string() {
    std::string storage;
    return std::string(source_.bytes_of(take(), storage));
  }
  void fail(std::string_view why) { draft_.cursor.fail(error_, tokens_[at_], std::string(why)); }

  std::uint32_t placement() {
    take();
    const Word word = take().word();
    if (word != Word::before && word != Word::after) return fail("malformed placement"), 0;
    const bool is_after = word == Word::after;
    const Word kind = at(Token::right) ? Word::unknown : take().word();
    std::uint32_t place = 0;
    if (const std::optional<Section> section = section_named(kind))
      place = 2 * static_cast<std::uint32_t>(std::ranges::find(section_order, *section) - std::begin(section_order)) + (is_after ? 1 : 0);
    else if (kind == Word::last && is_after) place = 2 * std::size(section_order) - 1;
    else if (kind != Word::first || is_after) return fail("malformed section kind"), 0;
    if (take().kind != Token::right) fail("malformed placement");
    return place;
  }
  static constexpr std::optional<Section> section_named(Word word) {
    switch (word) {
      case Word::type: return Section::type;
      case Word::import_: return Section::import;
      case Word::func: return Section::function;
      case Word::table: return Section::table;
      case Word::memory: return Section::memory;
      case Word::global: return Section::global;
      case Word::export_: return Section::export_;
      case Word::start: return Section::start;
      case Word::elem: return Section::element;
      case Word::code: return Section::code;
      case Word::data: return Section::data;
      case Word::tag: return Section::tag;
      default: return std::nullopt;
    }
  }

  Draft& draft_;
  const Tokens& source_;
  std::span<const Token> tokens_;  ///< the last is `end`
  ErrorId error_;
  std::size_t at_ = 0;
};

/// Reads the annotations of the module whose fields begin at the token `begin` and end before the token `end`. True if there are any.
inline bool read_annotations(Draft& draft, std::uint32_t begin, std::uint32_t end) {
  const Tokens& source = draft.cursor.source();
  const auto first = std::ranges::lower_bound(source.annotations, begin, {}, &Annotation::before);
  const auto last = std::ranges::upper_bound(source.annotations, end, {}, &Annotation::before);
  std::uint32_t field = begin;  // where fields begin, going along with the annotations
  for (auto annotation = first; annotation < last; ++annotation) {
    const std::string_view id = source.text_of(annotation->id);
    while (field < annotation->before && source.tokens[field].kind == Token::left) field = std::max(field, source.tokens[field].partner) + 1;
    if (id == "@custom") {
      if (annotation->before != field && annotation->before != end)
        draft.cursor.fail(ErrorId::misplaced_annotation, annotation->id, "@custom annotation");
      draft.custom_sections.push_back(AnnotationReader(draft, *annotation, ErrorId::custom_annotation).custom_section());
    } else if (id == "@name") {
      NameAnnotation name{.before = annotation->before, .id = &annotation->id, .name = {}};
      name.name = AnnotationReader(draft, *annotation, ErrorId::name_annotation).name();
      if (!draft.name_annotations.empty() && draft.name_annotations.back().before == name.before)
        draft.cursor.fail(ErrorId::name_annotation, annotation->id, name.before == begin ? "multiple module" : "multiple names");
      draft.name_annotations.push_back(std::move(name));
    } else {
      const std::uint8_t hint = AnnotationReader(draft, *annotation, ErrorId::branch_hint_annotation).hint();
      draft.branch_hints.push_back({.before = annotation->before, .id = &annotation->id, .value = hint});
    }
  }
  if (const NameAnnotation* const name = draft.name_annotation(begin)) draft.module_name = name->name;
  return first != last;
}

/// Fails if a name has been given to nothing.
inline void check_names(Draft& draft) {
  for (const NameAnnotation& name : draft.name_annotations)
    if (!name.is_used) draft.cursor.fail(ErrorId::misplaced_annotation, *name.id, "@name annotation");
}

}  // namespace wasmer::text
