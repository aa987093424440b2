#pragma once
/// \file
/// Immediates: what follows an instruction's opcode, once decoded. Consumers of FunctionReader receive these.

#include <bit>
#include <cstdint>
#include <span>

#include <wasmer/wasm/types.hpp>

namespace wasmer {

/// How an instruction's immediates are encoded; the immediate column of opcodes.def. A memory access's natural alignment is its kind.
enum class Immediate : std::uint8_t {
  none, block, block_catch, label, labels, func, type, type_table, local, global, table, table_table, elem_table, elem,
  memory, memory_memory, data_memory, data, mem1, mem2, mem4, mem8, mem16, mem1_lane, mem2_lane, mem4_lane, mem8_lane,
  i32, i64, f32, f64, v128, lane, lanes16, heap_type, types, tag, cast, struct_, field, array, array_count, array_data,
  array_elem, array_array, zero,
};

/// What a block takes from the stack and leaves on it.
struct BlockType {
  std::span<const ValueType> params;
  std::span<const ValueType> results;
};

/// A memory access's immediate. `align_log2` is at most the natural alignment.
struct MemoryAccess {
  std::uint64_t offset = 0;
  std::uint32_t memory = 0;
  std::uint8_t align_log2 = 0;
};

/// A memory access that also names a lane.
struct LaneAccess {
  MemoryAccess memory;
  std::uint8_t lane = 0;
};

/// The targets of a br_table as label depths; the last one is the default.
struct BranchTable {
  std::span<const std::uint32_t> depths;
};

/// A float constant by its bits, so that no NaN changes on its way.
struct F32 {
  std::uint32_t bits = 0;
  float value() const { return std::bit_cast<float>(bits); }
};
struct F64 {
  std::uint64_t bits = 0;
  double value() const { return std::bit_cast<double>(bits); }
};

/// The two indices of table.copy and memory.copy (destination, source), table.init (segment, table), memory.init (segment, memory),
/// call_indirect (type, table), and of GC instructions in the order of their encoding.
struct IndexPair {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
};

/// br_on_cast and br_on_cast_fail.
struct Cast {
  std::uint32_t depth = 0;
  ValueType from;
  ValueType to;
};

/// One clause of a try_table (spec section 5.4.1).
struct CatchClause {
  enum Kind : std::uint8_t { one = 0, one_ref = 1, all = 2, all_ref = 3 };
  Kind kind = all;
  std::uint32_t tag = 0;
  std::uint32_t depth = 0;
};

}  // namespace wasmer
