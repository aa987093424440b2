#include <wasmer/support/bytes.hpp>

#include <vector>

#include "../catch.hpp"

using namespace wasmer;

namespace {

/// The bytes and a reader of them, which begin at offset 100 of a module.
struct Input {
  std::vector<std::byte> bytes;
  ByteReader in;
  explicit Input(std::initializer_list<int> values, std::size_t beyond = 0) {
    for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
    in = ByteReader(std::span(bytes).first(bytes.size() - beyond), 100, beyond);
  }
};

void check_error(const ByteReader& in, ErrorId id, std::uint64_t offset) {
  REQUIRE(in.failed());
  CHECK(in.error().words() == info(id).words);
  CHECK(in.error().offset() == offset);
}

}  // namespace

TEST_CASE("unsigned integers take as many bytes as they need") {
  CHECK(Input({0}).in.u32() == 0);
  CHECK(Input({0x7F}).in.u32() == 127);
  CHECK(Input({0x80, 0x01}).in.u32() == 128);
  CHECK(Input({0xE5, 0x8E, 0x26}).in.u32() == 624485);
  CHECK(Input({0xFF, 0xFF, 0xFF, 0xFF, 0x0F}).in.u32() == 0xFFFF'FFFF);
  CHECK(Input({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}).in.u64() == ~std::uint64_t{0});
}

TEST_CASE("an integer may be longer than it needs to be, up to the width of its type") {
  CHECK(Input({0x80, 0x80, 0x80, 0x80, 0x00}).in.u32() == 0);
  CHECK(Input({0x83, 0x00}).in.u32() == 3);
  CHECK(Input({0xFE, 0xFF, 0xFF, 0xFF, 0x7F}).in.s32() == -2);
}

TEST_CASE("signed integers extend their last byte's sign") {
  CHECK(Input({0x7F}).in.s32() == -1);
  CHECK(Input({0x40}).in.s32() == -64);
  CHECK(Input({0x3F}).in.s32() == 63);
  CHECK(Input({0x80, 0x7F}).in.s32() == -128);
  CHECK(Input({0xC0, 0x00}).in.s32() == 64);
  CHECK(Input({0x80, 0x80, 0x80, 0x80, 0x78}).in.s32() == std::int32_t{-2147483647} - 1);
  CHECK(Input({0xFF, 0xFF, 0xFF, 0xFF, 0x07}).in.s32() == 2147483647);
  CHECK(Input({0x7F}).in.s64() == -1);
  CHECK(Input({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7F}).in.s64() == std::numeric_limits<std::int64_t>::min());
  CHECK(Input({0x40}).in.s33() == -64);
  CHECK(Input({0xFF, 0xFF, 0xFF, 0xFF, 0x0F}).in.s33() == 0xFFFF'FFFF);
}

TEST_CASE("reading moves on, and tells the offset in the module") {
  Input input{1, 0x80, 0x01, 2};
  CHECK(input.in.offset() == 100);
  const std::byte* const begin = input.in.position();
  CHECK(input.in.u32() == 1);
  CHECK(input.in.u32() == 128);
  CHECK(input.in.offset() == 103);
  CHECK(input.in.offset_of(begin) == 100);
  CHECK(input.in.remaining() == 1);
  CHECK(input.in.u8() == 2);
  CHECK(input.in.at_end());
  CHECK(!input.in.failed());
}

TEST_CASE("fixed-width values are little-endian") {
  CHECK(Input({1, 2, 3, 4}).in.fixed<std::uint32_t>() == 0x04030201);
  Input short_by_one{1, 2, 3};
  CHECK(short_by_one.in.fixed<std::uint32_t>() == 0);
  check_error(short_by_one.in, ErrorId::unexpected_end_of_section, 103);
}

TEST_CASE("an integer that the end cuts off is an unexpected end") {
  Input input{0x80};
  CHECK(input.in.u32() == 0);
  check_error(input.in, ErrorId::unexpected_end_of_section, 101);
}

TEST_CASE("an integer of more bytes than its type has room for is too long, and says where it begins") {
  Input unsigned_input{7, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
  CHECK(unsigned_input.in.u32() == 7);
  unsigned_input.in.u32();
  check_error(unsigned_input.in, ErrorId::integer_too_long, 101);
  Input signed_input{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F};
  signed_input.in.s32();
  check_error(signed_input.in, ErrorId::integer_too_long, 100);
}

TEST_CASE("an integer whose last byte has bits that its type has no room for is too large, and says where") {
  for (const int last : {0x10, 0x70, 0x40}) {
    Input input{0x82, 0x80, 0x80, 0x80, last};
    input.in.u32();
    check_error(input.in, ErrorId::integer_too_large, 104);
  }
  for (const int last : {0x08, 0x70, 0x47}) {
    Input input{0x80, 0x80, 0x80, 0x80, last};
    input.in.s32();
    check_error(input.in, ErrorId::integer_too_large, 104);
  }
  Input wide{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02};
  wide.in.u64();
  check_error(wide.in, ErrorId::integer_too_large, 109);
}

TEST_CASE("what is wrong with an integer across the end may lie beyond it") {
  Input too_long({0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, 3);
  too_long.in.u32();
  check_error(too_long.in, ErrorId::integer_too_long, 100);
  Input fine({0x80, 0x80, 0x01}, 1);
  fine.in.u32();
  check_error(fine.in, ErrorId::section_size_mismatch, 102);
  CHECK(Input({1, 2}, 1).in.beyond() == 2);
  CHECK(Input({1, 2}).in.beyond() == std::nullopt);
}

TEST_CASE("a length is at most the number of bytes that are left") {
  Input fits{2, 0, 0};
  CHECK(fits.in.length() == 2);
  CHECK(fits.in.bytes(2).size() == 2);
  Input over{4, 0, 0};
  CHECK(over.in.length() == 0);
  check_error(over.in, ErrorId::length_out_of_bounds, 100);
  Input hostile{0xFF, 0xFF, 0xFF, 0xFF, 0x0F};
  CHECK(hostile.in.length() == 0);
  check_error(hostile.in, ErrorId::length_out_of_bounds, 100);
}

TEST_CASE("the first error stays, and every later read gives nothing") {
  Input input{0x80, 0x80, 0x80, 0x80, 0x10, 1, 2, 3};
  input.in.u32();
  CHECK(input.in.u8() == 0);
  CHECK(input.in.u64() == 0);
  CHECK(input.in.bytes(0).empty());
  CHECK(!input.in.fail(ErrorId::unexpected_end, 0));
  CHECK(input.in.at_end());
  check_error(input.in, ErrorId::integer_too_large, 104);
}

TEST_CASE("a reader of no bytes is at its end") {
  ByteReader in;
  CHECK(in.at_end());
  std::uint8_t byte = 1;
  CHECK(!in.peek(byte));
  check_error(in, ErrorId::unexpected_end_of_section, 0);
}
