#pragma once
/// \file
/// From bytes to a Module (spec section 5.5): `parse` decodes every section and leaves function bodies as they are, for FunctionReader.

#include <array>
#include <memory>
#include <span>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/module/decoder.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/module/parse.hpp>
#include <wasmer/module/parser/segments.hpp>
#include <wasmer/module/parser/types.hpp>
#include <wasmer/wasm/limits.hpp>

namespace wasmer {

namespace parser {

/// Decodes one module, section by section.
class ModuleParser {
 public:
  ModuleParser(std::shared_ptr<const std::vector<std::byte>> bytes, Features features) : in_(*bytes, 0, features) { module_.bytes = std::move(bytes); }

  Result<Module> parse() {
    if (header())
      while (!in_.failed() && !in_.at_end()) section();
    if (!in_.failed()) complete();
    if (in_.failed()) return first_error();
    declare_functions();
    return std::move(module_);
  }

 private:
  static constexpr std::uint32_t magic = 0x6D736100;
  static constexpr std::uint32_t version = 1;

  bool header() {
    if (in_.remaining() > limit::module_size) return in_.fail(ErrorId::implementation_limit, limit::module_size, "a module of more than 1 GiB");
    for (const auto& [word, id] : {std::pair{magic, ErrorId::magic_header_not_detected}, std::pair{version, ErrorId::unknown_binary_version}}) {
      const std::uint64_t start = in_.offset();
      if (in_.fixed<std::uint32_t>() != word) return in_.fail(id, start);
    }
    return true;
  }

  /// Where a section stands in the order of sections; custom ones stand anywhere.
  static constexpr std::array<std::uint8_t, 14> order{0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6};

  void section() {
    const std::uint64_t start = in_.offset();
    const std::uint8_t id = in_.u8();
    if (id >= order.size()) return void(in_.fail(ErrorId::malformed_section_id, start));
    const std::uint32_t size = in_.length();
    const std::uint64_t begin = in_.offset();
    if (in_.failed()) return;
    if (id != 0) {
      if (order[id] <= order[last_]) return void(in_.fail(ErrorId::unexpected_content_after_end, start));
      last_ = id;
    }
    module_.sections.push_back({static_cast<SectionId>(id), begin, size});
    contents(static_cast<SectionId>(id), start, begin + size);
    if (!in_.failed() && in_.offset() != begin + size) in_.fail(ErrorId::section_size_mismatch, begin + size);
  }

  /// A section's size is not a bound: contents that go on behind it are read, and then found to be too long.
  void contents(SectionId id, std::uint64_t start, std::uint64_t end) {
    switch (id) {
      case SectionId::custom: return custom(end);
      case SectionId::type: return TypeSection(in_, module_).read();
      case SectionId::import: return each(limit::imports, "imports", [&] { import(); });
      case SectionId::function: return each(limit::functions, "functions", [&] { module_.functions.push_back(in_.u32()); }, module_.functions.size());
      case SectionId::table: return each(limit::tables, "tables", [&] { table(); }, module_.tables.size());
      case SectionId::memory: return each(limit::memories, "memories", [&] { module_.memories.push_back(memory_type(in_)); }, module_.memories.size());
      case SectionId::global: return each(limit::globals, "globals", [&] { global(); }, module_.globals.size());
      case SectionId::export_: return each(limit::exports, "exports", [&] { export_(); });
      case SectionId::start: module_.start = in_.u32(); return;
      case SectionId::element:
        return each(limit::element_segments, "element segments", [&] { module_.elements.push_back(element_segment(in_, module_)); });
      case SectionId::code: return each(limit::functions, "function bodies", [&] { body(); });
      case SectionId::data: return each(limit::data_segments, "data segments", [&] { module_.data.push_back(data_segment(in_, module_)); });
      case SectionId::data_count:
        if (in_.require(Proposal::bulk_memory, start)) module_.data_count = in_.u32();
        return;
      case SectionId::tag:
        if (in_.require(Proposal::exceptions, start)) each(limit::tags, "tags", [&] { module_.tags.push_back(tag(in_)); }, module_.tags.size());
        return;
    }
  }

  /// Reads a count and as many items. `imported` of them are there already, and count for the limit.
  template <class Item> void each(std::uint32_t limit, std::string_view what, Item item, std::size_t imported = 0) {
    const std::uint64_t start = in_.offset();
    const std::uint32_t count = in_.length();
    if (!in_.within(std::uint64_t{imported} + count, limit, what, start)) return;
    for (std::uint32_t i = 0; i < count && !in_.failed(); ++i) item();
  }

  void custom(std::uint64_t end) {
    CustomSection& section = module_.custom_sections.emplace_back();
    section.name = in_.name();
    section.offset = in_.offset();
    section.after = last_;
    if (section.offset > end) return void(in_.fail(ErrorId::unexpected_end_of_section, end));
    section.bytes = in_.bytes(end - section.offset);
  }

  /// The name of an import or export.
  std::string_view short_name() {
    const std::uint64_t start = in_.offset();
    const std::string_view name = in_.name();
    return in_.within(name.size(), limit::name_length, "bytes in a name", start) ? name : std::string_view();
  }

