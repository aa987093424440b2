#pragma once
/// \file
/// The fields of a module (spec section 6.6): the second pass, which writes every section but that of types.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <wasmer/text/draft.hpp>
#include <wasmer/text/extern_type.hpp>
#include <wasmer/text/instructions.hpp>
#include <wasmer/text/segments.hpp>
#include <wasmer/text/type_use.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::text {

/// Reads fields into a draft that has been scanned.
class FieldParser {
 public:
  explicit FieldParser(Draft& draft) : draft_(draft), cursor_(draft.cursor), instructions_(draft), segments_(draft, instructions_) {}

  /// All fields up to the parenthesis that closes the module, or the end.
  void fields() {
    while (cursor_.at(Token::left) && !cursor_.failed()) field();
    instructions_.expect_no_hint_before(cursor_.position() + 1);
  }

 private:
  void field() {
    const Word word = cursor_.peek(1).word();
    if (word == Word::type || word == Word::rec) return cursor_.move_to(cursor_.peek().partner + 1);
    const Token& left = cursor_.take();
    switch (word) {
      case Word::import_: cursor_.take(); return import_field(left);
      case Word::func: cursor_.take(); return function();
      case Word::table: cursor_.take(); return table();
      case Word::memory: cursor_.take(); return memory();
      case Word::global: cursor_.take(); return global();
      case Word::tag: cursor_.take(); return tag();
      case Word::export_: cursor_.take(); return export_field();
      case Word::start: return start();
      case Word::elem: cursor_.take(); return segments_.element_segment();
      case Word::data: cursor_.take(); return segments_.data_segment();
      default: return cursor_.unexpected();
    }
  }

  std::uint32_t next(ExternKind kind) { return next_[static_cast<std::size_t>(kind)]++; }

  /// Reads the identifier and the `(export "name")`s of a definition.
  void head(ExternKind kind, std::uint32_t index) {
    cursor_.take_identifier();
    while (cursor_.take_group_if(Word::export_)) {
      export_entry(kind, index);
      cursor_.close();
    }
  }
  /// Reads a name and writes an export that has it.
  void export_entry(ExternKind kind, std::uint32_t index) {
    Encoder& out = draft_.section(Section::export_).add();
    out.name(cursor_.name());
    out.u8(static_cast<std::uint8_t>(kind));
    out.u32(index);
  }
  /// Reads two names and begins an import.
  Encoder& import_entry(const Token& at) {
    if (!defined_.empty()) cursor_.fail(ErrorId::import_after_definition, at, std::string(defined_));
    Encoder& out = draft_.section(Section::import).add();
    out.name(cursor_.name());
    out.name(cursor_.name());
    return out;
  }
  /// If `(import "module" "name")` stands here: the import that it begins.
  Encoder* inline_import(ExternKind kind) {
    const Token& at = cursor_.peek();
    if (!cursor_.take_group_if(Word::import_)) {
      if (defined_.empty()) defined_ = to_string(kind);
      return nullptr;
    }
    Encoder& out = import_entry(at);
    cursor_.close();
    out.u8(static_cast<std::uint8_t>(kind));
    return &out;
  }

  void import_field(const Token& at) {
    Encoder& out = import_entry(at);
    cursor_.expect(Token::left);
    const Word word = cursor_.peek().word();
    const auto begin = [&](ExternKind kind) { cursor_.take(), cursor_.take_identifier(), next(kind), out.u8(static_cast<std::uint8_t>(kind)); };
    switch (word) {
      case Word::func: begin(ExternKind::function), out.u32(type_use_index(draft_)); break;
      case Word::table: begin(ExternKind::table), encode(out, table_type(draft_)); break;
      case Word::memory: begin(ExternKind::memory), memory_type(cursor_, out); break;
      case Word::global: begin(ExternKind::global), global_type(draft_, out); break;
      case Word::tag: begin(ExternKind::tag), out.u8(0), out.u32(type_use_index(draft_)); break;
      default: cursor_.unexpected();
    }
    cursor_.close();
    cursor_.close();
  }

  void export_field() {
    Entries& section = draft_.section(Section::export_);
    section.add().name(cursor_.name());
    cursor_.expect(Token::left);
    const auto of = [&](ExternKind kind, Space space) {
      cursor_.take();
      section.body.u8(static_cast<std::uint8_t>(kind));
      section.body.u32(draft_.index(space));
    };
    switch (cursor_.peek().word()) {
      case Word::func: of(ExternKind::function, Space::function); break;
      case Word::table: of(ExternKind::table, Space::table); break;
      case Word::memory: of(ExternKind::memory, Space::memory); break;
      case Word::global: of(ExternKind::global, Space::global); break;
      case Word::tag: of(ExternKind::tag, Space::tag); break;
      default: cursor_.unexpected();
    }
    cursor_.close();
    cursor_.close();
  }

