#pragma once
/// \file
/// The rows of the table of opcodes that a generated program picks from by their letters: instructions on numbers and vectors, loads and stores.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <wasmer/wasm/opcode.hpp>

namespace wasmer::fuzz {

/// Types of generated values, by their code in the binary format.
enum class Type : std::uint8_t { funcref = 0x70, v128 = 0x7B, f64 = 0x7C, f32 = 0x7D, i64 = 0x7E, i32 = 0x7F };

inline constexpr std::array numbers{Type::i32, Type::i64, Type::f32, Type::f64};

constexpr bool is_float(Type type) { return type == Type::f32 || type == Type::f64; }

/// An instruction without immediates, or with those of a memory access, of lanes, or of both.
struct Row {
  Op op;
  std::vector<Type> operands;  ///< an address is an i32
  std::optional<Type> result;
  std::optional<std::uint32_t> align_log2;  ///< the natural alignment, of a memory access
  std::uint32_t lanes = 0;                  ///< a lane's number is below this; 0: there is none
  std::uint32_t lane_count = 0;             ///< how many numbers of lanes there are
  bool makes_nans = false;                  ///< of a vector, whose bits are not the same on all machines
};

/// The rows that give a value of some type, and those that store.
class Rows {
 public:
  static const Rows& of_numbers() {
    static const Rows rows(Features::wasm2().without(Proposal::simd));
    return rows;
  }
  static const Rows& of_numbers_and_vectors() {
    static const Rows rows(Features::wasm2());
    return rows;
  }
  const std::vector<Row>& that_give(Type type) const { return by_result_[index(type)]; }
  const std::vector<Row>& stores() const { return stores_; }
  /// Those that can be applied to whatever values there are.
  const std::vector<Row>& pure() const { return pure_; }

 private:
  explicit Rows(Features features) {
    for (std::size_t i = 0; i < ops.size(); ++i) {
      const OpInfo& row = ops[i];
      if (!features.has(row.since) || !is_simple(row)) continue;
      Row made{static_cast<Op>(i), {}, std::nullopt, std::nullopt};
      made.align_log2 = alignment(row.immediate);
      if (row.immediate == Immediate::lanes16) made.lanes = 32, made.lane_count = 16;
      else if (row.family == Family::simd_lane_memory) made.lanes = 16u >> *made.align_log2, made.lane_count = 1;
      else if (row.immediate == Immediate::lane) made.lanes = lanes_of(row.text), made.lane_count = 1;
      made.makes_nans = row.text.starts_with('f') && (row.family == Family::simd_unary || row.family == Family::simd_binary || row.family == Family::simd_convert);
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
    if (row.signature == "*" || row.signature.find_first_not_of("ilfdva:") != std::string_view::npos) return false;
    switch (row.family) {
      case Family::unary: case Family::binary: case Family::test: case Family::compare: case Family::convert: case Family::load: case Family::store: return true;
      case Family::constant: return false;
      default: return row.since == Proposal::simd;
    }
  }
  static constexpr std::optional<std::uint32_t> alignment(Immediate immediate) {
    const auto from = [&](Immediate first) { return static_cast<std::uint32_t>(immediate) - static_cast<std::uint32_t>(first); };
    if (immediate >= Immediate::mem1 && immediate <= Immediate::mem16) return from(Immediate::mem1);
    if (immediate >= Immediate::mem1_lane && immediate <= Immediate::mem8_lane) return from(Immediate::mem1_lane);
    return std::nullopt;
  }
  /// Those of a name's shape: 16 of "i8x16.extract_lane_s".
  static constexpr std::uint32_t lanes_of(std::string_view name) {
    std::uint32_t lanes = 0;
    for (const char digit : name.substr(0, name.find('.')).substr(name.find('x') + 1)) lanes = lanes * 10 + static_cast<std::uint32_t>(digit - '0');
    return lanes;
  }
  static constexpr Type type_of(char letter) {
    return letter == 'l' ? Type::i64 : letter == 'f' ? Type::f32 : letter == 'd' ? Type::f64 : letter == 'v' ? Type::v128 : Type::i32;
  }
  static constexpr std::size_t index(Type type) { return static_cast<std::size_t>(Type::i32) - static_cast<std::size_t>(type); }

  std::array<std::vector<Row>, 5> by_result_;
  std::vector<Row> stores_;
  std::vector<Row> pure_;
};

}  // namespace wasmer::fuzz
