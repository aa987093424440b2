#pragma once
/// \file
/// Reads what both a module's sections and its function bodies are made of: names, value types and heap types (spec section 5.3).

#include <cstdint>
#include <span>
#include <string_view>

#include <wasmer/error.hpp>
#include <wasmer/support/bytes.hpp>
#include <wasmer/support/utf8.hpp>
#include <wasmer/wasm/features.hpp>
#include <wasmer/wasm/limits.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer {

/// How an opcode that no instruction has is shown: its bytes' values, in hexadecimal.
inline std::string illegal_opcode_detail(std::uint8_t prefix, std::uint32_t code) {
  const auto hex = [](std::uint32_t value) {
    std::string text;
    for (int shift = 28; shift >= 0; shift -= 4)
      if (const std::uint32_t digit = value >> shift & 15; shift < 8 || !text.empty() || digit != 0) text += "0123456789abcdef"[digit];
    return text;
  };
  return prefix == 0 ? hex(code) : hex(prefix) + " " + hex(code);
}

/// A ByteReader that knows which proposals are switched on. Encodings of the others are recognised, and fail with what they need.
class Decoder : public ByteReader {
 public:
  Decoder() = default;
  Decoder(std::span<const std::byte> bytes, std::uint64_t offset, Features features, std::size_t beyond = 0)
      : ByteReader(bytes, offset, beyond), features_(features) {}

  Features features() const { return features_; }
  /// From now on, no type has an index of `count` or more.
  void set_type_count(std::size_t count) { type_count_ = static_cast<std::uint32_t>(count); }
  /// Whether `proposal` is switched on; if not, fails at `offset`.
  bool require(Proposal proposal, std::uint64_t offset) {
    if (features_.has(proposal)) [[likely]] return true;
    return fail(Error::needs(proposal, offset));
  }
  /// Fails when a count is over the limit of that name.
  bool within(std::uint64_t count, std::uint64_t limit, std::string_view what, std::uint64_t offset) {
    if (count <= limit) [[likely]] return true;
    return fail(ErrorId::implementation_limit, offset, std::to_string(count) + " " + std::string(what) + ", at most " + std::to_string(limit));
  }

  /// A name: UTF-8, preceded by its length.
  std::string_view name() {
    const std::uint32_t size = length();
    const std::uint64_t start = offset();
    std::span<const std::byte> bytes;
    if (!read_bytes(size, bytes)) return {};
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (!is_utf8(text)) fail(ErrorId::malformed_utf8, start);
    return failed() ? std::string_view() : text;
  }

  /// A value type, whose number types are a byte each.
  ValueType value_type() {
    std::uint8_t code = 0;
    if (!peek(code)) return {};
    switch (code) {
      case ValueType::i32:
      case ValueType::i64:
      case ValueType::f32:
      case ValueType::f64: return u8(), ValueType::Kind(code);
      case ValueType::v128: return require(Proposal::simd, offset()) ? (u8(), ValueType::v128) : ValueType();
      default: return is_reference_code(code) ? reference_type() : (fail(ErrorId::malformed_value_type, offset()), ValueType());
    }
  }

  /// Whether a value type may begin with this byte.
  static constexpr bool is_value_code(std::uint8_t code) { return (code >= ValueType::v128 && code <= ValueType::i32) || is_reference_code(code); }
  static constexpr bool is_reference_code(std::uint8_t code) {
    return is_abstract_code(code) || code == ValueType::ref || code == ValueType::ref_null;
  }

  /// A reference type: the one byte of a nullable abstract one, or `ref`/`ref null` and a heap type.
  ValueType reference_type() {
    const std::uint64_t start = offset();
    std::uint8_t code = 0;
    if (!peek(code)) return {};
    if (is_abstract_code(code)) return ValueType::reference(heap_type(), true);
    if (code != ValueType::ref && code != ValueType::ref_null) return fail(ErrorId::malformed_reference_type, start), ValueType();
    if (!require(Proposal::function_references, start)) return {};
    u8();
    return ValueType::reference(heap_type(), code == ValueType::ref_null);
  }

  /// A heap type: an abstract one's byte, or an index as a signed 33-bit integer.
  HeapType heap_type() {
    const std::uint64_t start = offset();
    std::uint8_t code = 0;
    if (!peek(code)) return HeapType::func;
    if (is_abstract_code(code)) return require(proposal_of(code), start) ? HeapType(HeapType::Abstract(u8())) : HeapType::func;
    const std::int64_t index = s33();
    if (index < 0) return fail(ErrorId::malformed_reference_type, start), HeapType::func;
    if (!require(Proposal::function_references, start)) return HeapType::func;
    if (index >= type_count_) return fail(ErrorId::unknown_type, start, std::to_string(index)), HeapType::func;
    return HeapType::index(static_cast<std::uint32_t>(index));
  }

 private:
  static constexpr bool is_abstract_code(std::uint8_t code) { return code >= HeapType::exn && code <= HeapType::noexn; }
  static constexpr Proposal proposal_of(std::uint8_t heap) {
    switch (heap) {
      case HeapType::func:
      case HeapType::extern_: return Proposal::reference_types;
      case HeapType::exn:
      case HeapType::noexn: return Proposal::exceptions;
      default: return Proposal::gc;
    }
  }

  Features features_;
  std::uint32_t type_count_ = limit::types;  ///< that indices are below
};

}  // namespace wasmer
