#pragma once
/// \file
/// The rules of structures, arrays, casts and i31 (spec sections 3.4.4, 3.4.7 to 3.4.9).

#include <cstdint>
#include <span>
#include <string>

#include <wasmer/module/module.hpp>
#include <wasmer/module/reader/immediates.hpp>
#include <wasmer/module/reader/scope.hpp>

namespace wasmer::reader {

class GcRules : public Scope {
 public:
  using Scope::Scope;

  bool check(op_t<Op::ref_eq>, NoImmediate) {
    constexpr ValueType eqref = ValueType::reference(HeapType::eq, true);
    if (!pop(eqref) || !pop(eqref)) return false;
    push(ValueType::i32);
    return true;
  }

  // i31 and conversions.

  bool check(op_t<Op::ref_i31>, NoImmediate) {
    if (!pop(ValueType::i32)) return false;
    push(ValueType::reference(HeapType::i31, false));
    return true;
  }
  template <Op op> requires(op == Op::i31_get_s || op == Op::i31_get_u) bool check(op_t<op>, NoImmediate) {
    if (!pop(ValueType::reference(HeapType::i31, true))) return false;
    push(ValueType::i32);
    return true;
  }
  bool check(op_t<Op::any_convert_extern>, NoImmediate) { return convert(HeapType::extern_, HeapType::any); }
  bool check(op_t<Op::extern_convert_any>, NoImmediate) { return convert(HeapType::any, HeapType::extern_); }

  // Casts.

  template <Op op> requires(op == Op::ref_test || op == Op::ref_test_null) bool check(op_t<op>, const HeapType& type) {
    if (!pop_for_cast(type)) return false;
    push(ValueType::i32);
    return true;
  }
  template <Op op> requires(op == Op::ref_cast || op == Op::ref_cast_null) bool check(op_t<op>, const HeapType& type) {
    if (!pop_for_cast(type)) return false;
    push(ValueType::reference(type, op == Op::ref_cast_null));
    return true;
  }
  bool check(op_t<Op::br_on_cast>, const Cast& cast) { return branch_on_cast(cast, cast.to, difference(cast.from, cast.to)); }
  bool check(op_t<Op::br_on_cast_fail>, const Cast& cast) { return branch_on_cast(cast, difference(cast.from, cast.to), cast.to); }

  // Structures.

  bool check(op_t<Op::struct_new>, std::uint32_t index) {
    const TypeDefinition* type = definition(index, CompositeKind::structure);
    if (type == nullptr) return false;
    for (std::size_t i = type->fields.size(); i != 0; --i)
      if (!pop(type->fields[i - 1].value)) return false;
    return push_new(index);
  }
  bool check(op_t<Op::struct_new_default>, std::uint32_t index) {
    const TypeDefinition* type = definition(index, CompositeKind::structure);
    if (type == nullptr) return false;
    for (const FieldType& field : type->fields)
      if (!defaultable(field)) return false;
    return push_new(index);
  }
  template <Op op> requires(op == Op::struct_get || op == Op::struct_get_s || op == Op::struct_get_u) bool check(op_t<op>, const IndexPair& indices) {
    const FieldType* type = field(indices);
    if (type == nullptr || !packed_as(*type, op != Op::struct_get) || !pop(ValueType::reference(HeapType::index(indices.first), true))) return false;
    push(type->value);
    return true;
  }
  bool check(op_t<Op::struct_set>, const IndexPair& indices) {
    const FieldType* type = field(indices);
    if (type == nullptr) return false;
    if (!type->is_mutable) return fail(ErrorId::immutable_field, std::to_string(indices.second));
    return pop(type->value) && pop(ValueType::reference(HeapType::index(indices.first), true));
  }

  // Arrays.

  bool check(op_t<Op::array_new>, std::uint32_t index) {
    const FieldType* type = array(index);
    return type != nullptr && pop(ValueType::i32) && pop(type->value) && push_new(index);
  }
  bool check(op_t<Op::array_new_default>, std::uint32_t index) {
    const FieldType* type = array(index);
    return type != nullptr && defaultable(*type) && pop(ValueType::i32) && push_new(index);
  }
  bool check(op_t<Op::array_new_fixed>, const IndexPair& array_and_count) {
    const FieldType* type = array(array_and_count.first);
    if (type == nullptr) return false;
    if (array_and_count.second > limit::array_new_fixed)
      return fail(ErrorId::implementation_limit, "more than " + std::to_string(limit::array_new_fixed) + " elements");
    for (std::uint32_t i = 0; i < array_and_count.second; ++i)
      if (!pop(type->value)) return false;
    return push_new(array_and_count.first);
  }
  bool check(op_t<Op::array_new_data>, const IndexPair& array_and_data) {
    const FieldType* type = array(array_and_data.first);
    if (type == nullptr || !holds_numbers(*type) || !data(array_and_data.second)) return false;
    return pop(ValueType::i32) && pop(ValueType::i32) && push_new(array_and_data.first);
  }
  bool check(op_t<Op::array_new_elem>, const IndexPair& array_and_elem) {
    const FieldType* type = array(array_and_elem.first);
    if (type == nullptr || !element_fits(*type, array_and_elem.second)) return false;
    return pop(ValueType::i32) && pop(ValueType::i32) && push_new(array_and_elem.first);
  }
  template <Op op> requires(op == Op::array_get || op == Op::array_get_s || op == Op::array_get_u) bool check(op_t<op>, std::uint32_t index) {
    const FieldType* type = array(index);
    if (type == nullptr || !packed_as(*type, op != Op::array_get) || !pop(ValueType::i32) || !pop_array(index)) return false;
    push(type->value);
    return true;
  }
  bool check(op_t<Op::array_set>, std::uint32_t index) {
    const FieldType* type = mutable_array(index);
    return type != nullptr && pop(type->value) && pop(ValueType::i32) && pop_array(index);
  }
  bool check(op_t<Op::array_len>, NoImmediate) {
    if (!pop(ValueType::reference(HeapType::array, true))) return false;
    push(ValueType::i32);
    return true;
  }
  bool check(op_t<Op::array_fill>, std::uint32_t index) {
    const FieldType* type = mutable_array(index);
    return type != nullptr && pop(ValueType::i32) && pop(type->value) && pop(ValueType::i32) && pop_array(index);
  }
  bool check(op_t<Op::array_copy>, const IndexPair& arrays) {
    const FieldType* to = mutable_array(arrays.first);
    const FieldType* from = to == nullptr ? nullptr : array(arrays.second);
    if (from == nullptr) return false;
    if (from->packed_bits != to->packed_bits || !matches(from->value, to->value)) return fail(ErrorId::array_types_mismatch);
    return pop(ValueType::i32) && pop(ValueType::i32) && pop_array(arrays.second) && pop(ValueType::i32) && pop_array(arrays.first);
  }
  bool check(op_t<Op::array_init_data>, const IndexPair& array_and_data) {
    const FieldType* type = mutable_array(array_and_data.first);
    if (type == nullptr || !holds_numbers(*type) || !data(array_and_data.second)) return false;
    return pop(ValueType::i32) && pop(ValueType::i32) && pop(ValueType::i32) && pop_array(array_and_data.first);
  }
  bool check(op_t<Op::array_init_elem>, const IndexPair& array_and_elem) {
    const FieldType* type = mutable_array(array_and_elem.first);
    if (type == nullptr || !element_fits(*type, array_and_elem.second)) return false;
    return pop(ValueType::i32) && pop(ValueType::i32) && pop(ValueType::i32) && pop_array(array_and_elem.first);
  }

