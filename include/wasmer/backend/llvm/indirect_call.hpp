#pragma once
/// \file
/// Calls through tables: the element's type is one comparison away, unless it may be a declared subtype of the one that is asked for.

#include <cstdint>

#include <wasmer/backend/llvm/cast.hpp>
#include <wasmer/backend/llvm/table.hpp>

namespace wasmer::llvm_backend {

/// The function that the index on the stack chooses, its type checked.
inline Callee take_element(Emitter& e, IndexPair type_and_table) {
  const auto [type, table] = type_and_table;
  llvm::Value* const place = table_place(e, table, e.pop(), ErrorId::undefined_element);
  llvm::Value* const element = e.load(e.types.i64, place, e.alias.element, 8);
  e.trap_if(is_null(e, element), ErrorId::uninitialized_element);
  e.trap_if(e.ir.CreateNot(is_function_of(e, element, type)), ErrorId::indirect_call_type_mismatch);
  return referenced(e, element);
}

inline void emit(Emitter& e, op_t<Op::call_indirect>, IndexPair type_and_table) {
  const Callee callee = take_element(e, type_and_table);
  call_function(e, e.module.types[type_and_table.first].function, callee.entry, callee.context);
}

}  // namespace wasmer::llvm_backend
