#pragma once
/// \file
/// Signals of the command that are its guest's.

#include <atomic>
#include <csignal>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>

#include <wasmer/abi/emscripten/signals.hpp>

namespace wasmer::tools {

/// While it lives, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 are the guest's, if it does something about them and is not at it already; else they do
/// what they do by default. There is one at a time.
class GuestSignals {
 public:
  explicit GuestSignals(std::shared_ptr<emscripten::Signals> guest) : guest_(std::move(guest)) {
    current.store(guest_.get());
    struct sigaction action {};
    action.sa_handler = &GuestSignals::handle;
    for (std::size_t i = 0; i < std::size(signals); ++i) ::sigaction(signals[i], &action, &before_[i]);
  }
  GuestSignals(const GuestSignals&) = delete;
  GuestSignals& operator=(const GuestSignals&) = delete;
  ~GuestSignals() {
    for (std::size_t i = 0; i < std::size(signals); ++i) ::sigaction(signals[i], &before_[i], nullptr);
    current.store(nullptr);
  }

 private:
  static constexpr int signals[]{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
  static inline std::atomic<emscripten::Signals*> current{nullptr};

  static void handle(int signal) {
    if (emscripten::Signals* const guest = current.load(); guest != nullptr && guest->raise(signal)) return;
    ::signal(signal, SIG_DFL);
    ::raise(signal);
  }

  std::shared_ptr<emscripten::Signals> guest_;
  struct sigaction before_[std::size(signals)];
};

}  // namespace wasmer::tools
