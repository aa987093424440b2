#pragma once
/// \file
/// Statements and blocks: everything that changes state or the flow of control.

#include "expressions.hpp"

namespace wasmer::fuzz {

class Statements : Expressions<Statements> {
 public:
  Statements(Random& random, Plan& plan, std::uint32_t function) : Expressions(random, plan, function) {}

  /// The function's entry in the code section: locals and instructions.
  Bytes run() {
    if (!plan.is_leaf[function_]) burn_fuel();
    if (random.chance(60)) fill_locals();
    if (random.chance(20)) pile_up();
    sequence();
    if (signature.results == std::vector{Type::i32} && random.chance(40)) wrapped(~std::uint64_t{0}, 3);
    finish_block(signature.results);
    op(Op::end);
    Bytes entry;
    const auto declared = std::span(locals).subspan(signature.params.size());
    entry.unsigned_leb(declared.size());
    for (const Type type : declared) entry.unsigned_leb(1), entry.byte(static_cast<std::uint8_t>(type));
    entry.append(code);
    return entry;
  }

 private:
  friend class Expressions<Statements>;

  /// Calls are counted, so that recursion ends.
  void burn_fuel() {
    op(Op::global_get, Plan::fuel_global), op(Op::i32_eqz);
    op(Op::if_), code.byte(0x40);
    for (const Type type : signature.results) constant(type);
    op(Op::return_), op(Op::end);
    op(Op::global_get, Plan::fuel_global), i32_const(1), op(Op::i32_sub), op(Op::global_set, Plan::fuel_global);
  }

  /// Values that no compiler can know, in the locals.
  void fill_locals() {
    const std::size_t count = std::min<std::size_t>(locals.size(), 30);
    for (auto i = static_cast<std::uint32_t>(signature.params.size()); i < count; ++i) unknown(locals[i]), op(Op::local_set, i), pop();
  }
  /// More operands at once than there are registers.
  void pile_up() {
    for (std::uint32_t i = 10 + random.below(25); i != 0; --i) random.chance(70) ? unknown(any_number()) : value(any_number(), 2);
  }
  void unknown(Type type) {
    if (type == Type::funcref) return value(type, 1);
    i32_const(random.below(256)), push(Type::i32);
    const Row* load = nullptr;
    do load = &random.pick(plan.rows.that_give(type));
    while (!load->align_log2 || load->operands.size() != 1);
    apply_to_stack(*load);
  }

  void sequence() {
    const std::uint32_t count = 1 + random.below(blocks.size() == 1 ? 40 : 8);
    for (std::uint32_t i = 0; i < count && budget != 0; ++i) {
      if (blocks.back().is_dead && random.chance(85)) return;
      statement();
    }
  }

  void statement() {
    switch (weights_.pick(random)) {
      case 0: return set_local(any_type());
      case 1: return apply(random.pick(plan.rows.stores()), 3);
      case 2: return set_global();
      case 3: return own_operands() < 30 ? value(any_type()) : void();
      case 4: return apply_to_top();
      case 5: return alias();
      case 6: return own_operands() != 0 ? (op(Op::drop), pop()) : void();
      case 7: return blocks.size() < 8 ? block_giving(results()) : void();
      case 8: return blocks.size() != 1 || random.chance(20) ? branch_if() : void();
      case 9: return branch_table();
      case 10: return branch();
      case 11: return call_something();
      case 12: return bulk();
      case 13: return set_constant();
      case 14: return plan.has_tail_calls ? tail_call() : void();
      case 15: return plan.has_exceptions ? throw_something() : void();
      default: break;
    }
    if (random.chance(5)) op(Op::unreachable), die();
    else if (random.chance(15)) operands(signature.results), op(Op::return_), die();
    else op(Op::nop);
  }

  void set_constant() {
    const Type type = any_type();
    constant(type);
    op(Op::local_set, local_of(type));
  }

