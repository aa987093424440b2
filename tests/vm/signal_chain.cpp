#include <wasmer/vm/signal_chain.hpp>

#include <csignal>
#include <cstdint>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

#include "../catch.hpp"

using wasmer::vm::SignalChain;

namespace {

/// Runs `child` in a process of its own, without any signal handlers, and gives its exit status, or 128 plus the signal that ended it.
template <class Child> int status_of(Child&& child) {
  const pid_t id = ::fork();
  if (id == 0) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) std::signal(signal, SIG_DFL);
    child();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(id, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

constexpr int reached = 42;
char order[16];  ///< who was called, in order
void called(char who) { order[std::strlen(order)] = who; }
[[noreturn]] void expect(const char* calls) { ::_exit(std::strcmp(order, calls) == 0 ? reached : 1); }

/// A handler that takes nothing for its own.
void ours(int signal, siginfo_t* info, void* context) {
  called('o');
  SignalChain::pass_on(signal, info, context);
}
void plain(int) { called('p'); }
void detailed(int, siginfo_t*, void* context) { called(context != nullptr ? 'd' : '?'); }
struct sigaction saved;
void chaining(int signal, siginfo_t* info, void* context) {
  called('c');
  saved.sa_sigaction(signal, info, context);
}

void install(int signal, SignalChain::Handler handler, struct sigaction* old = nullptr) {
  struct sigaction action {};
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  action.sa_sigaction = handler;
  ::sigaction(signal, &action, old);
}
SignalChain::Handler present(int signal) {
  struct sigaction action {};
  ::sigaction(signal, nullptr, &action);
  return action.sa_sigaction;
}

/// An address that nothing is mapped at, ever.
void fault() { *reinterpret_cast<volatile int*>(std::uintptr_t{8}) = 1; }

}  // namespace

#if !defined(__SANITIZE_THREAD__)
TEST_CASE("a handler is put in front of what handles each signal that guest code raises, on the alternate stack") {
  CHECK(status_of([] {
          SignalChain::install(&ours);
          for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE}) {
            struct sigaction action {};
            ::sigaction(signal, nullptr, &action);
            if (action.sa_sigaction != &ours || (action.sa_flags & (SA_SIGINFO | SA_ONSTACK | SA_NODEFER)) != (SA_SIGINFO | SA_ONSTACK | SA_NODEFER))
              ::_exit(1);
          }
          ::_exit(present(SIGTRAP) != &ours ? reached : 2);
        }) == reached);
}

TEST_CASE("what is not ours goes to the handler from before, be it plain or with details") {
  CHECK(status_of([] {
          std::signal(SIGSEGV, plain);
          install(SIGFPE, detailed);
          SignalChain::install(&ours);
          ::raise(SIGSEGV);
          ::raise(SIGFPE);
          expect("opod");
        }) == reached);
}

TEST_CASE("a handler that is in front already is not put before itself") {
  CHECK(status_of([] {
          std::signal(SIGSEGV, plain);
          SignalChain::install(&ours);
          SignalChain::install(&ours);
          ::raise(SIGSEGV);
          expect("op");
        }) == reached);
}

TEST_CASE("renewing puts it in front where something else handles SIGSEGV") {
  CHECK(status_of([] {
          SignalChain::renew(&ours);
          if (present(SIGSEGV) != &ours || present(SIGFPE) != &ours) ::_exit(1);
          install(SIGSEGV, detailed), install(SIGFPE, detailed);
          SignalChain::renew(&ours);
          if (present(SIGSEGV) != &ours || present(SIGFPE) != &ours) ::_exit(2);
          ::raise(SIGSEGV);
          expect("od");
        }) == reached);
}

TEST_CASE("a handler that is installed later and knows ours is called once, and the one from before behind it") {
  CHECK(status_of([] {
          install(SIGSEGV, detailed);
          SignalChain::install(&ours);
          install(SIGSEGV, chaining, &saved);
          ::raise(SIGSEGV);  // theirs is in front: it passes on to ours
          if (std::strcmp(order, "cod") != 0) ::_exit(1);
          std::memset(order, 0, sizeof order);
          SignalChain::install(&ours);  // now ours is, and theirs passes back
          ::raise(SIGSEGV);
          expect("ocod");
        }) == reached);
}

TEST_CASE("signals go on to the embedder one after the other, not just the first") {
  CHECK(status_of([] {
          std::signal(SIGSEGV, plain);
          SignalChain::install(&ours);
          for (int i = 0; i < 3; ++i) ::raise(SIGSEGV);
          expect("opopop");
        }) == reached);
}

TEST_CASE("a fault that nobody else handles ends the process, by its own signal") {
  CHECK(status_of([] {
          SignalChain::install(&ours);
          fault();
        }) == 128 + SIGSEGV);
  CHECK(status_of([] {
          SignalChain::install(&ours);
          ::raise(SIGBUS);
        }) == 128 + SIGBUS);
}

TEST_CASE("an ignored signal that a process sends is ignored, and one that an instruction raises is not") {
  CHECK(status_of([] {
          std::signal(SIGSEGV, SIG_IGN);
          SignalChain::install(&ours);
          ::raise(SIGSEGV);
          expect("o");
        }) == reached);
  CHECK(status_of([] {
          std::signal(SIGSEGV, SIG_IGN);
          SignalChain::install(&ours);
          fault();
        }) == 128 + SIGSEGV);
}
#endif
