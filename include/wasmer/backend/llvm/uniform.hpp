#pragma once
/// \file
/// Values in the places of the uniform prototype, which names the registers of the contract: from each place to a value and back costs nothing.

#include <cstdint>

#include <wasmer/backend/llvm/call.hpp>

namespace wasmer::llvm_backend {

/// What lies in an integer register as an i32 or a word; in a vector register as a float or a vector.
inline llvm::Value* unpack(Emitter& e, llvm::Value* place, llvm::Type* type) {
  if (type->isIntegerTy()) return e.ir.CreateTrunc(place, type);
  if (type->isPointerTy()) return e.to_pointer(place);
  if (type->isVectorTy()) return e.ir.CreateBitCast(place, type);
  return e.ir.CreateExtractElement(e.ir.CreateBitCast(place, type->isFloatTy() ? e.types.f32x4 : e.types.f64x2), std::uint64_t{0});
}
inline llvm::Value* pack(Emitter& e, llvm::Value* value) {
  llvm::Type* const type = value->getType();
  if (type->isIntegerTy()) return e.ir.CreateZExt(value, e.types.i64);
  if (type->isPointerTy()) return e.ir.CreatePtrToInt(value, e.types.i64);
  if (type->isVectorTy()) return e.ir.CreateBitCast(value, e.types.v128);
  llvm::Value* const others = llvm::PoisonValue::get(type->isFloatTy() ? e.types.f32x4 : e.types.f64x2);
  return e.ir.CreateBitCast(e.ir.CreateInsertElement(others, value, std::uint64_t{0}), e.types.v128);
}

/// The first result, if there is one, as the uniform prototype returns it.
inline llvm::Value* pack_result(Emitter& e, llvm::Value* result) {
  llvm::Value* const none = llvm::PoisonValue::get(llvm::StructType::get(e.context(), {e.types.i64, e.types.v128}));
  if (result == nullptr) return none;
  llvm::Value* const place = pack(e, result);
  return e.ir.CreateInsertValue(none, place, place->getType()->isIntegerTy() ? 0 : 1);
}

/// Arguments in the order of their type's own prototype, in the places of the uniform one.
inline Arguments pack_arguments(Emitter& e, llvm::ArrayRef<llvm::Value*> arguments) {
  Arguments places{arguments[0]};
  places.append(integer_registers, llvm::PoisonValue::get(e.types.i64));
  places.append(vector_registers, llvm::PoisonValue::get(e.types.v128));
  unsigned integers = 1, vectors = 1 + integer_registers;
  for (llvm::Value* const argument : arguments.drop_front()) {
    llvm::Value* const place = pack(e, argument);
    places[place->getType()->isIntegerTy() ? integers++ : vectors++] = place;
  }
  return places;
}

}  // namespace wasmer::llvm_backend
