#pragma once
/// \file
/// Atomic instructions. x86-64 keeps stores in order and loads in order, and only lets a load overtake an earlier store: so an atomic load is a load, and an
/// atomic store, like all that reads and writes at once, is a locked instruction.

#include <string_view>

#include <wasmer/backend/singlepass/bulk.hpp>
#include <wasmer/backend/singlepass/integer.hpp>
#include <wasmer/backend/singlepass/memory.hpp>
#include <wasmer/module/reader/immediates.hpp>

namespace wasmer::singlepass {

/// What an atomic instruction does: the last part of its text, without the sign.
constexpr std::string_view atomic_operation(Op op) {
  std::string_view text = info(op).text;
  text.remove_prefix(text.rfind('.') + 1);
  if (text.ends_with("_u")) text.remove_suffix(2);
  return text;
}
constexpr bool is_atomic(Op op, std::string_view operation) { return info(op).family == Family::atomic && atomic_operation(op).starts_with(operation); }
/// Bytes that an atomic access touches.
constexpr std::uint32_t atomic_size(Op op) { return 1u << reader::natural_align_log2(info(op).immediate); }

/// Traps where index and offset come to no multiple of `size`.
inline void check_alignment(Emitter& e, Value& index, std::uint64_t offset, std::uint32_t size) {
  const auto mask = static_cast<std::uint8_t>(size - 1);
  if (mask == 0) return;
  const auto rest = static_cast<std::int32_t>(offset & mask);
  if (index.is_constant()) {
    if (((index.bits + offset) & mask) != 0) e.trap(ErrorId::unaligned_atomic);
    return;
  }
  Gp at = e.values.gp(index);
  if (rest != 0) e.masm.lea(Width::w32, scratch, Mem{at, rest}), at = scratch;
  e.masm.test8(at, mask);
  e.trap_if(Condition::ne, ErrorId::unaligned_atomic);
}

/// The address of an atomic access, checked for its alignment too.
inline Address atomic_address(Emitter& e, Value& index, const MemoryAccess& access, std::uint32_t size) {
  check_alignment(e, index, access.offset, size);
  return address(e, index, access, size);
}
/// Emitted just before the instruction that makes the access first.
inline void begin_access(Emitter& e, const Address& at) {
  if (at.guarded) e.trap_site(vm::TrapSite::memory);
}

inline void load_zero_extended(Masm& masm, std::uint32_t size, Gp to, Mem from) {
  if (size <= 2) masm.load_extend(Width::w32, size == 1 ? masm::Extend::zero8 : masm::Extend::zero16, to, from);
  else masm.mov(size == 8 ? Width::w64 : Width::w32, to, from);
}
/// Of what an instruction of `size` bytes left in `reg`. One of four bytes has cleared the rest.
inline void zero_extend(Masm& masm, std::uint32_t size, Gp reg) {
  if (size <= 2) masm.extend(Width::w32, size == 1 ? masm::Extend::zero8 : masm::Extend::zero16, reg, reg);
}

template <Op op>
  requires(is_atomic(op, "load"))
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr std::uint32_t size = atomic_size(op);
  Value index = e.values.pop();
  const Address from = atomic_address(e, index, access, size);
  const Reg to = e.destination(integer_type(op), {}, index);
  begin_access(e, from);
  load_zero_extended(e.masm, size, to.gp(), from.mem);
  e.finish(integer_type(op), to, index);
}

template <Op op>
  requires(is_atomic(op, "store"))
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr std::uint32_t size = atomic_size(op);
  Value value = e.values.pop();
  Value index = e.values.pop();
  const Reg from = e.values.mutable_reg(value);
  const Address to = atomic_address(e, index, access, size);
  begin_access(e, to);
  e.masm.xchg(size, to.mem, from.gp());
  e.values.release(from);
  e.values.release(index);
}

/// `op` on memory whose old value nobody wants.
inline void emit_locked(Emitter& e, Alu op, ValueType::Kind type, const MemoryAccess& access, std::uint32_t size) {
  Value value = e.values.pop();
  Value index = e.values.pop();
  const bool immediate = value.is_constant() && Masm::fits32(as_immediate(type, value.bits));
  Reg from;
  if (!immediate) from = e.values.reg(value), e.values.pin(from);
  const Address to = atomic_address(e, index, access, size);
  begin_access(e, to);
  if (immediate) e.masm.lock_alu(op, size, to.mem, static_cast<std::int32_t>(as_immediate(type, value.bits)));
  else e.masm.lock_alu(op, size, to.mem, from.gp());
  e.values.release(value);
  e.values.release(index);
  e.values.push_constant(type, 0);
}

