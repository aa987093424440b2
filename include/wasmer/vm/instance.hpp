#pragma once
/// \file
/// A module instance (spec section 4.2.5): its context, what the context refers to, and the exports.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/code.hpp>
#include <wasmer/vm/context.hpp>
#include <wasmer/vm/extern.hpp>
#include <wasmer/vm/function.hpp>
#include <wasmer/vm/global.hpp>
#include <wasmer/vm/memory.hpp>
#include <wasmer/vm/store.hpp>
#include <wasmer/vm/table.hpp>
#include <wasmer/vm/tag.hpp>

namespace wasmer {

namespace vm {
class InstanceBuilder;

/// One block of memory for an instance's context and its host records, each with the argument words below it.
class ContextBlock {
 public:
  ContextBlock() = default;
  /// Zeroed; throws bad_alloc. Begins where a cache line does, in more memory than is asked for: that costs less than asking for such a place.
  explicit ContextBlock(std::size_t bytes) : memory_(std::make_unique<std::byte[]>(bytes + cache_line - 1)) {
    const auto address = reinterpret_cast<std::uintptr_t>(memory_.get());
    bytes_ = memory_.get() + (((address + cache_line - 1) & ~(cache_line - 1)) - address);
  }
  std::byte* at(std::size_t offset) const { return bytes_ + offset; }
  /// Bytes for `words` argument words, so that what follows them is aligned as what comes before.
  static constexpr std::size_t below(std::uint32_t words) { return (words * sizeof(std::uint64_t) + 15) & ~std::size_t{15}; }

 private:
  static constexpr std::uintptr_t cache_line = 64;
  std::unique_ptr<std::byte[]> memory_;
  std::byte* bytes_ = nullptr;
};
}  // namespace vm

/// An instance. Its Store owns it; what it hands out is good while the Store lives.
class Instance {
 public:
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance();

  const Module& module() const { return code_->module(); }
  const vm::Code& code() const { return *code_; }
  const std::shared_ptr<const vm::Code>& shared_code() const { return code_; }
  Store& store() const { return store_; }
  /// Stops the guest code of the instance's store; for any thread.
  void interrupt() const { store_.interrupt(); }

  /// What the module exports, in its order.
  std::span<const Export> exports() const { return module().exports; }
  /// The export called `name`; nothing when there is none.
  Extern find(std::string_view name);
  /// The external value behind an export of the module.
  Extern get(const Export& each);

  // An export of a known kind; fails with unknown_export or incompatible_export_type.
  Result<Function> function(std::string_view name);
  template <class Signature> Result<TypedFunction<Signature>> function(std::string_view name) {
    WASMER_TRY(const Function found, function(name));
    return found.typed<Signature>();
  }
  Result<std::shared_ptr<vm::Memory>> memory(std::string_view name);
  Result<std::shared_ptr<vm::Table>> table(std::string_view name);
  Result<std::shared_ptr<vm::Global>> global(std::string_view name);
  Result<std::shared_ptr<const vm::Tag>> tag(std::string_view name);

  // By index, exported or not, imports first. Indices are the caller's to check.
  std::span<const std::shared_ptr<vm::Memory>> memories() const { return memories_; }
  std::span<const std::shared_ptr<vm::Table>> tables() const { return tables_; }
  std::span<const std::shared_ptr<const vm::Tag>> tags() const { return tags_; }
  /// The reference to function `index`, made at the first call. It is one that something outside of the bodies refers to.
  const vm::FuncRef* func_ref(std::uint32_t index);
  /// Where the value of global `index` lies.
  void* global_cell(std::uint32_t index) const {
    std::byte* const here = reinterpret_cast<std::byte*>(context_) + code_->layout().global(index);
    return vm::ContextLayout::access(module(), index) == vm::GlobalAccess::inline_ ? here : *reinterpret_cast<void**>(here);
  }
  vm::Context& context() const { return *context_; }
  /// What it was made from, where it imports a shared memory: another thread may want an instance made from the same. Of others, nothing.
  std::span<const Extern> imports() const { return imports_; }

  // Segments (spec sections 4.2.11 and 4.2.12). A dropped one is empty.
  std::uint64_t element_count(std::uint32_t segment) const { return dropped_elements_[segment] ? 0 : module().elements[segment].size(); }
  void drop_element(std::uint32_t segment);
  /// The elements of a segment whose expressions make objects, which they do once; of others, nothing.
  std::span<const vm::Reference> evaluated(std::uint32_t segment) const {
    return segment < evaluated_.size() ? std::span<const vm::Reference>(evaluated_[segment]) : std::span<const vm::Reference>();
  }
  template <class Visit> void for_evaluated(Visit&& visit) const {
    for (const auto& segment : evaluated_)
      for (const vm::Reference element : segment) visit(element);
  }
  std::span<const std::byte> data(std::uint32_t segment) const { return dropped_data_[segment] ? std::span<const std::byte>() : module().data[segment].bytes; }
  void drop_data(std::uint32_t segment) { dropped_data_[segment] = true; }

 private:
  friend class vm::InstanceBuilder;
  struct Free {
    void operator()(void* pointer) const { std::free(pointer); }
  };

  Instance(std::shared_ptr<const vm::Code> code, Store& store) : code_(std::move(code)), store_(store) {}

