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

/// The address of an access of `size` bytes at `index`, which the caller releases. May use `scratch`.
inline Address address(Emitter& e, Value& index, const MemoryAccess& access, std::uint32_t size) {
  constexpr std::uint64_t most = INT32_MAX;
  const bool guarded = e.bounds == Bounds::guard_pages && access.offset <= most - size;
  if (index.is_constant()) {
    const std::uint64_t begin = static_cast<std::uint32_t>(index.bits) + access.offset;
    if (guarded && begin <= most) return e.need_memory(), Address{{memory_register, static_cast<std::int32_t>(begin)}, true};
  }
  const Gp at = e.values.gp_extended(index);
  if (guarded) return e.need_memory(), Address{{memory_register, static_cast<std::int32_t>(access.offset), at}, true};

  // An index has 32 bits and an offset 32: their sum with the size cannot wrap around.
  if (access.offset <= most - size) {
    e.masm.lea(Width::w64, scratch, Mem{at, static_cast<std::int32_t>(access.offset + size)});
  } else {
    e.masm.mov(scratch, access.offset + size);
    e.masm.alu(Alu::add, Width::w64, scratch, at);
  }
  e.need_context();
  e.masm.alu(Alu::cmp, Width::w64, scratch, Mem{context_register, vm::offset::memory_length});
  e.trap_if(Condition::a, ErrorId::out_of_bounds_memory_access);
  e.need_memory();
  return {{memory_register, -static_cast<std::int32_t>(size), scratch}, false};
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