 protected:
  const TypeDefinition* definition(std::uint32_t index, CompositeKind kind) {
    if (index >= module_.types.size()) return unknown(ErrorId::unknown_type, index, module_.types.size()), nullptr;
    if (module_.types[index].kind != kind)
      return fail(ErrorId::type_mismatch, "type " + std::to_string(index) + " is no " + to_string(abstract_of(kind))), nullptr;
    return &module_.types[index];
  }
  const FieldType* array(std::uint32_t index) {
    const TypeDefinition* type = definition(index, CompositeKind::array);
    return type == nullptr ? nullptr : type->fields.data();
  }

 private:
  const FieldType* mutable_array(std::uint32_t index) {
    const FieldType* type = array(index);
    return type == nullptr || type->is_mutable ? type : (fail(ErrorId::immutable_array, std::to_string(index)), nullptr);
  }
  const FieldType* field(const IndexPair& indices) {
    const TypeDefinition* type = definition(indices.first, CompositeKind::structure);
    if (type == nullptr) return nullptr;
    if (indices.second >= type->fields.size()) return unknown(ErrorId::unknown_field, indices.second, type->fields.size()), nullptr;
    return &type->fields[indices.second];
  }
  bool pop_array(std::uint32_t index) { return pop(ValueType::reference(HeapType::index(index), true)); }
  bool push_new(std::uint32_t index) {
    push(ValueType::reference(HeapType::index(index), false));
    return true;
  }
  bool defaultable(const FieldType& type) {
    return type.value.is_defaultable() || fail(ErrorId::type_mismatch, to_string(type.value) + " has no default value");
  }
  bool packed_as(const FieldType& type, bool packed) {
    return (type.packed_bits != 0) == packed || fail(ErrorId::type_mismatch, packed ? "the field is not packed" : "the field is packed");
  }
  bool holds_numbers(const FieldType& type) { return !type.value.is_reference() || fail(ErrorId::array_type_not_numeric); }
  bool element_fits(const FieldType& type, std::uint32_t index) {
    if (!element(index)) return false;
    const ValueType given = module_.elements[index].type;
    return (type.packed_bits == 0 && matches(given, type.value)) || mismatch(type.value, given);
  }

  bool convert(HeapType from, HeapType to) {
    ValueType type;
    if (!pop_reference(type)) return false;
    if (!matches(type, ValueType::reference(from, true))) return mismatch(ValueType::reference(from, true), type);
    push(ValueType::reference(to, type.is_nullable()));
    return true;
  }
  bool known(HeapType type) {
    return !type.is_index() || type.index() < module_.types.size() || unknown(ErrorId::unknown_type, type.index(), module_.types.size());
  }
  bool pop_for_cast(HeapType type) { return known(type) && pop(ValueType::reference(top(type), true)); }
  /// What is left of `from` when the cast to `to` fails (spec section 3.1.6).
  static ValueType difference(ValueType from, ValueType to) { return ValueType::reference(from.heap(), from.is_nullable() && !to.is_nullable()); }
  /// A branch that takes a reference as `taken` and leaves it as `left`.
  bool branch_on_cast(const Cast& cast, ValueType taken, ValueType left) {
    ControlFrame* const frame = target(cast.depth);
    if (frame == nullptr || !known(cast.from.heap()) || !known(cast.to.heap())) return false;
    if (!matches(cast.to, cast.from)) return mismatch(cast.from, cast.to);
    if (frame->label().empty() || !matches(taken, frame->label().back())) return fail(ErrorId::type_mismatch, "the label does not take " + to_string(taken));
    if (!pop(cast.from)) return false;
    push(taken);
    ValueType ignored;
    if (!check_branch(*frame) || !pop_any(ignored)) return false;
    push(left);
    return true;
  }
};

}  // namespace wasmer::reader