  void set_local(Type type) {
    operands({{type}});
    if (random.chance(20)) return op(Op::local_tee, local_of(type));
    op(Op::local_set, local_of(type)), pop();
  }

  /// Operands that equal a local, then a change of the local.
  void alias() {
    const Type type = any_number();
    const std::uint32_t local = local_of(type);
    const std::uint32_t times = 1 + random.below(3);
    for (std::uint32_t i = 0; i < times; ++i) op(Op::local_get, local), push(type);
    if (random.chance(50)) push_constant(type);
    else value(type, 2);
    op(Op::local_set, local), pop();
  }

  void set_global() {
    const Type type = any_number();
    operands({{type}});
    op(Op::global_set, *any_global(type, true)), pop();
  }

  /// An instruction for which the operands happen to lie ready.
  void apply_to_top() {
    const std::vector<Row>& rows = plan.rows.pure();
    const std::uint32_t start = random.below(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Row& row = rows[(start + i) % rows.size()];
      if (!ends_with(row.operands)) continue;
      const std::string_view name = info(row.op).text.substr(4);
      if (name.starts_with("div_") || name.starts_with("rem_") || name.starts_with("trunc_f")) continue;
      return apply_to_stack(row);
    }
    value(any_number());
  }

  std::vector<Type> results() {
    std::vector<Type> types(random.chance(40) ? 0 : random.chance(60) ? 1 : random.chance(80) ? 1 + random.below(3) : random.below(8));
    for (Type& type : types) type = any_type();
    return types;
  }

  // Blocks

  void block_giving(std::vector<Type> results) {
    if (plan.has_exceptions && random.chance(30)) return guarded(results);
    const std::uint32_t dice = random.below(100);
    if (dice < 40) return plain_block(results);
    if (dice < 75 || loops == 3) return conditional(results);
    loop(results);
  }
  /// Some of the operands on top of the stack, to be a block's parameters.
  std::vector<Type> params() {
    const std::size_t count = random.chance(60) ? 0 : std::min<std::size_t>(random.below(4), own_operands());
    return {stack.end() - static_cast<std::ptrdiff_t>(count), stack.end()};
  }
  void block_type(const std::vector<Type>& params, const std::vector<Type>& results) {
    if (params.empty() && results.empty()) return code.byte(0x40);
    if (params.empty() && results.size() == 1 && random.chance(90)) return code.byte(static_cast<std::uint8_t>(results[0]));
    code.signed_leb(plan.type({params, results}));
  }
  void open(const std::vector<Type>& label, const std::vector<Type>& params, const std::vector<Type>& results) {
    blocks.push_back({label, results, stack.size() - params.size()});
  }
  void close() {
    op(Op::end);
    const Block block = blocks.back();
    blocks.pop_back();
    stack.resize(block.height);
    push(block.results);
  }
  /// Brings the stack to what the innermost block gives.
  void finish_block(const std::vector<Type>& types) {
    Block& block = blocks.back();
    if (block.is_dead && own_operands() == 0 && random.chance(80)) return;
    if (own_operands() == types.size() && ends_with(types)) return;
    if (random.chance(30)) {  // a branch takes what it needs and leaves the rest
      operands(types);
      op(Op::br, 0);
      return die();
    }
    while (own_operands() > types.size() || !std::equal(stack.begin() + static_cast<std::ptrdiff_t>(block.height), stack.end(), types.begin())) {
      const Type type = stack.back();
      if (type != Type::funcref && random.chance(50)) op(Op::local_set, local_of(type));
      else op(Op::drop);
      pop();
    }
    for (std::size_t i = own_operands(); i < types.size(); ++i) value(types[i], 2);
  }
  /// What follows is not reached.
  void die() {
    blocks.back().is_dead = true;
    stack.resize(blocks.back().height);
  }

  void plain_block(const std::vector<Type>& results) {
    const std::vector<Type> taken = params();
    op(Op::block), block_type(taken, results);
    open(results, taken, results);
    sequence();
    finish_block(results);
    close();
  }

