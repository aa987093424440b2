#pragma once
/// \file
/// Values: whatever leaves operands of wanted types on the stack.

#include <utility>

#include "body.hpp"

namespace wasmer::fuzz {

/// `Derived` provides `block_giving(results)`: a block, loop or if.
template <class Derived> class Expressions : protected BodyState {
 protected:
  using BodyState::BodyState;

  /// Leaves operands of `types` on top of the stack; those that lie there already may do.
  void operands(std::span<const Type> types, unsigned depth = 4) {
    std::size_t given = 0;
    if (random.chance(50))
      for (given = std::min(types.size(), own_operands()); given != 0 && !ends_with(types.first(given));) --given;
    for (; given < types.size(); ++given) value(types[given], depth);
  }

  /// Leaves one operand of `type` on top of the stack.
  void value(Type type, unsigned depth = 4) {
    const std::size_t before = std::exchange(reserved, stack.size());
    if (type == Type::funcref) reference(depth);
    else number(type, depth);
    reserved = before;
  }
  void number(Type type, unsigned depth) {
    if (type == Type::i32 && depth != 0 && random.chance(4)) return wrapped(~std::uint64_t{0}, depth - 1);
    if (type == Type::i64 && depth != 0 && random.chance(8)) {  // shows an upper half that should not be there
      value(Type::i32, depth - 1);
      op(Op::i64_extend_i32_u);
      return pop(), push(Type::i64);
    }
    if (depth == 0 || budget == 0 || random.chance(leaf_percent_)) return leaf(type);
    switch (weights_.pick(random)) {
      case 0: return apply(random.pick(plan.rows.that_give(type)), depth - 1);
      case 1: return operands({{type}}, depth - 1), op(Op::local_tee, local_of(type));
      case 2: return select(type, depth - 1);
      case 3: return blocks.size() < 10 ? static_cast<Derived&>(*this).block_giving({type}) : leaf(type);
      case 4: return call_giving(type, depth - 1) ? void() : leaf(type);
      default: return type == Type::i32 ? measure(depth - 1) : leaf(type);
    }
  }
  void leaf(Type type) {
    const std::uint32_t dice = random.below(100);
    if (dice < 70) {
      if (const auto local = any_local(type)) return op(Op::local_get, *local), push(type);
    } else if (dice < 80) {
      if (const auto global = any_global(type, false)) return op(Op::global_get, *global), push(type);
    }
    push_constant(type);
  }

  /// A row of the table, with its operands. What would trap more often than not is made to trap seldom.
  void apply(const Row& row, unsigned depth) {
    if (row.align_log2) {
      address(depth);
      if (row.operands.size() > 1) {
        value(row.operands[1], depth);
        if (is_float(row.operands[1])) canonicalise(row.operands[1]);
      }
      return apply_to_stack(row);
    }
    const std::string_view text = info(row.op).text;
    const std::string_view name = text.substr(4);
    if (name.starts_with("trunc_f") && random.chance(90)) {  // a value of a moderate size
      value(Type::i32, depth);
      const bool is_signed = name.ends_with("_s"), is_f32 = row.operands[0] == Type::f32;
      op(is_signed ? is_f32 ? Op::f32_convert_i32_s : Op::f64_convert_i32_s : is_f32 ? Op::f32_convert_i32_u : Op::f64_convert_i32_u);
      pop(), push(row.operands[0]);
      return apply_to_stack(row);
    }
    operands(row.operands, depth);
    if ((name.starts_with("div_") || name.starts_with("rem_")) && random.chance(95)) {
      const bool is_i32 = *row.result == Type::i32;
      if (is_i32) i32_const(1);
      else op(Op::i64_const), code.signed_leb(1);
      op(is_i32 ? Op::i32_or : Op::i64_or);
    }
    apply_to_stack(row);
  }
  /// The instruction itself, whose operands lie ready.
  void apply_to_stack(const Row& row) {
    if (row.op == Op::i32_reinterpret_f32 || row.op == Op::f32_copysign) canonicalise(Type::f32);
    if (row.op == Op::i64_reinterpret_f64 || row.op == Op::f64_copysign) canonicalise(Type::f64);
    if (row.result == Type::v128 && is_float(row.operands.back())) canonicalise(row.operands.back());
    op(row.op);
    if (row.align_log2) {
      code.unsigned_leb(random.below(*row.align_log2 + 1));
      code.unsigned_leb(random.below(400) == 0 ? random.integer() & 0xFFFF'FFFF : random.chance(50) ? random.below(64) : random.below(4) * 0x1000);
    }
    lanes(row);
    if (row.makes_nans) clear_nans(info(row.op).text.starts_with("f32"));
    pop(row.operands.size());
    if (row.result) push(*row.result);
  }
  /// Numbers of lanes: anything, or an order in which there is sense.
  void lanes(const Row& row) {
    const std::uint32_t first = random.below(row.lanes + 1), step = row.lane_count == 16 ? random.below(4) : 1;
    const bool is_any = random.chance(30);
    for (std::uint32_t i = 0; i < row.lane_count; ++i) code.byte(is_any ? random.below(row.lanes) : (first + i * step) % row.lanes);
  }

  /// An i32 whose register is likely to have an upper half that does not belong to it; only bits of `mask` are set in the lower one.
  void wrapped(std::uint64_t mask, unsigned depth) {
    value(Type::i64, depth);
    if (mask != ~std::uint64_t{0}) {
      op(Op::i64_const), code.signed_leb(static_cast<std::int64_t>(0xFFFF'FFFF'0000'0000 | mask));
      op(Op::i64_and);
    }
    op(Op::i32_wrap_i64);
    pop(), push(Type::i32);
  }

  /// An address that is nearly always within the first page.
  void address(unsigned depth) {
    const std::uint32_t dice = random.below(100);
    if (dice < 15 && !address_locals_.empty()) return op(Op::local_get, random.pick(address_locals_)), push(Type::i32);
    if (dice < 22) {
      wrapped(address_mask, depth);
      const bool is_new = address_locals_.size() < 4;
      if (is_new) address_locals_.push_back(new_local(Type::i32)), counters.push_back(address_locals_.back());
      return op(Op::local_tee, is_new ? address_locals_.back() : random.pick(address_locals_));
    }
    if (random.chance(20)) return i32_const(random.below(300) != 0 ? random.below(0x8000) : static_cast<std::uint32_t>(random.integer())), push(Type::i32);
    operands({{Type::i32}}, depth);
    if (random.below(300) == 0) return;
    i32_const(random.chance(50) ? address_mask : 0xFF);
    op(Op::i32_and);
  }
  /// A number below a power of two.
  void small(std::uint32_t mask, unsigned depth) {
    if (random.chance(20)) return wrapped(mask, depth);
    value(Type::i32, depth);
    i32_const(mask);
    op(Op::i32_and);
  }

  void select(Type type, unsigned depth) {
    operands({{type, type, Type::i32}}, depth);
    if (type == Type::funcref || random.chance(20)) op(Op::select_t), code.unsigned_leb(1), code.byte(static_cast<std::uint8_t>(type));
    else op(Op::select);
    pop(2);
  }

  void reference(unsigned depth) {
    const std::uint32_t dice = random.below(depth == 0 || budget == 0 ? 30 : 100);
    if (dice < 15) return op(Op::ref_null), code.byte(static_cast<std::uint8_t>(Type::funcref)), push(Type::funcref);
    if (dice < 30) {
      if (const auto local = any_local(Type::funcref)) return op(Op::local_get, *local), push(Type::funcref);
    } else if (dice < 45) {
      const std::uint32_t table = random.below(2);
      small(table == 0 ? 15 : 7, depth - 1);
      op(Op::table_get, table), pop();
      return push(Type::funcref);
    } else if (dice < 55) {
      return select(Type::funcref, depth - 1);
    } else if (dice < 60) {
      return op(Op::global_get, static_cast<std::uint32_t>(plan.globals.size() - 1)), push(Type::funcref);
    }
    op(Op::ref_func, random.below(plan.functions.size()));
    push(Type::funcref);
  }

  /// Sizes, and whether a reference is null: other sources of an i32.
  void measure(unsigned depth) {
    switch (random.below(3)) {
      case 0: op(Op::memory_size, 0); break;
      case 1: op(Op::table_size, random.below(2)); break;
      default: value(Type::funcref, depth), op(Op::ref_is_null), pop();
    }
    push(Type::i32);
  }

  bool call_giving(Type type, unsigned depth) {
    const std::uint32_t start = random.below(plan.functions.size());
    for (std::uint32_t i = 0; i < plan.functions.size(); ++i) {
      const auto callee = static_cast<std::uint32_t>((start + i) % plan.functions.size());
      const Signature& signature = plan.signature_of(callee);
      if (plan.is_leaf[function_] || signature.results.size() != 1 || signature.results[0] != type) continue;
      call(callee, depth);
      return true;
    }
    return false;
  }
  void call(std::uint32_t callee, unsigned depth) {
    const Signature signature = plan.signature_of(callee);
    pass(callee, depth, Op::call, Op::call_indirect);
    pop(signature.params.size());
    push(signature.results);
  }
  /// The operands of a call, and the call: by `direct`, or through a table by `indirect`, mostly at an index that holds a function of the type.
  void pass(std::uint32_t callee, unsigned depth, Op direct, Op indirect) {
    const Signature signature = plan.signature_of(callee);
    operands(signature.params, signature.params.size() > 8 ? std::min(depth, 1u) : depth);
    if (random.chance(75)) return op(direct, callee);
    std::vector<std::uint32_t> places;
    for (std::uint32_t i = 0; i < plan.elements.size(); ++i)
      if (plan.functions[plan.elements[i]] == plan.functions[callee]) places.push_back(i);
    if (!places.empty() && random.chance(95)) i32_const(random.pick(places)), push(Type::i32);
    else small(31, depth);
    pop();
    op(indirect, plan.functions[callee]), code.unsigned_leb(0);
  }

 private:
  Weights<6> weights_{random, {34, 4, 4, 3, 2, 1}};
  std::uint32_t leaf_percent_ = 20 + random.below(70);
  static constexpr std::uint32_t address_mask = 0x3FF8;
  std::vector<std::uint32_t> address_locals_;  ///< never hold more than the mask has
};

}  // namespace wasmer::fuzz