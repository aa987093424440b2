#pragma once
/// \file
/// Integer arithmetic and comparison.

#include <bit>

#include <wasmer/backend/singlepass/emitter.hpp>

namespace wasmer::singlepass {

/// i32 or i64, by the instruction's text.
constexpr ValueType::Kind integer_type(Op op) { return info(op).text.starts_with("i32") ? ValueType::i32 : ValueType::i64; }
/// The part of an instruction's text behind the dot.
constexpr std::string_view name_of(Op op) { return info(op).text.substr(4); }
constexpr std::uint64_t truncate(ValueType::Kind type, std::uint64_t bits) { return type == ValueType::i32 ? static_cast<std::uint32_t>(bits) : bits; }
/// A constant as an immediate operand, which instructions sign-extend.
constexpr std::int64_t as_immediate(ValueType::Kind type, std::uint64_t bits) {
  return type == ValueType::i32 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(bits)) : static_cast<std::int64_t>(bits);
}

/// add, and, or, xor, sub: to = a op b.
inline void emit_alu(Emitter& e, Alu op, ValueType::Kind type) {
  Values& values = e.values;
  const Width width = width_of(type);
  const bool commutes = op != Alu::sub;
  Value b = values.pop();
  Value a = values.pop();
  if (a.is_constant() && b.is_constant()) {
    const std::uint64_t x = a.bits, y = b.bits;
    const std::uint64_t result = op == Alu::add ? x + y : op == Alu::sub ? x - y : op == Alu::and_ ? (x & y) : op == Alu::or_ ? (x | y) : x ^ y;
    return values.push_constant(type, truncate(type, result));
  }
  if (commutes && a.is_constant()) std::swap(a, b);
  if (b.is_constant() && Masm::fits32(as_immediate(type, b.bits))) {
    const auto imm = static_cast<std::int32_t>(as_immediate(type, b.bits));
    const Gp from = values.gp(a);
    const Gp to = e.destination(type, {}, a).gp();
    if (to == from) e.masm.alu(op, width, to, imm);
    else if (op == Alu::add) e.masm.lea(width, to, Mem{from, imm});
    else if (op == Alu::sub && imm != INT32_MIN) e.masm.lea(width, to, Mem{from, -imm});
    else e.masm.mov(width, to, from), e.masm.alu(op, width, to, imm);
    values.clear_garbage_mark(to);
    return e.finish(type, to, a);
  }
  const Gp x = values.gp(a);
  if (b.kind == Value::home) {  // an operand in its home is read from there
    const Gp to = e.destination(type, {}, a).gp();
    values.move_register(to, x, type);
    e.masm.alu(op, width, to, e.values.home(b.index));
    values.clear_garbage_mark(to);
    return e.finish(type, to, a);
  }
  const Gp y = values.gp(b);
  const Reg result = commutes ? e.destination(type, {}, a, b) : e.destination(type, x == y ? RegSet{} : RegSet{y}, a);
  const Gp to = result.gp();
  if (to == x) e.masm.alu(op, width, to, y);
  else if (to == y) e.masm.alu(op, width, to, x);
  else if (op == Alu::add) e.masm.lea(width, to, Mem{x, 0, y});
  else e.masm.mov(width, to, x), e.masm.alu(op, width, to, y);
  values.clear_garbage_mark(to);
  e.finish(type, to, a, b);
}

