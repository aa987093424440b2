#include <wasmer/text/type_use.hpp>

#include "../catch.hpp"
#include "drafted.hpp"

using namespace wasmer;
using namespace wasmer::text;
using tests::Drafted, tests::hex, tests::rest, tests::written;

namespace {

/// Type 0, $pair, is [i32 i32] -> [], type 1 a structure.
void add_types(Draft& draft) {
  draft.space(Space::type).add("pair");
  draft.space(Space::type).add();
  draft.types.push_back({CompositeKind::function, {2, 0, std::string("\x02\x7F\x7F\0", 4)}, {}});
  draft.types.emplace_back().kind = CompositeKind::structure;
  draft.signatures.emplace(draft.types[0].function.encoding, 0);
}

/// "COUNT COUNT: ENCODING" of a signature; or the error's message.
std::string signature_text(std::string_view source, IndexSpace* names = nullptr) {
  Drafted text(source);
  const Signature type = signature(text.draft, names);
  if (text.draft.cursor.failed()) return rest(text.draft.cursor);
  return std::to_string(type.params) + " " + std::to_string(type.results) + ": " + hex(std::as_bytes(std::span(type.encoding))) +
         rest(text.draft.cursor);
}
std::string block(std::string_view source) {
  return written(source, [](Draft& draft, Encoder& out) {
    add_types(draft);
    block_type(draft, out);
  });
}
std::string use(std::string_view source) {
  return written(source, [](Draft& draft, Encoder& out) {
    add_types(draft);
    out.u32(type_use_index(draft));
  });
}

}  // namespace

TEST_CASE("a signature is groups of parameters, then groups of results") {
  CHECK(signature_text("") == "0 0: 00 00");
  CHECK(signature_text("(param i32 i64) (param) (param f32) (result funcref)") == "3 1: 03 7f 7e 7d 01 70");
  CHECK(signature_text("(result i32) nop") == "0 1: 00 01 7f before nop");
  CHECK(signature_text("(param i32) (local i32)") == "1 0: 01 7f 00 before (");
}

TEST_CASE("parameters have names where names are wanted, one to a group") {
  IndexSpace names;
  CHECK(signature_text("(param i32) (param $x i64)", &names) == "2 0: 02 7f 7e 00");
  CHECK(names.find("x") == 1u);
  CHECK(names.size() == 2);
  IndexSpace again;
  CHECK(signature_text("(param $x i32) (param $x i32)", &again) == "<text>:1:23: duplicate local $x");
  CHECK(signature_text("(param $x i32)") == "<text>:1:8: unexpected token $x");
  IndexSpace third;
  CHECK(signature_text("(param $x i32 i32)", &third) == "<text>:1:15: unexpected token i32");
}

TEST_CASE("a type use is an index, a signature that is found, or one that is added") {
  CHECK(use("(type $pair)") == "00");
  CHECK(use("(type 0) (param i32 i32)") == "00");
  CHECK(use("(param i32 i32)") == "00");
  CHECK(use("") == "02");
  CHECK(use("(result i64)") == "02");
  CHECK(use("(type 77)") == "4d");  // for the validator to refuse
}

TEST_CASE("an index and a signature agree") {
  CHECK(use("(type $pair) (param i32)") == "<text>:1:7: inline function type differs from that of type 0");
  CHECK(use("(type 1) (param i32)") == "<text>:1:7: inline function type differs from that of type 1");
  CHECK(use("(type 2) (param i32)") == "<text>:1:7: unknown type 2");
  CHECK(use("(type $none)") == "<text>:1:7: unknown type $none");
}

TEST_CASE("an index comes first, and parameters before results") {
  CHECK(use("(param i32) (type 0)") == "<text>:1:14: unexpected token type");
  CHECK(use("(result i32) (param i32)") == "<text>:1:15: unexpected token param");
}

TEST_CASE("a type that is used by index alone names as many parameters as it has") {
  Drafted text("(type $pair)");
  add_types(text.draft);
  IndexSpace names;
  CHECK(type_use_index(text.draft, &names) == 0);
  CHECK(names.size() == 2);
}

TEST_CASE("a block's type is nothing, a type, or an index as a signed number") {
  CHECK(block("") == "40");
  CHECK(block("(result f64)") == "7c");
  CHECK(block("(result (ref null 1))") == "63 01");
  CHECK(block("(param i32 i32)") == "00");
  CHECK(block("(type 1)") == "01");
  CHECK(block("(type 64)") == "c0 00");
  CHECK(block("(param i32)") == "02");
  CHECK(block("(param $x i32)") == "<text>:1:8: unexpected token $x");
}
