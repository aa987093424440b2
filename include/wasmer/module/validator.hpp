#pragma once
/// \file
/// What a module must keep beside its function bodies (spec section 3.5): types, limits, constant expressions, segments, exports, the start
/// function.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/module/reader.hpp>
#include <wasmer/module/type_matching.hpp>
#include <wasmer/module/validate.hpp>

namespace wasmer {

namespace validator {

/// Checks everything of a module but its bodies. Index spaces are complete when it starts, so only constant expressions mind the order.
class ModuleValidator {
 public:
  ModuleValidator(const Module& module, Features features) : module_(module), types_(&module), features_(features) {}

  Result<void> validate() {
    WASMER_CHECK(at(SectionId::type, types()));
    WASMER_CHECK(at(SectionId::function, functions()));
    WASMER_CHECK(at(SectionId::table, tables()));
    WASMER_CHECK(at(SectionId::memory, memories()));
    WASMER_CHECK(at(SectionId::tag, tags()));
    WASMER_CHECK(at(SectionId::global, globals()));
    WASMER_CHECK(at(SectionId::element, elements()));
    WASMER_CHECK(at(SectionId::data, data()));
    WASMER_CHECK(at(SectionId::start, start()));
    return at(SectionId::export_, exports());
  }

 private:
  /// An error that knows no better place is in the section at hand, or, where there is none such, in the imports.
  Result<void> at(SectionId id, Result<void> result) const {
    if (result.has_value() || result.assume_error().offset() != Error::no_offset) return result;
    const std::uint64_t offset = module_.offset_of(id);
    return std::move(result).assume_error().with_offset(offset != 0 ? offset : module_.offset_of(SectionId::import));
  }

  static Error unknown(ErrorId id, std::uint64_t index, std::size_t count) {
    return Error(id, Error::no_offset, std::to_string(index) + " (there are " + std::to_string(count) + ")");
  }

  /// A type out of the first `types` of the module.
  Result<void> value(ValueType type, std::size_t types) const {
    if (!type.is_reference() || type == funcref || type == externref || type == exnref) return success();
    if (type.heap().is_index() && type.heap().index() >= types) return unknown(ErrorId::unknown_type, type.heap().index(), types);
    const bool is_older = type.heap().is_index() || type.heap() == HeapType::func || type.heap() == HeapType::extern_ || type.heap() == HeapType::exn;
    const Proposal needed = is_older ? Proposal::function_references : Proposal::gc;
    if (!features_.has(needed)) return Error::needs(needed, Error::no_offset);
    return success();
  }
  Result<void> value(ValueType type) const { return value(type, module_.types.size()); }

  /// A type refers to earlier ones and to those of its group; its supertype stands before it. What refers to what is known before any two are compared.
  Result<void> types() const {
    for (std::size_t i = 0; i < module_.types.size(); ++i) {
      const TypeDefinition& type = module_.types[i];
      const bool is_plain = type.kind == CompositeKind::function && !type.supertype && type.is_final && type.group_size == 1;
      if (!is_plain && !features_.has(Proposal::gc)) return Error::needs(Proposal::gc, Error::no_offset);
      const std::size_t known = std::size_t{type.group_begin} + type.group_size;
      for (const ValueType param : type.function.params()) WASMER_CHECK(value(param, known));
      for (const ValueType result : type.function.results()) WASMER_CHECK(value(result, known));
      for (const FieldType& field : type.fields) WASMER_CHECK(value(field.value, known));
      if (type.supertype && *type.supertype >= i) return unknown(ErrorId::unknown_type, *type.supertype, i);
    }
    std::vector<std::uint8_t> depths(module_.types.size());
    for (std::uint32_t i = 0; i < module_.types.size(); ++i) {
      const std::optional<std::uint32_t> above = module_.types[i].supertype;
      if (!above) continue;
      if (depths[*above] == limit::supertype_depth)
        return Error(ErrorId::implementation_limit, Error::no_offset, "more than " + std::to_string(limit::supertype_depth) + " supertypes");
      depths[i] = static_cast<std::uint8_t>(depths[*above] + 1);
      if (!is_below(module_.types[i], module_.types[*above]))
        return Error(ErrorId::sub_type, Error::no_offset, std::to_string(i) + " does not match super type " + std::to_string(*above));
    }
    return success();
  }

  /// Whether a type may be declared below another one (spec section 3.2.10).
  bool is_below(const TypeDefinition& type, const TypeDefinition& above) const {
    if (above.is_final || type.kind != above.kind) return false;
    const auto match = [this](ValueType actual, ValueType expected) { return types_.matches(actual, expected); };
    if (type.kind == CompositeKind::function)
      return std::ranges::equal(above.function.params(), type.function.params(), match) && std::ranges::equal(type.function.results(), above.function.results(), match);
    return type.fields.size() >= above.fields.size() &&
           std::ranges::equal(std::span(type.fields).first(above.fields.size()), above.fields,
                              [this](const FieldType& actual, const FieldType& expected) { return types_.matches(actual, expected); });
  }

