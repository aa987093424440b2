#pragma once
/// \file
/// Globals (spec section 4.2.10): a typed cell, which lies in the context of the instance that defines it, or here when the embedder made it.

#include <cstddef>
#include <cstring>
#include <memory>

#include <wasmer/vm/value.hpp>

namespace wasmer::vm {

/// A global. Its cell is good while its Store lives, or its maker is the embedder.
class Global {
 public:
  Global(const Global&) = delete;
  Global& operator=(const Global&) = delete;

  /// A global of the embedder's own.
  static std::shared_ptr<Global> create(GlobalType type, const Value& value) {
    std::shared_ptr<Global> global(new Global(type, nullptr));
    global->cell_ = &global->own_;
    global->set(value);
    return global;
  }
  /// A global whose cell lies in a context.
  static std::shared_ptr<Global> at(GlobalType type, void* cell) { return std::shared_ptr<Global>(new Global(type, cell)); }

  const GlobalType& type() const { return type_; }
  /// Sixteen bytes for a v128, eight for all else.
  void* cell() const { return cell_; }

  Value get() const {
    V128 bits;
    std::memcpy(bits.bytes, cell_, words());
    return Value(type_.value, bits);
  }
  /// Sets it, mutable or not; the value is of the global's type.
  void set(const Value& value) { std::memcpy(cell_, value.v128().bytes, words()); }

 private:
  Global(GlobalType type, void* cell) : type_(type), cell_(cell) {}
  std::size_t words() const { return type_.value.is_vector() ? 16 : 8; }

  GlobalType type_;
  void* cell_;
  V128 own_;
};

}  // namespace wasmer::vm
