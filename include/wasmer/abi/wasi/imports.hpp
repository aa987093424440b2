#pragma once
/// \file
/// The table of the functions that a version of WASI provides.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>

#include <wasmer/abi/abi.hpp>
#include <wasmer/abi/wasi/calls/clock.hpp>
#include <wasmer/abi/wasi/calls/directory.hpp>
#include <wasmer/abi/wasi/calls/environment.hpp>
#include <wasmer/abi/wasi/calls/file.hpp>
#include <wasmer/abi/wasi/calls/path.hpp>
#include <wasmer/abi/wasi/calls/poll.hpp>
#include <wasmer/abi/wasi/calls/process.hpp>
#include <wasmer/abi/wasi/calls/socket.hpp>
#include <wasmer/abi/wasi/calls/thread.hpp>
#include <wasmer/abi/wasi/lower.hpp>
#include <wasmer/abi/wasi/trace.hpp>
#include <wasmer/abi/wasi/version.hpp>

namespace wasmer::wasi {

/// How many functions a version provides; a policy that is no version provides none.
template <class V> inline constexpr std::size_t call_count = 0;
template <Version V> inline constexpr std::size_t call_count<V> = 47;
template <> inline constexpr std::size_t call_count<Snapshot0> = 45;

/// What `Version` provides over the file system `FS`, as an ABI lists it. `T` hears of each call if it is a Tracer.
template <Version V, Filesystem FS, class T = NoTrace> consteval std::array<HostImport, call_count<V>> imports() {
  const auto row = []<detail::Name name, auto call>(std::string_view text) {
    if constexpr (Tracer<T>) return HostImport{V::import_namespace, text, vm::signature_of<Lowered<call>>(), &vm::adapter<Traced<name, call, T>>};
    else return HostImport{V::import_namespace, text, vm::signature_of<Lowered<call>>(), &vm::adapter<Lowered<call>>};
  };
  using Spawn = typename std::conditional_t<Tracer<T>, std::type_identity<TracedSpawn<ThreadSpawn<FS>, T>>, std::type_identity<ThreadSpawn<FS>>>::type;
#define WASI_CALL(call, ...) row.template operator()<#call, &call<__VA_ARGS__>>(#call)
  const std::array<HostImport, 47> all{
      WASI_CALL(args_get, FS),
      WASI_CALL(args_sizes_get, FS),
      WASI_CALL(clock_res_get, FS),
      WASI_CALL(clock_time_get, FS),
      WASI_CALL(environ_get, FS),
      WASI_CALL(environ_sizes_get, FS),
      WASI_CALL(fd_advise, FS),
      WASI_CALL(fd_allocate, FS),
      WASI_CALL(fd_close, FS),
      WASI_CALL(fd_datasync, FS),
      WASI_CALL(fd_fdstat_get, FS),
      WASI_CALL(fd_fdstat_set_flags, FS),
      WASI_CALL(fd_fdstat_set_rights, FS),
      WASI_CALL(fd_filestat_get, V, FS),
      WASI_CALL(fd_filestat_set_size, FS),
      WASI_CALL(fd_filestat_set_times, FS),
      WASI_CALL(fd_pread, FS),
      WASI_CALL(fd_prestat_dir_name, FS),
      WASI_CALL(fd_prestat_get, FS),
      WASI_CALL(fd_pwrite, FS),
      WASI_CALL(fd_read, FS),
      WASI_CALL(fd_readdir, FS),
      WASI_CALL(fd_renumber, FS),
      WASI_CALL(fd_seek, V, FS),
      WASI_CALL(fd_sync, FS),
      WASI_CALL(fd_tell, FS),
      WASI_CALL(fd_write, FS),
      WASI_CALL(path_create_directory, FS),
      WASI_CALL(path_filestat_get, V, FS),
      WASI_CALL(path_filestat_set_times, FS),
      WASI_CALL(path_link, FS),
      WASI_CALL(path_open, FS),
      WASI_CALL(path_readlink, FS),
      WASI_CALL(path_remove_directory, FS),
      WASI_CALL(path_rename, FS),
      WASI_CALL(path_symlink, FS),
      WASI_CALL(path_unlink_file, FS),
      WASI_CALL(poll_oneoff, V, FS),
      WASI_CALL(proc_exit, FS),
      WASI_CALL(proc_raise, FS),
      WASI_CALL(random_get, FS),
      WASI_CALL(sched_yield, FS),
      WASI_CALL(sock_recv, FS),
      WASI_CALL(sock_send, FS),
      WASI_CALL(sock_shutdown, FS),
      WASI_CALL(sock_accept, FS),
      HostImport{threads_namespace, "thread-spawn", vm::signature_of<ThreadSpawn<FS>>(), &vm::adapter<Spawn>},
  };
#undef WASI_CALL
  std::array<HostImport, call_count<V>> provided{};  // the last two came with, and after, the second version
  std::copy_n(all.begin(), provided.size(), provided.begin());
  return provided;
}

}  // namespace wasmer::wasi
