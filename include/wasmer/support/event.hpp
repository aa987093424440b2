#pragma once
/// \file
/// Something that a thread can wait for together with descriptors.

#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

namespace wasmer::support {

/// A descriptor (eventfd) that is readable while the event is set. Costs nothing until it is asked for; used by one thread at a time.
class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  bool is_set() const { return is_set_; }
  void set() {
    if (!is_set_ && descriptor_ >= 0) static_cast<void>(::eventfd_write(descriptor_, 1));
    is_set_ = true;
  }
  void clear() {
    eventfd_t count = 0;
    if (is_set_ && descriptor_ >= 0) static_cast<void>(::eventfd_read(descriptor_, &count));
    is_set_ = false;
  }

  /// For poll(2), with POLLIN; the event's own. -1: the system has none to give.
  int descriptor() {
    if (descriptor_ < 0) descriptor_ = ::eventfd(is_set_ ? 1 : 0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor_;
  }

 private:
  int descriptor_ = -1;
  bool is_set_ = false;
};

}  // namespace wasmer::support
