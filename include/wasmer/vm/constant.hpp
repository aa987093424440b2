#pragma once
/// \file
/// The values of constant expressions (spec section 3.4.15), extended arithmetic included.

#include <cstdint>
#include <cstring>
#include <vector>

#include <wasmer/vm/instance.hpp>
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

/// The bits of an expression of `instance`'s module. Validated, so it cannot fail.
inline V128 evaluate(Instance& instance, ConstantExpression expression) {
  const auto& code = instance.module().constants;
  if (expression.end - expression.begin == 1) return push_of(instance, code[expression.begin]);
  std::vector<V128> stack;
  const auto combine = [&](auto operation) {
    std::uint64_t right = 0, left = 0;
    std::memcpy(&right, stack.back().bytes, 8), stack.pop_back();
    std::memcpy(&left, stack.back().bytes, 8);
    stack.back() = Value(ValueType::i64, operation(left, right)).v128();
  };
  const auto low = [](std::uint64_t value) { return std::uint64_t{static_cast<std::uint32_t>(value)}; };
  for (std::uint32_t i = expression.begin; i < expression.end; ++i) {
    switch (code[i].op) {
      case Op::i32_add: combine([&](std::uint64_t a, std::uint64_t b) { return low(a + b); }); break;
      case Op::i32_sub: combine([&](std::uint64_t a, std::uint64_t b) { return low(a - b); }); break;
      case Op::i32_mul: combine([&](std::uint64_t a, std::uint64_t b) { return low(a * b); }); break;
      case Op::i64_add: combine([](std::uint64_t a, std::uint64_t b) { return a + b; }); break;
      case Op::i64_sub: combine([](std::uint64_t a, std::uint64_t b) { return a - b; }); break;
      case Op::i64_mul: combine([](std::uint64_t a, std::uint64_t b) { return a * b; }); break;
      default: stack.push_back(push_of(instance, code[i]));
    }
  }
  return stack.empty() ? V128() : stack.back();
}

/// An expression's value as a number or reference in one word.
inline std::uint64_t evaluate_word(Instance& instance, ConstantExpression expression) {
  std::uint64_t word = 0;
  std::memcpy(&word, evaluate(instance, expression).bytes, sizeof word);
  return word;
}

}  // namespace wasmer::vm