inline void emit_multiply(Emitter& e, ValueType::Kind type) {
  Values& values = e.values;
  const Width width = width_of(type);
  Value b = values.pop();
  Value a = values.pop();
  if (a.is_constant() && b.is_constant()) return values.push_constant(type, truncate(type, a.bits * b.bits));
  if (a.is_constant()) std::swap(a, b);
  if (b.is_constant() && Masm::fits32(as_immediate(type, b.bits))) {
    const std::int64_t factor = as_immediate(type, b.bits);
    const Gp from = values.gp(a);
    const Gp to = e.destination(type, {}, a).gp();
    if (factor > 0 && std::has_single_bit(static_cast<std::uint64_t>(factor))) {
      values.move_register(to, from, type);
      if (factor != 1) e.masm.shift(masm::Shift::shl, width, to, static_cast<std::uint8_t>(std::countr_zero(static_cast<std::uint64_t>(factor))));
      else if (type == ValueType::i32) e.masm.mov(width, to, to);
    } else if (factor == 3 || factor == 5 || factor == 9) {
      e.masm.lea(width, to, Mem{from, 0, from, static_cast<std::uint8_t>(std::countr_zero(static_cast<std::uint64_t>(factor - 1)))});
    } else {
      e.masm.imul(width, to, from, static_cast<std::int32_t>(factor));
    }
    values.clear_garbage_mark(to);
    return e.finish(type, to, a);
  }
  const Gp x = values.gp(a);
  const Gp y = values.gp(b);
  const Gp to = e.destination(type, {}, a, b).gp();
  if (to == y) {
    e.masm.imul(width, to, x);
  } else {
    values.move_register(to, x, type);
    e.masm.imul(width, to, y);
  }
  values.clear_garbage_mark(to);
  e.finish(type, to, a, b);
}

constexpr std::uint64_t fold_shift(masm::Shift op, ValueType::Kind type, std::uint64_t value, std::uint64_t count) {
  const auto fold = [&](auto x, auto sign) -> std::uint64_t {
    using Unsigned = decltype(x);
    const int n = static_cast<int>(count & (sizeof(x) * 8 - 1));
    switch (op) {
      case masm::Shift::shl: return static_cast<Unsigned>(x << n);
      case masm::Shift::shr: return static_cast<Unsigned>(x >> n);
      case masm::Shift::sar: return static_cast<Unsigned>(static_cast<decltype(sign)>(x) >> n);
      case masm::Shift::rol: return std::rotl(x, n);
      case masm::Shift::ror: return std::rotr(x, n);
    }
    return 0;
  };
  return type == ValueType::i32 ? fold(static_cast<std::uint32_t>(value), std::int32_t{}) : fold(value, std::int64_t{});
}

inline void emit_shift(Emitter& e, masm::Shift op, ValueType::Kind type) {
  Values& values = e.values;
  const Width width = width_of(type);
  const unsigned bits = width == Width::w32 ? 32 : 64;
  Value count = values.pop();
  Value a = values.pop();
  if (count.is_constant()) {
    if (a.is_constant()) return values.push_constant(type, fold_shift(op, type, a.bits, count.bits));
    const auto n = static_cast<std::uint8_t>(count.bits & (bits - 1));
    const Gp from = values.gp(a);
    const Gp to = e.destination(type, {}, a).gp();
    if (e.cpu.bmi2 && to != from && (op == masm::Shift::rol || op == masm::Shift::ror)) {
      e.masm.rotate_to(width, to, from, static_cast<std::uint8_t>((op == masm::Shift::ror ? n : bits - n) & (bits - 1)));
    } else if (op == masm::Shift::shl && n == 1 && to != from) {
      e.masm.lea(width, to, Mem{from, 0, from});
    } else {
      values.move_register(to, from, type);
      if (n != 0) e.masm.shift(op, width, to, n);
      else if (type == ValueType::i32) e.masm.mov(width, to, to);
    }
    values.clear_garbage_mark(to);
    return e.finish(type, to, a);
  }
  if (e.cpu.bmi2 && op != masm::Shift::rol && op != masm::Shift::ror) {
    const Gp from = values.gp(a);
    const Gp by = values.gp(count);
    const Gp to = e.destination(type, {}, a, count).gp();
    e.masm.shift_to(op, width, to, from, by);
    values.clear_garbage_mark(to);
    return e.finish(type, to, a, count);
  }
  // The count goes to cl; what is shifted must lie elsewhere.
  e.masm.mov(Width::w32, scratch, values.gp(count));
  values.release(count);
  count.kind = Value::home;
  if (a.owns_register() && a.reg == Reg(Gp::rcx)) {
    const Gp other = values.allocate(general - RegSet{Gp::rcx}).gp();
    e.masm.mov(Width::w64, other, Gp::rcx);
    a.reg = other;
  } else {
    values.claim(Gp::rcx);
  }
  const Gp from = values.gp(a);
  const Gp to = e.destination(type, RegSet{Gp::rcx}, a).gp();
  values.move_register(to, from, type);
  e.masm.mov(Width::w32, Gp::rcx, scratch);
  e.masm.shift(op, width, to);
  values.release(Reg(Gp::rcx));
  values.clear_garbage_mark(to);
  e.finish(type, to, a);
}

