#include <wasmer/module/reader/scan.hpp>

#include "../../catch.hpp"
#include "../binary.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// Skips a body of a module that has nothing else. Returns the error's words and its offset in the body, or nothing.
std::string skip(Pieces code) {
  Module module;
  const Bytes bytes = join(code);
  module.bytes = std::make_shared<const std::vector<std::byte>>(as_bytes(bytes));
  reader::Immediates in(module);
  FunctionBody body;
  body.code = *module.bytes;
  in.begin(body, Features::all());
  if (reader::skip_body(in)) return {};
  return std::string(in.error().words()) + " @" + std::to_string(in.error().offset());
}

}  // namespace

TEST_CASE("a body is skipped whatever its instructions refer to") {
  CHECK(skip({0, Op::end}).empty());
  CHECK(skip({1, 2, ValueType::i32, Op::call, 99, Op::block, 77, Op::br_table, 2, 9, 9, 9, Op::end, Op::i32_add, Op::end}).empty());
  CHECK(skip({0, Op::v128_const, Bytes(16, 1), Op::i32_load, 2, 0, Op::select_t, 1, ValueType::i32, Op::ref_null, 0x70, Op::end}).empty());
  CHECK(skip({0, Op::try_table, 0x40, 1, 0, 3, 0, Op::end, Op::br_on_cast, 3, 0, 0x6E, 0x6D, Op::end}).empty());
}

TEST_CASE("every instruction of the table can be skipped") {
  for (std::size_t i = 0; i < ops.size(); ++i) {
    const Op op = static_cast<Op>(i);
    Module module;
    const Bytes bytes(40, 0x01);
    module.bytes = std::make_shared<const std::vector<std::byte>>(as_bytes(bytes));
    reader::Immediates in(module);
    FunctionBody body;
    body.code = *module.bytes;
    in.begin(body, Features::all());
    INFO(info(op).text);
    const bool skipped = reader::skip(in, info(op).immediate);
    // A one is no type and, for a fence, not the zero that is expected.
    const Immediate kind = info(op).immediate;
    CHECK(skipped == (kind != Immediate::types && kind != Immediate::zero));
  }
}

TEST_CASE("what cannot be decoded is said, and where") {
  CHECK(skip({0, Op::nop}) == "unexpected end of section or function @2");
  CHECK(skip({0, Op::block, 0x40, Op::end}) == "unexpected end of section or function @4");
  CHECK(skip({0, 0x27, Op::end}) == "illegal opcode @1");
  CHECK(skip({0, Op::end, Op::end}) == "section size mismatch @2");
  CHECK(skip({0, Op::i32_const, Bytes(5, 0x80), 0, Op::end}) == "integer representation too long @2");
}
