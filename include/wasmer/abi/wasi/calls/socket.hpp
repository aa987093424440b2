#pragma once
/// \file
/// Calls on sockets. A program has none but those that its embedder hands it, listening or connected, and what comes in by them.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <poll.h>

#include <wasmer/abi/wasi/calls/file.hpp>
#include <wasmer/abi/wasi/state.hpp>

namespace wasmer::wasi {

enum class Riflags : std::uint16_t { none = 0, recv_peek = 1, recv_waitall = 2, all = 3 };
enum class Roflags : std::uint16_t { none = 0, recv_data_truncated = 1 };
enum class Siflags : std::uint16_t { none = 0 };
enum class Sdflags : std::uint32_t { none = 0, rd = 1, wr = 2, all = 3 };
template <> inline constexpr bool is_bit_set<Riflags> = true;
template <> inline constexpr bool is_bit_set<Roflags> = true;
template <> inline constexpr bool is_bit_set<Sdflags> = true;

/// Files some of which are sockets; those of other file systems never are.
template <class F>
concept SocketFile = File<F> && requires(const F file, Buffers buffers, bool flag, bool& truncated) {
  // The next connection, which does not wait if the flag says so.
  { file.accept(flag) } -> std::same_as<Expected<F>>;
  // Bytes received, which stay if the flag says so, and whether some of a message were lost; bytes sent, without waiting for room.
  { file.receive(buffers, flag, truncated) } -> std::same_as<Expected<Size>>;
  { file.send(buffers) } -> std::same_as<Expected<Size>>;
  // No more reading, no more writing, or both.
  { file.shutdown(flag, flag) } -> std::same_as<Expected<void>>;
};

namespace detail {

/// The file, if it is a socket; notsock: it is another.
template <class FS> Expected<typename State<FS>::Entry> socket(const State<FS>& state, Fd fd, Rights needed) {
  WASMER_TRY(auto any, state.files().get(fd));
  if (any->type != Filetype::socket_stream && any->type != Filetype::socket_dgram) return Errno::notsock;
  return state.files().get(fd, needed);
}

}  // namespace detail

template <class FS> Expected<void> sock_accept(State<FS>& state, WaitingGuest memory, Fd fd, Fdflags flags, GuestPointer<Fd> connection) {
  WASMER_TRY(const auto entry, detail::socket(state, fd, Rights::sock_accept));
  if constexpr (SocketFile<typename FS::File>) {
    if (any(flags - Fdflags::nonblock)) return Errno::inval;
    if (!memory.holds(connection)) return Errno::fault;
    if (state.files().is_full()) return Errno::mfile;
    WASMER_CHECK(detail::wait_until_ready(*entry, memory, POLLIN));
    WASMER_TRY(auto accepted, entry->file.accept(has(flags, Fdflags::nonblock)));
    WASMER_TRY(const Fd number, state.files().insert(std::make_shared<OpenFile<typename State<FS>::File>>(
                                    std::move(accepted), Filetype::socket_stream, connection_rights, Rights::none, false)));
    (void)memory.store(connection, number);
    return success();
  } else {
    return Errno::notsock;
  }
}

/// With recv_waitall it comes back when all is there, when no more can come, or with what there was before an error.
template <class FS>
Expected<void> sock_recv(State<FS>& state, WaitingGuest memory, Fd fd, GuestSpan<Iovec> buffers, Riflags flags, GuestPointer<Size> received,
                         GuestPointer<Roflags> answer) {
  WASMER_TRY(const auto entry, detail::socket(state, fd, Rights::fd_read));
  if constexpr (SocketFile<typename FS::File>) {
    if (any(flags - Riflags::all)) return Errno::inval;
    IoBuffers pieces;
    WASMER_CHECK(pieces.assign(memory, buffers));
    if (!memory.holds(received) || !memory.holds(answer)) return Errno::fault;
    const bool peeks = has(flags, Riflags::recv_peek), waits_for_all = has(flags, Riflags::recv_waitall) && !peeks;
    bool truncated = false;
    Size total = 0;
    do {
      Expected<bool> ready = detail::wait_until_ready(*entry, memory, POLLIN);
      Expected<Size> bytes = ready ? entry->file.receive(pieces, peeks, truncated) : Expected<Size>(ready.assume_error());
      if (!bytes && (total == 0 || bytes.assume_error() == Errno::intr)) return bytes.assume_error();
      if (!bytes || bytes.assume_value() == 0) break;
      total += bytes.assume_value();
      pieces.skip(bytes.assume_value());
    } while (waits_for_all && !pieces.empty());
    (void)memory.store(received, total);
    (void)memory.store(answer, truncated ? Roflags::recv_data_truncated : Roflags::none);
    return success();
  } else {
    return Errno::notsock;
  }
}

template <class FS> Expected<void> sock_send(State<FS>& state, WaitingGuest memory, Fd fd, GuestSpan<Iovec> buffers, Siflags flags, GuestPointer<Size> sent) {
  WASMER_TRY(const auto entry, detail::socket(state, fd, Rights::fd_write));
  if constexpr (SocketFile<typename FS::File>) {
    if (flags != Siflags::none) return Errno::inval;
    IoBuffers pieces;
    WASMER_CHECK(pieces.assign(memory, buffers));
    if (!memory.holds(sent)) return Errno::fault;
    for (;;) {
      WASMER_TRY(const bool waited, detail::wait_until_ready(*entry, memory, POLLOUT));
      const Expected<Size> bytes = entry->file.send(pieces);
      if (!bytes && waited && bytes.assume_error() == Errno::again) continue;
      if (!bytes) return bytes.assume_error();
      (void)memory.store(sent, bytes.assume_value());
      return success();
    }
  } else {
    return Errno::notsock;
  }
}

template <class FS> Expected<void> sock_shutdown(State<FS>& state, GuestMemory, Fd fd, Sdflags how) {
  WASMER_TRY(const auto entry, detail::socket(state, fd, Rights::sock_shutdown));
  if constexpr (SocketFile<typename FS::File>) {
    if (how == Sdflags::none || any(how - Sdflags::all)) return Errno::inval;
    return entry->file.shutdown(has(how, Sdflags::rd), has(how, Sdflags::wr));
  } else {
    return Errno::notsock;
  }
}

}  // namespace wasmer::wasi
