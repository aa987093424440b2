#pragma once
/// \file
/// Decodes what follows an opcode, by its kind (the immediate column of opcodes.def).

#include <deque>
#include <type_traits>
#include <vector>

#include <wasmer/module/decoder.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/wasm/immediate.hpp>
#include <wasmer/wasm/opcode.hpp>

namespace wasmer::reader {

/// A kind of immediate as a type, so that overload resolution can choose how it is decoded.
template <Immediate kind> using kind_t = std::integral_constant<Immediate, kind>;

/// Where an instruction has nothing behind its opcode.
struct NoImmediate {};

/// `try_table`'s block type and clauses.
struct CatchBlock {
  BlockType type;
  std::span<const CatchClause> clauses;
};

constexpr bool is_memory_access(Immediate kind) { return kind >= Immediate::mem1 && kind <= Immediate::mem16; }
constexpr bool is_lane_access(Immediate kind) { return kind >= Immediate::mem1_lane && kind <= Immediate::mem8_lane; }

/// Bytes that a memory access touches, as a power of two; the kind says it.
constexpr std::uint8_t natural_align_log2(Immediate kind) {
  return static_cast<std::uint8_t>(is_lane_access(kind) ? static_cast<int>(kind) - static_cast<int>(Immediate::mem1_lane)
                                                        : static_cast<int>(kind) - static_cast<int>(Immediate::mem1));
}

/// What an immediate of this kind is once decoded.
template <Immediate kind> consteval auto decoded() {
  if constexpr (kind == Immediate::none || kind == Immediate::zero) return std::type_identity<NoImmediate>{};
  else if constexpr (kind == Immediate::block) return std::type_identity<BlockType>{};
  else if constexpr (kind == Immediate::block_catch) return std::type_identity<CatchBlock>{};
  else if constexpr (kind == Immediate::labels) return std::type_identity<BranchTable>{};
  else if constexpr (is_memory_access(kind)) return std::type_identity<MemoryAccess>{};
  else if constexpr (is_lane_access(kind)) return std::type_identity<LaneAccess>{};
  else if constexpr (kind == Immediate::i32) return std::type_identity<std::int32_t>{};
  else if constexpr (kind == Immediate::i64) return std::type_identity<std::int64_t>{};
  else if constexpr (kind == Immediate::f32) return std::type_identity<F32>{};
  else if constexpr (kind == Immediate::f64) return std::type_identity<F64>{};
  else if constexpr (kind == Immediate::v128 || kind == Immediate::lanes16) return std::type_identity<V128>{};
  else if constexpr (kind == Immediate::lane) return std::type_identity<std::uint8_t>{};
  else if constexpr (kind == Immediate::heap_type) return std::type_identity<HeapType>{};
  else if constexpr (kind == Immediate::types) return std::type_identity<ValueType>{};
  else if constexpr (kind == Immediate::cast) return std::type_identity<Cast>{};
  else if constexpr (kind == Immediate::type_table || kind == Immediate::table_table || kind == Immediate::elem_table ||
                     kind == Immediate::memory_memory || kind == Immediate::data_memory || kind == Immediate::field ||
                     kind == Immediate::array_count || kind == Immediate::array_data || kind == Immediate::array_elem ||
                     kind == Immediate::array_array) return std::type_identity<IndexPair>{};
  else return std::type_identity<std::uint32_t>{};
}
template <Immediate kind> using Decoded = typename decltype(decoded<kind>())::type;

/// Decodes the immediates of one body. What it hands out as a span is valid until the next immediate of that kind.
class Immediates : public Decoder {
 public:
  explicit Immediates(const Module& module) : module_(module) {}

  /// Goes on with another body; keeps its memory.
  void begin(const FunctionBody& body, Features features) {
    const std::size_t beyond = module_.bytes->size() - static_cast<std::size_t>(body.offset) - body.code.size();
    Decoder::operator=(Decoder(body.code, body.offset, features, beyond));
    block_results_.clear();
  }

  /// Fails because the body is over and blocks are open. What that is called depends on what follows the body in the module.
  [[gnu::cold, gnu::noinline]] bool missing_end() {
    const std::optional<std::uint8_t> next = beyond();
    if (!next) return fail(ErrorId::unexpected_end_of_section, offset());
    return fail(*next == end_code ? ErrorId::section_size_mismatch : ErrorId::end_opcode_expected, offset());
  }

