#pragma once
/// \file
/// Clocks and random numbers.

#include <algorithm>
#include <cstddef>
#include <ctime>

#include <sys/random.h>

#include <wasmer/abi/wasi/host_file.hpp>
#include <wasmer/abi/wasi/state.hpp>

namespace wasmer::wasi {

/// inval: there is no such clock.
inline Expected<clockid_t> to_clock(ClockId clock) {
  switch (clock) {
    case ClockId::realtime: return CLOCK_REALTIME;
    case ClockId::monotonic: return CLOCK_MONOTONIC;
    case ClockId::process_cputime_id: return CLOCK_PROCESS_CPUTIME_ID;
    case ClockId::thread_cputime_id: return CLOCK_THREAD_CPUTIME_ID;
  }
  return Errno::inval;
}

template <class FS> Expected<void> clock_res_get(State<FS>&, GuestMemory memory, ClockId clock, GuestPointer<Timestamp> resolution) {
  WASMER_TRY(const clockid_t host, to_clock(clock));
  timespec time;
  if (::clock_getres(host, &time) != 0) return last_errno();
  if (!memory.store(resolution, to_timestamp(time))) return Errno::fault;
  return success();
}

template <class FS>
Expected<void> clock_time_get(State<FS>&, GuestMemory memory, ClockId clock, Timestamp /*precision*/, GuestPointer<Timestamp> now) {
  WASMER_TRY(const clockid_t host, to_clock(clock));
  timespec time;
  if (::clock_gettime(host, &time) != 0) return last_errno();
  if (!memory.store(now, to_timestamp(time))) return Errno::fault;
  return success();
}

template <class FS> Expected<void> random_get(State<FS>&, GuestMemory memory, GuestBytes buffer) {
  const auto bytes = memory.bytes(buffer);
  if (!bytes) return Errno::fault;
  for (std::span<std::byte> rest = *bytes; !rest.empty();) {
    const ssize_t got = retried([&] { return ::getrandom(rest.data(), rest.size(), 0); });
    if (got < 0) return last_errno();
    rest = rest.subspan(static_cast<std::size_t>(got));
  }
  return success();
}

}  // namespace wasmer::wasi
