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
#include <wasmer/wasm/limits.hpp>

namespace wasmer::vm {

/// A table. Every context that uses it holds a copy of its TableView, which is renewed when it grows.
class Table {
 public:
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  ~Table() { std::free(view_.elements); }

  /// A table of the type's minimum size, all elements `init`; fails with out_of_memory.
  static Result<std::shared_ptr<Table>> create(const TableType& type, Reference init = 0);

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
  std::optional<std::uint64_t> grow(std::uint64_t delta, Reference init);

  /// Keeps `view` equal to the table's own until it is detached.
  void attach(TableView& view) {
    views_.push_back(&view);
    view = view_;
  }
  void detach(TableView& view) { std::erase(views_, &view); }

 private:
  explicit Table(const TableType& type) : type_(type) {}

  TableType type_;
  TableView view_;
  std::uint64_t capacity_ = 0;
  std::vector<TableView*> views_;
};

#if !defined(WASMER_COMPILED)

WASMER_ONCE Result<std::shared_ptr<Table>> Table::create(const TableType& type, Reference init) {
  std::shared_ptr<Table> table(new Table(type));
  if (type.limits.minimum > limit::table_size) return Error(ErrorId::out_of_memory, Error::no_offset, "table too large");
  table->view_.elements = static_cast<Reference*>(std::calloc(std::max<std::size_t>(1, type.limits.minimum), sizeof(Reference)));
  if (table->view_.elements == nullptr) return Error(ErrorId::out_of_memory);
  table->view_.size = table->capacity_ = type.limits.minimum;
  if (init != 0) std::ranges::fill(table->elements(), init);
  return table;
}

WASMER_ONCE std::optional<std::uint64_t> Table::grow(std::uint64_t delta, Reference init) {
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

#endif

}  // namespace wasmer::vm