  /// A block from which exceptions come to a handler behind it, with what they carry or without.
  void guarded(const std::vector<Type>& results) {
    const std::uint32_t tag = random.below(plan.tags.size());
    const bool catches_all = random.chance(30);
    const std::vector<Type> carried = catches_all ? std::vector<Type>{} : plan.types[plan.tags[tag]].params;
    op(Op::block), block_type({}, results);
    open(results, {}, results);
    op(Op::block), block_type({}, carried);
    open(carried, {}, carried);
    op(Op::try_table), block_type({}, results);
    code.byte(1), code.byte(catches_all ? 2 : 0);
    if (!catches_all) code.unsigned_leb(tag);
    code.unsigned_leb(0);
    open(results, {}, results);
    sequence();
    finish_block(results);
    close();
    op(Op::br, 1), die();
    close();
    if (random.chance(50)) sequence();
    finish_block(results);
    close();
  }
  void throw_something() {
    if (random.chance(blocks.size() == 1 ? 90 : 40)) return;
    const std::uint32_t tag = random.below(plan.tags.size());
    operands(std::vector(plan.types[plan.tags[tag]].params), 2);
    op(Op::throw_, tag), die();
  }

  void conditional(const std::vector<Type>& results) {
    operands({{Type::i32}});
    pop();
    std::vector<Type> taken = params();
    const bool has_else = random.chance(85);
    const std::vector<Type>& given = has_else ? results : taken;
    op(Op::if_), block_type(taken, given);
    open(given, taken, given);
    const std::size_t height = blocks.back().height;
    sequence();
    finish_block(given);
    if (has_else) {
      op(Op::else_);
      blocks.back().is_dead = false;
      stack.resize(height);
      push(taken);
      sequence();
      finish_block(given);
    }
    const std::vector<Type> left = given;
    close();
    if (!has_else && left != results) operands(results);
  }

  /// A loop that runs a few times at most, however it is branched to: a counter is looked at where it begins.
  void loop(const std::vector<Type>& results) {
    const std::uint32_t counter = new_local(Type::i32);
    counters.push_back(counter);
    i32_const(1 + random.below(4));
    op(Op::local_set, counter);
    const std::vector<Type> taken = params();
    ++loops;
    op(Op::block), block_type(taken, results);
    open(results, taken, results);
    op(Op::loop), block_type(taken, results);
    open(taken, taken, results);
    op(Op::local_get, counter), op(Op::i32_eqz);
    op(Op::if_), code.byte(0x40);
    for (const Type type : results) constant(type);
    op(Op::br, 2), op(Op::end);
    op(Op::local_get, counter), i32_const(1), op(Op::i32_sub), op(Op::local_set, counter);
    sequence();
    if (random.chance(60)) {  // the usual end of a loop
      if (!blocks.back().is_dead) operands(taken, 2), value(Type::i32, 2), op(Op::br_if, 0), pop();
    }
    finish_loop(results);
    close();
    finish_block(results);
    close();
    --loops;
  }
  void finish_loop(const std::vector<Type>& results) {
    if (random.chance(20) && !blocks.back().is_dead) {
      operands(results);
      op(Op::br, 1);
      die();
      return;
    }
    const Block& block = blocks.back();
    if (block.is_dead && own_operands() == 0) return;
    while (own_operands() > results.size() || !std::equal(stack.begin() + static_cast<std::ptrdiff_t>(block.height), stack.end(), results.begin()))
      op(Op::drop), pop();
    for (std::size_t i = own_operands(); i < results.size(); ++i) value(results[i], 2);
  }

  // Branches

  /// Seldom the function itself: little would be left of it.
  std::uint32_t random_depth() { return random.below(blocks.size() == 1 || random.chance(10) ? blocks.size() : blocks.size() - 1); }

