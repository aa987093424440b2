#pragma once
/// \file
/// Canonical ids of function types, one space for the whole process: two types are equal exactly when their ids are, whichever module they come from.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <utility>

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

  /// The id of `type`, counted once more. Ids start at 1.
  std::uint32_t acquire(const FunctionType& type) {
    const std::lock_guard lock(mutex_);
    const auto [found, is_new] = ids_.try_emplace(type, 0);
    if (is_new) {
      if (free_.empty()) found->second = static_cast<std::uint32_t>(rows_.size()), rows_.emplace_back();
      else found->second = free_.back(), free_.pop_back();
      rows_[found->second].type = &found->first;
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
    if (--rows_[id].uses != 0) return;
    ids_.erase(*rows_[id].type);
    free_.push_back(id);
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
  struct Hash {
    std::size_t operator()(const FunctionType& type) const noexcept {
      std::uint64_t hash = type.params().size();
      const auto mix = [&](ValueType value) { hash = (hash ^ value.bits()) * 0x9E3779B97F4A7C15u, hash ^= hash >> 29; };
      for (const ValueType value : type.params()) mix(value);
      for (const ValueType value : type.results()) mix(value);
      return static_cast<std::size_t>(hash);
    }
  };
  struct Row {
    const FunctionType* type = nullptr;
    std::size_t uses = 0;
  };

  TypeRegistry() : rows_(1) {}

  std::mutex mutex_;
  std::unordered_map<FunctionType, std::uint32_t, Hash> ids_;
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

}  // namespace wasmer::vm
