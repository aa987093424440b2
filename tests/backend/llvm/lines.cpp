#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

#include <wasmer/backend/llvm/lines.hpp>

TEST_CASE("a program of line numbers is run", "[llvm]") {
  // DWARF 4: no files; line_base -5, line_range 14, opcode_base 13.
  std::vector<std::uint8_t> bytes{0, 0, 0, 0, 4, 0, 20, 0, 0, 0, 1, 1, 1, 0xFB, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0};
  const auto put = [&](std::initializer_list<int> more) { for (const int each : more) bytes.push_back(static_cast<std::uint8_t>(each)); };
  put({0, 9, 2, 0x10, 0, 0, 0, 0, 0, 0, 0});  // address 0x10
  put({3, 0x85, 1, 1});                       // line + 133, a row
  put({13 + 5 + 2 + 14 * 3});                 // address + 3, line + 2, a row
  put({2, 4, 3, 0x7F, 1});                    // address + 4, line - 1, a row
  put({0, 1, 1});                             // the end
  bytes[0] = static_cast<std::uint8_t>(bytes.size() - 4);
  const auto lines = llvm_backend::read_lines(std::as_bytes(std::span(bytes)));
  REQUIRE(lines.size() == 3);
  CHECK((lines[0].at == 0x10 && lines[0].offset == 134));
  CHECK((lines[1].at == 0x13 && lines[1].offset == 136));
  CHECK((lines[2].at == 0x17 && lines[2].offset == 135));
}
TEST_CASE("nothing has no lines", "[llvm]") { CHECK(llvm_backend::read_lines({}).empty()); }
