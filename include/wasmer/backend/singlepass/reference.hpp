#pragma once
/// \file
/// Tests of references for null.

#include <wasmer/backend/singlepass/control.hpp>

namespace wasmer::singlepass {

/// Puts an operand back that was taken off the stack and into a register.
inline void push_again(Emitter& e, const Value& value) {
  if (value.kind == Value::local) e.values.push_local(value.index);
  else e.values.push(value.type, value.reg);
}

/// Takes the topmost reference, and compares it with null: equal means null.
inline Value take_tested(Emitter& e) {
  Value value = e.values.pop();
  const Gp reg = e.values.gp(value);
  e.masm.test(Width::w64, reg, reg);
  return value;
}

inline void emit(Emitter& e, op_t<Op::ref_is_null>) {
  e.values.release(take_tested(e));
  e.values.push_flags({Condition::e, FlagTest::ignored});
}

inline void emit(Emitter& e, op_t<Op::ref_as_non_null>) {
  const Value value = take_tested(e);
  e.trap_if(Condition::e, ErrorId::null_reference);
  push_again(e, value);
}

inline void emit(Emitter& e, op_t<Op::br_on_null>, std::uint32_t depth) {
  const Value value = take_tested(e);
  jump_to_if(e, {Condition::e, FlagTest::ignored}, e.control(depth));
  push_again(e, value);
}

inline void emit(Emitter& e, op_t<Op::br_on_non_null>, std::uint32_t depth) {
  push_again(e, take_tested(e));
  jump_to_if(e, {Condition::ne, FlagTest::ignored}, e.control(depth));
  e.values.truncate(e.values.height() - 1);
}

}  // namespace wasmer::singlepass
