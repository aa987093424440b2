#pragma once
/// \file
/// Calls through tables: the element's type is one comparison away, unless it may be a declared subtype of the one that is asked for.

#include <cstdint>

#include <wasmer/backend/singlepass/call.hpp>
#include <wasmer/backend/singlepass/cast.hpp>

namespace wasmer::singlepass {

/// The index of an indirect call waits in the scratch register until the element is known: saving survivors moves registers about.
inline void take_element_index(Emitter& e) {
  Value index = e.values.pop();
  const Gp at = e.values.gp(index);
  e.masm.mov(width_of(index.type), scratch, at);
  e.values.release(index);
}

/// The function reference at the index in the scratch register to `memory_register`, its type checked.
inline void load_element(Emitter& e, IndexPair type_and_table) {
  const std::int32_t table = e.layout.table(type_and_table.second);
  e.need_context();
  e.masm.alu(Alu::cmp, Width::w64, scratch, Mem{context_register, table + vm::offset::view_length});
  e.trap_if(Condition::ae, ErrorId::undefined_element);
  e.masm.mov(Width::w64, memory_register, Mem{context_register, table + vm::offset::view_pointer});
  e.masm.mov(Width::w64, memory_register, Mem{memory_register, 0, scratch, 3});
  e.masm.test(Width::w64, memory_register, memory_register);
  e.trap_if(Condition::e, ErrorId::uninitialized_element);
  e.masm.mov(Width::w32, scratch, Mem{context_register, e.layout.type_id(type_and_table.first)});
  e.masm.alu(Alu::cmp, Width::w32, scratch, Mem{memory_register, vm::offset::func_ref_type});
  e.trap_if(Condition::ne, ErrorId::indirect_call_type_mismatch);
}

/// A type that others may be below: the element becomes a callee on the stack, which is tested as a cast is.
inline void push_tested_element(Emitter& e, IndexPair type_and_table) {
  Value index = e.values.pop();
  const Mem from = table_place(e, type_and_table.second, index, ErrorId::undefined_element);
  const Gp element = e.values.allocate_gp();
  e.masm.mov(Width::w64, element, from);
  e.masm.test(Width::w64, element, element);
  e.trap_if(Condition::e, ErrorId::uninitialized_element);
  e.values.release(index);
  e.values.push(ValueType::ref_null, element);
  emit_test(e, HeapType::index(type_and_table.first), false);
  e.trap_if(Condition::e, ErrorId::indirect_call_type_mismatch);
}

inline bool has_subtypes(const Emitter& e, IndexPair type_and_table) { return !e.module.types[type_and_table.first].is_final; }

inline void emit(Emitter& e, op_t<Op::call_indirect>, IndexPair type_and_table) {
  if (has_subtypes(e, type_and_table)) [[unlikely]]
    return push_tested_element(e, type_and_table), emit(e, op_t<Op::call_ref>{}, type_and_table.first);
  save_for_handlers(e);
  take_element_index(e);
  CallSequence call(e, e.module.types[type_and_table.first].function);
  call.save_survivors();
  load_element(e, type_and_table);
  call_func_ref(e, call);
}

}  // namespace wasmer::singlepass
