#pragma once
/// \file
/// Arrays: elements are read and written in place, after a check of null and one of the index; the runtime does the rest.

#include <cstdint>

#include <wasmer/backend/llvm/structure.hpp>

namespace wasmer::llvm_backend {

inline const FieldType& element_of(const Emitter& e, std::uint32_t array) { return e.module.types[array].fields[0]; }

inline llvm::Value* array_length(Emitter& e, llvm::Value* array) {
  return e.load(e.types.i32, e.at(e.to_pointer(array), vm::offset::array_length), e.alias.constant, 4);
}
/// The place of the element that array and index on the stack mean, both being checked.
inline llvm::Value* pop_element_place(Emitter& e, const FieldType& element) {
  llvm::Value* const index = e.pop();
  llvm::Value* const array = pop_not_null(e, ErrorId::null_array_reference);
  e.trap_if(e.ir.CreateICmpUGE(index, array_length(e, array)), ErrorId::out_of_bounds_array_access);
  llvm::Value* const offset = e.ir.CreateMul(e.ir.CreateZExt(index, e.types.i64), e.i64(vm::stored_size(element)));
  return e.ir.CreateGEP(e.types.i8, e.at(e.to_pointer(array), vm::offset::array_elements), offset);
}

/// The runtime takes every element as an integer: of a vector its address.
inline llvm::Value* as_word(Emitter& e, llvm::Value* value) {
  llvm::Type* const type = value->getType();
  if (type->isIntegerTy()) return value;
  if (!type->isVectorTy()) return e.ir.CreateBitCast(value, e.types.integer(type->getPrimitiveSizeInBits().getFixedValue()));
  llvm::Value* const area = e.results(2);
  e.store(value, area, e.alias.results, 8);
  return e.ir.CreatePtrToInt(area, e.types.i64);
}

inline void emit(Emitter& e, op_t<Op::array_new>, std::uint32_t type) {
  llvm::Value* const count = e.pop();
  e.push(allocate(e, vm::Libcall::array_new, {e.i32(type), as_word(e, e.pop()), count}));
}
inline void emit(Emitter& e, op_t<Op::array_new_default>, std::uint32_t type) { e.push(allocate(e, vm::Libcall::array_new_default, {e.i32(type), e.pop()})); }
inline void emit(Emitter& e, op_t<Op::array_new_fixed>, IndexPair type_and_count) {
  const auto [type, count] = type_and_count;
  const FieldType& element = element_of(e, type);
  llvm::Value* const array = allocate(e, vm::Libcall::array_new_default, {e.i32(type), e.i32(count)});
  llvm::Value* const elements = e.at(e.to_pointer(array), vm::offset::array_elements);
  for (std::uint32_t i = count; i-- > 0;) store_field(e, e.pop(), e.at(elements, std::int64_t{i} * vm::stored_size(element)), element);
  e.push(array);
}
template <Op op>
  requires(op == Op::array_new_data || op == Op::array_new_elem)
void emit(Emitter& e, op_t<op>, IndexPair type_and_segment) {
  llvm::Value* const count = e.pop();
  llvm::Value* const from = e.pop();
  e.push(allocate(e, op == Op::array_new_data ? vm::Libcall::array_new_data : vm::Libcall::array_new_elem,
                  {e.i32(type_and_segment.first), e.i32(type_and_segment.second), from, count}));
}

template <Op op>
  requires(op == Op::array_get || op == Op::array_get_s || op == Op::array_get_u)
void emit(Emitter& e, op_t<op>, std::uint32_t type) {
  e.push(load_field(e, pop_element_place(e, element_of(e, type)), element_of(e, type), op == Op::array_get_s));
}
inline void emit(Emitter& e, op_t<Op::array_set>, std::uint32_t type) {
  llvm::Value* const value = e.pop();
  store_field(e, value, pop_element_place(e, element_of(e, type)), element_of(e, type));
}
inline void emit(Emitter& e, op_t<Op::array_len>) { e.push(array_length(e, pop_not_null(e, ErrorId::null_array_reference))); }

inline void emit(Emitter& e, op_t<Op::array_fill>, std::uint32_t) {
  llvm::Value* const count = e.pop();
  llvm::Value* const value = as_word(e, e.pop());
  llvm::Value* const at = e.pop();
  call_trapping(e, vm::Libcall::array_fill, {e.pop(), at, value, count});
}
inline void emit(Emitter& e, op_t<Op::array_copy>, IndexPair) {
  llvm::Value* const count = e.pop();
  llvm::Value* const from = e.pop();
  llvm::Value* const from_array = e.pop();
  llvm::Value* const to = e.pop();
  call_trapping(e, vm::Libcall::array_copy, {e.pop(), to, from_array, from, count});
}
template <Op op>
  requires(op == Op::array_init_data || op == Op::array_init_elem)
void emit(Emitter& e, op_t<op>, IndexPair type_and_segment) {
  llvm::Value* const count = e.pop();
  llvm::Value* const from = e.pop();
  llvm::Value* const to = e.pop();
  call_trapping(e, op == Op::array_init_data ? vm::Libcall::array_init_data : vm::Libcall::array_init_elem,
                {e.i32(type_and_segment.second), e.pop(), to, from, count});
}

}  // namespace wasmer::llvm_backend
