#pragma once
/// \file
/// Where canonical types (see type_id.hpp) live.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <new>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <wasmer/module/module.hpp>
#include <wasmer/module/recursive_group.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/canonical_type.hpp>
#include <wasmer/vm/type_id.hpp>
#include <wasmer/wasm/subtype.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::vm {

/// A recursive group, which lives as long as one of its types is in use or another group refers to one of them.
struct TypeGroup {
  std::vector<std::unique_ptr<CanonicalType>> members;
  std::vector<TypeGroup*> referred;  ///< one for each reference to a type outside
  std::size_t uses = 0;
  const GroupKey* key = nullptr;  ///< which the registry finds it by
};

/// Where canonical types live; thread-safe. An id is taken back when its group is gone, so a process that loads modules for ever stays small.
class TypeRegistry {
 public:
  /// The process's registry; never destroyed, since static objects of the embedder may hold types.
  static TypeRegistry& instance() {
    static TypeRegistry* const registry = new TypeRegistry;
    return *registry;
  }

  /// The group whose key is `key`, each of its types counted once more. It is made of `definitions`, a module's types from index `begin` on, and of what
  /// `name` gives for indices before that: ids that the caller holds. Ids start at 1.
  template <class Name> TypeGroup& acquire(const GroupKey& key, std::span<const TypeDefinition> definitions, std::uint32_t begin, Name name) {
    const std::lock_guard lock(mutex_);
    const auto [found, is_new] = groups_.try_emplace(key);
    TypeGroup& group = found->second;
    if (is_new) {
      group.key = &found->first;
      try {
        make(group, definitions, begin, name);
      } catch (const std::bad_alloc&) {
        for (TypeGroup* const other : group.referred) --other->uses;  // the caller holds them
        forget(group);
        throw;
      }
    }
    group.uses += definitions.size();
    return group;
  }
  void acquire(const CanonicalType& type) {
    const std::lock_guard lock(mutex_);
    ++type.group->uses;
  }

  void release(const CanonicalType& type) {
    const std::lock_guard lock(mutex_);
    std::vector<TypeGroup*> released{type.group};
    while (!released.empty()) {
      TypeGroup& group = *released.back();
      released.pop_back();
      if (--group.uses != 0) continue;
      released.insert(released.end(), group.referred.begin(), group.referred.end());
      forget(group);
    }
  }

  /// The type with an id that is in use; the reference is good as long as the id is.
  const CanonicalType& operator[](std::uint32_t id) {
    const std::lock_guard lock(mutex_);
    return *rows_[id];
  }
  const FunctionType& type(std::uint32_t id) { return (*this)[id].definition.function; }

  // As heap_matches asks. Ids that are not in use, which values may have that the embedder kept, are functions' and below themselves alone.
  CompositeKind kind(std::uint32_t id) {
    const std::lock_guard lock(mutex_);
    const CanonicalType* const type = find(id);
    return type == nullptr ? CompositeKind::function : type->definition.kind;
  }
  bool is_subtype(std::uint32_t a, std::uint32_t b) {
    if (a == b) return true;
    const std::lock_guard lock(mutex_);
    const CanonicalType *const below = find(a), *const above = find(b);
    return below != nullptr && above != nullptr && below->is_below(*above);
  }

