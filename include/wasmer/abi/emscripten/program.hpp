#pragma once
/// \file
/// What a module tells of the compiler that made it, and where fastcomp's programs, which import their memory, have their things in it.

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <wasmer/abi/emscripten/errno.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/wasm/opcode.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::emscripten {

inline bool exports(const Module& module, std::string_view name) {
  return std::ranges::any_of(module.exports, [&](const Export& each) { return each.kind == ExternKind::function && each.name == name; });
}

/// Programs of fastcomp import where their heap begins.
inline bool is_fastcomp(const Module& module) {
  return std::ranges::any_of(module.imports, [](const Import& import) {
    return import.module == "env" && (import.name == "DYNAMICTOP_PTR" || import.name == "__memory_base" || import.name == "memoryBase");
  });
}

/// How a release lays out `struct stat`: see structs.hpp.
enum class StatLayout : std::uint8_t { fastcomp, short_times, today };

/// The layout that a module's release has. What tells is how it passes a time, or else the name of what copies memory, which changed soon after times did.
inline StatLayout stat_layout(const Module& module) {
  if (is_fastcomp(module)) return StatLayout::fastcomp;
  constexpr std::array takes_time{std::string_view("_localtime_js"), std::string_view("_gmtime_js")};
  constexpr std::array gives_time{std::string_view("_mktime_js"), std::string_view("_timegm_js")};
  StatLayout layout = StatLayout::today;
  for (const Import& import : module.imports) {
    if (import.kind != ExternKind::function || import.module != "env") continue;
    const FunctionType& type = module.function_type(import.index);
    if (std::ranges::find(takes_time, import.name) != takes_time.end())
      return type.params().size() == 2 && type.params()[0] == ValueType(ValueType::i32) ? StatLayout::short_times : StatLayout::today;
    if (import.name == "emscripten_memcpy_big" || import.name == "__syscall_fstatat64") layout = StatLayout::short_times;
    if (std::ranges::find(gives_time, import.name) != gives_time.end() && !type.results().empty() && type.results()[0] == ValueType(ValueType::i64)) return StatLayout::today;
  }
  return layout;
}

/// Whether a name of the namespace `env` is one that only Emscripten's programs import.
inline bool is_emscripten_name(std::string_view name) {
  while (name.starts_with('_')) name.remove_prefix(1);
  constexpr std::array prefixes{std::string_view("emscripten_"), std::string_view("syscall"), std::string_view("invoke_"), std::string_view("nullFunc_"),
                                std::string_view("cxa_throw"), std::string_view("cxa_find_matching_catch")};
  constexpr std::array names{std::string_view("map_file"), std::string_view("DYNAMICTOP_PTR"), std::string_view("abort_js"), std::string_view("assert_fail")};
  return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return name.starts_with(prefix); }) || std::ranges::find(names, name) != names.end();
}

/// Whether all that a module imports has the short names that -O3 gives to what only the JavaScript beside it knows.
inline bool is_minified(const Module& module) {
  const auto is_short = [](std::string_view name) { return !name.empty() && name.size() <= 2; };
  return !module.imports.empty() && !exports(module, "_start") && std::ranges::all_of(module.imports, [&](const Import& import) {
    return import.module == "a" && is_short(import.name);
  });
}

/// Whether the module is a program, or a library, of Emscripten's.
inline bool is_emscripten(const Module& module) {
  if (is_minified(module)) return true;
  for (const Import& import : module.imports)
    if ((import.module == "env" && is_emscripten_name(import.name)) || import.module == "asm2wasm") return true;
  // Programs that ask for nothing: they are told by what they export.
  const bool has_main = exports(module, "main") || exports(module, "__main_argc_argv");
  return has_main && exports(module, "__wasm_call_ctors") && !exports(module, "_start");
}

/// Where a program of fastcomp has its static data, its stack and its heap. The first 1024 bytes are nobody's: there lie the two words that it imports the places of.
struct Layout {
  static constexpr std::uint32_t static_base = 1024;
  static constexpr std::uint32_t dynamic_top_pointer = 16;   ///< the end of the heap stands there
  static constexpr std::uint32_t temporary_double = 32;      ///< 16 bytes for whatever the program wants to put there

  std::uint32_t stack_base = 0;  ///< the stack grows up from here …
  std::uint32_t stack_max = 0;   ///< … to here, where the heap begins

  /// Of 1.38, from the two globals that say it; of 1.37, which imports them, behind its data. `memory_bytes`: what the memory begins with.
  static Layout of(const Module& module, std::uint64_t memory_bytes) {
    if (const auto said = from_globals(module)) return *said;
    std::uint64_t end = static_base;
    for (const DataSegment& segment : module.data) end += segment.bytes.size();
    // What is zero is in no segment, and nothing tells how much there is: so a megabyte, or a part of a small memory.
    const std::uint64_t room = memory_bytes > end ? memory_bytes - end : 0;
    const std::uint64_t base = aligned(end + std::min<std::uint64_t>(std::uint64_t{1} << 20, room / 8));
    const std::uint64_t stack = std::min<std::uint64_t>(std::uint64_t{5} << 20, room / 3);
    Layout layout;
    layout.stack_base = static_cast<std::uint32_t>(std::min<std::uint64_t>(base, most));
    layout.stack_max = static_cast<std::uint32_t>(std::min<std::uint64_t>(aligned(base + stack), most));
    return layout;
  }

 private:
  static constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max() - 15;
  static constexpr std::uint64_t aligned(std::uint64_t address) { return (address + 15) & ~std::uint64_t{15}; }

  /// Two globals, one after the other, of which the second is the greater: the last such pair.
  static std::optional<Layout> from_globals(const Module& module) {
    std::optional<Layout> found;
    std::uint32_t before = 0;
    for (std::uint32_t i = module.imported_globals; i < module.globals.size(); ++i) {
      const std::uint32_t value = constant(module, module.globals[i]).value_or(0);
      if (before > static_base && value > before && before % 16 == 0) found = Layout{before, value};
      before = value;
    }
    return found;
  }

  /// What a global begins with, where that is one i32 that stands in the module.
  static std::optional<std::uint32_t> constant(const Module& module, const Global& global) {
    if (global.init.end - global.init.begin != 1 || global.type.value != ValueType(ValueType::i32)) return std::nullopt;
    const ConstantInstruction& only = module.constants[global.init.begin];
    if (only.op != Op::i32_const) return std::nullopt;
    return static_cast<std::uint32_t>(only.value);
  }
};

}  // namespace wasmer::emscripten
