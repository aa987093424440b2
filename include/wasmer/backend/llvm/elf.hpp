#pragma once
/// \file
/// The relocatable ELF file that LLVM makes of a part, as a plain view: sections, symbols, relocations. The file is LLVM's own and taken to be well-formed.

#include <elf.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasmer::llvm_backend {

/// Reads numbers one after the other.
class Cursor {
 public:
  explicit Cursor(std::span<const std::byte> bytes, std::size_t at = 0) : bytes_(bytes), at_(at) {}

  std::size_t position() const { return at_; }
  bool at_end() const { return at_ >= bytes_.size(); }
  void move_to(std::size_t at) { at_ = at; }
  template <class T> T fixed() {
    T value{};
    if (sizeof(T) <= bytes_.size() - std::min(at_, bytes_.size())) std::memcpy(&value, bytes_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }
  std::uint8_t byte() { return fixed<std::uint8_t>(); }
  std::uint64_t uleb() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; !at_end(); shift += 7) {
      const std::uint8_t next = byte();
      if (shift < 64) value |= std::uint64_t{next & 0x7Fu} << shift;
      if (next < 0x80) break;
    }
    return value;
  }
  std::int64_t sleb() {
    std::uint64_t value = 0;
    unsigned shift = 0;
    std::uint8_t next = 0x80;
    while (next >= 0x80 && !at_end()) {
      next = byte();
      if (shift < 64) value |= std::uint64_t{next & 0x7Fu} << shift;
      shift += 7;
    }
    if (shift < 64 && (next & 0x40) != 0) value |= ~std::uint64_t{0} << shift;
    return static_cast<std::int64_t>(value);
  }
  std::string_view text() {
    const auto* const begin = reinterpret_cast<const char*>(bytes_.data()) + at_;
    const std::string_view text(begin, strnlen(begin, bytes_.size() - at_));
    at_ += text.size() + 1;
    return text;
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t at_;
};

class ElfFile {
 public:
  explicit ElfFile(std::string_view bytes) : bytes_(std::as_bytes(std::span(bytes))), sections_(table<Elf64_Shdr>(at<Elf64_Ehdr>(0).e_shoff, at<Elf64_Ehdr>(0).e_shnum)) {
    const Elf64_Shdr& names = sections_[at<Elf64_Ehdr>(0).e_shstrndx];
    names_ = contents(names);
    for (const Elf64_Shdr& section : sections_)
      if (section.sh_type == SHT_SYMTAB) symbols_ = table<Elf64_Sym>(section.sh_offset, section.sh_size / sizeof(Elf64_Sym)), symbol_names_ = contents(sections_[section.sh_link]);
  }

  std::span<const Elf64_Shdr> sections() const { return sections_; }
  std::span<const Elf64_Sym> symbols() const { return symbols_; }
  std::string_view name(const Elf64_Shdr& section) const { return Cursor(names_, section.sh_name).text(); }
  std::string_view name(const Elf64_Sym& symbol) const { return Cursor(symbol_names_, symbol.st_name).text(); }
  std::span<const std::byte> contents(const Elf64_Shdr& section) const {
    return section.sh_type == SHT_NOBITS ? std::span<const std::byte>() : bytes_.subspan(section.sh_offset, section.sh_size);
  }
  /// Calls `see(relocation)` for those in section `index`.
  template <class F> void each_relocation(std::size_t index, F&& see) const {
    for (const Elf64_Shdr& section : sections_)
      if (section.sh_type == SHT_RELA && section.sh_info == index)
        for (const Elf64_Rela& relocation : table<Elf64_Rela>(section.sh_offset, section.sh_size / sizeof(Elf64_Rela))) see(relocation);
  }

 private:
  template <class T> T at(std::size_t offset) const {
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }
  template <class T> std::vector<T> table(std::size_t offset, std::size_t count) const {
    std::vector<T> rows(count);
    std::memcpy(rows.data(), bytes_.data() + offset, count * sizeof(T));
    return rows;
  }

  std::span<const std::byte> bytes_;
  std::vector<Elf64_Shdr> sections_;
  std::vector<Elf64_Sym> symbols_;
  std::span<const std::byte> names_, symbol_names_;
};

}  // namespace wasmer::llvm_backend
