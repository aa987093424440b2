#pragma once
/// \file
/// A handle of the embedder's on an object of the guest's.

#include <memory>
#include <utility>

#include <wasmer/vm/context.hpp>
#include <wasmer/vm/store.hpp>
#include <wasmer/vm/value.hpp>

namespace wasmer {

/// A value that keeps the object which it refers to alive, unlike a Value, which is good until guest code runs again. Its Store outlives it.
class Rooted {
 public:
  Rooted(Store& store, const Value& value) : store_(&store), type_(value.type()), reference_(std::make_unique<vm::Reference>(value.bits())) {
    store.add_root(*reference_);
  }
  Rooted(Rooted&& other) noexcept = default;
  Rooted& operator=(Rooted&& other) noexcept {
    std::swap(store_, other.store_), std::swap(type_, other.type_), std::swap(reference_, other.reference_);
    return *this;
  }
  ~Rooted() {
    if (reference_ != nullptr) store_->remove_root(*reference_);
  }

  Value get() const { return Value(type_, *reference_); }

 private:
  Store* store_;
  ValueType type_;
  std::unique_ptr<vm::Reference> reference_;
};

}  // namespace wasmer
