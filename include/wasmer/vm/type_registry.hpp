#pragma once
/// \file
/// Canonical ids of function types, one space for the whole process: two types are equal exactly when their ids are, whichever module they come from.
/// A canonical type refers to others by their ids, and to itself by `self_reference`.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <span>
#include <utility>
#include <vector>

#include <wasmer/module/module.hpp>
#include <wasmer/module/type_matching.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::vm {

/// Where canonical types live; thread-safe. An id is taken back when its last TypeId is gone, so a process that loads modules for ever stays small.
class TypeRegistry {
 public:
  /// The process's registry; never destroyed, since static objects of the embedder may hold types.
  static TypeRegistry& instance() {
    static TypeRegistry* const registry = new TypeRegistry;
    return *registry;
  }

  /// The id of `type`, a canonical one, counted once more. Ids start at 1. Whoever calls this holds the ids that it refers to.
  std::uint32_t acquire(const FunctionType& type) {
    const std::lock_guard lock(mutex_);
    const auto [found, is_new] = ids_.try_emplace(type, 0);
    if (is_new) {
      if (free_.empty()) found->second = static_cast<std::uint32_t>(rows_.size()), rows_.emplace_back();
      else found->second = free_.back(), free_.pop_back();
      rows_[found->second].type = &found->first;
      for_referred(type, [&](std::uint32_t id) { ++rows_[id].uses; });
    }
    ++rows_[found->second].uses;
    return found->second;
  }

  void acquire(std::uint32_t id) {
    const std::lock_guard lock(mutex_);
    ++rows_[id].uses;
  }

  void release(std::uint32_t id) {
    const std::lock_guard lock(mutex_);
    std::vector<std::uint32_t> referred;
    while (true) {
      if (--rows_[id].uses == 0) {
        for_referred(*rows_[id].type, [&](std::uint32_t other) { referred.push_back(other); });
        ids_.erase(*rows_[id].type);
        free_.push_back(id);
      }
      if (referred.empty()) return;
      id = referred.back();
      referred.pop_back();
    }
  }

  /// The type with an id that is in use; the reference is good as long as the id is.
  const FunctionType& type(std::uint32_t id) {
    const std::lock_guard lock(mutex_);
    return *rows_[id].type;
  }

  /// How many types are in use.
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return ids_.size();
  }

 private:
  struct Row {
    const FunctionType* type = nullptr;
    std::size_t uses = 0;
  };

  TypeRegistry() : rows_(1) {}

  template <class Visit> static void for_referred(const FunctionType& type, Visit&& visit) {
    for (const std::span<const ValueType> values : {type.params(), type.results()})
      for (const ValueType value : values)
        if (value.is_reference() && value.heap().is_index() && value.heap() != self_reference) visit(value.heap().index());
  }

  std::mutex mutex_;
  std::unordered_map<FunctionType, std::uint32_t, FunctionTypeHash> ids_;
  std::deque<Row> rows_;  ///< by id; row 0 is nobody's
  std::vector<std::uint32_t> free_;
};

/// A counted share of a canonical id.
class TypeId {
 public:
  TypeId() = default;
  explicit TypeId(const FunctionType& type) : value_(TypeRegistry::instance().acquire(type)) {}
  TypeId(const TypeId& other) : value_(other.value_) {
    if (value_ != 0) TypeRegistry::instance().acquire(value_);
  }
  TypeId(TypeId&& other) noexcept : value_(std::exchange(other.value_, 0)) {}
  TypeId& operator=(TypeId other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~TypeId() {
    if (value_ != 0) TypeRegistry::instance().release(value_);
  }

  /// What FuncRef::type and an instance's context hold; 0 is no function type.
  std::uint32_t value() const { return value_; }
  const FunctionType& operator*() const { return TypeRegistry::instance().type(value_); }

 private:
  std::uint32_t value_ = 0;
};

/// The canonical ids of the types of a module, by index; those that are no function types have none.
inline std::vector<TypeId> canonical_types(const Module& module) {
  std::vector<TypeId> types;
  types.reserve(module.types.size());
  for (const TypeDefinition& type : module.types) {
    const auto index = static_cast<std::uint32_t>(types.size());
    types.push_back(type.kind != CompositeKind::function ? TypeId()
                                                         : TypeId(canonical(type.function, index, [&](std::uint32_t each) { return types[each].value(); })));
  }
  return types;
}

/// A value type of the module with these canonical types, as all modules of the process have it.
inline ValueType canonical(ValueType type, std::span<const TypeId> types) {
  if (!type.is_reference() || !type.heap().is_index()) return type;
  return ValueType::reference(HeapType::index(types[type.heap().index()].value()), type.is_nullable());
}

}  // namespace wasmer::vm
