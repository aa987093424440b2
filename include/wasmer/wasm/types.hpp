#pragma once
/// \file
/// The types of WebAssembly 3.0 (spec section 2.3), as small plain values.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace wasmer {

/// Names a heap type: an index into the module's types, or one of the abstract ones. Twenty-four bits are enough for both.
class HeapType {
 public:
  /// The abstract heap types, by their binary encoding.
  enum Abstract : std::uint8_t {
    nocont = 0x75, noexn = 0x74, nofunc = 0x73, noextern = 0x72, none = 0x71, func = 0x70, extern_ = 0x6F, any = 0x6E,
    eq = 0x6D, i31 = 0x6C, struct_ = 0x6B, array = 0x6A, exn = 0x69,
  };
  constexpr HeapType() : HeapType(func) {}
  constexpr HeapType(Abstract type) : bits_(abstract_base | type) {}
  static constexpr HeapType index(std::uint32_t index) { return HeapType(index, 0); }
  static constexpr HeapType from_bits(std::uint32_t bits) { return HeapType(bits, 0); }
  /// The heap type of a reference of which nothing is known, in unreachable code; no module can name it.
  static constexpr HeapType bottom() { return HeapType(abstract_base, 0); }

  constexpr bool is_index() const { return bits_ < abstract_base; }
  constexpr std::uint32_t index() const { return bits_; }
  constexpr Abstract abstract() const { return static_cast<Abstract>(bits_ & 0xFF); }
  constexpr std::uint32_t bits() const { return bits_; }
  constexpr bool operator==(const HeapType&) const = default;

  /// Type indices stay below this; the parser's limit on types is far lower.
  static constexpr std::uint32_t abstract_base = 0xFFFF00;

 private:
  constexpr HeapType(std::uint32_t bits, int) : bits_(bits) {}
  std::uint32_t bits_;
};

/// A value type in 32 bits: the kind (its binary code) in the low byte, a reference's heap type above it.
class ValueType {
 public:
  /// By binary code. `bottom` is the type of what unreachable code leaves on the stack; no module can name it.
  enum Kind : std::uint8_t { bottom = 0, i32 = 0x7F, i64 = 0x7E, f32 = 0x7D, f64 = 0x7C, v128 = 0x7B, ref = 0x64, ref_null = 0x63 };

  constexpr ValueType() : bits_(bottom) {}
  constexpr ValueType(Kind kind) : bits_(kind) {}
  static constexpr ValueType reference(HeapType heap, bool nullable) { return from_bits((nullable ? ref_null : ref) | heap.bits() << 8); }
  static constexpr ValueType from_bits(std::uint32_t bits) {
    ValueType type;
    type.bits_ = bits;
    return type;
  }

  constexpr Kind kind() const { return static_cast<Kind>(bits_ & 0xFF); }
  constexpr HeapType heap() const { return HeapType::from_bits(bits_ >> 8); }
  constexpr bool is_reference() const { return kind() == ref || kind() == ref_null; }
  constexpr bool is_nullable() const { return kind() == ref_null; }
  constexpr bool is_number() const { return kind() >= f64; }
  constexpr bool is_vector() const { return kind() == v128; }
  /// Has a value before it is set (spec section 2.3.12: defaultable).
  constexpr bool is_defaultable() const { return kind() != ref; }
  constexpr std::uint32_t bits() const { return bits_; }
  constexpr bool operator==(const ValueType&) const = default;

 private:
  std::uint32_t bits_;
};

inline constexpr ValueType funcref = ValueType::reference(HeapType::func, true);
inline constexpr ValueType externref = ValueType::reference(HeapType::extern_, true);
inline constexpr ValueType exnref = ValueType::reference(HeapType::exn, true);

/// Bytes that a value of this type takes in memory, in a frame or below a context: 16 for v128, 8 for references.
constexpr std::uint32_t size_of(ValueType type) {
  switch (type.kind()) {
    case ValueType::i32:
    case ValueType::f32: return 4;
    case ValueType::v128: return 16;
    default: return 8;
  }
}

