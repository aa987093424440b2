#include <wasmer/text/value_type.hpp>

#include "../catch.hpp"
#include "drafted.hpp"

using namespace wasmer;
using namespace wasmer::text;
using tests::written;

static_assert(abstract_heap_type(Word::func) == HeapType::func && abstract_heap_type(Word::noexn) == HeapType::noexn &&
              !abstract_heap_type(Word::funcref));
static_assert(short_reference_type(Word::funcref) == HeapType::func && short_reference_type(Word::nullref) == HeapType::none &&
              !short_reference_type(Word::func));
static_assert(number_type(Word::v128) == ValueType::v128 && number_type(Word::f32) == ValueType::f32 && !number_type(Word::i8));
static_assert(funcref_text == ReferenceTypeText{{HeapType::func, 0}, true});

namespace {
std::string value(std::string_view source) {
  return written(source, [](Draft& draft, Encoder& out) {
    draft.space(Space::type).add();
    draft.space(Space::type).add("t");
    value_type(draft, out);
  });
}
}  // namespace

TEST_CASE("number and vector types are a byte each") {
  CHECK(value("i32") == "7f");
  CHECK(value("i64") == "7e");
  CHECK(value("f32") == "7d");
  CHECK(value("f64") == "7c");
  CHECK(value("v128") == "7b");
}

TEST_CASE("a reference type is a byte where it is abstract and may be null, and has two parts elsewhere") {
  CHECK(value("funcref") == "70");
  CHECK(value("(ref null func)") == "70");
  CHECK(value("(ref func)") == "64 70");
  CHECK(value("(ref null $t)") == "63 01");
  CHECK(value("(ref 64)") == "64 c0 00");  // a signed number: 64 takes two bytes
  CHECK(value("nullexternref") == "72");
  CHECK(value("(ref exn)") == "64 69");
}

TEST_CASE("every short form is that of the nullable reference to its heap type") {
  constexpr std::pair<std::string_view, std::string_view> forms[] = {
      {"anyref", "any"},       {"eqref", "eq"},                 {"i31ref", "i31"}, {"structref", "struct"},   {"arrayref", "array"},
      {"nullref", "none"},     {"funcref", "func"},             {"exnref", "exn"}, {"nullfuncref", "nofunc"}, {"externref", "extern"},
      {"nullexnref", "noexn"}, {"nullexternref", "noextern"}};
  for (const auto& [brief, heap] : forms) {
    INFO(brief);
    CHECK(value(brief) == value("(ref null " + std::string(heap) + ")"));
    CHECK(value(brief).size() == 2);
  }
}

TEST_CASE("a reference type is told by its first token or two") {
  const auto at = [](std::string_view source) {
    const tests::Drafted text(source);
    return at_reference_type(text.draft.cursor);
  };
  CHECK(at("funcref"));
  CHECK(at("(ref"));
  CHECK_FALSE(at("(ref.func 0)"));
  CHECK_FALSE(at("func"));
  CHECK_FALSE(at("i32"));
}

TEST_CASE("what is no type is refused where it stands") {
  CHECK(value("i8") == "<text>:1:1: unexpected token i8");
  CHECK(value("func") == "<text>:1:1: unexpected token func");
  CHECK(value("(ref null)") == "<text>:1:10: unexpected token )");
  CHECK(value("(ref i32)") == "<text>:1:6: unexpected token i32");
  CHECK(value("(ref func") == "<text>:1:10: unexpected token at the end");
  CHECK(value("(ref $u)") == "<text>:1:6: unknown type $u");
}
