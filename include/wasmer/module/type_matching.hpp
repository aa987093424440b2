#pragma once
/// \file
/// Which types of a module are equivalent, and which values may stand for which (spec sections 3.1.4 and 3.3).

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <wasmer/module/module.hpp>
#include <wasmer/module/recursive_group.hpp>
#include <wasmer/wasm/subtype.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer {

/// Compares types of one module, whose indices it knows. Modules whose types do not refer to others cost nothing.
class TypeMatching {
 public:
  /// Without a module, types by index are functions', and equal to themselves alone.
  explicit TypeMatching(const Module* module = nullptr) : module_(module) {}

  /// Whether a value of type `actual` may stand where `expected` is asked for.
  bool matches(ValueType actual, ValueType expected) {
    if (actual == expected || actual == ValueType::bottom) return true;
    if (!actual.is_reference() || !expected.is_reference() || (actual.is_nullable() && !expected.is_nullable())) return false;
    return matches(actual.heap(), expected.heap());
  }
  bool matches(HeapType actual, HeapType expected) { return heap_matches(actual, expected, *this); }
  /// Whether a field of type `actual` may stand where a supertype has `expected`.
  bool matches(const FieldType& actual, const FieldType& expected) {
    if (actual.is_mutable != expected.is_mutable || actual.packed_bits != expected.packed_bits || !matches(actual.value, expected.value)) return false;
    return !actual.is_mutable || matches(expected.value, actual.value);
  }
  /// The heap type above all others that are related to `type`.
  HeapType top(HeapType type) { return top_of(type, *this); }

  bool equivalent(std::uint32_t a, std::uint32_t b) {
    if (a == b) return true;
    if (!has(a) || !has(b)) return false;
    if (first_.empty()) compare_all();
    return first_[a] == first_[b];
  }
  /// Whether `a` is equivalent to `b`, or declared below it.
  bool is_subtype(std::uint32_t a, std::uint32_t b) {
    while (!equivalent(a, b)) {
      // A supertype stands before its subtypes; what doesn't is refused by the validator.
      if (!has(a) || !module_->types[a].supertype || *module_->types[a].supertype >= a) return false;
      a = *module_->types[a].supertype;
    }
    return true;
  }
  CompositeKind kind(std::uint32_t index) const { return has(index) ? module_->types[index].kind : CompositeKind::function; }

 private:
  bool has(std::uint32_t index) const { return module_ != nullptr && index < module_->types.size(); }

  void compare_all() {
    std::unordered_map<GroupKey, std::uint32_t, GroupKeyHash, GroupKeyEqual> seen;
    const std::span<const TypeDefinition> types(module_->types);
    first_.reserve(types.size());
    for (std::uint32_t begin = 0; begin < types.size(); begin += types[begin].group_size) {
      const std::uint32_t size = types[begin].group_size;
      GroupKey key;
      append_key(key, types.subspan(begin, size), begin, [&](std::uint32_t each) { return each < begin ? first_[each] : each; });
      const std::uint32_t first = seen.try_emplace(std::move(key), begin).first->second;
      for (std::uint32_t i = 0; i < size; ++i) first_.push_back(first + i);
    }
  }

  const Module* module_;
  std::vector<std::uint32_t> first_;  ///< of each type, the first that is equivalent to it; empty until it is asked for
};

}  // namespace wasmer