/// div_s, div_u, rem_s, rem_u.
inline void emit_divide(Emitter& e, ValueType::Kind type, bool is_signed, bool remainder) {
  Values& values = e.values;
  const Width width = width_of(type);
  Value divisor = values.pop();
  Value a = values.pop();
  if (divisor.is_constant() && !is_signed && std::has_single_bit(divisor.bits)) {  // by a power of two
    const Gp from = values.gp(a);
    const Gp to = e.destination(type, {}, a).gp();
    const auto log2 = static_cast<std::uint8_t>(std::countr_zero(divisor.bits));
    if (!remainder) {
      values.move_register(to, from, type);
      if (log2 != 0) e.masm.shift(masm::Shift::shr, width, to, log2);
      else if (type == ValueType::i32) e.masm.mov(width, to, to);
    } else if (Masm::fits32(static_cast<std::int64_t>(divisor.bits - 1))) {
      values.move_register(to, from, type);
      e.masm.alu(Alu::and_, width, to, static_cast<std::int32_t>(divisor.bits - 1));
    } else {
      e.masm.mov(scratch, divisor.bits - 1);
      values.move_register(to, from, type);
      e.masm.alu(Alu::and_, width, to, scratch);
    }
    values.clear_garbage_mark(to);
    return e.finish(type, to, a);
  }
  const bool may_overflow = is_signed && (!divisor.is_constant() || as_immediate(type, divisor.bits) == -1);
  const bool may_be_zero = !divisor.is_constant() || divisor.bits == 0;
  e.masm.mov(width, scratch, values.gp(divisor));
  values.release(divisor);
  divisor.kind = Value::home;

  const bool in_place = a.owns_register() && a.reg == Reg(Gp::rax);
  if (!in_place) values.claim(Gp::rax);
  const Gp from = values.gp(a);
  if (from == Gp::rdx && a.owns_register()) {  // rdx is ours then
    e.masm.mov(width, Gp::rax, Gp::rdx);
  } else {
    values.pin(from);
    values.pin(Gp::rax);
    if (from == Gp::rdx) e.masm.mov(width, Gp::rax, from), values.claim(Gp::rdx);
    else values.claim(Gp::rdx), values.move_register(Gp::rax, from, type);
    if (!in_place) values.release(a);
  }
  a.kind = Value::home;

  std::uint32_t done = 0;
  if (may_overflow) {
    e.masm.alu(Alu::cmp, width, scratch, -1);
    const std::uint32_t safe = e.masm.jcc_short(Condition::ne);
    if (remainder) {
      e.masm.mov(Gp::rdx, 0);
      done = e.masm.jmp_short();
    } else {
      if (type == ValueType::i32) e.masm.alu(Alu::cmp, width, Gp::rax, INT32_MIN);
      else e.masm.mov(Gp::rdx, std::uint64_t{1} << 63), e.masm.alu(Alu::cmp, width, Gp::rax, Gp::rdx);
      e.trap_if(Condition::e, ErrorId::integer_overflow);
    }
    e.masm.bind_short(safe);
  }
  if (is_signed) e.masm.sign_to_rdx(width);
  else e.masm.alu(Alu::xor_, Width::w32, Gp::rdx, Gp::rdx);
  if (may_be_zero) e.trap_site(vm::TrapSite::division);
  e.masm.divide(width, is_signed, scratch);
  if (done != 0) e.masm.bind_short(done);
  const Gp result = remainder ? Gp::rdx : Gp::rax;
  values.release(Reg(remainder ? Gp::rax : Gp::rdx));
  values.clear_garbage_mark(result);
  values.push(type, Reg(result));
}

