#pragma once
/// \file
/// A scalar in all lanes, out of one, into one; lanes put in another order.

#include <cstdint>
#include <string_view>

#include <wasmer/backend/llvm/simd.hpp>

namespace wasmer::llvm_backend {

template <Op op>
  requires(info(op).family == Family::splat)
void emit(Emitter& e, op_t<op>) {
  llvm::Value* scalar = e.pop();
  if constexpr (lane_bits(op) < 32) scalar = e.ir.CreateTrunc(scalar, e.types.integer(lane_bits(op)));
  push_vector(e, e.ir.CreateVectorSplat(lane_count(op), scalar));
}

template <Op op>
  requires(info(op).family == Family::lane)
void emit(Emitter& e, op_t<op>, std::uint8_t lane) {
  constexpr std::string_view name = name_of(op);
  if constexpr (name == "replace_lane") {
    llvm::Value* scalar = e.pop();
    if constexpr (lane_bits(op) < 32) scalar = e.ir.CreateTrunc(scalar, e.types.integer(lane_bits(op)));
    push_vector(e, e.ir.CreateInsertElement(pop_as(e, lanes(e.types, op)), scalar, std::uint64_t{lane}));
  } else {
    llvm::Value* const scalar = e.ir.CreateExtractElement(pop_as(e, lanes(e.types, op)), std::uint64_t{lane});
    if constexpr (name.ends_with("_s")) e.push(e.ir.CreateSExt(scalar, e.types.i32));
    else if constexpr (name.ends_with("_u")) e.push(e.ir.CreateZExt(scalar, e.types.i32));
    else e.push(scalar);
  }
}

inline void emit(Emitter& e, op_t<Op::i8x16_shuffle>, V128 order) {
  const llvm::SmallVector<int, 16> chosen(order.bytes, order.bytes + 16);
  llvm::Value* const b = pop_as(e, e.types.i8x16);
  llvm::Value* const a = pop_as(e, e.types.i8x16);
  push_vector(e, e.ir.CreateShuffleVector(a, b, chosen));
}

/// The instruction looks at the uppermost bit of an index for zero, and at the lowest four for the lane.
inline void emit_swizzle(Emitter& e, bool any_index) {
  llvm::Value* indices = pop_as(e, e.types.i8x16);
  if (any_index) indices = e.intrinsic(llvm::Intrinsic::uadd_sat, {e.types.i8x16}, {indices, llvm::ConstantInt::get(e.types.i8x16, 0x70)});
  push_vector(e, e.intrinsic(llvm::Intrinsic::x86_ssse3_pshuf_b_128, {}, {pop_as(e, e.types.i8x16), indices}));
}
inline void emit(Emitter& e, op_t<Op::i8x16_swizzle>) { emit_swizzle(e, true); }

}  // namespace wasmer::llvm_backend
