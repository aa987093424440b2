#pragma once
/// \file
/// Calls on open files: reading and writing, position, state, flags, pipes, duplicates.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#include <wasmer/abi/emscripten/state.hpp>
#include <wasmer/abi/emscripten/structs.hpp>
#include <wasmer/abi/wasi/calls/file.hpp>

namespace wasmer::emscripten {

using wasi::Fdflags;
using wasi::Filetype;
using wasi::Rights;
using Number = Expected<std::int32_t>;

/// The entry of an open file of the guest's. What a file may be used for is what it was opened for.
inline Expected<Entry> opened(State& state, Fd fd, Rights needed = Rights::none) { return state.files().get(fd, needed); }
inline Entry make_entry(File file, Filetype type, Rights rights = wasi::file_rights, bool read_only = false) {
  return std::make_shared<wasi::OpenFile<File>>(std::move(file), type, rights, Rights::all, read_only);
}

/// Waits until the file can be read or written, unless it always can, or its guest does not want to wait. Whether it had to be asked.
inline Expected<bool> wait_until_ready(State& state, const Guest& guest, const Entry& entry, short events) {
  const int descriptor = entry->file.pollable();
  if (descriptor < 0 || entry->type == Filetype::regular_file || entry->type == Filetype::directory || wasi::has(entry->file.flags(), Fdflags::nonblock)) return false;
  WASMER_CHECK(state.wait(guest, descriptor, events));
  return true;
}

inline Number read_into(State& state, const Guest& guest, Fd fd, wasi::Buffers buffers) {
  WASMER_TRY(const Entry entry, opened(state, fd, Rights::fd_read));
  WASMER_CHECK(wait_until_ready(state, guest, entry, POLLIN));
  WASMER_TRY(const wasi::Size bytes, entry->file.read(buffers));
  return static_cast<std::int32_t>(bytes);
}
/// A pipe that nobody reads any more is EPIPE, since a program may want to know; what it says into its own output is lost.
inline Number write_from(State& state, const Guest& guest, Fd fd, wasi::IoBuffers& buffers) {
  WASMER_TRY(const Entry entry, opened(state, fd, Rights::fd_write));
  WASMER_TRY(const bool waited, wait_until_ready(state, guest, entry, POLLOUT));
  if (waited && entry->type == Filetype::unknown) buffers.keep_first(PIPE_BUF);
  WASMER_TRY(const wasi::Size bytes, wasi::detail::write_somewhere(*entry, buffers));
  return static_cast<std::int32_t>(bytes);
}

/// One piece of the guest's memory as buffers.
inline Expected<std::array<iovec, 1>> piece(const GuestMemory& memory, GuestBytes buffer) {
  const auto bytes = memory.bytes(buffer);
  if (!bytes) return Errno::fault;
  return std::array{iovec{bytes->data(), bytes->size()}};
}

inline Number read(State& state, Guest guest, Fd fd, GuestBytes buffer) {
  WASMER_TRY(const auto buffers, piece(guest, buffer));
  return read_into(state, guest, fd, buffers);
}
inline Number readv(State& state, Guest guest, Fd fd, GuestSpan<wasi::Iovec> vectors) {
  wasi::IoBuffers buffers;
  WASMER_CHECK(buffers.assign(guest, vectors));
  return read_into(state, guest, fd, buffers);
}
inline Number writev(State& state, Guest guest, Fd fd, GuestSpan<wasi::Iovec> vectors) {
  wasi::IoBuffers buffers;
  WASMER_CHECK(buffers.assign(guest, vectors));
  return write_from(state, guest, fd, buffers);
}
inline Number write(State& state, Guest guest, Fd fd, GuestBytes buffer) {
  const auto bytes = guest.bytes(buffer);
  if (!bytes) return Errno::fault;
  WASMER_TRY(const Entry entry, opened(state, fd, Rights::fd_write));
  WASMER_TRY(const bool waited, wait_until_ready(state, guest, entry, POLLOUT));
  const iovec one{bytes->data(), waited && entry->type == Filetype::unknown ? std::min<std::size_t>(bytes->size(), PIPE_BUF) : bytes->size()};
  WASMER_TRY(const wasi::Size written, wasi::detail::write_somewhere(*entry, wasi::Buffers(&one, 1)));
  return static_cast<std::int32_t>(written);
}

/// `fd_read` and `fd_write` of WASI, which today's programs import beside Emscripten's own: here a signal ends the wait.
inline Result<std::int32_t> fd_read(State& state, Guest guest, Fd fd, GuestSpan<wasi::Iovec> vectors, GuestPointer<wasi::Size> count) {
  const Number bytes = guest.holds(count) ? readv(state, guest, fd, vectors) : Errno::fault;
  if (state.has_signals()) WASMER_CHECK(state.deliver(guest));
  if (!bytes) return static_cast<std::int32_t>(bytes.assume_error());
  (void)guest.again().store(count, static_cast<wasi::Size>(bytes.assume_value()));
  return 0;
}
inline Result<std::int32_t> fd_write(State& state, Guest guest, Fd fd, GuestSpan<wasi::Iovec> vectors, GuestPointer<wasi::Size> count) {
  const Number bytes = guest.holds(count) ? writev(state, guest, fd, vectors) : Errno::fault;
  if (state.has_signals()) WASMER_CHECK(state.deliver(guest));
  if (!bytes) return static_cast<std::int32_t>(bytes.assume_error());
  (void)guest.again().store(count, static_cast<wasi::Size>(bytes.assume_value()));
  return 0;
}

inline Number read_at(State& state, Fd fd, wasi::Buffers buffers, Split offset) {
  if (offset.value < 0) return Errno::inval;
  WASMER_TRY(const Entry entry, opened(state, fd, Rights::fd_read));
  WASMER_TRY(const wasi::Size bytes, entry->file.read_at(buffers, static_cast<wasi::Filesize>(offset.value)));
  return static_cast<std::int32_t>(bytes);
}
inline Number write_at(State& state, Fd fd, wasi::Buffers buffers, Split offset) {
  if (offset.value < 0) return Errno::inval;
  WASMER_TRY(const Entry entry, opened(state, fd, Rights::fd_write));
  WASMER_TRY(const wasi::Size bytes, entry->file.write_at(buffers, static_cast<wasi::Filesize>(offset.value)));
  return static_cast<std::int32_t>(bytes);
}
inline Number pread(State& state, Guest guest, Fd fd, GuestBytes buffer, Unused, Split offset) {
  WASMER_TRY(const auto buffers, piece(guest, buffer));
  return read_at(state, fd, buffers, offset);
}
inline Number pwrite(State& state, Guest guest, Fd fd, GuestBytes buffer, Unused, Split offset) {
  WASMER_TRY(const auto buffers, piece(guest, buffer));
  return write_at(state, fd, buffers, offset);
}
inline Number preadv(State& state, Guest guest, Fd fd, GuestSpan<wasi::Iovec> vectors, Split offset) {
  wasi::IoBuffers buffers;
  WASMER_CHECK(buffers.assign(guest, vectors));
  return read_at(state, fd, buffers, offset);
}
inline Number pwritev(State& state, Guest guest, Fd fd, GuestSpan<wasi::Iovec> vectors, Split offset) {
  wasi::IoBuffers buffers;
  WASMER_CHECK(buffers.assign(guest, vectors));
  return write_at(state, fd, buffers, offset);
}

/// The result is an off_t, which had 32 bits at fastcomp's time.
inline Number llseek(State& state, Guest guest, Fd fd, std::uint32_t high, std::uint32_t low, std::uint32_t result, std::uint32_t whence) {
  if (whence > 2) return Errno::inval;
  WASMER_TRY(const Entry entry, opened(state, fd));
  const bool is_short = state.dialect() == Dialect::fastcomp;
  if (!guest.bytes(result, is_short ? 4 : 8)) return Errno::fault;
  const auto delta = static_cast<std::int64_t>(std::uint64_t{high} << 32 | low);
  if (entry->type == Filetype::directory && whence == 0) {
    state.listing_of(entry) = low;
    return 0;
  }
  WASMER_TRY(const wasi::Filesize now, entry->file.seek(is_short ? static_cast<std::int32_t>(low) : delta, static_cast<wasi::Whence>(whence)));
  if (is_short) (void)guest.store(GuestPointer<std::uint32_t>{result}, static_cast<std::uint32_t>(now));
  else (void)guest.store(GuestPointer<std::uint64_t>{result}, now);
  return 0;
}
inline Number lseek(State& state, Guest, Fd fd, std::int32_t offset, std::uint32_t whence) {
  if (whence > 2) return Errno::inval;
  WASMER_TRY(const Entry entry, opened(state, fd));
  WASMER_TRY(const wasi::Filesize now, entry->file.seek(offset, static_cast<wasi::Whence>(whence)));
  return static_cast<std::int32_t>(now);
}

inline Number close(State& state, Guest, Fd fd) {
  WASMER_CHECK(state.files().close(fd));
  return 0;
}
inline Number fsync(State& state, Guest, Fd fd) {
  WASMER_TRY(const Entry entry, opened(state, fd));
  WASMER_CHECK(entry->file.sync());
  return 0;
}
inline Number fdatasync(State& state, Guest, Fd fd) {
  WASMER_TRY(const Entry entry, opened(state, fd));
  WASMER_CHECK(entry->file.sync_data());
  return 0;
}

inline Expected<void> resize(const Entry& entry, std::int64_t bytes) {
  if (bytes < 0 || entry->type == Filetype::directory) return Errno::inval;
  if (entry->read_only) return Errno::rofs;
  if (!wasi::has(entry->granted, Rights::fd_write)) return Errno::inval;
  return entry->file.resize(static_cast<wasi::Filesize>(bytes));
}
inline Number ftruncate_old(State& state, Guest, Fd fd, Unused, Split bytes) {
  WASMER_TRY(const Entry entry, opened(state, fd));
  WASMER_CHECK(resize(entry, bytes.value));
  return 0;
}
inline Number ftruncate(State& state, Guest, Fd fd, std::int64_t bytes) {
  WASMER_TRY(const Entry entry, opened(state, fd));
  WASMER_CHECK(resize(entry, bytes));
  return 0;
}
inline Number fallocate(State& state, Guest, Fd fd, std::int32_t mode, std::int64_t offset, std::int64_t bytes) {
  if (mode != 0) return Errno::notsup;
  if (offset < 0 || bytes <= 0) return Errno::inval;
  WASMER_TRY(const Entry entry, opened(state, fd, Rights::fd_write));
  if (entry->read_only) return Errno::rofs;
  WASMER_CHECK(entry->file.allocate(static_cast<wasi::Filesize>(offset), static_cast<wasi::Filesize>(bytes)));
  return 0;
}
inline Number fadvise(State& state, Guest, Fd fd) {
  WASMER_CHECK(opened(state, fd));
  return 0;
}
inline Number fadvise_today(State& state, Guest guest, Fd fd, std::int64_t, std::int64_t, std::int32_t) { return fadvise(state, guest, fd); }

/// Puts a file's state where the program wants it, as programs of its release have it.
inline Expected<void> put_stat(const State& state, const GuestMemory& memory, std::uint32_t where, const wasi::Stat& stat, bool read_only) {
  const bool stored = state.layout_of_stat() == StatLayout::fastcomp ? memory.store(GuestPointer<StatOfFastcomp>{where}, stat_as<StatOfFastcomp>(stat, read_only))
                      : state.layout_of_stat() == StatLayout::short_times ? memory.store(GuestPointer<StatOf3>{where}, stat_as<StatOf3>(stat, read_only))
                                                                        : memory.store(GuestPointer<StatOfToday>{where}, stat_as<StatOfToday>(stat, read_only));
  return stored ? Expected<void>(success()) : Errno::fault;
}
inline Number fstat(State& state, Guest guest, Fd fd, std::uint32_t where) {
  WASMER_TRY(const Entry entry, opened(state, fd));
  WASMER_TRY(const wasi::Stat stat, entry->file.stat());
  WASMER_CHECK(put_stat(state, guest, where, stat, entry->read_only));
  return 0;
}

inline Number dup(State& state, Guest, Fd fd) {
  WASMER_TRY(Entry entry, opened(state, fd));
  WASMER_TRY(const Fd made, state.files().insert(std::move(entry)));
  return static_cast<std::int32_t>(made);
}
inline Number dup2(State& state, Guest, Fd from, Fd to) {
  WASMER_TRY(Entry entry, opened(state, from));
  if (from != to) WASMER_CHECK(state.files().replace(to, std::move(entry)));
  return static_cast<std::int32_t>(to);
}
inline Number dup3(State& state, Guest guest, Fd from, Fd to, std::int32_t /*flags*/) { return from == to ? Number(Errno::inval) : dup2(state, guest, from, to); }

inline Number pipe2(State& state, Guest guest, GuestPointer<std::uint64_t> both, std::int32_t flags) {
  if (!guest.holds(both)) return Errno::fault;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | (flags & O_NONBLOCK)) != 0) return wasi::last_errno();
  wasi::HostFile reading{wasi::Descriptor(ends[0])}, writing{wasi::Descriptor(ends[1])};
  WASMER_TRY(const Fd first, state.files().insert(make_entry(File(std::move(reading)), Filetype::unknown, wasi::file_rights - wasi::write_rights)));
  const auto second = state.files().insert(make_entry(File(std::move(writing)), Filetype::unknown, wasi::file_rights - wasi::read_rights));
  if (!second) {
    (void)state.files().close(first);
    return second.assume_error();
  }
  (void)guest.store(both, static_cast<std::uint64_t>(second.assume_value()) << 32 | static_cast<std::uint64_t>(first));
  return 0;
}
inline Number pipe(State& state, Guest guest, GuestPointer<std::uint64_t> both) { return pipe2(state, guest, both, 0); }