template <Op op>
  requires(info(op).family == Family::binary && info(op).text[0] == 'i')
void emit(Emitter& e, op_t<op>) {
  constexpr ValueType::Kind type = integer_type(op);
  constexpr std::string_view name = name_of(op);
  if constexpr (name == "add") emit_alu(e, Alu::add, type);
  else if constexpr (name == "sub") emit_alu(e, Alu::sub, type);
  else if constexpr (name == "and") emit_alu(e, Alu::and_, type);
  else if constexpr (name == "or") emit_alu(e, Alu::or_, type);
  else if constexpr (name == "xor") emit_alu(e, Alu::xor_, type);
  else if constexpr (name == "mul") emit_multiply(e, type);
  else if constexpr (name == "shl") emit_shift(e, masm::Shift::shl, type);
  else if constexpr (name == "shr_s") emit_shift(e, masm::Shift::sar, type);
  else if constexpr (name == "shr_u") emit_shift(e, masm::Shift::shr, type);
  else if constexpr (name == "rotl") emit_shift(e, masm::Shift::rol, type);
  else if constexpr (name == "rotr") emit_shift(e, masm::Shift::ror, type);
  else emit_divide(e, type, name.ends_with("_s"), name.starts_with("rem"));
}

/// The condition of an integer comparison.
constexpr Condition condition_of(std::string_view name) {
  if (name == "eq") return Condition::e;
  if (name == "ne") return Condition::ne;
  if (name == "lt_s") return Condition::l;
  if (name == "lt_u") return Condition::b;
  if (name == "gt_s") return Condition::g;
  if (name == "gt_u") return Condition::a;
  if (name == "le_s") return Condition::le;
  if (name == "le_u") return Condition::be;
  if (name == "ge_s") return Condition::ge;
  return Condition::ae;
}

/// Leaves the answer in the flags, for a branch or select that follows.
inline void emit_compare(Emitter& e, ValueType::Kind type, Condition condition) {
  Values& values = e.values;
  const Width width = width_of(type);
  Value b = values.pop();
  Value a = values.pop();
  if (a.is_constant() && !b.is_constant()) {
    std::swap(a, b);
    condition = masm::swap_operands(condition);
  }
  const bool immediate = b.is_constant() && Masm::fits32(as_immediate(type, b.bits));
  if (a.kind == Value::home && immediate) {
    e.masm.alu(Alu::cmp, width, e.values.home(a.index), static_cast<std::int32_t>(as_immediate(type, b.bits)));
  } else {
    const Gp x = values.gp(a);
    if (immediate && b.bits == 0) e.masm.test(width, x, x);
    else if (immediate) e.masm.alu(Alu::cmp, width, x, static_cast<std::int32_t>(as_immediate(type, b.bits)));
    else if (b.kind == Value::home) e.masm.alu(Alu::cmp, width, x, e.values.home(b.index));
    else e.masm.alu(Alu::cmp, width, x, values.gp(b));
  }
  values.release(a);
  values.release(b);
  values.push_flags({condition, FlagTest::ignored});
}

template <Op op>
  requires(info(op).family == Family::compare && info(op).text[0] == 'i')
void emit(Emitter& e, op_t<op>) {
  constexpr Condition condition = condition_of(name_of(op));
  emit_compare(e, integer_type(op), condition);
}

/// eqz: the negation of a comparison still in the flags, else a comparison with zero.
template <Op op>
  requires(op == Op::i32_eqz || op == Op::i64_eqz)
void emit(Emitter& e, op_t<op>) {
  constexpr Width width = width_of(integer_type(op));
  Value value = e.values.pop();
  if (value.kind == Value::flags) return e.values.push_flags(value.test.negated());
  if (value.kind == Value::home) {
    e.masm.alu(Alu::cmp, width, e.values.home(value.index), 0);
  } else {
    const Gp reg = e.values.gp(value);
    e.masm.test(width, reg, reg);
  }
  e.values.release(value);
  e.values.push_flags({Condition::e, FlagTest::ignored});
}

