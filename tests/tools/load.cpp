#include <load.hpp>

#include "../catch.hpp"
#include "../process.hpp"

using namespace wasmer;
using tests::TemporaryDirectory;

TEST_CASE("a file of text is read as the module that it encodes, a binary one as it is") {
  const TemporaryDirectory place;
  const auto encoded = tools::read_binary(place.write("a.wat", "(module (func (export \"f\")))")).value();
  CHECK(encoded == wat("(module (func (export \"f\")))").value());
  CHECK(tools::read_binary(place.write("a.wasm", tools::as_text(encoded))).value() == encoded);
}

TEST_CASE("an error in a file names it") {
  const TemporaryDirectory place;
  const std::string file = place.write("a.wat", "(module\n  nope)");
  CHECK(tools::read_binary(file).error().place() == file + ":2:3");
  CHECK(tools::read((place.path() / "absent").string()).error().id() == ErrorId::cannot_read_file);
}

TEST_CASE("a module is loaded if its bodies are valid too, with what it may use") {
  const TemporaryDirectory place;
  CHECK(tools::load_valid(place.write("good.wat", "(module (func))"), Features::wasm1()).value().bodies.size() == 1);
  CHECK(tools::load_valid(place.write("wrong.wat", "(module (func (result i32)))"), Features::wasm1()).error().id() == ErrorId::type_mismatch);
  CHECK(tools::load_valid(place.write("two.wat", "(module (func (result i32 i32) i32.const 1 i32.const 2))"), Features::wasm1()).error().proposal() == Proposal::multi_value);
}

TEST_CASE("standard input has a name of its own") {
  CHECK(tools::title("-") == "<stdin>");
  CHECK(tools::title("a.wat") == "a.wat");
}
