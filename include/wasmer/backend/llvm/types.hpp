#pragma once
/// \file
/// WebAssembly's types as LLVM's, and the prototypes by which functions are called: the machine contract in LLVM's words.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>

#include <wasmer/backend/llvm/api.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::llvm_backend {

/// The types of one LLVMContext. References are words: a collector that scans the stack asks for no more.
struct Types {
  explicit Types(llvm::LLVMContext& context)
      : none(llvm::Type::getVoidTy(context)), i1(llvm::Type::getInt1Ty(context)), i8(llvm::Type::getInt8Ty(context)), i16(llvm::Type::getInt16Ty(context)),
        i32(llvm::Type::getInt32Ty(context)), i64(llvm::Type::getInt64Ty(context)), i128(llvm::Type::getInt128Ty(context)),
        f32(llvm::Type::getFloatTy(context)), f64(llvm::Type::getDoubleTy(context)), pointer(llvm::PointerType::get(context, 0)),
        v128(llvm::FixedVectorType::get(i64, 2)), i8x16(llvm::FixedVectorType::get(i8, 16)), i16x8(llvm::FixedVectorType::get(i16, 8)),
        i32x4(llvm::FixedVectorType::get(i32, 4)), i64x2(v128), f32x4(llvm::FixedVectorType::get(f32, 4)), f64x2(llvm::FixedVectorType::get(f64, 2)) {}

  llvm::Type* none;
  llvm::IntegerType *i1, *i8, *i16, *i32, *i64, *i128;
  llvm::Type *f32, *f64;
  llvm::PointerType* pointer;
  llvm::FixedVectorType *v128, *i8x16, *i16x8, *i32x4, *i64x2, *f32x4, *f64x2;

  llvm::Type* of(ValueType type) const {
    switch (type.kind()) {
      case ValueType::i32: return i32;
      case ValueType::f32: return f32;
      case ValueType::f64: return f64;
      case ValueType::v128: return v128;
      default: return i64;
    }
  }
  /// An integer of as many bits, or bytes of memory as a number.
  llvm::IntegerType* integer(unsigned bits) const { return bits == 8 ? i8 : bits == 16 ? i16 : bits == 32 ? i32 : i64; }
};

constexpr bool is_in_vector(ValueType type) { return type == ValueType::f32 || type == ValueType::f64 || type.is_vector(); }

inline constexpr unsigned integer_registers = 5, vector_registers = 8;  ///< for arguments, the context's left out

/// Calls `in_register(i, n)` for each parameter that the contract passes in a register, n counting those of its kind (the hidden place for results is the first of
/// the integers), and `below(i, offset)` for those that lie below the callee's context, `offset` bytes from it. In order.
template <class InRegister, class Below> void for_parameters(const FunctionType& type, InRegister&& in_register, Below&& below) {
  unsigned integers = type.results().size() > 1 ? 1 : 0, vectors = 0;
  std::int32_t offset = 0;
  for (std::size_t i = 0; i < type.params().size(); ++i) {
    const ValueType param = type.params()[i];
    unsigned& used = is_in_vector(param) ? vectors : integers;
    if (used < (is_in_vector(param) ? vector_registers : integer_registers)) in_register(i, used++);
    else offset -= param.is_vector() ? 16 : 8, below(i, offset);
  }
}

/// The prototype of functions of a type, `R (context, [rest,] parameters...)`, those that lie below the context left out.
inline llvm::FunctionType* prototype(const Types& types, const FunctionType& type) {
  llvm::SmallVector<llvm::Type*, 16> params{types.pointer};
  if (type.results().size() > 1) params.push_back(types.pointer);
  for_parameters(type, [&](std::size_t i, unsigned) { params.push_back(types.of(type.params()[i])); }, [](std::size_t, std::int32_t) {});
  return llvm::FunctionType::get(type.results().empty() ? types.none : types.of(type.results()[0]), params, false);
}

/// The one prototype of all functions that tail-call, and are tail-called: LLVM's `musttail` asks for equal ones. It names every register that the contract
/// knows, so a function has it in addition to its own, and nothing is moved from one to the other.
inline llvm::FunctionType* uniform_prototype(const Types& types) {
  llvm::SmallVector<llvm::Type*, 16> params{types.pointer};
  params.append(integer_registers, types.i64);
  params.append(vector_registers, types.v128);
  return llvm::FunctionType::get(llvm::StructType::get(types.i64->getContext(), {types.i64, types.v128}), params, false);
}

}  // namespace wasmer::llvm_backend
