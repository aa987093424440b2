#pragma once
/// \file
/// Every instruction of the table that reads or writes memory at an address, and the memories that it may do so in.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <wasmer/module/reader/immediates.hpp>
#include <wasmer/wasm/opcode.hpp>

#include "../../execute.hpp"

namespace wasmer::tests {

/// A memory called $m, among others or alone, and exported.
struct Place {
  const char* memories;
  bool wide;  ///< its addresses are of 64 bits
  std::uint64_t end;
  bool shared;
};
inline constexpr Place places[] = {
    {"(memory $m (export \"memory\") 1)", false, 65536, false},
    {"(memory $m (export \"memory\") i64 1)", true, 65536, false},
    {"(memory $m (export \"memory\") 1 2 shared)", false, 65536, true},
    {"(memory 2) (memory $m (export \"memory\") 1) (memory 3)", false, 65536, false},
    {"(memory 2) (memory $m (export \"memory\") i64 1) (memory 3)", true, 65536, false},
    {"(memory 2) (memory $m (export \"memory\") i64 1 2 shared)", true, 65536, true},
    {"(memory $m (export \"memory\") 70000 (pagesize 1))", false, 70000, false},
    {"(memory $m (export \"memory\") i64 53 (pagesize 1))", true, 53, false},
    {"(memory 1) (memory $m (export \"memory\") 4099 (pagesize 1))", false, 4099, false},
    {"(memory 1) (memory $m (export \"memory\") 48 64 shared (pagesize 1))", false, 48, true},
};
inline Value address(const Place& place, std::uint64_t at) { return place.wide ? Value(at) : dirty(static_cast<std::uint32_t>(at)); }

struct Access {
  const OpInfo* row;
  std::uint32_t size;

  std::string_view text() const { return row->text; }
  bool is_atomic() const { return row->family == Family::atomic; }
  bool is_vector() const { return row->since == Proposal::simd; }
  bool waits() const { return text().starts_with("memory.atomic.wait"); }
  bool writes() const { return !result() || row->signature[1] != ':'; }
  std::string_view operands() const { return row->signature.substr(1, row->signature.find(':') - 1); }  ///< behind the address
  char result() const { return row->signature.back() == ':' ? '\0' : row->signature.back(); }

  /// The instruction with its immediates.
  std::string at(std::string_view memory, std::uint64_t offset) const {
    return std::string(text()) + " " + std::string(memory) + " offset=" + std::to_string(offset) + (reader::is_lane_access(row->immediate) ? " 0" : "");
  }
  /// What an access at `address` gives; nothing where it does not trap.
  std::string_view trap(const Place& place, std::uint64_t address) const {
    if (is_atomic() && address % size != 0) return "unaligned atomic";
    if (address > place.end || size > place.end - address) return "out of bounds memory access";
    return waits() && !place.shared ? "expected shared memory" : "";
  }
};

inline const char* type_of(char letter) {
  constexpr const char* names[] = {"i32", "i64", "f32", "f64", "v128"};
  return names[std::string_view("ilfdv").find(letter)];
}
/// A value of a type that differs from what lies in memory and has bits set all over; no float is a NaN.
inline Value operand(char letter) {
  constexpr std::uint64_t pattern = 0xC142'4344'C546'4748;
  switch (letter) {
    case 'i': return dirty(0xC546'4748);
    case 'l': return Value(pattern);
    case 'f': return Value(ValueType::f32, 0xC546'4748);
    case 'd': return Value(ValueType::f64, pattern);
    default: {
      V128 vector;
      for (std::uint8_t i = 0; i < 16; ++i) vector.bytes[i] = static_cast<std::uint8_t>(0x41 + 7 * i);
      return vector;
    }
  }
}

/// All accesses of the table, those of vectors alone, or the others alone.
inline std::vector<Access> accesses(bool vectors) {
  std::vector<Access> list;
  for (const OpInfo& row : ops) {
    if (!reader::is_memory_access(row.immediate) && !reader::is_lane_access(row.immediate)) continue;
    const Access access{&row, 1u << reader::natural_align_log2(row.immediate)};
    if (access.is_vector() == vectors) list.push_back(access);
  }
  return list;
}
/// Instructions of vectors are refused where there is no SSE4.1.
inline std::vector<Setting> settings_for(bool vectors) {
  std::vector<Setting> list;
  for (const Setting setting : settings)
    if (setting.optional_instructions || !vectors) list.push_back(setting);
  return list;
}

/// A function that takes `index` parameters of the type of addresses, then the operands, and gives what the access gives. `index` makes the address of the parameters.
inline std::string function(const std::string& name, const Access& access, const Place& place, std::uint64_t offset, unsigned indices, const std::string& index) {
  std::string text = "(func (export \"" + name + "\") (param";
  for (unsigned i = 0; i < indices; ++i) text += place.wide ? " i64" : " i32";
  for (const char letter : access.operands()) text += std::string(" ") + type_of(letter);
  text += ")";
  if (access.result()) text += std::string(" (result ") + type_of(access.result()) + ")";
  text += " " + index;
  for (std::size_t i = 0; i < access.operands().size(); ++i) text += " (local.get " + std::to_string(indices + i) + ")";
  return text + " " + access.at("$m", offset) + ")\n";
}
inline std::vector<Value> arguments(const Access& access, std::initializer_list<Value> indices) {
  std::vector<Value> list(indices);
  for (const char letter : access.operands()) list.push_back(operand(letter));
  return list;
}

}  // namespace wasmer::tests
