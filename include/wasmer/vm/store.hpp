#pragma once
/// \file
/// A store (spec section 4.2.3): what linked instances share, kept alive together, run by one thread at a time.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/support/event.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/activation.hpp>
#include <wasmer/vm/entry.hpp>
#include <wasmer/vm/exceptions.hpp>
#include <wasmer/vm/heap.hpp>
#include <wasmer/vm/memory.hpp>
#include <wasmer/vm/parking.hpp>
#include <wasmer/vm/thread.hpp>

namespace wasmer {

namespace vm {
class Entered;
}

/// Owns instances and everything that they refer to. Belongs to one thread at a time; only `interrupt`, `resume` and `interrupted` may be called by others.
class Store : public vm::Activation {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store() {
    while (!kept_.empty()) kept_.pop_back();  // the latest first: it may refer to those before it
    if (vm::this_thread.store == this) vm::this_thread.store = nullptr;
  }

  /// Stops the store's guest code, running now or later, with the trap `interrupted`, until `resume`. Host functions that wait by `interruption` end too.
  void interrupt() {
    const std::lock_guard lock(mutex_);
    interrupted_.store(true, std::memory_order_seq_cst);
    set_limits(~std::uintptr_t{0});
    event_.set();
    if (waiter_ != nullptr) vm::ParkingLot::of_process().interrupt(*waiter_);
  }
  /// Lets guest code run again.
  void resume() {
    const std::lock_guard lock(mutex_);
    interrupted_.store(false, std::memory_order_seq_cst);
    set_limits(stack_.limit());
    event_.clear();
  }
  bool interrupted() const { return interrupted_.load(std::memory_order_relaxed); }
  /// A descriptor for poll(2), readable (POLLIN) while the store is interrupted, that lives as long as the store. -1: the system has none to give.
  int interruption() {
    const std::lock_guard lock(mutex_);
    return event_.descriptor();
  }

  /// How the heap of the store's objects is kept, from now on.
  void set_heap(HeapOptions options) { heap_options_ = options, heap_ != nullptr ? heap_->set_options(options) : void(); }

  // What follows is for the machine.

  /// The store's objects; made when there is a first one.
  vm::Heap& heap() {
    if (heap_ == nullptr) [[unlikely]] heap_ = std::make_unique<vm::Heap>(heap_options_);
    return *heap_;
  }
  /// Calls `visit(context)` for each instance's context.
  template <class Visit> void for_contexts(Visit&& visit) const {
    for (const vm::Context* const context : contexts_) visit(*context);
  }
  /// What `reference` holds is kept alive as long as it is a root.
  void add_root(const vm::Reference& reference) { roots_.push_back(&reference); }
  void remove_root(const vm::Reference& reference) {
    const auto found = std::ranges::find(roots_, &reference);
    *found = roots_.back(), roots_.pop_back();
  }
  template <class Visit> void for_roots(Visit&& visit) const {
    for (const vm::Reference* const reference : roots_) visit(*reference);
  }

  /// Keeps `object` alive as long as the store.
  template <class T> T& keep(std::shared_ptr<T> object) {
    T& kept = *object;
    kept_.push_back(std::move(object));
    return kept;
  }

  /// Has `context` stop at the store's stack limit, from now until it is detached.
  void attach(vm::Context& context) {
    const std::lock_guard lock(mutex_);
    contexts_.push_back(&context);
    context.stack_limit.store(interrupted() ? ~std::uintptr_t{0} : stack_.limit(), std::memory_order_relaxed);
  }
  void detach(vm::Context& context) {
    const std::lock_guard lock(mutex_);
    std::erase(contexts_, &context);
  }

  /// Takes faults at the addresses of `memory`, where guard pages stand for checks, for the guest's.
  void guard(const std::shared_ptr<vm::Memory>& memory) {
    if (memory->is_guarded() && std::ranges::find(guarded_, memory.get()) == guarded_.end()) guarded_.push_back(&keep(memory));
  }
  /// True of addresses that the store's memories have reserved. Async-signal-safe while guest code runs.
  bool reserves(std::uintptr_t address) const {
    return std::ranges::any_of(guarded_, [&](const vm::Memory* memory) { return memory->holds(address); });
  }

  /// The store's thread is about to wait; `interrupt` ends that, also when it came first.
  void park(vm::Waiter& waiter) {
    const std::lock_guard lock(mutex_);
    waiter_ = &waiter;
    waiter.interrupted = interrupted();
  }
  /// The wait is over.
  void unpark() {
    const std::lock_guard lock(mutex_);
    waiter_ = nullptr;
  }

  /// Records why guest code cannot go on; `unwind` comes next.
  void fail(Error error) { failure_ = std::move(error), failed = true; }

  /// The recorded failure; throws the C++ exception behind it, if there is one.
  [[gnu::noinline, gnu::cold]] Error take_failure() {
    failed = false;
    Error error = std::exchange(failure_, Error());
    if (const std::exception_ptr cause = error.cause()) std::rethrow_exception(cause);
    return error;
  }

  /// The store's exceptions.
  vm::Exceptions& exceptions() { return exceptions_; }

  /// The bounds of the stack that guest code runs on.
  const vm::StackBounds& stack() const { return stack_; }

 private:
  friend class vm::Entered;

  /// Sets the limits for guest code at `sp` on `thread`'s present stack.
  void move_to(const vm::Thread& thread, std::uintptr_t sp) {
    if (thread_ == thread.id && stack_.holds(sp)) return;
    thread_ = thread.id;
    renew_limits(vm::stack_bounds(thread, sp));
  }
  void renew_limits(vm::StackBounds stack) {
    const std::lock_guard lock(mutex_);
    stack_ = stack;
    if (!interrupted()) set_limits(stack_.limit());
  }
  void set_limits(std::uintptr_t limit) {
    for (vm::Context* const context : contexts_) context->stack_limit.store(limit, std::memory_order_relaxed);
  }

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
  std::vector<std::shared_ptr<const void>> kept_;
  vm::Exceptions exceptions_;
};

namespace vm {

/// While it lives, the thread's innermost store is the given one, whose limits are those of the thread's present stack.
class Entered {
 public:
  explicit Entered(Store& store) : store_(store) {
    // Most often the last store to be entered here is entered again. The stack pointer tells whether it has been on another stack, or thread, since.
    if (this_thread.store != &store || !store.stack_.holds(stack_pointer())) [[unlikely]] move_here();
  }
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;
  ~Entered() {
    if (moved_) [[unlikely]] move_back();
  }

 private:
  void move_here();
  /// The guest code that called the host, if there is some, finds all as it was. A store that was entered first stays the thread's.
  void move_back();

  Store& store_;
  Store* outer_ = nullptr;
  bool moved_ = false;
};

#if !defined(WASMER_COMPILED)
[[gnu::noinline]] WASMER_ONCE void Entered::move_here() {
  Thread& thread = prepare_thread();
  store_.move_to(thread, stack_pointer());
  outer_ = std::exchange(thread.store, &store_);
  moved_ = true;
}

[[gnu::noinline]] WASMER_ONCE void Entered::move_back() {
  if (outer_ != nullptr) this_thread.store = outer_;
  if (store_.entry != nullptr) store_.move_to(this_thread, reinterpret_cast<std::uintptr_t>(store_.entry));
}
#endif

}  // namespace vm
}  // namespace wasmer
