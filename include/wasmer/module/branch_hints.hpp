#pragma once
/// \file
/// Which way branches are likely to go, as a custom section of the module tells (the branch hinting proposal: "metadata.code.branch_hint").

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include <wasmer/module/decoder.hpp>
#include <wasmer/module/module.hpp>

namespace wasmer {

/// The hints at a module's branches. They are for speed and never a reason to refuse a module: what is malformed ends them, what hints at nothing is left out.
class BranchHints {
 public:
  static constexpr std::string_view section_name = "metadata.code.branch_hint";

  explicit BranchHints(const Module& module) {
    const auto section = std::ranges::find(module.custom_sections, section_name, &CustomSection::name);
    if (section == module.custom_sections.end()) return;
    Decoder in(section->bytes, 0, {});
    for (std::uint32_t functions = in.length(); functions != 0 && !in.failed(); --functions) {
      const std::uint32_t function = in.u32();
      for (std::uint32_t hints = in.length(); hints != 0 && !in.failed(); --hints) hint(in, function);
    }
    std::ranges::sort(hints_, {}, &Hint::place);
  }

  bool empty() const { return hints_.empty(); }

  /// Whether the branch of `function` that stands `offset` bytes behind the beginning of its body is likely to be taken (an `if`: likely to go on with its first
  /// arm); nothing if nothing is said of it.
  std::optional<bool> likely(std::uint32_t function, std::uint32_t offset) const {
    const auto found = std::ranges::lower_bound(hints_, std::tuple(function, offset), {}, &Hint::place);
    if (found == hints_.end() || found->place() != std::tuple(function, offset)) return std::nullopt;
    return found->likely;
  }

 private:
  struct Hint {
    std::uint32_t function;
    std::uint32_t offset;
    bool likely;
    std::tuple<std::uint32_t, std::uint32_t> place() const { return {function, offset}; }
  };

  void hint(Decoder& in, std::uint32_t function) {
    const std::uint32_t offset = in.u32();
    const std::uint32_t size = in.length();
    const std::span<const std::byte> value = in.bytes(size);
    if (!in.failed() && size == 1 && static_cast<std::uint8_t>(value[0]) <= 1) hints_.push_back({function, offset, static_cast<std::uint8_t>(value[0]) == 1});
  }

  std::vector<Hint> hints_;
};

}  // namespace wasmer
