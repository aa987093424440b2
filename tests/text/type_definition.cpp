#include <wasmer/text/type_definition.hpp>

#include "../catch.hpp"
#include "drafted.hpp"

using namespace wasmer;
using namespace wasmer::text;
using tests::Drafted, tests::hex, tests::rest, tests::written;

namespace {

std::string field(std::string_view source) { return written(source, [](Draft& draft, Encoder& out) { field_type(draft, out); }); }

/// The type section's entries after all groups of `source`, whose types are $a, $b and $c in their order; or the error's message.
struct Groups {
  Drafted text;
  std::string encoding;
  explicit Groups(std::string_view source) : text(source) {
    for (const char* name : {"a", "b", "c"}) text.draft.space(Space::type).add(std::string_view(name));
    while (text.draft.cursor.at(Token::left)) recursive_group(text.draft);
    const bool failed = text.draft.cursor.failed();
    const std::string behind = rest(text.draft.cursor);
    encoding = failed ? behind : hex(text.draft.section(text::Section::type).body.bytes()) + behind;
  }
};
std::string groups(std::string_view source) { return Groups(source).encoding; }

}  // namespace

TEST_CASE("a field is a type that may be packed and may be mutable") {
  CHECK(field("i32") == "7f 00");
  CHECK(field("i8") == "78 00");
  CHECK(field("(mut i16)") == "77 01");
  CHECK(field("(mut (ref any))") == "64 6e 01");
  CHECK(field("(mut)") == "<text>:1:5: unexpected token )");
}

TEST_CASE("functions, structures and arrays are encoded by their form") {
  CHECK(groups("(type (func (param $x i32) (result i64)))") == "60 01 7f 01 7e");
  CHECK(groups("(type (struct (field i8 (mut f32)) (field $n i64)))") == "5f 03 78 00 7d 01 7e 00");
  CHECK(groups("(type (struct))") == "5f 00");
  CHECK(groups("(type (array (mut i16)))") == "5e 77 01");
}

TEST_CASE("a final type without a supertype goes without saying, any other subtype is said") {
  CHECK(groups("(type (sub final (struct)))") == "5f 00");
  CHECK(groups("(type (sub (struct)))") == "50 00 5f 00");
  CHECK(groups("(type (struct)) (type (sub $a (struct)))") == "5f 00 50 01 00 5f 00");
  CHECK(groups("(type (struct)) (type (sub final 0 (struct)))") == "5f 00 4f 01 00 5f 00");
  CHECK(groups("(type (sub 0 1 (struct)))") == "50 02 00 01 5f 00");  // for the decoder to refuse
}

TEST_CASE("a group of one is no group, others say how many types they have") {
  CHECK(groups("(rec (type (func)))") == "60 00 00");
  CHECK(groups("(rec (type (array (ref $b))) (type (array (ref $a))))") == "4e 02 5e 64 01 00 5e 64 00 00");
  CHECK(groups("(rec)") == "4e 00");
  Groups both("(rec (type (func)) (type (func))) (type (struct))");
  CHECK(both.text.draft.section(text::Section::type).count == 2);  // entries are groups
  CHECK(both.text.draft.types.size() == 3);
}

TEST_CASE("a type use may stand for a plain function type that is alone, and for no other") {
  const auto known = [](std::string_view source) { return Groups(source).text.draft.signatures.size(); };
  CHECK(known("(type (func))") == 1);
  CHECK(known("(type $x (sub final (func)))") == 1);
  CHECK(known("(rec (type (func)))") == 1);
  CHECK(known("(type (func)) (type (func))") == 1);
  CHECK(Groups("(type (func)) (type (func))").text.draft.signatures.begin()->second == 0);
  CHECK(known("(type (sub (func)))") == 0);
  CHECK(known("(rec (type (func)) (type (func)))") == 0);
  CHECK(known("(type (struct))") == 0);
}

TEST_CASE("fields are named within their structure") {
  Groups structures("(type (struct (field i32) (field $x i32))) (type (struct (field $x i32)))");
  CHECK(structures.text.draft.types.at(0).fields.find("x") == 1u);
  CHECK(structures.text.draft.types.at(1).fields.find("x") == 0u);
  CHECK(groups("(type (struct (field $x i32) (field $x i32)))") == "<text>:1:37: duplicate field $x");
  CHECK(groups("(type (struct (field $x i32 i32)))") == "<text>:1:29: unexpected token i32");
}

TEST_CASE("what is no type definition is refused where it stands") {
  CHECK(groups("(type)") == "<text>:1:6: unexpected token )");
  CHECK(groups("(type (union))") == "<text>:1:8: unknown operator union");
  CHECK(groups("(type (func) (func))") == "<text>:1:14: unexpected token (");
  CHECK(groups("(rec (func))") == "<text>:1:7: unexpected token func");
  CHECK(groups("(type (sub $d (func)))") == "<text>:1:12: unknown type $d");
  CHECK(groups("(type (array i32 i32))") == "<text>:1:18: unexpected token i32");
}
