#include <wasmer/text/scan.hpp>

#include "../catch.hpp"
#include "drafted.hpp"

using namespace wasmer::text;
using wasmer::tests::Drafted, wasmer::tests::hex;
using wasmer::text::detail::has_group, wasmer::text::detail::space_of;

static_assert(space_of(Word::func) == Space::function && space_of(Word::data) == Space::data && space_of(Word::type) == Space::type);
static_assert(!space_of(Word::export_) && !space_of(Word::start) && !space_of(Word::import_));

namespace {
/// A draft that has been scanned.
struct Scanned : Drafted {
  explicit Scanned(std::string_view source) : Drafted(source) { scan(draft); }
  std::uint32_t count(Space space) { return draft.space(space).size(); }
  std::optional<std::uint32_t> find(Space space, std::string_view name) { return draft.space(space).find(name); }
};
}  // namespace

TEST_CASE("everything that has an index is numbered before anything is read") {
  Scanned text(
      "(func $f) (table $t 1 funcref) (func $g) (memory $m 1) (global $x i32 (i32.const 0)) (tag $e) (elem $s func) (data $d \"\") (export \"f\" "
      "(func $f)) (start $f)");
  CHECK(text.find(Space::function, "g") == 1u);
  CHECK(text.find(Space::table, "t") == 0u);
  CHECK(text.find(Space::memory, "m") == 0u);
  CHECK(text.find(Space::global, "x") == 0u);
  CHECK(text.find(Space::tag, "e") == 0u);
  CHECK(text.find(Space::element, "s") == 0u);
  CHECK(text.find(Space::data, "d") == 0u);
  CHECK(text.count(Space::function) == 2);
  CHECK(text.count(Space::type) == 0);  // those that uses add come later
}

TEST_CASE("imports are numbered with the definitions of their kind") {
  Scanned text("(import \"a\" \"b\" (func $i (param i32))) (import \"\" \"\" (memory 1)) (func $f) (func (import \"\" \"\"))");
  CHECK(text.find(Space::function, "i") == 0u);
  CHECK(text.find(Space::function, "f") == 1u);
  CHECK(text.count(Space::function) == 3);
  CHECK(text.count(Space::memory) == 1);
}

TEST_CASE("a table's elements and a memory's data are segments of their own") {
  Scanned text("(table funcref (elem)) (elem $e func) (memory (data \"\")) (data $d \"\")");
  CHECK(text.find(Space::element, "e") == 1u);
  CHECK(text.find(Space::data, "d") == 1u);
}

TEST_CASE("a group is looked for in a field, and not deeper") {
  const Drafted text("(table (a (elem)) (elem)) (table (a (elem)))");
  CHECK(has_group(text.draft.cursor, 0, Word::elem));
  const std::uint32_t second = text.tokens.tokens[0].partner + 1;
  CHECK_FALSE(has_group(text.draft.cursor, second, Word::elem));
  CHECK_FALSE(has_group(text.draft.cursor, second, Word::data));
}

TEST_CASE("types are read, once all of them have numbers") {
  Scanned text("(type $a (array (ref $c))) (rec (type $b (func)) (type $c (struct (field $x i32))))");
  CHECK(text.find(Space::type, "c") == 2u);
  CHECK(text.draft.types.size() == 3);
  CHECK(text.draft.types[2].fields.find("x") == 0u);
  CHECK(hex(text.draft.section(Section::type).body.bytes()) == "5e 64 02 00 4e 02 60 00 00 5f 01 7f 00");
}

TEST_CASE("the cursor is where it was") {
  Scanned text("(func) (type (func)) (func)");
  CHECK(text.draft.cursor.position() == 0);
  CHECK_FALSE(text.draft.cursor.failed());
}

TEST_CASE("a name that is given twice, and a type that is none, are errors here") {
  Scanned twice("(memory $m 1) (memory $m 1)");
  CHECK(twice.draft.cursor.take_error().message() == "<text>:1:23: duplicate memory $m");
  Scanned group("(rec (type $t (func)) (type $t (func)))");
  CHECK(group.draft.cursor.take_error().message() == "<text>:1:29: duplicate type $t");
  Scanned type("(type (fun))");
  CHECK(type.draft.cursor.take_error().message() == "<text>:1:8: unknown operator fun");
}

TEST_CASE("what else is wrong is left to the second pass") {
  for (const std::string_view source : {"(func (nonsense)) (fun) (func $f)", "(import (func $g)) (func $f)", "(global) (func $f)", "(func $f"}) {
    Scanned text(source);
    INFO(source);
    CHECK_FALSE(text.draft.cursor.failed());
    CHECK(text.find(Space::function, "f").has_value());
  }
}
