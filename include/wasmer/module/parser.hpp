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
#include <wasmer/module/parser/segments.hpp>
#include <wasmer/module/parser/types.hpp>
#include <wasmer/wasm/limits.hpp>

namespace wasmer {

/// The binary format's section numbers.
enum class SectionId : std::uint8_t {
  custom, type, import, function, table, memory, global, export_, start, element, code, data, data_count, tag,
};

namespace parser {

/// Decodes one module, section by section.
class ModuleParser {
 public:
  ModuleParser(std::shared_ptr<const std::vector<std::byte>> bytes, Features features) : in_(*bytes, 0, features) { module_.bytes = std::move(bytes); }

  Result<Module> parse() {
    if (header())
      while (!in_.failed() && !in_.at_end()) section();
    if (!in_.failed()) complete();
    if (in_.failed()) return in_.error();
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
    const std::uint32_t size = in_.u32();
    const std::uint64_t begin = in_.offset();
    Decoder section(in_.bytes(size), begin, in_.features());
    if (in_.failed()) return;
    if (id != 0) {
      if (order[id] <= order[last_]) return void(in_.fail(ErrorId::unexpected_content_after_end, start));
      last_ = id;
    }
    contents(static_cast<SectionId>(id), section, start);
    if (!section.failed() && !section.at_end()) section.fail(ErrorId::section_size_mismatch, section.offset());
    if (section.failed()) in_.fail(section.error());
  }

  void contents(SectionId id, Decoder& in, std::uint64_t start) {
    switch (id) {
      case SectionId::custom: return custom(in);
      case SectionId::type: return TypeSection(in, module_).read();
      case SectionId::import: return each(in, limit::imports, "imports", [&] { import(in); });
      case SectionId::function: return each(in, limit::functions, "functions", [&] { module_.functions.push_back(in.u32()); });
      case SectionId::table: return each(in, limit::tables, "tables", [&] { table(in); });
      case SectionId::memory: return each(in, limit::memories, "memories", [&] { module_.memories.push_back(memory_type(in)); });
      case SectionId::global: return each(in, limit::globals, "globals", [&] { global(in); });
      case SectionId::export_: return each(in, limit::exports, "exports", [&] { export_(in); });
      case SectionId::start: module_.start = in.u32(); return;
      case SectionId::element:
        return each(in, limit::element_segments, "element segments", [&] { module_.elements.push_back(element_segment(in, module_)); });
      case SectionId::code: return code(in);
      case SectionId::data: return data(in);
      case SectionId::data_count:
        if (in.require(Proposal::bulk_memory, start)) module_.data_count = in.u32();
        return;
      case SectionId::tag:
        if (in.require(Proposal::exceptions, start)) each(in, limit::tags, "tags", [&] { module_.tags.push_back(tag(in)); });
        return;
    }
  }

  /// Reads a count and as many items.
  template <class Item> void each(Decoder& in, std::uint32_t limit, std::string_view what, Item item) {
    const std::uint64_t start = in.offset();
    const std::uint32_t count = in.u32();
    if (!in.within(count, limit, what, start)) return;
    for (std::uint32_t i = 0; i < count && !in.failed(); ++i) item();
  }

  void custom(Decoder& in) {
    CustomSection& section = module_.custom_sections.emplace_back();
    section.name = in.name();
    section.offset = in.offset();
    section.bytes = in.bytes(in.remaining());
    section.after = last_;
  }

  void import(Decoder& in) {
    Import import;
    import.module = in.name();
    import.name = in.name();
    const std::uint64_t start = in.offset();
    const std::uint8_t kind = in.u8();
    if (kind > static_cast<std::uint8_t>(ExternKind::tag)) return void(in.fail(ErrorId::malformed_import_kind, start));
    import.kind = static_cast<ExternKind>(kind);
    switch (import.kind) {
      case ExternKind::function:
        import.index = module_.imported_functions++;
        module_.functions.push_back(in.u32());
        break;
      case ExternKind::table:
        import.index = module_.imported_tables++;
        module_.tables.push_back({table_type(in), std::nullopt});
        break;
      case ExternKind::memory:
        import.index = module_.imported_memories++;
        module_.memories.push_back(memory_type(in));
        break;
      case ExternKind::global:
        import.index = module_.imported_globals++;
        module_.globals.push_back({global_type(in), {}});
        if (module_.globals.back().type.is_mutable) in.require(Proposal::mutable_globals, start);
        break;
      case ExternKind::tag:
        if (!in.require(Proposal::exceptions, start)) return;
        import.index = module_.imported_tags++;
        module_.tags.push_back(tag(in));
        break;
    }
    module_.imports.push_back(import);
  }

