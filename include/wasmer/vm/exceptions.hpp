#pragma once
/// \file
/// The exception instances of a store (spec section 4.2.12), and which of them something may still refer to.
///
/// An instance lives until a collection finds no reference to it: in tables and globals that may hold one, in other instances, in what the host was given, and
/// anywhere on the stack between the throw at hand and the outermost entry, where every word that could be a reference counts as one. So compiled code keeps
/// no account of the references that it holds.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/fwd.hpp>
#include <wasmer/support/attributes.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/canonical_type.hpp>
#include <wasmer/vm/context.hpp>
#include <wasmer/vm/exception.hpp>
#include <wasmer/vm/tag.hpp>
#include <wasmer/vm/value.hpp>

namespace wasmer::vm {

/// What an exnref points to: a tag and, behind this, the values, a word each (v128: two).
struct ExceptionInstance {
  std::shared_ptr<const Tag> tag;
  std::optional<Error> cause;  ///< of an exception that stands for one of the host's, which has the host tag: the failure that it is to the host
  std::uint32_t words = 0;
  bool is_marked = false;
  bool is_given_out = false;   ///< the host holds a reference

  const std::uint64_t* values() const { return reinterpret_cast<const std::uint64_t*>(this + 1); }
  std::uint64_t* values() { return reinterpret_cast<std::uint64_t*>(this + 1); }
};

namespace offset {
inline constexpr std::int32_t exception_values = sizeof(ExceptionInstance);
}  // namespace offset
static_assert(sizeof(ExceptionInstance) % 8 == 0);

/// Owns them.
class Exceptions {
 public:
  Exceptions() = default;
  Exceptions(const Exceptions&) = delete;
  Exceptions& operator=(const Exceptions&) = delete;
  ~Exceptions() {
    for (ExceptionInstance* const each : instances_) destroy(each);
  }

  /// A new instance; its values are the caller's to set. Throws bad_alloc.
  ExceptionInstance& create(std::shared_ptr<const Tag> tag) {
    std::uint32_t words = 0;
    for (const ValueType type : tag->type().params()) words += type.is_vector() ? 2 : 1;
    if (instances_.size() == instances_.capacity()) instances_.reserve(std::max<std::size_t>(least, 2 * instances_.capacity()));
    void* const memory = ::operator new(sizeof(ExceptionInstance) + words * sizeof(std::uint64_t));
    auto* const instance = new (memory) ExceptionInstance{.tag = std::move(tag), .cause = {}, .words = words};
    std::fill_n(instance->values(), words, 0);
    instances_.push_back(instance);
    return *instance;
  }

  /// References in these count, from now on. They live as long as the store.
  void watch(const Table& table) { tables_.push_back(&table); }
  void watch(const void* cell) { cells_.push_back(static_cast<const Reference*>(cell)); }

  /// Objects of the heap may hold references, and nobody looks there: all instances live as long as the store.
  void keep_all() { keeps_all_ = true; }

  /// True when there are many more than the last collection left.
  bool should_collect() const { return instances_.size() >= threshold_ && !keeps_all_; }
  /// Frees what nothing refers to. `stack` is all that guest code, and what it has called, uses of the stack; `thrown` is in flight.
  void collect(std::span<const std::uintptr_t> stack, ExceptionInstance* thrown);

  /// How many there are.
  std::size_t size() const { return instances_.size(); }
  /// All of them, for whoever looks for references in their values.
  std::span<ExceptionInstance* const> instances() const { return instances_; }

  /// True of references to one of them.
  bool holds(Reference reference) const { return std::ranges::find(instances_, reinterpret_cast<ExceptionInstance*>(reference)) != instances_.end(); }

  /// The host gets hold of what `value` refers to, if that is an exception: it lives as long as the store.
  static void give_out(const Value& value) {
    if (may_hold_exception(value.type()) && !value.is_null()) reinterpret_cast<ExceptionInstance*>(value.bits())->is_given_out = true;
  }

 private:
  static constexpr std::size_t least = 256;  ///< so that a look at the stack is shared by many throws

  static void destroy(ExceptionInstance* instance) {
    instance->~ExceptionInstance();
    ::operator delete(instance);
  }

  /// Frames of C++ are looked at too, and between their objects.
  [[gnu::noinline]] WASMER_NO_ASAN void scan(std::span<const std::uintptr_t> stack) {
    const std::uintptr_t* const end = stack.data() + stack.size();
    for (const std::uintptr_t* word = stack.data(); word != end; ++word) mark(*word);
  }
  /// Marks the instance that `word` points to or into, if it does.
  void mark(std::uintptr_t word) {
    if (instances_.empty() || word < reinterpret_cast<std::uintptr_t>(instances_.front())) return;
    const auto after = std::ranges::upper_bound(instances_, word, {}, [](const ExceptionInstance* each) { return reinterpret_cast<std::uintptr_t>(each); });
    ExceptionInstance& found = **std::prev(after);
    if (word - reinterpret_cast<std::uintptr_t>(&found) >= sizeof found + found.words * sizeof(std::uint64_t) || found.is_marked) return;
    found.is_marked = true;
    pending_.push_back(&found);
  }

  std::vector<ExceptionInstance*> instances_;
  std::vector<ExceptionInstance*> pending_;  ///< scratch of a collection: marked, and not looked into yet
  std::vector<const Table*> tables_;
  std::vector<const Reference*> cells_;
  std::size_t threshold_ = least;
  bool keeps_all_ = false;
};

}  // namespace wasmer::vm

#if !defined(WASMER_COMPILED)
#include <wasmer/vm/table.hpp>

namespace wasmer::vm {

WASMER_ONCE void Exceptions::collect(std::span<const std::uintptr_t> stack, ExceptionInstance* thrown) {
  std::ranges::sort(instances_);
  if (thrown != nullptr) mark(reinterpret_cast<Reference>(thrown));
  scan(stack);
  for (const Table* const table : tables_)
    for (const Reference reference : table->elements()) mark(reference);
  for (const Reference* const cell : cells_) mark(*cell);
  for (ExceptionInstance* const each : instances_)
    if (each->is_given_out) mark(reinterpret_cast<Reference>(each));
  while (!pending_.empty()) {
    const ExceptionInstance& next = *pending_.back();
    pending_.pop_back();
    for (std::uint32_t i = 0; i < next.words; ++i) mark(next.values()[i]);
  }
  std::erase_if(instances_, [](ExceptionInstance* each) {
    if (std::exchange(each->is_marked, false)) return false;
    destroy(each);
    return true;
  });
  threshold_ = std::max(least, 2 * instances_.size());
}

}  // namespace wasmer::vm
#endif
