#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

#include <wasmer/backend/llvm/elf.hpp>

using llvm_backend::Cursor;
using llvm_backend::ElfFile;

TEST_CASE("numbers of any length are read, and nothing behind the end", "[llvm]") {
  const std::array bytes{std::byte{0xE5}, std::byte{0x8E}, std::byte{0x26}, std::byte{0x7F}, std::byte{0x41}, std::byte{0}};
  Cursor in(bytes);
  CHECK(in.uleb() == 624485);
  CHECK(in.sleb() == -1);
  CHECK(in.text() == "A");
  CHECK(in.at_end());
  CHECK(in.fixed<std::uint32_t>() == 0);
}
TEST_CASE("sections and symbols of a file that LLVM wrote are found by name", "[llvm]") {
  const std::string bytes = list_llvm("(module (func (export \"f\") (result i32) i32.const 1))", Listing::object).value();
  const ElfFile file(bytes);
  bool has_text = false, has_function = false;
  for (const auto& section : file.sections()) has_text = has_text || file.name(section) == ".text";
  for (const auto& symbol : file.symbols()) has_function = has_function || file.name(symbol) == "f0";
  CHECK(has_text);
  CHECK(has_function);
}
