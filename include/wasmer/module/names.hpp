#pragma once
/// \file
/// The name section (spec section 7.4.1 and the extended-name-section proposal): what people call a module's things.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <wasmer/module/decoder.hpp>
#include <wasmer/module/module.hpp>

namespace wasmer {

/// What a name is given to, by its number in the name section. Locals and labels belong to a function each.
enum class NameKind : std::uint8_t { module, function, local, label, type, table, memory, global, element, data, field, tag };

/// The names of a module's things. Those of locals are read where they stand when asked for. A part that is malformed is left out:
/// names are for people and never a reason to refuse a module. Views last as long as the module's bytes.
class Names {
 public:
  explicit Names(const Module& module) : module_(module) {
    const auto section = std::ranges::find(module.custom_sections, std::string_view("name"), &CustomSection::name);
    if (section != module.custom_sections.end()) read(*section);
  }

  /// The module's own name; empty if it has none.
  std::string_view module_name() const { return module_name_; }

  /// The name in the name section; empty if there is none.
  std::string_view name(NameKind kind, std::uint32_t index) const {
    const std::vector<Entry>& entries = maps_[static_cast<std::size_t>(kind)];
    const auto found = std::ranges::lower_bound(entries, index, {}, &Entry::index);
    return found != entries.end() && found->index == index ? found->name : std::string_view();
  }

  /// What to call a function: its name, or else the one it is exported or imported by; empty if it has none at all.
  std::string_view function_name(std::uint32_t index) const {
    if (const std::string_view own = name(NameKind::function, index); !own.empty()) return own;
    for (const Export& item : module_.exports)
      if (item.kind == ExternKind::function && item.index == index) return item.name;
    for (const Import& item : module_.imports)
      if (item.kind == ExternKind::function && item.index == index) return item.name;
    return {};
  }

  /// The name of a function's parameter or local; empty if there is none.
  std::string_view local_name(std::uint32_t function, std::uint32_t local) const {
    const auto found = std::ranges::lower_bound(locals_, function, {}, &Locals::function);
    if (found == locals_.end() || found->function != function) return {};
    Decoder in(found->names, 0, {});
    for (std::uint32_t names = in.length(); names != 0 && !in.failed(); --names) {
      const bool here = in.u32() == local;
      const std::string_view name = in.name();
      if (here) return name;
    }
    return {};
  }

 private:
  struct Entry {
    std::uint32_t index;
    std::string_view name;
  };

  /// Where the names of a function's locals stand: a count, and as many pairs of index and name.
  struct Locals {
    std::uint32_t function;
    std::span<const std::byte> names;
  };

  void read(const CustomSection& section) {
    Decoder in(section.bytes, section.offset, {});
    while (!in.failed() && !in.at_end()) {
      const auto kind = static_cast<NameKind>(in.u8());
      const std::uint32_t size = in.length();
      const std::uint64_t offset = in.offset();
      Decoder part(in.bytes(size), offset, {});
      if (!in.failed()) read(kind, part);
    }
  }

  void read(NameKind kind, Decoder& in) {
    switch (kind) {
      case NameKind::module: module_name_ = in.name(); break;
      case NameKind::local: read_locals(in); break;
      case NameKind::label:
      case NameKind::field: break;
      default:
        if (static_cast<std::size_t>(kind) < maps_.size()) read_map(maps_[static_cast<std::size_t>(kind)], in);
    }
  }

  /// Indices stand in ascending order, each once; a map in which they don't is dropped.
  static void read_map(std::vector<Entry>& entries, Decoder& in) {
    for (std::uint32_t count = in.length(); count != 0 && !in.failed(); --count) {
      const std::uint32_t index = in.u32();
      const std::string_view name = in.name();
      if (!in.failed()) entries.push_back({index, name});
    }
    const auto unordered = [](const Entry& a, const Entry& b) { return a.index >= b.index; };
    if (in.failed() || std::ranges::adjacent_find(entries, unordered) != entries.end()) entries.clear();
  }

  void read_locals(Decoder& in) {
    for (std::uint32_t count = in.length(); count != 0 && !in.failed(); --count) {
      const std::uint32_t function = in.u32();
      const std::byte* const begin = in.position();
      for (std::uint32_t names = in.length(); names != 0 && !in.failed(); --names) in.u32(), in.name();
      if (!in.failed()) locals_.push_back({function, {begin, in.position()}});
    }
    const auto unordered = [](const Locals& a, const Locals& b) { return a.function >= b.function; };
    if (in.failed() || std::ranges::adjacent_find(locals_, unordered) != locals_.end()) locals_.clear();
  }

  const Module& module_;
  std::string_view module_name_;
  std::array<std::vector<Entry>, static_cast<std::size_t>(NameKind::tag) + 1> maps_;
  std::vector<Locals> locals_;
};

}  // namespace wasmer
