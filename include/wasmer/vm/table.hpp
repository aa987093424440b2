#pragma once
/// \file
/// Tables (spec section 4.2.7): growable arrays of references.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/context.hpp>
#include <wasmer/vm/value.hpp>
#include <wasmer/wasm/limits.hpp>

namespace wasmer::vm {

/// A table. Every context that uses it holds a copy of its TableView, which is renewed when it grows.
///
/// It belongs to the store of the instance that defines it, or of the first that imports it, or to the one that the embedder makes it in: what it refers to
/// belongs to that store too.
class Table {
 public:
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  ~Table() { std::free(view_.elements); }

  /// A table of the type's minimum size, all elements `init`; fails with out_of_memory.
  static Result<std::shared_ptr<Table>> create(const TableType& type, Reference init = 0);

  /// A table of the embedder's in `store`, which keeps it; fails with wrong_value when `init` is none of its elements, too.
  static Result<std::shared_ptr<Table>> create(Store& store, const TableType& type, const Value& init);

  /// The element at `index`; fails with out_of_bounds_table_access. As a Value it is good until guest code runs again.
  Result<Value> get(std::uint64_t index) const;
  /// Sets the element at `index`; fails with out_of_bounds_table_access, or with wrong_value when `value` is of another type, or of another store.
  Result<void> set(std::uint64_t index, const Value& value);
  /// Adds `delta` elements and gives the old size; fails with out_of_memory, or with wrong_value.
  Result<std::uint64_t> grow(std::uint64_t delta, const Value& init);

  /// Where it belongs; null as long as that is nowhere.
  Store* store() const { return store_; }

  // What follows is for the machine.

  /// Belongs to `store` from now on, unless it does so to one already.
  void belong_to(Store& store) {
    if (store_ == nullptr) store_ = &store;
  }
  /// Its store goes, and with it all that the elements refer to.
  void leave() {
    store_ = nullptr;
    std::ranges::fill(elements(), Reference{0});
  }
  /// All elements; good until the table grows.
  std::span<Reference> elements() const { return {view_.elements, view_.size}; }
  std::uint64_t size() const { return view_.size; }
  /// The type, its minimum being the present size, as imports are matched with (spec section 4.5.4).
  TableType type() const {
    TableType now = type_;
    now.limits.minimum = view_.size;
    return now;
  }

  /// Adds `delta` elements and gives the old size, or nothing when that cannot be.
  std::optional<std::uint64_t> grow_by(std::uint64_t delta, Reference init);

  /// Keeps `view` equal to the table's own until it is detached.
  void attach(TableView& view) {
    views_.push_back(&view);
    view = view_;
  }
  void detach(TableView& view) { std::erase(views_, &view); }

 private:
  explicit Table(const TableType& type) : type_(type) {}
  Error out_of_bounds(std::uint64_t index) const;

  TableType type_;
  TableView view_;
  Store* store_ = nullptr;
  std::uint64_t capacity_ = 0;
  std::vector<TableView*> views_;
};

}  // namespace wasmer::vm

#if !defined(WASMER_COMPILED)
#include <string>

#include <wasmer/vm/exceptions.hpp>
#include <wasmer/vm/store.hpp>
#include <wasmer/vm/value_matching.hpp>

namespace wasmer::vm {

WASMER_ONCE Result<std::shared_ptr<Table>> Table::create(const TableType& type, Reference init) {
  std::shared_ptr<Table> table(new Table(type));
  if (type.limits.minimum > limit::table_size) return Error(ErrorId::out_of_memory, Error::no_offset, "table too large");
  table->view_.elements = static_cast<Reference*>(std::calloc(std::max<std::size_t>(1, type.limits.minimum), sizeof(Reference)));
  if (table->view_.elements == nullptr) return Error(ErrorId::out_of_memory);
  table->view_.size = table->capacity_ = type.limits.minimum;
  if (init != 0) std::ranges::fill(table->elements(), init);
  return table;
}

WASMER_ONCE Result<std::shared_ptr<Table>> Table::create(Store& store, const TableType& type, const Value& init) {
  WASMER_CHECK(expect(&store, init, type.element));
  WASMER_TRY(auto table, create(type, init.bits()));
  table->store_ = &store;
  store.keep(table);
  store.add_roots(*table);
  if (may_hold_exception(type.element)) store.exceptions().watch(*table);
  return table;
}

WASMER_ONCE Result<Value> Table::get(std::uint64_t index) const {
  if (index >= size()) return out_of_bounds(index);
  const Value value(type_.element, view_.elements[index]);
  if (store_ != nullptr) Exceptions::give_out(value);
  return value;
}

WASMER_ONCE Result<void> Table::set(std::uint64_t index, const Value& value) {
  if (index >= size()) return out_of_bounds(index);
  WASMER_CHECK(expect(store_, value, type_.element));
  view_.elements[index] = value.bits();
  return success();
}

WASMER_ONCE Result<std::uint64_t> Table::grow(std::uint64_t delta, const Value& init) {
  WASMER_CHECK(expect(store_, init, type_.element));
  if (const auto old = grow_by(delta, init.bits())) return *old;
  return Error(ErrorId::out_of_memory, Error::no_offset, "a table of " + std::to_string(size()) + " elements cannot grow by " + std::to_string(delta));
}

WASMER_ONCE Error Table::out_of_bounds(std::uint64_t index) const {
  return Error(ErrorId::out_of_bounds_table_access, Error::no_offset, "element " + std::to_string(index) + " of " + std::to_string(size()));
}

WASMER_ONCE std::optional<std::uint64_t> Table::grow_by(std::uint64_t delta, Reference init) {
  const std::uint64_t old = view_.size, most = std::min(limit::table_size, type_.limits.maximum.value_or(limit::table_size));
  if (delta > most || old > most - delta) return std::nullopt;
  if (old + delta > capacity_) {
    const std::uint64_t capacity = std::min(most, std::max(old + delta, 2 * capacity_));
    void* const larger = std::realloc(view_.elements, capacity * sizeof(Reference));
    if (larger == nullptr) return std::nullopt;
    view_.elements = static_cast<Reference*>(larger), capacity_ = capacity;
  }
  std::fill_n(view_.elements + old, delta, init);
  view_.size = old + delta;
  for (TableView* const attached : views_) *attached = view_;
  return old;
}

}  // namespace wasmer::vm
#endif
