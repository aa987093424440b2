#pragma once
/// \file
/// Our handler among others: puts itself in front of those that are there, and hands on to them what is not ours.

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <wasmer/support/published.hpp>

namespace wasmer::vm {

/// The process's handlers for the signals that guest code raises.
class SignalChain {
 public:
  using Handler = void (*)(int, siginfo_t*, void*);

  /// Puts `handler` in front of what handles the signals now, unless it is there: a library may have put itself in its place, or back what was before.
  static void install(Handler handler) {
    for (std::size_t i = 0; i < signals.size(); ++i) {
      struct sigaction present {};
      if (::sigaction(signals[i], nullptr, &present) != 0 || is(present, handler)) continue;
      chain_.change([&](Chain& chain) { chain.put_first(i, present); });
      struct sigaction ours = present;
      ours.sa_sigaction = handler;
      ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART;
      ::sigaction(signals[i], &ours, nullptr);
    }
  }

  /// The same, where a library that has put itself in `handler`'s place is told by SIGSEGV, which none leaves out: a quarter of the system calls.
  static void renew(Handler handler) {
    struct sigaction present {};
    if (::sigaction(SIGSEGV, nullptr, &present) != 0 || !is(present, handler)) install(handler);
  }

  /// Does with a signal what would be done if we were not here. Async-signal-safe.
  static void pass_on(int signal, siginfo_t* info, void* context) {
    // A handler that we pass a signal on to may pass it back, having been installed over ours: it then goes to the one before. Such a call comes from deeper
    // on the stack; a handler that jumped out of its signal leaves a mark that is no deeper than the next signal's.
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    const Passing outer = passing_;
    passing_ = {here, outer.frame != 0 && here < outer.frame ? outer.depth + 1 : 0};
    deliver(chain_.read([&](const Chain& chain) { return chain.at(signal, passing_.depth); }), signal, info, context);
    passing_ = outer;
  }

 private:
  static constexpr std::array signals{SIGSEGV, SIGBUS, SIGILL, SIGFPE};

  /// For each signal, the handlers that were found, the latest first.
  struct Chain {
    static constexpr std::size_t most = 8;
    std::array<std::array<struct sigaction, most>, signals.size()> found{};  ///< all zero: the default

    void put_first(std::size_t signal, const struct sigaction& action) {
      auto& list = found[signal];
      auto old = std::find_if(list.begin(), list.end() - 1, [&](const struct sigaction& each) { return each.sa_sigaction == action.sa_sigaction; });
      std::move_backward(list.begin(), old, old + 1);
      list.front() = action;
    }
    struct sigaction at(int signal, std::size_t depth) const {
      const auto index = static_cast<std::size_t>(std::find(signals.begin(), signals.end(), signal) - signals.begin());
      if (depth < most && index < signals.size()) return found[index][depth];
      return {};
    }
  };
  /// A signal that is being passed on: the frame that does it, and to which handler of the chain.
  struct Passing {
    std::uintptr_t frame;
    std::size_t depth;
  };

  static bool is(const struct sigaction& action, Handler handler) { return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == handler; }

  static void deliver(const struct sigaction& action, int signal, siginfo_t* info, void* context) {
    if ((action.sa_flags & SA_SIGINFO) != 0) return action.sa_sigaction(signal, info, context);
    if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) return action.sa_handler(signal);
    const bool was_sent = info->si_code <= 0;  // by a process, rather than raised by an instruction
    if (action.sa_handler == SIG_IGN && was_sent) return;
    struct sigaction fatal {};
    fatal.sa_handler = SIG_DFL;
    ::sigaction(signal, &fatal, nullptr);  // the instruction runs again when we return, and ends the process
    if (was_sent) ::raise(signal);
  }

  inline static constinit support::Published<Chain> chain_;
  inline static constinit thread_local Passing passing_{};
};

}  // namespace wasmer::vm
