#pragma once
/// \file
/// From LLVM's ELF file to the object that everyone reads: code with its constants behind it, linked within itself, and side tables.

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <wasmer/backend/llvm/elf.hpp>
#include <wasmer/backend/llvm/frames.hpp>
#include <wasmer/backend/llvm/lines.hpp>
#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/vm/object.hpp>

namespace wasmer::llvm_backend {

/// Frames of this many bytes or less may reach below the stack limit, which leaves more room than that.
inline constexpr std::uint64_t small_frame = 16 << 10;

/// The function that a symbol stands for: "f12", or "u12" by its uniform prototype.
inline std::optional<std::uint32_t> function_index(std::string_view name) {
  std::uint32_t index = 0;
  if (name.size() < 2 || (name[0] != 'f' && name[0] != 'u')) return std::nullopt;
  const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), index);
  return error == std::errc() && end == name.data() + name.size() ? std::optional(index) : std::nullopt;
}

class ObjectLoader {
 public:
  explicit ObjectLoader(std::string_view file, const Module& module) : file_(file), module_(module) {}

  Result<vm::Object> load() {
    WASMER_CHECK(lay_out());
    WASMER_CHECK(relocate());
    functions();
    lines();
    frames();
    check_large_frames();
    return std::move(object_);
  }

 private:
  static constexpr std::uint64_t nowhere = ~std::uint64_t{0};

  static Error refuse(std::string what) { return Error(ErrorId::cannot_compile, Error::no_offset, "LLVM's object file has " + std::move(what)); }

  /// Code first, then what is only read. Tables that are read here alone are taken to lie at address 0.
  Result<void> lay_out() {
    const auto sections = file_.sections();
    places_.assign(sections.size(), nowhere);
    for (const bool code : {true, false})
      for (std::size_t i = 0; i < sections.size(); ++i) {
        const Elf64_Shdr& section = sections[i];
        const std::string_view name = file_.name(section);
        if ((section.sh_flags & SHF_ALLOC) == 0 || ((section.sh_flags & SHF_EXECINSTR) != 0) != code || section.sh_size == 0) continue;
        if (name == ".eh_frame" || name == ".gcc_except_table" || name.starts_with(".data.DW.ref") || name.starts_with(".data.rel.local.DW.ref")) continue;
        if ((section.sh_flags & SHF_WRITE) != 0) return refuse("data that is written: " + std::string(name));
        const std::size_t place = (object_.code.size() + section.sh_addralign - 1) & ~(section.sh_addralign - 1);
        object_.code.resize(place);
        places_[i] = place;
        const std::span<const std::byte> contents = file_.contents(section);
        object_.code.insert(object_.code.end(), contents.begin(), contents.end());
      }
    return success();
  }

