#pragma once
/// \file
/// Arithmetic on 128 bits, in pairs of i64s: the lower half is the first operand or result of each pair.

#include <utility>

#include <wasmer/backend/singlepass/emitter.hpp>

namespace wasmer::singlepass {

/// to op= from. Keeps the carry where there is one to come: what is loaded here is loaded by moves.
inline void emit_carrying(Emitter& e, Alu op, Gp to, Value& from) {
  if (from.is_constant() && Masm::fits32(static_cast<std::int64_t>(from.bits))) e.masm.alu(op, Width::w64, to, static_cast<std::int32_t>(from.bits));
  else if (from.kind == Value::home) e.masm.alu(op, Width::w64, to, e.values.home(from.index));
  else e.masm.alu(op, Width::w64, to, e.values.gp(from));
}

template <Op op>
  requires(op == Op::i64_add128 || op == Op::i64_sub128)
void emit(Emitter& e, op_t<op>) {
  constexpr bool adds = op == Op::i64_add128;
  Values& values = e.values;
  Value high2 = values.pop(), low2 = values.pop(), high1 = values.pop(), low1 = values.pop();
  if (adds && !low1.owns_register() && low2.owns_register()) std::swap(low1, low2);
  if (adds && !high1.owns_register() && high2.owns_register()) std::swap(high1, high2);
  const Reg low = values.mutable_reg(low1), high = values.mutable_reg(high1);
  emit_carrying(e, adds ? Alu::add : Alu::sub, low.gp(), low2);
  emit_carrying(e, adds ? Alu::adc : Alu::sbb, high.gp(), high2);
  values.release(low2);
  values.release(high2);
  values.push(ValueType::i64, low);
  values.push(ValueType::i64, high);
}

template <Op op>
  requires(op == Op::i64_mul_wide_s || op == Op::i64_mul_wide_u)
void emit(Emitter& e, op_t<op>) {
  Values& values = e.values;
  values.claim(Gp::rax);
  values.claim(Gp::rdx);
  Value b = values.pop(), a = values.pop();
  if (a.kind == Value::home) std::swap(a, b);
  const Gp factor = values.gp(b);
  values.pin(factor);
  values.copy_to(Gp::rax, a);
  e.masm.multiply(op == Op::i64_mul_wide_s, factor);
  values.release(a);
  values.release(b);
  values.push(ValueType::i64, Reg(Gp::rax));
  values.push(ValueType::i64, Reg(Gp::rdx));
}

}  // namespace wasmer::singlepass
