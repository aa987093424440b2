#pragma once
/// \file
/// C++ values as references of type `extern`: they live as long as anything of the guest's, or a handle, refers to them.

#include <new>
#include <utility>

#include <wasmer/error.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/canonical_type.hpp>
#include <wasmer/vm/context.hpp>
#include <wasmer/vm/rooted.hpp>
#include <wasmer/vm/store.hpp>
#include <wasmer/vm/value.hpp>

namespace wasmer {

namespace vm {

/// A C++ value in a heap. It has an address of its own, since cells know of no alignment beyond 16.
struct ExternObject : HeapObject {
  void* value = nullptr;
};

/// The type of those that hold a T: no two C++ types share one.
template <class T> const CanonicalType& extern_object_type() {
  static const CanonicalType type = [] {
    CanonicalType each;
    each.kind = ObjectKind::external, each.size = sizeof(ExternObject);
    return each;
  }();
  return type;
}

/// A new one, of whose end the heap tells `destroy`; null when there is no room.
WASMER_ONCE ExternObject* new_extern_object(Store& store, const CanonicalType& type, void (*destroy)(HeapObject&));
/// The object of that type at `reference`; null when there is none.
WASMER_ONCE ExternObject* find_extern_object(Store& store, Reference reference, const CanonicalType& type);

}  // namespace vm

/// Gives `value` to the guests of `store`, which can only hand it around. It is destroyed when nothing refers to it any more, at some collection, and with the
/// store at the latest; its destructor must not use the store. Fails with out_of_memory.
template <class T> Result<Rooted> make_extern(Store& store, T value) {
  vm::ExternObject* const object = vm::new_extern_object(
      store, vm::extern_object_type<T>(), [](vm::HeapObject& gone) { delete static_cast<T*>(static_cast<vm::ExternObject&>(gone).value); });
  if (object == nullptr) return Error(ErrorId::out_of_memory);
  object->value = new T(std::move(value));
  return Rooted(store, Value(ExternRef{reinterpret_cast<vm::Reference>(object)}));
}

/// The T that `reference` refers to; null when it refers to something else.
template <class T> T* extern_value(Store& store, ExternRef reference) {
  vm::ExternObject* const object = vm::find_extern_object(store, reference.value, vm::extern_object_type<T>());
  return object == nullptr ? nullptr : static_cast<T*>(object->value);
}

}  // namespace wasmer

#if !defined(WASMER_COMPILED)
#include <wasmer/vm/collect.hpp>

namespace wasmer::vm {

WASMER_ONCE ExternObject* new_extern_object(Store& store, const CanonicalType& type, void (*destroy)(HeapObject&)) {
  auto* const object = static_cast<ExternObject*>(allocate(store, type, sizeof(ExternObject)));
  if (object != nullptr) store.heap().finalize(*object, destroy);
  return object;
}

WASMER_ONCE ExternObject* find_extern_object(Store& store, Reference reference, const CanonicalType& type) {
  if (!store.heap().holds(reference)) return nullptr;
  auto* const object = reinterpret_cast<HeapObject*>(reference);
  return object->type == &type ? static_cast<ExternObject*>(object) : nullptr;
}

}  // namespace wasmer::vm
#endif
