#pragma once
/// \file
/// WASI's error numbers, and what a WASI call answers: `Expected<T>`, a value or an Errno.

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <wasmer/error.hpp>

namespace wasmer::wasi {

/// `errno` of wasi_snapshot_preview1; wasi_unstable numbers them alike.
enum class Errno : std::uint16_t {
#define WASI_ERRNO(name, host) name,
#include <wasmer/abi/wasi/errno.def>
#undef WASI_ERRNO
};

static_assert(static_cast<int>(Errno::notcapable) == 76);

/// The name that the specification gives an errno (2big is `toobig`, since a name begins with a letter).
constexpr std::string_view to_string(Errno error) {
  constexpr auto names = std::to_array<std::string_view>({
#define WASI_ERRNO(name, host) #name,
#include <wasmer/abi/wasi/errno.def>
#undef WASI_ERRNO
  });
  const auto number = static_cast<std::size_t>(error);
  return number < names.size() ? names[number] : "unknown";
}

/// What the host calls an error, in words for people; its name, if the host has none.
inline std::string description(Errno error) {
  constexpr auto hosts = std::to_array<int>({
#define WASI_ERRNO(name, host) host,
#include <wasmer/abi/wasi/errno.def>
#undef WASI_ERRNO
  });
  const auto number = static_cast<std::size_t>(error);
  return number < hosts.size() && hosts[number] != 0 ? std::strerror(hosts[number]) : std::string(to_string(error));
}

/// The Errno for an errno of the host; those that WASI has no word for become `io`.
constexpr Errno to_errno(int host) {
  constexpr auto hosts = std::to_array<int>({
#define WASI_ERRNO(name, host) host,
#include <wasmer/abi/wasi/errno.def>
#undef WASI_ERRNO
  });
  for (std::size_t number = 1; number < hosts.size(); ++number)
    if (hosts[number] != 0 && hosts[number] == host) return static_cast<Errno>(number);
  return Errno::io;
}

/// What the last failed system call of this thread says.
inline Errno last_errno() { return to_errno(errno); }

/// A value, or the errno that the guest gets instead; read like a Result. (A Result's own template costs ten times as much to compile, and calls are many.)
template <class T> class [[nodiscard]] Expected {
 public:
  Expected(T value) : value_(std::move(value)) {}
  Expected(Errno error) : error_(error) {}

  bool has_value() const { return value_.has_value(); }
  explicit operator bool() const { return has_value(); }
  /// Throws std::bad_optional_access where there is none; `assume_value` is for those who have asked.
  T& value() & { return value_.value(); }
  const T& value() const& { return value_.value(); }
  T&& value() && { return std::move(value_).value(); }
  T& assume_value() & { return *value_; }
  const T& assume_value() const& { return *value_; }
  T&& assume_value() && { return *std::move(value_); }
  Errno assume_error() const { return error_; }
  Errno as_failure() const { return error_; }

 private:
  std::optional<T> value_;
  Errno error_ = Errno::success;
};

template <> class [[nodiscard]] Expected<void> {
 public:
  Expected(decltype(success())) {}
  Expected(Errno error) : error_(error) {}

  bool has_value() const { return error_ == Errno::success; }
  explicit operator bool() const { return has_value(); }
  Errno assume_error() const { return error_; }
  Errno as_failure() const { return error_; }

 private:
  Errno error_ = Errno::success;
};

/// The answer of a system call that returns -1 for an error: its value, or its errno.
template <class T> Expected<T> checked(T value) {
  if (value == T(-1)) [[unlikely]] return last_errno();
  return value;
}
/// The same where the value says nothing.
inline Expected<void> done(int value) {
  if (value == -1) [[unlikely]] return last_errno();
  return success();
}

/// Calls `call` again for as long as a signal interrupts it.
template <class Call> auto retried(Call call) {
  for (;;) {
    const auto value = call();
    if (value != decltype(value)(-1) || errno != EINTR) return value;
  }
}

}  // namespace wasmer::wasi
