#pragma once
/// \file
/// Loads and stores.

#include <wasmer/backend/singlepass/emitter.hpp>

namespace wasmer::singlepass {

/// Bytes that an access touches.
constexpr std::uint32_t access_size(Op op) {
  switch (op) {
    case Op::i32_load8_s: case Op::i32_load8_u: case Op::i64_load8_s: case Op::i64_load8_u: case Op::i32_store8: case Op::i64_store8: return 1;
    case Op::i32_load16_s: case Op::i32_load16_u: case Op::i64_load16_s: case Op::i64_load16_u: case Op::i32_store16: case Op::i64_store16: return 2;
    case Op::i64_load: case Op::f64_load: case Op::i64_store: case Op::f64_store: return 8;
    default: return 4;
  }
}

/// An access that code is about to make, already checked or about to be checked by the guard pages.
struct Address {
  Mem mem;
  bool guarded;  ///< it is the access itself that may fault
};

/// The base of any memory to `memory_register`.
inline void load_base(Emitter& e, std::uint32_t memory) {
  if (memory == 0) return e.need_memory();
  e.masm.mov(Width::w64, memory_register, e.field(e.layout.memory(memory) + vm::offset::view_pointer));
  e.memory_valid = false;
}

/// An access that guard pages do not check alone: of another memory than the first, with a large offset, or where code checks every access.
/// The sum of index, offset and size is compared with the memory's length; where it may exceed 64 bits, that is a trap too.
[[gnu::noinline]] inline Address checked_address(Emitter& e, Value& index, const MemoryAccess& access, std::uint32_t size) {
  constexpr std::uint64_t most = INT32_MAX;
  const MemoryType& memory = e.module.memories[access.memory];
  const std::int32_t view = e.layout.memory(access.memory);
  const Gp at = e.values.gp_extended(index);
  if (vm::has_guard_pages(memory, e.bounds) && access.offset <= most - size) {
    e.masm.mov(Width::w64, scratch, e.field(view + vm::offset::view_pointer));
    return {{scratch, static_cast<std::int32_t>(access.offset), at}, true};
  }
  const bool may_wrap = memory.limits.address == AddressType::i64;
  const std::uint64_t end = access.offset + size;
  if (end < size) {  // the offset alone is out of bounds
    e.trap(ErrorId::out_of_bounds_memory_access);
    return {{context_register, 0}, false};
  }
  if (end <= most && !may_wrap) {
    e.masm.lea(Width::w64, scratch, Mem{at, static_cast<std::int32_t>(end)});
  } else if (end <= most) {
    e.masm.mov(Width::w64, scratch, at);
    e.masm.alu(Alu::add, Width::w64, scratch, static_cast<std::int32_t>(end));
  } else {
    e.masm.mov(scratch, end);
    e.masm.alu(Alu::add, Width::w64, scratch, at);
  }
  if (may_wrap) e.trap_if(Condition::b, ErrorId::out_of_bounds_memory_access);
  if (memory.shared) {
    // Its length lies before its first byte, where all threads see it grow at once.
    load_base(e, access.memory);
    e.masm.alu(Alu::cmp, Width::w64, scratch, Mem{memory_register, vm::offset::shared_length});
    e.trap_if(Condition::a, ErrorId::out_of_bounds_memory_access);
    return {{memory_register, -static_cast<std::int32_t>(size), scratch}, false};
  }
  e.need_context();
  e.masm.alu(Alu::cmp, Width::w64, scratch, Mem{context_register, view + vm::offset::view_length});
  e.trap_if(Condition::a, ErrorId::out_of_bounds_memory_access);
  if (access.memory == 0) {
    e.need_memory();
    return {{memory_register, -static_cast<std::int32_t>(size), scratch}, false};
  }
  e.masm.alu(Alu::add, Width::w64, scratch, Mem{context_register, view + vm::offset::view_pointer});
  return {{scratch, -static_cast<std::int32_t>(size)}, false};
}

/// The address of an access of `size` bytes at `index`, which the caller releases. May use `scratch`.
inline Address address(Emitter& e, Value& index, const MemoryAccess& access, std::uint32_t size) {
  constexpr std::uint64_t most = INT32_MAX;
  const bool guarded = e.guards_memory_0 && access.memory == 0 && access.offset <= most - size;
  if (!guarded) [[unlikely]] return checked_address(e, index, access, size);
  if (index.is_constant()) {
    const std::uint64_t begin = static_cast<std::uint32_t>(index.bits) + access.offset;
    if (begin <= most) return e.need_memory(), Address{{memory_register, static_cast<std::int32_t>(begin)}, true};
  }
  const Gp at = e.values.gp_extended(index);
  return e.need_memory(), Address{{memory_register, static_cast<std::int32_t>(access.offset), at}, true};
}

template <Op op>
  requires(info(op).family == Family::load)
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr ValueType::Kind type = info(op).text[0] == 'i' ? (info(op).text[1] == '3' ? ValueType::i32 : ValueType::i64)
                                                           : (info(op).text[1] == '3' ? ValueType::f32 : ValueType::f64);
  constexpr bool is_signed = info(op).text.ends_with("_s");
  constexpr std::uint32_t size = access_size(op);
  Value index = e.values.pop();
  const Address from = address(e, index, access, size);
  const Reg to = e.destination(type, {}, index);
  if (from.guarded) e.trap_site(vm::TrapSite::memory);
  if constexpr (size == 1) e.masm.load_extend(width_of(type), is_signed ? masm::Extend::sign8 : masm::Extend::zero8, to.gp(), from.mem);
  else if constexpr (size == 2) e.masm.load_extend(width_of(type), is_signed ? masm::Extend::sign16 : masm::Extend::zero16, to.gp(), from.mem);
  else if constexpr (type == ValueType::i64 && size == 4 && is_signed) e.masm.load_extend(Width::w64, masm::Extend::sign32, to.gp(), from.mem);
  else if constexpr (type == ValueType::i64 && size == 4) e.masm.mov(Width::w32, to.gp(), from.mem);
  else e.values.load(to, type, from.mem);
  e.finish(type, to, index);
}

template <Op op>
  requires(info(op).family == Family::store)
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr std::uint32_t size = access_size(op);
  Value value = e.values.pop();
  Value index = e.values.pop();
  const bool as_immediate = value.is_constant() && (size != 8 || masm::Masm::fits32(static_cast<std::int64_t>(value.bits)));
  Reg from;
  if (!as_immediate) from = e.values.reg(value), e.values.pin(from);
  const Address to = address(e, index, access, size);
  if (to.guarded) e.trap_site(vm::TrapSite::memory);
  const auto bits = static_cast<std::int32_t>(value.bits);
  if constexpr (size == 1) as_immediate ? e.masm.mov8(to.mem, static_cast<std::int8_t>(bits)) : e.masm.mov8(to.mem, from.gp());
  else if constexpr (size == 2) as_immediate ? e.masm.mov16(to.mem, static_cast<std::int16_t>(bits)) : e.masm.mov16(to.mem, from.gp());
  else if (as_immediate) e.masm.mov(size == 8 ? Width::w64 : Width::w32, to.mem, bits);
  else if constexpr (op == Op::i64_store32) e.masm.mov(Width::w32, to.mem, from.gp());
  else e.values.store(to.mem, value.type, from);
  e.values.release(value);
  e.values.release(index);
}

}  // namespace wasmer::singlepass
