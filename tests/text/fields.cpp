#include <wasmer/text/fields.hpp>

#include <wasmer/text/scan.hpp>

#include "../catch.hpp"
#include "drafted.hpp"

using namespace wasmer::text;
using wasmer::tests::Drafted, wasmer::tests::hex, wasmer::tests::rest;

namespace {

/// Fields that have been scanned and read.
struct Fields : Drafted {
  explicit Fields(std::string_view source) : Drafted(source) {
    scan(draft);
    FieldParser(draft).fields();
  }
  /// "COUNT: ENTRIES" of a section.
  std::string section(Section of) {
    const Entries& entries = draft.section(of);
    return std::to_string(entries.count) + ": " + hex(entries.body.bytes());
  }
};
std::string section(Section of, std::string_view source) {
  Fields fields(source);
  return fields.draft.cursor.failed() ? rest(fields.draft.cursor) : fields.section(of);
}
std::string message(std::string_view source) {
  Fields fields(source);
  return rest(fields.draft.cursor);
}

}  // namespace

TEST_CASE("fields are read up to what is none") {
  Fields fields("(func) (memory 1)) (table 1 funcref)");
  CHECK(fields.section(Section::memory) == "1: 00 01");
  CHECK(fields.section(Section::table) == "0: ");
  CHECK(rest(fields.draft.cursor) == " before )");
}

TEST_CASE("types were read by the scan, and are passed over") {
  CHECK(section(Section::type, "(type (func)) (rec (type (struct))) (type (func (param i32)))") == "3: 60 00 00 5f 00 60 01 7f 00");
  CHECK(section(Section::type, "(func (param i64))") == "1: 60 01 7e 00");  // but a use adds its own
}

TEST_CASE("a definition has any number of exports, in their order") {
  CHECK(section(Section::export_, "(func) (func $f (export \"a\") (export \"\")) (memory (export \"m\") 1)") ==
        "3: 01 61 00 01 00 00 01 01 6d 02 00");
  CHECK(section(Section::export_, "(global $g (export \"g\") i32 (i32.const 0)) (tag (export \"t\"))") == "2: 01 67 03 00 01 74 04 00");
  CHECK(section(Section::export_, "(table $t 0 funcref) (export \"a\" (table $t)) (export \"b\" (table 0))") == "2: 01 61 01 00 01 62 01 00");
}

TEST_CASE("an export that stands inside of an import counts imports too") {
  CHECK(section(Section::export_, "(import \"\" \"\" (func)) (func (export \"x\") (import \"\" \"\"))") == "1: 01 78 00 01");
}

TEST_CASE("imports of every kind are their names, a kind and a type") {
  CHECK(section(Section::import, "(import \"a\" \"b\" (func $f (param i32)))") == "1: 01 61 01 62 00 00");
  CHECK(section(Section::import, "(import \"\" \"\" (table $t i64 1 funcref))") == "1: 00 00 01 70 04 01");
  CHECK(section(Section::import, "(memory $m (import \"\" \"\") 1 2)") == "1: 00 00 02 01 01 02");
  CHECK(section(Section::import, "(import \"\" \"\" (global (mut i32)))") == "1: 00 00 03 7f 01");
  CHECK(section(Section::import, "(import \"\" \"\" (tag))") == "1: 00 00 04 00 00");
  CHECK(message("(import \"\" \"\" (data))") == "<text>:1:16: unexpected token data");
}

TEST_CASE("locals of one type that stand together are one run, whatever fields they stand in") {
  CHECK(section(Section::code, "(func (local i32) (local $x i32) (local) (local f32 f32 i32))") == "1: 08 03 02 7f 02 7d 01 7f 0b");
  CHECK(section(Section::code, "(func)") == "1: 02 00 0b");
}

TEST_CASE("the names of a function's locals, parameters among them, are kept with its index") {
  Fields fields("(func) (func (param $p i32) (local i32) (local $l i32))");
  CHECK(fields.draft.local_names.count == 1);
  CHECK(hex(fields.draft.local_names.body.bytes()) == "01 02 00 01 70 02 01 6c");
}

TEST_CASE("a table's initial value is written, unless it is the null that it would be without") {
  CHECK(section(Section::table, "(func $f) (table 1 funcref (ref.func $f))") == "1: 40 00 70 00 01 d2 00 0b");
  CHECK(section(Section::table, "(table 1 externref (ref.null extern))") == "1: 6f 00 01");
  CHECK(section(Section::table, "(table 1 (ref null func) (ref.null func))") == "1: 70 00 01");
}

TEST_CASE("a module starts at most once") {
  CHECK(Fields("(func) (func $f) (start $f)").draft.start == 1u);
  CHECK_FALSE(Fields("(func)").draft.start.has_value());
  CHECK(message("(func) (start 0) (start 0)") == "<text>:1:19: multiple start sections");
}

TEST_CASE("a definition of any kind ends the imports") {
  CHECK(message("(tag) (func (import \"\" \"\"))") == "<text>:1:13: import after tag");
  CHECK(message("(type (func)) (export \"f\" (func 0)) (import \"\" \"\" (func))").empty());  // which these are not
}

TEST_CASE("a field of no known kind is refused by its word") {
  CHECK(message("(fun)") == "<text>:1:2: unknown operator fun");
  CHECK(message("(local i32)") == "<text>:1:2: unexpected token local");
  CHECK(message("(func) ()") == "<text>:1:9: unexpected token )");
}
