#pragma once
/// \file
/// A module's machine code, published: laid out in one mapping, linked, and executable from then on, with the side tables that explain its addresses.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/support/virtual_memory.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/bounds.hpp>
#include <wasmer/vm/code_registry.hpp>
#include <wasmer/vm/context.hpp>
#include <wasmer/vm/function_names.hpp>
#include <wasmer/vm/object.hpp>
#include <wasmer/vm/type_registry.hpp>

namespace wasmer::vm {

/// What every instance of a module shares: the module, its code, and where the fields of its contexts lie. Immutable, so shared by threads.
class Code {
 public:
  /// Takes all objects of the module's bodies and makes them executable; fails with out_of_code_memory.
  static Result<std::shared_ptr<const Code>> publish(Module module, Bounds bounds, std::vector<Object> objects);
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  ~Code() {
    if (memory_.size() != 0) CodeRegistry::erase(image());
  }

  const Module& module() const { return module_; }
  const ContextLayout& layout() const { return layout_; }
  Bounds bounds() const { return bounds_; }
  /// The canonical ids of the module's types.
  std::span<const TypeId> types() const { return types_; }
  /// Where a function that the module defines is entered.
  Entry entry(std::uint32_t function) const {
    return reinterpret_cast<Entry>(memory_.data() + entries_[function - module_.imported_functions]);
  }
  /// The place of a function among those that there may be references to, of which there are `references`. It is one of them (spec section 3.4.10: refs).
  std::uint32_t reference(std::uint32_t function) const { return reference_places_[function]; }
  std::uint32_t references() const { return references_; }
  /// The machine code. Not to be read before it is published, nor written ever.
  std::span<const std::byte> image() const { return {memory_.data(), size_}; }

  // What an address in the image means; null when it means nothing of the kind. Async-signal-safe.
  const TrapSite* trap_at(const std::byte* pc) const;
  const CallSite* call_at(const std::byte* pc) const;
  const FunctionRange* function_at(const std::byte* pc) const;

  /// The functions' names, for backtraces; read at the first call.
  const FunctionNames& names() const;

  /// Export `name`, if there is one; a hash table is made at the first call.
  const Export* find_export(std::string_view name) const;

 private:
  /// One object and where its code begins in the image.
  struct Part {
    std::uint32_t begin;
    std::uint32_t end;
    Object object;
  };

  Code(Module module, Bounds bounds);

  Result<void> place(std::vector<Object> objects);

  /// The part that holds `pc`, and the offset there.
  std::pair<const Part*, std::uint32_t> locate(const std::byte* pc) const;
  template <class Site> const Site* exact(std::vector<Site> Object::*table, std::uint32_t Site::*position, const std::byte* pc) const;

