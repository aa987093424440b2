#pragma once
/// \file
/// Operations on whole arrays (spec section 4.6.9). Those that make one answer with the array, or with the ErrorId of a trap, which is no address; the
/// others with the ErrorId, or `no_trap`. All check their ranges before they touch anything.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include <wasmer/error.hpp>
#include <wasmer/vm/bulk.hpp>
#include <wasmer/vm/collect.hpp>
#include <wasmer/vm/constant.hpp>
#include <wasmer/vm/instance.hpp>

namespace wasmer::vm {

inline Reference made(HeapObject* object) { return object != nullptr ? reinterpret_cast<Reference>(object) : trap(ErrorId::out_of_memory); }
inline ArrayObject* array_at(Reference array) { return reinterpret_cast<ArrayObject*>(array); }

/// The element `index` of a segment, by whatever the segment says it.
inline Reference segment_element(Instance& instance, std::uint32_t segment, std::uint64_t index) {
  if (const auto made = instance.evaluated(segment); !made.empty()) return made[index];
  const ElementSegment& source = instance.module().elements[segment];
  return source.by_expressions ? evaluate_word(instance, source.expressions[index]) : reinterpret_cast<Reference>(instance.func_ref(source.functions[index]));
}

/// Sets `count` elements to the low bytes of `value`; vectors to the one that it is the address of.
inline std::uint32_t array_fill(Instance& instance, Reference array, std::uint32_t at, std::uint64_t value, std::uint32_t count) {
  if (array == 0) return trap(ErrorId::null_array_reference);
  ArrayObject& to = *array_at(array);
  if (!in_range(at, count, to.length)) return trap(ErrorId::out_of_bounds_array_access);
  const std::uint32_t bytes = to.type->size;
  return in_pieces(instance.store(), count, bulk_piece / bytes, true, [&](std::uint64_t from, std::uint64_t now) {
    std::byte* const begin = to.element(at + from);
    switch (bytes) {
      case 1: std::memset(begin, static_cast<int>(value & 0xFF), now); break;
      case 2: std::fill_n(reinterpret_cast<std::uint16_t*>(begin), now, static_cast<std::uint16_t>(value)); break;
      case 4: std::fill_n(reinterpret_cast<std::uint32_t*>(begin), now, static_cast<std::uint32_t>(value)); break;
      case 8: std::fill_n(reinterpret_cast<std::uint64_t*>(begin), now, value); break;
      default: std::fill_n(reinterpret_cast<V128*>(begin), now, *reinterpret_cast<const V128*>(value));
    }
  });
}

inline Reference array_new(Instance& instance, const CanonicalType& type, std::uint64_t value, std::uint32_t count) {
  ArrayObject* const array = allocate_array(instance.store(), type, count);
  if (array == nullptr) return trap(ErrorId::out_of_memory);
  const std::uint32_t id = value == 0 ? no_trap : array_fill(instance, reinterpret_cast<Reference>(array), 0, value, count);
  return id == no_trap ? reinterpret_cast<Reference>(array) : id;
}

inline std::uint32_t array_copy(Instance& instance, Reference to_array, std::uint32_t to, Reference from_array, std::uint32_t from, std::uint32_t count) {
  if (to_array == 0 || from_array == 0) return trap(ErrorId::null_array_reference);
  ArrayObject &target = *array_at(to_array), &source = *array_at(from_array);
  if (!in_range(to, count, target.length) || !in_range(from, count, source.length)) return trap(ErrorId::out_of_bounds_array_access);
  return in_pieces(instance.store(), count, bulk_piece / target.type->size, &target != &source || to <= from, [&](std::uint64_t at, std::uint64_t now) {
    std::memmove(target.element(to + at), source.element(from + at), now * target.type->size);
  });
}

inline std::uint32_t array_init_data(Instance& instance, std::uint32_t segment, Reference array, std::uint32_t to, std::uint32_t from, std::uint32_t count) {
  if (array == 0) return trap(ErrorId::null_array_reference);
  ArrayObject& target = *array_at(array);
  if (!in_range(to, count, target.length)) return trap(ErrorId::out_of_bounds_array_access);
  const std::span<const std::byte> source = instance.data(segment);
  const std::uint64_t bytes = std::uint64_t{count} * target.type->size;
  if (!in_range(from, bytes, source.size())) return trap(ErrorId::out_of_bounds_memory_access);
  if (bytes != 0) std::memcpy(target.element(to), source.data() + from, bytes);
  return no_trap;
}
inline Reference array_new_data(Instance& instance, const CanonicalType& type, std::uint32_t segment, std::uint32_t from, std::uint32_t count) {
  if (!in_range(from, std::uint64_t{count} * type.size, instance.data(segment).size())) return trap(ErrorId::out_of_bounds_memory_access);
  ArrayObject* const array = allocate_array(instance.store(), type, count);
  if (array != nullptr) array_init_data(instance, segment, reinterpret_cast<Reference>(array), 0, from, count);
  return made(array);
}

inline std::uint32_t array_init_elem(Instance& instance, std::uint32_t segment, Reference array, std::uint32_t to, std::uint32_t from, std::uint32_t count) {
  if (array == 0) return trap(ErrorId::null_array_reference);
  ArrayObject& target = *array_at(array);
  if (!in_range(to, count, target.length)) return trap(ErrorId::out_of_bounds_array_access);
  if (!in_range(from, count, instance.element_count(segment))) return trap(ErrorId::out_of_bounds_table_access);
  for (std::uint32_t i = 0; i < count; ++i) {
    const Reference element = segment_element(instance, segment, std::uint64_t{from} + i);
    std::memcpy(target.element(std::uint64_t{to} + i), &element, sizeof element);
  }
  return no_trap;
}
inline Reference array_new_elem(Instance& instance, const CanonicalType& type, std::uint32_t segment, std::uint32_t from, std::uint32_t count) {
  if (!in_range(from, count, instance.element_count(segment))) return trap(ErrorId::out_of_bounds_table_access);
  ArrayObject* const array = allocate_array(instance.store(), type, count);
  if (array != nullptr) array_init_elem(instance, segment, reinterpret_cast<Reference>(array), 0, from, count);
  return made(array);
}

}  // namespace wasmer::vm
