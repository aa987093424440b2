#pragma once
/// \file
/// The values of constant expressions (spec section 3.4.15), extended arithmetic and objects included.

#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <vector>

#include <wasmer/vm/collect.hpp>
#include <wasmer/vm/convert.hpp>
#include <wasmer/vm/instance.hpp>
#include <wasmer/vm/reference.hpp>
#include <wasmer/wasm/opcode.hpp>

namespace wasmer::vm {

/// The bits that one instruction of a constant expression pushes; arithmetic is not among them.
inline V128 push_of(Instance& instance, const ConstantInstruction& instruction) {
  const Module& module = instance.module();
  const auto bits = [](std::uint64_t value) { return Value(ValueType::i64, value).v128(); };
  switch (instruction.op) {
    case Op::v128_const: return module.vectors[instruction.value];
    case Op::ref_null: return {};
    case Op::ref_func: return bits(reinterpret_cast<Reference>(instance.func_ref(static_cast<std::uint32_t>(instruction.value))));
    case Op::global_get: {
      const auto index = static_cast<std::uint32_t>(instruction.value);
      V128 value;
      std::memcpy(value.bytes, instance.global_cell(index), module.globals[index].type.value.is_vector() ? 16 : 8);
      return value;
    }
    default: return bits(instruction.value);
  }
}

/// A stack machine for constant expressions.
class ConstantMachine {
 public:
  explicit ConstantMachine(Instance& instance) : instance_(instance) {}

  V128 run(std::span<const ConstantInstruction> code) {
    // No root holds what is on the stack.
    const Heap::Pause pause(instance_.store().heap());
    for (const ConstantInstruction& instruction : code) step(instruction);
    return stack_.empty() ? V128() : stack_.back();
  }

 private:
  void step(const ConstantInstruction& instruction) {
    const auto low = [](std::uint64_t value) { return std::uint64_t{static_cast<std::uint32_t>(value)}; };
    const auto index = static_cast<std::uint32_t>(instruction.value);
    switch (instruction.op) {
      case Op::i32_add: return combine([&](std::uint64_t a, std::uint64_t b) { return low(a + b); });
      case Op::i32_sub: return combine([&](std::uint64_t a, std::uint64_t b) { return low(a - b); });
      case Op::i32_mul: return combine([&](std::uint64_t a, std::uint64_t b) { return low(a * b); });
      case Op::i64_add: return combine([](std::uint64_t a, std::uint64_t b) { return a + b; });
      case Op::i64_sub: return combine([](std::uint64_t a, std::uint64_t b) { return a - b; });
      case Op::i64_mul: return combine([](std::uint64_t a, std::uint64_t b) { return a * b; });
      case Op::ref_i31: return push(i31_reference(static_cast<std::uint32_t>(pop_word())));
      case Op::any_convert_extern: return push(checked(any_convert_extern(instance_.store(), pop_word())));
      case Op::extern_convert_any: return push(checked(extern_convert_any(instance_.store(), pop_word())));
      case Op::struct_new: return structure(type(index), true);
      case Op::struct_new_default: return structure(type(index), false);
      case Op::array_new: {
        const auto count = static_cast<std::uint32_t>(pop_word());
        return array(type(index), count, count, true);
      }
      case Op::array_new_default: return array(type(index), static_cast<std::uint32_t>(pop_word()), 0, false);
      case Op::array_new_fixed: {
        const auto count = static_cast<std::uint32_t>(instruction.value >> 32);
        return array(type(index), count, count, false);
      }
      default: stack_.push_back(push_of(instance_, instruction));
    }
  }

  const CanonicalType& type(std::uint32_t index) const { return instance_.code().types()[index].type(); }
  static Reference checked(Reference reference) { return reference == cannot_convert ? throw std::bad_alloc() : reference; }
  template <class Object> static Object& checked(Object* object) { return object == nullptr ? throw std::bad_alloc() : *object; }

  /// Takes the fields' values off the stack, or leaves them zero.
  void structure(const CanonicalType& type, bool takes_fields) {
    HeapObject& object = checked(allocate_structure(instance_.store(), type));
    if (takes_fields) {
      const StructureLayout layout(type.definition.fields);
      for (std::size_t i = layout.offsets.size(); i-- > 0;)
        std::memcpy(reinterpret_cast<std::byte*>(&object) + layout.offsets[i], pop().bytes, stored_size(type.definition.fields[i]));
    }
    push(reinterpret_cast<Reference>(&object));
  }
  /// The uppermost elements have values of their own on the stack, or one for all.
  void array(const CanonicalType& type, std::uint32_t length, std::uint32_t valued, bool one_for_all) {
    ArrayObject& object = checked(allocate_array(instance_.store(), type, length));
    V128 value = one_for_all ? pop() : V128();
    for (std::uint32_t i = valued; i-- > 0;) {
      if (!one_for_all) value = pop();
      std::memcpy(object.element(i), value.bytes, type.size);
    }
    push(reinterpret_cast<Reference>(&object));
  }

  V128 pop() {
    const V128 value = stack_.back();
    stack_.pop_back();
    return value;
  }
  std::uint64_t pop_word() {
    std::uint64_t word = 0;
    std::memcpy(&word, pop().bytes, sizeof word);
    return word;
  }
  void push(std::uint64_t word) { stack_.push_back(Value(ValueType::i64, word).v128()); }
  template <class Operation> void combine(Operation operation) {
    const std::uint64_t right = pop_word(), left = pop_word();
    push(operation(left, right));
  }

  Instance& instance_;
  std::vector<V128> stack_;
};

/// The bits of an expression of `instance`'s module. Validated, so it cannot fail but for want of memory: then it throws bad_alloc.
inline V128 evaluate(Instance& instance, ConstantExpression expression) {
  const std::span<const ConstantInstruction> code = std::span(instance.module().constants).subspan(expression.begin, expression.end - expression.begin);
  return code.size() == 1 && info(code[0].op).since != Proposal::gc ? push_of(instance, code[0]) : ConstantMachine(instance).run(code);
}

/// An expression's value as a number or reference in one word.
inline std::uint64_t evaluate_word(Instance& instance, ConstantExpression expression) {
  std::uint64_t word = 0;
  std::memcpy(&word, evaluate(instance, expression).bytes, sizeof word);
  return word;
}

}  // namespace wasmer::vm
