#pragma once
/// \file
/// Bulk operations on memories and tables (spec sections 4.6.10 and 4.6.11). All check their ranges before they touch anything, and between pieces
/// whether they shall stop; an interrupted one has done some of its pieces.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <wasmer/error.hpp>
#include <wasmer/vm/constant.hpp>
#include <wasmer/vm/context.hpp>
#include <wasmer/vm/instance.hpp>
#include <wasmer/vm/racing.hpp>

namespace wasmer::vm {

/// Bytes between two looks at the interrupt flag.
inline constexpr std::uint64_t bulk_piece = std::uint64_t{1} << 20;

constexpr std::uint32_t trap(ErrorId id) { return static_cast<std::uint32_t>(id); }
/// True when [at, at + count) lies in [0, size).
constexpr bool in_range(std::uint64_t at, std::uint64_t count, std::uint64_t size) { return count <= size && at <= size - count; }

/// Calls `step(at, count)` for the pieces of [0, count), upwards or downwards; no_trap, or interrupted.
template <class Step> std::uint32_t in_pieces(const Store& store, std::uint64_t count, std::uint64_t piece, bool upwards, Step&& step) {
  for (std::uint64_t done = 0; done < count;) {
    const std::uint64_t now = std::min(piece, count - done);
    step(upwards ? done : count - done - now, now);
    done += now;
    if (done < count && store.interrupted()) return trap(ErrorId::interrupted);
  }
  return no_trap;
}

inline std::uint32_t memory_fill(Instance& instance, std::uint32_t memory, std::uint64_t to, std::uint32_t value, std::uint64_t count) {
  const std::span<std::byte> bytes = instance.memories()[memory]->bytes();
  if (!in_range(to, count, bytes.size())) return trap(ErrorId::out_of_bounds_memory_access);
  return in_pieces(instance.store(), count, bulk_piece, true,
                   [&](std::uint64_t at, std::uint64_t now) { fill_racing(bytes.data() + to + at, static_cast<std::byte>(value & 0xFF), now); });
}

inline std::uint32_t memory_copy(Instance& instance, std::uint32_t to_memory, std::uint32_t from_memory, std::uint64_t to, std::uint64_t from,
                                 std::uint64_t count) {
  const std::span<std::byte> target = instance.memories()[to_memory]->bytes(), source = instance.memories()[from_memory]->bytes();
  if (!in_range(to, count, target.size()) || !in_range(from, count, source.size())) return trap(ErrorId::out_of_bounds_memory_access);
  return in_pieces(instance.store(), count, bulk_piece, to_memory != from_memory || to <= from,
                   [&](std::uint64_t at, std::uint64_t now) { copy_racing(target.data() + to + at, source.data() + from + at, now); });
}

inline std::uint32_t memory_init(Instance& instance, std::uint32_t memory, std::uint32_t segment, std::uint64_t to, std::uint64_t from, std::uint64_t count) {
  const std::span<std::byte> target = instance.memories()[memory]->bytes();
  const std::span<const std::byte> source = instance.data(segment);
  if (!in_range(to, count, target.size()) || !in_range(from, count, source.size())) return trap(ErrorId::out_of_bounds_memory_access);
  return in_pieces(instance.store(), count, bulk_piece, true,
                   [&](std::uint64_t at, std::uint64_t now) { copy_racing(target.data() + to + at, source.data() + from + at, now); });
}

inline std::uint32_t table_fill(Instance& instance, std::uint32_t table, std::uint64_t to, Reference value, std::uint64_t count) {
  const std::span<Reference> elements = instance.tables()[table]->elements();
  if (!in_range(to, count, elements.size())) return trap(ErrorId::out_of_bounds_table_access);
  return in_pieces(instance.store(), count, bulk_piece / sizeof(Reference), true,
                   [&](std::uint64_t at, std::uint64_t now) { std::ranges::fill(elements.subspan(to + at, now), value); });
}

inline std::uint32_t table_copy(Instance& instance, std::uint32_t to_table, std::uint32_t from_table, std::uint64_t to, std::uint64_t from,
                                std::uint64_t count) {
  const std::span<Reference> target = instance.tables()[to_table]->elements(), source = instance.tables()[from_table]->elements();
  if (!in_range(to, count, target.size()) || !in_range(from, count, source.size())) return trap(ErrorId::out_of_bounds_table_access);
  return in_pieces(instance.store(), count, bulk_piece / sizeof(Reference), to_table != from_table || to <= from, [&](std::uint64_t at, std::uint64_t now) {
    std::memmove(target.data() + to + at, source.data() + from + at, now * sizeof(Reference));
  });
}

inline std::uint32_t table_init(Instance& instance, std::uint32_t table, std::uint32_t segment, std::uint64_t to, std::uint64_t from, std::uint64_t count) {
  const std::span<Reference> target = instance.tables()[table]->elements();
  if (!in_range(to, count, target.size()) || !in_range(from, count, instance.element_count(segment))) return trap(ErrorId::out_of_bounds_table_access);
  const ElementSegment& source = instance.module().elements[segment];
  if (const auto made = instance.evaluated(segment); !made.empty()) {
    std::ranges::copy(made.subspan(from, count), target.begin() + static_cast<std::ptrdiff_t>(to));
    return no_trap;
  }
  return in_pieces(instance.store(), count, bulk_piece / 64, true, [&](std::uint64_t at, std::uint64_t now) {
    for (std::uint64_t i = at; i < at + now; ++i)
      target[to + i] = source.functions.empty() ? evaluate_word(instance, source.expressions[from + i])
                                                : reinterpret_cast<Reference>(instance.func_ref(source.functions[from + i]));
  });
}

}  // namespace wasmer::vm