  /// What a reference to function `index` refers to.
  vm::FuncRef target(std::uint32_t index) const;

  template <class T> T& field(std::int32_t offset) const { return *reinterpret_cast<T*>(reinterpret_cast<std::byte*>(context_) + offset); }
  vm::MemoryView& memory_view(std::uint32_t index) const { return field<vm::MemoryView>(code_->layout().memory(index)); }
  vm::TableView& table_view(std::uint32_t index) const { return field<vm::TableView>(code_->layout().table(index)); }

  template <class T> Result<T> as(std::string_view name, std::string_view kind);

  std::shared_ptr<const vm::Code> code_;
  Store& store_;
  vm::ContextBlock block_;
  vm::Context* context_ = nullptr;
  std::vector<Extern> imports_;
  std::vector<std::shared_ptr<vm::Memory>> memories_;
  std::vector<std::shared_ptr<vm::Table>> tables_;
  std::vector<std::shared_ptr<const vm::Tag>> tags_;
  std::unique_ptr<vm::FuncRef, Free> func_refs_;
  std::vector<std::vector<vm::Reference>> evaluated_;   ///< by element segment, up to the last one that makes objects
  std::vector<std::uint32_t> import_types_;             ///< ids of imported functions whose types are below those asked for; 0 of others
  std::vector<bool> dropped_elements_, dropped_data_;   ///< segments that are empty by now
  std::vector<std::shared_ptr<const void>> kept_;       ///< the states of host functions, and imported globals
};

#if !defined(WASMER_COMPILED)

WASMER_ONCE Instance::~Instance() {
  if (context_ == nullptr) return;
  for (std::uint32_t i = 0; i < memories_.size(); ++i) memories_[i]->detach(memory_view(i));
  for (std::uint32_t i = 0; i < tables_.size(); ++i) tables_[i]->detach(table_view(i)), tables_[i]->leave();
  store_.detach(*context_);
  context_->~Context();
}

template <class T> Result<T> Instance::as(std::string_view name, std::string_view kind) {
  Extern found = find(name);
  if (T* const value = std::get_if<T>(&found)) return std::move(*value);
  if (std::holds_alternative<std::monostate>(found)) return Error(ErrorId::unknown_export, Error::no_offset, '"' + std::string(name) + '"');
  return Error(ErrorId::incompatible_export_type, Error::no_offset, '"' + std::string(name) + "\": expected a " + std::string(kind) + ", got " + type_text(found));
}

WASMER_ONCE Result<std::shared_ptr<vm::Memory>> Instance::memory(std::string_view name) { return as<std::shared_ptr<vm::Memory>>(name, "memory"); }
WASMER_ONCE Result<std::shared_ptr<vm::Table>> Instance::table(std::string_view name) { return as<std::shared_ptr<vm::Table>>(name, "table"); }
WASMER_ONCE Result<std::shared_ptr<vm::Global>> Instance::global(std::string_view name) { return as<std::shared_ptr<vm::Global>>(name, "global"); }
WASMER_ONCE Result<std::shared_ptr<const vm::Tag>> Instance::tag(std::string_view name) { return as<std::shared_ptr<const vm::Tag>>(name, "tag"); }

WASMER_ONCE void Instance::drop_element(std::uint32_t segment) {
  dropped_elements_[segment] = true;
  if (segment < evaluated_.size()) evaluated_[segment] = {};
}

WASMER_ONCE vm::FuncRef Instance::target(std::uint32_t index) const {
  const std::uint32_t type = code_->types()[module().functions[index]].value();
  if (index >= module().imported_functions) return {code_->entry(index), context_, type};
  const auto& import = field<vm::ImportedFunction>(code_->layout().import(index));
  return {import.entry, import.context, index < import_types_.size() && import_types_[index] != 0 ? import_types_[index] : type};
}

WASMER_ONCE Extern Instance::find(std::string_view name) {
  const Export* const found = code_->find_export(name);
  return found == nullptr ? Extern() : get(*found);
}

WASMER_ONCE Extern Instance::get(const Export& each) {
  switch (each.kind) {
    case ExternKind::function: return Function(*func_ref(each.index));
    case ExternKind::table: return tables_[each.index];
    case ExternKind::memory: return memories_[each.index];
    case ExternKind::global: {
      const GlobalType& type = module().globals[each.index].type;
      return vm::Global::at(store_, {vm::canonical(type.value, code_->types()), type.is_mutable}, global_cell(each.index));
    }
    case ExternKind::tag: return tags_[each.index];
  }
  return {};
}

WASMER_ONCE Result<Function> Instance::function(std::string_view name) { return as<Function>(name, "function"); }

WASMER_ONCE const vm::FuncRef* Instance::func_ref(std::uint32_t index) {
  assert(module().declared_functions[index]);
  if (func_refs_ == nullptr) {
    func_refs_.reset(static_cast<vm::FuncRef*>(std::calloc(code_->references(), sizeof(vm::FuncRef))));
    if (func_refs_ == nullptr) throw std::bad_alloc();
  }
  vm::FuncRef& ref = func_refs_.get()[code_->reference(index)];
  if (ref.entry == nullptr) ref = target(index);
  return &ref;
}

#endif

}  // namespace wasmer