  void start() {
    const Token& token = cursor_.take();
    if (draft_.start) cursor_.fail(ErrorId::multiple_start_sections, token, {});
    draft_.start = draft_.index(Space::function);
    cursor_.close();
  }

  void function() {
    const std::uint32_t index = next(ExternKind::function);
    head(ExternKind::function, index);
    Encoder* const import = inline_import(ExternKind::function);
    IndexSpace& locals = instructions_.locals();
    locals.clear();
    const std::uint32_t type = type_use_index(draft_, &locals);
    if (import != nullptr) {
      import->u32(type);
    } else {
      draft_.section(Section::function).add().u32(type);
      body_.clear();
      local_declarations(locals);
      instructions_.body(index, body_);
      draft_.section(Section::code).add().sized(body_.bytes());
    }
    local_names(index, locals);
    cursor_.close();
  }

  /// `(local ...)*`, as runs of one type each.
  void local_declarations(IndexSpace& locals) {
    Entries runs;
    std::string run_type;
    std::uint32_t run = 0;
    const auto flush = [&] {
      if (run != 0) runs.add().u32(run), runs.body.append(run_type);
    };
    const auto local = [&] {
      Encoder type;
      value_type(draft_, type);
      if (type.view() != run_type) flush(), run = 0, run_type = type.view();
      ++run;
    };
    while (cursor_.take_group_if(Word::local)) {
      if (const Token* identifier = cursor_.take_identifier()) {
        draft_.bind(locals, identifier, cursor_.position(), "local");
        local();
      } else {
        for (; !cursor_.at(Token::right) && !cursor_.failed(); local()) draft_.bind(locals, nullptr, cursor_.position(), "local");
      }
      cursor_.close();
    }
    flush();
    runs.write_to(body_);
  }
  void local_names(std::uint32_t function, const IndexSpace& locals) {
    if (locals.named().empty()) return;
    Encoder& out = draft_.local_names.add();
    out.u32(function);
    out.u32(static_cast<std::uint32_t>(locals.named().size()));
    for (const IndexSpace::Named& local : locals.named()) out.u32(local.index), out.name(local.name);
  }

  void table() {
    const std::uint32_t index = next(ExternKind::table);
    head(ExternKind::table, index);
    if (Encoder* const import = inline_import(ExternKind::table)) {
      encode(*import, table_type(draft_));
      return cursor_.close();
    }
    TableTypeText type;
    const bool is_64 = address_type(cursor_);
    Encoder& out = draft_.section(Section::table).add();
    if (at_reference_type(cursor_)) {
      type.element = reference_type(draft_);
      type.limits = segments_.inline_elements(index, is_64, type.element);
      encode(out, type);
      return cursor_.close();
    }
    type = table_type(draft_, is_64);
    Encoder init;
    instructions_.sequence(init);
    init.opcode(Op::end);
    if (init.size() > 1 && !is_null_of(init, type.element)) {
      out.u8(0x40), out.u8(0);
      encode(out, type);
      out.append(init.bytes());
    } else {
      encode(out, type);
    }
    cursor_.close();
  }
  /// True of an initial value that says no more than its absence.
  static bool is_null_of(const Encoder& init, const ReferenceTypeText& type) {
    Encoder null;
    null.opcode(Op::ref_null);
    encode(null, type.heap);
    null.opcode(Op::end);
    return init.view() == null.view();
  }

  void memory() {
    const std::uint32_t index = next(ExternKind::memory);
    head(ExternKind::memory, index);
    Encoder* const import = inline_import(ExternKind::memory);
    Encoder& out = import != nullptr ? *import : draft_.section(Section::memory).add();
    LimitsText limits;
    limits.is_64 = address_type(cursor_);
    if (import == nullptr && cursor_.at(Token::left)) {
      page_size(cursor_, limits);
      segments_.inline_data(index, limits);
      encode(out, limits);
    } else {
      memory_type(cursor_, limits, out);
    }
    cursor_.close();
  }

  void global() {
    const std::uint32_t index = next(ExternKind::global);
    head(ExternKind::global, index);
    if (Encoder* const import = inline_import(ExternKind::global)) {
      global_type(draft_, *import);
    } else {
      Encoder& out = draft_.section(Section::global).add();
      global_type(draft_, out);
      instructions_.sequence(out);
      out.opcode(Op::end);
    }
    cursor_.close();
  }

  void tag() {
    const std::uint32_t index = next(ExternKind::tag);
    head(ExternKind::tag, index);
    Encoder* const import = inline_import(ExternKind::tag);
    Encoder& out = import != nullptr ? *import : draft_.section(Section::tag).add();
    out.u8(0);
    out.u32(type_use_index(draft_));
    cursor_.close();
  }

  Draft& draft_;
  Cursor& cursor_;
  InstructionParser instructions_;
  SegmentParser segments_;
  std::array<std::uint32_t, 5> next_{};  ///< the index of the next definition or import of each ExternKind
  std::string_view defined_;             ///< what the first definition was; no import may follow
  Encoder body_;
};

}  // namespace wasmer::text
