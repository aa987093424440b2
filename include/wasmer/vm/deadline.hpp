#pragma once
/// \file
/// A time limit for guest code: a thread that interrupts a store, unless it is told in time that nobody waits for it any more.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <wasmer/vm/store.hpp>

namespace wasmer {

/// Interrupts a store when the time is over, as Store::interrupt does, and not at all once it is destroyed: `const Deadline deadline(store, 2s);`.
/// The store outlives it, and stays interrupted until Store::resume.
class Deadline {
 public:
  /// The time begins now. Throws std::system_error if the system has no thread to give.
  Deadline(Store& store, std::chrono::nanoseconds time)
      : store_(store), end_(Clock::now() + std::min<Clock::duration>(time, Clock::time_point::max() - Clock::now())), thread_([this] { watch(); }) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() {
    {
      const std::lock_guard lock(mutex_);
      cancelled_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  /// Whether it has interrupted the store; for any thread.
  bool is_over() const {
    const std::lock_guard lock(mutex_);
    return over_;
  }

 private:
  using Clock = std::chrono::steady_clock;

  void watch() {
    std::unique_lock lock(mutex_);
    if (changed_.wait_until(lock, end_, [this] { return cancelled_; })) return;
    over_ = true;
    store_.interrupt();
  }

  Store& store_;
  const Clock::time_point end_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool cancelled_ = false, over_ = false;
  std::thread thread_;  ///< last: it uses all the others
};

}  // namespace wasmer
