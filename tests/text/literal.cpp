#include <wasmer/text/literal.hpp>

#include <string>

#include "../catch.hpp"
#include "drafted.hpp"

using namespace wasmer;
using namespace wasmer::text;
using tests::written;

static_assert(shape_named(Word::i8x16)->lanes == 16 && shape_named(Word::i8x16)->bits == 8 && !shape_named(Word::i8x16)->is_float);
static_assert(shape_named(Word::f64x2)->lanes == 2 && shape_named(Word::f64x2)->bits == 64 && shape_named(Word::f64x2)->is_float);
static_assert(!shape_named(Word::v128) && !shape_named(Word::i32));

namespace {
std::string integer(std::string_view source, unsigned bits) {
  return written(source, [&](Draft& draft, Encoder& out) { out.fixed(integer_literal(draft.cursor, bits), 8); });
}
template <class Format> std::string real(std::string_view source) {
  return written(source, [&](Draft& draft, Encoder& out) { out.fixed(float_literal<Format>(draft.cursor), 8); });
}
std::string vector(std::string_view source) {
  return written(source, [](Draft& draft, Encoder& out) {
    const V128 value = vector_literal(draft.cursor);
    out.append(std::as_bytes(std::span(value.bytes)));
  });
}
}  // namespace

TEST_CASE("an integer is signed or unsigned, and fits its bits one way or the other") {
  CHECK(integer("255", 8) == "ff 00 00 00 00 00 00 00");
  CHECK(integer("-128", 8) == "80 00 00 00 00 00 00 00");
  CHECK(integer("-0x8000_0000", 32) == "00 00 00 80 00 00 00 00");
  CHECK(integer("0xFFFFFFFFFFFFFFFF", 64) == "ff ff ff ff ff ff ff ff");
  CHECK(integer("256", 8) == "<text>:1:1: constant out of range 256");
  CHECK(integer("-129", 8) == "<text>:1:1: constant out of range -129");
  CHECK(integer("1.0", 32) == "<text>:1:1: unexpected token 1.0");
  CHECK(integer("nan", 32) == "<text>:1:1: unexpected token nan");
}

TEST_CASE("a float is any number that rounds to a finite one") {
  CHECK(real<Binary32>("1") == "00 00 80 3f 00 00 00 00");
  CHECK(real<Binary32>("-inf") == "00 00 80 ff 00 00 00 00");
  CHECK(real<Binary64>("nan:0x1") == "01 00 00 00 00 00 f0 7f");
  CHECK(real<Binary32>("1e39") == "<text>:1:1: constant out of range 1e39");
  CHECK(real<Binary64>("1e39").ends_with("48"));
  CHECK(real<Binary64>("i32") == "<text>:1:1: unexpected token i32");
}

TEST_CASE("a lane is set in its place, and no other is touched") {
  V128 vector;
  set_lane(vector, *shape_named(Word::i16x8), 3, 0xABCD);
  CHECK((vector.bytes[5] == 0 && vector.bytes[6] == 0xCD && vector.bytes[7] == 0xAB && vector.bytes[8] == 0));
}

TEST_CASE("a vector is a shape and its lanes, lowest first") {
  CHECK(vector("i32x4 1 -1 0 0x10") == "01 00 00 00 ff ff ff ff 00 00 00 00 10 00 00 00");
  CHECK(vector("i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15") == "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f");
  CHECK(vector("f64x2 1 -0.0") == "00 00 00 00 00 00 f0 3f 00 00 00 00 00 00 00 80");
  CHECK(vector("f32x4 1 0 0 0").starts_with("00 00 80 3f"));
}

TEST_CASE("a vector of too few or too many lanes is refused where they end") {
  CHECK(vector("i64x2 1)") == "<text>:1:8: wrong number of lane literals");
  CHECK(vector("i64x2 1 2 3") == "<text>:1:11: wrong number of lane literals");
  CHECK(vector("i64x2 1 x") == "<text>:1:9: unknown operator x");
  CHECK(vector("i8x16 256 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15") == "<text>:1:7: constant out of range 256");
  CHECK(vector("v128 1 2") == "<text>:1:1: unexpected token v128");
}
