#pragma once
/// \file
/// Sockets, as far as the program may have any, and waiting for several files at once.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include <wasmer/abi/emscripten/calls/environment.hpp>
#include <wasmer/abi/emscripten/calls/file.hpp>
#include <wasmer/abi/emscripten/calls/time.hpp>
#include <wasmer/abi/emscripten/net.hpp>
#include <wasmer/abi/emscripten/state.hpp>

namespace wasmer::emscripten {

/// An open socket and its descriptor at the host. notsock: it is another file.
struct OpenSocket {
  Entry entry;
  int host = -1;
};
inline Expected<OpenSocket> socket_of(State& state, Fd fd) {
  WASMER_TRY(Entry entry, opened(state, fd));
  const wasi::HostFile* const file = entry->file.as<wasi::HostFile>();
  if (file == nullptr || (entry->type != Filetype::socket_stream && entry->type != Filetype::socket_dgram)) return Errno::notsock;
  const int host = file->number();
  return OpenSocket{std::move(entry), host};
}
inline Expected<Fd> insert_socket(State& state, int host, bool is_stream, bool is_nonblocking) {
  wasi::HostFile file{wasi::Descriptor(host)};
  if (is_nonblocking) WASMER_CHECK(file.set_flags(Fdflags::nonblock));
  return state.files().insert(make_entry(File(std::move(file)), is_stream ? Filetype::socket_stream : Filetype::socket_dgram));
}

/// An address of the guest's: `struct sockaddr_in` or `sockaddr_in6`, which lie alike everywhere.
inline Expected<SocketAddress> address_at(const GuestMemory& memory, std::uint32_t where, std::uint32_t size) {
  const auto family = memory.load(GuestPointer<std::uint16_t>{where});
  if (!family) return Errno::fault;
  if (*family == AF_INET) {
    const auto bytes = memory.bytes(where, 8);
    if (size < sizeof(sockaddr_in)) return Errno::inval;
    if (!bytes) return Errno::fault;
    in_addr address;
    std::uint16_t port = 0;
    std::memcpy(&port, bytes->data() + 2, 2), std::memcpy(&address, bytes->data() + 4, 4);
    return SocketAddress::of(address, ntohs(port));
  }
  if (*family == AF_INET6) {
    const auto bytes = memory.bytes(where, 24);
    if (size < 24) return Errno::inval;
    if (!bytes) return Errno::fault;
    in6_addr address;
    std::uint16_t port = 0;
    std::memcpy(&port, bytes->data() + 2, 2), std::memcpy(&address, bytes->data() + 8, 16);
    return SocketAddress::of(address, ntohs(port));
  }
  return Errno::afnosupport;
}
/// Puts an address where the program wants it, as much as it has room for, and how much there was.
inline Expected<void> put_address(const GuestMemory& memory, std::uint32_t where, std::uint32_t size_at, const SocketAddress& address) {
  if (where == 0 || size_at == 0) return success();
  const auto room = memory.load(GuestPointer<std::uint32_t>{size_at});
  if (!room) return Errno::fault;
  std::array<std::byte, 28> text{};
  std::uint32_t size = 0;
  const auto put = [&](std::size_t at, const void* data, std::size_t bytes) { std::memcpy(text.data() + at, data, bytes); };
  const std::uint16_t family = address.family();
  put(0, &family, 2);
  if (family == AF_INET6) {
    put(2, &address.six().sin6_port, 2), put(8, &address.six().sin6_addr, 16);
    size = 28;
  } else if (family == AF_INET) {
    put(2, &address.four().sin_port, 2), put(4, &address.four().sin_addr, 4);
    size = 16;
  } else {
    size = 2;
  }
  const auto bytes = memory.bytes(where, std::min(*room, size));
  if (!bytes) return Errno::fault;
  std::memcpy(bytes->data(), text.data(), bytes->size());
  (void)memory.store(GuestPointer<std::uint32_t>{size_at}, size);
  return success();
}

inline Number socket(State& state, Guest, std::int32_t family, std::int32_t type, std::int32_t protocol) {
  if (state.net().empty()) return Errno::acces;
  if (family != AF_INET && family != AF_INET6) return Errno::afnosupport;
  const std::int32_t kind = type & 0xF;
  if (kind != SOCK_STREAM && kind != SOCK_DGRAM) return Errno::prototype;
  if (protocol != 0 && protocol != (kind == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP)) return Errno::protonosupport;
  if (state.files().is_full()) return Errno::mfile;
  const int made = ::socket(family, kind | SOCK_CLOEXEC, protocol);
  if (made < 0) return wasi::last_errno();
  WASMER_TRY(const Fd fd, insert_socket(state, made, kind == SOCK_STREAM, (type & SOCK_NONBLOCK) != 0));
  return static_cast<std::int32_t>(fd);
}
inline Number bind(State& state, Guest guest, Fd fd, std::uint32_t where, std::uint32_t size) {
  WASMER_TRY(const OpenSocket socket, socket_of(state, fd));
  WASMER_TRY(SocketAddress address, address_at(guest, where, size));
  if (!state.net().allow_listen(address)) return Errno::acces;
  WASMER_CHECK(wasi::done(::bind(socket.host, address.host(), address.size)));
  return 0;
}
/// acces: the socket is not bound, so that its port would be any.
inline Number listen(State& state, Guest, Fd fd, std::int32_t backlog) {
  WASMER_TRY(const OpenSocket socket, socket_of(state, fd));
  SocketAddress address;
  WASMER_CHECK(wasi::done(::getsockname(socket.host, address.host(), &address.size)));
  if (address.port() == 0 || !state.net().allow_listen(address)) return Errno::acces;
  WASMER_CHECK(wasi::done(::listen(socket.host, backlog)));
  return 0;
}
inline Number connect(State& state, Guest guest, Fd fd, std::uint32_t where, std::uint32_t size) {
  WASMER_TRY(const OpenSocket socket, socket_of(state, fd));
  WASMER_TRY(const SocketAddress address, address_at(guest, where, size));
  if (!state.net().allow_connect(address)) return Errno::acces;
  const bool waits = !wasi::has(socket.entry->file.flags(), Fdflags::nonblock);
  // Never waited for by the system call itself, so that the guest can be stopped.
  const int before = ::fcntl(socket.host, F_GETFL);
  (void)::fcntl(socket.host, F_SETFL, before | O_NONBLOCK);
  const int done = ::connect(socket.host, address.host(), address.size);
  const int error = done == 0 ? 0 : errno;
  (void)::fcntl(socket.host, F_SETFL, before);
  if (error == 0) return 0;
  if (error != EINPROGRESS || !waits) return wasi::to_errno(error);
  WASMER_CHECK(state.wait(guest, socket.host, POLLOUT));
  int result = 0;
  socklen_t length = sizeof result;
  WASMER_CHECK(wasi::done(::getsockopt(socket.host, SOL_SOCKET, SO_ERROR, &result, &length)));
  if (result != 0) return wasi::to_errno(result);
  return 0;
}
inline Number accept4(State& state, Guest guest, Fd fd, std::uint32_t where, std::uint32_t size_at, std::int32_t flags) {
  WASMER_TRY(const OpenSocket socket, socket_of(state, fd));
  if (state.files().is_full()) return Errno::mfile;
  WASMER_CHECK(wait_until_ready(state, guest, socket.entry, POLLIN));
  SocketAddress peer;
  const int made = wasi::retried([&] { return ::accept4(socket.host, peer.host(), &peer.size, SOCK_CLOEXEC); });
  if (made < 0) return wasi::last_errno();
  WASMER_TRY(const Fd number, insert_socket(state, made, true, (flags & SOCK_NONBLOCK) != 0));
  if (const auto put = put_address(guest, where, size_at, peer); !put) {
    (void)state.files().close(number);
    return put.assume_error();
  }
  return static_cast<std::int32_t>(number);
}
inline Number accept(State& state, Guest guest, Fd fd, std::uint32_t where, std::uint32_t size_at) { return accept4(state, guest, fd, where, size_at, 0); }

template <int (*name)(int, sockaddr*, socklen_t*) noexcept> Number socket_name(State& state, Guest guest, Fd fd, std::uint32_t where, std::uint32_t size_at) {
  WASMER_TRY(const OpenSocket socket, socket_of(state, fd));
  SocketAddress address;
  WASMER_CHECK(wasi::done(name(socket.host, address.host(), &address.size)));
  WASMER_CHECK(put_address(guest, where, size_at, address));
  return 0;
}
inline Number shutdown(State& state, Guest, Fd fd, std::int32_t how) {
  WASMER_TRY(const OpenSocket socket, socket_of(state, fd));
  if (how < 0 || how > 2) return Errno::inval;
  WASMER_CHECK(wasi::done(::shutdown(socket.host, how)));
  return 0;
}
inline Number socketpair(State&, Guest, std::int32_t, std::int32_t, std::int32_t, std::uint32_t) { return Errno::notsup; }

/// Flags of sending and receiving that mean something here: out of band, peek, don't wait, all of it.
inline int message_flags(std::int32_t flags) { return (flags & (MSG_PEEK | MSG_DONTWAIT | MSG_WAITALL)) | MSG_NOSIGNAL; }

inline Number receive_into(State& state, const Guest& guest, const OpenSocket& socket, wasi::Buffers buffers, std::int32_t flags, SocketAddress* from) {
  if ((flags & MSG_DONTWAIT) == 0) WASMER_CHECK(wait_until_ready(state, guest, socket.entry, POLLIN));
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(buffers.data()), message.msg_iovlen = buffers.size();
  if (from != nullptr) message.msg_name = from->host(), message.msg_namelen = from->size;
  const ssize_t bytes = wasi::retried([&] { return ::recvmsg(socket.host, &message, message_flags(flags) & ~MSG_WAITALL); });
  if (bytes < 0) return wasi::last_errno();
  if (from != nullptr) from->size = message.msg_namelen;
  return static_cast<std::int32_t>(bytes);
}
inline Number send_from(State& state, const Guest& guest, const OpenSocket& socket, wasi::Buffers buffers, std::int32_t flags, const SocketAddress* to) {
  if (to != nullptr && !state.net().allow_connect(*to)) return Errno::acces;
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(buffers.data()), message.msg_iovlen = buffers.size();
  if (to != nullptr) message.msg_name = const_cast<sockaddr*>(to->host()), message.msg_namelen = to->size;
  for (;;) {
    bool waited = false;
    if ((flags & MSG_DONTWAIT) == 0) {
      WASMER_TRY(waited, wait_until_ready(state, guest, socket.entry, POLLOUT));
    }
    const ssize_t bytes = wasi::retried([&] { return ::sendmsg(socket.host, &message, (message_flags(flags) & ~(MSG_PEEK | MSG_WAITALL)) | MSG_DONTWAIT); });
    if (bytes < 0 && waited && errno == EAGAIN) continue;
    if (bytes < 0) return wasi::last_errno();
    return static_cast<std::int32_t>(bytes);
  }
}
inline Number recvfrom(State& state, Guest guest, Fd fd, GuestBytes buffer, std::int32_t flags, std::uint32_t where, std::uint32_t size_at) {
  WASMER_TRY(const OpenSocket socket, socket_of(state, fd));
  WASMER_TRY(const auto buffers, piece(guest, buffer));
  SocketAddress from;
  WASMER_TRY(const std::int32_t bytes, receive_into(state, guest, socket, buffers, flags, &from));
  WASMER_CHECK(put_address(guest, where, size_at, from));
  return bytes;
}
inline Number recv(State& state, Guest guest, Fd fd, GuestBytes buffer, std::int32_t flags) { return recvfrom(state, guest, fd, buffer, flags, 0, 0); }
inline Number sendto(State& state, Guest guest, Fd fd, GuestBytes buffer, std::int32_t flags, std::uint32_t where, std::uint32_t size) {
  WASMER_TRY(const OpenSocket socket, socket_of(state, fd));
  WASMER_TRY(const auto buffers, piece(guest, buffer));
  if (where == 0) return send_from(state, guest, socket, buffers, flags, nullptr);
  WASMER_TRY(const SocketAddress to, address_at(guest, where, size));
  return send_from(state, guest, socket, buffers, flags, &to);
}
inline Number send(State& state, Guest guest, Fd fd, GuestBytes buffer, std::int32_t flags) { return sendto(state, guest, fd, buffer, flags, 0, 0); }

/// `struct msghdr`: name, its size, buffers, how many, control and its size, flags.
using Message = std::array<std::uint32_t, 7>;
inline Number sendmsg(State& state, Guest guest, Fd fd, GuestPointer<Message> where, std::int32_t flags) {
  const auto message = guest.load(where);
  if (!message) return Errno::fault;
  WASMER_TRY(const OpenSocket socket, socket_of(state, fd));
  wasi::IoBuffers buffers;
  WASMER_CHECK(buffers.assign(guest, {(*message)[2], (*message)[3]}));
  if ((*message)[0] == 0) return send_from(state, guest, socket, buffers, flags, nullptr);
  WASMER_TRY(const SocketAddress to, address_at(guest, (*message)[0], (*message)[1]));
  return send_from(state, guest, socket, buffers, flags, &to);
}
inline Number recvmsg(State& state, Guest guest, Fd fd, GuestPointer<Message> where, std::int32_t flags) {
  const auto message = guest.load(where);
  if (!message) return Errno::fault;
  WASMER_TRY(const OpenSocket socket, socket_of(state, fd));
  wasi::IoBuffers buffers;
  WASMER_CHECK(buffers.assign(guest, {(*message)[2], (*message)[3]}));
  SocketAddress from;
  WASMER_TRY(const std::int32_t bytes, receive_into(state, guest, socket, buffers, flags, &from));
  if ((*message)[0] != 0) WASMER_CHECK(put_address(guest, (*message)[0], where.address + 4, from));
  (void)guest.store(GuestPointer<std::uint32_t>{where.address + 20}, 0u);  // no control data
  (void)guest.store(GuestPointer<std::uint32_t>{where.address + 24}, 0u);
  return bytes;
}

/// An option of a socket's that programs may set, as the host numbers it: Emscripten's numbers are Linux's. noprotoopt: another.
inline Expected<std::pair<int, int>> socket_option(std::uint32_t level, std::uint32_t option) {
  constexpr std::array of_socket{SO_REUSEADDR, SO_TYPE, SO_ERROR, SO_BROADCAST, SO_SNDBUF, SO_RCVBUF, SO_KEEPALIVE, SO_ACCEPTCONN, SO_LINGER};
  constexpr std::array of_tcp{TCP_NODELAY, TCP_CORK, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_DEFER_ACCEPT, TCP_MAXSEG};
  const int number = static_cast<int>(option);
  if (level == SOL_SOCKET && std::ranges::find(of_socket, number) != of_socket.end()) return std::pair{SOL_SOCKET, number};
  if (level == IPPROTO_TCP && std::ranges::find(of_tcp, number) != of_tcp.end()) return std::pair{static_cast<int>(IPPROTO_TCP), number};
  if (level == IPPROTO_IPV6 && number == IPV6_V6ONLY) return std::pair{static_cast<int>(IPPROTO_IPV6), number};
  return Errno::noprotoopt;
}
inline Number getsockopt(State& state, Guest guest, Fd fd, std::uint32_t level, std::uint32_t option, std::uint32_t where, std::uint32_t size_at) {
  WASMER_TRY(const OpenSocket socket, socket_of(state, fd));
  WASMER_TRY(const auto wanted, socket_option(level, option));
  const auto room = guest.load(GuestPointer<std::uint32_t>{size_at});
  const auto bytes = room ? guest.bytes(where, std::min(*room, 8u)) : std::nullopt;
  if (!bytes) return Errno::fault;
  std::array<std::byte, 8> value{};
  socklen_t size = value.size();
  WASMER_CHECK(wasi::done(::getsockopt(socket.host, wanted.first, wanted.second, value.data(), &size)));
  int error = 0;
  std::memcpy(&error, value.data(), sizeof error);
  if (wanted == std::pair{SOL_SOCKET, SO_ERROR} && error != 0) {
    error = state.number(wasi::to_errno(error));
    std::memcpy(value.data(), &error, sizeof error);
  }
  const std::size_t given = std::min<std::size_t>(bytes->size(), size);
  std::memcpy(bytes->data(), value.data(), given);
  (void)guest.store(GuestPointer<std::uint32_t>{size_at}, static_cast<std::uint32_t>(given));
  return 0;
}
inline Number setsockopt(State& state, Guest guest, Fd fd, std::uint32_t level, std::uint32_t option, GuestBytes value) {
  WASMER_TRY(const OpenSocket socket, socket_of(state, fd));
  WASMER_TRY(const auto wanted, socket_option(level, option));
  const auto bytes = guest.bytes(value);
  if (!bytes || bytes->size() > 64) return Errno::fault;
  // To linger is to wait in close(2), where nobody could stop the guest: what is sent is sent in the background, as always. Only to let go of it at once is heeded.
  constexpr std::size_t seconds = 1;
  if (wanted == std::pair{SOL_SOCKET, SO_LINGER} && bytes->size() >= sizeof(linger) && load_at<std::int32_t>(*bytes, seconds) != 0) return 0;
  WASMER_CHECK(wasi::done(::setsockopt(socket.host, wanted.first, wanted.second, bytes->data(), static_cast<socklen_t>(bytes->size()))));
  return 0;
}

/// `socketcall(which, arguments)`: i386's one call for all of sockets.
inline Number socketcall(State& state, Guest guest, std::uint32_t which, std::uint32_t where) {
  std::array<std::uint32_t, 6> a{};
  constexpr std::array<std::size_t, 19> counts{0, 3, 3, 3, 2, 3, 3, 3, 4, 4, 4, 6, 6, 2, 5, 5, 3, 3, 4};
  if (which == 0 || which >= counts.size()) return Errno::inval;
  for (std::size_t i = 0; i < counts[which]; ++i) {
    const auto word = guest.load(GuestPointer<std::uint32_t>{static_cast<std::uint32_t>(where + 4 * i)});
    if (!word) return Errno::fault;
    a[i] = *word;
  }
  const auto signed_ = [&](std::size_t i) { return static_cast<std::int32_t>(a[i]); };
  const Fd fd{a[0]};
  switch (which) {
    case 1: return socket(state, guest, signed_(0), signed_(1), signed_(2));
    case 2: return bind(state, guest, fd, a[1], a[2]);
    case 3: return connect(state, guest, fd, a[1], a[2]);
    case 4: return listen(state, guest, fd, signed_(1));
    case 5: return accept(state, guest, fd, a[1], a[2]);
    case 6: return socket_name<&::getsockname>(state, guest, fd, a[1], a[2]);
    case 7: return socket_name<&::getpeername>(state, guest, fd, a[1], a[2]);
    case 8: return socketpair(state, guest, signed_(0), signed_(1), signed_(2), a[3]);
    case 9: return send(state, guest, fd, {a[1], a[2]}, signed_(3));
    case 10: return recv(state, guest, fd, {a[1], a[2]}, signed_(3));
    case 11: return sendto(state, guest, fd, {a[1], a[2]}, signed_(3), a[4], a[5]);
    case 12: return recvfrom(state, guest, fd, {a[1], a[2]}, signed_(3), a[4], a[5]);
    case 13: return shutdown(state, guest, fd, signed_(1));
    case 14: return setsockopt(state, guest, fd, a[1], a[2], {a[3], a[4]});
    case 15: return getsockopt(state, guest, fd, a[1], a[2], a[3], a[4]);
    case 16: return sendmsg(state, guest, fd, {a[1]}, signed_(2));
    case 17: return recvmsg(state, guest, fd, {a[1]}, signed_(2));
    case 18: return accept4(state, guest, fd, a[1], a[2], signed_(3));
    default: return Errno::inval;
  }
}

// Waiting for several.

/// Files to wait for, each with what is waited for. Those that are always ready are.
class Waits {
 public:
  void add(const Entry& entry, short events) {
    const int host = entry ? entry->file.pollable() : -1;
    const bool is_plain = entry && (host < 0 || entry->type == Filetype::regular_file || entry->type == Filetype::directory);
    files_.push_back(entry);
    polled_.push_back({is_plain ? -1 : host, events, 0});
    ready_.push_back(is_plain ? static_cast<short>(events & (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM)) : short{0});
    is_ready_ = is_ready_ || ready_.back() != 0;
  }
  void nothing() { files_.emplace_back(), polled_.push_back({-1, 0, 0}), ready_.push_back(0); }
  /// Counts as an event right away, such as POLLNVAL.
  void at_once(short event) { nothing(), ready_.back() = event, is_ready_ = true; }

