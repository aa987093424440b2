#pragma once
/// \file
/// Where threads of guests wait for each other: one table for the process, of the addresses at which somebody waits.

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace wasmer::vm {

/// A thread that waits at an address; lives on its stack. `ParkingLot` guards what changes.
struct Waiter {
  explicit Waiter(const void* address) : address(address) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  const void* const address;
  std::condition_variable over;
  Waiter* next = nullptr;
  bool notified = false;
  bool interrupted = false;
};

/// How a wait ended; all but the last are results of memory.atomic.wait.
enum class WaitEnd : std::uint8_t { notified = 0, unequal = 1, timed_out = 2, interrupted = 3 };

/// Waiters by address, those at one address in the order in which they came. Who waits and who notifies meet under one lock, so that no notification
/// is lost between a look at memory and the wait.
class ParkingLot {
 public:
  static ParkingLot& of_process() {
    static ParkingLot lot;
    return lot;
  }

  /// Waits until somebody notifies the waiter's address, for at most `timeout` nanoseconds, or without end if that is negative; not at all unless
  /// `still()`, which is asked when no notification can be missed any more.
  template <class Still> WaitEnd wait(Waiter& waiter, std::int64_t timeout, Still&& still) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point now = Clock::now();
    const std::chrono::nanoseconds longest = Clock::time_point::max() - now, wanted(timeout);
    const auto done = [&] { return waiter.notified || waiter.interrupted; };
    Bucket& bucket = bucket_of(waiter.address);
    std::unique_lock lock(bucket.mutex);
    if (!still()) return WaitEnd::unequal;
    bucket.add(waiter);
    if (timeout < 0 || wanted > longest) waiter.over.wait(lock, done);
    else waiter.over.wait_until(lock, now + wanted, done);
    if (waiter.notified) return WaitEnd::notified;
    bucket.remove(waiter);
    return waiter.interrupted ? WaitEnd::interrupted : WaitEnd::timed_out;
  }

  /// Ends the waits of those who came first to `address`, up to `count`. How many there were.
  std::uint32_t notify(const void* address, std::uint32_t count) {
    Bucket& bucket = bucket_of(address);
    const std::lock_guard lock(bucket.mutex);
    std::uint32_t notified = 0;
    for (Waiter** link = &bucket.first; *link != nullptr && notified != count;) {
      Waiter& waiter = **link;
      if (waiter.address != address) {
        link = &waiter.next;
        continue;
      }
      *link = waiter.next;
      waiter.notified = true;
      // Under the lock: as soon as it is free, the waiter may be gone.
      waiter.over.notify_one();
      ++notified;
    }
    return notified;
  }

  /// Ends one wait, also one that has not begun.
  void interrupt(Waiter& waiter) {
    const std::lock_guard lock(bucket_of(waiter.address).mutex);
    waiter.interrupted = true;
    waiter.over.notify_one();
  }

 private:
  struct alignas(64) Bucket {
    std::mutex mutex;
    Waiter* first = nullptr;

    void add(Waiter& waiter) {
      Waiter** link = &first;
      while (*link != nullptr) link = &(*link)->next;
      *link = &waiter;
    }
    void remove(const Waiter& waiter) {
      Waiter** link = &first;
      while (*link != &waiter) link = &(*link)->next;
      *link = waiter.next;
    }
  };

  static constexpr unsigned buckets_log2 = 8;
  Bucket& bucket_of(const void* address) {
    // Multiplied, so that neighbouring words, and equal offsets in different memories, come to lie apart.
    const std::uint64_t mixed = (reinterpret_cast<std::uintptr_t>(address) >> 2) * 0x9E37'79B9'7F4A'7C15;
    return buckets_[mixed >> (64 - buckets_log2)];
  }

  std::array<Bucket, std::size_t{1} << buckets_log2> buckets_;
};

}  // namespace wasmer::vm
