#include "guest_signals.hpp"

#include "../catch.hpp"

using namespace wasmer;
using namespace wasmer::tools;

TEST_CASE("a signal of the process is the guest's while it is run") {
  const auto guest = std::make_shared<emscripten::Signals>();
  guest->set_caught(SIGUSR1, true);
  {
    const GuestSignals signals(guest);
    ::raise(SIGUSR1);
  }
  CHECK(guest->take() == SIGUSR1);
  struct sigaction now {};
  ::sigaction(SIGUSR1, nullptr, &now);
  CHECK(now.sa_handler == SIG_DFL);
}
