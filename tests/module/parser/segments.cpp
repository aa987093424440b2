#include <wasmer/module/parser/segments.hpp>

#include "../../catch.hpp"
#include "../binary.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// A segment and what is wrong with it.
template <class Segment> struct Read {
  Module module;
  Segment segment;
  std::optional<Error> error;
};
template <class Segment> Read<Segment> read(Segment (*reader)(Decoder&, Module&), Pieces bytes, Features features) {
  Read<Segment> result;
  result.module.bytes = std::make_shared<const std::vector<std::byte>>(as_bytes(join(bytes)));
  Decoder in(*result.module.bytes, 0, features);
  result.segment = reader(in, result.module);
  if (in.failed()) result.error = in.error();
  return result;
}
auto element(Pieces bytes, Features features = Features::wasm2()) { return read(&parser::element_segment, bytes, features); }
auto data(Pieces bytes, Features features = Features::wasm2()) { return read(&parser::data_segment, bytes, features); }

}  // namespace

TEST_CASE("an active element segment is for table 0, unless it says another") {
  const auto plain = element({0, Op::i32_const, 1, Op::end, 2, 5, 6});
  CHECK(plain.segment.mode == SegmentMode::active);
  CHECK(plain.segment.table == 0);
  CHECK(plain.segment.offset.end - plain.segment.offset.begin == 1);
  CHECK(plain.segment.functions == std::vector<std::uint32_t>{5, 6});
  CHECK_FALSE(plain.segment.by_expressions);
  CHECK(element({2, 3, Op::i32_const, 1, Op::end, 0, 1, 5}).segment.table == 3);
}

TEST_CASE("element segments that are not active are passive or declarative") {
  CHECK(element({1, 0, 0}).segment.mode == SegmentMode::passive);
  CHECK(element({3, 0, 0}).segment.mode == SegmentMode::declarative);
  CHECK(element({5, 0x6F, 0}).segment.type == externref);
  CHECK(element({7, 0x70, 0}).segment.mode == SegmentMode::declarative);
}

TEST_CASE("elements by expressions are expressions each, the type said or not") {
  const auto said = element({5, 0x70, 2, Op::ref_null, 0x70, Op::end, Op::ref_func, 1, Op::end});
  CHECK(said.segment.by_expressions);
  CHECK(said.segment.expressions.size() == 2);
  CHECK(said.module.constants.at(1).value == 1);
  CHECK(element({4, Op::i32_const, 0, Op::end, 1, Op::ref_func, 1, Op::end}).segment.type == funcref);
}

TEST_CASE("functions are never null where a type can say so") {
  CHECK(element({1, 0, 1, 0}).segment.type == funcref);
  CHECK(element({1, 0, 1, 0}, Features::wasm3()).segment.type == ValueType::reference(HeapType::func, false));
  CHECK(element({0, Op::i32_const, 0, Op::end, 0}, Features::wasm3()).segment.type == ValueType::reference(HeapType::func, false));
}

TEST_CASE("an element segment of no known form or kind is malformed") {
  CHECK(element({8}).error->message() == "malformed: malformed elements segment kind at byte 0x0");
  CHECK(element({1, 1, 0}).error->message() == "malformed: malformed element kind at byte 0x1");
  CHECK(element({5, ValueType::i32, 0}).error->message() == "malformed: malformed reference type at byte 0x1");
  CHECK(element({1, 0, 5, 0}).error->message() == "malformed: length out of bounds at byte 0x2");
}

TEST_CASE("a data segment is active in memory 0 or another, or passive") {
  const auto plain = data({0, Op::i32_const, 9, Op::end, "ab"});
  CHECK(plain.segment.mode == SegmentMode::active);
  CHECK(plain.segment.memory == 0);
  CHECK(plain.module.constants.at(plain.segment.offset.begin).value == 9);
  CHECK(plain.segment.bytes.size() == 2);
  CHECK(plain.segment.bytes.data() == plain.module.bytes->data() + 5);
  CHECK(data({1, ""}).segment.mode == SegmentMode::passive);
  CHECK(data({2, 4, Op::i32_const, 9, Op::end, ""}).segment.memory == 4);
}

TEST_CASE("a data segment of no known form, or longer than its section, is malformed") {
  CHECK(data({3, 0}).error->message() == "malformed: malformed data segment kind at byte 0x0");
  CHECK(data({1, 9, 'x'}).error->message() == "malformed: length out of bounds at byte 0x1");
  CHECK(data({0, Op::i32_const}).error->id() == ErrorId::unexpected_end_of_section);
}

TEST_CASE("segments that are not active in the first table or memory need bulk-memory") {
  CHECK(element({1, 0, 0}, Features::wasm1()).error->message() == "invalid: unsupported proposal at byte 0x0: needs bulk-memory");
  CHECK(data({1, ""}, Features::wasm1()).error->message() == "invalid: unsupported proposal at byte 0x0: needs bulk-memory");
  CHECK_FALSE(data({0, Op::i32_const, 0, Op::end, ""}, Features::wasm1()).error);
}
