#pragma once
/// \file
/// Canonical types, one space for the whole process: two types are equal exactly when their ids are, whichever module they come from (spec section
/// 3.1.4: recursive groups are equal as a whole). A canonical type refers to others, and to those of its own group, by their ids.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <wasmer/module/module.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/canonical_type.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::vm {

/// A counted share of a canonical type.
class TypeId {
 public:
  TypeId() = default;
  /// A function type by itself, which refers to others by their ids.
  explicit TypeId(const FunctionType& type);
  /// Takes over a use that has been counted.
  static TypeId adopt(const CanonicalType& type) {
    TypeId id;
    id.type_ = &type;
    return id;
  }
  TypeId(const TypeId& other) : type_(other.type_) {
    if (type_ != nullptr) acquire();
  }
  TypeId(TypeId&& other) noexcept : type_(std::exchange(other.type_, nullptr)) {}
  TypeId& operator=(TypeId other) noexcept {
    std::swap(type_, other.type_);
    return *this;
  }
  ~TypeId() {
    if (type_ != nullptr) release();
  }

  /// What FuncRef::type and an instance's context hold; 0 is no type.
  std::uint32_t value() const { return type_ == nullptr ? 0 : type_->id; }
  const CanonicalType& type() const { return *type_; }
  const FunctionType& operator*() const { return type_->definition.function; }

 private:
  void acquire() const;
  void release() const;

  const CanonicalType* type_ = nullptr;
};

/// The canonical ids of the types of a module, by index.
WASMER_ONCE std::vector<TypeId> canonical_types(const Module& module);

/// A value type of the module with these canonical types, as all modules of the process have it.
inline ValueType canonical(ValueType type, std::span<const TypeId> types) {
  if (!type.is_reference() || !type.heap().is_index()) return type;
  return ValueType::reference(HeapType::index(types[type.heap().index()].value()), type.is_nullable());
}

/// Whether a value of canonical type `actual` may stand where `expected` is asked for.
WASMER_ONCE bool matches(ValueType actual, ValueType expected);

}  // namespace wasmer::vm

#if !defined(WASMER_COMPILED)
#include <wasmer/vm/type_registry.hpp>
#endif
