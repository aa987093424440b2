#pragma once
/// \file
/// Writing where perhaps nobody reads any more: POSIX would end the process for that, which is not the guest's to end.

#include <cerrno>
#include <csignal>
#include <ctime>

namespace wasmer::wasi {

/// While it lives, a write to a pipe or socket without a reader gives EPIPE on this thread and no SIGPIPE, whatever the embedder does about that signal.
class WithoutSigpipe {
 public:
  WithoutSigpipe() {
    sigset_t pending;
    ::sigpending(&pending);
    was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
    const sigset_t pipe = only_sigpipe();
    ::pthread_sigmask(SIG_BLOCK, &pipe, &before_);
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;
  ~WithoutSigpipe() {
    const int saved = errno;
    if (saved == EPIPE && !was_pending_) {
      constexpr timespec none{};
      const sigset_t pipe = only_sigpipe();
      while (::sigtimedwait(&pipe, nullptr, &none) < 0 && errno == EINTR) {}
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = saved;
  }

 private:
  static sigset_t only_sigpipe() {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGPIPE);
    return set;
  }

  sigset_t before_;
  bool was_pending_;
};

}  // namespace wasmer::wasi