  bool decode(kind_t<Immediate::none>, NoImmediate&) { return true; }
  bool decode(kind_t<Immediate::zero>, NoImmediate&) {
    const std::uint64_t start = offset();
    std::uint8_t byte = 0;
    return read(byte) && (byte == 0 || fail(ErrorId::zero_byte_expected, start));
  }
  [[gnu::always_inline]] bool decode(kind_t<Immediate::i32>, std::int32_t& value) { return read_s32(value); }
  bool decode(kind_t<Immediate::i64>, std::int64_t& value) { return read_s64(value); }
  bool decode(kind_t<Immediate::f32>, F32& value) { return read_fixed(value.bits); }
  bool decode(kind_t<Immediate::f64>, F64& value) { return read_fixed(value.bits); }
  bool decode(kind_t<Immediate::v128>, V128& value) { return read_fixed(value); }
  bool decode(kind_t<Immediate::lanes16>, V128& value) { return read_fixed(value); }
  bool decode(kind_t<Immediate::lane>, std::uint8_t& lane) { return read(lane); }
  bool decode(kind_t<Immediate::heap_type>, HeapType& type) { return type = heap_type(), !failed(); }

  /// A local's index stands in every second instruction; all kinds of a single index follow.
  [[gnu::always_inline]] bool decode(kind_t<Immediate::local>, std::uint32_t& index) { return read_u32(index); }
  template <Immediate kind> requires(std::is_same_v<Decoded<kind>, std::uint32_t>) bool decode(kind_t<kind>, std::uint32_t& index) {
    return read_u32(index);
  }
  template <Immediate kind> requires(std::is_same_v<Decoded<kind>, IndexPair>) bool decode(kind_t<kind>, IndexPair& indices) {
    return read_u32(indices.first) && read_u32(indices.second);
  }

  /// A memory access: the alignment's exponent, with a bit of its own where a memory's index follows, and the offset.
  template <Immediate kind> requires(is_memory_access(kind)) [[gnu::always_inline]] bool decode(kind_t<kind>, MemoryAccess& access) {
    return short_memory_access(access) || memory_access(access);
  }
  template <Immediate kind> requires(is_lane_access(kind)) bool decode(kind_t<kind>, LaneAccess& access) {
    return memory_access(access.memory) && read(access.lane);
  }

  /// A block's type: nothing, one result, or the index of a function type.
  bool decode(kind_t<Immediate::block>, BlockType& type) {
    std::uint8_t code = 0;
    if (!peek(code)) return false;
    switch (code) {
      case 0x40: type = {}; break;
      case ValueType::i32: type = {{}, single<ValueType::i32>}; break;
      case ValueType::i64: type = {{}, single<ValueType::i64>}; break;
      case ValueType::f32: type = {{}, single<ValueType::f32>}; break;
      case ValueType::f64: type = {{}, single<ValueType::f64>}; break;
      default: return rare_block_type(code, type);
    }
    return u8(), true;
  }
  /// Moves behind a block's type, whether or not the module has it.
  bool skip_block_type() {
    std::uint8_t code = 0;
    std::int64_t index = 0;
    if (!peek(code)) return false;
    if (code == 0x40) return read(code);
    return is_value_code(code) ? (value_type(), !failed()) : read_s33(index);
  }
  bool decode(kind_t<Immediate::labels>, BranchTable& table) {
    const std::uint64_t start = offset();
    std::uint32_t count = 0;
    if (!read_length(count) || !within(count, limit::branch_table, "labels", start)) return false;
    depths_.clear();
    for (std::uint32_t i = 0; i <= count; ++i) {
      std::uint32_t depth = 0;
      if (!read_u32(depth)) return false;
      depths_.push_back(depth);
    }
    table.depths = depths_;
    return true;
  }
  /// The type of a select, written as a sequence that may hold only one.
  bool decode(kind_t<Immediate::types>, ValueType& type) {
    const std::uint64_t start = offset();
    std::uint32_t count = 0;
    if (!read_length(count)) return false;
    for (std::uint32_t i = 0; i < count && !failed(); ++i) type = value_type();
    return !failed() && (count == 1 || fail(ErrorId::invalid_result_arity, start));
  }
  bool decode(kind_t<Immediate::block_catch>, CatchBlock& block) {
    return decode(kind_t<Immediate::block>{}, block.type) && clauses(block.clauses);
  }
  /// The clauses of a try_table.
  bool clauses(std::span<const CatchClause>& clauses) {
    const std::uint64_t start = offset();
    std::uint32_t count = 0;
    if (!read_length(count) || !within(count, limit::catch_clauses, "catch clauses", start)) return false;
    clauses_.clear();
    for (std::uint32_t i = 0; i < count; ++i)
      if (!clause(clauses_.emplace_back())) return false;
    clauses = clauses_;
    return true;
  }
  bool decode(kind_t<Immediate::cast>, Cast& cast) {
    const std::uint64_t start = offset();
    const std::uint8_t flags = u8();
    if (flags > 3) return fail(ErrorId::malformed_cast_flags, start);
    cast.depth = u32();
    cast.from = ValueType::reference(heap_type(), (flags & 1) != 0);
    cast.to = ValueType::reference(heap_type(), (flags & 2) != 0);
    return !failed();
  }

