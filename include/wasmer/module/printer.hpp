#pragma once
/// \file
/// A module as text (spec section 6.6): every definition by its index, every instruction on a line of its own.

#include <string>
#include <utility>

#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/module/names.hpp>
#include <wasmer/module/printer/identifiers.hpp>
#include <wasmer/module/printer/instructions.hpp>
#include <wasmer/module/printer/words.hpp>
#include <wasmer/module/validator.hpp>

namespace wasmer {

namespace printer {

/// Writes one module, section by section, each definition a line.
class ModulePrinter {
 public:
  explicit ModulePrinter(const Module& module) : module_(module), names_(module), identifiers_(module, names_) {}

  Result<std::string> print(Features features) {
    out_ = "(module";
    if (is_identifier(names_.module_name())) out_.append(" $").append(names_.module_name());
    out_ += '\n';
    for (std::uint32_t i = 0; i < module_.types.size(); ++i) type(i);
    for (const Import& item : module_.imports) import(item);
    WASMER_CHECK(functions(features));
    for (std::uint32_t i = module_.imported_tables; i < module_.tables.size(); ++i) table(i);
    for (std::uint32_t i = module_.imported_memories; i < module_.memories.size(); ++i) definition(ExternKind::memory, i);
    for (std::uint32_t i = module_.imported_tags; i < module_.tags.size(); ++i) definition(ExternKind::tag, i);
    for (std::uint32_t i = module_.imported_globals; i < module_.globals.size(); ++i) global(i);
    for (const Export& item : module_.exports) export_(item);
    if (module_.start) out_ += "  (start " + identifiers_.functions.reference(*module_.start) + ")\n";
    for (std::uint32_t i = 0; i < module_.elements.size(); ++i) element(i);
    for (std::uint32_t i = 0; i < module_.data.size(); ++i) data(i);
    out_ += ")\n";
    return std::move(out_);
  }

 private:
  static std::string_view keyword(ExternKind kind) { return kind == ExternKind::function ? "func" : to_string(kind); }

  const Identifiers& identifiers(ExternKind kind) const {
    switch (kind) {
      case ExternKind::function: return identifiers_.functions;
      case ExternKind::table: return identifiers_.tables;
      case ExternKind::memory: return identifiers_.memories;
      case ExternKind::global: return identifiers_.globals;
      case ExternKind::tag: break;
    }
    return identifiers_.tags;
  }

  void type(std::uint32_t index) {
    const TypeDefinition& type = module_.types[index];
    const bool in_group = type.group_size != 1, has_sub = type.supertype || !type.is_final;
    if (in_group && index == type.group_begin) out_ += "  (rec\n";
    out_ += in_group ? "    (type" : "  (type";
    out_ += identifiers_.types.definition(index);
    if (has_sub) out_ += type.is_final ? " (sub final" : " (sub";
    if (type.supertype) out_ += " " + identifiers_.types.reference(*type.supertype);
    switch (type.kind) {
      case CompositeKind::function:
        out_ += " (func";
        print_values(out_, "param", type.function.params());
        print_values(out_, "result", type.function.results());
        break;
      case CompositeKind::structure:
        out_ += " (struct";
        for (const FieldType& field : type.fields) out_ += " (field ", printer::print(out_, field), out_ += ')';
        break;
      case CompositeKind::array:
        out_ += " (array ";
        printer::print(out_, type.fields[0]);
        break;
    }
    out_ += has_sub ? ")))\n" : "))\n";
    if (in_group && index + 1 == type.group_begin + type.group_size) out_ += "  )\n";
  }

  /// "memory (;0;) 1 2": a thing's keyword, its identifier and its type.
  void description(ExternKind kind, std::uint32_t index) {
    out_.append(keyword(kind)).append(identifiers(kind).definition(index)).append(" ");
    switch (kind) {
      case ExternKind::function: out_ += "(type " + identifiers_.types.reference(module_.functions[index]) + ")"; break;
      case ExternKind::table: printer::print(out_, module_.tables[index].type); break;
      case ExternKind::memory: printer::print(out_, module_.memories[index]); break;
      case ExternKind::global: printer::print(out_, module_.globals[index].type); break;
      case ExternKind::tag: out_ += "(type " + identifiers_.types.reference(module_.tags[index].type) + ")"; break;
    }
  }
  void definition(ExternKind kind, std::uint32_t index) {
    out_ += "  (";
    description(kind, index);
    out_ += ")\n";
  }