  Result<void> function_type(std::uint32_t index) const {
    if (index >= module_.types.size() || module_.types[index].kind != CompositeKind::function)
      return unknown(ErrorId::unknown_type, index, module_.types.size());
    return success();
  }

  Result<void> functions() const {
    for (const std::uint32_t type : module_.functions) WASMER_CHECK(function_type(type));
    return success();
  }

  /// `range` is the largest bound that the address type allows.
  static Result<void> limits(const Limits& limits, std::uint64_t range, ErrorId too_large) {
    if (limits.minimum > range) return Error(too_large, Error::no_offset, std::to_string(limits.minimum));
    if (!limits.maximum) return success();
    if (*limits.maximum > range) return Error(too_large, Error::no_offset, std::to_string(*limits.maximum));
    if (limits.minimum > *limits.maximum)
      return Error(ErrorId::size_minimum_greater, Error::no_offset, std::to_string(limits.minimum) + " > " + std::to_string(*limits.maximum));
    return success();
  }

  Result<void> tables() const {
    if (module_.tables.size() > 1 && !features_.has(Proposal::reference_types)) return Error(ErrorId::multiple_tables);
    for (std::size_t i = 0; i < module_.tables.size(); ++i) {
      const Table& table = module_.tables[i];
      WASMER_CHECK(value(table.type.element));
      const std::uint64_t range = table.type.limits.address == AddressType::i32 ? 0xFFFF'FFFF : ~std::uint64_t{0};
      WASMER_CHECK(limits(table.type.limits, range, ErrorId::table_size_limit));
      if (table.init)
        WASMER_CHECK(constant(*table.init, table.type.element, module_.imported_globals));
      else if (i >= module_.imported_tables && !table.type.element.is_defaultable())
        return Error(ErrorId::type_mismatch, Error::no_offset, "a table whose elements can't be null needs an initial value");
    }
    return success();
  }

  Result<void> memories() const {
    if (module_.memories.size() > 1 && !features_.has(Proposal::multi_memory)) {
      if (features_.has(Proposal::reference_types)) return Error::needs(Proposal::multi_memory, Error::no_offset);
      return Error(ErrorId::multiple_memories);
    }
    for (const MemoryType& memory : module_.memories) {
      if (memory.page_size_log2 != 16 && memory.page_size_log2 != 0)
        return Error(ErrorId::invalid_custom_page_size, Error::no_offset, "2^" + std::to_string(memory.page_size_log2));
      const unsigned address_bits = memory.limits.address == AddressType::i32 ? 32 : 64;
      const unsigned bits = address_bits - memory.page_size_log2;
      const std::uint64_t addresses = bits == 64 ? 0 : std::uint64_t{1} << bits;  // 2^64 as 0
      const std::uint64_t range = memory.page_size_log2 == 0 ? addresses - 1 : addresses;
      WASMER_CHECK(limits(memory.limits, range, ErrorId::memory_size_limit));
      if (memory.shared && !memory.limits.maximum) return Error(ErrorId::shared_memory_maximum);
    }
    return success();
  }

  Result<void> tags() const {
    for (const Tag& tag : module_.tags) {
      WASMER_CHECK(function_type(tag.type));
      if (!module_.types[tag.type].function.results().empty()) return Error(ErrorId::non_empty_tag_result_type);
    }
    return success();
  }

  Result<void> globals() const {
    for (std::uint32_t i = 0; i < module_.globals.size(); ++i) {
      const Global& global = module_.globals[i];
      WASMER_CHECK(value(global.type.value));
      if (i >= module_.imported_globals) WASMER_CHECK(constant(global.init, global.type.value, i));
    }
    return success();
  }

  Result<void> elements() const {
    for (const ElementSegment& segment : module_.elements) {
      if (segment.by_expressions) WASMER_CHECK(value(segment.type));  // else it was not written
      for (const std::uint32_t function : segment.functions)
        if (function >= module_.functions.size()) return unknown(ErrorId::unknown_function, function, module_.functions.size());
      for (const ConstantExpression& expression : segment.expressions) WASMER_CHECK(constant(expression, segment.type, all_globals()));
      if (segment.mode != SegmentMode::active) continue;
      if (segment.table >= module_.tables.size()) return unknown(ErrorId::unknown_table, segment.table, module_.tables.size());
      const TableType& table = module_.tables[segment.table].type;
      if (!types_.matches(segment.type, table.element))
        return Error(ErrorId::type_mismatch, Error::no_offset,
                     "elements of type " + to_string(segment.type) + " in a table of " + to_string(table.element));
      WASMER_CHECK(constant(segment.offset, value_type(table.limits.address), all_globals()));
    }
    return success();
  }

