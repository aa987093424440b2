#include <wasmer/text/string.hpp>

#include "../catch.hpp"

using namespace wasmer;
using namespace wasmer::text;

static_assert(lex_string("\"ab\" c").size == 4);
static_assert(!lex_string("\"\"").error);

namespace {
std::string decoded(std::string_view literal) {
  std::string bytes;
  append_string(bytes, literal);
  return bytes;
}
}  // namespace

TEST_CASE("escapes stand for bytes and code points") {
  CHECK(decoded(R"("a\t\n\r\"\'\\z")") == "a\t\n\r\"'\\z");
  CHECK(decoded(R"("\00\fF")") == std::string("\0\xFF", 2));
  CHECK(decoded(R"("\u{41}\u{e4}\u{20_AC}\u{1F600}")") == "A\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
}

TEST_CASE("a string ends at its quote, and knows whether it has escapes") {
  CHECK(lex_string(R"("a\"b"c)").size == 6);
  CHECK(lex_string(R"("a\"b")").has_escape);
  CHECK_FALSE(lex_string(R"("ab")").has_escape);
}

TEST_CASE("what is no string says why") {
  CHECK(lex_string("\"ab").error == ErrorId::unclosed_string);
  CHECK(lex_string("\"a\nb\"").error == ErrorId::unclosed_string);
  CHECK(lex_string("\"a\x01\"").error == ErrorId::illegal_character);
  CHECK(lex_string("\"\x80\"").error == ErrorId::malformed_utf8);
  for (const char* text : {R"("\x")", R"("\0")", R"("\u")", R"("\u{}")", R"("\u{110000}")", R"("\u{d800}")", R"("\u{dfff}")", R"("\u{4)", R"("\u{100000041}")"})
    CHECK(lex_string(text).error == ErrorId::illegal_escape);
  CHECK_FALSE(lex_string(R"("\u{10ffff}\u{d7ff}\u{e000}")").error);
}
