#pragma once
/// \file
/// Error numbers as Emscripten's programs know them: those of old are Linux's, those of today WASI's.

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include <wasmer/abi/wasi/errno.hpp>

namespace wasmer::emscripten {

using wasi::Errno;
using wasi::Expected;

/// Which of Emscripten's compilers a program is from: fastcomp (up to 1.39), or LLVM's own backend.
enum class Dialect : std::uint8_t { fastcomp, upstream };

/// Linux's number for an errno; 0 for success, EPERM for what Linux has no word for.
constexpr std::int32_t linux_number(Errno error) {
  constexpr auto hosts = std::to_array<int>({
#define WASI_ERRNO(name, host) host,
#include <wasmer/abi/wasi/errno.def>
#undef WASI_ERRNO
  });
  const auto number = static_cast<std::size_t>(error);
  if (error == Errno::success) return 0;
  return number < hosts.size() && hosts[number] != 0 ? hosts[number] : EPERM;
}

/// The number that programs of a dialect compare `errno` with.
constexpr std::int32_t number_of(Errno error, Dialect dialect) {
  return dialect == Dialect::fastcomp ? linux_number(error) : static_cast<std::int32_t>(error);
}

static_assert(number_of(Errno::noent, Dialect::fastcomp) == 2 && number_of(Errno::noent, Dialect::upstream) == 44);
static_assert(number_of(Errno::success, Dialect::fastcomp) == 0 && linux_number(Errno::notcapable) == EPERM);

}  // namespace wasmer::emscripten
