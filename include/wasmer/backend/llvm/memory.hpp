#pragma once
/// \file
/// Loads and stores.

#include <cstdint>
#include <string_view>

#include <wasmer/backend/llvm/integer.hpp>
#include <wasmer/module/reader/immediates.hpp>

namespace wasmer::llvm_backend {

/// Bytes that an access touches.
constexpr std::uint32_t access_size(Op op) { return 1u << reader::natural_align_log2(info(op).immediate); }

/// The address of an access of `size` bytes, checked or to be checked by the guard pages. Where code checks, the sum of index, offset and size is compared with the
/// memory's length; where it may exceed 64 bits, that is a trap too.
inline llvm::Value* address(Emitter& e, llvm::Value* index, const MemoryAccess& access, std::uint32_t size) {
  constexpr std::uint64_t most = INT32_MAX;
  const MemoryType& memory = e.module.memories[access.memory];
  if (memory.limits.address == AddressType::i32) index = e.ir.CreateZExt(index, e.types.i64);
  if (vm::has_guard_pages(memory, e.tuning.bounds) && access.offset <= most - size)
    return e.at(e.ir.CreateGEP(e.types.i8, e.memory_base(access.memory), index), static_cast<std::int64_t>(access.offset));
  const std::uint64_t end = access.offset + size;
  llvm::Value* behind;
  if (end < size) {  // the offset alone is out of bounds
    e.trap_if(e.ir.getTrue(), ErrorId::out_of_bounds_memory_access);
    behind = index;
  } else if (memory.limits.address == AddressType::i32) {
    behind = e.ir.CreateAdd(index, e.i64(end), "", true);
  } else {
    llvm::Value* const sum = e.intrinsic(llvm::Intrinsic::uadd_with_overflow, {e.types.i64}, {index, e.i64(end)});
    e.trap_if(e.ir.CreateExtractValue(sum, 1), ErrorId::out_of_bounds_memory_access);
    behind = e.ir.CreateExtractValue(sum, 0);
  }
  e.trap_if(e.ir.CreateICmpUGT(behind, e.memory_length(access.memory)), ErrorId::out_of_bounds_memory_access);
  return e.at(e.ir.CreateGEP(e.types.i8, e.memory_base(access.memory), behind), -static_cast<std::int64_t>(size));
}

/// Reads guest memory. Other threads may change a shared memory at any time, so that nothing of it is read twice where the guest reads it once. A load that traps
/// by itself, where guard pages check it, is a load that happens, where traps are to be exact, and in its place among the stores.
inline llvm::LoadInst* load_guest(Emitter& e, llvm::Type* type, llvm::Value* index, const MemoryAccess& access, std::uint32_t size) {
  llvm::LoadInst* const load = e.load(type, address(e, index, access, size), e.alias.memory);
  const MemoryType& memory = e.module.memories[access.memory];
  if (memory.shared) load->setVolatile(true);
  else if (e.tuning.exact_traps && vm::has_guard_pages(memory, e.tuning.bounds)) e.trapping_loads.push_back(load);
  return load;
}
inline void store_guest(Emitter& e, llvm::Value* value, llvm::Value* index, const MemoryAccess& access, std::uint32_t size) {
  llvm::StoreInst* const store = e.store(value, address(e, index, access, size), e.alias.memory);
  if (e.module.memories[access.memory].shared) store->setVolatile(true);
}

constexpr ValueType::Kind accessed_type(Op op) {
  return info(op).text[0] == 'i' ? (info(op).text[1] == '3' ? ValueType::i32 : ValueType::i64) : (info(op).text[1] == '3' ? ValueType::f32 : ValueType::f64);
}

template <Op op>
  requires(info(op).family == Family::load)
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr std::uint32_t size = access_size(op);
  llvm::Type* const type = e.types.of(accessed_type(op));
  llvm::Value* const index = e.pop();
  if constexpr (info(op).text.ends_with("_s")) e.push(e.ir.CreateSExt(load_guest(e, e.types.integer(size * 8), index, access, size), type));
  else if constexpr (info(op).text.ends_with("_u")) e.push(e.ir.CreateZExt(load_guest(e, e.types.integer(size * 8), index, access, size), type));
  else e.push(load_guest(e, type, index, access, size));
}

template <Op op>
  requires(info(op).family == Family::store)
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr std::uint32_t size = access_size(op);
  llvm::Value* value = e.pop();
  llvm::Value* const index = e.pop();
  if constexpr (is_integer(op)) value = e.ir.CreateTrunc(value, e.types.integer(size * 8));
  store_guest(e, value, index, access, size);
}

}  // namespace wasmer::llvm_backend
