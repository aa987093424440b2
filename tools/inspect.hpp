#pragma once
/// \file
/// `wasmer inspect`: what a module is made of, as text.

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include <wasmer/module/module.hpp>
#include <wasmer/module/parser.hpp>
#include <wasmer/support/bytes.hpp>
#include <wasmer/vm/type_text.hpp>

#include "escape.hpp"

namespace wasmer::tools {

/// A type definition in the form of the text format; of recursive groups and supertypes nothing.
inline std::string describe(const TypeDefinition& type) {
  if (type.kind == CompositeKind::function) return to_string(type.function);
  std::string text = type.kind == CompositeKind::array ? "(array" : "(struct";
  for (const FieldType& field : type.fields) {
    const std::string value = field.packed_bits ? "i" + std::to_string(field.packed_bits) : to_string(field.value);
    text += type.kind == CompositeKind::array ? " " : " (field ";
    text += field.is_mutable ? "(mut " + value + ")" : value;
    if (type.kind != CompositeKind::array) text += ")";
  }
  return text + ")";
}

/// The type of the `index`-th item of an index space.
inline std::string describe(const Module& module, ExternKind kind, std::uint32_t index) {
  switch (kind) {
    case ExternKind::function: return to_string(module.function_type(index));
    case ExternKind::table: return to_string(module.tables[index].type);
    case ExternKind::memory: return to_string(module.memories[index]);
    case ExternKind::global: return to_string(module.globals[index].type);
    case ExternKind::tag: return to_string(module.types[module.tags[index].type].function);
  }
  return {};
}

namespace detail {

inline std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text;
}

/// One line for each section: where it begins, how large it is.
inline void inspect_sections(const Module& module, std::string& text) {
  static constexpr std::array<std::string_view, 14> names{"custom", "type", "import", "function", "table", "memory", "global",
                                                          "export", "start", "element", "code", "data", "data count", "tag"};
  ByteReader in(*module.bytes, 0);
  in.bytes(8);
  text += "\nsections\n";
  while (!in.failed() && !in.at_end()) {
    const std::uint8_t id = in.u8();
    const std::uint32_t size = in.u32();
    const std::uint64_t begin = in.offset();
    ByteReader section(in.bytes(size), begin);
    if (in.failed() || id >= names.size()) return;
    std::string label(names[id]);
    if (id == 0) {
      const std::uint32_t length = section.u32();
      const auto name = section.bytes(length);
      label += " " + in_quotes({reinterpret_cast<const char*>(name.data()), name.size()});
    }
    char line[64];
    std::snprintf(line, sizeof line, "  0x%08llx %11u bytes  ", static_cast<unsigned long long>(begin), size);
    text.append(line).append(label).append("\n");
  }
}

}  // namespace detail

/// Sections, types, imports, exports and counts of a module that has been parsed.
inline std::string inspect(const Module& module) {
  std::string text = std::to_string(module.bytes->size()) + " bytes, " + std::to_string(module.code_bytes()) + " of code in " + std::to_string(module.bodies.size()) +
                     " functions\n";
  detail::inspect_sections(module, text);

  if (!module.types.empty()) text += "\ntypes\n";
  for (std::size_t i = 0; i < module.types.size(); ++i) text += "  " + detail::padded(std::to_string(i), 6) + describe(module.types[i]) + "\n";

  if (!module.imports.empty()) text += "\nimports\n";
  for (const Import& import : module.imports)
    text += "  " + detail::padded(std::string(to_string(import.kind)), 9) + in_quotes(import.module) + " " + in_quotes(import.name) + "  " +
            describe(module, import.kind, import.index) + "\n";

  if (!module.exports.empty()) text += "\nexports\n";
  for (const Export& export_ : module.exports)
    text += "  " + detail::padded(std::string(to_string(export_.kind)), 9) + in_quotes(export_.name) + "  " +
            describe(module, export_.kind, export_.index) + "\n";

  text += "\nitems, imported ones included\n";
  const auto count = [&](std::string_view what, std::size_t number, std::size_t imported) {
    if (number == 0) return;
    text += "  " + detail::padded(std::string(what), 12) + std::to_string(number);
    if (imported != 0) text += ", " + std::to_string(imported) + " imported";
    text += "\n";
  };
  count("functions", module.functions.size(), module.imported_functions);
  count("tables", module.tables.size(), module.imported_tables);
  count("memories", module.memories.size(), module.imported_memories);
  count("globals", module.globals.size(), module.imported_globals);
  count("tags", module.tags.size(), module.imported_tags);
  count("elements", module.elements.size(), 0);
  count("data", module.data.size(), 0);
  if (module.start) text += "  start       function " + std::to_string(*module.start) + "\n";
  return text;
}

}  // namespace wasmer::tools
