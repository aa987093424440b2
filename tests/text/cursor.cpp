#include <wasmer/text/cursor.hpp>

#include <string>

#include "../catch.hpp"
#include "drafted.hpp"

using namespace wasmer;
using namespace wasmer::text;

namespace {

/// A cursor at the first token of a text that outlives it.
struct Text {
  Tokens tokens;
  Cursor cursor;
  explicit Text(std::string_view source) : tokens(lex(source, "f")), cursor(tokens) {}
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;
  std::string message() { return cursor.failed() ? cursor.take_error().message() : "nothing"; }
};

}  // namespace

TEST_CASE("a cursor looks at tokens, takes them, and stays at the end") {
  Text text("(func $x");
  Cursor& cursor = text.cursor;
  CHECK(cursor.at(Token::left));
  CHECK(cursor.at_group(Word::func));
  CHECK(cursor.peek(1).word() == Word::func);
  CHECK(cursor.peek(100).kind == Token::end);
  CHECK(cursor.take_group_if(Word::func));
  CHECK_FALSE(cursor.take_if(Word::func));
  CHECK(cursor.at_index());
  CHECK(cursor.take_name() == "x");
  CHECK(cursor.take().kind == Token::end);
  CHECK(cursor.take().kind == Token::end);
  CHECK(cursor.position() == 3);
  CHECK_FALSE(cursor.failed());
}

TEST_CASE("a token that is not there is not taken") {
  Text text("func");
  CHECK_FALSE(text.cursor.take_if(Token::left));
  CHECK_FALSE(text.cursor.take_group_if(Word::func));
  CHECK(text.cursor.take_identifier() == nullptr);
  CHECK(text.cursor.take_name().empty());
  CHECK(text.cursor.position() == 0);
}

TEST_CASE("the first error stays, and the cursor goes to the end for good") {
  Text text("func table ( memory");
  text.cursor.take();
  text.cursor.expect(Word::memory);
  CHECK(text.cursor.failed());
  CHECK(text.cursor.at(Token::end));
  text.cursor.close();
  text.cursor.move_to(0);
  CHECK(text.cursor.at(Token::end));
  CHECK(text.message() == "f:1:6: unexpected token table");
}

TEST_CASE("a word that nobody knows is told apart from one that stands in the wrong place") {
  const auto unexpected = [](std::string_view source) {
    Text text(source);
    text.cursor.unexpected();
    return text.message();
  };
  CHECK(unexpected("i32.plus") == "f:1:1: unknown operator i32.plus");
  CHECK(unexpected("0x") == "f:1:1: unknown operator 0x");
  CHECK(unexpected("i32.add") == "f:1:1: unexpected token i32.add");
  CHECK(unexpected("offset=x") == "f:1:1: unexpected token offset=x");
  CHECK(unexpected(" ") == "f:1:2: unexpected token at the end");
  CHECK(unexpected("\"\\q\"") == "f:1:1: illegal escape");
}

TEST_CASE("a long token is cut in a message, between two characters") {
  const std::string name = "$\"" + std::string(57, 'a') + "\xC3\xA4" + std::string(100, 'b') + "\"";
  Text text(name);
  text.cursor.unexpected();
  CHECK(text.message() == "f:1:1: unexpected token $\"" + std::string(57, 'a') + "...");
}

TEST_CASE("a natural number fits its bits, and has no sign") {
  const auto number = [](std::string_view source, unsigned bits) {
    Text text(source);
    const std::uint64_t value = text.cursor.natural(bits, ErrorId::i8_constant_out_of_range);
    return text.cursor.failed() ? text.message() : std::to_string(value);
  };
  CHECK(number("255", 8) == "255");
  CHECK(number("0xF_F", 8) == "255");
  CHECK(number("256", 8) == "f:1:1: i8 constant out of range 256");
  CHECK(number("18446744073709551615", 64) == "18446744073709551615");
  CHECK(number("18446744073709551616", 64) == "f:1:1: i8 constant out of range 18446744073709551616");
  CHECK(number("+1", 8) == "f:1:1: unexpected token +1");
  CHECK(number("1.0", 8) == "f:1:1: unexpected token 1.0");
}

TEST_CASE("indices have 32 bits, sizes 64") {
  Text index("4294967295"), large("4294967296"), size("4294967296");
  CHECK(index.cursor.natural32() == 0xFFFF'FFFF);
  CHECK(large.cursor.natural32() == 0);
  CHECK(large.message() == "f:1:1: i32 constant out of range 4294967296");
  CHECK(size.cursor.natural64() == 0x1'0000'0000);
}

TEST_CASE("a string is any bytes, a name is UTF-8") {
  Text bytes("\"a\\ff\"");
  CHECK(bytes.cursor.string() == "a\xFF");
  Text name("\"\\u{e4}\"");
  CHECK(name.cursor.name() == "\xC3\xA4");
  Text bad("  \"\\ff\"");
  bad.cursor.name();
  CHECK(bad.message() == "f:1:3: malformed UTF-8 encoding \"\\ff\"");
  Text none("func");
  CHECK(none.cursor.name().empty());
  CHECK(none.message() == "f:1:1: unexpected token func");
}