/// add, sub, xchg: one instruction leaves the old value in the register that the operand was in.
inline void emit_exchange(Emitter& e, std::string_view operation, ValueType::Kind type, const MemoryAccess& access, std::uint32_t size) {
  Value value = e.values.pop();
  Value index = e.values.pop();
  const Reg reg = e.values.mutable_reg(value);
  if (operation == "sub") e.masm.neg(width_of(type), reg.gp());
  const Address at = atomic_address(e, index, access, size);
  begin_access(e, at);
  if (operation == "xchg") e.masm.xchg(size, at.mem, reg.gp());
  else e.masm.lock_xadd(size, at.mem, reg.gp());
  zero_extend(e.masm, size, reg.gp());
  e.values.clear_garbage_mark(reg);
  e.finish(type, reg, index);
}

/// and, or, xor: tried until no other thread comes between.
inline void emit_attempts(Emitter& e, Alu op, ValueType::Kind type, const MemoryAccess& access, std::uint32_t size) {
  e.values.claim(Gp::rax);
  Value value = e.values.pop();
  Value index = e.values.pop();
  const Gp operand = e.values.gp(value);
  e.values.pin(operand);
  const Address at = atomic_address(e, index, access, size);
  const Gp changed = e.values.allocate_gp();
  const Width width = size == 8 ? Width::w64 : Width::w32;
  begin_access(e, at);
  load_zero_extended(e.masm, size, Gp::rax, at.mem);
  Label again;
  e.masm.bind(again);
  e.masm.mov(width, changed, Gp::rax);
  e.masm.alu(op, width, changed, operand);
  e.masm.lock_cmpxchg(size, at.mem, changed);
  e.masm.jcc(Condition::ne, again);
  e.values.release(Reg(changed));
  e.finish(type, Reg(Gp::rax), value, index);
}

/// add, sub, and, or, xor, xchg.
template <Op op>
  requires(is_atomic(op, "add") || is_atomic(op, "sub") || is_atomic(op, "and") || is_atomic(op, "or") || is_atomic(op, "xor") || is_atomic(op, "xchg"))
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr std::string_view name = atomic_operation(op);
  constexpr ValueType::Kind type = integer_type(op);
  constexpr std::uint32_t size = atomic_size(op);
  constexpr Alu alu = name == "add" ? Alu::add : name == "sub" ? Alu::sub : name == "and" ? Alu::and_ : name == "or" ? Alu::or_ : Alu::xor_;
  if (name != "xchg" && e.next_drops()) emit_locked(e, alu, type, access, size);
  else if constexpr (name == "add" || name == "sub" || name == "xchg") emit_exchange(e, name, type, access, size);
  else emit_attempts(e, alu, type, access, size);
}

template <Op op>
  requires(is_atomic(op, "cmpxchg"))
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr ValueType::Kind type = integer_type(op);
  constexpr std::uint32_t size = atomic_size(op);
  e.values.claim(Gp::rax);
  Value replacement = e.values.pop();
  Value expected = e.values.pop();
  Value index = e.values.pop();
  const Gp with = e.values.gp(replacement);
  e.values.pin(with);
  e.values.copy_to(Gp::rax, expected);
  e.values.release(expected);
  const Address at = atomic_address(e, index, access, size);
  begin_access(e, at);
  e.masm.lock_cmpxchg(size, at.mem, with);
  zero_extend(e.masm, size, Gp::rax);
  // Where the values were equal, all of rax is still what was expected.
  if constexpr (type == ValueType::i64 && size == 4) e.masm.mov(Width::w32, Gp::rax, Gp::rax);
  e.finish(type, Reg(Gp::rax), replacement, index);
}

inline void emit(Emitter& e, op_t<Op::atomic_fence>) { e.masm.mfence(); }

/// The answer of a libcall that waits or notifies is its result, or a trap.
inline void check_answer(Emitter& e) {
  e.masm.test(Width::w32, Gp::rax, Gp::rax);
  e.masm.jcc(Condition::s, e.stub(vm::TrapSite::in_rax, ErrorId::unreachable));
}
inline void emit(Emitter& e, op_t<Op::memory_atomic_notify>, const MemoryAccess& access) {
  emit_libcall(e, vm::Libcall::memory_atomic_notify, {access.memory, access.offset}, operands<2>, types::i32);
  check_answer(e);
}
template <Op op>
  requires(op == Op::memory_atomic_wait32 || op == Op::memory_atomic_wait64)
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr auto libcall = op == Op::memory_atomic_wait32 ? vm::Libcall::memory_atomic_wait32 : vm::Libcall::memory_atomic_wait64;
  emit_libcall(e, libcall, {access.memory, access.offset}, operands<3>, types::i32);
  check_answer(e);
}

}  // namespace wasmer::singlepass
