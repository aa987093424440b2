#pragma once
/// \file
/// Which WebAssembly instruction each piece of machine code is of: LLVM carries byte offsets in the module through its passes as line numbers, and writes them down as
/// DWARF's table of lines (DWARF 4 section 6.2).

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wasmer/backend/llvm/elf.hpp>

namespace wasmer::llvm_backend {

/// From `at` on the code is of the instruction at `offset`; 0 where LLVM does not say.
struct Line {
  std::uint64_t at = 0;
  std::uint32_t offset = 0;
};

/// The rows of a .debug_line section whose addresses have been put in.
inline std::vector<Line> read_lines(std::span<const std::byte> section) {
  std::vector<Line> lines;
  Cursor in(section);
  while (!in.at_end()) {
    const auto length = in.fixed<std::uint32_t>();
    const std::size_t end = in.position() + length;
    const auto version = in.fixed<std::uint16_t>();
    if (version >= 5) in.fixed<std::uint16_t>();  // sizes of addresses and segments
    const auto header_length = in.fixed<std::uint32_t>();
    const std::size_t program = in.position() + header_length;
    const std::uint8_t least_instruction = in.byte();
    if (version >= 4) in.byte();  // operations in an instruction
    in.byte();                    // whether rows are statements at first
    const auto line_base = static_cast<std::int8_t>(in.byte());
    const std::uint8_t line_range = in.byte(), opcode_base = in.byte();
    std::vector<std::uint8_t> operands(opcode_base);
    for (std::size_t i = 1; i < opcode_base; ++i) operands[i] = in.byte();
    in.move_to(program);

    constexpr std::uint8_t copy = 1, advance_pc = 2, advance_line = 3, const_add_pc = 8, fixed_advance_pc = 9, end_sequence = 1, set_address = 2;
    Line row{0, 1};
    while (in.position() < end) {
      const std::uint8_t opcode = in.byte();
      if (opcode >= opcode_base) {
        const unsigned adjusted = opcode - opcode_base;
        row.at += std::uint64_t{adjusted / line_range} * least_instruction;
        row.offset += static_cast<std::uint32_t>(line_base + static_cast<int>(adjusted % line_range));
        lines.push_back(row);
        continue;
      }
      switch (opcode) {
        case 0: {
          const std::uint64_t size = in.uleb();
          const std::size_t next = in.position() + size;
          const std::uint8_t extended = in.byte();
          if (extended == set_address) row.at = in.fixed<std::uint64_t>();
          else if (extended == end_sequence) row = {0, 1};
          in.move_to(next);
          break;
        }
        case copy: lines.push_back(row); break;
        case advance_pc: row.at += in.uleb() * least_instruction; break;
        case advance_line: row.offset += static_cast<std::uint32_t>(in.sleb()); break;
        case const_add_pc: row.at += std::uint64_t{(255u - opcode_base) / line_range} * least_instruction; break;
        case fixed_advance_pc: row.at += in.fixed<std::uint16_t>(); break;
        default:
          for (unsigned i = 0; i < operands[opcode]; ++i) in.uleb();
      }
    }
    in.move_to(end);
  }
  return lines;
}

}  // namespace wasmer::llvm_backend
