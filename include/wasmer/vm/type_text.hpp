#pragma once
/// \file
/// Types of functions, tables, memories and globals as text, in the form of the text format.

#include <string>

#include <wasmer/wasm/types.hpp>

namespace wasmer {

/// "(func (param i32 i64) (result f32))".
inline std::string to_string(const FunctionType& type) {
  std::string text = "(func";
  const auto list = [&](std::string_view word, std::span<const ValueType> values) {
    if (values.empty()) return;
    text.append(" (").append(word);
    for (const ValueType value : values) text.append(" ").append(to_string(value));
    text += ")";
  };
  list("param", type.params());
  list("result", type.results());
  return text + ")";
}

/// "i64 1 2" for 64-bit addresses, "1 2" or "1" for others.
inline std::string to_string(const Limits& limits) {
  std::string text = limits.address == AddressType::i64 ? "i64 " : "";
  text += std::to_string(limits.minimum);
  if (limits.maximum) text.append(" ").append(std::to_string(*limits.maximum));
  return text;
}

/// "(memory 1 2 shared)".
inline std::string to_string(const MemoryType& type) {
  std::string text = "(memory " + to_string(type.limits);
  if (type.shared) text += " shared";
  if (type.page_size_log2 != 16) text += " (pagesize " + std::to_string(std::uint64_t{1} << type.page_size_log2) + ")";
  return text + ")";
}

/// "(table 1 2 funcref)".
inline std::string to_string(const TableType& type) { return "(table " + to_string(type.limits) + " " + to_string(type.element) + ")"; }

/// "(global (mut i32))".
inline std::string to_string(const GlobalType& type) {
  return type.is_mutable ? "(global (mut " + to_string(type.value) + "))" : "(global " + to_string(type.value) + ")";
}

}  // namespace wasmer
