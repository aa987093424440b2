#pragma once
/// \file
/// Ending, identity, signals, limits, and the threads of a program that has one.

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <csignal>
#include <sched.h>

#include <wasmer/abi/emscripten/state.hpp>
#include <wasmer/abi/emscripten/calls/file.hpp>

namespace wasmer::emscripten {

/// The program's own `exit`: what it has registered is run, its output flushed, and the guest left.
inline Result<void> run_at_exit(State& state, const Guest& guest) {
  // What today's programs have registered they know themselves, if they were linked to.
  if (const auto own = guest.instance().function<void()>("__funcs_on_exit")) WASMER_CHECK(own.assume_value()());
  while (!state.at_exit.empty()) {
    const AtExit last = state.at_exit.back();
    state.at_exit.pop_back();
    if (last.argument) WASMER_CHECK(state.call<void(std::uint32_t)>(guest, last.function, *last.argument));
    else WASMER_CHECK(state.call<void()>(guest, last.function));
  }
  if (const auto& flush = state.exports(guest.instance()).flush) WASMER_CHECK((*flush)(0));
  else if (const auto last = guest.instance().function<void()>("__stdio_exit")) WASMER_CHECK(last.assume_value()());
  return success();
}
inline Result<void> exit(State& state, Guest guest, std::uint32_t code) {
  WASMER_CHECK(run_at_exit(state, guest));
  return Error::exit(code);
}
inline Result<void> exit_at_once(State&, Guest, std::uint32_t code) { return Error::exit(code); }
inline Result<std::int32_t> exit_call(State&, Guest, std::uint32_t code) { return Error::exit(code); }
inline std::int32_t run_at_the_end(State& state, AtExit what) {
  if (state.at_exit.size() == most_records) return -1;
  state.at_exit.push_back(what);
  return 0;
}
inline std::int32_t at_exit(State& state, Guest, std::uint32_t function, std::uint32_t argument) { return run_at_the_end(state, {function, argument}); }
inline std::int32_t at_exit_of_one(State& state, Guest, std::uint32_t function) { return run_at_the_end(state, {function, std::nullopt}); }
inline std::int32_t cxa_at_exit(State& state, Guest guest, std::uint32_t function, std::uint32_t argument, std::uint32_t) { return at_exit(state, guest, function, argument); }

inline Error aborted(std::string why) { return Error(ErrorId::unreachable, Error::no_offset, "the program aborted" + (why.empty() ? why : ": " + why)); }
inline Result<void> assert_fail(State&, Guest guest, GuestString condition, GuestString file, std::uint32_t line, GuestString function) {
  const auto text = [&](GuestString string) { return string.address == 0 ? std::string("?") : text_of(guest, string).value_or("?"); };
  return aborted("assertion `" + text(condition) + "` failed at " + text(file) + ":" + std::to_string(line) + ", " + text(function));
}

// Who the program is: Emscripten's numbers.
inline Number getpid(State&, Guest) { return 42; }
inline Number getppid(State&, Guest) { return 1; }
inline Number nobody(State&, Guest) { return 0; }
inline Number getpgid(State&, Guest, std::int32_t pid) { return pid == 0 || pid == 42 ? Number(42) : Errno::srch; }
inline Number setpgid(State&, Guest, std::int32_t pid, std::int32_t group) {
  if ((pid != 0 && pid != 42) || (group != 0 && group != 42)) return Errno::perm;
  return 0;
}
inline Number getsid(State&, Guest, std::int32_t pid) { return pid == 0 || pid == 42 ? Number(42) : Errno::srch; }
inline Number not_permitted(State&, Guest) { return Errno::perm; }
inline Number not_there(State&, Guest) { return Errno::nosys; }
inline Number no_child(State&, Guest) { return Errno::child; }
inline Number done_already(State&, Guest) { return 0; }

inline Number three_ids(State&, Guest guest, std::uint32_t real, std::uint32_t effective, std::uint32_t saved) {
  for (const std::uint32_t where : {real, effective, saved})
    if (!guest.store(GuestPointer<std::uint32_t>{where}, 0u)) return Errno::fault;
  return 0;
}
inline Number getgroups(State&, Guest guest, std::int32_t size, std::uint32_t list) {
  if (size < 1) return size == 0 ? Number(1) : Errno::inval;
  return guest.store(GuestPointer<std::uint32_t>{list}, 0u) ? Number(1) : Errno::fault;
}
inline Number umask(State& state, Guest, std::uint32_t mask) { return static_cast<std::int32_t>(std::exchange(state.umask, mask & 0777)); }

inline Number uname(State&, Guest guest, std::uint32_t where) {
  constexpr std::array<std::string_view, 6> names{"Emscripten", "emscripten", "1.0", "#1", "x86-JS", ""};
  constexpr std::uint32_t field = 65;
  const auto bytes = guest.bytes(where, field * names.size());
  if (!bytes) return Errno::fault;
  std::ranges::fill(*bytes, std::byte{0});
  for (std::size_t i = 0; i < names.size(); ++i) std::memcpy(bytes->data() + i * field, names[i].data(), names[i].size());
  return 0;
}
inline Number uname_today(State& state, Guest guest, std::uint32_t where) {
  const Number done = uname(state, guest, where);
  constexpr std::uint32_t machine = 4 * 65;
  if (const auto bytes = guest.bytes(where + machine, 7); done && bytes) std::memcpy(bytes->data(), "wasm32", 7);
  return done;
}

/// Resource limits, of which there are none; usage, which is not told. 64 bits each in today's, as in `prlimit64`.
inline Number getrlimit(State&, Guest guest, std::uint32_t, std::uint32_t where) {
  constexpr std::uint32_t infinite = 0xFFFF'FFFF;
  const bool stored = guest.store(GuestPointer<std::uint32_t>{where}, infinite) && guest.store(GuestPointer<std::uint32_t>{where + 4}, infinite);
  return stored ? Number(0) : Errno::fault;
}
inline Number prlimit(State&, Guest guest, std::int32_t, std::uint32_t resource, std::uint32_t, std::uint32_t where) {
  if (where == 0) return 0;
  constexpr std::uint32_t open_files = 7;
  const std::uint64_t limit = resource == open_files ? 1024 : ~std::uint64_t{0};
  const bool stored = guest.store(GuestPointer<std::uint64_t>{where}, limit) && guest.store(GuestPointer<std::uint64_t>{where + 8}, limit);
  return stored ? Number(0) : Errno::fault;
}
inline Number getrusage(State&, Guest guest, std::int32_t, std::uint32_t where) {
  const auto bytes = guest.bytes(where, 72);
  if (!bytes) return Errno::fault;
  std::ranges::fill(*bytes, std::byte{0});
  return 0;
}

// Signals.

/// C's functions that answer -1 and set errno; a fault where the program has no errno to set.
inline std::int32_t fail(State& state, const Guest& guest, Errno error) {
  for (const std::string_view name : {"___errno_location", "__errno_location"})
    if (const auto location = guest.instance().function<std::uint32_t()>(name))
      if (const auto where = location.assume_value()()) (void)guest.again().store(GuestPointer<std::int32_t>{where.assume_value()}, state.number(error));
  return -1;
}

inline bool can_catch(std::int32_t signal) { return signal > 0 && signal < 64 && signal != SIGKILL && signal != SIGSTOP; }
inline void set_action(State& state, std::int32_t signal, const Action& action) {
  state.actions[static_cast<std::size_t>(signal)] = action;
  state.signals()->set_caught(signal, action.handler != 0);
}
/// `struct sigaction`: the handler, a mask of 128 bytes, the flags, and a word more.
inline std::int32_t sigaction(State& state, Guest guest, std::int32_t signal, std::uint32_t wanted, std::uint32_t old) {
  if (!can_catch(signal)) return fail(state, guest, Errno::inval);
  const Action before = state.actions[static_cast<std::size_t>(signal)];
  constexpr std::uint32_t flags = 132, size = 140;
  Action action;
  if (wanted != 0) {
    if (!guest.bytes(wanted, size)) return fail(state, guest, Errno::fault);
    action = {guest.load(GuestPointer<std::uint32_t>{wanted}).value_or(0), guest.load(GuestPointer<std::uint32_t>{wanted + flags}).value_or(0)};
  }
  if (old != 0) {
    const auto bytes = guest.bytes(old, size);
    if (!bytes) return fail(state, guest, Errno::fault);
    std::ranges::fill(*bytes, std::byte{0});
    store_at<std::uint32_t>(*bytes, 0, before.handler), store_at<std::uint32_t>(*bytes, flags / 4, before.flags);
  }
  if (wanted != 0) set_action(state, signal, action);
  return 0;
}
inline std::int32_t signal(State& state, Guest, std::int32_t signal, std::uint32_t handler) {
  if (!can_catch(signal)) return -1;
  const std::uint32_t before = state.actions[static_cast<std::size_t>(signal)].handler;
  set_action(state, signal, {handler, 0});
  return static_cast<std::int32_t>(before);
}
/// A signal to oneself: its handler is run now.
inline Result<std::int32_t> raise(State& state, Guest guest, std::int32_t signal) {
  if (signal == 0) return 0;
  if (signal < 0 || signal > 63) return fail(state, guest, Errno::inval);
  const Action action = state.actions[static_cast<std::size_t>(signal)];
  const bool is_harmless = signal == SIGCHLD || signal == SIGURG || signal == SIGWINCH || signal == SIGCONT;
  if (action.handler == 1 || (action.handler == 0 && is_harmless)) return 0;
  if (action.handler == 0) return Error::exit(128 + static_cast<std::uint32_t>(signal));
  WASMER_CHECK(state.call<void(std::uint32_t)>(guest, action.handler, static_cast<std::uint32_t>(signal)));
  return 0;
}
inline Result<std::int32_t> kill(State& state, Guest guest, std::int32_t pid, std::int32_t signal) {
  if (pid != 42 && pid != 0) return fail(state, guest, pid > 0 ? Errno::srch : Errno::perm);
  return raise(state, guest, signal);
}
/// Today's programs keep their handlers themselves and ask the host only to call them.
inline Result<void> call_handler(State& state, Guest guest, std::uint32_t handler, std::uint32_t signal) { return state.call<void(std::uint32_t)>(guest, handler, signal); }

/// Masks of 64 signals, in the first 8 of their 128 bytes. A signal's bit is one below its number.
inline std::int32_t sigprocmask(State& state, Guest guest, std::int32_t how, std::uint32_t wanted, std::uint32_t old) {
  const std::uint64_t before = state.signals()->blocked() >> 1;
  if (wanted != 0) {
    const auto set = guest.load(GuestPointer<std::uint64_t>{wanted});
    if (!set || how < 0 || how > 2) return fail(state, guest, set ? Errno::inval : Errno::fault);
    const std::uint64_t now = how == 0 ? before | *set : how == 1 ? before & ~*set : *set;
    state.signals()->set_blocked(now << 1);
  }
  if (old != 0 && !guest.store(GuestPointer<std::uint64_t>{old}, before)) return fail(state, guest, Errno::fault);
  return 0;
}
inline std::int32_t sigemptyset(State&, Guest guest, std::uint32_t set) {
  if (const auto bytes = guest.bytes(set, 8)) std::ranges::fill(*bytes, std::byte{0});
  return 0;
}
inline std::int32_t sigfillset(State&, Guest guest, std::uint32_t set) {
  if (const auto bytes = guest.bytes(set, 8)) std::ranges::fill(*bytes, std::byte{0xFF});
  return 0;
}
inline std::int32_t change_set(const GuestMemory& memory, std::uint32_t set, std::int32_t signal, bool on) {
  const auto now = memory.load(GuestPointer<std::uint64_t>{set});
  if (!now || signal < 1 || signal > 64) return -1;
  const std::uint64_t bit = std::uint64_t{1} << (signal - 1);
  return memory.store(GuestPointer<std::uint64_t>{set}, on ? *now | bit : *now & ~bit) ? 0 : -1;
}
inline std::int32_t sigaddset(State&, Guest guest, std::uint32_t set, std::int32_t signal) { return change_set(guest, set, signal, true); }
inline std::int32_t sigdelset(State&, Guest guest, std::uint32_t set, std::int32_t signal) { return change_set(guest, set, signal, false); }
inline std::int32_t sigismember(State&, Guest guest, std::uint32_t set, std::int32_t signal) {
  const auto now = guest.load(GuestPointer<std::uint64_t>{set});
  return now && signal > 0 && signal <= 64 && (*now >> (signal - 1) & 1) != 0 ? 1 : 0;
}
/// Waits for a signal and runs its handler; then it is EINTR, as ever.
inline Result<std::int32_t> sigsuspend(State& state, Guest guest, std::uint32_t mask) {
  const std::uint64_t before = state.signals()->blocked();
  if (mask != 0) state.signals()->set_blocked(guest.load(GuestPointer<std::uint64_t>{mask}).value_or(0) << 1);
  while (!state.has_signals()) {
    pollfd polled[]{{state.signals()->descriptor(), POLLIN, 0}, {}};
    if (const auto waited = guest.poll(polled, nullptr); !waited) break;
  }
  WASMER_CHECK(state.deliver(guest));
  state.signals()->set_blocked(before);
  return fail(state, guest.again(), Errno::intr);
}
inline Result<std::int32_t> pause(State& state, Guest guest) { return sigsuspend(state, guest, 0); }

// Processes: there is one.
inline std::int32_t fork(State& state, Guest guest) { return fail(state, guest, Errno::nosys); }
inline std::int32_t exec(State& state, Guest guest, std::uint32_t, std::uint32_t) { return fail(state, guest, Errno::noexec); }
inline std::int32_t exec_with(State& state, Guest guest, std::uint32_t, std::uint32_t, std::uint32_t) { return fail(state, guest, Errno::noexec); }
inline std::int32_t wait_any(State& state, Guest guest, std::uint32_t) { return fail(state, guest, Errno::child); }
inline std::int32_t waitpid(State& state, Guest guest, std::int32_t, std::uint32_t, std::int32_t) { return fail(state, guest, Errno::child); }
/// `system`: a null command asks whether there is a shell, and there is none.
inline std::int32_t system(State& state, Guest guest, std::uint32_t command) { return command == 0 ? 0 : fail(state, guest, Errno::nosys); }
inline std::int32_t system_today(State& state, Guest, std::uint32_t command) { return command == 0 ? 0 : -state.number(Errno::nosys); }
/// Nobody would ring it.
inline std::int32_t alarm(State&, Guest, std::uint32_t) { return 0; }
inline std::int32_t nobody_as_c(State&, Guest) { return 0; }
inline std::int32_t set_groups(State&, Guest, std::uint32_t, std::uint32_t) { return 0; }
inline std::int32_t sched_yield(State&, Guest) { return ::sched_yield(); }
inline std::int32_t refuse_nosys(State& state, Guest guest) { return fail(state, guest, Errno::nosys); }

// Threads: there is one, so nothing is ever held by another.
inline std::int32_t thread_create(State& state, Guest, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t) { return state.number(Errno::again); }
inline Result<std::int32_t> pthread_once(State& state, Guest guest, GuestPointer<std::uint32_t> control, std::uint32_t function) {
  const auto done = guest.load(control);
  if (!done) return Error(ErrorId::out_of_bounds_memory_access);
  if (*done != 0) return 0;
  (void)guest.store(control, 1u);
  WASMER_CHECK(state.call<void()>(guest, function));
  return 0;
}
inline std::int32_t pthread_key_create(State& state, Guest guest, GuestPointer<std::uint32_t> key, std::uint32_t) {
  if (state.thread_values.size() == most_thread_keys) return state.number(Errno::again);
  if (!guest.store(key, state.next_key)) return state.number(Errno::inval);
  state.thread_values[state.next_key++] = 0;
  return 0;
}
inline std::int32_t pthread_key_delete(State& state, Guest, std::uint32_t key) { return state.thread_values.erase(key) != 0 ? 0 : state.number(Errno::inval); }
inline std::uint32_t pthread_getspecific(State& state, Guest, std::uint32_t key) {
  const auto found = state.thread_values.find(key);
  return found == state.thread_values.end() ? 0 : found->second;
}
inline std::int32_t pthread_setspecific(State& state, Guest, std::uint32_t key, std::uint32_t value) {
  const auto found = state.thread_values.find(key);
  if (found == state.thread_values.end()) return state.number(Errno::inval);
  found->second = value;
  return 0;
}
/// A semaphore is its count: who waits for one at 0 waits for nobody.
inline std::int32_t sem_init(State&, Guest guest, GuestPointer<std::uint32_t> semaphore, std::int32_t, std::uint32_t value) { return guest.store(semaphore, value) ? 0 : -1; }
inline std::int32_t sem_post(State&, Guest guest, GuestPointer<std::uint32_t> semaphore) {
  const auto count = guest.load(semaphore);
  return count && guest.store(semaphore, *count + 1) ? 0 : -1;
}
inline std::int32_t sem_trywait(State& state, Guest guest, GuestPointer<std::uint32_t> semaphore) {
  const auto count = guest.load(semaphore);
  if (!count || *count == 0) return fail(state, guest, Errno::again);
  (void)guest.store(semaphore, *count - 1);
  return 0;
}
inline std::int32_t sem_wait(State& state, Guest guest, GuestPointer<std::uint32_t> semaphore) {
  const auto count = guest.load(semaphore);
  if (!count || *count == 0) return fail(state, guest, Errno::deadlk);
  (void)guest.store(semaphore, *count - 1);
  return 0;
}
inline std::int32_t zero_of_one(State&, Guest, std::uint32_t) { return 0; }
inline std::uint32_t thread_self(State&, Guest) { return 0; }

}  // namespace wasmer::emscripten
