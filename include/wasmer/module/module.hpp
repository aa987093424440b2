#pragma once
/// \file
/// A decoded module as plain data (spec section 2.5). Names and bodies are views into `bytes`, which the module owns.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <wasmer/wasm/opcode.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer {

/// One instruction of a constant expression; `value` holds a number's bits, or an index, or a HeapType's bits. v128 constants lie in `Module::vectors`, indexed by `value`.
struct ConstantInstruction {
  Op op;
  std::uint32_t offset = 0;  ///< of its opcode in the module
  std::uint64_t value = 0;
};

/// A constant expression (spec section 3.4.15): a run of `Module::constants`, its final `end` left out.
struct ConstantExpression {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct Import {
  std::string_view module;
  std::string_view name;
  ExternKind kind = ExternKind::function;
  std::uint32_t index = 0;  ///< in the index space of its kind; imports come first there
};

struct Export {
  std::string_view name;
  ExternKind kind = ExternKind::function;
  std::uint32_t index = 0;
};

/// A table, with the value its elements start with (nothing: null).
struct Table {
  TableType type;
  std::optional<ConstantExpression> init;
};

/// A global; imported ones have no `init`.
struct Global {
  GlobalType type;
  ConstantExpression init;
};

struct Tag {
  std::uint32_t type = 0;
};

enum class SegmentMode : std::uint8_t { active, passive, declarative };

/// An element segment. Its elements are either function indices or expressions, never both.
struct ElementSegment {
  SegmentMode mode = SegmentMode::passive;
  ValueType type = funcref;
  std::uint32_t table = 0;
  ConstantExpression offset;
  bool by_expressions = false;  ///< which of the two it says its elements by
  std::vector<std::uint32_t> functions;
  std::vector<ConstantExpression> expressions;
  std::size_t size() const { return by_expressions ? expressions.size() : functions.size(); }
};

struct DataSegment {
  SegmentMode mode = SegmentMode::passive;
  std::uint32_t memory = 0;
  ConstantExpression offset;
  std::span<const std::byte> bytes;
};

/// A function's locals and instructions as they stand in the module.
struct FunctionBody {
  std::uint32_t function = 0;           ///< in the function index space
  std::uint32_t type = 0;
  std::uint64_t offset = 0;             ///< of `code` in the module
  std::span<const std::byte> code;
};

/// The binary format's section numbers.
enum class SectionId : std::uint8_t {
  custom, type, import, function, table, memory, global, export_, start, element, code, data, data_count, tag,
};

/// Where a section's contents stand in the module, custom ones included.
struct Section {
  SectionId id = SectionId::custom;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct CustomSection {
  std::string_view name;
  std::span<const std::byte> bytes;
  std::uint64_t offset = 0;  ///< of `bytes` in the module
  std::uint8_t after = 0;    ///< id of the section before it, 0 if it is the first
};

/// A module as decoded: types, and index spaces in which imports come first.
struct Module {
  Module() = default;
  Module(Module&&) = default;
  Module& operator=(Module&&) = default;

  std::shared_ptr<const std::vector<std::byte>> bytes;

  std::vector<TypeDefinition> types;
  std::vector<Import> imports;
  std::vector<std::uint32_t> functions;  ///< type index of each function
  std::vector<Table> tables;
  std::vector<MemoryType> memories;
  std::vector<Global> globals;
  std::vector<Tag> tags;
  std::vector<Export> exports;
  std::optional<std::uint32_t> start;
  std::vector<ElementSegment> elements;
  std::vector<DataSegment> data;
  std::optional<std::uint32_t> data_count;
  std::vector<FunctionBody> bodies;
  std::vector<CustomSection> custom_sections;
  std::vector<Section> sections;  ///< all of them, in the module's order

  std::vector<ConstantInstruction> constants;
  std::vector<V128> vectors;

  std::uint32_t imported_functions = 0;
  std::uint32_t imported_tables = 0;
  std::uint32_t imported_memories = 0;
  std::uint32_t imported_globals = 0;
  std::uint32_t imported_tags = 0;

  /// One bit a function: may be the operand of `ref.func` in a body, because something outside of the bodies refers to it (spec section 3.4.10: refs).
  std::vector<bool> declared_functions;

  const FunctionType& function_type(std::uint32_t function) const { return types[functions[function]].function; }
  /// Where the contents of a section that stands at most once begin; 0 if there is none.
  std::uint64_t offset_of(SectionId id) const {
    for (const Section& section : sections)
      if (section.id == id) return section.offset;
    return 0;
  }
  /// Bytes of the code section's bodies; what compile speed is measured by.
  std::uint64_t code_bytes() const {
    std::uint64_t sum = 0;
    for (const FunctionBody& body : bodies) sum += body.code.size();
    return sum;
  }
};

}  // namespace wasmer
