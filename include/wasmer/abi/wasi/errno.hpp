#pragma once
/// \file
/// WASI's error numbers, and what a WASI call answers: `Expected<T>`, a value or an Errno.

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <boost/outcome/basic_result.hpp>
#include <boost/outcome/policy/all_narrow.hpp>

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

/// A value, or the errno that the guest gets instead.
template <class T> using Expected = BOOST_OUTCOME_V2_NAMESPACE::basic_result<T, Errno, BOOST_OUTCOME_V2_NAMESPACE::policy::all_narrow>;

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
