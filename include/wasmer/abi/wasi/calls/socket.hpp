#pragma once
/// \file
/// Calls on sockets. A program has none but what its embedder hands it, so what they say of every other descriptor is what matters: notsock, badf.

#include <wasmer/abi/wasi/calls/file.hpp>
#include <wasmer/abi/wasi/state.hpp>

namespace wasmer::wasi {

enum class Riflags : std::uint16_t { none = 0, recv_peek = 1, recv_waitall = 2 };
enum class Roflags : std::uint16_t { none = 0, recv_data_truncated = 1 };
enum class Siflags : std::uint16_t { none = 0 };
enum class Sdflags : std::uint32_t { none = 0, rd = 1, wr = 2 };

namespace detail {

template <class FS> Expected<void> refuse_socket_call(const State<FS>& state, Fd fd) {
  WASMER_TRY(const auto entry, state.files().get(fd));
  const bool is_socket = entry->type == Filetype::socket_stream || entry->type == Filetype::socket_dgram;
  return is_socket ? Errno::notsup : Errno::notsock;
}

}  // namespace detail

template <class FS> Expected<void> sock_accept(State<FS>& state, GuestMemory, Fd fd, Fdflags, GuestPointer<Fd>) {
  return detail::refuse_socket_call(state, fd);
}
template <class FS>
Expected<void> sock_recv(State<FS>& state, GuestMemory, Fd fd, GuestSpan<Iovec>, Riflags, GuestPointer<Size>, GuestPointer<Roflags>) {
  return detail::refuse_socket_call(state, fd);
}
template <class FS> Expected<void> sock_send(State<FS>& state, GuestMemory, Fd fd, GuestSpan<Iovec>, Siflags, GuestPointer<Size>) {
  return detail::refuse_socket_call(state, fd);
}
template <class FS> Expected<void> sock_shutdown(State<FS>& state, GuestMemory, Fd fd, Sdflags) {
  return detail::refuse_socket_call(state, fd);
}

}  // namespace wasmer::wasi
