#pragma once
/// \file
/// What the instructions of a body refer to by index, and whether it is there.

#include <algorithm>
#include <cstdint>
#include <string>

#include <wasmer/module/module.hpp>
#include <wasmer/module/reader/frames.hpp>

namespace wasmer::reader {

/// The stacks of a body and the module around it. Each lookup fails, and says how many there are, where an index is out of range.
class Scope : public Frames {
 protected:
  explicit Scope(const Module& module) : Frames(&module), module_(module), memory_count_(static_cast<std::uint32_t>(module.memories.size())) {
    if (memory_count_ != 0) address0_ = value_type(module.memories[0].limits.address);
  }

  [[gnu::cold, gnu::noinline]] bool unknown(ErrorId id, std::uint64_t index, std::size_t count) {
    return fail(id, std::to_string(index) + " (there are " + std::to_string(count) + ")");
  }
  [[gnu::cold, gnu::noinline]] bool misaligned(unsigned align_log2, unsigned natural) {
    return fail(ErrorId::alignment_too_large, "2^" + std::to_string(align_log2) + ", natural is 2^" + std::to_string(natural));
  }

  const FunctionType* function(std::uint32_t index) {
    if (index >= module_.functions.size()) [[unlikely]] return unknown(ErrorId::unknown_function, index, module_.functions.size()), nullptr;
    return &module_.types[module_.functions[index]].function;
  }
  /// The type of an indirect call, once its table and its index there are checked.
  const FunctionType* indirect(const IndexPair& type_table) {
    const TableType* callees = table(type_table.second);
    if (callees == nullptr) return nullptr;
    if (!matches(callees->element, funcref)) return mismatch(funcref, callees->element), nullptr;
    const FunctionType* type = function_type(type_table.first);
    return type != nullptr && pop(value_type(callees->limits.address)) ? type : nullptr;
  }
  const FunctionType* function_type(std::uint32_t index) {
    if (index >= module_.types.size() || module_.types[index].kind != CompositeKind::function) [[unlikely]]
      return unknown(ErrorId::unknown_type, index, module_.types.size()), nullptr;
    return &module_.types[index].function;
  }
  const TableType* table(std::uint32_t index) {
    if (index >= module_.tables.size()) [[unlikely]] return unknown(ErrorId::unknown_table, index, module_.tables.size()), nullptr;
    return &module_.tables[index].type;
  }
  /// What an exception with this tag carries.
  const FunctionType* tag(std::uint32_t index) {
    if (index >= module_.tags.size()) [[unlikely]] return unknown(ErrorId::unknown_tag, index, module_.tags.size()), nullptr;
    return &module_.types[module_.tags[index].type].function;
  }
  /// A memory, whose address type it tells.
  bool memory(std::uint32_t index, ValueType& address) {
    if (index >= memory_count_) [[unlikely]] return unknown(ErrorId::unknown_memory, index, memory_count_);
    address = index == 0 ? address0_ : value_type(module_.memories[index].limits.address);
    return true;
  }
  bool element(std::uint32_t index) {
    return index < module_.elements.size() || unknown(ErrorId::unknown_elem_segment, index, module_.elements.size());
  }
  /// A data segment, whose number must be known before the code is read (spec section 5.5.16).
  bool data(std::uint32_t index) {
    if (!module_.data_count) return fail(ErrorId::data_count_required);
    return index < *module_.data_count || unknown(ErrorId::unknown_data_segment, index, *module_.data_count);
  }
  bool lane(std::uint8_t index, unsigned count) { return index < count || fail(ErrorId::invalid_lane_index, std::to_string(index)); }
  /// A memory access, which must be aligned to the given power of two at most, or `exact`ly. Tells the memory's address type.
  [[gnu::always_inline]] bool access(const MemoryAccess& access, unsigned natural, bool exact, ValueType& address) {
    address = address0_;
    const bool aligned = exact ? access.align_log2 == natural : access.align_log2 <= natural;
    return (access.memory < std::min(memory_count_, 1u) && aligned && access.offset <= 0xFFFF'FFFF) || access_rare(access, natural, aligned, address);
  }
  [[gnu::noinline]] bool access_rare(const MemoryAccess& access, unsigned natural, bool aligned, ValueType& address) {
    if (!memory(access.memory, address)) return false;
    if (!aligned) return misaligned(access.align_log2, natural);
    return access.offset <= 0xFFFF'FFFF || address == ValueType::i64 || fail(ErrorId::offset_out_of_range, std::to_string(access.offset));
  }

  const Module& module_;

 private:
  std::uint32_t memory_count_ = 0;
  ValueType address0_ = ValueType::i32;  ///< of memory 0
};

}  // namespace wasmer::reader
