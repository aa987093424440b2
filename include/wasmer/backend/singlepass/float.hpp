#pragma once
/// \file
/// Float arithmetic and comparison. AVX's three-operand forms are used where the CPU has them.

#include <bit>

#include <wasmer/backend/singlepass/call.hpp>

namespace wasmer::singlepass {

/// f32 or f64, by the instruction's text.
constexpr ValueType::Kind float_type(Op op) { return info(op).text.starts_with("f32") ? ValueType::f32 : ValueType::f64; }
constexpr std::uint64_t sign_bit(ValueType::Kind type) { return std::uint64_t{1} << (type == ValueType::f32 ? 31 : 63); }

/// `to` = the literal.
inline void load_literal(Emitter& e, FloatWidth width, Xmm to, std::uint64_t bits) {
  e.masm.float_literal(Masm::prefix(width), 0x10, to, e.literal(bits));
}

/// add, sub, mul, div.
inline void emit_float_binary(Emitter& e, masm::FloatOp op, ValueType::Kind type) {
  Values& values = e.values;
  const FloatWidth width = float_width_of(type);
  const bool commutes = op == masm::FloatOp::add || op == masm::FloatOp::mul;
  Value b = values.pop();
  Value a = values.pop();
  const Xmm x = values.xmm(a);
  if (b.is_constant()) {
    const Xmm to = e.destination(type, {}, a).xmm();
    values.move_register(to, x, type);
    e.masm.float_literal(Masm::prefix(width), static_cast<std::uint8_t>(op), to, e.literal(b.bits));
    return e.finish(type, to, a);
  }
  if (b.kind == Value::home) {
    const Xmm to = e.destination(type, {}, a).xmm();
    if (e.cpu.avx) e.masm.float_op(op, width, to, x, e.values.home(b.index));
    else values.move_register(to, x, type), e.masm.float_op(op, width, to, e.values.home(b.index));
    return e.finish(type, to, a);
  }
  const Xmm y = values.xmm(b);
  const RegSet avoid = commutes || e.cpu.avx || x == y ? RegSet{} : RegSet{y};
  const Xmm to = avoid.empty() ? e.destination(type, avoid, a, b).xmm() : e.destination(type, avoid, a).xmm();
  if (to == x) e.masm.float_op(op, width, to, y);
  else if (e.cpu.avx) e.masm.float_op(op, width, to, x, y);
  else if (to == y) e.masm.float_op(op, width, to, x);
  else e.masm.mov(to, x), e.masm.float_op(op, width, to, y);
  e.finish(type, to, a, b);
}

/// min, max: the instructions know neither NaN nor the order of zeros.
inline void emit_float_extremum(Emitter& e, bool is_min, ValueType::Kind type) {
  Values& values = e.values;
  const FloatWidth width = float_width_of(type);
  Value b = values.pop();
  Value a = values.pop();
  const Xmm y = values.xmm(b);
  const Reg to = values.mutable_reg(a);
  const Xmm x = to.xmm();
  e.masm.ucomis(width, x, y);
  const std::uint32_t unordered = e.masm.jcc_short(Condition::p);
  const std::uint32_t differ = e.masm.jcc_short(Condition::ne);
  e.masm.float_bits(is_min ? masm::FloatBits::or_ : masm::FloatBits::and_, x, y);
  const std::uint32_t done = e.masm.jmp_short();
  e.masm.bind_short(unordered);
  e.masm.float_op(masm::FloatOp::add, width, x, y);
  const std::uint32_t done_too = e.masm.jmp_short();
  e.masm.bind_short(differ);
  e.masm.float_op(is_min ? masm::FloatOp::min : masm::FloatOp::max, width, x, y);
  e.masm.bind_short(done);
  e.masm.bind_short(done_too);
  values.release(b);
  values.push(type, to);
}

inline void emit_copysign(Emitter& e, ValueType::Kind type) {
  Values& values = e.values;
  Value b = values.pop();
  Value a = values.pop();
  const Reg sign = values.mutable_reg(b);
  const Reg magnitude = values.mutable_reg(a);
  load_literal(e, float_width_of(type), float_scratch, sign_bit(type));
  e.masm.float_bits(masm::FloatBits::and_, sign.xmm(), float_scratch);
  e.masm.float_bits(masm::FloatBits::and_not, float_scratch, magnitude.xmm());
  e.masm.float_bits(masm::FloatBits::or_, sign.xmm(), float_scratch);
  values.release(magnitude);
  values.push(type, sign);
}

template <Op op>
  requires(info(op).family == Family::binary && info(op).text[0] == 'f')
void emit(Emitter& e, op_t<op>) {
  constexpr ValueType::Kind type = float_type(op);
  constexpr std::string_view name = info(op).text.substr(4);
  if constexpr (name == "add") emit_float_binary(e, masm::FloatOp::add, type);
  else if constexpr (name == "sub") emit_float_binary(e, masm::FloatOp::sub, type);
  else if constexpr (name == "mul") emit_float_binary(e, masm::FloatOp::mul, type);
  else if constexpr (name == "div") emit_float_binary(e, masm::FloatOp::div, type);
  else if constexpr (name == "copysign") emit_copysign(e, type);
  else emit_float_extremum(e, name == "min", type);
}

/// ceil, floor, trunc, nearest: one instruction, or a call where the CPU lacks it.
inline void emit_round(Emitter& e, ValueType::Kind type, std::string_view name) {
  using vm::Libcall;
  const unsigned which = name == "ceil" ? 0 : name == "floor" ? 1 : name == "trunc" ? 2 : 3;
  if (!e.cpu.sse41) {
    const Libcall libcall = static_cast<Libcall>(static_cast<unsigned>(type == ValueType::f32 ? Libcall::f32_ceil : Libcall::f64_ceil) + which);
    const ValueType types[] = {type};
    return emit_libcall(e, libcall, {}, types, types);
  }
  constexpr std::uint8_t modes[] = {10, 9, 11, 8};  // precision exceptions suppressed
  Value a = e.values.pop();
  const Xmm from = e.values.xmm(a);
  const Xmm to = e.destination(type, {}, a).xmm();
  e.masm.round(float_width_of(type), to, from, modes[which]);
  e.finish(type, to, a);
}

template <Op op>
  requires(info(op).family == Family::unary && info(op).text[0] == 'f')
void emit(Emitter& e, op_t<op>) {
  constexpr ValueType::Kind type = float_type(op);
  constexpr FloatWidth width = float_width_of(type);
  constexpr std::string_view name = info(op).text.substr(4);
  if constexpr (name == "ceil" || name == "floor" || name == "trunc" || name == "nearest") return emit_round(e, type, name);
  Value a = e.values.pop();
  if constexpr (name == "sqrt") {
    const Xmm from = e.values.xmm(a);
    const Xmm to = e.destination(type, {}, a).xmm();
    if (to != from) e.masm.zero(to);  // the instruction would wait for its old value
    e.masm.float_op(masm::FloatOp::sqrt, width, to, from);
    e.finish(type, to, a);
  } else {
    const Reg to = e.values.mutable_reg(a);
    load_literal(e, width, float_scratch, name == "abs" ? sign_bit(type) - 1 : sign_bit(type));
    e.masm.float_bits(name == "abs" ? masm::FloatBits::and_ : masm::FloatBits::xor_, to.xmm(), float_scratch);
    e.values.push(type, to);
  }
}

/// Comparisons leave the answer in the flags. "Above" and "above or equal" are false of unordered operands, so < and <= swap theirs.
template <Op op>
  requires(info(op).family == Family::compare && info(op).text[0] == 'f')
void emit(Emitter& e, op_t<op>) {
  constexpr ValueType::Kind type = float_type(op);
  constexpr std::string_view name = info(op).text.substr(4);
  Value b = e.values.pop();
  Value a = e.values.pop();
  if constexpr (name == "lt" || name == "le") std::swap(a, b);
  const Xmm x = e.values.xmm(a);
  if (b.kind == Value::home) e.masm.ucomis(float_width_of(type), x, e.values.home(b.index));
  else e.masm.ucomis(float_width_of(type), x, e.values.xmm(b));
  e.values.release(a);
  e.values.release(b);
  if constexpr (name == "eq") e.values.push_flags({Condition::e, FlagTest::excluded});
  else if constexpr (name == "ne") e.values.push_flags({Condition::ne, FlagTest::included});
  else e.values.push_flags({name == "lt" || name == "gt" ? Condition::a : Condition::ae, FlagTest::ignored});
}

}  // namespace wasmer::singlepass
