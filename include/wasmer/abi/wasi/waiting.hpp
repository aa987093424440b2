#pragma once
/// \file
/// Waiting on a guest's behalf, until what it waits for is there or Store::interrupt wants the guest to stop.

#include <cerrno>
#include <cstddef>
#include <span>

#include <poll.h>
#include <time.h>

#include <wasmer/abi/guest.hpp>
#include <wasmer/abi/wasi/errno.hpp>
#include <wasmer/vm/store.hpp>

namespace wasmer::wasi {

/// The memory of a guest whose call may wait.
class WaitingGuest : public GuestMemory {
 public:
  WaitingGuest(std::span<std::byte> memory, Store& store) : GuestMemory(memory), store_(&store) {}

  /// poll(2) of all but the last of `polled`, which is room for a descriptor of our own. Returns when there is an event, when the time is over (null:
  /// never), and sometimes for no reason. intr: the guest is to stop.
  Expected<void> poll(std::span<pollfd> polled, const timespec* timeout) const {
    constexpr timespec slice{0, 20'000'000};  // where there is no descriptor to wait on
    pollfd& interruption = polled.back() = {store_->interruption(), POLLIN, 0};
    const bool is_sliced = interruption.fd < 0 && (timeout == nullptr || timeout->tv_sec != 0 || timeout->tv_nsec > slice.tv_nsec);
    const int happened = ::ppoll(polled.data(), polled.size(), is_sliced ? &slice : timeout, nullptr);
    if (store_->interrupted()) return Errno::intr;
    if (happened < 0 && errno != EINTR) return last_errno();
    return success();
  }

  /// Whether the guest is to stop.
  bool interrupted() const { return store_->interrupted(); }

  /// Returns when `descriptor` is ready for `events` or has come to its end. intr: the guest is to stop.
  Expected<void> wait(int descriptor, short events) const {
    pollfd polled[]{{descriptor, events, 0}, {}};
    while (polled[0].revents == 0) WASMER_CHECK(poll(polled, nullptr));
    return success();
  }

 private:
  Store* store_;
};

}  // namespace wasmer::wasi
