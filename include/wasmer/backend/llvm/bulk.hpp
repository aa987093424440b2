#pragma once
/// \file
/// Instructions on whole memories.

#include <cstdint>

#include <wasmer/backend/llvm/table.hpp>

namespace wasmer::llvm_backend {

inline void emit(Emitter& e, op_t<Op::memory_size>, std::uint32_t memory) {
  const MemoryType& type = e.module.memories[memory];
  push_address(e, e.ir.CreateLShr(e.memory_length(memory), type.page_size_log2), type.limits.address);
}
inline void emit(Emitter& e, op_t<Op::memory_grow>, std::uint32_t memory) {
  push_address(e, call_runtime(e, vm::Libcall::memory_grow, e.types.i64, {e.i32(memory), e.pop()}), e.module.memories[memory].limits.address);
}
inline void emit(Emitter& e, op_t<Op::memory_fill>, std::uint32_t memory) {
  llvm::Value* const count = e.pop();
  llvm::Value* const value = e.pop();
  call_trapping(e, vm::Libcall::memory_fill, {e.i32(memory), e.pop(), value, count});
}
inline void emit(Emitter& e, op_t<Op::memory_copy>, IndexPair memories) {
  llvm::Value* const count = e.pop();
  llvm::Value* const from = e.pop();
  call_trapping(e, vm::Libcall::memory_copy, {e.i32(memories.first), e.i32(memories.second), e.pop(), from, count});
}
inline void emit(Emitter& e, op_t<Op::memory_init>, IndexPair segment_and_memory) {
  llvm::Value* const count = e.pop();
  llvm::Value* const from = e.pop();
  call_trapping(e, vm::Libcall::memory_init, {e.i32(segment_and_memory.second), e.i32(segment_and_memory.first), e.pop(), from, count});
}
inline void emit(Emitter& e, op_t<Op::data_drop>, std::uint32_t segment) { call_runtime(e, vm::Libcall::data_drop, e.types.none, {e.i32(segment)}); }

}  // namespace wasmer::llvm_backend
