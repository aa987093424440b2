#pragma once
/// \file
/// The validation policy of FunctionReader: what every instruction asks of the operand stack and of the module (spec section 3.4).

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include <wasmer/module/module.hpp>
#include <wasmer/module/reader/immediates.hpp>
#include <wasmer/module/reader/scope.hpp>
#include <wasmer/module/reader/signature.hpp>
#include <wasmer/module/reader/validate_gc.hpp>

namespace wasmer {

namespace reader {

/// Lanes of the vectors that an instruction with a lane immediate works on.
consteval unsigned lanes(Op op) {
  const std::string_view text = info(op).text;  // "i8x16.extract_lane_s": what stands before the x is the lane's width
  if (is_lane_access(info(op).immediate)) return 16u >> natural_align_log2(info(op).immediate);
  return text.substr(1, 2) == "8x" ? 16 : text.substr(1, 2) == "16" ? 8 : text.substr(1, 2) == "32" ? 4 : 2;
}

}  // namespace reader

/// Checks each instruction of one body after the other. `check(op, immediate)` is the rule of an instruction that has one of its own; `apply` is
/// that of all others: their signature. An instruction that has neither belongs to a proposal without rules, and can't be read.
class Validate : public reader::GcRules {
 public:
  explicit Validate(const Module& module) : GcRules(module) {}
  using GcRules::check;

  /// The locals from `first_unset` on may have no value until they are set; by default all have one.
  void begin(const FunctionBody& body, std::span<const ValueType> locals, std::uint32_t first_unset = ~0u) {
    locals_ = locals;
    surely_set_ = std::min<std::size_t>(first_unset, locals.size());
    if (surely_set_ != locals.size()) [[unlikely]] is_set_.assign(locals.size() - surely_set_, false);
    set_.clear();
    const FunctionType& type = module_.types[body.type].function;
    Frames::begin({type.params(), type.results()}, body.code.size());
  }

  /// What an instruction with a signature does to the operands.
  template <reader::Signature signature> [[gnu::noinline]] bool apply(ValueType address) {
    if constexpr (signature.has_address())
      if (address == ValueType::i64) [[unlikely]] return replace<reader::SignatureTypes<signature, ValueType::i64>>();
    return replace<reader::SignatureTypes<signature, ValueType::i32>>();
  }

  // Immediates of instructions with a signature. Those that name a memory tell its address type.

  template <Op op, class Value> bool check_immediate(const Value& value, ValueType& address) {
    constexpr Immediate kind = info(op).immediate;
    constexpr bool exact = info(op).family == Family::atomic;
    if constexpr (reader::is_memory_access(kind)) return access(value, reader::natural_align_log2(kind), exact, address);
    else if constexpr (reader::is_lane_access(kind))
      return access(value.memory, reader::natural_align_log2(kind), exact, address) && lane(value.lane, reader::lanes(op));
    else if constexpr (kind == Immediate::lane) return lane(value, reader::lanes(op));
    else if constexpr (kind == Immediate::lanes16) return std::ranges::all_of(value.bytes, [&](std::uint8_t index) { return lane(index, 32); });
    else if constexpr (kind == Immediate::memory) return memory(value, address);
    else if constexpr (kind == Immediate::data) return data(value);
    else if constexpr (kind == Immediate::elem) return element(value);
    else return true;
  }

  // Control (spec section 3.4.1).

  bool check(op_t<Op::unreachable>, reader::NoImmediate) { return true; }
  bool check(op_t<Op::block>, const BlockType& type) { return open(reader::FrameKind::block, type); }
  bool check(op_t<Op::loop>, const BlockType& type) { return open(reader::FrameKind::loop, type); }
  bool check(op_t<Op::if_>, const BlockType& type) { return pop(ValueType::i32) && open(reader::FrameKind::if_, type); }
  bool check(op_t<Op::else_>, reader::NoImmediate) {
    if (!set_.empty()) [[unlikely]] unset_inner();
    return pop_results();
  }
  bool check(op_t<Op::end>, reader::NoImmediate) {
    if (!set_.empty()) [[unlikely]] unset_inner();
    if (!pop_results()) return false;
    const reader::ControlFrame& frame = innermost();
    if (frame.kind != reader::FrameKind::if_) return true;
    // What an if without else takes, it leaves.
    return (frame.type.params.empty() && frame.type.results.empty()) || std::ranges::equal(frame.type.params, frame.type.results) ||
           fail(ErrorId::type_mismatch, "an if without else whose results are not its parameters");
  }
  bool check(op_t<Op::br>, std::uint32_t depth) {
    reader::ControlFrame* frame = target(depth);
    return frame != nullptr && pop_branch(*frame);
  }
  bool check(op_t<Op::br_if>, std::uint32_t depth) {
    if (!pop(ValueType::i32)) return false;
    reader::ControlFrame* frame = target(depth);
    return frame != nullptr && check_branch(*frame);
  }
  bool check(op_t<Op::br_table>, const BranchTable& table) {
    if (!pop(ValueType::i32)) return false;
    std::span<const ValueType> checked;
    for (std::size_t i = table.depths.size(); i != 0; --i) {
      reader::ControlFrame* frame = target(table.depths[i - 1]);
      if (frame == nullptr) return false;
      const std::span<const ValueType> label = frame->label();
      if (i != table.depths.size() && label.size() != checked.size())
        return fail(ErrorId::type_mismatch, "labels that take " + std::to_string(checked.size()) + " and " + std::to_string(label.size()) + " values");
      // Many labels have one type, and the operands stay.
      if (label.data() != checked.data() && !peek(label)) return false;
      checked = label;
      reach(*frame);
    }
    return true;
  }
  bool check(op_t<Op::return_>, reader::NoImmediate) { return pop(results()); }

