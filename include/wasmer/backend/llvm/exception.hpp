#pragma once
/// \file
/// Exceptions. A call in a try is an `invoke`, whose landing pad the runtime's unwinder enters with the exception; which clause it is for is asked there, since the
/// tags lie in the context. Where no clause fits it goes on to the handler outside, or is thrown again. Nothing happens where nothing is thrown.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>

#include <wasmer/backend/llvm/uniform.hpp>
#include <wasmer/vm/exceptions.hpp>

namespace wasmer::llvm_backend {

void jump_to(Emitter& e, ControlFrame& frame);
void open_label(Emitter& e, ControlFrame& frame, std::span<const ValueType> types);
ControlFrame& push_frame(Emitter& e, Op op, BlockType type);

/// Calls the unwinder, which does not return.
inline void call_unwinder(Emitter& e, vm::Libcall libcall, std::initializer_list<llvm::Value*> arguments) {
  Arguments all{e.self};
  llvm::SmallVector<llvm::Type*, 4> types{e.types.pointer};
  for (llvm::Value* const each : arguments) all.push_back(each), types.push_back(each->getType());
  llvm::CallBase* const call = call_throwing(e, llvm::FunctionType::get(e.types.none, types, false), libcall_entry(e, libcall), all);
  call->setDoesNotReturn();
  e.ir.CreateUnreachable();
}

/// Bytes between two values of an exception that is thrown.
inline constexpr std::uint32_t thrown_stride = 16;

inline void emit(Emitter& e, op_t<Op::throw_>, std::uint32_t tag) {
  const std::span<const ValueType> types = e.module.types[e.module.tags[tag].type].function.params();
  e.charge(types.size());
  llvm::Value* const area = e.results(2 * static_cast<std::uint32_t>(types.size()));
  const std::size_t first = e.operands.size() - types.size();
  for (std::size_t i = 0; i < types.size(); ++i)
    e.store(e.operands[first + i], e.at(area, static_cast<std::int64_t>(thrown_stride * (types.size() - 1 - i))), e.alias.results);
  llvm::Value* const values = e.at(area, types.empty() ? 0 : static_cast<std::int64_t>(thrown_stride * (types.size() - 1)));
  call_unwinder(e, vm::Libcall::throw_, {e.i32(tag), values, e.i64(thrown_stride)});
  e.operands.resize(first);
}

inline void throw_again(Emitter& e, llvm::Value* exception) { call_unwinder(e, vm::Libcall::throw_ref, {exception}); }

inline void emit(Emitter& e, op_t<Op::throw_ref>) {
  llvm::Value* const exception = e.pop();
  e.trap_if(e.ir.CreateICmpEQ(exception, e.i64(0)), ErrorId::null_exception_reference);
  throw_again(e, exception);
}

inline std::uint32_t open_handler(Emitter& e, ControlFrame& frame) {
  const auto handler = static_cast<std::uint32_t>(e.handlers.size());
  e.handlers.push_back({});
  e.handlers.back().outer = e.handler;
  e.handler = frame.handler = handler;
  return handler;
}

/// Where a clause goes on, the exception being `clause.exception`.
inline llvm::BasicBlock* add_clause(Emitter& e, std::uint32_t handler, std::uint32_t tag) {
  llvm::BasicBlock* const target = e.block("catch");
  llvm::PHINode* const exception = llvm::PHINode::Create(e.types.i64, 1, "", target);
  e.handlers[handler].clauses.push_back({tag, target, exception});
  return target;
}

/// The exceptions of a handler whose clauses are known are handed out.
inline void ask_clauses(Emitter& e, std::uint32_t handler) {
  const Emitter::Handler& from = e.handlers[handler];
  if (from.dispatch == nullptr) {  // nothing in the try can throw, and so its clauses are dead
    for (const Emitter::Handler::Clause& clause : from.clauses) clause.exception->replaceAllUsesWith(e.i64(0));
    return;
  }
  const llvm::IRBuilderBase::InsertPointGuard guard(e.ir);
  e.go_on_in(from.dispatch);
  llvm::Value* const exception = from.exception;
  bool all = false;
  for (const Emitter::Handler::Clause& clause : from.clauses) {
    clause.exception->addIncoming(exception, e.ir.GetInsertBlock());
    if (clause.tag == Emitter::any_tag) {
      e.ir.CreateBr(clause.target);
      all = true;
      break;
    }
    llvm::Value* const thrown = e.load(e.types.pointer, e.to_pointer(exception), e.alias.constant, 8);
    llvm::Value* const wanted = e.load_field(e.types.pointer, e.layout.tag(clause.tag), e.alias.constant);
    llvm::BasicBlock* const next = e.block();
    e.ir.CreateCondBr(e.ir.CreateICmpEQ(thrown, wanted), clause.target, next);
    e.go_on_in(next);
  }
  if (all) return;
  if (from.outer == no_handler) {
    const std::uint32_t inner = std::exchange(e.handler, no_handler);
    throw_again(e, exception);
    e.handler = inner;
    return;
  }
  Emitter::Handler& to = e.handlers[from.outer];
  if (to.dispatch == nullptr) {
    to.dispatch = e.block("dispatch");
    to.exception = llvm::PHINode::Create(e.types.i64, 2, "", to.dispatch);
  }
  to.exception->addIncoming(exception, e.ir.GetInsertBlock());
  e.ir.CreateBr(to.dispatch);
}

/// Pushes the values that an exception with the tag carries.
inline void push_caught(Emitter& e, std::uint32_t tag, llvm::Value* exception) {
  if (tag == Emitter::any_tag) return;
  e.charge(e.module.types[e.module.tags[tag].type].function.params().size());
  llvm::Value* const pointer = e.to_pointer(exception);
  std::int32_t at = vm::offset::exception_values;
  for (const ValueType each : e.module.types[e.module.tags[tag].type].function.params()) {
    e.push(e.load(e.types.of(each), e.at(pointer, at), e.alias.constant));
    at += each.is_vector() ? 16 : 8;
  }
}

inline void emit(Emitter& e, op_t<Op::try_table>, BlockType type, std::span<const CatchClause> clauses) {
  ControlFrame& frame = push_frame(e, Op::try_table, type);
  open_label(e, frame, type.results);
  if (clauses.empty()) return;
  const std::uint32_t handler = frame.attempt = open_handler(e, frame);
  const llvm::IRBuilderBase::InsertPointGuard guard(e.ir);
  const std::size_t height = e.operands.size();
  for (const CatchClause& clause : clauses) {
    const std::uint32_t tag = clause.kind <= CatchClause::one_ref ? clause.tag : Emitter::any_tag;
    const bool with_reference = clause.kind == CatchClause::one_ref || clause.kind == CatchClause::all_ref;
    e.go_on_in(add_clause(e, handler, tag));
    llvm::Value* const exception = e.handlers[handler].clauses.back().exception;
    push_caught(e, tag, exception);
    if (with_reference) e.push(exception);
    jump_to(e, e.control(clause.depth + 1));
    e.operands.resize(height);
  }
}

// Legacy exceptions: clauses are added as the try's handlers are read.

inline void emit(Emitter& e, op_t<Op::try_>, BlockType type) {
  ControlFrame& frame = push_frame(e, Op::try_, type);
  open_label(e, frame, type.results);
  frame.attempt = open_handler(e, frame);
}

inline void begin_clause(Emitter& e, std::uint32_t tag, bool reachable) {
  ControlFrame& frame = e.control();
  if (reachable) jump_to(e, frame);
  frame.op = Op::catch_;
  e.handler = frame.handler = e.control(1).handler;
  e.operands.resize(frame.base);
  e.ir.SetInsertPoint(add_clause(e, frame.attempt, tag));
  frame.exception = e.handlers[frame.attempt].clauses.back().exception;
  push_caught(e, tag, frame.exception);
}
inline void emit(Emitter& e, op_t<Op::catch_>, std::uint32_t tag, bool reachable) { begin_clause(e, tag, reachable); }
inline void emit(Emitter& e, op_t<Op::catch_all>, bool reachable) { begin_clause(e, Emitter::any_tag, reachable); }

void emit(Emitter& e, op_t<Op::end>, bool reachable);
inline void emit(Emitter& e, op_t<Op::delegate>, std::uint32_t depth, bool reachable) {
  e.handlers[e.control().attempt].outer = e.control(depth + 1).handler;
  emit(e, op_t<Op::end>{}, reachable);
}
inline void emit(Emitter& e, op_t<Op::rethrow>, std::uint32_t depth) { throw_again(e, e.control(depth).exception); }

}  // namespace wasmer::llvm_backend