  void import(const Import& item) {
    out_ += "  (import ";
    print_string(out_, item.module);
    out_ += ' ';
    print_string(out_, item.name);
    out_ += " (";
    description(item.kind, item.index);
    out_ += "))\n";
  }

  Result<void> functions(Features features) {
    FunctionReader<Validate, InstructionPrinter> reader(module_, features);
    InstructionPrinter instructions(out_, module_, names_, identifiers_);
    for (const FunctionBody& body : module_.bodies) WASMER_CHECK(reader.read(body, instructions));
    return success();
  }

  void table(std::uint32_t index) {
    out_ += "  (";
    description(ExternKind::table, index);
    if (module_.tables[index].init) constant(*module_.tables[index].init);
    out_ += ")\n";
  }

  void global(std::uint32_t index) {
    out_ += "  (";
    description(ExternKind::global, index);
    constant(module_.globals[index].init);
    out_ += ")\n";
  }

  void export_(const Export& item) {
    out_ += "  (export ";
    print_string(out_, item.name);
    out_.append(" (").append(keyword(item.kind)).append(" ").append(identifiers(item.kind).reference(item.index)).append("))\n");
  }

  void element(std::uint32_t index) {
    const ElementSegment& segment = module_.elements[index];
    out_ += "  (elem" + identifiers_.elements.definition(index);
    if (segment.mode == SegmentMode::declarative) out_ += " declare";
    if (segment.mode == SegmentMode::active) {
      if (segment.table != 0) out_ += " (table " + identifiers_.tables.reference(segment.table) + ")";
      offset(segment.offset);
    }
    if (segment.by_expressions) {
      out_ += " " + to_string(segment.type);
      for (const ConstantExpression& expression : segment.expressions) {
        out_ += " (item";
        constant(expression);
        out_ += ')';
      }
    } else {
      out_ += " func";
      for (const std::uint32_t function : segment.functions) out_ += " " + identifiers_.functions.reference(function);
    }
    out_ += ")\n";
  }

  void data(std::uint32_t index) {
    const DataSegment& segment = module_.data[index];
    out_ += "  (data" + identifiers_.data.definition(index);
    if (segment.mode == SegmentMode::active) {
      if (segment.memory != 0) out_ += " (memory " + identifiers_.memories.reference(segment.memory) + ")";
      offset(segment.offset);
    }
    out_ += ' ';
    print_string(out_, segment.bytes);
    out_ += ")\n";
  }

  void offset(ConstantExpression expression) {
    out_ += " (offset";
    constant(expression);
    out_ += ')';
  }

  void constant(ConstantExpression expression) {
    for (std::uint32_t i = expression.begin; i != expression.end; ++i) {
      out_ += ' ';
      constant(module_.constants[i]);
    }
  }
  /// Instructions one behind the other rather than folded: they mean the same.
  void constant(const ConstantInstruction& instruction) {
    out_ += info(instruction.op).text;
    const auto index = static_cast<std::uint32_t>(instruction.value);
    switch (instruction.op) {
      case Op::i32_const: out_ += " " + std::to_string(static_cast<std::int32_t>(instruction.value)); break;
      case Op::i64_const: out_ += " " + std::to_string(static_cast<std::int64_t>(instruction.value)); break;
      case Op::f32_const: out_ += ' ', printer::print(out_, F32{index}); break;
      case Op::f64_const: out_ += ' ', printer::print(out_, F64{instruction.value}); break;
      case Op::v128_const: out_ += ' ', printer::print(out_, module_.vectors[index]); break;
      case Op::global_get: out_ += " " + identifiers_.globals.reference(index); break;
      case Op::ref_func: out_ += " " + identifiers_.functions.reference(index); break;
      case Op::ref_null: out_ += " " + to_string(HeapType::from_bits(index)); break;
      case Op::struct_new:
      case Op::struct_new_default:
      case Op::array_new:
      case Op::array_new_default: out_ += " " + identifiers_.types.reference(index); break;
      case Op::array_new_fixed: out_ += " " + identifiers_.types.reference(index) + " " + std::to_string(instruction.value >> 32); break;
      default: break;
    }
  }

  const Module& module_;
  Names names_;
  ModuleIdentifiers identifiers_;
  std::string out_;
};

}  // namespace printer

/// A decoded module as text, function names from its name section. The module must be valid: what is not is the error. Custom sections are left out.
inline Result<std::string> print(const Module& module, Features features) {
  WASMER_CHECK(validate_module(module, features));
  return printer::ModulePrinter(module).print(features);
}

}  // namespace wasmer
