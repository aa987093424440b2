#pragma once
/// \file
/// Conversions between the number types.

#include <wasmer/backend/singlepass/float.hpp>
#include <wasmer/backend/singlepass/integer.hpp>

namespace wasmer::singlepass {

/// What is left after a conversion found that a float does not fit: a trap that says why, or the nearest value.
inline void emit_conversion_trap(Emitter& e, FloatWidth width, Xmm from) {
  e.masm.ucomis(width, from, from);
  e.trap_if(Condition::p, ErrorId::invalid_conversion_to_integer);
  e.trap(ErrorId::integer_overflow);
}

/// i32.trunc_*_s, i64.trunc_*_s. The instruction answers with the least integer to all that do not fit; one such input does.
inline void emit_truncate_signed(Emitter& e, ValueType::Kind to_type, ValueType::Kind from_type, bool saturate, Gp to, Xmm from) {
  const Width width = width_of(to_type);
  const FloatWidth float_width = float_width_of(from_type);
  e.masm.float_to_integer(float_width, width, to, from);
  e.masm.alu(Alu::cmp, width, to, 1);
  const std::uint32_t fits = e.masm.jcc_short(Condition::no);
  if (saturate) {
    e.masm.zero(float_scratch);
    e.masm.ucomis(float_width, from, float_scratch);
    const std::uint32_t negative = e.masm.jcc_short(Condition::b);  // of NaN too
    e.masm.mov(to, to_type == ValueType::i32 ? 0x7FFF'FFFF : 0x7FFF'FFFF'FFFF'FFFF);
    e.masm.bind_short(negative);
    const std::uint32_t ordered = e.masm.jcc_short(Condition::np);
    e.masm.mov(to, 0);
    e.masm.bind_short(ordered);
  } else {
    // The greatest float below the range: exact where the mantissa has room for one more bit than the integer.
    const bool exact = to_type == ValueType::i32 && from_type == ValueType::f64;
    const double bound = to_type == ValueType::i32 ? (exact ? -2147483649.0 : -2147483648.0) : -9223372036854775808.0;
    load_literal(e, float_width, float_scratch,
                 from_type == ValueType::f32 ? std::bit_cast<std::uint32_t>(static_cast<float>(bound)) : std::bit_cast<std::uint64_t>(bound));
    e.masm.ucomis(float_width, from, from);
    e.trap_if(Condition::p, ErrorId::invalid_conversion_to_integer);
    e.masm.ucomis(float_width, from, float_scratch);
    e.trap_if(exact ? Condition::be : Condition::b, ErrorId::integer_overflow);
    e.masm.zero(float_scratch);
    e.masm.ucomis(float_width, from, float_scratch);
    e.trap_if(Condition::a, ErrorId::integer_overflow);
  }
  e.masm.bind_short(fits);
}

/// i32.trunc_*_u: by way of 64 bits.
inline void emit_truncate_unsigned32(Emitter& e, ValueType::Kind from_type, bool saturate, Gp to, Xmm from) {
  const FloatWidth float_width = float_width_of(from_type);
  e.masm.float_to_integer(float_width, Width::w64, to, from);
  e.masm.mov(Width::w32, scratch, to);
  e.masm.alu(Alu::cmp, Width::w64, scratch, to);
  const std::uint32_t fits = e.masm.jcc_short(Condition::e);
  if (saturate) {
    e.masm.zero(float_scratch);
    e.masm.mov(to, 0);
    e.masm.ucomis(float_width, from, float_scratch);
    const std::uint32_t not_positive = e.masm.jcc_short(Condition::be);  // of NaN too
    e.masm.mov(to, 0xFFFF'FFFF);
    e.masm.bind_short(not_positive);
  } else {
    emit_conversion_trap(e, float_width, from);
  }
  e.masm.bind_short(fits);
}

/// i64.trunc_*_u: what is beyond 2^63 is converted less that much.
inline void emit_truncate_unsigned64(Emitter& e, ValueType::Kind from_type, bool saturate, Gp to, Xmm from) {
  const FloatWidth float_width = float_width_of(from_type);
  const std::uint64_t two_63 = from_type == ValueType::f32 ? std::bit_cast<std::uint32_t>(9223372036854775808.0f) : std::bit_cast<std::uint64_t>(9223372036854775808.0);
  const Xmm rest = e.values.allocate_xmm();
  load_literal(e, float_width, float_scratch, two_63);
  e.masm.ucomis(float_width, from, float_scratch);
  const std::uint32_t big = e.masm.jcc_short(Condition::ae);
  e.masm.float_to_integer(float_width, Width::w64, to, from);
  e.masm.test(Width::w64, to, to);
  const std::uint32_t fits = e.masm.jcc_short(Condition::ns);
  const std::uint32_t bad = e.masm.jmp_short();
  e.masm.bind_short(big);
  e.masm.mov(rest, from);
  e.masm.float_op(masm::FloatOp::sub, float_width, rest, float_scratch);
  e.masm.float_to_integer(float_width, Width::w64, to, rest);
  e.masm.mov(scratch, std::uint64_t{1} << 63);
  e.masm.alu(Alu::xor_, Width::w64, to, scratch);
  const std::uint32_t fits_too = e.masm.jcc_short(Condition::s);
  e.masm.bind_short(bad);
  if (saturate) {
    e.masm.zero(float_scratch);
    e.masm.mov(to, 0);
    e.masm.ucomis(float_width, from, float_scratch);
    const std::uint32_t not_positive = e.masm.jcc_short(Condition::be);
    e.masm.mov(to, ~std::uint64_t{0});
    e.masm.bind_short(not_positive);
  } else {
    emit_conversion_trap(e, float_width, from);
  }
  e.masm.bind_short(fits);
  e.masm.bind_short(fits_too);
  e.values.release(Reg(rest));
}

inline void emit_truncate(Emitter& e, ValueType::Kind to_type, ValueType::Kind from_type, bool is_signed, bool saturate) {
  Value a = e.values.pop();
  const Xmm from = e.values.xmm(a);
  e.values.pin(from);
  const Gp to = e.destination(to_type, {}).gp();
  if (is_signed) emit_truncate_signed(e, to_type, from_type, saturate, to, from);
  else if (to_type == ValueType::i32) emit_truncate_unsigned32(e, from_type, saturate, to, from);
  else emit_truncate_unsigned64(e, from_type, saturate, to, from);
  e.finish(to_type, to, a);
}

/// f32.convert_*, f64.convert_*.
inline void emit_convert(Emitter& e, ValueType::Kind to_type, ValueType::Kind from_type, bool is_signed) {
  Value a = e.values.pop();
  const FloatWidth float_width = float_width_of(to_type);
  const Gp from = is_signed ? e.values.gp(a) : e.values.gp_extended(a);
  const Xmm to = e.destination(to_type, {}).xmm();
  if (is_signed || from_type == ValueType::i32) {
    e.masm.integer_to_float(float_width, is_signed ? width_of(from_type) : Width::w64, to, from);
  } else {
    // Half of what does not fit a signed integer, its lost bit kept for rounding, then twice that.
    e.masm.test(Width::w64, from, from);
    const std::uint32_t big = e.masm.jcc_short(Condition::s);
    e.masm.integer_to_float(float_width, Width::w64, to, from);
    const std::uint32_t done = e.masm.jmp_short();
    e.masm.bind_short(big);
    const Gp low = memory_register;
    e.memory_valid = false;
    e.masm.mov(Width::w64, scratch, from);
    e.masm.mov(Width::w32, low, from);
    e.masm.shift(masm::Shift::shr, Width::w64, scratch, 1);
    e.masm.alu(Alu::and_, Width::w32, low, 1);
    e.masm.alu(Alu::or_, Width::w64, scratch, low);
    e.masm.integer_to_float(float_width, Width::w64, to, scratch);
    e.masm.float_op(masm::FloatOp::add, float_width, to, to);
    e.masm.bind_short(done);
  }
  e.finish(to_type, to, a);
}

template <Op op>
  requires(info(op).family == Family::convert)
void emit(Emitter& e, op_t<op>) {
  constexpr auto kind = [](std::string_view text) {
    return text == "i32" ? ValueType::i32 : text == "i64" ? ValueType::i64 : text == "f32" ? ValueType::f32 : ValueType::f64;
  };
  constexpr std::string_view text = info(op).text;
  constexpr std::string_view name = text.substr(4);
  constexpr ValueType::Kind to_type = kind(text.substr(0, 3));
  constexpr ValueType::Kind from_type = kind(text.substr(text.find('_', name.starts_with("trunc_sat") ? 13 : 4) + 1, 3));
  constexpr bool is_signed = name.ends_with("_s");
  if constexpr (name.starts_with("trunc")) {
    emit_truncate(e, to_type, from_type, is_signed, name.starts_with("trunc_sat"));
  } else if constexpr (name.starts_with("convert")) {
    emit_convert(e, to_type, from_type, is_signed);
  } else {
    Value a = e.values.pop();
    if constexpr (name == "wrap_i64") {
      if (a.is_constant()) return e.values.push_constant(ValueType::i32, static_cast<std::uint32_t>(a.bits));
      if (a.kind == Value::home) {  // its lower half is all that is needed
        const Reg to = e.destination(ValueType::i32, {});
        e.masm.mov(Width::w32, to.gp(), e.values.home(a.index));
        return e.finish(ValueType::i32, to);
      }
      const Gp from = e.values.gp(a);
      const Gp to = e.destination(ValueType::i32, {}, a).gp();
      if (to == from) e.values.set_garbage(to);
      else e.masm.mov(Width::w32, to, from);
      return e.finish(ValueType::i32, to, a);
    } else if constexpr (name == "extend_i32_u" || name == "extend_i32_s") {
      if (a.is_constant())
        return e.values.push_constant(ValueType::i64, is_signed ? static_cast<std::uint64_t>(as_immediate(ValueType::i32, a.bits)) : static_cast<std::uint32_t>(a.bits));
      const Gp from = e.values.gp(a);
      const bool extended = !e.values.has_garbage(from);
      const Gp to = e.destination(ValueType::i64, {}, a).gp();
      if (is_signed) e.masm.extend(Width::w64, masm::Extend::sign32, to, from);
      else if (to != from || !extended) e.masm.mov(Width::w32, to, from);
      e.values.clear_garbage_mark(to);
      return e.finish(ValueType::i64, to, a);
    } else if constexpr (name == "promote_f32" || name == "demote_f64") {
      const Xmm from = e.values.xmm(a);
      const Xmm to = e.destination(to_type, {}, a).xmm();
      if (to != from) e.masm.zero(to);
      e.masm.float_op(masm::FloatOp::convert, float_width_of(from_type), to, from);
      return e.finish(to_type, to, a);
    } else {  // reinterpret
      if (a.is_constant()) return e.values.push_constant(to_type, a.bits);
      if (a.kind == Value::home) {
        const Reg to = e.destination(to_type, {});
        e.values.load(to, to_type, e.values.home(a.index));
        return e.finish(to_type, to);
      }
      const Reg from = e.values.reg(a);
      const Reg to = e.destination(to_type, {});
      constexpr Width width = to_type == ValueType::i32 || to_type == ValueType::f32 ? Width::w32 : Width::w64;
      if constexpr (is_float(to_type)) e.masm.mov_bits(width, to.xmm(), from.gp());
      else e.masm.mov_bits(width, to.gp(), from.xmm());
      return e.finish(to_type, to, a);
    }
  }
}

}  // namespace wasmer::singlepass
