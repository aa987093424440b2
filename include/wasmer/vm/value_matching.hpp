#pragma once
/// \file
/// Whether a value that comes from the embedder is one of the type that a guest expects.

#include <wasmer/error.hpp>
#include <wasmer/fwd.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/value.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::vm {

/// True when `value` is of `type`, which is canonical, and what it refers to belongs to `store`. Without a store, of references only null and the host's own are.
WASMER_ONCE bool matches(Store* store, const Value& value, ValueType type);

/// Success when it is; else wrong_value, with both types.
WASMER_ONCE Result<void> expect(Store* store, const Value& value, ValueType type);

}  // namespace wasmer::vm

#if !defined(WASMER_COMPILED)
#include <string>

#include <wasmer/vm/exceptions.hpp>
#include <wasmer/vm/heap.hpp>
#include <wasmer/vm/reference.hpp>
#include <wasmer/vm/store.hpp>
#include <wasmer/vm/type_registry.hpp>

namespace wasmer::vm {

WASMER_ONCE bool matches(Store* store, const Value& value, ValueType type) {
  if (!type.is_reference()) return type == value.type();
  if (!value.type().is_reference()) return false;
  TypeRegistry& types = TypeRegistry::instance();
  const HeapType::Abstract top = top_of(type.heap(), types);
  if (top != top_of(value.type().heap(), types)) return false;
  if (value.is_null()) return type.is_nullable();
  if (top == HeapType::extern_) return type.heap() == HeapType::extern_;
  if (top == HeapType::any && is_i31(value.bits())) return heap_matches(HeapType::i31, type.heap(), types);
  if (store == nullptr) return false;
  if (top == HeapType::any) return heap_matches(heap_type_of(value.bits(), store->heap()), type.heap(), types);
  if (top == HeapType::exn) return type.heap() == HeapType::exn && store->has_exceptions() && store->exceptions().holds(value.bits());
  const FuncRef& function = *value.func_ref();
  return function.context->store == store && heap_matches(HeapType::index(function.type), type.heap(), types);
}

WASMER_ONCE Result<void> expect(Store* store, const Value& value, ValueType type) {
  if (matches(store, value, type)) return success();
  return Error(ErrorId::wrong_value, Error::no_offset, "expected " + to_string(type) + ", got " + (value.is_null() ? "null " : "") + to_string(value.type()));
}

}  // namespace wasmer::vm
#endif
