#pragma once
/// \file
/// Generated programs for engines that are not ours (observe.mjs), and what theirs and our observations have in common.

#include <string>
#include <string_view>
#include <utility>

#include "observe.hpp"

namespace wasmer::fuzz {

inline std::string_view name_of(Type type) {
  switch (type) {
    case Type::i32: return "i32";
    case Type::i64: return "i64";
    case Type::f32: return "f32";
    case Type::f64: return "f64";
    case Type::v128: return "v128";
    case Type::funcref: return "funcref";
  }
  return {};
}

/// The program as a line of JSON.
inline std::string to_json(const Program& program) {
  std::string json = "{\"wasm\":\"";
  for (const std::byte byte : program.bytes) json += hex(static_cast<std::uint64_t>(byte), 2);
  json += "\",\"calls\":[";
  for (const PlannedCall& call : program.calls) {
    if (json.back() != '[') json += ',';
    json += "{\"f\":" + std::to_string(call.function) + ",\"params\":[";
    for (std::size_t i = 0; i < call.types.size(); ++i) {
      if (i != 0) json += ',';
      json.append("[\"").append(name_of(call.types[i])).append("\",\"") += hex(call.arguments[i], 16) + "\"]";
    }
    json += "],\"results\":[";
    for (std::size_t i = 0; i < call.results.size(); ++i) (json.append(i != 0 ? ",\"" : "\"") += name_of(call.results[i])) += '"';
    json += "]}";
  }
  return json + "]}\n";
}

/// An observation with the names of errors that others tell from each other less well than we do.
inline std::string in_common(std::string text) {
  static constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"undefined_element", "table"},  {"uninitialized_element", "table"}, {"indirect_call_type_mismatch", "table"}, {"out_of_bounds_table_access", "table"},
      {"integer_overflow", "number"}, {"invalid_conversion_to_integer", "number"}};
  for (const auto& [ours, common] : names)
    for (std::size_t at = 0; (at = text.find(ours, at)) != std::string::npos;) text.replace(at, ours.size(), common);
  return text;
}

}  // namespace wasmer::fuzz
