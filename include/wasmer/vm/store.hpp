#pragma once
/// \file
/// A store (spec section 4.2.3): what linked instances share, kept alive together, run by one thread at a time.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/support/event.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/activation.hpp>
#include <wasmer/vm/entry.hpp>
#include <wasmer/vm/heap_options.hpp>
#include <wasmer/vm/thread.hpp>

namespace wasmer {

namespace vm {
class Entered;
class Exceptions;
class Heap;
class Memory;
class Table;
struct Waiter;
}  // namespace vm

/// Owns instances and everything that they refer to. Belongs to one thread at a time; only `interrupt`, `resume` and `interrupted` may be called by others.
class Store : public vm::Activation {
 public:
  Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  /// Stops the store's guest code, running now or later, with the trap `interrupted`, until `resume`. Host functions that wait by `interruption` end too.
  void interrupt();
  /// Lets guest code run again.
  void resume();
  bool interrupted() const { return interrupted_.load(std::memory_order_relaxed); }
  /// A descriptor for poll(2), readable (POLLIN) while the store is interrupted, that lives as long as the store. -1: the system has none to give.
  int interruption();

  /// How the heap of the store's objects is kept, from now on.
  void set_heap(HeapOptions options);

  // What follows is for the machine.

  /// The store's objects; made when there is a first one.
  vm::Heap& heap() { return heap_ != nullptr ? *heap_ : make_heap(); }
  /// The store's exceptions; the same.
  vm::Exceptions& exceptions() { return exceptions_ != nullptr ? *exceptions_ : make_exceptions(); }
  bool has_exceptions() const { return exceptions_ != nullptr; }
  /// Calls `visit(context)` for each instance's context.
  template <class Visit> void for_contexts(Visit&& visit) const {
    for (const vm::Context* const context : contexts_) visit(*context);
  }
  /// What `reference` holds is kept alive as long as it is a root.
  void add_root(const vm::Reference& reference) { roots_.push_back(&reference); }
  void remove_root(const vm::Reference& reference);
  template <class Visit> void for_roots(Visit&& visit) const {
    for (const vm::Reference* const reference : roots_) visit(*reference);
  }

  /// What the elements of `table` refer to is kept alive, from now on; it lives as long as the store.
  void add_roots(vm::Table& table) { root_tables_.push_back(&table); }
  std::span<vm::Table* const> root_tables() const { return root_tables_; }

  /// Keeps `object` alive as long as the store.
  template <class T> T& keep(std::shared_ptr<T> object) {
    T& kept = *object;
    keep_any(std::move(object));
    return kept;
  }

  /// Has `context` stop at the store's stack limit, from now until it is detached.
  void attach(vm::Context& context);
  void detach(vm::Context& context);

  /// Takes faults at the addresses of `memory`, where guard pages stand for checks, for the guest's.
  void guard(const std::shared_ptr<vm::Memory>& memory);
  /// True of addresses that the store's memories have reserved. Async-signal-safe while guest code runs.
  bool reserves(std::uintptr_t address) const;

  /// The store's thread is about to wait; `interrupt` ends that, also when it came first.
  void park(vm::Waiter& waiter);
  /// The wait is over.
  void unpark();

  /// Records why guest code cannot go on; `unwind` comes next.
  void fail(Error error);

  /// The recorded failure; throws the C++ exception behind it, if there is one.
  Error take_failure();

  /// The bounds of the stack that guest code runs on.
  const vm::StackBounds& stack() const { return stack_; }

 private:
  friend class vm::Entered;

  /// Sets the limits for guest code at `sp` on `thread`'s present stack.
  void move_to(const vm::Thread& thread, std::uintptr_t sp);
  void renew_limits(vm::StackBounds stack);
  void set_limits(std::uintptr_t limit);
  vm::Heap& make_heap();
  vm::Exceptions& make_exceptions();
  void keep_any(std::shared_ptr<const void> object);

  std::uint64_t thread_ = ~std::uint64_t{0};  ///< the Thread::id that the limits were made for
  vm::StackBounds stack_;
  std::atomic<bool> interrupted_{false};
  Error failure_;
  std::mutex mutex_;  ///< guards the contexts' limits, the event and the waiter
  support::Event event_;  ///< set while the store is interrupted
  vm::Waiter* waiter_ = nullptr;  ///< while guest code waits to be notified
  std::vector<vm::Context*> contexts_;
  std::vector<const vm::Memory*> guarded_;
  HeapOptions heap_options_;
  std::unique_ptr<vm::Heap> heap_;
  std::vector<const vm::Reference*> roots_;
  std::vector<vm::Table*> root_tables_;
  std::vector<std::shared_ptr<const void>> kept_;
  std::unique_ptr<vm::Exceptions> exceptions_;
};

namespace vm {

/// While it lives, the thread's innermost store is the given one, whose limits are those of the thread's present stack. Nobody is told where it is, so that
/// it need not be anywhere: most often it does nothing.
class Entered {
 public:
  [[gnu::always_inline]] explicit Entered(Store& store) : store_(store) {
    // Most often the last store to be entered here is entered again. The stack pointer tells whether it has been on another stack, or thread, since.
    if (this_thread.store != &store || !store.stack_.holds(stack_pointer())) [[unlikely]] outer_ = move_here(store), moved_ = true;
  }
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;
  [[gnu::always_inline]] ~Entered() {
    if (moved_) [[unlikely]] move_back(store_, outer_);
  }

