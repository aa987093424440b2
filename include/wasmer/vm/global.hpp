#pragma once
/// \file
/// Globals (spec section 4.2.10): a typed cell, which lies in the context of the instance that defines it, or here when the embedder made it.

#include <cstddef>
#include <cstring>
#include <memory>

#include <wasmer/error.hpp>
#include <wasmer/fwd.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/value.hpp>

namespace wasmer::vm {

/// A global. Its cell is good while its Store lives, or its maker is the embedder.
///
/// It belongs to the store of the instance that defines it, or of the first that imports it, or to the one that the embedder makes it in: what it refers to
/// belongs to that store too.
class Global {
 public:
  Global(const Global&) = delete;
  Global& operator=(const Global&) = delete;

  /// A global of the embedder's, of a number or of a reference that is null or the host's own; `value` is of the type.
  static std::shared_ptr<Global> create(GlobalType type, const Value& value);
  /// A global of the embedder's in `store`, which keeps it and what it refers to; fails with wrong_value when `value` is of another type.
  static Result<std::shared_ptr<Global>> create(Store& store, GlobalType type, const Value& value);
  /// A global of the store's whose cell lies in a context.
  static std::shared_ptr<Global> at(Store& store, GlobalType type, void* cell);

  const GlobalType& type() const { return type_; }
  /// The value; of a reference good until guest code runs again.
  Value get() const;
  /// Sets it; fails with immutable_global, or with wrong_value when `value` is of another type, or of another store.
  Result<void> set(const Value& value);

  /// Where it belongs; null as long as that is nowhere.
  Store* store() const { return store_; }

  // What follows is for the machine.

  /// Belongs to `store` from now on, unless it does so to one already.
  void belong_to(Store& store) {
    if (store_ == nullptr) store_ = &store;
  }
  /// Sixteen bytes for a v128, eight for all else.
  void* cell() const { return cell_; }

 private:
  Global(GlobalType type, Store* store, void* cell) : type_(type), store_(store), cell_(cell) {}
  std::size_t bytes() const { return type_.value.is_vector() ? 16 : 8; }

  GlobalType type_;
  Store* store_;
  void* cell_;
  alignas(16) V128 own_;
};

}  // namespace wasmer::vm

#if !defined(WASMER_COMPILED)
#include <wasmer/vm/exceptions.hpp>
#include <wasmer/vm/store.hpp>
#include <wasmer/vm/value_matching.hpp>

namespace wasmer::vm {

WASMER_ONCE std::shared_ptr<Global> Global::create(GlobalType type, const Value& value) {
  std::shared_ptr<Global> global(new Global(type, nullptr, nullptr));
  global->cell_ = &global->own_;
  global->own_ = value.v128();
  return global;
}

WASMER_ONCE Result<std::shared_ptr<Global>> Global::create(Store& store, GlobalType type, const Value& value) {
  WASMER_CHECK(expect(&store, value, type.value));
  std::shared_ptr<Global> global = create(type, value);
  global->store_ = &store;
  store.keep(global);
  if (type.value.is_reference()) store.add_root(*static_cast<const Reference*>(global->cell_));
  if (may_hold_exception(type.value)) store.exceptions().watch(global->cell_);
  return global;
}

WASMER_ONCE std::shared_ptr<Global> Global::at(Store& store, GlobalType type, void* cell) {
  return std::shared_ptr<Global>(new Global(type, &store, cell));
}

WASMER_ONCE Value Global::get() const {
  V128 bits;
  std::memcpy(bits.bytes, cell_, bytes());
  const Value value(type_.value, bits);
  Exceptions::give_out(value);
  return value;
}

WASMER_ONCE Result<void> Global::set(const Value& value) {
  if (!type_.is_mutable) return Error(ErrorId::immutable_global);
  WASMER_CHECK(expect(store_, value, type_.value));
  std::memcpy(cell_, value.v128().bytes, bytes());
  return success();
}

}  // namespace wasmer::vm
#endif
