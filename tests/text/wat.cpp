#include <wasmer/text/wat.hpp>

#include <wasmer/module/parse.hpp>
#include <wasmer/module/validate.hpp>

#include "../catch.hpp"

using namespace wasmer;

static_assert(WatOptions{}.names, "names are kept unless they are unwanted");

TEST_CASE("a text becomes a module with its identifiers for names, or without") {
  const auto names = [](const WatOptions& options) {
    return parse(wat("(module $m (func $f))", "a.wat", options).value(), Features::wasm2()).value().custom_sections.size();
  };
  CHECK(names({}) == 1);
  CHECK(names({.names = false}) == 0);
}

TEST_CASE("an error begins with the file that it is in") {
  CHECK(wat("(func\n  nope)", "dir/a.wat").error().message() == "dir/a.wat:2:3: unknown operator nope");
  CHECK(wat("(func nope)").error().message() == "<text>:1:7: unknown operator nope");
  CHECK(wat("(func nope)", "").error().place() == ":1:7");
}

TEST_CASE("what is well-formed is encoded, valid or not") {
  const Module module = parse(wat("(func (result i32) (i64.const 0))").value(), Features::wasm2()).value();
  CHECK(validate_module(module, Features::wasm2()).has_value());  // its bodies are checked apart
  CHECK(validate(module, Features::wasm2()).error().id() == ErrorId::type_mismatch);
}

TEST_CASE("what begins with a parenthesis or a comment is text") {
  const auto is_text = [](std::string_view text) { return wasmer::is_text(std::as_bytes(std::span(text))); };
  for (const char* text : {"(module)", " \t\r\n(module)", ";; a", "(; a ;)", "("}) CHECK(is_text(text));
  for (const std::string_view text : {std::string_view("\0asm", 4), std::string_view(""), std::string_view(" \n"), std::string_view("module")}) CHECK_FALSE(is_text(text));
}

TEST_CASE("the text need not outlive the call") {
  std::string text = "(func (export \"f\"))";
  const auto bytes = wat(text).value();
  text.assign(text.size(), 'x');
  CHECK(parse(bytes, Features::wasm2()).value().exports.at(0).name == "f");
}
