#pragma once
/// \file
/// Blocks and branches: a label is a basic block, and what branches bring along meets there in phis.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include <wasmer/backend/llvm/exception.hpp>

namespace wasmer::llvm_backend {

/// A label that takes values of these types.
inline void open_label(Emitter& e, ControlFrame& frame, std::span<const ValueType> types) {
  frame.label = e.block();
  e.charge(types.size());
  for (const ValueType type : types) frame.values.push_back(llvm::PHINode::Create(e.types.of(type), 2, "", frame.label));
}

inline ControlFrame& push_frame(Emitter& e, Op op, BlockType type) {
  ControlFrame& frame = e.controls.emplace_back();
  frame.op = op;
  frame.type = type;
  frame.base = e.operands.size() - type.params.size();
  frame.handler = e.handler;
  return frame;
}

/// The topmost operands become those of the label, if control comes there from the block at hand.
inline void bring_along(Emitter& e, ControlFrame& frame) {
  const std::size_t first = e.operands.size() - frame.values.size();
  e.charge(frame.values.size());
  for (std::size_t i = 0; i < frame.values.size(); ++i) frame.values[i]->addIncoming(e.operands[first + i], e.ir.GetInsertBlock());
}
inline void jump_to(Emitter& e, ControlFrame& frame) {
  bring_along(e, frame);
  e.ir.CreateBr(frame.label);
}
inline void branch_if(Emitter& e, llvm::Value* condition, std::uint32_t depth) {
  ControlFrame& frame = e.control(depth);
  llvm::BasicBlock* const next = e.block();
  bring_along(e, frame);
  e.ir.CreateCondBr(condition, frame.label, next);
  e.go_on_in(next);
}

/// Goes on at a frame's label with its values, above the operands that were there before the block. Where nothing leads to it, what follows is dead.
inline void go_on_at_label(Emitter& e, ControlFrame& frame) {
  e.operands.resize(frame.base);
  e.go_on_in(frame.label);
  for (llvm::PHINode* const value : frame.values) e.push(value);
}

inline void emit(Emitter&, op_t<Op::nop>) {}
inline void emit(Emitter& e, op_t<Op::unreachable>) { e.trap(ErrorId::unreachable); }

inline void emit(Emitter& e, op_t<Op::block>, BlockType type) { open_label(e, push_frame(e, Op::block, type), type.results); }

inline void emit(Emitter& e, op_t<Op::loop>, BlockType type) {
  ControlFrame& frame = push_frame(e, Op::loop, type);
  ++e.open_loops;
  open_label(e, frame, type.params);
  jump_to(e, frame);
  go_on_at_label(e, frame);
}

inline void emit(Emitter& e, op_t<Op::if_>, BlockType type) {
  llvm::Value* const condition = e.pop_condition();
  ControlFrame& frame = push_frame(e, Op::if_, type);
  open_label(e, frame, type.results);
  frame.otherwise = e.block();
  frame.at_if.assign(e.operands.begin() + static_cast<std::ptrdiff_t>(frame.base), e.operands.end());
  llvm::BasicBlock* const then = e.block();
  e.ir.CreateCondBr(condition, then, frame.otherwise);
  e.go_on_in(then);
}

/// The second arm begins, written or not, with the operands of the `if`.
inline void begin_otherwise(Emitter& e, ControlFrame& frame) {
  e.operands.resize(frame.base);
  e.operands.insert(e.operands.end(), frame.at_if.begin(), frame.at_if.end());
  e.go_on_in(frame.otherwise);
  frame.otherwise = nullptr;
}

inline void emit(Emitter& e, op_t<Op::else_>, bool reachable) {
  ControlFrame& frame = e.control();
  if (reachable) jump_to(e, frame);
  begin_otherwise(e, frame);
}

/// The function's results on the stack go where its caller expects them.
inline void emit_return(Emitter& e) {
  const FunctionType& type = e.module.types[e.body->type].function;
  const std::size_t first = e.operands.size() - type.results().size();
  std::int32_t at = 0;
  for (std::size_t i = 1; i < type.results().size(); ++i) {
    e.store(e.operands[first + i], e.at(e.rest, at), e.alias.results, std::min(8u, size_of(type.results()[i])));
    at += type.results()[i].is_vector() ? 16 : 8;
  }
  if (e.is_uniform) e.ir.CreateRet(pack_result(e, type.results().empty() ? nullptr : e.operands[first]));
  else if (type.results().empty()) e.ir.CreateRetVoid();
  else e.ir.CreateRet(e.operands[first]);
}

inline void emit(Emitter& e, op_t<Op::end>, bool reachable) {
  ControlFrame& frame = e.control();
  if (frame.attempt != no_handler) ask_clauses(e, frame.attempt);
  const bool is_function = e.controls.size() == 1;
  if (frame.op == Op::loop) {  // what falls out of a loop does not go to its label
    if (!reachable) e.operands.resize(frame.base);
    --e.open_loops;
    e.controls.pop_back();
    e.handler = e.control().handler;
    return;
  }
  if (reachable) jump_to(e, frame);
  if (frame.otherwise != nullptr) begin_otherwise(e, frame), jump_to(e, frame);
  go_on_at_label(e, frame);
  const bool is_dead = llvm::pred_empty(frame.label);
  if (is_dead) e.ir.CreateUnreachable();
  else if (is_function) emit_return(e);
  e.controls.pop_back();
  e.handler = e.controls.empty() ? no_handler : e.control().handler;
}

inline void emit(Emitter& e, op_t<Op::br>, std::uint32_t depth) { jump_to(e, e.control(depth)); }
inline void emit(Emitter& e, op_t<Op::br_if>, std::uint32_t depth) {
  llvm::Value* const condition = e.pop_condition();
  branch_if(e, condition, depth);
}
inline void emit(Emitter& e, op_t<Op::return_>) { jump_to(e, e.controls[0]); }

/// What a label's values are brought along by is one block, however many of a table's entries lead there.
inline void emit(Emitter& e, op_t<Op::br_table>, BranchTable table) {
  llvm::Value* const index = e.pop();
  const auto count = static_cast<std::uint32_t>(table.depths.size() - 1);
  llvm::SmallDenseMap<std::uint32_t, llvm::BasicBlock*, 8> edges;
  const auto edge = [&](std::uint32_t depth) {
    llvm::BasicBlock*& to = edges[depth];
    if (to != nullptr) return to;
    ControlFrame& frame = e.control(depth);
    if (frame.values.empty()) return to = frame.label;
    const llvm::IRBuilderBase::InsertPointGuard guard(e.ir);
    to = e.block();
    e.go_on_in(to);
    jump_to(e, frame);
    return to;
  };
  llvm::BasicBlock* const otherwise = edge(table.depths.back());
  // LLVM takes time quadratic in the cases of a switch.
  constexpr std::uint32_t most_log2 = 10, most = 1u << most_log2;
  const auto choose = [&](std::uint32_t first, std::uint32_t last) {
    llvm::SwitchInst* const choice = e.ir.CreateSwitch(index, otherwise, last - first);
    for (std::uint32_t i = first; i < last; ++i) choice->addCase(e.i32(i), edge(table.depths[i]));
  };
  if (count <= most) return choose(0, count);
  llvm::SwitchInst* const section = e.ir.CreateSwitch(e.ir.CreateLShr(index, most_log2), otherwise, count / most + 1);
  for (std::uint32_t first = 0; first < count; first += most) {
    llvm::BasicBlock* const at = e.block();
    section->addCase(e.i32(first >> most_log2), at);
    e.go_on_in(at);
    choose(first, std::min(count, first + most));
  }
}

}  // namespace wasmer::llvm_backend
