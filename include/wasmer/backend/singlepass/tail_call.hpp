#pragma once
/// \file
/// Tail calls: the callee takes the caller's place. Arguments are in registers or below the callee's context and never on the machine stack, so a frame
/// gives way by an epilogue and a jump, whatever the two functions' types are. Which callee-saved registers a frame has kept is known when its body ends:
/// the epilogues of tail calls stand there, out of line.

#include <wasmer/backend/singlepass/indirect_call.hpp>

namespace wasmer::singlepass {

/// Through the pair {entry, context} at [`memory_register`].
inline void tail_call_func_ref(Emitter& e, CallSequence& call) {
  e.masm.mov(Width::w64, context_register, Mem{memory_register, vm::offset::func_ref_context});
  call.pass_arguments();
  e.masm.mov(Width::w64, memory_register, Mem{memory_register, vm::offset::func_ref_entry});
  e.masm.jmp(e.tail_call(Emitter::computed_callee));
}

inline void emit(Emitter& e, op_t<Op::return_call>, std::uint32_t function) {
  CallSequence call(e, e.module.function_type(function), CallSequence::tail);
  const bool imported = function < e.module.imported_functions;
  if (imported) load_import(e, function);
  else e.need_context();
  call.pass_arguments();
  e.masm.jmp(e.tail_call(imported ? Emitter::computed_callee : function));
}

inline void emit(Emitter& e, op_t<Op::return_call_ref>, std::uint32_t type) {
  take_callee(e);
  CallSequence call(e, e.module.types[type].function, CallSequence::tail);
  tail_call_func_ref(e, call);
}

inline void emit(Emitter& e, op_t<Op::return_call_indirect>, IndexPair type_and_table) {
  if (has_subtypes(e, type_and_table)) [[unlikely]]
    return push_tested_element(e, type_and_table), emit(e, op_t<Op::return_call_ref>{}, type_and_table.first);
  take_element_index(e);
  CallSequence call(e, e.module.types[type_and_table.first].function, CallSequence::tail);
  load_element(e, type_and_table);
  tail_call_func_ref(e, call);
}

}  // namespace wasmer::singlepass
