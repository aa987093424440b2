#pragma once
/// \file
/// Casts and tests of references, i31, and the conversions between hierarchies. A structure's or array's type has the ids of its supertypes by depth: whether
/// an object is of a type is one comparison.

#include <cstdint>

#include <wasmer/backend/singlepass/structure.hpp>

namespace wasmer::singlepass {

/// How many supertypes a type of the module has.
inline std::uint32_t depth_of(const Module& module, std::uint32_t type) {
  std::uint32_t depth = 0;
  for (; module.types[type].supertype; type = *module.types[type].supertype) ++depth;
  return depth;
}

/// The topmost operand a second time.
inline void push_copy(Emitter& e) {
  Value value = e.values.pop();
  const Gp from = e.values.gp(value);
  e.values.pin(from);
  const Gp copy = e.values.allocate_gp();
  e.masm.mov(Width::w64, copy, from);
  push_again(e, value);
  e.values.push(ValueType::ref_null, copy);
}

/// The object in `scratch` (as its type) is of the module's type `index`: equal means so. Jumps to `otherwise`, with 0 in `scratch`, if it cannot be.
inline void compare_type(Emitter& e, std::uint32_t index, Label& otherwise) {
  const std::uint32_t depth = depth_of(e.module, index);
  if (depth < vm::CanonicalType::near_depth) {
    e.masm.mov(Width::w32, scratch, Mem{scratch, vm::offset::type_near + 4 * static_cast<std::int32_t>(depth)});
  } else {
    const Gp type = memory_register;
    e.masm.mov(Width::w64, type, scratch);
    e.masm.mov(scratch, 0);
    e.masm.alu(Alu::cmp, Width::w32, Mem{type, vm::offset::type_depth}, static_cast<std::int32_t>(depth));
    e.masm.jcc(Condition::b, otherwise);
    e.masm.mov(Width::w64, type, Mem{type, vm::offset::type_all});
    e.masm.mov(Width::w32, scratch, Mem{type, 4 * static_cast<std::int32_t>(depth)});
  }
  e.masm.alu(Alu::cmp, Width::w32, scratch, Mem{context_register, e.layout.type_id(index)});
}

/// `scratch` = whether the reference in `reg`, which is not null, is of heap type `type`. No registers change but the scratch ones.
inline void test_not_null(Emitter& e, Gp reg, HeapType type, Label& done) {
  const bool is_definition = type.is_index();
  if (is_definition && e.module.types[type.index()].kind == CompositeKind::function) {
    e.masm.mov(Width::w32, scratch, Mem{reg, vm::offset::func_ref_type});
    e.masm.alu(Alu::cmp, Width::w32, scratch, Mem{context_register, e.layout.type_id(type.index())});
    return e.masm.set(Condition::e, scratch);
  }
  const auto is_kind = [&](Condition condition, vm::ObjectKind kind) {
    e.masm.alu(Alu::cmp, Width::w32, Mem{scratch, vm::offset::type_kind}, static_cast<std::int32_t>(kind));
    e.masm.set(condition, scratch);
  };
  const auto load_type = [&](bool if_i31) {
    e.masm.mov(scratch, if_i31 ? 1 : 0);
    e.masm.test(Width::w32, reg, 1);
    e.masm.jcc(Condition::ne, done);
    e.masm.mov(Width::w64, scratch, Mem{reg, vm::offset::object_type});
  };
  if (is_definition) {
    load_type(false);
    compare_type(e, type.index(), done);
    return e.masm.set(Condition::e, scratch);
  }
  switch (type.abstract()) {
    case HeapType::i31:
      e.masm.mov(Width::w32, scratch, reg);
      return e.masm.alu(Alu::and_, Width::w32, scratch, 1);
    case HeapType::eq: return load_type(true), is_kind(Condition::b, vm::ObjectKind::host);
    case HeapType::struct_: return load_type(false), is_kind(Condition::e, vm::ObjectKind::structure);
    case HeapType::array: return load_type(false), is_kind(Condition::e, vm::ObjectKind::array);
    case HeapType::any:
    case HeapType::func:
    case HeapType::extern_:
    case HeapType::exn: return e.masm.mov(scratch, 1);
    default: return e.masm.mov(scratch, 0);  // the empty types
  }
}

/// Compares the type of the reference on the stack, which stays: not equal means that it matches.
inline void emit_test(Emitter& e, HeapType type, bool nullable) {
  const bool is_definition = type.is_index();
  const bool has_subtypes = is_definition && e.module.types[type.index()].kind == CompositeKind::function && !e.module.types[type.index()].is_final;
  if (has_subtypes) {
    // The runtime knows the supertypes of functions' types.
    push_copy(e);
    emit_libcall(e, vm::Libcall::function_test, {type.index(), nullable ? 1u : 0u}, operands<1>, types::i32);
    Value answer = e.values.pop();
    const Gp reg = e.values.gp(answer);
    e.masm.test(Width::w32, reg, reg);
    return e.values.release(answer);
  }
  Value value = e.values.pop();
  const Gp reg = e.values.gp(value);
  if (is_definition) e.need_context();
  if (is_definition && depth_of(e.module, type.index()) >= vm::CanonicalType::near_depth) e.memory_valid = false;
  Label done;
  e.masm.mov(scratch, nullable ? 1 : 0);
  e.masm.test(Width::w64, reg, reg);
  e.masm.jcc(Condition::e, done);
  test_not_null(e, reg, type, done);
  e.masm.bind(done);
  e.masm.test(Width::w32, scratch, scratch);
  push_again(e, value);
}

template <Op op>
  requires(op == Op::ref_test || op == Op::ref_test_null)
void emit(Emitter& e, op_t<op>, HeapType type) {
  emit_test(e, type, op == Op::ref_test_null);
  e.values.release(e.values.pop());
  e.values.push_flags({Condition::ne, FlagTest::ignored});
}
template <Op op>
  requires(op == Op::ref_cast || op == Op::ref_cast_null)
void emit(Emitter& e, op_t<op>, HeapType type) {
  emit_test(e, type, op == Op::ref_cast_null);
  e.trap_if(Condition::e, ErrorId::cast_failure);
}
inline void emit(Emitter& e, op_t<Op::br_on_cast>, Cast cast) {
  emit_test(e, cast.to.heap(), cast.to.is_nullable());
  jump_to_if(e, {Condition::ne, FlagTest::ignored}, e.control(cast.depth));
}
inline void emit(Emitter& e, op_t<Op::br_on_cast_fail>, Cast cast) {
  emit_test(e, cast.to.heap(), cast.to.is_nullable());
  jump_to_if(e, {Condition::e, FlagTest::ignored}, e.control(cast.depth));
}

inline void emit(Emitter& e, op_t<Op::ref_eq>) {
  Value b = e.values.pop();
  Value a = e.values.pop();
  const Gp right = e.values.gp(b);
  e.values.pin(right);
  e.masm.alu(Alu::cmp, Width::w64, e.values.gp(a), right);
  e.values.release(a);
  e.values.release(b);
  e.values.push_flags({Condition::e, FlagTest::ignored});
}

inline void emit(Emitter& e, op_t<Op::ref_i31>) {
  Value value = e.values.pop();
  const Gp from = e.values.gp(value);
  const Reg to = e.destination(ValueType::ref_null, {}, value);
  e.masm.lea(Width::w32, to.gp(), Mem{from, 1, from, 0});
  e.finish(ValueType::ref_null, to, value);
}
template <Op op>
  requires(op == Op::i31_get_s || op == Op::i31_get_u)
void emit(Emitter& e, op_t<op>) {
  Value value = e.values.pop();
  not_null(e, value, ErrorId::null_i31_reference);
  const Reg to = e.values.mutable_reg(value);
  e.masm.shift(op == Op::i31_get_s ? masm::Shift::sar : masm::Shift::shr, Width::w32, to.gp(), 1);
  e.values.push(ValueType::i32, to);
}

/// Calls a conversion of the runtime.
inline void emit_conversion(Emitter& e, vm::Libcall libcall) {
  emit_libcall(e, libcall, {}, operands<1>, types::ref);
  e.masm.alu(Alu::cmp, Width::w64, Gp::rax, -1);
  e.trap_if(Condition::e, ErrorId::out_of_memory);
}
inline void emit(Emitter& e, op_t<Op::any_convert_extern>) { emit_conversion(e, vm::Libcall::any_convert_extern); }
inline void emit(Emitter& e, op_t<Op::extern_convert_any>) { emit_conversion(e, vm::Libcall::extern_convert_any); }

}  // namespace wasmer::singlepass