  // Calls (spec section 3.4.1).

  bool check(op_t<Op::call>, std::uint32_t index) {
    const FunctionType* type = function(index);
    return type != nullptr && pop(type->params()) && push(type->results());
  }
  bool check(op_t<Op::call_indirect>, const IndexPair& type_table) {
    const FunctionType* type = indirect(type_table);
    return type != nullptr && pop(type->params()) && push(type->results());
  }
  bool check(op_t<Op::return_call>, std::uint32_t index) {
    const FunctionType* type = function(index);
    return type != nullptr && returns(*type) && pop(type->params());
  }
  bool check(op_t<Op::return_call_indirect>, const IndexPair& type_table) {
    const FunctionType* type = indirect(type_table);
    return type != nullptr && returns(*type) && pop(type->params());
  }
  bool check(op_t<Op::call_ref>, std::uint32_t index) {
    const FunctionType* type = referenced(index);
    return type != nullptr && pop(type->params()) && push(type->results());
  }
  bool check(op_t<Op::return_call_ref>, std::uint32_t index) {
    const FunctionType* type = referenced(index);
    return type != nullptr && returns(*type) && pop(type->params());
  }

  // Exceptions (spec section 3.4.1). The labels of a try_table's clauses are seen from outside of it.

  bool check(op_t<Op::throw_>, std::uint32_t index) {
    const FunctionType* type = tag(index);
    return type != nullptr && pop(type->params());
  }
  bool check(op_t<Op::throw_ref>, reader::NoImmediate) { return pop(exnref); }
  bool check(op_t<Op::try_table>, const reader::CatchBlock& block) {
    return std::ranges::all_of(block.clauses, [this](const CatchClause& clause) { return caught(clause); }) && open(reader::FrameKind::block, block.type);
  }

  // Legacy exceptions: the handlers of a try are arms of it, as `else` is of an if.

  bool check(op_t<Op::try_>, const BlockType& type) { return open(reader::FrameKind::try_, type); }
  bool check(op_t<Op::catch_>, std::uint32_t index) { return tag(index) != nullptr && ends_attempt(); }
  bool check(op_t<Op::catch_all>, reader::NoImmediate) { return ends_attempt(); }
  bool check(op_t<Op::delegate>, std::uint32_t depth) { return ends_attempt() && target(depth == ~0u ? depth : depth + 1) != nullptr; }
  bool check(op_t<Op::rethrow>, std::uint32_t depth) {
    const reader::ControlFrame* frame = target(depth);
    if (frame == nullptr) return false;
    return frame->kind == reader::FrameKind::catch_ || frame->kind == reader::FrameKind::catch_all ||
           fail(ErrorId::invalid_rethrow_label, std::to_string(depth));
  }

  // Parametric and variable instructions (spec sections 3.4.2 and 3.4.3).