/// How a file was opened, as Linux's flags.
inline std::int32_t flags_of(const Entry& entry) {
  const bool reads = wasi::has(entry->granted, Rights::fd_read), writes = wasi::has(entry->granted, Rights::fd_write);
  std::int32_t flags = reads && writes ? O_RDWR : writes ? O_WRONLY : O_RDONLY;
  if (entry->type == Filetype::directory) return O_RDONLY;
  const Fdflags now = entry->file.flags();
  if (wasi::has(now, Fdflags::append)) flags |= O_APPEND;
  if (wasi::has(now, Fdflags::nonblock)) flags |= O_NONBLOCK;
  return flags;
}
inline Expected<void> set_flags(const Entry& entry, std::int32_t flags) {
  Fdflags now = entry->file.flags() - (Fdflags::append | Fdflags::nonblock);
  if ((flags & O_APPEND) != 0) now |= Fdflags::append;
  if ((flags & O_NONBLOCK) != 0) now |= Fdflags::nonblock;
  return entry->file.set_flags(now);
}

/// fcntl, whose third word is a number or an address.
inline Number fcntl_with(State& state, const Guest& guest, Fd fd, std::int32_t command, std::uint32_t argument) {
  WASMER_TRY(Entry entry, opened(state, fd));
  switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC: {
      if (argument >= state.host().limits().open_files) return Errno::inval;
      WASMER_TRY(const Fd made, state.files().insert(std::move(entry), Fd{argument}));
      return static_cast<std::int32_t>(made);
    }
    case F_GETFD:
    case F_SETFD: return 0;  // nothing is ever executed
    case F_GETFL: return flags_of(entry);
    case F_SETFL: WASMER_CHECK(set_flags(entry, static_cast<std::int32_t>(argument))); return 0;
    case 5:
    case 12: {  // F_GETLK: nobody else has a lock
      constexpr std::int16_t unlocked = 2;
      if (!guest.store(GuestPointer<std::int16_t>{argument}, unlocked)) return Errno::fault;
      return 0;
    }
    case 6:
    case 7:
    case 8:
    case 13:
    case 14: return 0;  // F_SETLK, F_SETLKW, F_SETOWN: there is no other process
    case 9:
    case 16: return Errno::inval;  // F_GETOWN
    default: return Errno::inval;
  }
}
inline Number fcntl_old(State& state, Guest guest, Fd fd, std::int32_t command, std::uint32_t argument) { return fcntl_with(state, guest, fd, command, argument); }
/// Today's has the address of its variable arguments.
inline Number fcntl(State& state, Guest guest, Fd fd, std::int32_t command, GuestPointer<std::uint32_t> arguments) {
  return fcntl_with(state, guest, fd, command, guest.load(arguments).value_or(0));
}

