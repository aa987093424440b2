#pragma once
/// \file
/// Which names of a module can stand as identifiers in its text.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <wasmer/module/module.hpp>
#include <wasmer/module/names.hpp>

namespace wasmer::printer {

/// Whether all of a name's characters may stand in an identifier (spec section 6.3.5).
constexpr bool is_identifier(std::string_view name) {
  constexpr std::string_view others = "!#$%&'*+-./:<=>?@\\^_`|~";
  for (const char c : name)
    if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || others.find(c) != std::string_view::npos)) return false;
  return !name.empty();
}

/// The identifiers of the things of one index space, by index. Of two with one name, the first has it.
class Identifiers {
 public:
  template <class NameOf> Identifiers(std::size_t count, NameOf name_of) : names_(count) {
    std::unordered_set<std::string_view> taken;
    for (std::size_t i = 0; i < count; ++i)
      if (const std::string_view name = name_of(static_cast<std::uint32_t>(i)); is_identifier(name) && taken.insert(name).second) names_[i] = name;
  }

  /// How others refer to it: "$name", or its index.
  std::string reference(std::uint32_t index) const { return has(index) ? "$" + std::string(names_[index]) : std::to_string(index); }
  /// What stands where it is defined: " $name", or its index as a comment.
  std::string definition(std::uint32_t index) const { return has(index) ? " $" + std::string(names_[index]) : " (;" + std::to_string(index) + ";)"; }
  bool has(std::uint32_t index) const { return index < names_.size() && !names_[index].empty(); }

 private:
  std::vector<std::string_view> names_;
};

/// The identifiers of all of a module's index spaces.
struct ModuleIdentifiers {
  static auto of(const Names& names, NameKind kind) {
    return [&names, kind](std::uint32_t index) { return names.name(kind, index); };
  }
  ModuleIdentifiers(const Module& module, const Names& names)
      : types(module.types.size(), of(names, NameKind::type)),
        functions(module.functions.size(), of(names, NameKind::function)),
        tables(module.tables.size(), of(names, NameKind::table)),
        memories(module.memories.size(), of(names, NameKind::memory)),
        globals(module.globals.size(), of(names, NameKind::global)),
        tags(module.tags.size(), of(names, NameKind::tag)),
        elements(module.elements.size(), of(names, NameKind::element)),
        data(module.data.size(), of(names, NameKind::data)) {}

  Identifiers types, functions, tables, memories, globals, tags, elements, data;
};

}  // namespace wasmer::printer
