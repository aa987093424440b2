#pragma once
/// \file
/// Arrays: elements are read and written in place, after a check of null and one of the index; the runtime does the rest.

#include <cstdint>

#include <wasmer/backend/singlepass/structure.hpp>

namespace wasmer::singlepass {

/// The place of an element, array and index being checked. Of elements of 16 bytes it is based on the scratch register.
inline Mem element_place(Emitter& e, const FieldType& element, Value& array, Value& index) {
  const Gp at = e.values.gp_extended(index);
  const Gp base = not_null(e, array, ErrorId::null_array_reference);
  e.masm.alu(Alu::cmp, Width::w32, at, Mem{base, vm::offset::array_length});
  e.trap_if(Condition::ae, ErrorId::out_of_bounds_array_access);
  const auto scale = static_cast<std::uint8_t>(std::countr_zero(vm::stored_size(element)));
  if (scale <= 3) return {base, vm::offset::array_elements, at, scale};
  e.masm.mov(Width::w32, scratch, at);
  e.masm.shift(masm::Shift::shl, Width::w64, scratch, scale);
  return {base, vm::offset::array_elements, scratch, 0};
}

inline const FieldType& element_of(const Emitter& e, std::uint32_t array) { return e.module.types[array].fields[0]; }

/// The runtime takes every element as an integer: the operand below the topmost one becomes one. For a vector that is the address of its home.
inline void element_to_word(Emitter& e, const FieldType& element) {
  const ValueType::Kind kind = Values::kind_of(element.value);
  if (!is_in_vector(kind)) return;
  const std::uint32_t slot = e.values.height() - 2;
  if (kind == ValueType::v128) store_to_home(e, slot, resolve(e.values, slot));
  const Value count = e.values.pop();
  Value value = e.values.pop();
  if (kind == ValueType::v128) {
    const Gp to = e.values.allocate_gp();
    e.masm.lea(Width::w64, to, e.values.home(slot));
    e.values.release(value);
    e.values.push(ValueType::i64, to);
  } else if (value.is_constant()) {
    e.values.push_constant(ValueType::i64, value.bits);
  } else {
    const Xmm from = e.values.xmm(value);
    const Gp to = e.values.allocate_gp();
    e.masm.mov_bits(kind == ValueType::f32 ? Width::w32 : Width::w64, to, from);
    e.values.release(value);
    e.values.push(ValueType::i64, to);
  }
  if (count.is_constant()) e.values.push_constant(count.type, count.bits);
  else if (count.kind == Value::home) e.values.push_home(count.type);
  else push_again(e, count);
}

inline void emit(Emitter& e, op_t<Op::array_new>, std::uint32_t type) {
  element_to_word(e, element_of(e, type));
  emit_allocation(e, vm::Libcall::array_new, {type}, operands<2>);
}
inline void emit(Emitter& e, op_t<Op::array_new_default>, std::uint32_t type) { emit_allocation(e, vm::Libcall::array_new_default, {type}, operands<1>); }
inline void emit(Emitter& e, op_t<Op::array_new_fixed>, IndexPair type_and_count) {
  const auto [type, count] = type_and_count;
  const FieldType& element = element_of(e, type);
  emit_allocation(e, vm::Libcall::array_new_default, {type, count}, {});
  const Value array = e.values.pop();
  for (std::uint32_t i = count; i-- > 0;) {
    Value value = e.values.pop();
    store_field(e, {array.reg.gp(), static_cast<std::int32_t>(vm::offset::array_elements + i * vm::stored_size(element))}, element, value);
    e.values.unpin();
  }
  e.values.push(ValueType::ref_null, array.reg);
}
inline void emit(Emitter& e, op_t<Op::array_new_data>, IndexPair type_and_segment) {
  emit_allocation(e, vm::Libcall::array_new_data, {type_and_segment.first, type_and_segment.second}, operands<2>);
}
inline void emit(Emitter& e, op_t<Op::array_new_elem>, IndexPair type_and_segment) {
  emit_allocation(e, vm::Libcall::array_new_elem, {type_and_segment.first, type_and_segment.second}, operands<2>);
}

template <Op op>
  requires(op == Op::array_get || op == Op::array_get_s || op == Op::array_get_u)
void emit(Emitter& e, op_t<op>, std::uint32_t type) {
  const FieldType& element = element_of(e, type);
  const ValueType::Kind kind = Values::kind_of(element.value);
  Value index = e.values.pop();
  Value array = e.values.pop();
  const Mem from = element_place(e, element, array, index);
  const Reg to = e.destination(kind, {}, array, index);
  load_field(e, to, element, op == Op::array_get_s, from);
  e.finish(kind, to, array, index);
}
inline void emit(Emitter& e, op_t<Op::array_set>, std::uint32_t type) {
  const FieldType& element = element_of(e, type);
  Value value = e.values.pop();
  Value index = e.values.pop();
  Value array = e.values.pop();
  const Mem to = element_place(e, element, array, index);
  store_field(e, to, element, value);
  e.values.release(index);
  e.values.release(array);
}

inline void emit(Emitter& e, op_t<Op::array_len>) {
  Value array = e.values.pop();
  const Gp at = not_null(e, array, ErrorId::null_array_reference);
  const Reg to = e.destination(ValueType::i32, {}, array);
  e.masm.mov(Width::w32, to.gp(), Mem{at, vm::offset::array_length});
  e.finish(ValueType::i32, to, array);
}

inline void emit(Emitter& e, op_t<Op::array_fill>, std::uint32_t type) {
  element_to_word(e, element_of(e, type));
  emit_trapping_libcall(e, vm::Libcall::array_fill, {}, operands<4>);
}
inline void emit(Emitter& e, op_t<Op::array_copy>, IndexPair) { emit_trapping_libcall(e, vm::Libcall::array_copy, {}, operands<5>); }
inline void emit(Emitter& e, op_t<Op::array_init_data>, IndexPair type_and_segment) {
  emit_trapping_libcall(e, vm::Libcall::array_init_data, {type_and_segment.second}, operands<4>);
}
inline void emit(Emitter& e, op_t<Op::array_init_elem>, IndexPair type_and_segment) {
  emit_trapping_libcall(e, vm::Libcall::array_init_elem, {type_and_segment.second}, operands<4>);
}

}  // namespace wasmer::singlepass