/// A terminal's window, as TIOCGWINSZ gives it: its size is not the guest's to know.
inline Number ioctl_with(State& state, const Guest& guest, Fd fd, std::uint32_t request, std::uint32_t argument) {
  WASMER_TRY(const Entry entry, opened(state, fd));
  constexpr std::uint32_t tcgets = 0x5401, tcsets = 0x5402, tcsetsw = 0x5403, tcsetsf = 0x5404, tiocgpgrp = 0x540F, tiocspgrp = 0x5410, tiocgwinsz = 0x5413, tiocswinsz = 0x5414;
  constexpr std::uint32_t fionread = 0x541B, fionbio = 0x5421, fioclex = 0x5451, fionclex = 0x5450;
  const bool is_terminal = entry->file.is_terminal();
  switch (request) {
    case fionbio: {
      const auto on = guest.load(GuestPointer<std::int32_t>{argument});
      if (!on) return Errno::fault;
      WASMER_CHECK(set_flags(entry, (flags_of(entry) & O_APPEND) | (*on != 0 ? O_NONBLOCK : 0)));
      return 0;
    }
    case fionread:
      if (!guest.store(GuestPointer<std::int32_t>{argument}, static_cast<std::int32_t>(std::min<wasi::Filesize>(entry->file.readable_bytes(), 0x7FFF'FFFF)))) return Errno::fault;
      return 0;
    case fioclex:
    case fionclex: return 0;
    case tiocgwinsz: {
      // A program that cannot be told to flush at its end writes line by line if it takes its output for a terminal.
      const bool pretends = (fd == Fd{1} || fd == Fd{2}) && !state.exports(guest.instance()).flush;
      if (!is_terminal && !pretends) return Errno::notty;
      constexpr std::uint64_t rows_and_columns = std::uint64_t{80} << 16 | 24;
      return guest.store(GuestPointer<std::uint64_t>{argument}, rows_and_columns) ? Number(0) : Errno::fault;
    }
    case tcgets: {
      if (!is_terminal) return Errno::notty;
      const auto settings = guest.bytes(argument, 60);
      if (!settings) return Errno::fault;
      std::ranges::fill(*settings, std::byte{0});
      return 0;
    }
    case tcsets:
    case tcsetsw:
    case tcsetsf:
    case tiocspgrp:
    case tiocswinsz: return is_terminal ? Number(0) : Errno::notty;
    case tiocgpgrp:
      if (!is_terminal) return Errno::notty;
      return guest.store(GuestPointer<std::int32_t>{argument}, 0) ? Number(0) : Errno::fault;
    default: return Errno::inval;
  }
}
inline Number ioctl_old(State& state, Guest guest, Fd fd, std::uint32_t request, std::uint32_t argument) { return ioctl_with(state, guest, fd, request, argument); }
inline Number ioctl(State& state, Guest guest, Fd fd, std::uint32_t request, GuestPointer<std::uint32_t> arguments) {
  return ioctl_with(state, guest, fd, request, guest.load(arguments).value_or(0));
}

/// Fills the buffer with as many whole entries as fit. inval: it has no room for one.
inline Number getdents(State& state, Guest guest, Fd fd, GuestBytes buffer) {
  WASMER_TRY(const Entry entry, opened(state, fd));
  if (entry->type != Filetype::directory) return Errno::notdir;
  const auto bytes = guest.bytes(buffer);
  if (!bytes) return Errno::fault;
  const bool is_short = state.dialect() == Dialect::fastcomp;
  const std::size_t head = is_short ? 11 : 19, whole = head + 257;
  if (bytes->size() < whole) return Errno::inval;
  constexpr auto type_of = [](Filetype type) -> std::uint8_t {
    switch (type) {
      case Filetype::directory: return 4;
      case Filetype::character_device: return 2;
      case Filetype::block_device: return 6;
      case Filetype::regular_file: return 8;
      case Filetype::symbolic_link: return 10;
      case Filetype::socket_stream:
      case Filetype::socket_dgram: return 12;
      case Filetype::unknown: break;
    }
    return 0;
  };
  const std::lock_guard lock(entry->listing);
  std::size_t used = 0;
  std::uint64_t& position = state.listing_of(entry);
  const auto sink = [&](const wasi::DirectoryEntry& found) {
    if (bytes->size() - used < whole) return false;
    const std::span<std::byte> room = bytes->subspan(used, whole);
    std::ranges::fill(room, std::byte{0});
    const std::size_t name = std::min<std::size_t>(found.name.size(), 255);
    if (is_short) {
      store_at<std::uint32_t>(room, 0, static_cast<std::uint32_t>(found.inode)), store_at<std::uint32_t>(room, 1, static_cast<std::uint32_t>(found.next));
    } else {
      store_at<std::uint64_t>(room, 0, found.inode), store_at<std::uint64_t>(room, 1, found.next);
    }
    store_at<std::uint16_t>(room.subspan(head - 3), 0, static_cast<std::uint16_t>(whole));
    room[head - 1] = static_cast<std::byte>(type_of(found.type));
    std::memcpy(room.data() + head, found.name.data(), name);
    used += whole;
    position = found.next;
    return true;
  };
  const std::uint64_t from = position;
  WASMER_CHECK(entry->file.list(from, sink));
  return static_cast<std::int32_t>(used);
}

}  // namespace wasmer::emscripten
