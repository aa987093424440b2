#pragma once
/// \file
/// Subtyping of heap types (spec section 3.3.3). What types by index are is the caller's to know: indices are a module's, or canonical.

#include <cstdint>

#include <wasmer/wasm/types.hpp>

namespace wasmer {

/// The abstract heap type above all types of a kind.
constexpr HeapType::Abstract abstract_of(CompositeKind kind) {
  return kind == CompositeKind::function ? HeapType::func : kind == CompositeKind::structure ? HeapType::struct_ : HeapType::array;
}

/// Whether abstract heap type `actual` is below `expected`, or the same.
constexpr bool abstract_matches(HeapType::Abstract actual, HeapType::Abstract expected) {
  if (actual == expected) return true;
  const bool is_equatable = expected == HeapType::eq || expected == HeapType::any;
  switch (actual) {
    case HeapType::none: return is_equatable || expected == HeapType::i31 || expected == HeapType::struct_ || expected == HeapType::array;
    case HeapType::i31:
    case HeapType::struct_:
    case HeapType::array: return is_equatable;
    case HeapType::eq: return expected == HeapType::any;
    case HeapType::nofunc: return expected == HeapType::func;
    case HeapType::noextern: return expected == HeapType::extern_;
    case HeapType::noexn: return expected == HeapType::exn;
    default: return false;
  }
}

/// Whether `actual` is below `expected`, or the same. `types.kind(index)` tells a definition's kind, `types.is_subtype(a, b)` compares two definitions.
template <class Types> bool heap_matches(HeapType actual, HeapType expected, Types& types) {
  if (actual == expected || actual == HeapType::bottom()) return true;
  if (expected == HeapType::bottom()) return false;
  if (actual.is_index() && expected.is_index()) return types.is_subtype(actual.index(), expected.index());
  if (actual.is_index()) return abstract_matches(abstract_of(types.kind(actual.index())), expected.abstract());
  if (!expected.is_index()) return abstract_matches(actual.abstract(), expected.abstract());
  return actual.abstract() == (types.kind(expected.index()) == CompositeKind::function ? HeapType::nofunc : HeapType::none);
}

/// The heap type above all others that are related to this one.
template <class Types> HeapType::Abstract top_of(HeapType type, Types& types) {
  const HeapType::Abstract abstract = type.is_index() ? abstract_of(types.kind(type.index())) : type.abstract();
  switch (abstract) {
    case HeapType::func:
    case HeapType::nofunc: return HeapType::func;
    case HeapType::extern_:
    case HeapType::noextern: return HeapType::extern_;
    case HeapType::exn:
    case HeapType::noexn: return HeapType::exn;
    default: return HeapType::any;
  }
}

}  // namespace wasmer
