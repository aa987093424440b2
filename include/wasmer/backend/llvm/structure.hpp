#pragma once
/// \file
/// Structures: fields are read and written in place; the runtime makes the objects.

#include <cstdint>
#include <initializer_list>
#include <vector>

#include <wasmer/backend/llvm/cast.hpp>

namespace wasmer::llvm_backend {

/// Calls a function of the runtime that makes an object; below 256 the answer is a trap.
inline llvm::Value* allocate(Emitter& e, vm::Libcall libcall, std::initializer_list<llvm::Value*> integers) {
  llvm::Value* const object = call_runtime(e, libcall, e.types.i64, integers);
  e.trap_if(e.ir.CreateICmpULE(object, e.i64(0xFF)), e.ir.CreateTrunc(object, e.types.i32));
  return object;
}

inline llvm::Value* load_field(Emitter& e, llvm::Value* place, const FieldType& field, bool is_signed) {
  if (field.packed_bits == 0) return e.load(e.types.of(field.value), place, e.alias.object, size_of(field.value) == 16 ? 8 : size_of(field.value));
  llvm::Value* const bits = e.load(e.types.integer(field.packed_bits), place, e.alias.object, field.packed_bits / 8u);
  return is_signed ? e.ir.CreateSExt(bits, e.types.i32) : e.ir.CreateZExt(bits, e.types.i32);
}
inline void store_field(Emitter& e, llvm::Value* value, llvm::Value* place, const FieldType& field) {
  if (field.packed_bits != 0) value = e.ir.CreateTrunc(value, e.types.integer(field.packed_bits));
  e.store(value, place, e.alias.object, vm::stored_size(field) == 16 ? 8 : vm::stored_size(field));
}
inline llvm::Value* field_place(Emitter& e, llvm::Value* object, std::uint32_t type, std::uint32_t field) {
  return e.at(e.to_pointer(object), e.structure(type).offsets[field]);
}
inline llvm::Value* pop_not_null(Emitter& e, ErrorId id) {
  llvm::Value* const reference = e.pop();
  e.trap_if(is_null(e, reference), id);
  return reference;
}

inline void emit(Emitter& e, op_t<Op::struct_new>, std::uint32_t type) {
  llvm::Value* const object = allocate(e, vm::Libcall::struct_new, {e.i32(type)});
  const std::vector<FieldType>& fields = e.module.types[type].fields;
  for (auto i = static_cast<std::uint32_t>(fields.size()); i-- > 0;) store_field(e, e.pop(), field_place(e, object, type, i), fields[i]);
  e.push(object);
}
inline void emit(Emitter& e, op_t<Op::struct_new_default>, std::uint32_t type) { e.push(allocate(e, vm::Libcall::struct_new, {e.i32(type)})); }

template <Op op>
  requires(op == Op::struct_get || op == Op::struct_get_s || op == Op::struct_get_u)
void emit(Emitter& e, op_t<op>, IndexPair type_and_field) {
  const auto [type, field] = type_and_field;
  llvm::Value* const object = pop_not_null(e, ErrorId::null_structure_reference);
  e.push(load_field(e, field_place(e, object, type, field), e.module.types[type].fields[field], op == Op::struct_get_s));
}
inline void emit(Emitter& e, op_t<Op::struct_set>, IndexPair type_and_field) {
  const auto [type, field] = type_and_field;
  llvm::Value* const value = e.pop();
  llvm::Value* const object = pop_not_null(e, ErrorId::null_structure_reference);
  store_field(e, value, field_place(e, object, type, field), e.module.types[type].fields[field]);
}

}  // namespace wasmer::llvm_backend