/// The type's text ("i32", "funcref", "(ref null 3)").
inline std::string to_string(HeapType type) {
  if (type.is_index()) return std::to_string(type.index());
  switch (type.abstract()) {
    case HeapType::nocont: return "nocont";
    case HeapType::noexn: return "noexn";
    case HeapType::nofunc: return "nofunc";
    case HeapType::noextern: return "noextern";
    case HeapType::none: return "none";
    case HeapType::func: return "func";
    case HeapType::extern_: return "extern";
    case HeapType::any: return "any";
    case HeapType::eq: return "eq";
    case HeapType::i31: return "i31";
    case HeapType::struct_: return "struct";
    case HeapType::array: return "array";
    case HeapType::exn: return "exn";
  }
  return "?";
}
inline std::string to_string(ValueType type) {
  switch (type.kind()) {
    case ValueType::bottom: return "any";
    case ValueType::i32: return "i32";
    case ValueType::i64: return "i64";
    case ValueType::f32: return "f32";
    case ValueType::f64: return "f64";
    case ValueType::v128: return "v128";
    case ValueType::ref: return "(ref " + to_string(type.heap()) + ")";
    case ValueType::ref_null:
      if (type.heap().is_index()) return "(ref null " + to_string(type.heap()) + ")";
      if (type.heap() == HeapType::none) return "nullref";
      if (type.heap() == HeapType::nofunc) return "nullfuncref";
      if (type.heap() == HeapType::noextern) return "nullexternref";
      if (type.heap() == HeapType::noexn) return "nullexnref";
      return to_string(type.heap()) + "ref";
  }
  return "?";
}

/// The type of a function, or of a block: what it takes and what it leaves.
class FunctionType {
 public:
  FunctionType() = default;
  FunctionType(std::span<const ValueType> params, std::span<const ValueType> results)
      : values_(params.begin(), params.end()), param_count_(static_cast<std::uint32_t>(params.size())) {
    values_.insert(values_.end(), results.begin(), results.end());
  }
  std::span<const ValueType> params() const { return {values_.data(), param_count_}; }
  std::span<const ValueType> results() const { return {values_.data() + param_count_, values_.size() - param_count_}; }
  bool operator==(const FunctionType&) const = default;

 private:
  std::vector<ValueType> values_;
  std::uint32_t param_count_ = 0;
};

/// For hash tables of function types.
struct FunctionTypeHash {
  std::size_t operator()(const FunctionType& type) const noexcept {
    std::uint64_t hash = type.params().size();
    const auto mix = [&](ValueType value) { hash = (hash ^ value.bits()) * 0x9E3779B97F4A7C15u, hash ^= hash >> 29; };
    for (const ValueType value : type.params()) mix(value);
    for (const ValueType value : type.results()) mix(value);
    return static_cast<std::size_t>(hash);
  }
};

/// The width of a memory's or table's addresses.
enum class AddressType : std::uint8_t { i32, i64 };

constexpr ValueType value_type(AddressType type) { return type == AddressType::i32 ? ValueType::i32 : ValueType::i64; }

/// Size bounds, in pages or elements.
struct Limits {
  std::uint64_t minimum = 0;
  std::optional<std::uint64_t> maximum;
  AddressType address = AddressType::i32;
  bool operator==(const Limits&) const = default;
};

struct MemoryType {
  Limits limits;
  bool shared = false;
  std::uint8_t page_size_log2 = 16;
  bool operator==(const MemoryType&) const = default;
};

struct TableType {
  ValueType element = funcref;
  Limits limits;
  bool operator==(const TableType&) const = default;
};

struct GlobalType {
  ValueType value;
  bool is_mutable = false;
  bool operator==(const GlobalType&) const = default;
};

/// A struct's field or an array's element: a value type, or a packed integer of 8 or 16 bits (then `packed_bits` is not 0 and the value type is i32).
struct FieldType {
  ValueType value;
  std::uint8_t packed_bits = 0;
  bool is_mutable = false;
  bool operator==(const FieldType&) const = default;
};

/// What a type definition is.
enum class CompositeKind : std::uint8_t { function, structure, array };

/// One entry of a module's type section; a recursive group is a run of entries that share `group_begin` and `group_size`.
struct TypeDefinition {
  CompositeKind kind = CompositeKind::function;
  bool is_final = true;
  std::optional<std::uint32_t> supertype;
  std::uint32_t group_begin = 0;
  std::uint32_t group_size = 1;
  FunctionType function;           ///< when `kind` is function
  std::vector<FieldType> fields;   ///< a structure's fields, or the one element of an array
};

/// What can be imported and exported, by its binary code.
enum class ExternKind : std::uint8_t { function = 0, table = 1, memory = 2, global = 3, tag = 4 };

constexpr std::string_view to_string(ExternKind kind) {
  switch (kind) {
    case ExternKind::function: return "function";
    case ExternKind::table: return "table";
    case ExternKind::memory: return "memory";
    case ExternKind::global: return "global";
    case ExternKind::tag: return "tag";
  }
  return "?";
}

/// A 128-bit vector, lanes in little-endian order.
struct V128 {
  alignas(16) std::uint8_t bytes[16] = {};
  bool operator==(const V128&) const = default;
};

}  // namespace wasmer
