#pragma once
/// \file
/// A module's machine code, published: laid out in one mapping, linked, and executable from then on, with the side tables that explain its addresses.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
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
#include <wasmer/vm/context.hpp>
#include <wasmer/vm/object.hpp>
#include <wasmer/vm/type_id.hpp>

namespace wasmer::vm {

class FunctionNames;
class Image;

/// What every instance of a module shares: the module, its code, and where the fields of its contexts lie. Immutable, so shared by threads.
class Code {
 public:
  /// Links the code of the module's bodies and makes it executable; fails with out_of_code_memory.
  static Result<std::shared_ptr<const Code>> publish(Module module, Bounds bounds, Image&& image);
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  ~Code();

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

  // What an address in the image means; nothing when it means nothing of the kind. Async-signal-safe.
  std::optional<TrapSite> trap_at(const std::byte* pc) const;
  const CallSite* call_at(const std::byte* pc) const;
  const FunctionRange* function_at(const std::byte* pc) const;
  /// The function whose body the byte at `offset` of the module is in, `otherwise` if it is in none: what is inlined keeps its place in the module.
  std::uint32_t function_of(std::uint64_t offset, std::uint32_t otherwise) const;
  /// Where an exception goes on that arrives at the return address `pc`: the landing pad of the first clause whose tag `fits`; null if there is none.
  template <class Fits> const std::byte* landing_pad(const std::byte* pc, Fits&& fits) const;

  /// The functions' names, for backtraces; read at the first call.
  const FunctionNames& names() const;

  /// Export `name`, if there is one; a hash table is made at the first call.
  const Export* find_export(std::string_view name) const;

 private:
  Code(Module module, Bounds bounds);

  Result<void> link(Image&& image);

  /// The part that holds `pc`, and the offset there.
  std::pair<const Part*, std::uint32_t> locate(const std::byte* pc) const;
  template <class Site> const Site* exact(std::vector<Site> Object::*table, std::uint32_t Site::*position, const std::byte* pc) const;
  /// The function in the part at `at`, null if that is padding.
  static const FunctionRange* function_in(const Part& part, std::uint32_t at);

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

template <class Site> const Site* Code::exact(std::vector<Site> Object::*table, std::uint32_t Site::*position, const std::byte* pc) const {
  const auto [part, at] = locate(pc);
  if (part == nullptr) return nullptr;
  const auto& sites = part->object.*table;
  const auto found = std::ranges::lower_bound(sites, at, {}, position);
  return found == sites.end() || (*found).*position != at ? nullptr : &*found;
}

template <class Fits> const std::byte* Code::landing_pad(const std::byte* pc, Fits&& fits) const {
  const auto [found, at] = locate(pc);
  if (found == nullptr) return nullptr;
  const Part& part = *found;
  const auto calls = std::ranges::lower_bound(part.object.handled_calls, at, {}, &HandledCalls::end);
  if (calls == part.object.handled_calls.end() || at <= calls->begin) return nullptr;
  for (std::uint32_t handler = calls->handler; handler != no_handler; handler = part.object.handlers[handler].outer)
    for (std::uint32_t pad = part.object.handlers[handler].first; pad != no_handler; pad = part.object.pads[pad].next)
      if (const CatchPad& clause = part.object.pads[pad]; clause.tag == CatchPad::any_tag || fits(clause.tag)) return memory_.data() + part.begin + clause.at;
  return nullptr;
}

}  // namespace wasmer::vm

#if !defined(WASMER_COMPILED)
#include <wasmer/vm/code_registry.hpp>
#include <wasmer/vm/function_names.hpp>
#include <wasmer/vm/image.hpp>

namespace wasmer::vm {

WASMER_ONCE Result<std::shared_ptr<const Code>> Code::publish(Module module, Bounds bounds, Image&& image) {
  std::shared_ptr<Code> code(new Code(std::move(module), bounds));
  WASMER_CHECK(code->link(std::move(image)));
  CodeRegistry::insert(code->image(), code.get());
  return std::shared_ptr<const Code>(std::move(code));
}

WASMER_ONCE Code::Code(Module module, Bounds bounds) : module_(std::move(module)), layout_(module_), bounds_(bounds), types_(canonical_types(module_)) {
  reference_places_.reserve(module_.declared_functions.size());
  for (const bool declared : module_.declared_functions) reference_places_.push_back(declared ? references_++ : 0);
}

WASMER_ONCE Code::~Code() {
  if (memory_.size() != 0) CodeRegistry::erase(image());
}

WASMER_ONCE Result<void> Code::link(Image&& image) {
  entries_.resize(module_.functions.size() - module_.imported_functions);
  for (const Part& part : image.parts())
    for (const FunctionRange& range : part.object.functions) entries_[range.function - module_.imported_functions] = part.begin + range.entry;
  for (const Part& part : image.parts())
    for (const Relocation relocation : part.object.relocations)
      image.link(part.begin + relocation.at, entries_[relocation.function - module_.imported_functions]);
  size_ = image.size(), parts_ = image.take_parts();
  WASMER_TRY(memory_, std::move(image).finish());
  return success();
}

WASMER_ONCE std::pair<const Part*, std::uint32_t> Code::locate(const std::byte* pc) const {
  const std::size_t at = static_cast<std::size_t>(pc - memory_.data());
  const auto after = std::ranges::upper_bound(parts_, at, {}, &Part::begin);
  if (after == parts_.begin() || at > std::prev(after)->end) return {nullptr, 0};
  return {&*std::prev(after), static_cast<std::uint32_t>(at - std::prev(after)->begin)};
}

WASMER_ONCE const FunctionRange* Code::function_in(const Part& part, std::uint32_t at) {
  const auto& functions = part.object.functions;
  const auto after = std::ranges::upper_bound(functions, at, {}, &FunctionRange::begin);
  return after == functions.begin() || at >= std::prev(after)->end ? nullptr : &*std::prev(after);
}

WASMER_ONCE std::optional<TrapSite> Code::trap_at(const std::byte* pc) const {
  const auto [part, at] = locate(pc);
  const FunctionRange* const function = part == nullptr ? nullptr : function_in(*part, at);
  if (function == nullptr) return std::nullopt;
  const auto index = static_cast<std::size_t>(function - part->object.functions.data());
  const TrapTable& traps = part->object.traps;
  if (function->has_ranges) return traps.find_range(function->traps, part->object.traps_end(index), function->begin, at);
  return traps.find(function->traps, part->object.traps_end(index), function->begin, at);
}

WASMER_ONCE const CallSite* Code::call_at(const std::byte* pc) const { return exact(&Object::calls, &CallSite::return_address, pc); }

WASMER_ONCE const FunctionRange* Code::function_at(const std::byte* pc) const {
  const auto [part, at] = locate(pc);
  return part == nullptr ? nullptr : function_in(*part, at);
}

WASMER_ONCE std::uint32_t Code::function_of(std::uint64_t offset, std::uint32_t otherwise) const {
  const auto after = std::ranges::upper_bound(module_.bodies, offset, {}, &FunctionBody::offset);
  if (after == module_.bodies.begin()) return otherwise;
  const FunctionBody& body = *std::prev(after);
  return offset - body.offset < body.code.size() ? body.function : otherwise;
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

}  // namespace wasmer::vm
#endif
