#pragma once
/// \file
/// Instructions on whole memories and tables, and references.

#include <array>
#include <cstddef>
#include <span>

#include <wasmer/backend/singlepass/call.hpp>

namespace wasmer::singlepass {

/// The operands of a runtime's function: it takes them as they are on the stack, whether 32 or 64 bits wide.
template <std::size_t count> inline constexpr std::array<ValueType, count> operands{};

namespace types {
inline constexpr ValueType i32[] = {ValueType::i32};
inline constexpr ValueType i64[] = {ValueType::i64};
inline constexpr ValueType ref[] = {funcref};
}  // namespace types

/// An address or size as the one result of an instruction.
constexpr std::span<const ValueType> address_result(AddressType type) { return type == AddressType::i32 ? types::i32 : types::i64; }

inline void emit(Emitter& e, op_t<Op::memory_size>, std::uint32_t memory) {
  const MemoryType& type = e.module.memories[memory];
  const ValueType::Kind address = value_type(type.limits.address).kind();
  const Reg to = e.destination(address, {});
  const std::int32_t view = e.layout.memory(memory);
  if (type.shared) {
    e.masm.mov(Width::w64, to.gp(), e.field(view + vm::offset::view_pointer));
    e.masm.mov(Width::w64, to.gp(), Mem{to.gp(), vm::offset::shared_length});
  } else {
    e.masm.mov(Width::w64, to.gp(), e.field(view + vm::offset::view_length));
  }
  if (type.page_size_log2 != 0) e.masm.shift(masm::Shift::shr, Width::w64, to.gp(), type.page_size_log2);
  e.finish(address, to);
}
inline void emit(Emitter& e, op_t<Op::memory_grow>, std::uint32_t memory) {
  emit_libcall(e, vm::Libcall::memory_grow, {memory}, operands<1>, address_result(e.module.memories[memory].limits.address));
}
inline void emit(Emitter& e, op_t<Op::memory_fill>, std::uint32_t memory) {
  emit_trapping_libcall(e, vm::Libcall::memory_fill, {memory}, operands<3>);
}
inline void emit(Emitter& e, op_t<Op::memory_copy>, IndexPair memories) {
  emit_trapping_libcall(e, vm::Libcall::memory_copy, {memories.first, memories.second}, operands<3>);
}
inline void emit(Emitter& e, op_t<Op::memory_init>, IndexPair segment_and_memory) {
  emit_trapping_libcall(e, vm::Libcall::memory_init, {segment_and_memory.second, segment_and_memory.first}, operands<3>);
}
inline void emit(Emitter& e, op_t<Op::data_drop>, std::uint32_t segment) { emit_libcall(e, vm::Libcall::data_drop, {segment}, {}, {}); }

/// The place of the table's element at `index`, its bounds checked, in `scratch`.
inline Mem table_place(Emitter& e, std::uint32_t table, Value& index, ErrorId id = ErrorId::out_of_bounds_table_access) {
  const std::int32_t view = e.layout.table(table);
  const Gp at = e.values.gp_extended(index);
  e.masm.alu(Alu::cmp, Width::w64, at, e.field(view + vm::offset::view_length));
  e.trap_if(Condition::ae, id);
  e.masm.mov(Width::w64, scratch, e.field(view + vm::offset::view_pointer));
  return {scratch, 0, at, 3};
}

inline void emit(Emitter& e, op_t<Op::table_get>, std::uint32_t table) {
  Value index = e.values.pop();
  const Mem from = table_place(e, table, index);
  const Reg to = e.destination(ValueType::ref_null, {}, index);
  e.masm.mov(Width::w64, to.gp(), from);
  e.finish(ValueType::ref_null, to, index);
}
inline void emit(Emitter& e, op_t<Op::table_set>, std::uint32_t table) {
  Value value = e.values.pop();
  Value index = e.values.pop();
  const Gp from = e.values.gp(value);
  e.masm.mov(Width::w64, table_place(e, table, index), from);
  e.values.release(value);
  e.values.release(index);
}
inline void emit(Emitter& e, op_t<Op::table_size>, std::uint32_t table) {
  const ValueType::Kind address = value_type(e.module.tables[table].type.limits.address).kind();
  const Reg to = e.values.allocate(address);
  e.masm.mov(width_of(address), to.gp(), e.field(e.layout.table(table) + vm::offset::view_length));
  e.finish(address, to);
}
inline void emit(Emitter& e, op_t<Op::table_grow>, std::uint32_t table) {
  emit_libcall(e, vm::Libcall::table_grow, {table}, operands<2>, address_result(e.module.tables[table].type.limits.address));
}
inline void emit(Emitter& e, op_t<Op::table_fill>, std::uint32_t table) {
  emit_trapping_libcall(e, vm::Libcall::table_fill, {table}, operands<3>);
}
inline void emit(Emitter& e, op_t<Op::table_copy>, IndexPair tables) {
  emit_trapping_libcall(e, vm::Libcall::table_copy, {tables.first, tables.second}, operands<3>);
}
inline void emit(Emitter& e, op_t<Op::table_init>, IndexPair segment_and_table) {
  emit_trapping_libcall(e, vm::Libcall::table_init, {segment_and_table.second, segment_and_table.first}, operands<3>);
}
inline void emit(Emitter& e, op_t<Op::elem_drop>, std::uint32_t segment) { emit_libcall(e, vm::Libcall::elem_drop, {segment}, {}, {}); }

inline void emit(Emitter& e, op_t<Op::ref_null>, HeapType) { e.values.push_constant(ValueType::ref_null, 0); }
inline void emit(Emitter& e, op_t<Op::ref_func>, std::uint32_t function) { emit_libcall(e, vm::Libcall::ref_func, {function}, {}, types::ref); }

}  // namespace wasmer::singlepass
