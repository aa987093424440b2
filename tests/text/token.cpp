#include <wasmer/text/token.hpp>

#include "../catch.hpp"
#include "drafted.hpp"

using namespace wasmer::text;

TEST_CASE("a token's code is a word or a form of number only where its kind says so") {
  const auto token = [](Token::Kind kind, auto code) {
    return Token{.kind = kind, .code = static_cast<std::uint16_t>(code), .begin = 0, .size = 0, .partner = 0};
  };
  CHECK(token(Token::keyword, Word::func).word() == Word::func);
  CHECK(token(Token::identifier, Word::func).word() == Word::unknown);
  CHECK(token(Token::number, NumberForm::real).form() == NumberForm::real);
  CHECK(token(Token::string, NumberForm::natural).form() == NumberForm::none);
}

TEST_CASE("a token is a piece of its text") {
  const Tokens tokens = lex("(func $name 0x10)", "f");
  REQUIRE(tokens.tokens.size() == 6);
  CHECK(tokens.text_of(tokens.tokens[1]) == "func");
  CHECK(tokens.text_of(tokens.tokens[3]) == "0x10");
  CHECK(tokens.text_of(tokens.tokens[5]).empty());
  CHECK(tokens.text_of(tokens.tokens[2]).data() == tokens.text.data() + 6);
}

TEST_CASE("an identifier's name has no dollar, nor the quotes and escapes of its string") {
  const Tokens tokens = lex("$a $\"b c\" $\"\\64\"", "f");
  CHECK(tokens.name_of(tokens.tokens[0]) == "a");
  CHECK(tokens.name_of(tokens.tokens[1]) == "b c");
  CHECK(tokens.name_of(tokens.tokens[2]) == "d");
}

TEST_CASE("a string's bytes are the text's own where nothing is escaped") {
  const Tokens tokens = lex("\"ab\" \"\\61\\62\" \"\"", "f");
  std::string storage = "before";
  CHECK(tokens.bytes_of(tokens.tokens[0], storage).data() == tokens.text.data() + 1);
  CHECK(storage == "before");
  CHECK(tokens.bytes_of(tokens.tokens[1], storage) == "ab");
  CHECK(storage == "ab");
  CHECK(tokens.bytes_of(tokens.tokens[2], storage).empty());
}

TEST_CASE("a place is a line and a column, which counts characters rather than bytes") {
  const Tokens tokens = lex(";; \xC3\xA4\xE2\x82\xAC x\n  ;; y\n\nz", "dir/f.wat");
  CHECK(tokens.place(0) == "dir/f.wat:1:1");
  CHECK(tokens.place(9) == "dir/f.wat:1:7");  // the x, behind two characters of five bytes
  CHECK(tokens.place(13) == "dir/f.wat:2:3");
  CHECK(tokens.place(18) == "dir/f.wat:3:1");
  CHECK(tokens.place(19) == "dir/f.wat:4:1");
  CHECK(tokens.place(1000) == "dir/f.wat:4:2");  // behind the text
  CHECK(tokens.line_of(tokens.tokens[0]) == 4);
}
