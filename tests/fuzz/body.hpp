#pragma once
/// \file
/// A random function body that is valid by construction: operand types and open blocks are tracked as a validator would.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "plan.hpp"

namespace wasmer::fuzz {

/// The base of all body generators: the code, the operand types, the open blocks and the locals.
class BodyState {
 protected:
  struct Block {
    std::vector<Type> label;    ///< what a branch to it takes
    std::vector<Type> results;
    std::size_t height;         ///< of the operands below its own
    bool is_dead = false;       ///< no path leads to the point at hand
  };

  BodyState(Random& random, Plan& plan, std::uint32_t function) : random(random), plan(plan), function_(function), signature(plan.signature_of(function)) {
    locals = signature.params;
    if (random.chance(40)) palette_.resize(1 + random.below(2));
    for (Type& type : palette_) type = random.pick(plan.numbers);
    budget = random.chance(10) ? 600 : random.chance(40) ? 40 : 150;
    // Few locals stay in registers, many do not; beyond 127 their indices take two bytes.
    const std::uint32_t shape = random.below(10);
    const std::uint32_t count = shape == 0 ? 120 + random.below(30) : shape < 4 ? random.below(24) : random.below(6);
    for (std::uint32_t i = 0; i < count; ++i) locals.push_back(any_type());
    blocks.push_back({signature.results, signature.results, 0});
  }

  /// Most functions work on values of some types more than of others.
  Type any_number() { return random.pick(palette_); }
  Type any_type() { return random.chance(4) ? Type::funcref : any_number(); }

  void op(Op op) {
    const OpInfo& row = info(op);
    if (row.prefix == 0) code.byte(row.code);
    else code.byte(row.prefix), code.unsigned_leb(row.code);
    budget -= budget != 0;
  }
  void op(Op which, std::uint64_t index) { op(which), code.unsigned_leb(index); }
  void i32_const(std::uint32_t value) { op(Op::i32_const), code.signed_leb(static_cast<std::int32_t>(value)); }
  void constant(Type type) {
    switch (type) {
      case Type::i32: return i32_const(static_cast<std::uint32_t>(random.integer()));
      case Type::i64: return op(Op::i64_const), code.signed_leb(static_cast<std::int64_t>(random.integer()));
      case Type::f32: return op(Op::f32_const), code.word(random.f32(), 4);
      case Type::f64: return op(Op::f64_const), code.word(random.f64(), 8);
      case Type::v128: return vector_constant();
      case Type::funcref: return op(Op::ref_null), code.byte(static_cast<std::uint8_t>(Type::funcref));
    }
  }
  /// Lanes that are all alike, or two halves of their own.
  void vector_constant() {
    op(Op::v128_const);
    const std::uint64_t bits = random.chance(30) ? random.f64() : random.integer();
    switch (random.below(4)) {
      case 0: return code.word(bits, 8), code.word(bits, 8);
      case 1: {
        const std::uint32_t lane = random.chance(50) ? random.f32() : static_cast<std::uint32_t>(bits);
        for (unsigned i = 0; i < 4; ++i) code.word(lane, 4);
        return;
      }
      case 2: return code.word(0, 8), code.word(0, 8);
      default: return code.word(bits, 8), code.word(random.integer(), 8);
    }
  }
  /// A constant that pushes its type.
  void push_constant(Type type) { constant(type), push(type); }

  void push(Type type) { stack.push_back(type); }
  void push(std::span<const Type> types) { stack.insert(stack.end(), types.begin(), types.end()); }
  void pop(std::size_t count = 1) { stack.resize(stack.size() - count); }
  /// Operands that may be used up: the innermost block's, less those that someone waits for.
  std::size_t own_operands() const { return stack.size() - std::max(blocks.back().height, reserved); }
  bool ends_with(std::span<const Type> types) const {
    return own_operands() >= types.size() && std::equal(types.begin(), types.end(), stack.end() - static_cast<std::ptrdiff_t>(types.size()));
  }

  std::uint32_t new_local(Type type) {
    locals.push_back(type);
    return static_cast<std::uint32_t>(locals.size() - 1);
  }
  /// One of the locals of this type, if there is one; those that count loops are left alone.
  std::optional<std::uint32_t> any_local(Type type) {
    const std::uint32_t start = random.below(locals.size() + 1);
    for (std::uint32_t i = 0; i < locals.size(); ++i) {
      const auto local = static_cast<std::uint32_t>((start + i) % locals.size());
      if (locals[local] == type && std::find(counters.begin(), counters.end(), local) == counters.end()) return local;
    }
    return std::nullopt;
  }
  std::uint32_t local_of(Type type) {
    if (const auto local = any_local(type)) return *local;
    return new_local(type);
  }
  std::optional<std::uint32_t> any_global(Type type, bool to_write) {
    const std::uint32_t start = random.below(plan.globals.size());
    for (std::uint32_t i = 0; i < plan.globals.size(); ++i) {
      const auto global = static_cast<std::uint32_t>((start + i) % plan.globals.size());
      if (plan.globals[global].type == type && (!to_write || (plan.globals[global].is_mutable && global != Plan::fuel_global))) return global;
    }
    return std::nullopt;
  }

  /// Makes the NaN on top of the stack, if it is one, the one that every machine gives: before its bits can be seen.
  void canonicalise(Type type) {
    auto& spare = type == Type::f32 ? spare_f32_ : spare_f64_;
    if (!spare) spare = new_local(type), counters.push_back(*spare);
    op(Op::local_tee, *spare);
    if (type == Type::f32) op(Op::f32_const), code.word(0x7FC0'0000, 4);
    else op(Op::f64_const), code.word(0x7FF8'0000'0000'0000, 8);
    op(Op::local_get, *spare), op(Op::local_get, *spare);
    op(type == Type::f32 ? Op::f32_eq : Op::f64_eq);
    op(Op::select);
  }
  /// The same of a vector's lanes, which become zero.
  void clear_nans(bool of_f32) {
    if (!spare_v128_) spare_v128_ = new_local(Type::v128), counters.push_back(*spare_v128_);
    op(Op::local_tee, *spare_v128_), op(Op::local_get, *spare_v128_), op(Op::local_get, *spare_v128_);
    op(of_f32 ? Op::f32x4_eq : Op::f64x2_eq), op(Op::v128_and);
  }

  Random& random;
  Plan& plan;
  std::uint32_t function_;
  const Signature signature;
  Bytes code;
  std::vector<Type> locals;
  std::vector<std::uint32_t> counters;  ///< locals that only their makers write
  std::vector<Type> stack;
  std::vector<Block> blocks;
  std::uint32_t budget;
  std::uint32_t loops = 0;
  std::size_t reserved = 0;  ///< operands that are kept for an instruction whose other operands are being made

 private:
  std::vector<Type> palette_ = std::vector<Type>(plan.numbers.size());
  std::optional<std::uint32_t> spare_f32_, spare_f64_, spare_v128_;
};

}  // namespace wasmer::fuzz
