#include <wasmer/text/segments.hpp>

#include "../catch.hpp"
#include "drafted.hpp"

using namespace wasmer;
using namespace wasmer::text;
using tests::Drafted, tests::hex, tests::rest;

namespace {

/// What `read(segments)` adds to a section, once `(elem` or `(data` has been taken. There are functions $f and $g, and tables and memories 0 and $n.
template <class Read> std::string added(std::string_view source, text::Section section, Read read) {
  Drafted text(source);
  for (const char* name : {"f", "g"}) text.draft.space(Space::function).add(std::string_view(name));
  for (const Space space : {Space::table, Space::memory}) text.draft.space(space).add(), text.draft.space(space).add("n");
  InstructionParser instructions(text.draft);
  SegmentParser segments(text.draft, instructions);
  text.draft.cursor.take(), text.draft.cursor.take();
  read(segments);
  if (text.draft.cursor.failed()) return rest(text.draft.cursor);
  return hex(text.draft.section(section).body.bytes()) + rest(text.draft.cursor);
}
std::string element(std::string_view source) {
  return added(source, text::Section::element, [](SegmentParser& segments) { segments.element_segment(); });
}
std::string data(std::string_view source) { return added(source, text::Section::data, [](SegmentParser& segments) { segments.data_segment(); }); }

/// "MINIMUM MAXIMUM" of a table or memory that its contents size, and the segment.
std::string inline_elements(std::string_view source, bool is_64 = false, const ReferenceTypeText& type = funcref_text) {
  Drafted text(source);
  for (const char* name : {"f", "g"}) text.draft.space(Space::function).add(std::string_view(name));
  InstructionParser instructions(text.draft);
  const LimitsText limits = SegmentParser(text.draft, instructions).inline_elements(0, is_64, type);
  if (text.draft.cursor.failed()) return rest(text.draft.cursor);
  return std::to_string(limits.minimum) + " " + std::to_string(limits.maximum.value()) + (limits.is_64 ? " i64: " : ": ") +
         hex(text.draft.section(text::Section::element).body.bytes());
}
std::string pages_for(std::size_t bytes, std::optional<std::uint8_t> page_size_log2 = {}) {
  const std::string source = "(data \"" + std::string(bytes, 'x') + "\")";
  Drafted text(source);
  InstructionParser instructions(text.draft);
  LimitsText limits;
  limits.page_size_log2 = page_size_log2;
  SegmentParser(text.draft, instructions).inline_data(0, limits);
  return std::to_string(limits.minimum) + " " + std::to_string(limits.maximum.value());
}

}  // namespace

TEST_CASE("an element segment is for the table it names, else the first, and takes the shortest form") {
  CHECK(element("(elem $e (i32.const 1) $f $g)") == "00 41 01 0b 02 00 01");
  CHECK(element("(elem (table 0) (i32.const 1) func $f)") == "00 41 01 0b 01 00");
  CHECK(element("(elem (table $n) (offset i32.const 1) func $f)") == "02 01 41 01 0b 00 01 00");
  CHECK(element("(elem (offset (i32.add (i32.const 1) (i32.const 2))))") == "00 41 01 41 02 6a 0b 00");
}

TEST_CASE("without a place a segment is passive, and declarative where it says so") {
  CHECK(element("(elem func)") == "01 00 00");
  CHECK(element("(elem declare func 1)") == "03 00 01 01");
  CHECK(element("(elem (ref func) (ref.func 0))") == "05 64 70 01 d2 00 0b");
}

TEST_CASE("an element that is an expression is an item, or one folded instruction") {
  CHECK(element("(elem externref (item ref.null extern) (ref.null extern))") == "05 6f 02 d0 6f 0b d0 6f 0b");
  CHECK(element("(elem (i32.const 0) funcref (ref.func $g))") == "04 41 00 0b 01 d2 01 0b");
  CHECK(element("(elem funcref (item (i32.const 0) (drop)))") == "05 70 01 41 00 1a 0b");  // for the validator to refuse
}

TEST_CASE("an element segment that goes on behind its elements is refused there") {
  CHECK(element("(elem func $f i32)") == "<text>:1:15: unexpected token i32");
  CHECK(element("(elem func $h)") == "<text>:1:12: unknown function $h");
  CHECK(element("(elem (table $x) (i32.const 0) func)") == "<text>:1:14: unknown table $x");
  CHECK(element("(elem") == "<text>:1:6: unexpected token at the end");
}

TEST_CASE("a data segment is strings, one behind the other, with a place or without") {
  CHECK(data("(data \"a\" \"\" \"\\00b\")") == "01 03 61 00 62");
  CHECK(data("(data (i32.const 9))") == "00 41 09 0b 00");
  CHECK(data("(data $d (memory $n) (offset (i32.const 9)) \"x\")") == "02 01 41 09 0b 01 78");
  CHECK(data("(data 1 (i32.const 9) \"x\")") == "02 01 41 09 0b 01 78");  // older syntax
  CHECK(data("(data (memory $x) (i32.const 0))") == "<text>:1:15: unknown memory $x");
  CHECK(data("(data \"a\" 1)") == "<text>:1:11: unexpected token 1");
}

TEST_CASE("a table of its elements is as large as they are many") {
  CHECK(inline_elements("(elem $f $g $f)") == "3 3: 00 41 00 0b 03 00 01 00");
  CHECK(inline_elements("(elem)") == "0 0: 00 41 00 0b 00");
  CHECK(inline_elements("(elem (ref.func 1))", true) == "1 1 i64: 04 42 00 0b 01 d2 01 0b");
  CHECK(inline_elements("(elem $f)", false, {{HeapType::func, 0}, false}) == "1 1: 06 00 41 00 0b 64 70 01 d2 00 0b");
}

TEST_CASE("a memory of its data has as many pages as they take") {
  CHECK(pages_for(0) == "0 0");
  CHECK(pages_for(1) == "1 1");
  CHECK(pages_for(65536) == "1 1");
  CHECK(pages_for(65537) == "2 2");
  CHECK(pages_for(5, 0) == "5 5");
  CHECK(pages_for(5, 63) == "1 1");
  CHECK(pages_for(0, 63) == "0 0");
}
