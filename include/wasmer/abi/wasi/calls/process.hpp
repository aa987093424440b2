#pragma once
/// \file
/// Ending, yielding and signalling.

#include <array>
#include <cstddef>
#include <cstdint>

#include <csignal>
#include <sched.h>

#include <wasmer/abi/wasi/state.hpp>

namespace wasmer::wasi {

/// A signal by WASI's number.
enum class Signal : std::uint32_t { none, count_ = 31 };

/// Ends the program: the error unwinds the guest, and `Wasi::start` makes of it the exit code.
template <class FS> Result<void> proc_exit(State<FS>&, GuestMemory, std::uint32_t code) { return Error::exit(code); }

/// A program has no signal handlers, so a signal does what it does by default: nothing, or it ends the program with 128 + the signal, as a shell reports it.
/// Stopping is `notsup`, as there is nobody to continue it.
template <class FS> Result<Errno> proc_raise(State<FS>&, GuestMemory, Signal signal) {
  constexpr int ignored = 0, stops = -1;
  constexpr std::array<int, static_cast<std::size_t>(Signal::count_)> ends{
      ignored, SIGHUP,  SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE,  SIGKILL, SIGUSR1,   SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM,
      ignored, ignored, stops,  stops,   stops,  stops,   ignored, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, ignored, SIGPOLL, SIGPWR,  SIGSYS,
  };
  if (signal >= Signal::count_) return Errno::inval;
  const int host = ends[static_cast<std::size_t>(signal)];
  if (host == ignored) return Errno::success;
  if (host == stops) return Errno::notsup;
  return Error::exit(128 + static_cast<std::uint32_t>(host));
}

template <class FS> Expected<void> sched_yield(State<FS>&, GuestMemory) { return done(::sched_yield()); }

}  // namespace wasmer::wasi
