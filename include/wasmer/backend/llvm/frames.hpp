#pragma once
/// \file
/// What unwinding needs of a function: where it keeps callee-saved registers, and which landing pads its calls have. Read from .eh_frame and .gcc_except_table, as LLVM
/// writes them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/backend/llvm/elf.hpp>

namespace wasmer::llvm_backend {

/// Calls in [begin, end) of a function's code, and where exceptions out of them arrive; all counted from the function's beginning.
struct Pad {
  std::uint32_t begin, end, pad;
};

/// One function's row of .eh_frame.
struct FrameRow {
  std::uint64_t begin = 0;              ///< of the function, where its section has been put
  std::array<std::uint8_t, 5> saved{};  ///< as in vm::FunctionRange
  std::vector<Pad> pads;
};

/// The call sites of a function, at `at` in .gcc_except_table. Every pad of ours takes every exception, so what else the table says is of no concern.
inline std::vector<Pad> read_pads(std::span<const std::byte> table, std::size_t at) {
  constexpr std::uint8_t omitted = 0xFF, uleb = 0x01, udata4 = 0x03;
  std::vector<Pad> pads;
  Cursor in(table, at);
  in.byte();  // pads are counted from the function's beginning
  if (in.byte() != omitted) in.uleb();
  const std::uint8_t encoding = in.byte();
  const std::uint64_t size = in.uleb();
  const auto number = [&] { return static_cast<std::uint32_t>(encoding == udata4 ? in.fixed<std::uint32_t>() : in.uleb()); };
  static_assert(uleb != udata4);
  for (const std::size_t end = in.position() + size; in.position() < end;) {
    const std::uint32_t begin = number(), length = number(), pad = number();
    in.uleb();  // the action
    if (pad != 0) pads.push_back({begin, begin + length, pad});
  }
  return pads;
}

/// The frames of .eh_frame, whose displacements have been put in as if it, and .gcc_except_table, began at address 0.
inline std::vector<FrameRow> read_frames(std::span<const std::byte> section, std::span<const std::byte> pads) {
  // A common entry says how the rows that refer to it are written: LLVM's have "zR", or "zPLR" where there are pads.
  constexpr std::uint8_t cfa_offset = 0x80, cfa_advance = 0x40, cfa_restore = 0xC0;
  constexpr std::array<std::uint8_t, 5> numbers{3, 12, 13, 14, 15};  // rbx, r12 ... as DWARF counts
  std::vector<FrameRow> rows;
  Cursor in(section);
  while (!in.at_end()) {
    const auto length = in.fixed<std::uint32_t>();
    const std::size_t begin = in.position(), end = begin + length;
    if (length == 0) continue;
    const auto common = in.fixed<std::uint32_t>();
    if (common == 0) {
      in.move_to(end);
      continue;
    }
    Cursor entry(section, begin - common + 8);
    entry.byte();
    const std::string_view augmentation = entry.text();
    const bool has_pads = augmentation.find('L') != augmentation.npos;
    FrameRow row;
    const std::size_t place = in.position();
    row.begin = static_cast<std::uint64_t>(static_cast<std::int64_t>(in.fixed<std::int32_t>()) + static_cast<std::int64_t>(place));
    in.fixed<std::uint32_t>();  // its length
    const std::size_t instructions = in.uleb() + in.position();
    if (has_pads) {
      const std::size_t at = in.position();
      const auto table = in.fixed<std::int32_t>();
      if (table != 0) row.pads = read_pads(pads, static_cast<std::size_t>(static_cast<std::int64_t>(table) + static_cast<std::int64_t>(at)));
    }
    in.move_to(instructions);
    while (in.position() < end) {
      const std::uint8_t opcode = in.byte();
      if ((opcode & 0xC0) == cfa_offset) {
        const std::uint64_t words = in.uleb();  // below the frame's beginning, which is two words above rbp
        for (std::size_t i = 0; i < numbers.size(); ++i)
          if (numbers[i] == (opcode & 0x3F) && words > 2) row.saved[i] = static_cast<std::uint8_t>(words - 2);
        continue;
      }
      if ((opcode & 0xC0) == cfa_advance || (opcode & 0xC0) == cfa_restore) continue;
      switch (opcode) {
        case 0x02: in.byte(); break;                      // advance_loc1
        case 0x03: in.fixed<std::uint16_t>(); break;
        case 0x04: in.fixed<std::uint32_t>(); break;
        case 0x0C: in.uleb(), in.uleb(); break;           // def_cfa
        case 0x0D: case 0x0E: case 0x2E: in.uleb(); break;
        default: break;                                   // remember, restore, nop
      }
    }
    rows.push_back(std::move(row));
    in.move_to(end);
  }
  return rows;
}

}  // namespace wasmer::llvm_backend
