#pragma once
/// \file
/// Recursive groups as words that are equal exactly if the groups are equivalent (spec section 3.1.4): references within a group are positions in it,
/// all others are names that equivalent types share.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wasmer/wasm/types.hpp>

namespace wasmer {

using GroupKey = std::vector<std::uint32_t>;

/// What a reference to position 0 of the group itself is in a key. Names of types outside stay below it.
inline constexpr std::uint32_t own_group = 0x80'0000;

/// Appends the key of the definitions that begin at index `begin`, which are one group. `name(i)` names type i of an earlier group.
template <class Name> void append_key(GroupKey& key, std::span<const TypeDefinition> group, std::uint32_t begin, Name name) {
  const auto index = [&](std::uint32_t of) { return of >= begin && of - begin < group.size() ? own_group + (of - begin) : name(of); };
  const auto append = [&](ValueType type) {
    if (type.is_reference() && type.heap().is_index()) type = ValueType::reference(HeapType::index(index(type.heap().index())), type.is_nullable());
    key.push_back(type.bits());
  };
  const auto append_all = [&](std::span<const ValueType> types) {
    key.push_back(static_cast<std::uint32_t>(types.size()));
    for (const ValueType type : types) append(type);
  };
  for (const TypeDefinition& type : group) {
    key.push_back(static_cast<std::uint32_t>(type.kind) | (type.is_final ? 4u : 0u) | (type.supertype ? 8u : 0u));
    if (type.supertype) key.push_back(index(*type.supertype));
    if (type.kind == CompositeKind::function) {
      append_all(type.function.params());
      append_all(type.function.results());
      continue;
    }
    key.push_back(static_cast<std::uint32_t>(type.fields.size()));
    for (const FieldType& field : type.fields) append(field.value), key.push_back(field.packed_bits | (field.is_mutable ? 0x100u : 0u));
  }
}

/// For hash tables of keys, which can be searched without a vector.
struct GroupKeyHash {
  using is_transparent = void;
  std::size_t operator()(std::span<const std::uint32_t> key) const noexcept {
    std::uint64_t hash = key.size();
    for (const std::uint32_t word : key) hash = (hash ^ word) * 0x9E37'79B9'7F4A'7C15u, hash ^= hash >> 29;
    return static_cast<std::size_t>(hash);
  }
};
struct GroupKeyEqual {
  using is_transparent = void;
  bool operator()(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) const noexcept {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
  }
};

}  // namespace wasmer