 private:
  /// The store that was the thread's.
  static Store* move_here(Store& store);
  /// The guest code that called the host, if there is some, finds all as it was. A store that was entered first stays the thread's.
  static void move_back(Store& store, Store* outer);

  Store& store_;
  Store* outer_;  ///< if it has moved
  bool moved_ = false;
};

}  // namespace vm
}  // namespace wasmer

#if !defined(WASMER_COMPILED)
#include <algorithm>
#include <exception>

#include <wasmer/vm/exceptions.hpp>
#include <wasmer/vm/heap.hpp>
#include <wasmer/vm/memory.hpp>
#include <wasmer/vm/parking.hpp>
#include <wasmer/vm/table.hpp>

namespace wasmer {

WASMER_ONCE Store::Store() = default;

WASMER_ONCE Store::~Store() {
  for (vm::Table* const table : root_tables_) table->leave();
  while (!kept_.empty()) kept_.pop_back();  // the latest first: it may refer to those before it
  if (vm::this_thread.store == this) vm::this_thread.store = nullptr;
}

WASMER_ONCE void Store::interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_.store(true, std::memory_order_seq_cst);
  set_limits(~std::uintptr_t{0});
  event_.set();
  if (waiter_ != nullptr) vm::ParkingLot::of_process().interrupt(*waiter_);
}

WASMER_ONCE void Store::resume() {
  const std::lock_guard lock(mutex_);
  interrupted_.store(false, std::memory_order_seq_cst);
  set_limits(stack_.limit());
  event_.clear();
}

WASMER_ONCE int Store::interruption() {
  const std::lock_guard lock(mutex_);
  return event_.descriptor();
}

WASMER_ONCE void Store::set_heap(HeapOptions options) {
  heap_options_ = options;
  if (heap_ != nullptr) heap_->set_options(options);
}

[[gnu::noinline, gnu::cold]] WASMER_ONCE vm::Heap& Store::make_heap() { return *(heap_ = std::make_unique<vm::Heap>(heap_options_)); }
[[gnu::noinline, gnu::cold]] WASMER_ONCE vm::Exceptions& Store::make_exceptions() { return *(exceptions_ = std::make_unique<vm::Exceptions>()); }

WASMER_ONCE void Store::remove_root(const vm::Reference& reference) {
  const auto found = std::ranges::find(roots_, &reference);
  *found = roots_.back(), roots_.pop_back();
}

WASMER_ONCE void Store::keep_any(std::shared_ptr<const void> object) { kept_.push_back(std::move(object)); }

WASMER_ONCE void Store::attach(vm::Context& context) {
  const std::lock_guard lock(mutex_);
  contexts_.push_back(&context);
  context.stack_limit.store(interrupted() ? ~std::uintptr_t{0} : stack_.limit(), std::memory_order_relaxed);
}

WASMER_ONCE void Store::detach(vm::Context& context) {
  const std::lock_guard lock(mutex_);
  std::erase(contexts_, &context);
}

WASMER_ONCE void Store::guard(const std::shared_ptr<vm::Memory>& memory) {
  if (memory->is_guarded() && std::ranges::find(guarded_, memory.get()) == guarded_.end()) guarded_.push_back(&keep(memory));
}

WASMER_ONCE bool Store::reserves(std::uintptr_t address) const {
  return std::ranges::any_of(guarded_, [&](const vm::Memory* memory) { return memory->holds(address); });
}

WASMER_ONCE void Store::park(vm::Waiter& waiter) {
  const std::lock_guard lock(mutex_);
  waiter_ = &waiter;
  waiter.interrupted = interrupted();
}

WASMER_ONCE void Store::unpark() {
  const std::lock_guard lock(mutex_);
  waiter_ = nullptr;
}

WASMER_ONCE void Store::fail(Error error) { failure_ = std::move(error), failed = true; }

[[gnu::noinline, gnu::cold]] WASMER_ONCE Error Store::take_failure() {
  failed = false;
  Error error = std::exchange(failure_, Error());
  if (const std::exception_ptr cause = error.cause()) std::rethrow_exception(cause);
  return error;
}

WASMER_ONCE void Store::move_to(const vm::Thread& thread, std::uintptr_t sp) {
  if (thread_ == thread.id && stack_.holds(sp)) return;
  thread_ = thread.id;
  renew_limits(vm::stack_bounds(thread, sp));
}

WASMER_ONCE void Store::renew_limits(vm::StackBounds stack) {
  const std::lock_guard lock(mutex_);
  stack_ = stack;
  if (!interrupted()) set_limits(stack_.limit());
}

WASMER_ONCE void Store::set_limits(std::uintptr_t limit) {
  for (vm::Context* const context : contexts_) context->stack_limit.store(limit, std::memory_order_relaxed);
}

namespace vm {

[[gnu::noinline]] WASMER_ONCE Store* Entered::move_here(Store& store) {
  Thread& thread = prepare_thread();
  store.move_to(thread, stack_pointer());
  return std::exchange(thread.store, &store);
}

[[gnu::noinline]] WASMER_ONCE void Entered::move_back(Store& store, Store* outer) {
  if (outer != nullptr) this_thread.store = outer;
  if (store.entry != nullptr) store.move_to(this_thread, reinterpret_cast<std::uintptr_t>(store.entry));
}

}  // namespace vm
}  // namespace wasmer
#endif
