#pragma once
/// \file
/// What the compiler knows of one local or operand, and of the registers as a whole.

#include <cstdint>

#include <wasmer/backend/singlepass/frame.hpp>
#include <wasmer/backend/singlepass/register_map.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::singlepass {

/// What a comparison left in the flags: `condition`, and for float equality what the parity flag (unordered) adds. One byte.
struct FlagTest {
  enum Parity : std::uint8_t {
    ignored,   ///< the condition alone
    excluded,  ///< and not unordered: ==
    included,  ///< or unordered: !=
  };
  masm::Condition condition : 4;
  Parity parity : 4;

  constexpr FlagTest(masm::Condition condition = masm::Condition::ne, Parity parity = ignored) : condition(condition), parity(parity) {}

  constexpr FlagTest negated() const {
    return {masm::negate(condition), parity == ignored ? ignored : parity == excluded ? included : excluded};
  }
};

/// Where a local or an operand is. Two words, so that it travels in registers.
struct Value {
  enum Kind : std::uint8_t {
    home,         ///< in its home in the frame
    in_register,  ///< in `reg`, which no other value owns
    constant,     ///< nowhere yet: `bits`; of a vector, its index among the function's VectorLiterals
    local,        ///< an operand that still equals local `index`
    flags,        ///< the topmost operand only: an i32 that `test` tells from the flags
  };
  Kind kind = home;
  ValueType::Kind type = ValueType::i32;
  Reg reg = {};
  FlagTest test = {};
  /// Of a `local` operand: which. Of a local: how many operands still equal it. Of an operand taken off the stack: its slot.
  std::uint32_t index = 0;
  std::uint64_t bits = 0;

  constexpr bool is_constant() const { return kind == constant; }
  constexpr bool owns_register() const { return kind == in_register; }
};
static_assert(sizeof(Value) == 16);

constexpr bool is_float(ValueType::Kind type) { return type == ValueType::f32 || type == ValueType::f64; }
/// Lives in vector registers: floats and vectors.
constexpr bool is_in_vector(ValueType::Kind type) { return is_float(type) || type == ValueType::v128; }
constexpr masm::Width width_of(ValueType::Kind type) { return type == ValueType::i32 ? masm::Width::w32 : masm::Width::w64; }
constexpr masm::FloatWidth float_width_of(ValueType::Kind type) {
  return type == ValueType::f32 ? masm::FloatWidth::f32 : type == ValueType::f64 ? masm::FloatWidth::f64 : masm::FloatWidth::v128;
}

/// Words that a value takes below a context or among the further results of a call.
constexpr std::uint32_t words_of(ValueType::Kind type) { return type == ValueType::v128 ? 2 : 1; }

/// The allocatable registers that can hold a value of this type.
constexpr RegSet registers_for(ValueType::Kind type) { return is_in_vector(type) ? vector : general; }

/// What holds at a label: which register holds which slot. Every other slot is in its home.
struct State {
  RegSet regs;
  RegSet clean;  ///< those whose slot's home holds the value too
  bool context_valid = false;
  bool memory_valid = false;
  RegisterMap map;  ///< of `regs`
};

}  // namespace wasmer::singlepass
