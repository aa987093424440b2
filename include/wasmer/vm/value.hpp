#pragma once
/// \file
/// A WebAssembly value together with its type, for calls whose signature is known only at run time.

#include <bit>
#include <cstdint>
#include <cstring>

#include <wasmer/vm/context.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer {

/// An opaque reference of the host's; the guest can only hand it around. 0 is null.
struct ExternRef {
  vm::Reference value = 0;
  bool operator==(const ExternRef&) const = default;
};

/// A value of any type. A default-constructed one is the i32 0.
class Value {
 public:
  Value() : Value(std::int32_t{0}) {}
  Value(std::int32_t value) : Value(ValueType::i32, static_cast<std::uint32_t>(value)) {}
  Value(std::uint32_t value) : Value(ValueType::i32, value) {}
  Value(std::int64_t value) : Value(ValueType::i64, static_cast<std::uint64_t>(value)) {}
  Value(std::uint64_t value) : Value(ValueType::i64, value) {}
  Value(float value) : Value(ValueType::f32, std::bit_cast<std::uint32_t>(value)) {}
  Value(double value) : Value(ValueType::f64, std::bit_cast<std::uint64_t>(value)) {}
  Value(const V128& value) : type_(ValueType::v128), bits_(value) {}
  Value(ExternRef value) : Value(externref, value.value) {}
  Value(const vm::FuncRef* function) : Value(funcref, reinterpret_cast<vm::Reference>(function)) {}

  /// A value of `type` from its bits; of v128, the lower half.
  Value(ValueType type, std::uint64_t bits) : type_(type) { std::memcpy(bits_.bytes, &bits, sizeof bits); }
  Value(ValueType type, const V128& bits) : type_(type), bits_(bits) {}
  /// The value that a local of this type starts with.
  static Value zero(ValueType type) { return Value(type, std::uint64_t{0}); }

  ValueType type() const { return type_; }
  /// The value's bits, in the lowest bytes; a reference's are its address.
  std::uint64_t bits() const { return read<std::uint64_t>(); }

  // What it is as a C++ value. The type is the caller's to know.
  std::int32_t i32() const { return read<std::int32_t>(); }
  std::int64_t i64() const { return read<std::int64_t>(); }
  float f32() const { return read<float>(); }
  double f64() const { return read<double>(); }
  const V128& v128() const { return bits_; }
  ExternRef extern_ref() const { return {read<vm::Reference>()}; }
  const vm::FuncRef* func_ref() const { return reinterpret_cast<const vm::FuncRef*>(read<vm::Reference>()); }
  bool is_null() const { return type_.is_reference() && bits() == 0; }

  /// Same type and same bits.
  bool operator==(const Value&) const = default;

 private:
  template <class T> T read() const {
    T value;
    std::memcpy(&value, bits_.bytes, sizeof value);
    return value;
  }
  ValueType type_;
  V128 bits_;
};

}  // namespace wasmer