  Result<void> relocate() {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (places_[i] == nowhere) continue;
      std::string problem;
      file_.each_relocation(i, [&](const Elf64_Rela& relocation) {
        const Elf64_Sym& symbol = file_.symbols()[ELF64_R_SYM(relocation.r_info)];
        const std::uint32_t type = ELF64_R_TYPE(relocation.r_info);
        const std::uint64_t at = places_[i] + relocation.r_offset;
        const std::string_view name = file_.name(symbol);
        if (type != R_X86_64_PC32 && type != R_X86_64_PLT32) problem = "a relocation of type " + std::to_string(type) + " to " + std::string(name);
        else if (const std::optional<std::uint32_t> function = function_index(name); function && relocation.r_addend == -4)
          object_.relocations.push_back({.at = static_cast<std::uint32_t>(at), .function = *function});
        else if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= places_.size() || places_[symbol.st_shndx] == nowhere) problem = "a use of " + std::string(name);
        else {
          const auto distance = static_cast<std::uint32_t>(places_[symbol.st_shndx] + symbol.st_value + static_cast<std::uint64_t>(relocation.r_addend) - at);
          std::memcpy(object_.code.data() + at, &distance, sizeof distance);
        }
      });
      if (!problem.empty()) return refuse(std::move(problem));
    }
    std::ranges::sort(object_.relocations, {}, &vm::Relocation::at);
    return success();
  }

  void functions() {
    for (const Elf64_Sym& symbol : file_.symbols()) {
      if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_shndx == SHN_UNDEF) continue;
      const std::optional<std::uint32_t> function = function_index(file_.name(symbol));
      if (!function) continue;
      const auto begin = static_cast<std::uint32_t>(places_[symbol.st_shndx] + symbol.st_value);
      object_.functions.push_back({.function = *function, .begin = begin, .entry = begin, .end = begin + static_cast<std::uint32_t>(symbol.st_size), .has_ranges = true});
    }
    std::ranges::sort(object_.functions, {}, &vm::FunctionRange::begin);
  }

  /// A section that is not part of the code, with addresses put in.
  std::vector<std::byte> linked(std::string_view wanted) const {
    const auto sections = file_.sections();
    for (std::size_t i = 0; i < sections.size(); ++i) {
      if (file_.name(sections[i]) != wanted) continue;
      const std::span<const std::byte> contents = file_.contents(sections[i]);
      std::vector<std::byte> bytes(contents.begin(), contents.end());
      file_.each_relocation(i, [&](const Elf64_Rela& relocation) {
        const Elf64_Sym& symbol = file_.symbols()[ELF64_R_SYM(relocation.r_info)];
        const bool is_placed = symbol.st_shndx < places_.size() && places_[symbol.st_shndx] != nowhere;
        std::uint64_t value = (is_placed ? places_[symbol.st_shndx] : 0) + symbol.st_value + static_cast<std::uint64_t>(relocation.r_addend);
        const std::uint32_t type = ELF64_R_TYPE(relocation.r_info);
        if (type == R_X86_64_PC32) value -= relocation.r_offset;
        std::memcpy(bytes.data() + relocation.r_offset, &value, type == R_X86_64_64 ? 8 : 4);
      });
      return bytes;
    }
    return {};
  }

  void lines() {
    const std::vector<Line> lines = read_lines(linked(".debug_line"));  // in order: there is one section of code
    auto line = lines.begin();
    for (vm::FunctionRange& function : object_.functions) {
      function.traps = object_.traps.begin_function(function.begin);
      const auto body = std::ranges::lower_bound(module_.bodies, function.function, {}, &FunctionBody::function);
      auto offset = static_cast<std::uint32_t>(body->offset);
      object_.traps.add({.at = function.begin, .wasm_offset = offset, .kind = vm::TrapSite::by_instruction});
      while (line != lines.end() && line->at < function.begin) ++line;
      for (; line != lines.end() && line->at < function.end; ++line) {
        if (line->offset == 0 || line->offset == offset) continue;
        const bool is_last = std::next(line) == lines.end() || std::next(line)->at != line->at || std::next(line)->offset == 0;
        if (!is_last) continue;
        offset = line->offset;
        object_.traps.add({.at = static_cast<std::uint32_t>(line->at), .wasm_offset = offset, .kind = vm::TrapSite::by_instruction});
      }
    }
  }

  void frames() {
    for (const FrameRow& row : read_frames(linked(".eh_frame"), linked(".gcc_except_table"))) {
      const auto function = std::ranges::lower_bound(object_.functions, row.begin, {}, &vm::FunctionRange::begin);
      if (function == object_.functions.end() || function->begin != row.begin) continue;
      function->saved = row.saved;
      for (const Pad& pad : row.pads) {
        const auto handler = static_cast<std::uint32_t>(object_.handlers.size());
        object_.handlers.push_back({.first = static_cast<std::uint32_t>(object_.pads.size()), .outer = vm::no_handler});
        object_.pads.push_back({.tag = vm::CatchPad::any_tag, .at = function->begin + pad.pad, .next = vm::no_handler});
        object_.handled_calls.push_back({.begin = function->begin + pad.begin, .end = function->begin + pad.end, .handler = handler});
      }
    }
    std::ranges::sort(object_.handled_calls, {}, &vm::HandledCalls::end);
  }

  /// A frame that is large must be checked before the stack pointer moves, which must not leave the stack. How large it is only LLVM's code generator knows: such a
  /// function is entered through a check that is put in front of it here.
  void check_large_frames() {
    const std::vector<std::byte> sizes = linked(".stack_sizes");
    for (Cursor in(sizes); !in.at_end();) {
      const auto begin = in.fixed<std::uint64_t>();
      const std::uint64_t size = in.uleb();
      const auto function = std::ranges::lower_bound(object_.functions, begin, {}, &vm::FunctionRange::begin);
      if (size <= small_frame || function == object_.functions.end() || function->begin != begin) continue;
      add_check(*function, static_cast<std::uint32_t>(std::min<std::uint64_t>(size, INT32_MAX)));
    }
    object_.functions.insert(object_.functions.end(), checks_.begin(), checks_.end());
  }

  void add_check(const vm::FunctionRange& function, std::uint32_t frame) {
    constexpr std::size_t alignment = 16;
    std::vector<std::byte>& code = object_.code;
    code.resize((code.size() + alignment - 1) & ~(alignment - 1));
    const auto begin = static_cast<std::uint32_t>(code.size());
    const auto put = [&](std::initializer_list<std::uint8_t> bytes) { for (const std::uint8_t each : bytes) code.push_back(std::byte{each}); };
    const auto put32 = [&](std::uint32_t value) { for (unsigned i = 0; i < 4; ++i) code.push_back(std::byte(value >> (8 * i))); };
    put({0x48, 0x8D, 0x84, 0x24}), put32(0u - frame);     // lea rax, [rsp - frame]
    put({0x48, 0x3B, 0x07});                              // cmp rax, [rdi]
    put({0x72, 0x05, 0xE9});                              // jb trap; jmp function
    put32(function.begin - static_cast<std::uint32_t>(code.size() + 4));
    put({0x67, 0x0F, 0xB9, 0x40, static_cast<std::uint8_t>(ErrorId::call_stack_exhausted)});  // trap: ud1
    const auto body = std::ranges::lower_bound(module_.bodies, function.function, {}, &FunctionBody::function);
    checks_.push_back({.function = function.function, .begin = begin, .entry = begin, .end = static_cast<std::uint32_t>(code.size()),
                       .traps = object_.traps.begin_function(begin), .frameless = true, .has_ranges = true});
    object_.traps.add({.at = begin, .wasm_offset = static_cast<std::uint32_t>(body->offset), .kind = vm::TrapSite::by_instruction});
  }

  ElfFile file_;
  const Module& module_;
  std::vector<std::uint64_t> places_;  ///< by section, in the object's code
  vm::Object object_;
  std::vector<vm::FunctionRange> checks_;
};

}  // namespace wasmer::llvm_backend
