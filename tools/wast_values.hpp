#pragma once
/// \file
/// Values of test scripts: arguments as the guest gets them, and whether a result is what a script wants.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include <wasmer/text/script.hpp>
#include <wasmer/vm/convert.hpp>
#include <wasmer/vm/reference.hpp>
#include <wasmer/vm/store.hpp>
#include <wasmer/vm/type_registry.hpp>
#include <wasmer/vm/value.hpp>

namespace wasmer::tools {

/// The reference that stands for the host value `number` of a script; never null.
inline vm::Reference host_reference(std::uint64_t number) { return static_cast<vm::Reference>(number + 1); }

inline std::uint64_t low_bits(const V128& vector) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, vector.bytes, sizeof bits);
  return bits;
}

inline Value to_value(Store& store, const text::ScriptValue& value) {
  using text::ScriptValue;
  switch (value.kind) {
    case ScriptValue::i32: return Value(ValueType::i32, value.bits);
    case ScriptValue::i64: return Value(ValueType::i64, value.bits);
    case ScriptValue::f32: return Value(ValueType::f32, value.bits);
    case ScriptValue::f64: return Value(ValueType::f64, value.bits);
    case ScriptValue::v128: return Value(value.bits);
    case ScriptValue::null: return Value::zero(ValueType::reference(value.heap, true));
    case ScriptValue::extern_: return Value(externref, host_reference(low_bits(value.bits)));
    case ScriptValue::host: return Value(ValueType::reference(HeapType::any, true), vm::any_convert_extern(store, host_reference(low_bits(value.bits))));
  }
  return Value();
}

/// True if `bits` are those of a NaN of the kind that is asked for (spec section 4.3.3). The sign is free.
template <class Format> bool is_nan(typename Format::Bits bits, text::ScriptPattern::Nan kind) {
  const auto magnitude = bits & ~Format::sign;
  const auto canonical = Format::infinity | Format::quiet;
  return kind == text::ScriptPattern::Nan::canonical ? magnitude == canonical : (magnitude & canonical) == canonical;
}

/// True if lane `lane` of `lanes` in `size` bytes of the value is what the pattern wants.
inline bool lane_fits(const V128& value, const text::ScriptPattern& pattern, unsigned lane, unsigned bytes) {
  std::uint64_t given = 0, wanted = 0;
  std::memcpy(&given, value.bytes + lane * bytes, bytes);
  std::memcpy(&wanted, pattern.bits.bytes + lane * bytes, bytes);
  const text::ScriptPattern::Nan nan = lane < pattern.nans.size() ? pattern.nans[lane] : text::ScriptPattern::Nan::no;
  if (nan == text::ScriptPattern::Nan::no) return given == wanted;
  return bytes == 4 ? is_nan<text::Binary32>(static_cast<std::uint32_t>(given), nan) : is_nan<text::Binary64>(given, nan);
}

/// True if the value is a reference that is not null to something of type `heap`, whatever its own type says.
inline bool is_reference_to(Store& store, const Value& value, HeapType heap) {
  if (!value.type().is_reference() || value.is_null()) return false;
  auto& types = vm::TypeRegistry::instance();
  const bool is_any = top_of(value.type().heap(), types) == HeapType::any;
  return heap_matches(is_any ? vm::heap_type_of(value.bits(), store.heap()) : value.type().heap(), heap, types);
}

inline bool fits(Store& store, const Value& value, const text::ScriptPattern& pattern) {
  using text::ScriptPattern;
  const ValueType type = value.type();
  switch (pattern.kind) {
    case ScriptPattern::i32: return type == ValueType::i32 && lane_fits(value.v128(), pattern, 0, 4);
    case ScriptPattern::i64: return type == ValueType::i64 && lane_fits(value.v128(), pattern, 0, 8);
    case ScriptPattern::f32: return type == ValueType::f32 && lane_fits(value.v128(), pattern, 0, 4);
    case ScriptPattern::f64: return type == ValueType::f64 && lane_fits(value.v128(), pattern, 0, 8);
    case ScriptPattern::v128:
      for (unsigned lane = 0; lane < pattern.lanes; ++lane)
        if (!type.is_vector() || !lane_fits(value.v128(), pattern, lane, 16u / pattern.lanes)) return false;
      return true;
    case ScriptPattern::null: return type.is_reference() && value.is_null();
    case ScriptPattern::func: return is_reference_to(store, value, HeapType::func);
    case ScriptPattern::extern_:
      return is_reference_to(store, value, HeapType::extern_) && (!pattern.has_bits || value.bits() == host_reference(low_bits(pattern.bits)));
    case ScriptPattern::host:
      return is_reference_to(store, value, HeapType::any) && !is_reference_to(store, value, HeapType::eq) &&
             (!pattern.has_bits || vm::extern_convert_any(store, value.bits()) == host_reference(low_bits(pattern.bits)));
    case ScriptPattern::any: return is_reference_to(store, value, HeapType::any);
    case ScriptPattern::eq: return is_reference_to(store, value, HeapType::eq);
    case ScriptPattern::i31: return is_reference_to(store, value, HeapType::i31);
    case ScriptPattern::struct_: return is_reference_to(store, value, HeapType::struct_);
    case ScriptPattern::array: return is_reference_to(store, value, HeapType::array);
    case ScriptPattern::exn: return is_reference_to(store, value, HeapType::exn);
  }
  return false;
}

/// True if the value is one of those that are expected.
inline bool fits(Store& store, const Value& value, const text::ScriptExpectation& expectation) {
  return std::ranges::any_of(expectation, [&](const text::ScriptPattern& pattern) { return fits(store, value, pattern); });
}

/// A value for a message: its type and its bits.
inline std::string describe(const Value& value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (std::size_t i = size_of(value.type()); i-- > 0;) hex += digits[value.v128().bytes[i] >> 4], hex += digits[value.v128().bytes[i] & 15];
  return to_string(value.type()) + ":0x" + hex;
}

}  // namespace wasmer::tools
