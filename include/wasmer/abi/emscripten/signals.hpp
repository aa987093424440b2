#pragma once
/// \file
/// Signals for a program: they wait until it is at a call where its handler can be run.

#include <atomic>
#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

namespace wasmer::emscripten {

/// Signals 1 to 63 that came in and have not been handled. What is not const is for the program's own thread, except `raise`.
class Signals {
 public:
  Signals() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  /// For any thread, and for handlers of the host's signals. False: it is waiting already, or the program does nothing about it: what happens is the embedder's choice.
  bool raise(int signal) {
    const std::uint64_t bit = bit_of(signal);
    if (bit == 0 || (caught_.load(std::memory_order_relaxed) & bit) == 0) return false;
    const bool is_new = (waiting_.fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
    if (is_new && descriptor_ >= 0) static_cast<void>(::eventfd_write(descriptor_, 1));
    return is_new;
  }

  /// Whether the program has a handler for it, or ignores it.
  void set_caught(int signal, bool is_caught) {
    const std::uint64_t bit = bit_of(signal);
    if (is_caught) caught_.fetch_or(bit, std::memory_order_relaxed);
    else caught_.fetch_and(~bit, std::memory_order_relaxed);
  }

  /// The signals that the program holds back.
  std::uint64_t blocked() const { return blocked_; }
  void set_blocked(std::uint64_t mask) { blocked_ = mask; }

  bool has_any() const { return (waiting_.load(std::memory_order_relaxed) & ~blocked_) != 0; }
  bool is_waiting(int signal) const { return (waiting_.load(std::memory_order_relaxed) & bit_of(signal)) != 0; }

  /// Takes the lowest that waits and is not held back; 0: there is none.
  int take() {
    const std::uint64_t ready = waiting_.load(std::memory_order_relaxed) & ~blocked_;
    if (ready == 0) return 0;
    const int signal = __builtin_ctzll(ready);
    // The event is taken first and put back for the others, so that none that comes in meanwhile is without one.
    eventfd_t count = 0;
    if (descriptor_ >= 0) static_cast<void>(::eventfd_read(descriptor_, &count));
    const std::uint64_t rest = waiting_.fetch_and(~bit_of(signal), std::memory_order_relaxed) & ~bit_of(signal);
    if (rest != 0 && descriptor_ >= 0) static_cast<void>(::eventfd_write(descriptor_, 1));
    return signal;
  }

  /// For poll(2): readable while a signal waits. -1: the system had none to give.
  int descriptor() const { return blocked_ == 0 || has_any() ? descriptor_ : -1; }

 private:
  static constexpr std::uint64_t bit_of(int signal) { return signal > 0 && signal < 64 ? std::uint64_t{1} << signal : 0; }

  int descriptor_;
  std::atomic<std::uint64_t> waiting_{0}, caught_{0};
  std::uint64_t blocked_ = 0;
};

}  // namespace wasmer::emscripten
