#pragma once
/// \file
/// Constants: the literals of i32.const, i64.const, f32.const, f64.const and v128.const (spec section 6.5.8).

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>

#include <wasmer/text/cursor.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::text {

/// An integer of `bits` bits, signed or unsigned, modulo 2^bits.
inline std::uint64_t integer_literal(Cursor& cursor, unsigned bits) {
  const NumberForm form = cursor.peek().form();
  if (form != NumberForm::natural && form != NumberForm::integer) return cursor.unexpected(), 0;
  const Token& token = cursor.take();
  const std::optional<std::uint64_t> value = parse_integer(cursor.source().text_of(token), bits);
  if (!value) cursor.fail(ErrorId::constant_out_of_range, token);
  return value.value_or(0);
}

/// A float's bits.
template <class Format> std::uint64_t float_literal(Cursor& cursor) {
  if (cursor.peek().form() == NumberForm::none) return cursor.unexpected(), 0;
  const Token& token = cursor.take();
  const auto bits = parse_float<Format>(cursor.source().text_of(token));
  if (!bits) cursor.fail(ErrorId::constant_out_of_range, token);
  return bits.value_or(0);
}

/// How the bits of a vector are written.
struct Shape {
  std::uint8_t lanes = 0;
  std::uint8_t bits = 0;  ///< of a lane
  bool is_float = false;
};

constexpr std::optional<Shape> shape_named(Word word) {
  switch (word) {
    case Word::i8x16: return Shape{16, 8, false};
    case Word::i16x8: return Shape{8, 16, false};
    case Word::i32x4: return Shape{4, 32, false};
    case Word::i64x2: return Shape{2, 64, false};
    case Word::f32x4: return Shape{4, 32, true};
    case Word::f64x2: return Shape{2, 64, true};
    default: return std::nullopt;
  }
}

inline Shape shape(Cursor& cursor) {
  const std::optional<Shape> shape = shape_named(cursor.peek().word());
  if (!shape) return cursor.unexpected(), Shape{};
  cursor.take();
  return *shape;
}

/// One lane of a vector.
inline std::uint64_t lane_literal(Cursor& cursor, const Shape& shape) {
  if (!shape.is_float) return integer_literal(cursor, shape.bits);
  return shape.bits == 32 ? float_literal<Binary32>(cursor) : float_literal<Binary64>(cursor);
}

inline void set_lane(V128& vector, const Shape& shape, unsigned lane, std::uint64_t value) {
  static_assert(std::endian::native == std::endian::little);
  std::memcpy(vector.bytes + lane * (shape.bits / 8), &value, shape.bits / 8);
}

/// A vector: a shape and as many lanes as it says.
inline V128 vector_literal(Cursor& cursor) {
  V128 vector;
  const Shape of = shape(cursor);
  for (std::uint32_t lane = 0; lane < of.lanes; ++lane)
    if (cursor.peek(lane).kind == Token::right || cursor.peek(lane).kind == Token::left)
      return cursor.fail(ErrorId::wrong_number_of_lanes, cursor.peek(lane), {}), vector;
  for (unsigned lane = 0; lane < of.lanes; ++lane) set_lane(vector, of, lane, lane_literal(cursor, of));
  if (cursor.at(Token::number)) cursor.fail(ErrorId::wrong_number_of_lanes, cursor.peek(), {});
  return vector;
}

}  // namespace wasmer::text
