#pragma once
/// \file
/// What the families of vector instructions share: a v128 seen as lanes, and what an instruction's text says of them.

#include <cstdint>
#include <string_view>

#include <wasmer/backend/llvm/memory.hpp>

namespace wasmer::llvm_backend {

/// The lanes that an instruction's text begins with: "i8x16" are 16 of 8 bits.
constexpr unsigned lane_bits(Op op) {
  const std::string_view text = info(op).text;
  return text[1] == '8' ? 8 : text[1] == '1' ? 16 : text[1] == '3' ? 32 : 64;
}
constexpr unsigned lane_count(Op op) { return 128 / lane_bits(op); }

inline llvm::FixedVectorType* integer_lanes(const Types& types, unsigned bits) {
  return bits == 8 ? types.i8x16 : bits == 16 ? types.i16x8 : bits == 32 ? types.i32x4 : types.i64x2;
}
/// The vector type that an instruction works on, by its text.
inline llvm::FixedVectorType* lanes(const Types& types, Op op) {
  if (info(op).text[0] == 'f') return lane_bits(op) == 32 ? types.f32x4 : types.f64x2;
  return integer_lanes(types, lane_bits(op));
}

/// The topmost operand, as lanes of a type.
inline llvm::Value* pop_as(Emitter& e, llvm::Type* type) { return e.ir.CreateBitCast(e.pop(), type); }
/// Pushes 128 bits of whatever type.
inline void push_vector(Emitter& e, llvm::Value* value) { e.push(e.ir.CreateBitCast(value, e.types.v128)); }

/// Comparison's results, one bit each, as lanes of all ones or zeros.
inline void push_mask(Emitter& e, llvm::Value* bits, unsigned lane_bits) { push_vector(e, e.ir.CreateSExt(bits, integer_lanes(e.types, lane_bits))); }

/// The lanes `first`, `first + step`, ... of one vector.
inline llvm::Value* every(Emitter& e, llvm::Value* vector, int first, int step, int count) {
  llvm::SmallVector<int, 16> chosen;
  for (int i = 0; i < count; ++i) chosen.push_back(first + i * step);
  return e.ir.CreateShuffleVector(vector, chosen);
}
/// The lanes of a smaller vector, then zeros.
inline llvm::Value* then_zeros(Emitter& e, llvm::Value* vector, int count) {
  llvm::SmallVector<int, 16> chosen;
  for (int i = 0; i < 2 * count; ++i) chosen.push_back(i);
  return e.ir.CreateShuffleVector(vector, llvm::Constant::getNullValue(vector->getType()), chosen);
}
/// Lanes of twice the width.
inline llvm::Value* widen(Emitter& e, llvm::Value* vector, bool is_signed) {
  auto* const type = llvm::cast<llvm::FixedVectorType>(vector->getType());
  auto* const wider = llvm::FixedVectorType::get(e.types.integer(type->getScalarSizeInBits() * 2), type->getNumElements());
  return is_signed ? e.ir.CreateSExt(vector, wider) : e.ir.CreateZExt(vector, wider);
}
/// The lower or upper half of a vector's lanes, of twice the width.
inline llvm::Value* widen_half(Emitter& e, llvm::Value* vector, bool high, bool is_signed) {
  const int half = static_cast<int>(llvm::cast<llvm::FixedVectorType>(vector->getType())->getNumElements() / 2);
  return widen(e, every(e, vector, high ? half : 0, 1, half), is_signed);
}

}  // namespace wasmer::llvm_backend
