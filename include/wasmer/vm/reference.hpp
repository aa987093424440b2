#pragma once
/// \file
/// What a reference of the `any` hierarchy is, told from its word alone: null, an i31 (odd), or an object's address.

#include <cstdint>

#include <wasmer/vm/canonical_type.hpp>
#include <wasmer/vm/context.hpp>
#include <wasmer/vm/heap.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::vm {

/// An i31 as a reference: its 31 bits above a one.
constexpr Reference i31_reference(std::uint32_t value) { return Reference{value << 1 | 1}; }
constexpr bool is_i31(Reference reference) { return (reference & 1) != 0; }

/// The most precise heap type of a word that claims to be a reference which is not null; `extern`, which is none of the hierarchy, when there is no such object.
inline HeapType heap_type_of(Reference reference, const Heap& heap) {
  if (is_i31(reference)) return HeapType::i31;
  if (!heap.holds(reference)) return HeapType::extern_;
  const CanonicalType& type = *reinterpret_cast<const HeapObject*>(reference)->type;
  return type.kind == ObjectKind::structure || type.kind == ObjectKind::array ? HeapType::index(type.id) : HeapType::any;
}

/// The types of boxes, which no guest can name.
inline const CanonicalType& host_box_type() {
  static const CanonicalType type = [] {
    CanonicalType box;
    box.kind = ObjectKind::host, box.size = sizeof(BoxObject);
    return box;
  }();
  return type;
}
inline const CanonicalType& small_integer_box_type() {
  static const CanonicalType type = [] {
    CanonicalType box;
    box.kind = ObjectKind::small_integer, box.size = sizeof(BoxObject);
    return box;
  }();
  return type;
}

}  // namespace wasmer::vm
