#pragma once
/// \file
/// A type as the whole process has it, and the objects of such types as they lie in a store's heap.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wasmer/wasm/types.hpp>

namespace wasmer::vm {

/// True of types whose values may refer to exceptions.
constexpr bool may_hold_exception(ValueType type) {
  return type.is_reference() && (type.heap() == HeapType::exn || type.heap() == HeapType::noexn);
}

struct TypeGroup;

/// What an object of the heap is. Besides those that guests make, there are boxes for references that change hierarchy.
enum class ObjectKind : std::uint32_t {
  none,       ///< of a function's type, which has no objects
  structure,
  array,
  host,       ///< a word of the embedder's as an `any`
  small_integer,  ///< an i31 as an `extern`
  external,       ///< a C++ value of the embedder's
};

/// A canonical type. Compiled code reads the first four members.
struct CanonicalType {
  static constexpr std::uint32_t near_depth = 8;

  std::uint32_t id = 0;  ///< process-wide; 0 is none
  ObjectKind kind = ObjectKind::none;
  std::uint32_t depth = 0;                         ///< how many declared supertypes it has, theirs included
  std::array<std::uint32_t, near_depth> near = {};  ///< the ids of the type's supertypes by their depth, its own at the end, as far as there is room
  const std::uint32_t* all = nullptr;              ///< the same without end

  TypeDefinition definition;  ///< refers to types by their ids
  std::vector<std::uint32_t> supertypes;
  TypeGroup* group = nullptr;

  // Of structures and arrays.
  std::uint32_t size = 0;                        ///< bytes of a structure, or of one element
  bool holds_references = false;                 ///< an array's elements are references
  bool may_hold_exceptions = false;
  std::vector<std::uint32_t> reference_offsets;  ///< of a structure

  bool is_below(const CanonicalType& other) const { return depth >= other.depth && all[other.depth] == other.id; }
};

namespace offset {
inline constexpr std::int32_t type_kind = 4;
inline constexpr std::int32_t type_depth = 8;
inline constexpr std::int32_t type_near = 12;
inline constexpr std::int32_t type_all = 48;
inline constexpr std::int32_t object_type = 0;
inline constexpr std::int32_t array_length = 8;
inline constexpr std::int32_t array_elements = 16;
}  // namespace offset

/// The head of every object: a structure's fields follow it.
struct HeapObject {
  const CanonicalType* type = nullptr;
};

/// The head of an array, whose elements follow it.
struct ArrayObject : HeapObject {
  std::uint32_t length = 0;
  std::byte* element(std::uint64_t index) { return reinterpret_cast<std::byte*>(this) + offset::array_elements + index * type->size; }
};

/// An object that holds one word: a host's, or an i31.
struct BoxObject : HeapObject {
  std::uint64_t word = 0;
};

static_assert(offsetof(CanonicalType, kind) == offset::type_kind && offsetof(CanonicalType, depth) == offset::type_depth &&
              offsetof(CanonicalType, near) == offset::type_near && offsetof(CanonicalType, all) == offset::type_all && sizeof(ArrayObject) == offset::array_elements);

/// Bytes that a field takes.
constexpr std::uint32_t stored_size(const FieldType& field) { return field.packed_bits != 0 ? field.packed_bits / 8u : size_of(field.value); }

/// Where a structure's fields lie, in their order and each aligned: those of a supertype lie where they lie in it.
struct StructureLayout {
  explicit StructureLayout(std::span<const FieldType> fields) {
    offsets.reserve(fields.size());
    for (const FieldType& field : fields) {
      const std::uint32_t bytes = stored_size(field);
      size = (size + bytes - 1) & ~(bytes - 1);
      offsets.push_back(size);
      size += bytes;
    }
  }
  std::vector<std::uint32_t> offsets;
  std::uint32_t size = sizeof(HeapObject);
};

}  // namespace wasmer::vm