 private:
  static constexpr std::uint8_t end_code = static_cast<std::uint8_t>(info(Op::end).code);
  template <ValueType::Kind kind> static constexpr ValueType single[1] = {kind};

  /// Of memory 0, the offset in one byte or two, as nearly all are. False, and nothing done, for others, and at the very end.
  [[gnu::always_inline]] bool short_memory_access(MemoryAccess& access) {
    if (remaining() < 3) [[unlikely]] return false;
    const auto* const at = reinterpret_cast<const std::uint8_t*>(position());
    if (at[0] >= 0x40) [[unlikely]] return false;
    access.align_log2 = at[0];
    access.offset = at[1] & 0x7Fu;
    if (at[1] < 0x80) return skip(2), true;
    if (at[2] >= 0x80) [[unlikely]] return false;
    access.offset |= std::uint64_t{at[2]} << 7;
    return skip(3), true;
  }
  [[gnu::noinline]] bool memory_access(MemoryAccess& access) {
    const std::uint64_t start = offset();
    std::uint32_t flags = 0;
    if (!read_u32(flags)) return false;
    if (flags >= 0x40) [[unlikely]] {
      if (flags >= 0x80) return fail(ErrorId::malformed_memop_flags, start);
      if (!require(Proposal::multi_memory, start) || !read_u32(access.memory)) return false;
    }
    access.align_log2 = static_cast<std::uint8_t>(flags & 0x3F);
    return read_u64(access.offset);
  }

  [[gnu::noinline]] bool rare_block_type(std::uint8_t code, BlockType& type) {
    const std::uint64_t start = offset();
    if (is_value_code(code)) {
      block_results_.push_back(value_type());
      type = {{}, {&block_results_.back(), 1}};
      return !failed();
    }
    std::int64_t index = 0;
    if (!read_s33(index)) return false;
    if (index < 0) return fail(ErrorId::malformed_block_type, start);
    if (!require(Proposal::multi_value, start)) return false;
    if (static_cast<std::uint64_t>(index) >= module_.types.size() || module_.types[static_cast<std::size_t>(index)].kind != CompositeKind::function)
      return fail(ErrorId::unknown_type, start, std::to_string(index));
    const FunctionType& function = module_.types[static_cast<std::size_t>(index)].function;
    type = {function.params(), function.results()};
    return true;
  }

  bool clause(CatchClause& clause) {
    const std::uint64_t start = offset();
    std::uint8_t kind = 0;
    if (!read(kind)) return false;
    if (kind > CatchClause::all_ref) return fail(ErrorId::malformed_catch_clause, start);
    clause.kind = static_cast<CatchClause::Kind>(kind);
    if (clause.kind <= CatchClause::one_ref && !read_u32(clause.tag)) return false;
    return read_u32(clause.depth);
  }

  const Module& module_;
  std::vector<std::uint32_t> depths_;
  std::vector<CatchClause> clauses_;
  std::deque<ValueType> block_results_;  ///< of blocks whose result is of a type with parts; they must stay where they are
};

}  // namespace wasmer::reader
