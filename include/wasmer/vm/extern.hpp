#pragma once
/// \file
/// What can be imported and exported (spec section 4.2.13: external values), and which of it fits which import.

#include <memory>
#include <span>
#include <string>
#include <variant>

#include <wasmer/error.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/bounds.hpp>
#include <wasmer/vm/function.hpp>
#include <wasmer/vm/global.hpp>
#include <wasmer/vm/host.hpp>
#include <wasmer/vm/memory.hpp>
#include <wasmer/vm/table.hpp>
#include <wasmer/vm/tag.hpp>
#include <wasmer/vm/type_id.hpp>

namespace wasmer {

/// A function, memory, table, global or tag; nothing, when there is none.
using Extern = std::variant<std::monostate, HostFunction, Function, std::shared_ptr<vm::Memory>, std::shared_ptr<vm::Table>, std::shared_ptr<vm::Global>,
                            std::shared_ptr<const vm::Tag>>;

/// The type of an external value as text; empty for nothing.
WASMER_ONCE std::string type_text(const Extern& value);

namespace vm {

/// Spec section 3.5.11: limits matching.
inline bool fits(const Limits& given, const Limits& wanted) {
  return given.address == wanted.address && given.minimum >= wanted.minimum &&
         (!wanted.maximum || (given.maximum && *given.maximum <= *wanted.maximum));
}

/// Spec section 3.3.4, of canonical types.
inline bool fits(ValueType given, ValueType wanted) { return matches(given, wanted); }

/// Spec section 3.5.15: whether `value` may be imported where `import` stands, by a module with these canonical types, whose code checks memory as
/// `bounds` says.
WASMER_ONCE bool fits(const Module& module, std::span<const TypeId> types, const Import& import, Bounds bounds, const Extern& value);

/// The error for an import that nothing provides, or that `value` does not fit.
WASMER_ONCE Error link_error(const Module& module, const Import& import, const Extern& value);

}  // namespace vm

}  // namespace wasmer

#if !defined(WASMER_COMPILED)
#include <wasmer/vm/type_registry.hpp>

namespace wasmer {

namespace vm {
/// `(tag (param i32))`
inline std::string tag_text(const FunctionType& type) {
  std::string text = "(tag";
  for (const char* separator = " (param "; const ValueType param : type.params()) text.append(separator).append(to_string(param)), separator = " ";
  return text + (type.params().empty() ? ")" : "))");
}
}  // namespace vm

WASMER_ONCE std::string type_text(const Extern& value) {
  struct Text {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(const HostFunction& function) const { return to_string(FunctionType(function.type().params, function.type().results)); }
    std::string operator()(const Function& function) const { return to_string(function.type()); }
    std::string operator()(const std::shared_ptr<vm::Memory>& memory) const { return to_string(memory->type()); }
    std::string operator()(const std::shared_ptr<vm::Table>& table) const { return to_string(table->type()); }
    std::string operator()(const std::shared_ptr<vm::Global>& global) const { return to_string(global->type()); }
    std::string operator()(const std::shared_ptr<const vm::Tag>& tag) const { return vm::tag_text(tag->type()); }
  };
  return std::visit(Text{}, value);
}

namespace vm {

/// The type that an import asks for, as text.
inline std::string type_text(const Module& module, const Import& import) {
  switch (import.kind) {
    case ExternKind::function: return to_string(module.function_type(import.index));
    case ExternKind::table: return to_string(module.tables[import.index].type);
    case ExternKind::memory: return to_string(module.memories[import.index]);
    case ExternKind::global: return to_string(module.globals[import.index].type);
    case ExternKind::tag: return tag_text(module.types[module.tags[import.index].type].function);
  }
  return {};
}

WASMER_ONCE bool fits(const Module& module, std::span<const TypeId> types, const Import& import, Bounds bounds, const Extern& value) {
  switch (import.kind) {
    case ExternKind::function: {
      const TypeDefinition& definition = module.types[module.functions[import.index]];
      if (const auto* host = std::get_if<HostFunction>(&value))
        return definition.is_final && !definition.supertype && definition.group_size == 1 && host->type() == definition.function;
      const auto* function = std::get_if<Function>(&value);
      return function != nullptr && TypeRegistry::instance().is_subtype(function->reference().type, types[module.functions[import.index]].value());
    }
    case ExternKind::table: {
      const auto* table = std::get_if<std::shared_ptr<Table>>(&value);
      const TableType& wanted = module.tables[import.index].type;
      return table != nullptr && (*table)->type().element == canonical(wanted.element, types) && fits((*table)->type().limits, wanted.limits);
    }
    case ExternKind::memory: {
      const auto* memory = std::get_if<std::shared_ptr<Memory>>(&value);
      const MemoryType& wanted = module.memories[import.index];
      if (memory == nullptr) return false;
      const MemoryType given = (*memory)->type();
      return fits(given.limits, wanted.limits) && given.shared == wanted.shared && given.page_size_log2 == wanted.page_size_log2 &&
             ((*memory)->is_guarded() || !has_guard_pages(wanted, bounds));
    }
    case ExternKind::global: {
      const auto* global = std::get_if<std::shared_ptr<Global>>(&value);
      const GlobalType& wanted = module.globals[import.index].type;
      if (global == nullptr || (*global)->type().is_mutable != wanted.is_mutable) return false;
      const ValueType given = (*global)->type().value, value_type = canonical(wanted.value, types);
      return wanted.is_mutable ? given == value_type : fits(given, value_type);
    }
    case ExternKind::tag: {
      const auto* tag = std::get_if<std::shared_ptr<const Tag>>(&value);
      return tag != nullptr && (*tag)->type_id().value() == types[module.tags[import.index].type].value();
    }
  }
  return false;
}

WASMER_ONCE Error link_error(const Module& module, const Import& import, const Extern& value) {
  const std::string name = '"' + std::string(import.module) + "\" \"" + std::string(import.name) + '"', wanted = type_text(module, import);
  if (std::holds_alternative<std::monostate>(value)) return Error(ErrorId::unknown_import, Error::no_offset, name + " " + wanted);
  return Error(ErrorId::incompatible_import_type, Error::no_offset, name + ": expected " + wanted + ", got " + type_text(value));
}

}  // namespace vm

}  // namespace wasmer
#endif