  /// A table, which may come with an initial value for its elements; two bytes that no type begins with announce it.
  void table(Decoder& in) {
    const std::uint64_t start = in.offset();
    std::uint8_t code = 0;
    if (!in.peek(code)) return;
    if (code != 0x40) return void(module_.tables.push_back({table_type(in), std::nullopt}));
    in.u8();
    if (in.u8() != 0) return void(in.fail(ErrorId::malformed_table, start));
    if (!in.require(Proposal::function_references, start)) return;
    Table table{table_type(in), std::nullopt};
    table.init = ConstantReader(in, module_).read();
    module_.tables.push_back(std::move(table));
  }

  void global(Decoder& in) {
    const GlobalType type = global_type(in);
    module_.globals.push_back({type, ConstantReader(in, module_).read()});
  }

  void export_(Decoder& in) {
    Export item;
    item.name = in.name();
    const std::uint64_t start = in.offset();
    const std::uint8_t kind = in.u8();
    if (kind > static_cast<std::uint8_t>(ExternKind::tag)) return void(in.fail(ErrorId::malformed_export_kind, start));
    item.kind = static_cast<ExternKind>(kind);
    if (item.kind == ExternKind::tag && !in.require(Proposal::exceptions, start)) return;
    item.index = in.u32();
    module_.exports.push_back(item);
  }

  void code(Decoder& in) {
    const std::uint64_t start = in.offset();
    const std::uint32_t count = in.u32();
    if (in.failed()) return;
    if (count != module_.functions.size() - module_.imported_functions) return void(in.fail(ErrorId::function_code_mismatch, start));
    module_.bodies.reserve(count);
    for (std::uint32_t i = 0; i < count && !in.failed(); ++i) {
      const std::uint64_t size_start = in.offset();
      const std::uint32_t size = in.u32();
      if (!in.within(size, limit::function_size, "bytes in a function", size_start)) return;
      FunctionBody body;
      body.function = module_.imported_functions + i;
      body.type = module_.functions[body.function];
      body.offset = in.offset();
      body.code = in.bytes(size);
      module_.bodies.push_back(body);
    }
  }

  void data(Decoder& in) {
    const std::uint64_t start = in.offset();
    const std::uint32_t count = in.u32();
    if (in.failed()) return;
    if (module_.data_count && *module_.data_count != count) return void(in.fail(ErrorId::data_count_mismatch, start));
    if (!in.within(count, limit::data_segments, "data segments", start)) return;
    for (std::uint32_t i = 0; i < count && !in.failed(); ++i) module_.data.push_back(data_segment(in, module_));
  }

  /// What holds between sections, some of which may be absent.
  void complete() {
    if (module_.bodies.size() != module_.functions.size() - module_.imported_functions) in_.fail(ErrorId::function_code_mismatch, in_.offset());
    if (module_.data_count && *module_.data_count != module_.data.size()) in_.fail(ErrorId::data_count_mismatch, in_.offset());
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

/// Decodes `bytes`; what it refuses is malformed, over a limit, or in need of a proposal that `features` lacks. The module shares the bytes.
inline Result<Module> parse(std::shared_ptr<const std::vector<std::byte>> bytes, Features features) {
  return parser::ModuleParser(std::move(bytes), features).parse();
}
inline Result<Module> parse(std::vector<std::byte> bytes, Features features) {
  return parse(std::make_shared<const std::vector<std::byte>>(std::move(bytes)), features);
}

}  // namespace wasmer