  Result<void> data() const {
    for (const DataSegment& segment : module_.data) {
      if (segment.mode != SegmentMode::active) continue;
      if (segment.memory >= module_.memories.size()) return unknown(ErrorId::unknown_memory, segment.memory, module_.memories.size());
      WASMER_CHECK(constant(segment.offset, value_type(module_.memories[segment.memory].limits.address), all_globals()));
    }
    return success();
  }

  Result<void> start() const {
    if (!module_.start) return success();
    if (*module_.start >= module_.functions.size()) return unknown(ErrorId::unknown_function, *module_.start, module_.functions.size());
    const FunctionType& type = module_.function_type(*module_.start);
    if (!type.params().empty() || !type.results().empty()) return Error(ErrorId::start_function, Error::no_offset, "it has parameters or results");
    return success();
  }

  Result<void> exports() const {
    std::unordered_set<std::string_view> names;
    names.reserve(module_.exports.size());
    for (const Export& item : module_.exports) {
      const auto [id, count] = index_space(item.kind);
      if (item.index >= count) return unknown(id, item.index, count);
      if (!names.insert(item.name).second) return Error(ErrorId::duplicate_export_name, Error::no_offset, '"' + std::string(item.name) + '"');
    }
    return success();
  }

  std::pair<ErrorId, std::size_t> index_space(ExternKind kind) const {
    switch (kind) {
      case ExternKind::function: return {ErrorId::unknown_function, module_.functions.size()};
      case ExternKind::table: return {ErrorId::unknown_table, module_.tables.size()};
      case ExternKind::memory: return {ErrorId::unknown_memory, module_.memories.size()};
      case ExternKind::global: return {ErrorId::unknown_global, module_.globals.size()};
      case ExternKind::tag: break;
    }
    return {ErrorId::unknown_tag, module_.tags.size()};
  }

  std::uint32_t all_globals() const { return static_cast<std::uint32_t>(module_.globals.size()); }

  /// A constant expression leaves one value of type `expected`. It may read the immutable globals below `globals`; those defined in this module,
  /// only with GC.
  Result<void> constant(ConstantExpression expression, ValueType expected, std::uint32_t globals) const {
    std::vector<ValueType> stack;
    for (std::uint32_t i = expression.begin; i != expression.end; ++i) {
      Result<void> result = constant(module_.constants[i], stack, globals);
      if (!result) return std::move(result).assume_error().with_offset(module_.constants[i].offset);
    }
    if (stack.size() == 1 && types_.matches(stack[0], expected)) return success();
    const std::string got = stack.empty() ? "nothing" : stack.size() > 1 ? std::to_string(stack.size()) + " values" : to_string(stack[0]);
    const std::uint64_t offset = stack.empty() ? Error::no_offset : module_.constants[expression.begin].offset;
    return Error(ErrorId::type_mismatch, offset, "expected " + to_string(expected) + ", got " + got + " from a constant expression");
  }

  Result<void> constant(const ConstantInstruction& instruction, std::vector<ValueType>& stack, std::uint32_t globals) const {
    switch (instruction.op) {
      case Op::i32_const: stack.push_back(ValueType::i32); break;
      case Op::i64_const: stack.push_back(ValueType::i64); break;
      case Op::f32_const: stack.push_back(ValueType::f32); break;
      case Op::f64_const: stack.push_back(ValueType::f64); break;
      case Op::v128_const: stack.push_back(ValueType::v128); break;
      case Op::global_get: {
        if (instruction.value >= globals) return unknown(ErrorId::unknown_global, instruction.value, globals);
        if (instruction.value >= module_.imported_globals && !features_.has(Proposal::gc)) return Error::needs(Proposal::gc, Error::no_offset);
        const GlobalType& type = module_.globals[instruction.value].type;
        if (type.is_mutable)
          return Error(ErrorId::constant_expression_required, Error::no_offset, "global " + std::to_string(instruction.value) + " is mutable");
        stack.push_back(type.value);
        break;
      }
      case Op::ref_null: {
        const ValueType type = ValueType::reference(HeapType::from_bits(static_cast<std::uint32_t>(instruction.value)), true);
        WASMER_CHECK(value(type));
        stack.push_back(type);
        break;
      }
      case Op::ref_func:
        if (instruction.value >= module_.functions.size()) return unknown(ErrorId::unknown_function, instruction.value, module_.functions.size());
        stack.push_back(ValueType::reference(HeapType::index(module_.functions[static_cast<std::size_t>(instruction.value)]), false));
        break;
      case Op::i32_add:
      case Op::i32_sub:
      case Op::i32_mul: return arithmetic(stack, ValueType::i32);
      case Op::i64_add:
      case Op::i64_sub:
      case Op::i64_mul: return arithmetic(stack, ValueType::i64);
      default: return gc_constant(instruction, stack);
    }
    return success();
  }

