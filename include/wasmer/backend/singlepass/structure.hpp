#pragma once
/// \file
/// Structures: fields are read and written in place; the runtime makes the objects.

#include <cstdint>

#include <wasmer/backend/singlepass/bulk.hpp>
#include <wasmer/backend/singlepass/reference.hpp>
#include <wasmer/vm/canonical_type.hpp>

namespace wasmer::singlepass {

/// Calls a function of the runtime that makes an object, which is on the stack afterwards; below 256 the answer is a trap.
inline void emit_allocation(Emitter& e, vm::Libcall libcall, std::initializer_list<std::uint64_t> immediates, std::span<const ValueType> operands) {
  emit_libcall(e, libcall, immediates, operands, types::ref);
  e.masm.alu(Alu::cmp, Width::w64, Gp::rax, 0xFF);
  e.masm.jcc(Condition::be, e.stub(vm::TrapSite::in_rax, ErrorId::unreachable));
}

/// The register that holds a reference taken off the stack, null being a trap.
inline Gp not_null(Emitter& e, Value& reference, ErrorId id) {
  const Gp reg = e.values.gp(reference);
  e.masm.test(Width::w64, reg, reg);
  e.trap_if(Condition::e, id);
  return reg;
}

/// Reads a field into a register fit for it.
inline void load_field(Emitter& e, Reg to, const FieldType& field, bool is_signed, Mem from) {
  if (field.packed_bits == 8) e.masm.load_extend(Width::w32, is_signed ? masm::Extend::sign8 : masm::Extend::zero8, to.gp(), from);
  else if (field.packed_bits == 16) e.masm.load_extend(Width::w32, is_signed ? masm::Extend::sign16 : masm::Extend::zero16, to.gp(), from);
  else e.values.load(to, Values::kind_of(field.value), from);
}

/// Writes a value that was taken off the stack, and lets it go. An indexed place keeps clear of the scratch register if the value is a constant.
inline void store_field(Emitter& e, Mem to, const FieldType& field, Value& value) {
  if (value.is_constant() && field.packed_bits == 8) return e.masm.mov8(to, static_cast<std::int8_t>(value.bits));
  if (value.is_constant() && field.packed_bits == 16) return e.masm.mov16(to, static_cast<std::int16_t>(value.bits));
  if (value.is_constant() && value.type != ValueType::v128 && (size_of(ValueType(value.type)) == 4 || Masm::fits32(static_cast<std::int64_t>(value.bits))))
    return e.values.store_constant(to, value.type, value.bits);
  const Reg from = e.values.reg(value);
  if (field.packed_bits == 8) e.masm.mov8(to, from.gp());
  else if (field.packed_bits == 16) e.masm.mov16(to, from.gp());
  else e.values.store(to, value.type, from);
  e.values.release(value);
}

inline std::int32_t field_offset(Emitter& e, std::uint32_t type, std::uint32_t field) { return static_cast<std::int32_t>(e.structure(type).offsets[field]); }

inline void emit(Emitter& e, op_t<Op::struct_new>, std::uint32_t type) {
  emit_allocation(e, vm::Libcall::struct_new, {type}, {});
  const Value object = e.values.pop();
  const std::vector<FieldType>& fields = e.module.types[type].fields;
  for (auto i = static_cast<std::uint32_t>(fields.size()); i-- > 0;) {
    Value value = e.values.pop();
    store_field(e, {object.reg.gp(), field_offset(e, type, i)}, fields[i], value);
    e.values.unpin();
  }
  e.values.push(ValueType::ref_null, object.reg);
}
inline void emit(Emitter& e, op_t<Op::struct_new_default>, std::uint32_t type) { emit_allocation(e, vm::Libcall::struct_new, {type}, {}); }

template <Op op>
  requires(op == Op::struct_get || op == Op::struct_get_s || op == Op::struct_get_u)
void emit(Emitter& e, op_t<op>, IndexPair type_and_field) {
  const FieldType& field = e.module.types[type_and_field.first].fields[type_and_field.second];
  const ValueType::Kind kind = Values::kind_of(field.value);
  Value object = e.values.pop();
  const Gp at = not_null(e, object, ErrorId::null_structure_reference);
  const Reg to = e.destination(kind, {}, object);
  load_field(e, to, field, op == Op::struct_get_s, {at, field_offset(e, type_and_field.first, type_and_field.second)});
  e.finish(kind, to, object);
}

inline void emit(Emitter& e, op_t<Op::struct_set>, IndexPair type_and_field) {
  Value value = e.values.pop();
  Value object = e.values.pop();
  const Gp at = not_null(e, object, ErrorId::null_structure_reference);
  store_field(e, {at, field_offset(e, type_and_field.first, type_and_field.second)}, e.module.types[type_and_field.first].fields[type_and_field.second], value);
  e.values.release(object);
}

}  // namespace wasmer::singlepass
