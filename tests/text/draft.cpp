#include <wasmer/text/draft.hpp>

#include <algorithm>
#include <iterator>

#include "../catch.hpp"
#include "drafted.hpp"

using namespace wasmer::text;
using wasmer::tests::Drafted, wasmer::tests::hex;

static_assert(static_cast<std::size_t>(Section::tag) + 1 == section_count && std::size(section_order) == section_count - 1,
              "all but the custom ones");

namespace {
Signature signature_of(std::string_view encoding) { return {0, 0, std::string(encoding)}; }
const std::string nothing("\0\0", 2), takes_i32("\x01\x7F\0", 3);
}  // namespace

TEST_CASE("each section has one place in the order of the binary format") {
  std::vector<Section> sorted(std::begin(section_order), std::end(section_order));
  std::ranges::sort(sorted);
  CHECK(std::ranges::adjacent_find(sorted) == sorted.end());
  CHECK(std::ranges::find(sorted, Section::custom) == sorted.end());
}

TEST_CASE("an index is a number, or the name of what is there") {
  Drafted text("7 $b $a");
  text.draft.space(Space::memory).add("a");
  text.draft.space(Space::memory).add("b");
  CHECK(text.draft.index(Space::memory) == 7);  // numbers are for the validator to check
  CHECK(text.draft.index(Space::memory) == 1);
  CHECK(text.draft.index(Space::memory) == 0);
  CHECK_FALSE(text.draft.cursor.failed());
}

TEST_CASE("a name is looked for in the space that is asked for, and unknown in others") {
  Drafted text(" $a");
  text.draft.space(Space::memory).add("a");
  text.draft.index(Space::table);
  CHECK(text.draft.cursor.take_error().message() == "<text>:1:2: unknown table $a");
}

TEST_CASE("an index that may be left out is 0 then") {
  Drafted text("func $a");
  text.draft.space(Space::table).add();
  text.draft.space(Space::table).add("a");
  CHECK(text.draft.optional_index(Space::table) == 0);
  CHECK(text.draft.cursor.take_if(Word::func));
  CHECK(text.draft.optional_index(Space::table) == 1);
}

TEST_CASE("an identifier is bound to the next index, and to none if it is taken") {
  Drafted text("$a $b $a");
  Draft& draft = text.draft;
  draft.bind(Space::data, &draft.cursor.take(), 1);
  draft.bind(Space::data, nullptr, 1);
  draft.bind(Space::data, &draft.cursor.take(), 2);
  CHECK(draft.space(Space::data).find("b") == 2u);
  draft.bind(Space::data, &draft.cursor.take(), 3);
  CHECK(draft.cursor.take_error().message() == "<text>:1:7: duplicate data segment $a");
}

TEST_CASE("an annotation gives its name to what stands before the same token, and is used up") {
  Drafted text("$a $b");
  Draft& draft = text.draft;
  draft.name_annotations.push_back({.before = 1, .id = nullptr, .name = "a b", .is_used = false});
  CHECK(draft.name_annotation(0) == nullptr);
  CHECK(draft.name_annotation(2) == nullptr);
  draft.bind(Space::function, &draft.cursor.take(), 1);
  draft.bind(Space::function, &draft.cursor.take(), 2);
  CHECK(draft.name_annotations[0].is_used);
  CHECK(draft.space(Space::function).named().at(0).name == "a b");
  CHECK(draft.space(Space::function).named().at(1).name == "b");
  CHECK(draft.space(Space::function).find("a") == 0u);  // for people only
}

TEST_CASE("a function type is added once, behind those that are there") {
  Drafted text("");
  Draft& draft = text.draft;
  draft.types.emplace_back().kind = wasmer::CompositeKind::structure;
  CHECK(draft.type_with(signature_of(takes_i32)) == 1);
  CHECK(draft.type_with(signature_of(nothing)) == 2);
  CHECK(draft.type_with(signature_of(takes_i32)) == 1);
  CHECK(draft.section(Section::type).count == 2);
  CHECK(hex(draft.section(Section::type).body.bytes()) == "60 01 7f 00 60 00 00");
}
