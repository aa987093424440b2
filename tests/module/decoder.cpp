#include <wasmer/module/decoder.hpp>

#include <vector>

#include "../catch.hpp"

using namespace wasmer;

namespace {

struct Input {
  std::vector<std::byte> bytes;
  Decoder in;
  Input(std::initializer_list<int> values, Features features) {
    for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
    in = Decoder(bytes, 0, features);
  }
};

void check_needs(std::initializer_list<int> bytes, Features features, Proposal proposal) {
  Input input(bytes, features);
  input.in.value_type();
  REQUIRE(input.in.failed());
  CHECK(input.in.error().proposal() == proposal);
  CHECK(input.in.error().offset() == 0);
}

}  // namespace

TEST_CASE("value types are decoded from their codes") {
  CHECK(Input({0x7F}, {}).in.value_type() == ValueType::i32);
  CHECK(Input({0x7C}, {}).in.value_type() == ValueType::f64);
  CHECK(Input({0x7B}, Features::wasm2()).in.value_type() == ValueType::v128);
  CHECK(Input({0x70}, Features::wasm2()).in.value_type() == funcref);
  CHECK(Input({0x6F}, Features::wasm2()).in.value_type() == externref);
}

TEST_CASE("reference types with a heap type are decoded where they are switched on") {
  const Features all = Features::all();
  CHECK(Input({0x64, 0x70}, all).in.value_type() == ValueType::reference(HeapType::func, false));
  CHECK(Input({0x63, 0x6F}, all).in.value_type() == externref);
  CHECK(Input({0x63, 0x05}, all).in.value_type() == ValueType::reference(HeapType::index(5), true));
  CHECK(Input({0x63, 0x85, 0x01}, all).in.value_type() == ValueType::reference(HeapType::index(133), true));
  CHECK(Input({0x69}, all).in.value_type() == exnref);
}

TEST_CASE("a type of a proposal that is off says which") {
  check_needs({0x7B}, Features::wasm1(), Proposal::simd);
  check_needs({0x70}, Features::wasm1(), Proposal::reference_types);
  check_needs({0x6F}, Features::wasm1(), Proposal::reference_types);
  check_needs({0x64, 0x70}, Features::wasm2(), Proposal::function_references);
  check_needs({0x6E}, Features::wasm2(), Proposal::gc);
  check_needs({0x69}, Features::wasm2(), Proposal::exceptions);
}

TEST_CASE("what is no type is malformed") {
  for (const int code : {0x00, 0x40, 0x60, 0x75, 0x7A, 0x80, 0xFF}) {
    Input input({code, 0}, Features::all());
    input.in.value_type();
    REQUIRE(input.in.failed());
    CHECK(input.in.error().words() == "malformed value type");
  }
  Input heap({0x63, 0x40}, Features::all());
  heap.in.value_type();
  CHECK(heap.in.error().words() == "malformed reference type");
  Input index({0x63, 0xC0, 0x84, 0x3D}, Features::all());
  index.in.value_type();
  CHECK(index.in.error().message() == "invalid: unknown type at byte 0x1: 1000000");
}

TEST_CASE("a name is a length and as many bytes of UTF-8") {
  Input input({3, 'a', 0xC3, 0xA9, 1}, {});
  CHECK(input.in.name() == "a\xC3\xA9");
  CHECK(input.in.remaining() == 1);
  Input cut({2, 'a'}, {});
  CHECK(cut.in.name().empty());
  CHECK(cut.in.error().message() == "malformed: unexpected end of section or function at byte 0x2");
  Input bad({1, 0xFF}, {});
  CHECK(bad.in.name().empty());
  CHECK(bad.in.error().message() == "malformed: malformed UTF-8 encoding at byte 0x1");
}

TEST_CASE("illegal opcodes are shown in hexadecimal") {
  CHECK(illegal_opcode_detail(0, 0xFF) == "ff");
  CHECK(illegal_opcode_detail(0, 0x06) == "06");
  CHECK(illegal_opcode_detail(0xFC, 0x123) == "fc 123");
}