  void branch_if() {
    const std::uint32_t depth = random_depth();
    std::vector<Type> wanted = blocks[blocks.size() - 1 - depth].label;
    wanted.push_back(Type::i32);
    operands(wanted);
    op(Op::br_if, depth), pop();
  }
  void branch_table() {
    if (blocks.size() == 1 && random.chance(90)) return;
    const std::uint32_t depth = random_depth();
    const std::vector<Type> label = blocks[blocks.size() - 1 - depth].label;
    std::vector<std::uint32_t> alike;
    for (std::uint32_t i = 0; i < blocks.size(); ++i)
      if (blocks[blocks.size() - 1 - i].label == label) alike.push_back(i);
    operands(label);
    random.chance(80) ? small(7, 3) : value(Type::i32, 3);
    const std::uint32_t count = random.below(6);
    op(Op::br_table, count);
    for (std::uint32_t i = 0; i < count; ++i) code.unsigned_leb(random.pick(alike));
    code.unsigned_leb(depth);
    die();
  }
  void branch() {
    if (random.chance(blocks.size() == 1 ? 95 : 40)) return;
    const std::uint32_t depth = random_depth();
    const std::vector<Type> label = blocks[blocks.size() - 1 - depth].label;
    operands(label);
    op(Op::br, depth), die();
  }

  /// Leaves the function for one with the same results, if there is one.
  void tail_call() {
    const std::uint32_t start = random.below(plan.functions.size());
    for (std::uint32_t i = 0; i < plan.functions.size() && !plan.is_leaf[function_]; ++i) {
      const auto callee = static_cast<std::uint32_t>((start + i) % plan.functions.size());
      if (plan.signature_of(callee).results == signature.results) return pass(callee, 3, Op::return_call, Op::return_call_indirect), die();
    }
    op(Op::nop);
  }

  void call_something() {
    const std::uint32_t callee = random.below(plan.functions.size());
    if (!plan.is_leaf[function_]) call(callee, 3);
  }

  /// Instructions on whole memories and tables.
  void bulk() {
    const auto three = [&](std::uint32_t a, std::uint32_t b, std::uint32_t c) {
      small(a, 2), small(b, 2), small(c, 2);
      pop(3);
    };
    const std::uint32_t table = random.below(2), other = random.below(2);
    switch (random.below(12)) {
      case 0: small(1, 2), op(Op::memory_grow, 0); break;
      case 1: three(0xFFF, 0xFF, 0x3F), op(Op::memory_fill), code.byte(0); break;
      case 2: three(0xFFF, 0xFFF, 0x7F), op(Op::memory_copy), code.byte(0), code.byte(0); break;
      case 3: three(0xFFF, 0x1F, 0x1F), op(Op::memory_init), code.unsigned_leb(0), code.byte(0); break;
      case 4: if (random.chance(20)) op(Op::data_drop), code.unsigned_leb(0); break;
      case 5: value(Type::funcref, 2), small(1, 2), op(Op::table_grow), code.unsigned_leb(1), pop(2), push(Type::i32); break;
      case 6: small(7, 2), value(Type::funcref, 2), op(Op::table_set), code.unsigned_leb(table), pop(2); break;
      case 7: small(3, 2), value(Type::funcref, 2), small(3, 2), op(Op::table_fill), code.unsigned_leb(table), pop(3); break;
      case 8: three(3, 3, 3), op(Op::table_copy), code.unsigned_leb(table), code.unsigned_leb(other); break;
      case 9: three(3, 3, 1), op(Op::table_init), code.unsigned_leb(1), code.unsigned_leb(table); break;
      case 10: if (random.chance(20)) op(Op::elem_drop), code.unsigned_leb(1); break;
      default: value(Type::funcref, 2), op(Op::global_set, static_cast<std::uint32_t>(plan.globals.size() - 1)), pop();
    }
  }

  Weights<17> weights_{random, {24, 8, 5, 8, 13, 4, 3, 12, 8, 3, 2, 5, 3, 4, 2, 2, 1}};
};

}  // namespace wasmer::fuzz
