#include <wasmer/text/lexer.hpp>

#include <string>
#include <vector>

#include "../catch.hpp"

using namespace wasmer;
using namespace wasmer::text;

namespace {

/// The tokens of a text, a letter each; an error as its words and place.
std::string kinds(std::string_view source) {
  const Tokens tokens = lex(source, "f");
  std::string text;
  for (const Token& token : tokens.tokens) {
    if (token.kind == Token::error) return std::string(info(static_cast<ErrorId>(token.code)).words) + " at " + tokens.place(token.begin);
    text += "e!()kisnr"[token.kind];
  }
  return text;
}

}  // namespace

TEST_CASE("a text is parentheses, words, identifiers, strings and numbers") {
  CHECK(kinds("") == "e");
  CHECK(kinds("(func $f (param i32) \"a\" 1 -0x1p3)") == "(ki(kk)snn)e");
  CHECK(kinds("br 0(nop)$x\"\"") == "kn(k)re");
}

TEST_CASE("a parenthesis knows its partner") {
  const Tokens tokens = lex("((a) (", "f");
  CHECK(tokens.tokens[1].partner == 3);
  CHECK(tokens.tokens[0].partner == 5);  // never closed: where the tokens end
  CHECK(tokens.tokens[4].partner == 5);
}

TEST_CASE("comments are spaces") {
  CHECK(kinds("nop;;x\nnop") == "kke");
  CHECK(kinds(";; x\rnop") == "ke");
  CHECK(kinds("(;a(;b;)c;)nop(;;)nop") == "kke");
  CHECK(kinds("(;;;)(;)))((( ;)") == "e");
  CHECK(kinds("(module (; x") == "unclosed comment at f:1:9");
  CHECK(kinds(";; \xC3\n") == "malformed UTF-8 encoding at f:1:1");
}

TEST_CASE("tokens without a space between them are one reserved token") {
  CHECK(kinds("\"a\"\"b\"") == "re");
  CHECK(kinds("0$x a\"b\" $\"x\"0 x,y [ ]") == "rrrrrre");
  CHECK(kinds("i32.const0") == "ke");  // a keyword of its own, though unknown
}

TEST_CASE("an identifier may be written as a string") {
  const Tokens tokens = lex(R"($a $"a" $"\41 b")", "f");
  CHECK(tokens.name_of(tokens.tokens[0]) == "a");
  CHECK(tokens.name_of(tokens.tokens[1]) == "a");
  CHECK(tokens.name_of(tokens.tokens[2]) == "A b");
  CHECK(kinds("(func $)") == "empty identifier at f:1:7");
  CHECK(kinds("(func $\"\")") == "empty identifier at f:1:7");
  CHECK(kinds("(func $\"a\nb\")") == "empty identifier at f:1:7");
  CHECK(kinds("(func $\"\\ff\")") == "malformed UTF-8 encoding at f:1:7");
}

TEST_CASE("what can't be in a text is told with its place, columns counting characters") {
  CHECK(kinds("(a\n  \x01") == "illegal character at f:2:3");
  CHECK(kinds("(;\xC3\xA4;) \xC3\xA4") == "illegal character at f:1:7");
  CHECK(kinds("\xFF") == "malformed UTF-8 encoding at f:1:1");
  CHECK(kinds("(a \"b") == "unclosed string at f:1:4");
}

TEST_CASE("annotations that nobody reads are checked and left out") {
  CHECK(kinds("(@a)") == "e");
  CHECK(kinds("(@a , ; ] (x \"(\" y\")\") 0x 8q $ (;);) ) nop") == "ke");
  CHECK(kinds("(@\"a b\" (@))") == "e");
  CHECK(kinds("(@)") == "empty annotation id at f:1:2");
  CHECK(kinds("(@ x)") == "empty annotation id at f:1:2");
  CHECK(kinds("(@\"\")") == "empty annotation id at f:1:2");
  CHECK(kinds("nop (@x (y)") == "unclosed annotation at f:1:5");
  CHECK(kinds("(@x \"") == "unclosed string at f:1:5");
  CHECK(kinds("(@x \x01)") == "illegal character at f:1:5");
}

TEST_CASE("annotations that somebody reads are kept with the place where they stand") {
  const Tokens tokens = lex("(module (@name \"m\") (func (@x)))", "f");
  REQUIRE(tokens.annotations.size() == 1);
  CHECK(tokens.text_of(tokens.annotations[0].id) == "@name");
  CHECK(tokens.annotations[0].before == 2);
  REQUIRE(tokens.annotations[0].tokens.size() == 2);
  CHECK(tokens.text_of(tokens.annotations[0].tokens[0]) == "\"m\"");
}

TEST_CASE("parentheses and comments of any depth take no stack") {
  const std::size_t depth = 1'000'000;
  std::string open(2 * depth + 1, '(');
  open.back() = 'x';
  CHECK(kinds(open).size() == 2 * depth + 2);
  std::string comment;
  for (std::size_t i = 0; i < depth; ++i) comment += "(;";
  CHECK(kinds(comment) == "unclosed comment at f:1:1");
  CHECK(kinds("(@a" + std::string(depth, '(')) == "unclosed annotation at f:1:1");
}
