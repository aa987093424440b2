#pragma once
/// \file
/// The consumer of FunctionReader that writes a function body as text, an instruction a line (spec section 6.5).

#include <cstdint>
#include <optional>
#include <string>

#include <wasmer/module/branch_hints.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/module/names.hpp>
#include <wasmer/module/printer/identifiers.hpp>
#include <wasmer/module/printer/words.hpp>
#include <wasmer/module/reader.hpp>

namespace wasmer::printer {

/// Writes the fields of functions to the end of a string.
class InstructionPrinter {
 public:
  static constexpr Features features = Features::all();
  static constexpr bool takes_dead_code = true;

  InstructionPrinter(std::string& out, const Module& module, const Names& names, const ModuleIdentifiers& identifiers)
      : out_(out), module_(module), names_(names), identifiers_(identifiers), hints_(module) {}

  void begin(const FunctionBody& body, std::span<const ValueType> locals) {
    body_ = &body;
    const FunctionType& type = module_.types[body.type].function;
    local_identifiers_ = Identifiers(locals.size(), [&](std::uint32_t local) { return names_.local_name(body.function, local); });
    out_ += "  (func" + identifiers_.functions.definition(body.function) + " (type " + identifiers_.types.reference(body.type) + ")";
    const std::size_t params = type.params().size();
    print_locals("param", locals.first(params), 0);
    print_values(out_, "result", type.results());
    if (locals.size() > params) {
      out_ += "\n   ";
      print_locals("local", locals.subspan(params), static_cast<std::uint32_t>(params));
    }
    depth_ = 1;
  }

  void at(std::uint32_t offset, const std::byte*) { offset_ = offset; }

  template <Op op, class... Immediates> void on(op_t<op>, const Immediates&... immediates) {
    constexpr OpInfo row = info(op);
    if constexpr (op == Op::end) {
      if (--depth_ != 0) line(row.text);
    } else if constexpr (op == Op::else_) {
      --depth_;
      line(row.text);
      ++depth_;
    } else if constexpr (op == Op::catch_ || op == Op::catch_all || op == Op::delegate) {
      --depth_;
      line(row.text);
      if constexpr (op != Op::catch_all) handler<row.immediate>(immediates...);
      if constexpr (op != Op::delegate) ++depth_;
    } else {
      if constexpr (op == Op::if_ || op == Op::br_if)
        if (!hints_.empty()) hint();
      line(row.text);
      if constexpr (op == Op::ref_test || op == Op::ref_cast) (word(to_string(ValueType::reference(immediates, false))), ...);
      else if constexpr (op == Op::ref_test_null || op == Op::ref_cast_null) (word(to_string(ValueType::reference(immediates, true))), ...);
      else if constexpr (op != Op::select) (print_immediate<row.immediate>(immediates), ...);
      if constexpr (row.immediate == Immediate::block) ++depth_;
    }
  }

  void finish() { out_ += ")\n"; }

 private:
  void line(std::string_view text) {
    out_ += '\n';
    out_.append(2 * std::size_t{1 + std::min(depth_, 60u)}, ' ');
    out_ += text;
  }
  /// What the module says of the branch at hand.
  void hint() {
    const std::optional<bool> likely = hints_.likely(body_->function, offset_ - static_cast<std::uint32_t>(body_->offset));
    if (likely) line(*likely ? "(@metadata.code.branch_hint \"\\01\")" : "(@metadata.code.branch_hint \"\\00\")");
  }
  void word(std::string_view text) { out_.append(" ").append(text); }

  /// Runs of types in one field; those with an identifier in one each.
  void print_locals(std::string_view keyword, std::span<const ValueType> types, std::uint32_t first) {
    for (std::size_t i = 0; i < types.size();) {
      const auto index = first + static_cast<std::uint32_t>(i);
      if (local_identifiers_.has(index)) {
        out_.append(" (").append(keyword).append(local_identifiers_.definition(index)).append(" ").append(to_string(types[i++])).append(")");
        continue;
      }
      const std::size_t begin = i;
      while (i < types.size() && !local_identifiers_.has(first + static_cast<std::uint32_t>(i))) ++i;
      print_values(out_, keyword, types.subspan(begin, i - begin));
    }
  }

  template <Immediate kind> void handler(std::uint32_t index, bool) { print_immediate<kind>(index); }