  /// Returns when something has happened, or after so many milliseconds; negative: never. intr: a signal has come in, or the guest is to stop.
  Expected<void> wait(State& state, const Guest& guest, std::int64_t nanoseconds) {
    const auto now = [] {
      timespec time{};
      ::clock_gettime(CLOCK_MONOTONIC, &time);
      return static_cast<std::int64_t>(wasi::to_timestamp(time));
    };
    const std::size_t own = polled_.size();
    polled_.push_back({state.signals()->descriptor(), POLLIN, 0});
    polled_.push_back({});
    const std::int64_t begin = now();
    for (;;) {
      const std::int64_t rest = is_ready_ ? 0 : nanoseconds < 0 ? -1 : std::max<std::int64_t>(0, nanoseconds - (now() - begin));
      const timespec timeout = wasi::to_timespec(static_cast<std::uint64_t>(std::max<std::int64_t>(0, rest)));
      WASMER_CHECK(guest.poll(polled_, rest < 0 ? nullptr : &timeout));
      bool happened = is_ready_;
      for (std::size_t i = 0; i < own; ++i) happened = happened || polled_[i].revents != 0;
      if (!happened && state.has_signals()) return Errno::intr;
      if (happened || rest == 0) return success();
    }
  }
  short events(std::size_t index) const { return static_cast<short>(ready_[index] | polled_[index].revents); }

