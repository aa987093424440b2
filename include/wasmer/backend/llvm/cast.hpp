#pragma once
/// \file
/// Casts and tests of references, i31, and the conversions between hierarchies. A structure's or array's type has the ids of its supertypes by depth: whether
/// an object is of a type is one comparison.

#include <cstdint>

#include <wasmer/backend/llvm/reference.hpp>
#include <wasmer/vm/canonical_type.hpp>

namespace wasmer::llvm_backend {

/// How many supertypes a type of the module has.
inline std::uint32_t depth_of(const Module& module, std::uint32_t type) {
  std::uint32_t depth = 0;
  for (; module.types[type].supertype; type = *module.types[type].supertype) ++depth;
  return depth;
}

/// Whether the function that a reference which is not null refers to is of the type, or below it: the runtime knows the supertypes of functions' types.
inline llvm::Value* is_function_of(Emitter& e, llvm::Value* reference, std::uint32_t type) {
  if (!e.module.types[type].is_final)
    return e.ir.CreateICmpNE(call_runtime(e, vm::Libcall::function_test, e.types.i32, {e.i32(type), e.i32(0), reference}), e.i32(0));
  llvm::Value* const actual = e.load(e.types.i32, e.at(e.to_pointer(reference), vm::offset::func_ref_type), e.alias.constant, 4);
  return e.ir.CreateICmpEQ(actual, e.type_id(type));
}

/// `value()` if the condition holds, which is computed only then; else `otherwise`.
template <class F> llvm::Value* only_if(Emitter& e, llvm::Value* condition, bool otherwise, F&& value) {
  llvm::BasicBlock* const then = e.block();
  llvm::BasicBlock* const next = e.block();
  llvm::BasicBlock* const from = e.ir.GetInsertBlock();
  e.ir.CreateCondBr(condition, then, next);
  e.go_on_in(then);
  llvm::Value* const answer = value();
  llvm::BasicBlock* const last = e.ir.GetInsertBlock();
  e.ir.CreateBr(next);
  e.go_on_in(next);
  llvm::PHINode* const result = e.ir.CreatePHI(e.types.i1, 2);
  result->addIncoming(e.ir.getInt1(otherwise), from);
  result->addIncoming(answer, last);
  return result;
}

/// Whether an object's type, by its address, is the module's type `index` or below it.
inline llvm::Value* is_below(Emitter& e, llvm::Value* type, std::uint32_t index) {
  const std::uint32_t depth = depth_of(e.module, index);
  const auto compare = [&](llvm::Value* ids, std::int64_t offset) {
    return e.ir.CreateICmpEQ(e.load(e.types.i32, e.at(ids, offset + 4 * std::int64_t{depth}), e.alias.constant, 4), e.type_id(index));
  };
  if (depth < vm::CanonicalType::near_depth) return compare(type, vm::offset::type_near);
  llvm::Value* const actual = e.load(e.types.i32, e.at(type, vm::offset::type_depth), e.alias.constant, 4);
  return only_if(e, e.ir.CreateICmpUGE(actual, e.i32(depth)), false,
                 [&] { return compare(e.load(e.types.pointer, e.at(type, vm::offset::type_all), e.alias.constant, 8), 0); });
}

/// Whether a reference that is not null is of heap type `type`.
inline llvm::Value* matches(Emitter& e, llvm::Value* reference, HeapType type) {
  if (type.is_index() && e.module.types[type.index()].kind == CompositeKind::function) return is_function_of(e, reference, type.index());
  llvm::Value* const is_i31 = e.ir.CreateTrunc(reference, e.types.i1);
  const auto of_object = [&](bool if_i31, auto&& test) {
    return only_if(e, e.ir.CreateNot(is_i31), if_i31, [&] { return test(e.load(e.types.pointer, e.at(e.to_pointer(reference), vm::offset::object_type), e.alias.constant, 8)); });
  };
  const auto kind = [&](llvm::CmpInst::Predicate predicate, vm::ObjectKind wanted) {
    return [&e, predicate, wanted](llvm::Value* object_type) {
      return e.ir.CreateICmp(predicate, e.load(e.types.i32, e.at(object_type, vm::offset::type_kind), e.alias.constant, 4), e.i32(static_cast<std::uint32_t>(wanted)));
    };
  };
  if (type.is_index()) return of_object(false, [&](llvm::Value* object_type) { return is_below(e, object_type, type.index()); });
  switch (type.abstract()) {
    case HeapType::i31: return is_i31;
    case HeapType::eq: return of_object(true, kind(llvm::CmpInst::ICMP_ULT, vm::ObjectKind::host));
    case HeapType::struct_: return of_object(false, kind(llvm::CmpInst::ICMP_EQ, vm::ObjectKind::structure));
    case HeapType::array: return of_object(false, kind(llvm::CmpInst::ICMP_EQ, vm::ObjectKind::array));
    case HeapType::any:
    case HeapType::func:
    case HeapType::extern_:
    case HeapType::exn: return e.ir.getTrue();
    default: return e.ir.getFalse();  // the empty types
  }
}

/// Whether a reference is of the type.
inline llvm::Value* test(Emitter& e, llvm::Value* reference, HeapType type, bool nullable) {
  return only_if(e, e.ir.CreateNot(is_null(e, reference)), nullable, [&] { return matches(e, reference, type); });
}

template <Op op>
  requires(op == Op::ref_test || op == Op::ref_test_null)
void emit(Emitter& e, op_t<op>, HeapType type) {
  e.push_condition(test(e, e.pop(), type, op == Op::ref_test_null));
}
template <Op op>
  requires(op == Op::ref_cast || op == Op::ref_cast_null)
void emit(Emitter& e, op_t<op>, HeapType type) {
  e.trap_if(e.ir.CreateNot(test(e, e.operands.back(), type, op == Op::ref_cast_null)), ErrorId::cast_failure);
}
inline void emit(Emitter& e, op_t<Op::br_on_cast>, Cast cast) {
  branch_if(e, test(e, e.operands.back(), cast.to.heap(), cast.to.is_nullable()), cast.depth);
}
inline void emit(Emitter& e, op_t<Op::br_on_cast_fail>, Cast cast) {
  branch_if(e, e.ir.CreateNot(test(e, e.operands.back(), cast.to.heap(), cast.to.is_nullable())), cast.depth);
}

/// An i31 is an odd word.
inline void emit(Emitter& e, op_t<Op::ref_i31>) { e.push(e.ir.CreateZExt(e.ir.CreateOr(e.ir.CreateShl(e.pop(), 1), 1), e.types.i64)); }
template <Op op>
  requires(op == Op::i31_get_s || op == Op::i31_get_u)
void emit(Emitter& e, op_t<op>) {
  llvm::Value* const reference = e.pop();
  e.trap_if(is_null(e, reference), ErrorId::null_i31_reference);
  llvm::Value* const word = e.ir.CreateTrunc(reference, e.types.i32);
  e.push(op == Op::i31_get_s ? e.ir.CreateAShr(word, 1) : e.ir.CreateLShr(word, 1));
}

/// Calls a conversion of the runtime.
inline void emit_conversion(Emitter& e, vm::Libcall libcall) {
  llvm::Value* const answer = call_runtime(e, libcall, e.types.i64, {e.pop()});
  e.trap_if(e.ir.CreateICmpEQ(answer, e.i64(~std::uint64_t{0})), ErrorId::out_of_memory);
  e.push(answer);
}
inline void emit(Emitter& e, op_t<Op::any_convert_extern>) { emit_conversion(e, vm::Libcall::any_convert_extern); }
inline void emit(Emitter& e, op_t<Op::extern_convert_any>) { emit_conversion(e, vm::Libcall::extern_convert_any); }

}  // namespace wasmer::llvm_backend
