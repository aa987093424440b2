#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a part can be seen at each of its stages", "[llvm]") {
  constexpr std::string_view text = "(module (func (export \"f\") (param i32) (result i32) (i32.add (local.get 0) (i32.const 2))))";
  CHECK(has(list_llvm(text, Listing::ir).value(), "alloca") == false);
  CHECK(has(list_llvm(text, Listing::optimized_ir).value(), "add i32 %1, 2"));
  CHECK(has(list_llvm(text, Listing::assembly).value(), "leal"));
  CHECK(list_llvm(text, Listing::object).value().starts_with("\x7F" "ELF"));
}
TEST_CASE("a compiler compiles one part after the other, and moves", "[llvm]") {
  const Guests first("(module (func (export \"f\") (result i32) i32.const 1))");
  CHECK(first.call("f") == "1");
}
