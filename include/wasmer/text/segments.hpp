#pragma once
/// \file
/// Element and data segments (spec section 6.6.9 and 6.6.10), those inside of tables and memories included.

#include <cstdint>
#include <string_view>

#include <wasmer/text/draft.hpp>
#include <wasmer/text/extern_type.hpp>
#include <wasmer/text/instructions.hpp>

namespace wasmer::text {

/// Reads segments into the element section and the data section.
class SegmentParser {
 public:
  SegmentParser(Draft& draft, InstructionParser& instructions) : draft_(draft), cursor_(draft.cursor), instructions_(instructions) {}

  /// `(elem` has been taken.
  void element_segment() {
    cursor_.take_identifier();
    Elements segment;
    if (cursor_.take_if(Word::declare)) segment.mode = Mode::declarative;
    else if (!at_elements()) segment.mode = Mode::active, placement(Space::table, segment.table, segment.offset);
    elements(segment);
    write(segment);
    cursor_.close();
  }

  /// `(data` has been taken.
  void data_segment() {
    cursor_.take_identifier();
    Encoder& out = draft_.section(Section::data).add();
    if (cursor_.at(Token::left) || cursor_.at(Token::number)) {
      std::uint32_t memory = 0;
      Encoder offset;
      placement(Space::memory, memory, offset);
      data_head(out, memory, offset);
    } else {
      out.u8(1);
    }
    out.sized(strings().bytes());
    cursor_.close();
  }

  /// A table of as many elements as `(elem ...)`, which stands here after the type, has: its limits, and an active segment.
  LimitsText inline_elements(std::uint32_t table, bool is_64, const ReferenceTypeText& type) {
    Elements segment;
    segment.mode = Mode::active;
    segment.table = table;
    zero(segment.offset, is_64);
    segment.type = type;
    cursor_.expect_group(Word::elem);
    segment.is_indices = type == funcref_text && (cursor_.at_index() || cursor_.at(Token::right));
    if (segment.is_indices) indices(segment);
    else if (cursor_.at_index()) function_references(segment);
    else expressions(segment);
    cursor_.close();
    write(segment);
    LimitsText limits;
    limits.is_64 = is_64;
    limits.minimum = segment.elements.count;
    limits.maximum = segment.elements.count;
    return limits;
  }

  /// A memory that just holds `(data ...)`, which stands here: its limits, and an active segment.
  void inline_data(std::uint32_t memory, LimitsText& limits) {
    cursor_.expect_group(Word::data);
    const Encoder bytes = strings();
    cursor_.close();
    const unsigned page_log2 = limits.page_size_log2.value_or(16);
    const std::uint64_t pages = page_log2 > 32 ? !bytes.empty() : (bytes.size() + (std::uint64_t{1} << page_log2) - 1) >> page_log2;
    limits.minimum = pages;
    limits.maximum = pages;
    Encoder& out = draft_.section(Section::data).add();
    Encoder offset;
    zero(offset, limits.is_64);
    data_head(out, memory, offset);
    out.sized(bytes.bytes());
  }

 private:
  enum class Mode : std::uint8_t { active, passive, declarative };
  struct Elements {
    Mode mode = Mode::passive;
    std::uint32_t table = 0;
    Encoder offset;
    bool is_indices = true;
    ReferenceTypeText type;  ///< when they are not indices
    Entries elements;
  };

  /// True where a list of elements begins that names its type, as those of passive segments do.
  bool at_elements() const { return cursor_.at(Word::func) || at_reference_type(cursor_); }

  /// Reads `(table x)? (offset instr*)`, or a single folded instruction for the offset; the same with `memory`. The index alone is older syntax.
  void placement(Space space, std::uint32_t& index, Encoder& offset) {
    if (cursor_.take_group_if(space == Space::table ? Word::table : Word::memory)) {
      index = draft_.index(space);
      cursor_.close();
    } else if (cursor_.at(Token::number)) {
      index = draft_.index(space);
    }
    expression(Word::offset, offset);
  }
  /// A constant expression: `(word instr*)`, or a folded instruction.
  void expression(Word word, Encoder& out) {
    if (cursor_.take_group_if(word)) {
      instructions_.sequence(out);
      cursor_.close();
    } else {
      instructions_.folded(out);
    }
    out.opcode(Op::end);
  }
  static void zero(Encoder& out, bool is_64) {
    out.opcode(is_64 ? Op::i64_const : Op::i32_const);
    out.s64(0);
    out.opcode(Op::end);
  }

  void elements(Elements& segment) {
    segment.is_indices = cursor_.take_if(Word::func) || !at_reference_type(cursor_);
    if (segment.is_indices) return indices(segment);
    segment.type = reference_type(draft_);
    expressions(segment);
  }
  void indices(Elements& segment) {
    while (cursor_.at_index()) segment.elements.add().u32(draft_.index(Space::function));
  }
  void expressions(Elements& segment) {
    while (cursor_.at(Token::left)) expression(Word::item, segment.elements.add());
  }
  void function_references(Elements& segment) {
    while (cursor_.at_index()) {
      Encoder& out = segment.elements.add();
      out.opcode(Op::ref_func);
      out.u32(draft_.index(Space::function));
      out.opcode(Op::end);
    }
  }

  void write(const Elements& segment) {
    Encoder& out = draft_.section(Section::element).add();
    const bool is_active = segment.mode == Mode::active;
    // Table 0 and the type that goes without saying have a form of their own.
    const bool is_short = is_active && segment.table == 0 && (segment.is_indices || segment.type == funcref_text);
    const unsigned form = is_active ? (is_short ? 0 : 2) : (segment.mode == Mode::passive ? 1 : 3);
    out.u8(static_cast<std::uint8_t>(form | (segment.is_indices ? 0 : 4)));
    if (is_active && !is_short) out.u32(segment.table);
    if (is_active) out.append(segment.offset.bytes());
    if (!is_short && segment.is_indices) out.u8(0);  // the kind of function references
    if (!is_short && !segment.is_indices) encode(out, segment.type);
    segment.elements.write_to(out);
  }

  static void data_head(Encoder& out, std::uint32_t memory, const Encoder& offset) {
    out.u8(memory == 0 ? 0 : 2);
    if (memory != 0) out.u32(memory);
    out.append(offset.bytes());
  }
  Encoder strings() {
    Encoder bytes;
    while (cursor_.at(Token::string)) bytes.append(cursor_.string());
    return bytes;
  }

  Draft& draft_;
  Cursor& cursor_;
  InstructionParser& instructions_;
};

}  // namespace wasmer::text
