#include <wasmer/module/reader/frames.hpp>

#include "../../catch.hpp"

using namespace wasmer;
using reader::FrameKind;
using reader::Frames;

namespace {

constexpr ValueType i32[] = {ValueType::i32};
constexpr ValueType i64_f32[] = {ValueType::i64, ValueType::f32};

}  // namespace

TEST_CASE("operands are popped in the order they were pushed in, reversed") {
  Frames frames;
  frames.begin({}, 10);
  REQUIRE(frames.push(i64_f32));
  CHECK(frames.pop(i64_f32));
  CHECK(!frames.pop(ValueType::i32));
  CHECK(frames.error().detail() == "expected i32, got nothing");
}

TEST_CASE("a block hides the operands below it") {
  Frames frames;
  frames.begin({}, 10);
  frames.push(ValueType::i32);
  REQUIRE(frames.open(FrameKind::block, {}));
  ValueType type;
  CHECK(!frames.pop_any(type));
}

TEST_CASE("a block takes its parameters along and leaves its results") {
  Frames frames;
  frames.begin({}, 10);
  frames.push(ValueType::i32);
  REQUIRE(frames.open(FrameKind::block, {i32, i64_f32}));
  CHECK(frames.pop(ValueType::i32));
  REQUIRE(frames.push(i64_f32));
  REQUIRE(frames.pop_results());
  REQUIRE(frames.close());
  CHECK(frames.pop(i64_f32));
  CHECK(frames.depth() == 1);
}

TEST_CASE("behind a diverging instruction operands have any type, until the block is closed") {
  Frames frames;
  frames.begin({}, 10);
  REQUIRE(frames.open(FrameKind::block, {}));
  frames.diverge();
  CHECK(frames.pop(ValueType::i32));
  ValueType type = ValueType::i32;
  CHECK(frames.pop_any(type));
  CHECK(type == ValueType::bottom);
  REQUIRE(frames.pop_results());
  REQUIRE(frames.close());
  CHECK(!frames.live());
  CHECK(!frames.pop(ValueType::i32));
}

TEST_CASE("a loop's label takes its parameters, any other its results") {
  CHECK(reader::ControlFrame{{i32, i64_f32}, 0, FrameKind::loop, false, true, false}.label().size() == 1);
  CHECK(reader::ControlFrame{{i32, i64_f32}, 0, FrameKind::block, false, true, false}.label().size() == 2);
}

TEST_CASE("blocks within blocks are at most so many") {
  Frames frames;
  frames.begin({}, 10);
  for (std::uint32_t i = 0; i < limit::nesting; ++i) REQUIRE(frames.open(FrameKind::block, {}));
  CHECK(!frames.open(FrameKind::block, {}));
  CHECK(frames.error().words() == "implementation limit exceeded");
}

TEST_CASE("the stacks serve one body after the other") {
  Frames frames;
  for (std::size_t size : {1, 1000, 10}) {
    frames.begin({{}, i32}, size);
    for (std::size_t i = 0; i < size; ++i) frames.push(ValueType::i32);
    for (std::size_t i = 0; i < size; ++i) CHECK(frames.pop(ValueType::i32));
    CHECK(!frames.pop(ValueType::i32));
    CHECK(frames.failed());
  }
}