  /// Instructions on references that constant expressions may have.
  Result<void> gc_constant(const ConstantInstruction& instruction, std::vector<ValueType>& stack) const {
    if (!features_.has(info(instruction.op).since)) return Error::needs(info(instruction.op).since, Error::no_offset);
    const auto index = static_cast<std::uint32_t>(instruction.value);
    switch (instruction.op) {
      case Op::ref_i31:
        WASMER_CHECK(pop(stack, ValueType::i32));
        stack.push_back(ValueType::reference(HeapType::i31, false));
        return success();
      case Op::any_convert_extern: return convert(stack, HeapType::extern_, HeapType::any);
      case Op::extern_convert_any: return convert(stack, HeapType::any, HeapType::extern_);
      default: break;
    }
    const bool is_structure = instruction.op == Op::struct_new || instruction.op == Op::struct_new_default;
    if (index >= module_.types.size()) return unknown(ErrorId::unknown_type, index, module_.types.size());
    const TypeDefinition& type = module_.types[index];
    if (type.kind != (is_structure ? CompositeKind::structure : CompositeKind::array))
      return Error(ErrorId::type_mismatch, Error::no_offset, "type " + std::to_string(index) + " is no " + (is_structure ? "struct" : "array"));
    if (instruction.op == Op::struct_new_default || instruction.op == Op::array_new_default)
      for (const FieldType& field : type.fields)
        if (!field.value.is_defaultable()) return Error(ErrorId::type_mismatch, Error::no_offset, to_string(field.value) + " has no default value");
    if (instruction.op == Op::array_new || instruction.op == Op::array_new_default) WASMER_CHECK(pop(stack, ValueType::i32));
    if (instruction.op == Op::struct_new)
      for (std::size_t i = type.fields.size(); i != 0; --i) WASMER_CHECK(pop(stack, type.fields[i - 1].value));
    if (instruction.op == Op::array_new) WASMER_CHECK(pop(stack, type.fields[0].value));
    if (instruction.op == Op::array_new_fixed) {
      const std::uint64_t count = instruction.value >> 32;
      if (count > limit::array_new_fixed)
        return Error(ErrorId::implementation_limit, Error::no_offset, "more than " + std::to_string(limit::array_new_fixed) + " elements");
      for (std::uint64_t i = 0; i < count; ++i) WASMER_CHECK(pop(stack, type.fields[0].value));
    }
    stack.push_back(ValueType::reference(HeapType::index(index), false));
    return success();
  }
  Result<void> pop(std::vector<ValueType>& stack, ValueType expected) const {
    if (stack.empty()) return Error(ErrorId::type_mismatch, Error::no_offset, "expected " + to_string(expected) + ", got nothing in a constant expression");
    if (!types_.matches(stack.back(), expected))
      return Error(ErrorId::type_mismatch, Error::no_offset, "expected " + to_string(expected) + ", got " + to_string(stack.back()) + " in a constant expression");
    stack.pop_back();
    return success();
  }
  Result<void> convert(std::vector<ValueType>& stack, HeapType from, HeapType to) const {
    const bool nullable = stack.empty() || stack.back().is_nullable();
    WASMER_CHECK(pop(stack, ValueType::reference(from, true)));
    stack.push_back(ValueType::reference(to, nullable));
    return success();
  }

  static Result<void> arithmetic(std::vector<ValueType>& stack, ValueType type) {
    if (stack.size() < 2 || stack.back() != type || stack[stack.size() - 2] != type)
      return Error(ErrorId::type_mismatch, Error::no_offset, "expected two operands of type " + to_string(type) + " in a constant expression");
    stack.pop_back();
    return success();
  }

  const Module& module_;
  mutable TypeMatching types_;
  Features features_;
};

}  // namespace validator

#if !defined(WASMER_COMPILED)
WASMER_ONCE Result<void> validate_module(const Module& module, Features features) { return validator::ModuleValidator(module, features).validate(); }

WASMER_ONCE Result<void> validate(const Module& module, Features features) {
  WASMER_CHECK(validate_module(module, features));
  FunctionReader<Validate, NullConsumer> reader(module, features);
  NullConsumer consumer;
  for (const FunctionBody& body : module.bodies) WASMER_CHECK(reader.read(body, consumer));
  return success();
}
#endif

}  // namespace wasmer