  bool check(op_t<Op::drop>, reader::NoImmediate) {
    ValueType type;
    return pop_any(type);
  }
  /// Resolves the type that both operands have.
  bool check(op_t<Op::select>, ValueType& type) {
    ValueType first, second;
    if (!pop(ValueType::i32) || !pop_any(second) || !pop_any(first)) return false;
    if (first.is_reference() || second.is_reference()) return fail(ErrorId::type_mismatch, "a select of references must say their type");
    if (!matches(first, second) && !matches(second, first)) return mismatch(first, second);
    type = first == ValueType::bottom ? second : first;
    push(type);
    return true;
  }
  bool check(op_t<Op::select_t>, ValueType& type) {
    if (!pop(ValueType::i32) || !pop(type) || !pop(type)) return false;
    push(type);
    return true;
  }
  bool check(op_t<Op::local_get>, std::uint32_t index) {
    if (index >= surely_set_ && !may_get(index)) [[unlikely]] return false;
    push(locals_[index]);
    return true;
  }
  bool check(op_t<Op::local_set>, std::uint32_t index) {
    if (index >= surely_set_ && !may_set(index)) [[unlikely]] return false;
    return pop(locals_[index]);
  }
  bool check(op_t<Op::local_tee>, std::uint32_t index) {
    if (index >= surely_set_ && !may_set(index)) [[unlikely]] return false;
    if (!pop(locals_[index])) return false;
    push(locals_[index]);
    return true;
  }
  bool check(op_t<Op::global_get>, std::uint32_t index) {
    if (index >= module_.globals.size()) [[unlikely]] return unknown(ErrorId::unknown_global, index, module_.globals.size());
    push(module_.globals[index].type.value);
    return true;
  }
  bool check(op_t<Op::global_set>, std::uint32_t index) {
    if (index >= module_.globals.size()) [[unlikely]] return unknown(ErrorId::unknown_global, index, module_.globals.size());
    const GlobalType& type = module_.globals[index].type;
    if (!type.is_mutable) [[unlikely]] return fail(ErrorId::immutable_global, std::to_string(index));
    return pop(type.value);
  }

  // Tables (spec section 3.4.5).

  bool check(op_t<Op::table_get>, std::uint32_t index) {
    const TableType* type = table(index);
    if (type == nullptr || !pop(value_type(type->limits.address))) return false;
    push(type->element);
    return true;
  }
  bool check(op_t<Op::table_set>, std::uint32_t index) {
    const TableType* type = table(index);
    return type != nullptr && pop(type->element) && pop(value_type(type->limits.address));
  }
  bool check(op_t<Op::table_size>, std::uint32_t index) {
    const TableType* type = table(index);
    if (type == nullptr) return false;
    push(value_type(type->limits.address));
    return true;
  }
  bool check(op_t<Op::table_grow>, std::uint32_t index) {
    const TableType* type = table(index);
    if (type == nullptr || !pop(value_type(type->limits.address)) || !pop(type->element)) return false;
    push(value_type(type->limits.address));
    return true;
  }
  bool check(op_t<Op::table_fill>, std::uint32_t index) {
    const TableType* type = table(index);
    return type != nullptr && pop(value_type(type->limits.address)) && pop(type->element) && pop(value_type(type->limits.address));
  }
  bool check(op_t<Op::table_copy>, const IndexPair& tables) {
    const TableType* to = table(tables.first);
    const TableType* from = to == nullptr ? nullptr : table(tables.second);
    if (from == nullptr) return false;
    if (!matches(from->element, to->element)) return mismatch(to->element, from->element);
    return pop(shorter(to->limits.address, from->limits.address)) && pop(value_type(from->limits.address)) && pop(value_type(to->limits.address));
  }
  bool check(op_t<Op::table_init>, const IndexPair& segment_table) {
    const TableType* to = table(segment_table.second);
    if (to == nullptr || !element(segment_table.first)) return false;
    const ValueType type = module_.elements[segment_table.first].type;
    if (!matches(type, to->element)) return mismatch(to->element, type);
    return pop(ValueType::i32) && pop(ValueType::i32) && pop(value_type(to->limits.address));
  }

  // Memories (spec section 3.4.6).

  bool check(op_t<Op::memory_copy>, const IndexPair& memories) {
    ValueType to, from;
    if (!memory(memories.first, to) || !memory(memories.second, from)) return false;
    return pop(to == ValueType::i64 ? from : to) && pop(from) && pop(to);
  }
  bool check(op_t<Op::memory_init>, const IndexPair& segment_memory) {
    ValueType to;
    return memory(segment_memory.second, to) && data(segment_memory.first) && pop(ValueType::i32) && pop(ValueType::i32) && pop(to);
  }

  // References (spec section 3.4.4).

