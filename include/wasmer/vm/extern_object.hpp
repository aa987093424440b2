#pragma once
/// \file
/// C++ values as references of type `extern`: they live as long as anything of the guest's, or a handle, refers to them.

#include <new>
#include <utility>

#include <wasmer/error.hpp>
#include <wasmer/vm/collect.hpp>
#include <wasmer/vm/reference.hpp>
#include <wasmer/vm/rooted.hpp>
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

}  // namespace vm

/// Gives `value` to the guests of `store`, which can only hand it around. It is destroyed when nothing refers to it any more, at some collection, and with the
/// store at the latest; its destructor must not use the store. Fails with out_of_memory.
template <class T> Result<Rooted> make_extern(Store& store, T value) {
  auto* const object = static_cast<vm::ExternObject*>(vm::allocate(store, vm::extern_object_type<T>(), sizeof(vm::ExternObject)));
  if (object == nullptr) return Error(ErrorId::out_of_memory);
  object->value = new T(std::move(value));
  store.heap().finalize(*object, [](vm::HeapObject& gone) { delete static_cast<T*>(static_cast<vm::ExternObject&>(gone).value); });
  return Rooted(store, Value(ExternRef{reinterpret_cast<vm::Reference>(object)}));
}

/// The T that `reference` refers to; null when it refers to something else.
template <class T> T* extern_value(Store& store, ExternRef reference) {
  if (!store.heap().holds(reference.value)) return nullptr;
  auto& object = *reinterpret_cast<vm::ExternObject*>(reference.value);
  return object.type == &vm::extern_object_type<T>() ? static_cast<T*>(object.value) : nullptr;
}

}  // namespace wasmer
