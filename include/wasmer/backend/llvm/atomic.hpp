#pragma once
/// \file
/// Atomic instructions, all sequentially consistent. An access that is not aligned is a trap.

#include <cstdint>
#include <string_view>

#include <wasmer/backend/llvm/bulk.hpp>
#include <wasmer/backend/llvm/memory.hpp>

namespace wasmer::llvm_backend {

/// What an atomic instruction does: the last part of its text, without the sign.
constexpr std::string_view atomic_operation(Op op) {
  std::string_view text = info(op).text;
  text.remove_prefix(text.rfind('.') + 1);
  if (text.ends_with("_u")) text.remove_suffix(2);
  return text;
}
constexpr bool is_atomic(Op op, std::string_view operation) { return info(op).family == Family::atomic && atomic_operation(op).starts_with(operation); }
constexpr bool is_read_modify_write(Op op) {
  return is_atomic(op, "add") || is_atomic(op, "sub") || is_atomic(op, "and") || is_atomic(op, "or") || is_atomic(op, "xor") || is_atomic(op, "xchg");
}

/// The address of an atomic access, checked for its alignment first.
inline llvm::Value* atomic_address(Emitter& e, llvm::Value* index, const MemoryAccess& access, std::uint32_t size) {
  if (size != 1) {
    llvm::Value* const at = e.ir.CreateAdd(index, llvm::ConstantInt::get(index->getType(), access.offset & (size - 1)));
    llvm::Value* const rest = e.ir.CreateAnd(at, llvm::ConstantInt::get(index->getType(), size - 1));
    e.trap_if(e.ir.CreateICmpNE(rest, llvm::ConstantInt::get(index->getType(), 0)), ErrorId::unaligned_atomic);
  }
  return address(e, index, access, size);
}

inline constexpr auto seq_cst = llvm::AtomicOrdering::SequentiallyConsistent;

template <Op op>
  requires(is_atomic(op, "load"))
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr std::uint32_t size = access_size(op);
  llvm::LoadInst* const load = e.load(e.types.integer(size * 8), atomic_address(e, e.pop(), access, size), e.alias.memory, size);
  load->setAtomic(seq_cst);
  load->setVolatile(true);
  e.push(e.ir.CreateZExt(load, e.types.of(accessed_type(op))));
}

template <Op op>
  requires(is_atomic(op, "store"))
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr std::uint32_t size = access_size(op);
  llvm::Value* const value = e.ir.CreateTrunc(e.pop(), e.types.integer(size * 8));
  llvm::StoreInst* const store = e.store(value, atomic_address(e, e.pop(), access, size), e.alias.memory, size);
  store->setAtomic(seq_cst);
  store->setVolatile(true);
}

template <Op op>
  requires(is_read_modify_write(op))
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  using Operation = llvm::AtomicRMWInst::BinOp;
  constexpr std::uint32_t size = access_size(op);
  constexpr std::string_view name = atomic_operation(op);
  constexpr Operation operation = name == "add" ? Operation::Add : name == "sub" ? Operation::Sub : name == "and" ? Operation::And
                                : name == "or" ? Operation::Or : name == "xor" ? Operation::Xor : Operation::Xchg;
  llvm::Value* const value = e.ir.CreateTrunc(e.pop(), e.types.integer(size * 8));
  llvm::AtomicRMWInst* const old = e.ir.CreateAtomicRMW(operation, atomic_address(e, e.pop(), access, size), value, llvm::Align(size), seq_cst);
  old->setVolatile(true);
  e.push(e.ir.CreateZExt(old, e.types.of(accessed_type(op))));
}

/// Where less than the operands' width is compared, only so much of the expected value counts.
template <Op op>
  requires(is_atomic(op, "cmpxchg"))
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr std::uint32_t size = access_size(op);
  llvm::Type* const type = e.types.of(accessed_type(op));
  llvm::IntegerType* const stored = e.types.integer(size * 8);
  llvm::Value* const replacement = e.ir.CreateTrunc(e.pop(), stored);
  llvm::Value* const expected = e.pop();
  llvm::Value* const place = atomic_address(e, e.pop(), access, size);
  llvm::AtomicCmpXchgInst* const exchange = e.ir.CreateAtomicCmpXchg(place, e.ir.CreateTrunc(expected, stored), replacement, llvm::Align(size), seq_cst, seq_cst);
  exchange->setVolatile(true);
  e.push(e.ir.CreateZExt(e.ir.CreateExtractValue(exchange, 0), type));
}

inline void emit(Emitter& e, op_t<Op::atomic_fence>) { e.ir.CreateFence(seq_cst); }

/// The answer of a libcall that waits or notifies is its result, or a trap.
inline void push_answer(Emitter& e, llvm::Value* answer) {
  e.trap_if(e.ir.CreateICmpSLT(answer, e.i32(0)), answer);
  e.push(answer);
}
inline void emit(Emitter& e, op_t<Op::memory_atomic_notify>, const MemoryAccess& access) {
  llvm::Value* const count = e.pop();
  push_answer(e, call_runtime(e, vm::Libcall::memory_atomic_notify, e.types.i32, {e.i32(access.memory), e.i64(access.offset), e.pop(), count}));
}
template <Op op>
  requires(op == Op::memory_atomic_wait32 || op == Op::memory_atomic_wait64)
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr auto libcall = op == Op::memory_atomic_wait32 ? vm::Libcall::memory_atomic_wait32 : vm::Libcall::memory_atomic_wait64;
  llvm::Value* const timeout = e.pop();
  llvm::Value* const expected = e.pop();
  push_answer(e, call_runtime(e, libcall, e.types.i32, {e.i32(access.memory), e.i64(access.offset), e.pop(), expected, timeout}));
}

}  // namespace wasmer::llvm_backend
