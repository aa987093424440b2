#pragma once
/// \file
/// Loads and stores of vectors, whole, widened, in all lanes, or of one lane.

#include <wasmer/backend/singlepass/memory.hpp>
#include <wasmer/backend/singlepass/simd_lane.hpp>
#include <wasmer/module/reader/immediates.hpp>

namespace wasmer::singlepass {

/// Bytes that the access touches.
constexpr std::uint32_t vector_access_size(Op op) { return 1u << reader::natural_align_log2(info(op).immediate); }

/// How a load fills a vector, where that is one instruction.
constexpr std::optional<Packed> load_instruction(Op op) {
  switch (op) {
    case Op::v128_load: return Packed::movups;
    case Op::v128_load8x8_s: return Packed::pmovsxbw;
    case Op::v128_load8x8_u: return Packed::pmovzxbw;
    case Op::v128_load16x4_s: return Packed::pmovsxwd;
    case Op::v128_load16x4_u: return Packed::pmovzxwd;
    case Op::v128_load32x2_s: return Packed::pmovsxdq;
    case Op::v128_load32x2_u: return Packed::pmovzxdq;
    case Op::v128_load64_splat: return Packed::movddup;
    case Op::v128_load32_zero: return Packed::movss;
    case Op::v128_load64_zero: return Packed::movsd;
    default: return std::nullopt;
  }
}

/// In all lanes: 8, 16 or 32 bits.
inline void load_spread(Emitter& e, std::uint32_t size, Xmm to, Mem from) {
  if (size == 4) {
    if (e.cpu.avx) return e.masm.avx(Packed::broadcastss, to, from);
    e.masm.sse(Packed::movss, to, from);
  } else {
    if (e.cpu.avx2) return e.masm.avx(size == 1 ? Packed::pbroadcastb : Packed::pbroadcastw, to, from);
    e.masm.load_extend(Width::w32, size == 1 ? masm::Extend::zero8 : masm::Extend::zero16, scratch, from);
    e.masm.sse(Packed::movd, to, scratch);
  }
  spread(e, size * 8, to);
}

template <Op op>
  requires(info(op).family == Family::simd_load)
void emit(Emitter& e, op_t<op>, const MemoryAccess& access) {
  constexpr auto instruction = load_instruction(op);
  constexpr std::uint32_t size = vector_access_size(op);
  Value index = e.values.pop();
  const Address from = address(e, index, access, size);
  const Xmm to = e.destination(ValueType::v128, {}).xmm();
  if (from.guarded) e.trap_site(vm::TrapSite::memory);
  if constexpr (instruction) e.masm.sse(*instruction, to, from.mem);
  else load_spread(e, size, to, from.mem);
  e.finish(ValueType::v128, to, index);
}

inline void emit(Emitter& e, op_t<Op::v128_store>, const MemoryAccess& access) {
  Value value = e.values.pop();
  Value index = e.values.pop();
  const Xmm from = e.values.xmm(value);
  const Address to = address(e, index, access, sizeof(V128));
  if (to.guarded) e.trap_site(vm::TrapSite::memory);
  e.masm.mov(FloatWidth::v128, to.mem, from);
  e.values.release(value);
  e.values.release(index);
}

inline void emit_load_lane(Emitter& e, const LaneAccess& access, std::uint32_t size) {
  Value value = e.values.pop();
  Value index = e.values.pop();
  Xmm others = e.values.xmm(value);
  const Address from = address(e, index, access.memory, size);
  const Xmm to = e.destination(ValueType::v128, {}, value).xmm();
  if (!e.cpu.avx) move(e, to, others), others = to;  // before what may trap
  if (from.guarded) e.trap_site(vm::TrapSite::memory);
  insert(e, size * 8, to, others, from.mem, access.lane);
  e.finish(ValueType::v128, to, value, index);
}

inline void emit_store_lane(Emitter& e, const LaneAccess& access, std::uint32_t size) {
  Value value = e.values.pop();
  Value index = e.values.pop();
  const Xmm from = e.values.xmm(value);
  const Address to = address(e, index, access.memory, size);
  if (to.guarded) e.trap_site(vm::TrapSite::memory);
  if (access.lane == 0 && size >= 4) e.masm.mov(size == 4 ? FloatWidth::f32 : FloatWidth::f64, to.mem, from);
  else e.masm.sse(by_lane(size * 8, Packed::pextrb, Packed::pextrw, Packed::pextrd, Packed::pextrq), from, to.mem, access.lane);
  e.values.release(value);
  e.values.release(index);
}

template <Op op>
  requires(info(op).family == Family::simd_lane_memory)
void emit(Emitter& e, op_t<op>, const LaneAccess& access) {
  if constexpr (info(op).text.starts_with("v128.load")) emit_load_lane(e, access, vector_access_size(op));
  else emit_store_lane(e, access, vector_access_size(op));
}

}  // namespace wasmer::singlepass
