#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// A switch of as many cases, each of which gives another number to the one place where all of them meet: as the block's result, or in a local.
std::string crowd(int cases, bool in_local) {
  std::string text = "(module (func (export \"f\") (param i32) (result i32) (local i32) block (result i32) ";
  for (int i = 0; i <= cases; ++i) text += "block ";
  text += "local.get 0 br_table ";
  for (int i = 0; i <= cases; ++i) text += std::to_string(i) + ' ';
  text += "end ";
  for (int i = 0; i < cases; ++i) {
    const std::string number = "i32.const " + std::to_string(i * 7919 % 65536), out = "br " + std::to_string(cases - 1 - i);
    text += in_local ? number + " local.set 1 " + out + " end " : number + " br " + std::to_string(cases - i) + " end ";
  }
  return text + "local.get 1 end))";
}

}  // namespace

TEST_CASE("what thousands of ways lead to is not optimized, and does the same", "[llvm]") {
  for (const bool in_local : {false, true}) {
    const std::string text = crowd(6000, in_local);
    CHECK(has(optimized_ir(text), "optnone"));
    for (const int index : {0, 1, 5999, 6000, -1}) {
      const std::string expected = index >= 0 && index < 6000 ? std::to_string(index * 7919 % 65536) : "0";
      CHECK(on_llvm(text, "f", {Value(index)}) == expected);
    }
  }
}
TEST_CASE("what fewer lead to is", "[llvm]") {
  CHECK_FALSE(has(optimized_ir(crowd(1000, false)), "optnone"));
  CHECK_FALSE(has(optimized_ir(crowd(1000, true)), "optnone"));
}
