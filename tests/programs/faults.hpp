#pragma once
/// \file
/// Faults at the host's system calls: the executable's own functions stand before those of the C library (faults.cpp), and let one call of a thread fail.

#include <cstddef>

namespace wasmer::tests {

/// How a system call fails: with an errno, or by doing its work for one byte alone.
enum class Fault { interrupted, one_byte, no_space, no_descriptors, broken };

/// The name of what is injected: `EINTR`, `1 byte`, …
constexpr const char* name_of(Fault fault) {
  constexpr const char* names[]{"EINTR", "1 byte", "ENOSPC", "EMFILE", "EIO"};
  return names[static_cast<int>(fault)];
}

/// While it lives, counts those calls of this thread that may fail in that way, and lets the one with the number `at` (from 0) do so.
class Injection {
 public:
  Injection(Fault fault, std::size_t at);
  Injection(const Injection&) = delete;
  Injection& operator=(const Injection&) = delete;
  ~Injection();

  std::size_t calls() const { return calls_; }
  /// The call that failed; null: none has yet.
  const char* failed() const { return failed_; }
  /// Asked by each call: whether it is to fail.
  bool is_for(const char* call) {
    if (calls_++ != at_) return false;
    failed_ = call;
    return true;
  }
  Fault fault() const { return fault_; }

  /// That of this thread; null: there is none.
  static Injection* current();

 private:
  const Fault fault_;
  const std::size_t at_;
  std::size_t calls_ = 0;
  const char* failed_ = nullptr;
};

}  // namespace wasmer::tests