  bool check(op_t<Op::ref_null>, const HeapType& type) {
    if (type.is_index() && type.index() >= module_.types.size()) return unknown(ErrorId::unknown_type, type.index(), module_.types.size());
    push(ValueType::reference(type, true));
    return true;
  }
  bool check(op_t<Op::ref_is_null>, reader::NoImmediate) {
    ValueType type;
    if (!pop_reference(type)) return false;
    push(ValueType::i32);
    return true;
  }
  bool check(op_t<Op::ref_as_non_null>, reader::NoImmediate) {
    ValueType type;
    if (!pop_reference(type)) return false;
    push(not_null(type));
    return true;
  }
  bool check(op_t<Op::br_on_null>, std::uint32_t depth) {
    ValueType type;
    if (!pop_reference(type)) return false;
    reader::ControlFrame* frame = target(depth);
    if (frame == nullptr || !check_branch(*frame)) return false;
    push(not_null(type));
    return true;
  }
  /// The label's last type is the reference's; behind the instruction, its others are on the stack.
  bool check(op_t<Op::br_on_non_null>, std::uint32_t depth) {
    ValueType type;
    if (!pop_reference(type)) return false;
    push(not_null(type));
    reader::ControlFrame* frame = target(depth);
    if (frame == nullptr) return false;
    if (frame->label().empty() || !frame->label().back().is_reference()) return fail(ErrorId::type_mismatch, "a label that takes no reference");
    return check_branch(*frame) && pop_any(type);
  }
  bool check(op_t<Op::ref_func>, std::uint32_t index) {
    if (function(index) == nullptr) return false;
    if (!module_.declared_functions[index]) return fail(ErrorId::undeclared_function_reference, std::to_string(index));
    push(ValueType::reference(HeapType::index(module_.functions[index]), false));
    return true;
  }

 private:
  static ValueType not_null(ValueType type) { return ValueType::reference(type.heap(), false); }
  /// Whether the clause's label takes what the clause catches.
  bool caught(const CatchClause& clause) {
    std::vector<ValueType> values;
    if (clause.kind <= CatchClause::one_ref) {
      const FunctionType* type = tag(clause.tag);
      if (type == nullptr) return false;
      values.assign(type->params().begin(), type->params().end());
    }
    if (clause.kind == CatchClause::one_ref || clause.kind == CatchClause::all_ref) values.push_back(not_null(exnref));
    reader::ControlFrame* frame = target(clause.depth);
    if (frame == nullptr) return false;
    reach(*frame);
    return std::ranges::equal(values, frame->label(), [this](ValueType actual, ValueType expected) { return matches(actual, expected); }) ||
           fail(ErrorId::type_mismatch, "a label that does not take what is caught");
  }
  /// The end of what a try attempts, or of one of its handlers.
  bool ends_attempt() {
    if (!set_.empty()) [[unlikely]] unset_inner();
    return pop_results();
  }
  /// The type of a call by reference, once the reference is popped.
  const FunctionType* referenced(std::uint32_t index) {
    const FunctionType* type = function_type(index);
    return type != nullptr && pop(ValueType::reference(HeapType::index(index), true)) ? type : nullptr;
  }

  // Locals that begin without a value are set in the block at hand and in those within (spec section 3.4.12).

  [[gnu::noinline]] bool may_get(std::uint32_t index) {
    if (index >= locals_.size()) return unknown(ErrorId::unknown_local, index, locals_.size());
    return locals_[index].is_defaultable() || is_set_[index - surely_set_] || fail(ErrorId::uninitialized_local, std::to_string(index));
  }
  [[gnu::noinline]] bool may_set(std::uint32_t index) {
    if (index >= locals_.size()) return unknown(ErrorId::unknown_local, index, locals_.size());
    if (locals_[index].is_defaultable() || is_set_[index - surely_set_]) return true;
    is_set_[index - surely_set_] = true;
    set_.push_back({index, static_cast<std::uint32_t>(depth())});
    return true;
  }
  /// The innermost block, or an arm of it, is over.
  [[gnu::noinline]] void unset_inner() {
    for (; !set_.empty() && set_.back().depth == depth(); set_.pop_back()) is_set_[set_.back().local - surely_set_] = false;
  }

  static ValueType shorter(AddressType a, AddressType b) { return a == AddressType::i64 && b == AddressType::i64 ? ValueType::i64 : ValueType::i32; }
  /// The types that the function leaves.
  std::span<const ValueType> results() { return target(static_cast<std::uint32_t>(depth() - 1))->type.results; }
  /// A tail call's callee leaves what the function leaves.
  bool returns(const FunctionType& callee) {
    return std::ranges::equal(callee.results(), results(), [this](ValueType actual, ValueType expected) { return matches(actual, expected); }) ||
           fail(ErrorId::type_mismatch, "a tail call of a function with other results");
  }

  std::span<const ValueType> locals_;
  struct SetLocal {
    std::uint32_t local;
    std::uint32_t depth;  ///< blocks that were open when it was set
  };
  std::size_t surely_set_ = 0;   ///< the locals below this have values
  std::vector<bool> is_set_;     ///< of the others
  std::vector<SetLocal> set_;    ///< those that got their first value in a block that is open
};

}  // namespace wasmer