/// The number of leading or trailing zeros, without lzcnt and tzcnt: bsr and bsf leave their target alone when there is no bit at all.
inline void emit_bit_scan(Emitter& e, Width width, bool leading, Gp to, Gp from) {
  const unsigned bits = width == Width::w32 ? 32 : 64;
  e.masm.mov(scratch, leading ? 2 * bits - 1 : bits);
  e.masm.bit_scan(width, leading, to, from);
  e.masm.cmov(width, Condition::e, to, scratch);
  if (leading) e.masm.alu(Alu::xor_, width, to, static_cast<std::int32_t>(bits - 1));
}

/// The number of ones, without popcnt: sums of neighbouring fields of 1, 2 and 4 bits, then of all bytes by a multiplication.
inline void emit_population_count(Emitter& e, Width width, Gp to, Gp from) {
  const Gp mask = e.values.allocate_gp();
  const auto pattern = [&](std::uint64_t bits) { e.masm.mov(mask, width == Width::w32 ? bits & 0xFFFF'FFFF : bits); };
  e.masm.mov(width, to, from);
  pattern(0x5555'5555'5555'5555);
  e.masm.mov(width, scratch, to);
  e.masm.shift(masm::Shift::shr, width, scratch, 1);
  e.masm.alu(Alu::and_, width, scratch, mask);
  e.masm.alu(Alu::sub, width, to, scratch);
  pattern(0x3333'3333'3333'3333);
  e.masm.mov(width, scratch, to);
  e.masm.shift(masm::Shift::shr, width, scratch, 2);
  e.masm.alu(Alu::and_, width, scratch, mask);
  e.masm.alu(Alu::and_, width, to, mask);
  e.masm.alu(Alu::add, width, to, scratch);
  pattern(0x0F0F'0F0F'0F0F'0F0F);
  e.masm.mov(width, scratch, to);
  e.masm.shift(masm::Shift::shr, width, scratch, 4);
  e.masm.alu(Alu::add, width, to, scratch);
  e.masm.alu(Alu::and_, width, to, mask);
  pattern(0x0101'0101'0101'0101);
  e.masm.imul(width, to, mask);
  e.masm.shift(masm::Shift::shr, width, to, width == Width::w32 ? 24 : 56);
  e.values.release(Reg(mask));
}

/// Counts of zeros and ones, and sign extension within a register.
template <Op op>
  requires(info(op).family == Family::unary && info(op).text[0] == 'i')
void emit(Emitter& e, op_t<op>) {
  constexpr ValueType::Kind type = integer_type(op);
  constexpr Width width = width_of(type);
  constexpr std::string_view name = name_of(op);
  Value a = e.values.pop();
  const Gp from = e.values.gp(a);
  const Gp to = e.destination(type, {}, a).gp();
  if constexpr (name == "extend8_s") e.masm.extend(width, masm::Extend::sign8, to, from);
  else if constexpr (name == "extend16_s") e.masm.extend(width, masm::Extend::sign16, to, from);
  else if constexpr (name == "extend32_s") e.masm.extend(width, masm::Extend::sign32, to, from);
  else if constexpr (name == "clz") e.cpu.lzcnt ? e.masm.count(masm::Count::leading_zeros, width, to, from) : emit_bit_scan(e, width, true, to, from);
  else if constexpr (name == "ctz") e.cpu.bmi1 ? e.masm.count(masm::Count::trailing_zeros, width, to, from) : emit_bit_scan(e, width, false, to, from);
  else e.cpu.popcnt ? e.masm.count(masm::Count::ones, width, to, from) : emit_population_count(e, width, to, from);
  e.values.clear_garbage_mark(to);
  e.finish(type, to, a);
}

}  // namespace wasmer::singlepass
