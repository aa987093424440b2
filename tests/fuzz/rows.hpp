#pragma once
/// \file
/// The rows of the table of opcodes that a generated program picks from by their letters: numeric instructions, loads and stores.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <wasmer/wasm/opcode.hpp>

namespace wasmer::fuzz {

/// Types of generated values, by their code in the binary format.
enum class Type : std::uint8_t { funcref = 0x70, f64 = 0x7C, f32 = 0x7D, i64 = 0x7E, i32 = 0x7F };

inline constexpr std::array numbers{Type::i32, Type::i64, Type::f32, Type::f64};

constexpr bool is_float(Type type) { return type == Type::f32 || type == Type::f64; }

/// An instruction without immediates, or with a memory access for its only one.
struct Row {
  Op op;
  std::vector<Type> operands;  ///< an address is an i32
  std::optional<Type> result;
  std::optional<std::uint32_t> align_log2;  ///< the natural alignment, of a memory access
};

/// The rows that give a value of some type, and those that store.
class Rows {
 public:
  static const Rows& all() {
    static const Rows rows;
    return rows;
  }
  const std::vector<Row>& that_give(Type type) const { return by_result_[index(type)]; }
  const std::vector<Row>& stores() const { return stores_; }
  /// Those whose operands are all numbers and that can be applied to whatever values there are.
  const std::vector<Row>& pure() const { return pure_; }

 private:
  Rows() {
    for (std::size_t i = 0; i < ops.size(); ++i) {
      const OpInfo& row = ops[i];
      if (!is_simple(row)) continue;
      Row made{static_cast<Op>(i), {}, std::nullopt, std::nullopt};
      if (row.immediate >= Immediate::mem1 && row.immediate <= Immediate::mem8)
        made.align_log2 = static_cast<std::uint32_t>(row.immediate) - static_cast<std::uint32_t>(Immediate::mem1);
      const std::size_t colon = row.signature.find(':');
      for (const char letter : row.signature.substr(0, colon)) made.operands.push_back(type_of(letter));
      if (colon + 1 < row.signature.size()) made.result = type_of(row.signature[colon + 1]);
      if (!made.result) {
        stores_.push_back(made);
        continue;
      }
      by_result_[index(*made.result)].push_back(made);
      if (!made.align_log2) pure_.push_back(made);
    }
  }
  static constexpr bool is_simple(const OpInfo& row) {
    constexpr Features features = Features::wasm2().without(Proposal::simd);
    if (!features.has(row.since) || row.signature == "*" || row.signature.find_first_not_of("ilfda:") != std::string_view::npos) return false;
    switch (row.family) {
      case Family::unary: case Family::binary: case Family::test: case Family::compare: case Family::convert: case Family::load: case Family::store: return true;
      default: return false;
    }
  }
  static constexpr Type type_of(char letter) {
    return letter == 'l' ? Type::i64 : letter == 'f' ? Type::f32 : letter == 'd' ? Type::f64 : Type::i32;
  }
  static constexpr std::size_t index(Type type) { return static_cast<std::size_t>(Type::i32) - static_cast<std::size_t>(type); }

  std::array<std::vector<Row>, 4> by_result_;
  std::vector<Row> stores_;
  std::vector<Row> pure_;
};

}  // namespace wasmer::fuzz