  /// How many types are in use.
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return rows_.size() - 1 - free_.size();
  }

 private:
  TypeRegistry() : rows_(1) {}

  const CanonicalType* find(std::uint32_t id) const { return id < rows_.size() ? rows_[id] : nullptr; }

  template <class Name> void make(TypeGroup& group, std::span<const TypeDefinition> definitions, std::uint32_t begin, Name name) {
    for (std::size_t i = 0; i < definitions.size(); ++i) {
      group.members.push_back(std::make_unique<CanonicalType>());
      group.members.back()->id = take_id(*group.members.back());
      group.members.back()->group = &group;
    }
    const auto id = [&](std::uint32_t index) {
      if (index >= begin && index - begin < definitions.size()) return group.members[index - begin]->id;
      const std::uint32_t other = name(index);
      group.referred.push_back(rows_[other]->group);
      ++rows_[other]->group->uses;
      return other;
    };
    for (std::size_t i = 0; i < definitions.size(); ++i) complete(*group.members[i], definitions[i], id);
  }

  std::uint32_t take_id(CanonicalType& type) {
    if (!free_.empty()) {
      const std::uint32_t id = free_.back();
      free_.pop_back();
      rows_[id] = &type;
      return id;
    }
    if (rows_.size() >= own_group) throw std::bad_alloc();
    rows_.push_back(&type);
    return static_cast<std::uint32_t>(rows_.size() - 1);
  }

  template <class Id> void complete(CanonicalType& type, const TypeDefinition& from, Id id) {
    TypeDefinition& definition = type.definition;
    const auto renamed = [&](ValueType value) {
      if (!value.is_reference() || !value.heap().is_index()) return value;
      return ValueType::reference(HeapType::index(id(value.heap().index())), value.is_nullable());
    };
    const auto all = [&](std::span<const ValueType> values) {
      std::vector<ValueType> types(values.begin(), values.end());
      for (ValueType& value : types) value = renamed(value);
      return types;
    };
    definition.kind = from.kind;
    definition.is_final = from.is_final;
    if (from.supertype) {
      definition.supertype = id(*from.supertype);
      type.supertypes = rows_[*definition.supertype]->supertypes;
    }
    type.depth = static_cast<std::uint32_t>(type.supertypes.size());
    type.supertypes.push_back(type.id);
    type.all = type.supertypes.data();
    for (std::size_t i = 0; i < type.supertypes.size() && i < CanonicalType::near_depth; ++i) type.near[i] = type.supertypes[i];
    if (from.kind == CompositeKind::function) {
      const std::vector<ValueType> params = all(from.function.params());
      definition.function = FunctionType(params, all(from.function.results()));
      return;
    }
    definition.fields = from.fields;
    for (FieldType& field : definition.fields) field.value = renamed(field.value);
    if (from.kind == CompositeKind::array) {
      type.kind = ObjectKind::array;
      type.size = stored_size(definition.fields[0]);
      type.holds_references = definition.fields[0].value.is_reference();
      type.may_hold_exceptions = may_hold_exception(definition.fields[0].value);
      return;
    }
    type.kind = ObjectKind::structure;
    const StructureLayout layout(definition.fields);
    type.size = layout.size;
    for (std::size_t i = 0; i < definition.fields.size(); ++i) {
      if (definition.fields[i].value.is_reference()) type.reference_offsets.push_back(layout.offsets[i]);
      type.may_hold_exceptions |= may_hold_exception(definition.fields[i].value);
    }
  }

  void forget(const TypeGroup& group) {
    for (const auto& type : group.members)
      if (type->id != 0) rows_[type->id] = nullptr, free_.push_back(type->id);
    groups_.erase(groups_.find(*group.key));
  }

  std::mutex mutex_;
  std::unordered_map<GroupKey, TypeGroup, GroupKeyHash, GroupKeyEqual> groups_;
  std::deque<CanonicalType*> rows_;  ///< by id; row 0 is nobody's, null where the id is free
  std::vector<std::uint32_t> free_;
};

#if !defined(WASMER_COMPILED)

WASMER_ONCE TypeId::TypeId(const FunctionType& type) {
  TypeDefinition definition;
  definition.function = type;
  // No index is the type's own: what it refers to is outside.
  constexpr std::uint32_t begin = own_group;
  const auto same = [](std::uint32_t id) { return id; };
  GroupKey key;
  append_key(key, std::span(&definition, 1), begin, same);
  type_ = TypeRegistry::instance().acquire(key, std::span(&definition, 1), begin, same).members[0].get();
}

WASMER_ONCE void TypeId::acquire() const { TypeRegistry::instance().acquire(*type_); }
WASMER_ONCE void TypeId::release() const { TypeRegistry::instance().release(*type_); }

WASMER_ONCE std::vector<TypeId> canonical_types(const Module& module) {
  std::vector<TypeId> types;
  types.reserve(module.types.size());
  GroupKey key;
  const auto name = [&](std::uint32_t index) { return types[index].value(); };
  while (types.size() < module.types.size()) {
    const auto begin = static_cast<std::uint32_t>(types.size());
    const auto group = std::span(module.types).subspan(begin, module.types[begin].group_size);
    key.clear();
    append_key(key, group, begin, name);
    for (const auto& member : TypeRegistry::instance().acquire(key, group, begin, name).members) types.push_back(TypeId::adopt(*member));
  }
  return types;
}

WASMER_ONCE bool matches(ValueType actual, ValueType expected) {
  if (actual == expected) return true;
  if (!actual.is_reference() || !expected.is_reference() || (actual.is_nullable() && !expected.is_nullable())) return false;
  return heap_matches(actual.heap(), expected.heap(), TypeRegistry::instance());
}

#endif

}  // namespace wasmer::vm