  template <Immediate kind> void print_immediate(std::uint32_t index) {
    // Memory 0 goes without saying.
    if constexpr (kind == Immediate::memory) {
      if (index == 0) return;
    }
    word(space(kind, index));
  }
  std::string space(Immediate kind, std::uint32_t index) const {
    switch (kind) {
      case Immediate::func: return identifiers_.functions.reference(index);
      case Immediate::local: return local_identifiers_.reference(index);
      case Immediate::global: return identifiers_.globals.reference(index);
      case Immediate::table: return identifiers_.tables.reference(index);
      case Immediate::memory: return identifiers_.memories.reference(index);
      case Immediate::elem: return identifiers_.elements.reference(index);
      case Immediate::data: return identifiers_.data.reference(index);
      case Immediate::tag: return identifiers_.tags.reference(index);
      case Immediate::type:
      case Immediate::struct_:
      case Immediate::array: return identifiers_.types.reference(index);
      default: return std::to_string(index);
    }
  }

  template <Immediate kind> void print_immediate(const IndexPair& indices) {
    const auto [first, second] = indices;
    switch (kind) {
      case Immediate::type_table:
        if (second != 0) word(space(Immediate::table, second));
        word("(type " + space(Immediate::type, first) + ")");
        break;
      case Immediate::table_table: pair(Immediate::table, first, second); break;
      case Immediate::memory_memory: pair(Immediate::memory, first, second); break;
      case Immediate::elem_table:
        if (second != 0) word(space(Immediate::table, second));
        word(space(Immediate::elem, first));
        break;
      case Immediate::data_memory:
        if (second != 0) word(space(Immediate::memory, second));
        word(space(Immediate::data, first));
        break;
      default:
        word(std::to_string(first));
        word(std::to_string(second));
    }
  }
  void pair(Immediate of, std::uint32_t first, std::uint32_t second) {
    if (first == 0 && second == 0) return;
    word(space(of, first));
    word(space(of, second));
  }

  template <Immediate kind> void print_immediate(const BlockType& type) { print_block_type(type); }
  template <Immediate kind> void print_immediate(std::span<const CatchClause> clauses) {
    for (const CatchClause& clause : clauses) {
      constexpr std::array<std::string_view, 4> words{"catch", "catch_ref", "catch_all", "catch_all_ref"};
      word("(" + std::string(words[clause.kind]));
      if (clause.kind <= CatchClause::one_ref) word(space(Immediate::tag, clause.tag));
      word(std::to_string(clause.depth) + ")");
    }
    ++depth_;
  }
  /// A block's type is an index or not as it is in the module, since several types may be equal.
  void print_block_type(const BlockType& type) {
    ByteReader in(std::span(*module_.bytes).subspan(offset_ + 1), offset_ + 1);
    const std::int64_t index = in.s33();
    if (index >= 0) word("(type " + identifiers_.types.reference(static_cast<std::uint32_t>(index)) + ")");
    print_values(out_, "param", type.params);
    print_values(out_, "result", type.results);
  }

  template <Immediate kind> void print_immediate(const BranchTable& table) {
    for (const std::uint32_t depth : table.depths) word(std::to_string(depth));
  }
  template <Immediate kind> void print_immediate(const MemoryAccess& access) {
    if (access.memory != 0) word(space(Immediate::memory, access.memory));
    if (access.offset != 0) word("offset=" + std::to_string(access.offset));
    if (access.align_log2 != reader::natural_align_log2(kind)) word("align=" + std::to_string(1u << access.align_log2));
  }
  template <Immediate kind> void print_immediate(const LaneAccess& access) {
    print_immediate<kind>(access.memory);
    word(std::to_string(access.lane));
  }
  template <Immediate kind> void print_immediate(std::uint8_t lane) { word(std::to_string(lane)); }
  template <Immediate kind> void print_immediate(std::int32_t value) { word(std::to_string(value)); }
  template <Immediate kind> void print_immediate(std::int64_t value) { word(std::to_string(value)); }
  template <Immediate kind> void print_immediate(F32 value) { out_ += ' ', print(out_, value); }
  template <Immediate kind> void print_immediate(F64 value) { out_ += ' ', print(out_, value); }
  template <Immediate kind> void print_immediate(const V128& value) {
    if constexpr (kind == Immediate::v128) out_ += ' ', print(out_, value);
    else
      for (const std::uint8_t lane : value.bytes) word(std::to_string(lane));
  }
  template <Immediate kind> void print_immediate(ValueType type) { word("(result " + to_string(type) + ")"); }
  template <Immediate kind> void print_immediate(HeapType type) { word(to_string(type)); }
  template <Immediate kind> void print_immediate(const Cast& cast) {
    word(std::to_string(cast.depth));
    word(to_string(cast.from));
    word(to_string(cast.to));
  }

  std::string& out_;
  const Module& module_;
  const Names& names_;
  const ModuleIdentifiers& identifiers_;
  BranchHints hints_;
  const FunctionBody* body_ = nullptr;
  Identifiers local_identifiers_{0, [](std::uint32_t) { return std::string_view(); }};
  unsigned depth_ = 0;          ///< blocks that are open, the function's own included
  std::uint32_t offset_ = 0;    ///< of the instruction at hand
};

}  // namespace wasmer::printer
