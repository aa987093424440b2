#pragma once
/// \file
/// Exceptions: what is thrown, and where it goes on.
///
/// Before each call in a try, every local and every operand below the try is stored in its home, unless it stands there already. So a landing pad finds all
/// of them there, wherever the exception came from.

#include <cstdint>
#include <span>

#include <wasmer/backend/singlepass/call.hpp>
#include <wasmer/backend/singlepass/control.hpp>

namespace wasmer::singlepass {

/// Exceptions out of what comes next go to the frame's handler, which has no clauses yet, then to those outside of it.
inline void open_handler(Emitter& e, ControlFrame& frame) {
  frame.attempt = static_cast<std::uint32_t>(e.object.handlers.size());
  frame.last_pad = vm::no_handler;
  e.object.handlers.push_back({.first = vm::no_handler, .outer = e.handler});
  e.handler_bases.push_back(frame.base);
  e.handler = frame.handler = frame.attempt;
}

/// One more clause of the frame's handler; gives its place in the object's pads.
inline std::uint32_t add_clause(Emitter& e, ControlFrame& frame, std::uint32_t tag) {
  const auto pad = static_cast<std::uint32_t>(e.object.pads.size());
  e.object.pads.push_back({.tag = tag, .at = 0, .next = vm::no_handler});
  if (frame.last_pad == vm::no_handler) e.object.handlers[frame.attempt].first = pad;
  else e.object.pads[frame.last_pad].next = pad;
  return frame.last_pad = pad;
}

/// Calls the unwinder, which does not return. The context and the other arguments are in their registers.
inline void call_unwinder(Emitter& e, vm::Libcall libcall) {
  e.masm.mov(Width::w64, memory_register, Mem{context_register, vm::offset::libcalls});
  e.masm.call(Mem{memory_register, static_cast<std::int32_t>(8 * static_cast<unsigned>(libcall))});
  e.note_call(true);
}

inline void emit(Emitter& e, op_t<Op::throw_>, std::uint32_t tag) {
  Values& values = e.values;
  save_for_handlers(e);
  const auto count = static_cast<std::uint32_t>(e.module.types[e.module.tags[tag].type].function.params().size());
  const std::uint32_t first = values.height() - count;
  for (std::uint32_t slot = first; slot < values.height(); ++slot) store_to_home(e, slot, resolve(values, slot));
  e.need_context();
  e.masm.mov(integer_arguments[0], tag);
  e.masm.lea(Width::w64, integer_arguments[1], values.home(first));
  e.masm.mov(integer_arguments[2], static_cast<std::uint64_t>(values.home(first).disp - values.home(first + 1).disp));
  call_unwinder(e, vm::Libcall::throw_);
  values.truncate(first);
}

inline void emit(Emitter& e, op_t<Op::throw_ref>) {
  save_for_handlers(e);
  Value exception = e.values.pop();
  const Gp reg = e.values.gp(exception);
  e.masm.test(Width::w64, reg, reg);
  e.trap_if(Condition::e, ErrorId::null_exception_reference);
  e.masm.mov(Width::w64, integer_arguments[0], reg);
  e.values.release(exception);
  e.need_context();
  call_unwinder(e, vm::Libcall::throw_ref);
}

inline void emit(Emitter& e, op_t<Op::try_table>, BlockType type, std::span<const CatchClause> clauses) {
  e.values.settle_operands(unsettled_begin(e), e.values.height() - static_cast<std::uint32_t>(type.params.size()));
  ControlFrame& frame = push_frame(e, Op::try_table, type);
  if (clauses.empty()) return;
  open_handler(e, frame);
  for (const CatchClause& clause : clauses) {
    const std::uint32_t tag = clause.kind <= CatchClause::one_ref ? clause.tag : vm::CatchPad::any_tag;
    const bool with_reference = clause.kind == CatchClause::one_ref || clause.kind == CatchClause::all_ref;
    const std::uint32_t pad = add_clause(e, frame, tag);
    e.control(clause.depth + 1).has_pads = true;
    e.pads.push_back({.control = static_cast<std::uint32_t>(e.control_count - 2 - clause.depth), .pad = pad, .with_reference = with_reference});
  }
}

// Legacy exceptions. A handler keeps its exception for `rethrow` in the home where the block's operands begin; its own operands begin above.

inline void emit(Emitter& e, op_t<Op::try_>, BlockType type) {
  e.values.settle_operands(unsettled_begin(e), e.values.height() - static_cast<std::uint32_t>(type.params.size()));
  open_handler(e, push_frame(e, Op::try_, type));
}

inline void begin_handler(Emitter& e, std::uint32_t tag, bool reachable) {
  ControlFrame& frame = e.control();
  if (reachable) jump_to(e, frame);
  frame.op = Op::catch_;
  e.handler = frame.handler = e.control(1).handler;
  begin_pad(e, add_clause(e, frame, tag), frame.base);
  e.masm.mov(Width::w64, e.values.home_for_store(frame.base), Gp::rax);
  e.values.push_home(ValueType::ref_null);
  push_caught(e, tag, false);
}
inline void emit(Emitter& e, op_t<Op::catch_>, std::uint32_t tag, bool reachable) { begin_handler(e, tag, reachable); }
inline void emit(Emitter& e, op_t<Op::catch_all>, bool reachable) { begin_handler(e, vm::CatchPad::any_tag, reachable); }

inline void emit(Emitter& e, op_t<Op::delegate>, std::uint32_t depth, bool reachable) {
  e.object.handlers[e.control().attempt].outer = e.control(depth + 1).handler;
  emit(e, op_t<Op::end>{}, reachable);
}

inline void emit(Emitter& e, op_t<Op::rethrow>, std::uint32_t depth) {
  save_for_handlers(e);
  e.masm.mov(Width::w64, integer_arguments[0], e.values.home(e.control(depth).base));
  e.need_context();
  call_unwinder(e, vm::Libcall::throw_ref);
}

}  // namespace wasmer::singlepass
