#pragma once
/// \file
/// Garbage collection: what a store's roots are, and allocation, which collects when it is time.
///
/// The stack is scanned word by word, from where the collection begins up to where the store was entered first, the frames of host functions in between
/// included: no compiler says where it keeps its references, and host functions need no handles for theirs. Precise are globals, tables, element segments, the
/// values of exceptions, and the handles that the embedder makes.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <wasmer/support/attributes.hpp>
#include <wasmer/vm/activation.hpp>
#include <wasmer/vm/canonical_type.hpp>
#include <wasmer/vm/exceptions.hpp>
#include <wasmer/vm/heap.hpp>
#include <wasmer/vm/instance.hpp>
#include <wasmer/vm/store.hpp>
#include <wasmer/vm/table.hpp>

namespace wasmer::vm {

/// Marks whatever words of [from, to) point to. Frames of other functions are none of the address sanitizer's business here.
[[gnu::noinline]] __attribute__((no_sanitize("address", "thread"))) inline void mark_words(Heap& heap, std::uintptr_t from, std::uintptr_t to) {
  for (const auto* at = reinterpret_cast<const volatile Reference*>((from + 7) & ~std::uintptr_t{7}); reinterpret_cast<std::uintptr_t>(at + 1) <= to; ++at)
    heap.mark(*at);
}

/// Marks from the stack, beginning at `sp`. Where a host function went on with the guest on another stack, only the guest's frames are known.
inline void mark_stack(Heap& heap, const Store& store, std::uintptr_t sp) {
  const std::uintptr_t* entry = store.entry;
  const std::uintptr_t* exit = nullptr;
  std::uintptr_t from = sp;
  while (entry != nullptr) {
    const auto to = reinterpret_cast<std::uintptr_t>(entry + sizeof(EntryFrame) / sizeof(std::uintptr_t));
    if (exit != nullptr && (from > to || !store.stack().holds(to))) from = reinterpret_cast<std::uintptr_t>(exit);
    if (from <= to) mark_words(heap, from, to);
    EntryFrame frame;
    std::memcpy(&frame, entry, sizeof frame);
    from = to, exit = frame.outer_exit, entry = frame.outer_entry;
  }
}

inline void mark_table(Heap& heap, const Table& table) {
  for (const Reference element : table.elements()) heap.mark(element);
}

inline void mark_instance(Heap& heap, const Instance& instance) {
  const Module& module = instance.module();
  for (std::uint32_t i = 0; i < module.globals.size(); ++i) {
    if (!module.globals[i].type.value.is_reference()) continue;
    const void* const cell = instance.global_cell(i);
    if (cell == nullptr) continue;  // it is being made
    Reference value;
    std::memcpy(&value, cell, sizeof value);
    heap.mark(value);
  }
  for (const auto& table : instance.tables()) mark_table(heap, *table);
  instance.for_evaluated([&](Reference element) { heap.mark(element); });
}

/// Frees what nothing refers to any more.
[[gnu::noinline]] inline void collect(Store& store) {
  Heap& heap = store.heap();
  // Registers that calls preserve may hold references of the callers'.
  std::uintptr_t registers[6];
  __asm__ volatile("movq %%rbx, 0(%0)\n movq %%rbp, 8(%0)\n movq %%r12, 16(%0)\n movq %%r13, 24(%0)\n movq %%r14, 32(%0)\n movq %%r15, 40(%0)"
                   : : "r"(registers) : "memory");
  for (const std::uintptr_t word : registers) heap.mark(word);
  mark_stack(heap, store, stack_pointer());
  store.for_contexts([&](const Context& context) {
    if (context.instance != nullptr) mark_instance(heap, *context.instance);
  });
  store.for_roots([&](Reference value) { heap.mark(value); });
  for (const Table* const table : store.root_tables()) mark_table(heap, *table);
  if (store.has_exceptions())
    for (const ExceptionInstance* const exception : store.exceptions().instances())
      for (std::uint32_t i = 0; i < exception->words; ++i) heap.mark(exception->values()[i]);
  heap.trace();
  heap.sweep();
}

/// An object of `bytes`, its head written and all else zero; null when there is no room even after a collection.
inline HeapObject* allocate(Store& store, const CanonicalType& type, std::uint64_t bytes) {
  Heap& heap = store.heap();
  if (type.may_hold_exceptions) [[unlikely]] store.exceptions().keep_all();
  if (heap.is_due()) [[unlikely]] collect(store);
  HeapObject* object = heap.allocate(bytes);
  if (object == nullptr && !heap.is_paused()) [[unlikely]] collect(store), object = heap.allocate(bytes);
  if (object != nullptr) [[likely]] object->type = &type;
  return object;
}

inline HeapObject* allocate_structure(Store& store, const CanonicalType& type) { return allocate(store, type, type.size); }
inline ArrayObject* allocate_array(Store& store, const CanonicalType& type, std::uint32_t length) {
  auto* const array = static_cast<ArrayObject*>(allocate(store, type, offset::array_elements + std::uint64_t{length} * type.size));
  if (array != nullptr) array->length = length;
  return array;
}

}  // namespace wasmer::vm
