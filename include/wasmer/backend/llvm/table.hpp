#pragma once
/// \file
/// Tables: elements are read and written in place, the runtime does the rest.

#include <cstdint>

#include <wasmer/backend/llvm/call.hpp>

namespace wasmer::llvm_backend {

/// The place of the table's element at `index`, its bounds checked. A table that may not grow has a known length, and its elements stay where they are.
inline llvm::Value* table_place(Emitter& e, std::uint32_t table, llvm::Value* index, ErrorId id = ErrorId::out_of_bounds_table_access) {
  const Limits& limits = e.module.tables[table].type.limits;
  const bool stays = limits.maximum == limits.minimum;
  const std::int32_t view = e.layout.table(table);
  index = e.ir.CreateZExt(index, e.types.i64);
  llvm::Value* const length = stays ? static_cast<llvm::Value*>(e.i64(limits.minimum)) : e.load_field(e.types.i64, view + vm::offset::view_length, e.alias.view);
  e.trap_if(e.ir.CreateICmpUGE(index, length), id);
  return e.ir.CreateGEP(e.types.i64, e.load_field(e.types.pointer, view + vm::offset::view_pointer, stays ? e.alias.constant : e.alias.view), index);
}
/// A number that fits the table's or memory's address type.
inline void push_address(Emitter& e, llvm::Value* value, AddressType type) { e.push(e.ir.CreateTrunc(value, e.types.of(value_type(type)))); }

inline void emit(Emitter& e, op_t<Op::table_get>, std::uint32_t table) { e.push(e.load(e.types.i64, table_place(e, table, e.pop()), e.alias.element, 8)); }
inline void emit(Emitter& e, op_t<Op::table_set>, std::uint32_t table) {
  llvm::Value* const value = e.pop();
  e.store(value, table_place(e, table, e.pop()), e.alias.element, 8);
}
inline void emit(Emitter& e, op_t<Op::table_size>, std::uint32_t table) {
  push_address(e, e.load_field(e.types.i64, e.layout.table(table) + vm::offset::view_length, e.alias.view), e.module.tables[table].type.limits.address);
}
inline void emit(Emitter& e, op_t<Op::table_grow>, std::uint32_t table) {
  llvm::Value* const delta = e.pop();
  llvm::Value* const value = e.pop();
  push_address(e, call_runtime(e, vm::Libcall::table_grow, e.types.i64, {e.i32(table), value, delta}), e.module.tables[table].type.limits.address);
}
inline void emit(Emitter& e, op_t<Op::table_fill>, std::uint32_t table) {
  llvm::Value* const count = e.pop();
  llvm::Value* const value = e.pop();
  call_trapping(e, vm::Libcall::table_fill, {e.i32(table), e.pop(), value, count});
}
inline void emit(Emitter& e, op_t<Op::table_copy>, IndexPair tables) {
  llvm::Value* const count = e.pop();
  llvm::Value* const from = e.pop();
  call_trapping(e, vm::Libcall::table_copy, {e.i32(tables.first), e.i32(tables.second), e.pop(), from, count});
}
inline void emit(Emitter& e, op_t<Op::table_init>, IndexPair segment_and_table) {
  llvm::Value* const count = e.pop();
  llvm::Value* const from = e.pop();
  call_trapping(e, vm::Libcall::table_init, {e.i32(segment_and_table.second), e.i32(segment_and_table.first), e.pop(), from, count});
}
inline void emit(Emitter& e, op_t<Op::elem_drop>, std::uint32_t segment) { call_runtime(e, vm::Libcall::elem_drop, e.types.none, {e.i32(segment)}); }
inline void emit(Emitter& e, op_t<Op::ref_func>, std::uint32_t function) { e.push(call_runtime(e, vm::Libcall::ref_func, e.types.i64, {e.i32(function)})); }

}  // namespace wasmer::llvm_backend