  Module module_;
  ContextLayout layout_;
  Bounds bounds_;
  std::vector<TypeId> types_;
  support::VirtualMemory memory_;
  std::size_t size_ = 0;
  std::vector<std::uint32_t> reference_places_;
  std::uint32_t references_ = 0;
  std::vector<std::uint32_t> entries_;  ///< by function, imports left out; offsets in the image
  std::vector<Part> parts_;
  mutable std::once_flag names_made_, exports_made_;
  mutable std::unique_ptr<const FunctionNames> names_;
  mutable std::unordered_map<std::string_view, const Export*> exports_;
};

#if !defined(WASMER_COMPILED)
WASMER_ONCE Result<std::shared_ptr<const Code>> Code::publish(Module module, Bounds bounds, std::vector<Object> objects) {
  std::shared_ptr<Code> code(new Code(std::move(module), bounds));
  WASMER_CHECK(code->place(std::move(objects)));
  CodeRegistry::insert(code->image(), code.get());
  return std::shared_ptr<const Code>(std::move(code));
}

WASMER_ONCE Code::Code(Module module, Bounds bounds) : module_(std::move(module)), layout_(module_), bounds_(bounds) {
  types_.reserve(module_.types.size());
  for (const TypeDefinition& type : module_.types)
    types_.push_back(type.kind == CompositeKind::function ? TypeId(type.function) : TypeId());
  reference_places_.reserve(module_.declared_functions.size());
  for (const bool declared : module_.declared_functions) reference_places_.push_back(declared ? references_++ : 0);
}

WASMER_ONCE Result<void> Code::place(std::vector<Object> objects) {
  constexpr std::size_t alignment = 64, most = std::size_t{1} << 31;  // displacements have 32 bits
  std::size_t size = 0;
  for (const Object& object : objects) size = ((size + alignment - 1) & ~(alignment - 1)) + object.code.size();
  if (size > most) return Error(ErrorId::out_of_code_memory);
  auto reserved = support::VirtualMemory::reserve(size, support::Access::read_write);
  if (!reserved.has_value()) return Error(ErrorId::out_of_code_memory);
  memory_ = std::move(reserved).assume_value(), size_ = size;
  memory_.expect_use();

  entries_.resize(module_.functions.size() - module_.imported_functions);
  parts_.reserve(objects.size());
  std::size_t at = 0;
  for (Object& object : objects) {
    at = (at + alignment - 1) & ~(alignment - 1);
    std::ranges::copy(object.code, memory_.data() + at);
    for (const FunctionRange& range : object.functions)
      entries_[range.function - module_.imported_functions] = static_cast<std::uint32_t>(at + range.entry);
    const std::size_t end = at + object.code.size();
    object.code = {};
    parts_.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end), std::move(object)});
    at = end;
  }
  for (const Part& part : parts_)
    for (const Relocation relocation : part.object.relocations) {
      const std::uint32_t from = part.begin + relocation.at;
      const std::uint32_t distance = entries_[relocation.function - module_.imported_functions] - (from + 4);
      std::memcpy(memory_.data() + from, &distance, sizeof distance);
    }
  if (!memory_.protect(0, size, support::Access::read_execute)) return Error(ErrorId::out_of_code_memory);
  return success();
}

WASMER_ONCE std::pair<const Code::Part*, std::uint32_t> Code::locate(const std::byte* pc) const {
  const std::size_t at = static_cast<std::size_t>(pc - memory_.data());
  const auto after = std::ranges::upper_bound(parts_, at, {}, &Part::begin);
  if (after == parts_.begin() || at > std::prev(after)->end) return {nullptr, 0};
  return {&*std::prev(after), static_cast<std::uint32_t>(at - std::prev(after)->begin)};
}

template <class Site> const Site* Code::exact(std::vector<Site> Object::*table, std::uint32_t Site::*position, const std::byte* pc) const {
  const auto [part, at] = locate(pc);
  if (part == nullptr) return nullptr;
  const auto& sites = part->object.*table;
  const auto found = std::ranges::lower_bound(sites, at, {}, position);
  return found == sites.end() || (*found).*position != at ? nullptr : &*found;
}

WASMER_ONCE const TrapSite* Code::trap_at(const std::byte* pc) const { return exact(&Object::traps, &TrapSite::at, pc); }

WASMER_ONCE const CallSite* Code::call_at(const std::byte* pc) const { return exact(&Object::calls, &CallSite::return_address, pc); }

WASMER_ONCE const FunctionRange* Code::function_at(const std::byte* pc) const {
  const auto [part, at] = locate(pc);
  if (part == nullptr) return nullptr;
  const auto& functions = part->object.functions;
  const auto after = std::ranges::upper_bound(functions, at, {}, &FunctionRange::begin);
  return after == functions.begin() || at >= std::prev(after)->end ? nullptr : &*std::prev(after);
}

WASMER_ONCE const FunctionNames& Code::names() const {
  std::call_once(names_made_, [this] { names_ = std::make_unique<FunctionNames>(module_); });
  return *names_;
}

WASMER_ONCE const Export* Code::find_export(std::string_view name) const {
  std::call_once(exports_made_, [this] {
    exports_.reserve(module_.exports.size());
    for (const Export& each : module_.exports) exports_.emplace(each.name, &each);
  });
  const auto found = exports_.find(name);
  return found == exports_.end() ? nullptr : found->second;
}
#endif

}  // namespace wasmer::vm
