#pragma once
/// \file
/// Vectors as 128 bits: the instructions of `v128` that know no lanes.

#include <wasmer/backend/singlepass/simd.hpp>

namespace wasmer::singlepass {

inline void emit(Emitter& e, op_t<Op::v128_const>, const V128& value) { e.values.push_constant(ValueType::v128, e.vectors.add(value)); }

inline void emit(Emitter& e, op_t<Op::v128_and>) { emit_packed(e, Packed::pand, Order::either); }
inline void emit(Emitter& e, op_t<Op::v128_or>) { emit_packed(e, Packed::por, Order::either); }
inline void emit(Emitter& e, op_t<Op::v128_xor>) { emit_packed(e, Packed::pxor, Order::either); }
inline void emit(Emitter& e, op_t<Op::v128_andnot>) { emit_packed(e, Packed::pandn, Order::swapped); }

inline void emit(Emitter& e, op_t<Op::v128_not>) {
  map_one(e, Overwrite::may, [&](Xmm to, Xmm x) {
    fill_with_ones(e, float_scratch);
    packed(e, Packed::pxor, to, x, float_scratch);
  });
}

/// The bits of x where the mask is set, those of y where it is not.
inline void emit_bitselect(Emitter& e) {
  if (e.cpu.avx512) {
    constexpr std::uint8_t choose = 0xCA;  // to ? x : y
    Value mask = e.values.pop();
    Value b = e.values.pop();
    Value a = e.values.pop();
    const Xmm x = e.values.xmm(a);
    const Xmm y = e.values.xmm(b);
    const Reg to = e.values.mutable_reg(mask);
    e.masm.ternary_logic(to.xmm(), x, y, choose);
    return e.finish(ValueType::v128, to, a, b, mask);
  }
  map_three(e, Overwrite::may, [&](Xmm to, Xmm x, Xmm y, Xmm mask) {
    packed(e, Packed::pandn, float_scratch, mask, y);
    packed_either(e, Packed::pand, to, x, mask);
    packed(e, Packed::por, to, to, float_scratch);
  });
}
inline void emit(Emitter& e, op_t<Op::v128_bitselect>) { emit_bitselect(e); }

inline void emit(Emitter& e, op_t<Op::v128_any_true>) {
  Value a = e.values.pop();
  const Xmm x = e.values.xmm(a);
  e.masm.sse(Packed::ptest, x, x);
  e.values.release(a);
  e.values.push_flags({Condition::ne, FlagTest::ignored});
}

}  // namespace wasmer::singlepass
