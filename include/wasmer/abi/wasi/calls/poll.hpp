#pragma once
/// \file
/// Waiting for clocks and descriptors. By poll(2): epoll refuses plain files, which are always ready.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>

#include <poll.h>

#include <wasmer/abi/wasi/calls/clock.hpp>
#include <wasmer/abi/wasi/state.hpp>
#include <wasmer/abi/wasi/waiting.hpp>

namespace wasmer::wasi {

/// All that one call waits for. Copied out of the guest's memory first: the events may be put where the subscriptions were.
template <class FS> class Poll {
 public:
  Poll(const Poll&) = delete;
  explicit Poll(std::size_t count) {
    if (count <= few_.size()) {
      waits_ = std::span(few_).first(count);
      polled_ = std::span(few_polled_).first(count + 1);
    } else {
      many_ = std::make_unique<Wait[]>(count);
      many_polled_ = std::make_unique<pollfd[]>(count + 1);
      waits_ = {many_.get(), count};
      polled_ = {many_polled_.get(), count + 1};
    }
  }

  void add(std::size_t index, const State<FS>& state, const Subscription& wanted) {
    Wait& wait = waits_[index];
    wait.wanted = wanted;
    polled_[index] = {-1, 0, 0};  // poll passes over negative descriptors
    const Expected<void> understood = wanted.type == Eventtype::clock ? set_due(wait) : set_file(wait, polled_[index], state);
    if (!understood) wait.error = understood.assume_error();
    wait.is_ready = wait.is_ready || !understood;
  }

  /// Returns when at least one event has happened. intr: the guest is to stop.
  Expected<void> wait(const WaitingGuest& guest) {
    for (;;) {
      const Timestamp now = clock_now(CLOCK_MONOTONIC);
      Timestamp due = never;
      for (const Wait& wait : waits_) due = std::min(due, wait.is_ready ? now : wait.due);
      const timespec timeout = to_timespec(due > now ? due - now : 0);
      WASMER_CHECK(guest.poll(polled_, due == never ? nullptr : &timeout));
      const Timestamp after = clock_now(CLOCK_MONOTONIC);
      bool happened = false;
      for (std::size_t i = 0; i < waits_.size(); ++i) {
        waits_[i].is_ready = waits_[i].is_ready || waits_[i].due <= after || polled_[i].revents != 0;
        happened = happened || waits_[i].is_ready;
      }
      if (happened) return success();
    }
  }

  /// Puts what has happened into the guest's array, which has room for all that was waited for; returns how many.
  Size put_events(std::span<std::byte> events) const {
    Size count = 0;
    for (std::size_t i = 0; i < waits_.size(); ++i)
      if (waits_[i].is_ready) store_at<Event>(events, count++, event(waits_[i], polled_[i]));
    return count;
  }

 private:
  static constexpr Timestamp never = std::numeric_limits<Timestamp>::max();

  struct Wait {
    Subscription wanted;
    typename State<FS>::Entry file;  // kept open while it is waited for
    Timestamp due = never;           // by the monotonic clock
    Errno error = Errno::success;
    bool is_ready = false;
  };

  static Timestamp clock_now(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return to_timestamp(time);
  }

  static Expected<void> set_due(Wait& wait) {
    const Subscription& wanted = wait.wanted;
    if (wanted.clock == ClockId::process_cputime_id || wanted.clock == ClockId::thread_cputime_id) return Errno::notsup;
    WASMER_TRY(const clockid_t clock, to_clock(wanted.clock));
    if (any(wanted.flags - Subclockflags::abstime)) return Errno::inval;
    Timestamp delay = wanted.timeout;
    if (has(wanted.flags, Subclockflags::abstime)) delay -= std::min(delay, clock_now(clock));
    const Timestamp now = clock_now(CLOCK_MONOTONIC);
    wait.due = delay < never - 1 - now ? now + delay : never - 1;
    return success();
  }

  static Expected<void> set_file(Wait& wait, pollfd& polled, const State<FS>& state) {
    if (wait.wanted.type != Eventtype::fd_read && wait.wanted.type != Eventtype::fd_write) return Errno::inval;
    WASMER_TRY(wait.file, state.files().get(wait.wanted.fd, Rights::poll_fd_readwrite));
    polled = {wait.file->file.pollable(), static_cast<short>(wait.wanted.type == Eventtype::fd_read ? POLLIN : POLLOUT), 0};
    wait.is_ready = polled.fd < 0;
    return success();
  }

  static Event event(const Wait& wait, const pollfd& polled) {
    Event event{wait.wanted.userdata, static_cast<std::uint16_t>(wait.error), wait.wanted.type, {}, 0, Eventrwflags::none, {}};
    if (wait.error != Errno::success || wait.wanted.type == Eventtype::clock) return event;
    if ((polled.revents & POLLNVAL) != 0) event.error = static_cast<std::uint16_t>(Errno::badf);
    if ((polled.revents & (POLLHUP | POLLERR)) != 0) event.flags = Eventrwflags::hangup;
    // For writing, what a plain file takes before it has to grow: Wasmer told it too.
    if (wait.wanted.type == Eventtype::fd_read || wait.file->type == Filetype::regular_file) event.bytes = wait.file->file.readable_bytes();
    return event;
  }

  // As many as nearly every program waits for cost no allocation.
  std::array<Wait, 8> few_;
  std::array<pollfd, 9> few_polled_;
  std::unique_ptr<Wait[]> many_;
  std::unique_ptr<pollfd[]> many_polled_;
  std::span<Wait> waits_;
  std::span<pollfd> polled_;  ///< one longer than the waits, see WaitingGuest
};

/// inval: there is nothing to wait for, or more than the limit.
template <class Version, class FS>
Expected<void> poll_oneoff(State<FS>& state, WaitingGuest memory, GuestPointer<typename Version::Subscription> in, GuestPointer<Event> out, Size count,
                           GuestPointer<Size> happened) {
  if (count == 0 || count > state.limits().subscriptions) return Errno::inval;
  const auto subscriptions = memory.bytes(GuestSpan<typename Version::Subscription>{in.address, count});
  const auto events = memory.bytes(GuestSpan<Event>{out.address, count});
  if (!subscriptions || !events || !memory.holds(happened)) return Errno::fault;

  Poll<FS> poll(count);
  for (std::size_t i = 0; i < count; ++i)
    poll.add(i, state, Version::subscription(load_at<typename Version::Subscription>(*subscriptions, i)));
  WASMER_CHECK(poll.wait(memory));
  (void)memory.store(happened, poll.put_events(*events));
  return success();
}

}  // namespace wasmer::wasi