 private:
  std::vector<Entry> files_;  // kept open while they are waited for
  std::vector<pollfd> polled_;
  std::vector<short> ready_;
  bool is_ready_ = false;
};

/// `struct pollfd` is {i32, i16, i16}. inval: more of them than the limit.
inline Number poll(State& state, Guest guest, std::uint32_t where, std::uint32_t count, std::int32_t timeout) {
  if (count > state.host().limits().subscriptions) return Errno::inval;
  const auto bytes = guest.bytes(where, std::uint64_t{count} * 8);
  if (!bytes) return Errno::fault;
  Waits waits;
  for (std::size_t i = 0; i < count; ++i) {
    const auto fd = load_at<std::int32_t>(*bytes, 2 * i);
    const auto events = load_at<std::int16_t>(*bytes, 4 * i + 2);
    if (fd < 0) {
      waits.nothing();
      continue;
    }
    const auto entry = opened(state, static_cast<Fd>(fd));
    if (entry) waits.add(entry.assume_value(), events);
    else waits.at_once(POLLNVAL);
  }
  WASMER_CHECK(waits.wait(state, guest, timeout < 0 ? -1 : std::int64_t{timeout} * 1'000'000));
  std::int32_t ready = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const short events = waits.events(i);
    store_at<std::int16_t>(*bytes, 4 * i + 3, events);
    if (events != 0) ++ready;
  }
  return ready;
}

