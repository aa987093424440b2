#pragma once
/// \file
/// A value that writers replace as a whole while readers, signal handlers among them, look at it without locks.

#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

namespace wasmer::support {

/// Holds a T that is read far more often than it is replaced. Constant-initialized and never destroyed: fit for static members.
template <class T> class Published {
 public:
  constexpr Published() = default;
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;

  /// Calls `look(const T&)` and gives its result; T() stands there until something is published. Lock-free and async-signal-safe, if `look` is.
  template <class Look> auto read(Look&& look) const {
    readers_.fetch_add(1, std::memory_order_seq_cst);
    const T* const present = value_.load(std::memory_order_seq_cst);
    auto result = present == nullptr ? decltype(look(*present))() : look(*present);
    readers_.fetch_sub(1, std::memory_order_release);
    return result;
  }

  /// Publishes what `edit(T&)` makes of a copy. Returns when nobody looks at the old value any more.
  template <class Edit> void change(Edit&& edit) {
    const std::lock_guard lock(mutex());
    const T* const old = value_.load(std::memory_order_relaxed);
    T* const next = old == nullptr ? new T() : new T(*old);
    edit(*next);
    value_.store(next, std::memory_order_seq_cst);
    while (readers_.load(std::memory_order_seq_cst) != 0) std::this_thread::yield();
    delete old;
  }

 private:
  /// One for all values of a T: it must outlive every static object, so it is never destroyed.
  static std::mutex& mutex() {
    static std::mutex* const mutex = new std::mutex;
    return *mutex;
  }

  std::atomic<const T*> value_{nullptr};
  mutable std::atomic<unsigned> readers_{0};
};

}  // namespace wasmer::support
