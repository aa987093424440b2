#pragma once
/// \file
/// What follows an instruction's keyword, by the immediate column of the table of opcodes (spec section 6.5).

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <wasmer/text/draft.hpp>
#include <wasmer/text/labels.hpp>
#include <wasmer/text/literal.hpp>
#include <wasmer/text/type_use.hpp>
#include <wasmer/text/value_type.hpp>

namespace wasmer::text {

/// Reads immediates and writes whole instructions, all but those that structure code.
class Immediates {
 public:
  explicit Immediates(Draft& draft) : draft_(draft), cursor_(draft.cursor) {}

  IndexSpace locals;
  Labels labels;

  /// Writes `op`, whose keyword has been taken, and its immediates.
  void instruction(Op op, Encoder& out) {
    switch (op) {
      case Op::select: return select(out);
      case Op::ref_test: return cast(Op::ref_test, Op::ref_test_null, out);
      case Op::ref_cast: return cast(Op::ref_cast, Op::ref_cast_null, out);
      default: break;
    }
    out.opcode(op);
    switch (info(op).immediate) {
      case Immediate::none: return;
      case Immediate::zero: return out.u8(0);
      case Immediate::label: return label(out);
      case Immediate::labels: return branch_table(out);
      case Immediate::local: return out.u32(draft_.index(locals, ErrorId::unknown_local));
      case Immediate::func: return index(Space::function, out);
      case Immediate::type: case Immediate::struct_: case Immediate::array: return index(Space::type, out);
      case Immediate::global: return index(Space::global, out);
      case Immediate::tag: return index(Space::tag, out);
      case Immediate::elem: return index(Space::element, out);
      case Immediate::data: return draft_.needs_data_count = true, index(Space::data, out);
      case Immediate::table: return out.u32(draft_.optional_index(Space::table));
      case Immediate::memory: return out.u32(draft_.optional_index(Space::memory));
      case Immediate::table_table: return optional_pair(Space::table, out);
      case Immediate::memory_memory: return optional_pair(Space::memory, out);
      case Immediate::elem_table: return segment(Space::element, Space::table, out);
      case Immediate::data_memory: return draft_.needs_data_count = true, segment(Space::data, Space::memory, out);
      case Immediate::type_table: return indirect(out);
      case Immediate::mem1: return memory_access(0, out);
      case Immediate::mem2: return memory_access(1, out);
      case Immediate::mem4: return memory_access(2, out);
      case Immediate::mem8: return memory_access(3, out);
      case Immediate::mem16: return memory_access(4, out);
      case Immediate::mem1_lane: return lane_access(0, out);
      case Immediate::mem2_lane: return lane_access(1, out);
      case Immediate::mem4_lane: return lane_access(2, out);
      case Immediate::mem8_lane: return lane_access(3, out);
      case Immediate::i32: return out.s64(static_cast<std::int32_t>(integer_literal(cursor_, 32)));
      case Immediate::i64: return out.s64(static_cast<std::int64_t>(integer_literal(cursor_, 64)));
      case Immediate::f32: return out.fixed(float_literal<Binary32>(cursor_), 4);
      case Immediate::f64: return out.fixed(float_literal<Binary64>(cursor_), 8);
      case Immediate::v128: return vector(out);
      case Immediate::lane: return lane(out);
      case Immediate::lanes16: return lanes16(out);
      case Immediate::heap_type: return encode(out, heap_type(draft_));
      case Immediate::cast: return branch_on_cast(out);
      case Immediate::field: return field(out);
      case Immediate::array_count: return index(Space::type, out), out.u32(cursor_.natural32());
      case Immediate::array_data: return draft_.needs_data_count = true, index(Space::type, out), index(Space::data, out);
      case Immediate::array_elem: return index(Space::type, out), index(Space::element, out);
      case Immediate::array_array: return index(Space::type, out), index(Space::type, out);
      case Immediate::block: case Immediate::block_catch: case Immediate::types: break;
    }
    cursor_.unexpected();
  }

  void index(Space space, Encoder& out) { out.u32(draft_.index(space)); }

  void label(Encoder& out) {
    if (!cursor_.at(Token::identifier)) return out.u32(cursor_.natural32());
    const Token& token = cursor_.take();
    const std::optional<std::uint32_t> depth = labels.find(cursor_.source().name_of(token));
    if (!depth) return cursor_.fail(ErrorId::unknown_label, token);
    out.u32(*depth);
  }

  /// The clauses of a try_table, `(catch x l)` and its three sisters.
  void catch_clauses(Encoder& out) {
    constexpr Word words[] = {word(Op::catch_), Word::catch_ref, word(Op::catch_all), Word::catch_all_ref};
    Entries clauses;
    for (std::uint8_t kind = 0; kind < 4;) {
      if (!cursor_.take_group_if(words[kind])) {
        ++kind;
        continue;
      }
      clauses.add().u8(kind);
      if (kind < 2) index(Space::tag, clauses.body);
      label(clauses.body);
      cursor_.close();
      kind = 0;
    }
    clauses.write_to(out);
  }

 private:
  void branch_table(Encoder& out) {
    Entries targets;
    do label(targets.add());
    while (cursor_.at_index());
    out.u32(targets.count - 1);  // the default comes last and is not counted
    out.append(targets.body.bytes());
  }