  void import() {
    Import import;
    import.module = short_name();
    import.name = short_name();
    const std::uint64_t start = in_.offset();
    const std::uint8_t kind = in_.u8();
    if (kind > static_cast<std::uint8_t>(ExternKind::tag)) return void(in_.fail(ErrorId::malformed_import_kind, start));
    import.kind = static_cast<ExternKind>(kind);
    switch (import.kind) {
      case ExternKind::function:
        import.index = module_.imported_functions++;
        module_.functions.push_back(in_.u32());
        break;
      case ExternKind::table:
        import.index = module_.imported_tables++;
        module_.tables.push_back({table_type(in_), std::nullopt});
        break;
      case ExternKind::memory:
        import.index = module_.imported_memories++;
        module_.memories.push_back(memory_type(in_));
        break;
      case ExternKind::global:
        import.index = module_.imported_globals++;
        module_.globals.push_back({global_type(in_), {}});
        if (module_.globals.back().type.is_mutable) in_.require(Proposal::mutable_globals, start);
        break;
      case ExternKind::tag:
        if (!in_.require(Proposal::exceptions, start)) return;
        import.index = module_.imported_tags++;
        module_.tags.push_back(tag(in_));
        break;
    }
    in_.within(module_.memories.size(), limit::memories, "memories", start);
    in_.within(module_.tables.size(), limit::tables, "tables", start);
    module_.imports.push_back(import);
  }

  /// A table, which may come with an initial value for its elements; two bytes that no type begins with announce it.
  void table() {
    const std::uint64_t start = in_.offset();
    std::uint8_t code = 0;
    if (!in_.peek(code)) return;
    if (code != 0x40) return void(module_.tables.push_back({table_type(in_), std::nullopt}));
    in_.u8();
    if (in_.u8() != 0) return void(in_.fail(ErrorId::malformed_table, start));
    if (!in_.require(Proposal::function_references, start)) return;
    Table table{table_type(in_), std::nullopt};
    table.init = ConstantReader(in_, module_).read();
    module_.tables.push_back(std::move(table));
  }

  void global() {
    const GlobalType type = global_type(in_);
    module_.globals.push_back({type, ConstantReader(in_, module_).read()});
  }

  void export_() {
    Export item;
    item.name = short_name();
    const std::uint64_t start = in_.offset();
    const std::uint8_t kind = in_.u8();
    if (kind > static_cast<std::uint8_t>(ExternKind::tag)) return void(in_.fail(ErrorId::malformed_export_kind, start));
    item.kind = static_cast<ExternKind>(kind);
    if (item.kind == ExternKind::tag && !in_.require(Proposal::exceptions, start)) return;
    item.index = in_.u32();
    module_.exports.push_back(item);
  }

  void body() {
    const std::uint64_t start = in_.offset();
    const std::uint32_t size = in_.length();
    if (!in_.within(size, limit::function_size, "bytes in a function", start)) return;
    FunctionBody body;
    body.offset = in_.offset();
    if (in_.read_bytes(size, body.code)) module_.bodies.push_back(body);
  }

  /// What holds between sections, some of which may be absent.
  void complete() {
    const std::size_t defined = module_.functions.size() - module_.imported_functions;
    if (module_.bodies.size() != defined)
      return void(in_.fail(ErrorId::function_code_mismatch, in_.offset(), std::to_string(defined) + " and " + std::to_string(module_.bodies.size())));
    if (module_.data_count && *module_.data_count != module_.data.size())
      return void(in_.fail(ErrorId::data_count_mismatch, in_.offset(),
                           std::to_string(*module_.data_count) + " and " + std::to_string(module_.data.size())));
    std::uint32_t function = module_.imported_functions;
    for (FunctionBody& body : module_.bodies) {
      body.type = module_.functions[function];
      body.function = function++;
    }
  }

  /// Bodies are left undecoded, so what is wrong behind them may be wrong because of one.
  Error first_error() const {
    reader::Immediates body_in(module_);
    for (const FunctionBody& body : module_.bodies) {
      body_in.begin(body, in_.features());
      if (!reader::skip_body(body_in)) return body_in.error().stage() == Stage::malformed ? body_in.error() : in_.error();
    }
    return in_.error();
  }

  /// Marks the functions that something other than a body or the start section refers to.
  void declare_functions() {
    std::vector<bool>& declared = module_.declared_functions;
    declared.resize(module_.functions.size());
    const auto declare = [&](std::uint64_t function) {
      if (function < declared.size()) declared[function] = true;
    };
    for (const Export& item : module_.exports)
      if (item.kind == ExternKind::function) declare(item.index);
    for (const ElementSegment& segment : module_.elements)
      for (const std::uint32_t function : segment.functions) declare(function);
    for (const ConstantInstruction& constant : module_.constants)
      if (constant.op == Op::ref_func) declare(constant.value);
  }

  Decoder in_;
  Module module_;
  std::uint8_t last_ = 0;  ///< id of the last section that was not a custom one
};

}  // namespace parser

#if !defined(WASMER_COMPILED)
WASMER_ONCE Result<Module> parse(std::shared_ptr<const std::vector<std::byte>> bytes, Features features) {
  return parser::ModuleParser(std::move(bytes), features).parse();
}
#endif

}  // namespace wasmer
