#pragma once
/// \file
/// What the functions of a module are called in backtraces: by the name section, else by an export, else not at all.

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include <wasmer/module/module.hpp>
#include <wasmer/support/bytes.hpp>

namespace wasmer::vm {

/// Names by function index; views into the module. A damaged name section (spec section 7.4.1) is read as far as it goes.
class FunctionNames {
 public:
  explicit FunctionNames(const Module& module) {
    constexpr std::uint8_t function_names = 1;
    for (const CustomSection& section : module.custom_sections) {
      if (section.name != "name") continue;
      for (ByteReader in(section.bytes, section.offset); !in.failed() && !in.at_end();) {
        const std::uint8_t id = in.u8();
        const std::uint64_t offset = in.offset();
        const auto bytes = in.bytes(in.u32());
        if (id == function_names) read(ByteReader(bytes, offset));
      }
    }
    for (const Export& each : module.exports)
      if (each.kind == ExternKind::function) names_.try_emplace(each.index, each.name);
  }

  /// The function's name; empty when it has none.
  std::string_view operator[](std::uint32_t function) const {
    const auto found = names_.find(function);
    return found == names_.end() ? std::string_view() : found->second;
  }

 private:
  void read(ByteReader in) {
    for (std::uint32_t left = in.u32(); left != 0 && !in.failed(); --left) {
      const std::uint32_t function = in.u32();
      const auto name = in.bytes(in.u32());
      if (!in.failed()) names_.try_emplace(function, reinterpret_cast<const char*>(name.data()), name.size());
    }
  }

  std::unordered_map<std::uint32_t, std::string_view> names_;
};

}  // namespace wasmer::vm
