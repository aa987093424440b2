#pragma once
/// \file
/// Threads (the proposal wasi-threads).

#include <cstdint>
#include <string_view>

#include <wasmer/abi/wasi/errno.hpp>
#include <wasmer/abi/wasi/state.hpp>
#include <wasmer/vm/host.hpp>

namespace wasmer::wasi {

inline constexpr std::string_view threads_namespace = "wasi";

/// `thread-spawn`: gives the thread's id, or a negative number. Not a call like the others: it needs the instance that calls, to make another one.
template <class FS> struct ThreadSpawn {
  using Shape = vm::detail::ShapeOf<std::int32_t(Caller&, std::int32_t)>;

  static std::int32_t call(void* state, Caller& caller, std::int32_t argument) {
    const auto id = static_cast<State<FS>*>(state)->threads().spawn(caller.instance(), argument);
    return id ? *id : -static_cast<std::int32_t>(Errno::again);
  }
};

}  // namespace wasmer::wasi
