#pragma once
/// \file
/// References between the hierarchies of `any` and `extern` (spec section 4.6.4). What the host gave as an `extern` is any word: as an `any` it is in a box. An
/// i31 is in a box as an `extern`, since hosts may have such words too. Guests can't compare references of `extern`, so nobody sees that boxes differ.

#include <wasmer/vm/collect.hpp>
#include <wasmer/vm/reference.hpp>

namespace wasmer::vm {

/// What a conversion gives when there is no room for a box.
inline constexpr Reference cannot_convert = ~Reference{0};

inline Reference boxed(Store& store, const CanonicalType& type, Reference word) {
  auto* const box = static_cast<BoxObject*>(allocate(store, type, sizeof(BoxObject)));
  if (box == nullptr) return cannot_convert;
  box->word = word;
  return reinterpret_cast<Reference>(box);
}

inline Reference any_convert_extern(Store& store, Reference reference) {
  if (reference == 0) return 0;
  if (!store.heap().holds(reference)) return boxed(store, host_box_type(), reference);
  const auto& object = *reinterpret_cast<const BoxObject*>(reference);
  return object.type->kind == ObjectKind::small_integer ? object.word : reference;
}

inline Reference extern_convert_any(Store& store, Reference reference) {
  if (reference == 0) return 0;
  if (is_i31(reference)) return boxed(store, small_integer_box_type(), reference);
  const auto& object = *reinterpret_cast<const BoxObject*>(reference);
  return object.type->kind == ObjectKind::host ? object.word : reference;
}

}  // namespace wasmer::vm
