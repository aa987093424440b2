#pragma once
/// \file
/// The table of opcodes as ordinary constexpr data, and the few things that derive from it. Everything else that depends on the set of
/// instructions goes through `info`, `visit` and `find`.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include <wasmer/wasm/features.hpp>
#include <wasmer/wasm/immediate.hpp>

namespace wasmer {

/// Every instruction, in the order of (prefix, code).
enum class Op : std::uint16_t {
#define WASM_OP(id, ...) id,
#include <wasmer/wasm/opcodes.def>
#undef WASM_OP
};

/// The instructions that a backend handles at once, and that a file is named after.
enum class Family : std::uint8_t {
  control, call, parametric, variable, constant, load, store, bulk, table, reference, unary, binary, test, compare, convert, wide,
  simd_load, simd_store, simd_lane_memory, simd_unary, simd_binary, simd_ternary, simd_compare, simd_convert, splat, lane, shuffle, shift,
  atomic, exception, gc,
};

/// A row of the table. `signature` spells operands and results by letter: i l f d v = i32 i64 f32 f64 v128, a = the memory's address type,
/// ':' before the results; "*" = the validator has a rule of its own.
struct OpInfo {
  std::string_view text;
  std::uint8_t prefix;  ///< 0 when the instruction has none
  std::uint32_t code;
  Immediate immediate;
  std::string_view signature;
  Family family;
  Proposal since;
};

inline constexpr auto ops = std::to_array<OpInfo>({
#define WASM_OP(id, text, prefix, code, immediate, signature, family, since) \
  {text, prefix, code, Immediate::immediate, signature, Family::family, Proposal::since},
#include <wasmer/wasm/opcodes.def>
#undef WASM_OP
});

constexpr const OpInfo& info(Op op) { return ops[static_cast<std::size_t>(op)]; }

/// An instruction as a type, so that overload resolution can choose its handler.
template <Op op> using op_t = std::integral_constant<Op, op>;

/// Calls `visitor(op_t<op>{})`.
template <class Visitor> constexpr decltype(auto) visit(Op op, Visitor&& visitor) {
  switch (op) {
#define WASM_OP(id, ...) \
  case Op::id: return visitor(op_t<Op::id>{});
#include <wasmer/wasm/opcodes.def>
#undef WASM_OP
  }
  __builtin_unreachable();
}

namespace detail {
inline constexpr std::size_t page_size = 0x200;
using OpcodePage = std::array<std::uint16_t, page_size>;

/// Code -> row + 1, built while compiling; a duplicate row fails the build.
consteval OpcodePage opcode_page(std::uint8_t prefix) {
  OpcodePage rows{};
  for (std::size_t i = 0; i < ops.size(); ++i)
    if (ops[i].prefix == prefix) {
      if (ops[i].code >= rows.size() || rows[ops[i].code] != 0) throw "two rows share one encoding";
      rows[ops[i].code] = static_cast<std::uint16_t>(i + 1);
    }
  return rows;
}
inline constexpr OpcodePage plain_page = opcode_page(0x00);
inline constexpr std::array<OpcodePage, 4> prefixed_pages{opcode_page(0xFB), opcode_page(0xFC), opcode_page(0xFD), opcode_page(0xFE)};
}  // namespace detail

/// True of the bytes that introduce a second, LEB128 opcode.
constexpr bool is_prefix(std::uint8_t byte) { return byte >= 0xFB && byte <= 0xFE; }

/// The instruction encoded as `prefix` (0: none) and `code`, if there is one.
constexpr std::optional<Op> find(std::uint8_t prefix, std::uint32_t code) {
  if (code >= detail::page_size || (prefix != 0 && !is_prefix(prefix))) return std::nullopt;
  const std::uint16_t row = prefix == 0 ? detail::plain_page[code] : detail::prefixed_pages[prefix - 0xFBu][code];
  if (row == 0) return std::nullopt;
  return static_cast<Op>(row - 1);
}

}  // namespace wasmer
