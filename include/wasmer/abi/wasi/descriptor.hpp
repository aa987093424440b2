#pragma once
/// \file
/// A file descriptor of the host.

#include <cerrno>
#include <utility>

#include <unistd.h>

namespace wasmer::wasi {

/// Owns a descriptor, or merely uses one that belongs to the embedder and stays open.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  static Descriptor borrowed(int number) {
    Descriptor descriptor(number);
    descriptor.owned_ = false;
    return descriptor;
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)), owned_(other.owned_) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    std::swap(owned_, other.owned_);
    return *this;
  }
  // close() may not be retried: Linux has let go of the number even when it reports EINTR.
  ~Descriptor() {
    if (owned_ && number_ >= 0) ::close(number_);
  }

  /// Closes it at once. -1, and errno: what was written to it is perhaps not kept.
  int close() {
    const int number = std::exchange(number_, -1);
    return !owned_ || number < 0 || ::close(number) == 0 || errno == EINTR ? 0 : -1;
  }

  int number() const { return number_; }
  bool owned() const { return owned_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_ = -1;
  bool owned_ = true;
};

}  // namespace wasmer::wasi