  void select(Encoder& out) {
    if (!cursor_.at_group(Word::result)) return out.opcode(Op::select);
    Entries types;
    while (cursor_.take_group_if(Word::result)) {
      while (!cursor_.at(Token::right) && !cursor_.failed()) value_type(draft_, types.add());
      cursor_.close();
    }
    out.opcode(Op::select_t);
    types.write_to(out);
  }

  void cast(Op op, Op op_null, Encoder& out) {
    const ReferenceTypeText type = reference_type(draft_);
    out.opcode(type.nullable ? op_null : op);
    encode(out, type.heap);
  }
  void branch_on_cast(Encoder& out) {
    Encoder target;
    label(target);
    const ReferenceTypeText from = reference_type(draft_), to = reference_type(draft_);
    out.u8(static_cast<std::uint8_t>((from.nullable ? 1 : 0) | (to.nullable ? 2 : 0)));
    out.append(target.bytes());
    encode(out, from.heap);
    encode(out, to.heap);
  }
  void field(Encoder& out) {
    const std::uint32_t type = draft_.index(Space::type);
    out.u32(type);
    static const IndexSpace no_fields;
    out.u32(draft_.index(type < draft_.types.size() ? draft_.types[type].fields : no_fields, ErrorId::unknown_field));
  }

  /// Two indices of the same kind, or none for 0 0.
  void optional_pair(Space space, Encoder& out) {
    const bool written = cursor_.at_index();
    out.u32(written ? draft_.index(space) : 0);
    out.u32(written ? draft_.index(space) : 0);
  }
  /// `table? elem`, and `memory? data`: the binary format has them the other way round.
  void segment(Space segments, Space space, Encoder& out) {
    const bool both = cursor_.at_index() && cursor_.at_index(1);
    const std::uint32_t to = both ? draft_.index(space) : 0;
    index(segments, out);
    out.u32(to);
  }
  void indirect(Encoder& out) {
    const std::uint32_t table = draft_.optional_index(Space::table);
    out.u32(type_use_index(draft_));
    out.u32(table);
  }

  /// The value of `offset=N` or `align=N`, if it stands here.
  std::optional<std::uint64_t> keyed(std::string_view key) {
    const Token& token = cursor_.peek();
    std::string_view text = cursor_.source().text_of(token);
    if (token.kind != Token::keyword || !text.starts_with(key)) return std::nullopt;
    text.remove_prefix(key.size());
    if (number_form(text) != NumberForm::natural) return cursor_.fail(ErrorId::unknown_operator, token), std::nullopt;
    cursor_.take();
    const std::optional<std::uint64_t> value = parse_natural(text);
    if (!value) cursor_.fail(ErrorId::i64_constant_out_of_range, token);
    return value;
  }
  void memory_access(unsigned natural_align_log2, std::uint32_t memory, Encoder& out) {
    const std::uint64_t offset = keyed("offset=").value_or(0);
    const Token& token = cursor_.peek();
    const std::uint64_t align = keyed("align=").value_or(std::uint64_t{1} << natural_align_log2);
    if (!std::has_single_bit(align)) return cursor_.fail(ErrorId::alignment_not_power_of_two, token);
    const auto align_log2 = static_cast<std::uint32_t>(std::countr_zero(align));
    constexpr std::uint32_t has_memory = 0x40;
    out.u32(memory == 0 ? align_log2 : align_log2 | has_memory);
    if (memory != 0) out.u32(memory);
    out.u64(offset);
  }
  void memory_access(unsigned natural_align_log2, Encoder& out) {
    memory_access(natural_align_log2, draft_.optional_index(Space::memory), out);
  }
  void lane_access(unsigned natural_align_log2, Encoder& out) {
    // A number is the memory's only if the lane's follows it.
    const std::string_view next = cursor_.source().text_of(cursor_.peek(1));
    const bool goes_on = cursor_.at_index(1) || next.starts_with("offset=") || next.starts_with("align=");
    const bool only_lane = cursor_.peek().form() == NumberForm::natural && !goes_on;
    memory_access(natural_align_log2, only_lane ? 0 : draft_.optional_index(Space::memory), out);
    lane(out);
  }

  void vector(Encoder& out) {
    const V128 vector = vector_literal(cursor_);
    out.append(std::as_bytes(std::span(vector.bytes)));
  }
  void lane(Encoder& out) { out.u8(static_cast<std::uint8_t>(cursor_.natural(8, ErrorId::i8_constant_out_of_range))); }
  void lanes16(Encoder& out) {
    for (unsigned i = 0; i < 16; ++i) {
      if (cursor_.at(Token::left) || cursor_.at(Token::right)) cursor_.fail(ErrorId::invalid_lane_length, cursor_.peek(), {});
      if (cursor_.at(Token::number) && cursor_.peek().form() != NumberForm::natural) cursor_.fail(ErrorId::i8_constant_out_of_range, cursor_.peek());
      lane(out);
    }
    if (cursor_.at(Token::number)) cursor_.fail(ErrorId::invalid_lane_length, cursor_.peek(), {});
  }

  Draft& draft_;
  Cursor& cursor_;
};

}  // namespace wasmer::text
