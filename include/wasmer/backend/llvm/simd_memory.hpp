#pragma once
/// \file
/// Loads and stores of vectors, whole, widened, in all lanes, or of one lane.

#include <cstdint>
#include <string_view>

#include <wasmer/backend/llvm/simd.hpp>

namespace wasmer::llvm_backend {

template <Op op>
  requires(info(op).family == Family::simd_load)
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr std::string_view name = name_of(op);
  constexpr std::uint32_t size = access_size(op);
  llvm::Value* const index = e.pop();
  if constexpr (op == Op::v128_load) {
    e.push(load_guest(e, e.types.v128, index, access, size));
  } else if constexpr (name.ends_with("_splat")) {
    push_vector(e, e.ir.CreateVectorSplat(16 / size, load_guest(e, e.types.integer(size * 8), index, access, size)));
  } else if constexpr (name.ends_with("_zero")) {
    llvm::Value* const scalar = load_guest(e, e.types.integer(size * 8), index, access, size);
    push_vector(e, e.ir.CreateInsertElement(llvm::Constant::getNullValue(integer_lanes(e.types, size * 8)), scalar, std::uint64_t{0}));
  } else {  // eight bytes, as lanes that become twice as wide
    constexpr unsigned bits = name[4] == '8' ? 8 : name[4] == '1' ? 16 : 32;
    push_vector(e, widen(e, load_guest(e, llvm::FixedVectorType::get(e.types.integer(bits), 64 / bits), index, access, size), name.ends_with("_s")));
  }
}

inline void emit(Emitter& e, op_t<Op::v128_store>, const MemoryAccess& access) {
  llvm::Value* const value = e.pop();
  store_guest(e, value, e.pop(), access, sizeof(V128));
}

template <Op op>
  requires(info(op).family == Family::simd_lane_memory)
void emit(Emitter& e, op_t<op>, const LaneAccess& access) {
  constexpr std::uint32_t size = 1u << reader::natural_align_log2(info(op).immediate);
  llvm::Value* const vector = pop_as(e, integer_lanes(e.types, size * 8));
  llvm::Value* const index = e.pop();
  const std::uint64_t lane = access.lane;
  if constexpr (info(op).text.starts_with("v128.load"))
    push_vector(e, e.ir.CreateInsertElement(vector, load_guest(e, e.types.integer(size * 8), index, access.memory, size), lane));
  else store_guest(e, e.ir.CreateExtractElement(vector, lane), index, access.memory, size);
}

}  // namespace wasmer::llvm_backend
