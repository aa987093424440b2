#pragma once
/// \file
/// Locals, globals, constants, drop and select.

#include <wasmer/backend/singlepass/control.hpp>

namespace wasmer::singlepass {

inline void emit(Emitter& e, op_t<Op::local_get>, std::uint32_t local) { e.values.push_local(local); }
inline void emit(Emitter& e, op_t<Op::local_set>, std::uint32_t local) { e.values.set_local(local, e.values.pop()); }
inline void emit(Emitter& e, op_t<Op::local_tee>, std::uint32_t local) {
  e.values.set_local(local, e.values.pop());
  e.values.push_local(local);
}

/// The place of a global's value. An imported mutable one is reached through `scratch`.
inline Mem global_place(Emitter& e, std::uint32_t global) {
  const Mem field = e.field(e.layout.global(global));
  if (vm::ContextLayout::access(e.module, global) == vm::GlobalAccess::inline_) return field;
  e.masm.mov(Width::w64, scratch, field);
  return {scratch, 0};
}

inline void emit(Emitter& e, op_t<Op::global_get>, std::uint32_t global) {
  const ValueType::Kind type = Values::kind_of(e.module.globals[global].type.value);
  const Reg to = e.destination(type, {});
  e.values.load(to, type, global_place(e, global));
  e.finish(type, to);
}

inline void emit(Emitter& e, op_t<Op::global_set>, std::uint32_t global) {
  Value value = e.values.pop();
  if (value.is_constant() && masm::Masm::fits32(static_cast<std::int64_t>(value.bits)))
    return e.values.store_constant(global_place(e, global), value.type, value.bits);
  const Reg from = e.values.reg(value);
  e.values.store(global_place(e, global), value.type, from);
  e.values.release(value);
}

inline void emit(Emitter& e, op_t<Op::i32_const>, std::int32_t value) { e.values.push_constant(ValueType::i32, static_cast<std::uint32_t>(value)); }
inline void emit(Emitter& e, op_t<Op::i64_const>, std::int64_t value) { e.values.push_constant(ValueType::i64, static_cast<std::uint64_t>(value)); }
inline void emit(Emitter& e, op_t<Op::f32_const>, F32 value) { e.values.push_constant(ValueType::f32, value.bits); }
inline void emit(Emitter& e, op_t<Op::f64_const>, F64 value) { e.values.push_constant(ValueType::f64, value.bits); }

inline void emit(Emitter& e, op_t<Op::drop>) { e.values.release(e.values.pop()); }

/// `select` of either kind; its type is resolved.
template <Op op>
  requires(op == Op::select || op == Op::select_t)
void emit(Emitter& e, op_t<op>, ValueType value_type) {
  Values& values = e.values;
  const ValueType::Kind type = Values::kind_of(value_type);
  // The operands are loaded first where the condition is a value; where it is in the flags, loading keeps them.
  const FlagTest test = take_condition(e);
  Value otherwise = values.pop();
  Value then = values.pop();
  const Reg no = values.reg(otherwise);
  values.pin(no);
  const Reg to = values.mutable_reg(then);
  if (is_in_vector(type) || test.parity != FlagTest::ignored) {
    Label keep;
    jump_if(e, test, keep);
    values.move_register(to, no, type);
    e.masm.bind(keep);
  } else {
    e.masm.cmov(width_of(type), masm::negate(test.condition), to.gp(), no.gp());
    if (type == ValueType::i32) values.clear_garbage_mark(to);  // a 32-bit cmov clears the upper half, moving or not
  }
  values.release(otherwise);
  values.push(type, to);
}

}  // namespace wasmer::singlepass
