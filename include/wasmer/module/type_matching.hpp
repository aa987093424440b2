#pragma once
/// \file
/// Which types of a module are equivalent, and which values may stand for which (spec sections 3.1.4 and 3.3), as far as function types without
/// declared supertypes go.

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include <wasmer/module/module.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer {

/// How a canonical function type refers to itself.
inline constexpr HeapType self_reference = HeapType::index(HeapType::abstract_base - 1);

/// The type that the module defines at `index`, with `name(i)` in place of each earlier type i that it refers to. If equivalent types have equal names,
/// and only they, then so do the types that come of this.
template <class Name> FunctionType canonical(const FunctionType& type, std::uint32_t index, Name name) {
  const auto rename = [&](std::span<const ValueType> values) {
    std::vector<ValueType> renamed(values.begin(), values.end());
    for (ValueType& value : renamed)
      if (value.is_reference() && value.heap().is_index())
        value = ValueType::reference(value.heap().index() == index ? self_reference : HeapType::index(name(value.heap().index())), value.is_nullable());
    return renamed;
  };
  return FunctionType(rename(type.params()), rename(type.results()));
}

/// Compares types of one module, whose indices it knows. Modules whose types do not refer to others cost nothing.
class TypeMatching {
 public:
  /// Without a module, types by index are equal to themselves alone.
  explicit TypeMatching(const Module* module = nullptr) : module_(module) {}

  /// Whether a value of type `actual` may stand where `expected` is asked for.
  bool matches(ValueType actual, ValueType expected) {
    if (actual == expected || actual == ValueType::bottom) return true;
    if (!actual.is_reference() || !expected.is_reference() || (actual.is_nullable() && !expected.is_nullable())) return false;
    return matches(actual.heap(), expected.heap());
  }
  bool matches(HeapType actual, HeapType expected) {
    if (actual == expected || actual == HeapType::bottom()) return true;
    if (!actual.is_index()) return false;
    return expected.is_index() ? equivalent(actual.index(), expected.index()) : expected == HeapType::func;
  }
  bool equivalent(std::uint32_t a, std::uint32_t b) {
    if (a == b) return true;
    if (module_ == nullptr || a >= module_->types.size() || b >= module_->types.size()) return false;
    if (first_.empty()) compare_all();
    return first_[a] == first_[b];
  }

 private:
  void compare_all() {
    std::unordered_map<FunctionType, std::uint32_t, FunctionTypeHash> seen;
    for (std::uint32_t i = 0; i < module_->types.size(); ++i) {
      const TypeDefinition& type = module_->types[i];
      const auto name = [&](std::uint32_t each) { return each < i ? first_[each] : each; };
      first_.push_back(type.kind != CompositeKind::function ? i : seen.try_emplace(canonical(type.function, i, name), i).first->second);
    }
  }

  const Module* module_;
  std::vector<std::uint32_t> first_;  ///< of each type, the first that is equivalent to it; empty until it is asked for
};

}  // namespace wasmer
