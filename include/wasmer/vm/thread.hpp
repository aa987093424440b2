#pragma once
/// \file
/// What a thread must have before it can run guest code: known stack bounds and an alternate stack for signal handlers.

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <pthread.h>

#include <wasmer/support/virtual_memory.hpp>
#include <wasmer/vm/context.hpp>

namespace wasmer::vm {

/// A thread as the machine knows it.
struct Thread {
  std::uint64_t id = 0;           ///< never used twice; 0 until the thread is prepared
  Store* store = nullptr;         ///< the store whose guest code runs here, innermost; else only to be compared with
  std::uintptr_t stack_low = 0;   ///< lowest address of the stack that the system gave the thread, or of its upper `most_stack` bytes
  std::size_t stack_size = 0;
};

inline constinit thread_local Thread this_thread{};

/// Stack, in bytes.
struct StackBounds {
  std::uintptr_t low = 0;
  std::size_t size = 0;

  bool holds(std::uintptr_t sp) const { return sp - low < size; }
  /// Guest code stops here: what is left below is for host functions and for trap handling.
  std::uintptr_t limit() const { return low + std::min<std::size_t>(64 << 10, size / 4); }
};

/// An alternate signal stack for the calling thread, unless it has one; gone, and the old state back, when the thread ends.
class AlternateStack {
 public:
  AlternateStack() {
    stack_t present{};
    if (::sigaltstack(nullptr, &present) != 0 || (present.ss_flags & SS_DISABLE) == 0) return;
    auto reserved = support::VirtualMemory::reserve(bytes + support::page_size());
    if (!reserved.has_value()) return;  // handlers then run on the thread's own stack, where the stack limit leaves room
    memory_ = std::move(reserved).assume_value();
    stack_t ours{};
    ours.ss_sp = memory_.data() + support::page_size();  // the page below stays inaccessible
    ours.ss_size = bytes;
    if (!memory_.protect(support::page_size(), bytes, support::Access::read_write) || ::sigaltstack(&ours, nullptr) != 0) memory_ = {};
  }
  AlternateStack(const AlternateStack&) = delete;
  AlternateStack& operator=(const AlternateStack&) = delete;
  ~AlternateStack() {
    stack_t present{};
    if (memory_.size() == 0 || ::sigaltstack(nullptr, &present) != 0 || present.ss_sp != memory_.data() + support::page_size()) return;
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    ::sigaltstack(&none, nullptr);
  }

 private:
  /// Enough for the widest register state and for handlers that we chain to.
  static constexpr std::size_t bytes = 64 << 10;
  support::VirtualMemory memory_;
};

/// Of a larger stack, such as one without a limit, guest code gets the upper part: recursion without end should end while there is memory.
inline constexpr std::size_t most_stack = 64 << 20;

/// Makes the calling thread ready; cheap when it is.
inline Thread& prepare_thread() {
  Thread& thread = this_thread;
  if (thread.id != 0) return thread;
  static std::atomic<std::uint64_t> ids{0};
  thread_local const AlternateStack alternate;
  static_cast<void>(alternate);
  pthread_attr_t attributes;
  void* low = nullptr;
  std::size_t size = 0;
  if (::pthread_getattr_np(::pthread_self(), &attributes) == 0) {
    ::pthread_attr_getstack(&attributes, &low, &size);
    ::pthread_attr_destroy(&attributes);
  }
  thread.stack_size = std::min(size, most_stack);
  thread.stack_low = reinterpret_cast<std::uintptr_t>(low) + (size - thread.stack_size);
  thread.id = ids.fetch_add(1, std::memory_order_relaxed) + 1;
  return thread;
}

/// The bounds of the stack that `sp` lies in. Of a stack that is not the thread's own, such as a coroutine's, nothing is known: it is taken to reach
/// `foreign_stack` bytes below `sp`.
inline StackBounds stack_bounds(const Thread& thread, std::uintptr_t sp) {
  constexpr std::size_t foreign_stack = 64 << 10;
  const StackBounds own{thread.stack_low, thread.stack_size};
  return own.holds(sp) ? own : StackBounds{sp - foreign_stack, foreign_stack + 4096};
}

}  // namespace wasmer::vm