/// Sets of up to 1024 files, a bit each; the time is {seconds, microseconds}.
inline Number select(State& state, Guest guest, std::int32_t count, std::uint32_t reading, std::uint32_t writing, std::uint32_t failing, std::uint32_t timeout) {
  if (count < 0 || count > 1024) return Errno::inval;
  const std::array where{reading, writing, failing};
  constexpr std::array<short, 3> events{POLLIN, POLLOUT, POLLPRI};
  std::array<std::array<std::uint32_t, 32>, 3> wanted{};
  const std::size_t words = (static_cast<std::size_t>(count) + 31) / 32;
  for (std::size_t set = 0; set < 3; ++set) {
    if (where[set] == 0) continue;
    const auto bytes = guest.bytes(where[set], words * 4);
    if (!bytes) return Errno::fault;
    std::memcpy(wanted[set].data(), bytes->data(), bytes->size());
  }
  const auto has = [&](std::size_t set, std::size_t fd) { return (wanted[set][fd / 32] >> (fd % 32) & 1) != 0; };
  std::int64_t nanoseconds = -1;
  if (timeout != 0) {
    std::int64_t seconds = 0, microseconds = 0;
    if (state.layout_of_stat() == StatLayout::today) {
      const auto time = guest.load(GuestPointer<std::array<std::int64_t, 2>>{timeout});
      if (!time) return Errno::fault;
      seconds = (*time)[0], microseconds = static_cast<std::int32_t>((*time)[1]);
    } else {
      const auto time = guest.load(GuestPointer<std::array<std::int32_t, 2>>{timeout});
      if (!time) return Errno::fault;
      seconds = (*time)[0], microseconds = (*time)[1];
    }
    if (seconds < 0 || microseconds < 0) return Errno::inval;
    nanoseconds = std::min<std::int64_t>(seconds, 1'000'000'000) * 1'000'000'000 + std::min<std::int64_t>(microseconds, 1'000'000'000) * 1000;
  }
  Waits waits;
  std::vector<std::size_t> files;
  for (std::size_t fd = 0; fd < static_cast<std::size_t>(count); ++fd) {
    short all = 0;
    for (std::size_t set = 0; set < 3; ++set)
      if (has(set, fd)) all = static_cast<short>(all | events[set]);
    if (all == 0) continue;
    WASMER_TRY(const Entry entry, opened(state, Fd{static_cast<std::uint32_t>(fd)}));
    files.push_back(fd);
    waits.add(entry, all);
  }
  WASMER_CHECK(waits.wait(state, guest, nanoseconds));
  std::int32_t ready = 0;
  std::array<std::array<std::uint32_t, 32>, 3> answer{};
  constexpr std::array<short, 3> counts_as{POLLIN | POLLHUP | POLLERR, POLLOUT | POLLERR, POLLPRI};
  for (std::size_t i = 0; i < files.size(); ++i)
    for (std::size_t set = 0; set < 3; ++set)
      if (has(set, files[i]) && (waits.events(i) & counts_as[set]) != 0) answer[set][files[i] / 32] |= 1u << (files[i] % 32), ++ready;
  for (std::size_t set = 0; set < 3; ++set)
    if (const auto bytes = where[set] == 0 ? std::nullopt : guest.bytes(where[set], words * 4)) std::memcpy(bytes->data(), answer[set].data(), bytes->size());
  return ready;
}

// Names. There is no name service but for numbers and for this machine's own name.

/// `struct addrinfo`: flags, family, kind, protocol, the address's size, the address, a name, the next one.
inline Result<std::int32_t> getaddrinfo(State& state, Guest guest, GuestString node, GuestString service, GuestPointer<std::array<std::uint32_t, 4>> hints, GuestPointer<std::uint32_t> out) {
  constexpr std::int32_t no_name = -2, bad_family = -6, bad_service = -8, no_memory = -10;
  std::uint32_t flags = 0, family = AF_UNSPEC, kind = SOCK_STREAM, protocol = IPPROTO_TCP;
  if (hints.address != 0) {
    const auto given = guest.load(hints);
    if (!given) return no_name;
    flags = (*given)[0], family = (*given)[1];
    if ((*given)[2] != 0) kind = (*given)[2];
    protocol = (*given)[3] != 0 ? (*given)[3] : kind == SOCK_DGRAM ? std::uint32_t{IPPROTO_UDP} : std::uint32_t{IPPROTO_TCP};
  }
  if (node.address == 0 && service.address == 0) return no_name;
  if (family != AF_UNSPEC && family != AF_INET && family != AF_INET6) return bad_family;
  std::uint16_t port = 0;
  if (service.address != 0) {
    const std::string text = text_of(guest, service).value_or("?");
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size()) return bad_service;
  }
  const std::string name = node.address == 0 ? std::string() : text_of(guest, node).value_or("?");
  constexpr std::uint32_t passive = 1;
  std::optional<SocketAddress> address;
  if (in_addr four; node.address == 0 && family != AF_INET6) {
    four.s_addr = htonl((flags & passive) != 0 ? INADDR_ANY : INADDR_LOOPBACK);
    address = SocketAddress::of(four, port);
  } else if (node.address == 0) {
    address = SocketAddress::of((flags & passive) != 0 ? in6addr_any : in6addr_loopback, port);
  } else if (::inet_pton(AF_INET, name == "localhost" ? "127.0.0.1" : name.c_str(), &four) == 1 && family != AF_INET6) {
    address = SocketAddress::of(four, port);
  } else if (in6_addr six; ::inet_pton(AF_INET6, name == "localhost" ? "::1" : name.c_str(), &six) == 1 && family != AF_INET) {
    address = SocketAddress::of(six, port);
  }
  if (!address) return no_name;
  const std::uint32_t size = address->family() == AF_INET ? 16 : 28;
  WASMER_TRY(const std::uint32_t where, state.allocate(guest, 32 + size + 4));
  if (where == 0) return no_memory;
  const Guest now = guest.again();
  const std::uint32_t size_at = where + 32 + size;
  (void)now.store(GuestPointer<std::uint32_t>{size_at}, size);
  if (!put_address(now, where + 32, size_at, *address)) return no_memory;
  (void)now.store(GuestPointer<std::array<std::uint32_t, 8>>{where}, {flags, address->family(), kind, protocol, size, where + 32, 0, 0});
  (void)now.store(out, where);
  return 0;
}
inline Result<void> freeaddrinfo(State& state, Guest guest, std::uint32_t where) {
  if (const auto& free = state.exports(guest.instance()).free; free && where != 0) WASMER_CHECK((*free)(where));
  return success();
}
inline Result<std::uint32_t> gai_strerror(State& state, Guest guest, std::int32_t error) { return kept_text(state, guest, ::gai_strerror(error)); }
/// Numbers only.
inline std::int32_t getnameinfo(State&, Guest guest, std::uint32_t where, std::uint32_t size, std::uint32_t node, std::uint32_t node_room, std::uint32_t service, std::uint32_t service_room,
                                std::int32_t) {
  constexpr std::int32_t bad_family = -6, too_small = -12;
  const auto address = address_at(guest, where, size);
  if (!address) return bad_family;
  char text[64]{};
  const SocketAddress& given = address.assume_value();
  if (given.family() == AF_INET) ::inet_ntop(AF_INET, &given.four().sin_addr, text, sizeof text);
  else ::inet_ntop(AF_INET6, &given.six().sin6_addr, text, sizeof text);
  const auto put = [&](std::uint32_t at, std::uint32_t room, const std::string& string) {
    if (at == 0 || room == 0) return true;
    const auto bytes = guest.bytes(at, string.size() + 1);
    if (!bytes || room < bytes->size()) return false;
    std::memcpy(bytes->data(), string.c_str(), bytes->size());
    return true;
  };
  return put(node, node_room, text) && put(service, service_room, std::to_string(given.port())) ? 0 : too_small;
}

}  // namespace wasmer::emscripten
