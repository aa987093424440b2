#pragma once
/// \file
/// Calls on an open descriptor: reading and writing, position, state and flags.

#include <algorithm>
#include <array>
#include <climits>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <span>

#include <wasmer/abi/wasi/broken_pipe.hpp>
#include <wasmer/abi/wasi/state.hpp>
#include <wasmer/abi/wasi/waiting.hpp>

namespace wasmer::wasi {

/// The guest's buffers, copied and checked, ready for one system call that reads or writes the guest's memory itself. Empty ones are left out, and
/// what does not fit is left to the guest's next call: a short read or write, which every program must expect.
class IoBuffers {
 public:
  static constexpr std::size_t limit = 128;

  Expected<void> assign(GuestMemory memory, GuestSpan<Iovec> guest) {
    const auto array = memory.bytes(guest);
    if (!array) return Errno::fault;
    for (std::size_t i = 0; i < guest.count && count_ < limit; ++i) {
      const auto buffer = load_at<Iovec>(*array, i);
      const auto bytes = memory.bytes(buffer.address, buffer.size);
      if (!bytes) return Errno::fault;
      if (!bytes->empty()) buffers_[count_++] = {bytes->data(), bytes->size()};
    }
    return success();
  }

  /// Leaves out what is beyond the first `bytes`.
  void keep_first(std::size_t bytes) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; kept += buffers_[i++].iov_len)
      if (buffers_[i].iov_len > bytes - kept) buffers_[i].iov_len = bytes - kept;
  }

  /// Takes away the first `bytes`, of which there are at least as many.
  void skip(std::size_t bytes) {
    std::size_t first = 0;
    for (; first < count_ && buffers_[first].iov_len <= bytes; ++first) bytes -= buffers_[first].iov_len;
    std::copy(buffers_.begin() + static_cast<std::ptrdiff_t>(first), buffers_.begin() + static_cast<std::ptrdiff_t>(count_), buffers_.begin());
    count_ -= first;
    if (bytes != 0) buffers_[0] = {static_cast<std::byte*>(buffers_[0].iov_base) + bytes, buffers_[0].iov_len - bytes};
  }
  bool empty() const { return count_ == 0; }
  std::uint64_t size() const {
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < count_; ++i) bytes += buffers_[i].iov_len;
    return bytes;
  }

  operator Buffers() const { return {buffers_.data(), count_}; }

 private:
  std::array<iovec, limit> buffers_;
  std::size_t count_ = 0;
};

namespace detail {

/// Waits until the file can be read or written, unless it always can, or its guest does not want to wait. Whether it had to be asked.
template <class Entry> Expected<bool> wait_until_ready(const Entry& entry, const WaitingGuest& guest, short events) {
  const int descriptor = entry.file.pollable();
  if (descriptor < 0 || entry.type == Filetype::regular_file || has(entry.file.flags(), Fdflags::nonblock)) return false;
  WASMER_CHECK(guest.wait(descriptor, events));
  return true;
}

/// `move(buffers, done)` for all that the guest wants moved. Of much, a part at a time, so that Store::interrupt ends it half way; what a pipe or a device moves at
/// once is then the one part, since more of it could mean waiting.
template <class Move> Expected<Size> in_parts(const WaitingGuest& guest, Filetype type, IoBuffers& buffers, Move move) {
  constexpr std::uint64_t part = std::uint64_t{4} << 20, most = 0x7FFF'F000;  // the latter as Linux
  if (buffers.size() <= part) [[likely]] return move(buffers, Filesize{0});
  std::uint64_t done = 0;
  for (std::uint64_t bytes = part; bytes == part && done < most && !buffers.empty();) {
    if (guest.interrupted()) return Errno::intr;
    IoBuffers some = buffers;
    some.keep_first(part);
    const Expected<Size> moved = move(some, done);
    if (!moved && done == 0) return moved;
    if (!moved) break;  // the guest's next call is told
    bytes = moved.assume_value();
    done += bytes;
    buffers.skip(static_cast<std::size_t>(bytes));
    if (type != Filetype::regular_file) break;
  }
  return static_cast<Size>(done);
}

}  // namespace detail

template <class FS>
Expected<void> fd_read(State<FS>& state, WaitingGuest memory, Fd fd, GuestSpan<Iovec> buffers, GuestPointer<Size> read) {
  WASMER_TRY(const auto entry, state.files().get(fd, Rights::fd_read));
  IoBuffers pieces;
  WASMER_CHECK(pieces.assign(memory, buffers));
  if (!memory.holds(read)) return Errno::fault;
  WASMER_CHECK(detail::wait_until_ready(*entry, memory, POLLIN));
  WASMER_TRY(const Size bytes, detail::in_parts(memory, entry->type, pieces, [&](Buffers some, Filesize) { return entry->file.read(some); }));
  (void)memory.store(read, bytes);
  return success();
}

template <class FS>
Expected<void> fd_pread(State<FS>& state, WaitingGuest memory, Fd fd, GuestSpan<Iovec> buffers, Filesize offset, GuestPointer<Size> read) {
  WASMER_TRY(const auto entry, state.files().get(fd, Rights::fd_read | Rights::fd_seek));
  IoBuffers pieces;
  WASMER_CHECK(pieces.assign(memory, buffers));
  if (!memory.holds(read)) return Errno::fault;
  WASMER_TRY(const Size bytes, detail::in_parts(memory, entry->type, pieces, [&](Buffers some, Filesize done) { return entry->file.read_at(some, offset + done); }));
  (void)memory.store(read, bytes);
  return success();
}

namespace detail {

/// Writes to a pipe or socket without a SIGPIPE; to all else just so.
template <class Entry> Expected<Size> write_somewhere(const Entry& entry, Buffers buffers) {
  if (entry.type != Filetype::unknown && entry.type != Filetype::socket_stream) [[likely]] return entry.file.write(buffers);
  const WithoutSigpipe without;
  return entry.file.write(buffers);
}

template <class FS>
Expected<void> write(const typename State<FS>::Entry& entry, const WaitingGuest& memory, GuestSpan<Iovec> buffers, GuestPointer<Size> written) {
  IoBuffers pieces;
  WASMER_CHECK(pieces.assign(memory, buffers));
  if (!memory.holds(written)) return Errno::fault;
  WASMER_TRY(const bool waited, wait_until_ready(*entry, memory, POLLOUT));
  if (waited) pieces.keep_first(PIPE_BUF);  // a pipe that is ready takes as much at once; the rest could wait for its reader
  WASMER_TRY(const Size bytes, in_parts(memory, entry->type, pieces, [&](Buffers some, Filesize) { return write_somewhere(*entry, some); }));
  (void)memory.store(written, bytes);
  return success();
}

}  // namespace detail

/// A pipe that nobody reads any more ends the program, as its SIGPIPE ends programs that do not care: with 128 + the signal, as a shell reports it.
template <class FS>
Result<Errno> fd_write(State<FS>& state, WaitingGuest memory, Fd fd, GuestSpan<Iovec> buffers, GuestPointer<Size> written) {
  const auto entry = state.files().get(fd, Rights::fd_write);
  if (!entry) return entry.assume_error();
  const Expected<void> done = detail::write<FS>(entry.assume_value(), memory, buffers, written);
  if (!done && done.assume_error() == Errno::pipe && entry.assume_value()->type == Filetype::unknown) return Error::exit(128 + SIGPIPE);
  return done ? Errno::success : done.assume_error();
}

template <class FS>
Expected<void> fd_pwrite(State<FS>& state, WaitingGuest memory, Fd fd, GuestSpan<Iovec> buffers, Filesize offset, GuestPointer<Size> written) {
  WASMER_TRY(const auto entry, state.files().get(fd, Rights::fd_write | Rights::fd_seek));
  IoBuffers pieces;
  WASMER_CHECK(pieces.assign(memory, buffers));
  if (!memory.holds(written)) return Errno::fault;
  WASMER_TRY(const Size bytes, detail::in_parts(memory, entry->type, pieces, [&](Buffers some, Filesize done) { return entry->file.write_at(some, offset + done); }));
  (void)memory.store(written, bytes);
  return success();
}

template <class FS> Expected<void> fd_close(State<FS>& state, GuestMemory, Fd fd) { return state.files().close(fd); }

template <class FS> Expected<void> fd_renumber(State<FS>& state, GuestMemory, Fd from, Fd to) { return state.files().renumber(from, to); }

template <class Version, class FS>
Expected<void> fd_seek(State<FS>& state, GuestMemory memory, Fd fd, std::int64_t delta, std::uint32_t whence, GuestPointer<Filesize> position) {
  // Asking where one is needs the lesser right.
  if (whence >= Version::whence.size()) return Errno::inval;
  const bool tells = delta == 0 && Version::whence[whence] == Whence::cur;
  WASMER_TRY(const auto entry, state.files().get(fd, tells ? Rights::fd_tell : Rights::fd_seek | Rights::fd_tell));
  if (!memory.holds(position)) return Errno::fault;
  WASMER_TRY(const Filesize now, entry->file.seek(delta, Version::whence[whence]));
  (void)memory.store(position, now);
  return success();
}

template <class FS> Expected<void> fd_tell(State<FS>& state, GuestMemory memory, Fd fd, GuestPointer<Filesize> position) {
  WASMER_TRY(const auto entry, state.files().get(fd, Rights::fd_tell));
  WASMER_TRY(const Filesize now, entry->file.seek(0, Whence::cur));
  if (!memory.store(position, now)) return Errno::fault;
  return success();
}

template <class FS> Expected<void> fd_sync(State<FS>& state, GuestMemory, Fd fd) {
  WASMER_TRY(const auto entry, state.files().get(fd, Rights::fd_sync));
  return entry->file.sync();
}

template <class FS> Expected<void> fd_datasync(State<FS>& state, GuestMemory, Fd fd) {
  WASMER_TRY(const auto entry, state.files().get(fd, Rights::fd_datasync));
  return entry->file.sync_data();
}

template <class FS> Expected<void> fd_advise(State<FS>& state, GuestMemory, Fd fd, Filesize offset, Filesize bytes, Advice advice) {
  WASMER_TRY(const auto entry, state.files().get(fd, Rights::fd_advise));
  return entry->file.advise(offset, bytes, advice);
}

template <class FS> Expected<void> fd_allocate(State<FS>& state, GuestMemory, Fd fd, Filesize offset, Filesize bytes) {
  WASMER_TRY(const auto entry, state.files().get(fd, Rights::fd_allocate));
  return entry->file.allocate(offset, bytes);
}

template <class FS> Expected<void> fd_fdstat_get(State<FS>& state, GuestMemory memory, Fd fd, GuestPointer<Fdstat> fdstat) {
  WASMER_TRY(const auto entry, state.files().get(fd));
  const auto [base, inheriting] = state.files().rights(entry);
  const Fdflags flags = entry->type == Filetype::directory ? Fdflags::none : entry->file.flags();
  if (!memory.store(fdstat, Fdstat{entry->type, 0, flags, 0, base, inheriting})) return Errno::fault;
  return success();
}

template <class FS> Expected<void> fd_fdstat_set_flags(State<FS>& state, GuestMemory, Fd fd, Fdflags flags) {
  WASMER_TRY(const auto entry, state.files().get(fd, Rights::fd_fdstat_set_flags));
  if (any(flags - Fdflags::all)) return Errno::inval;
  return entry->file.set_flags(flags);
}

template <class FS> Expected<void> fd_fdstat_set_rights(State<FS>& state, GuestMemory, Fd fd, Rights base, Rights inheriting) {
  return state.files().set_rights(fd, base, inheriting);
}

template <class Version, class FS>
Expected<void> fd_filestat_get(State<FS>& state, GuestMemory memory, Fd fd, GuestPointer<typename Version::Filestat> filestat) {
  WASMER_TRY(const auto entry, state.files().get(fd, Rights::fd_filestat_get));
  WASMER_TRY(const Stat stat, entry->root != nullptr ? entry->root->stat() : entry->file.stat());
  if (!memory.store(filestat, Version::filestat(stat))) return Errno::fault;
  return success();
}

template <class FS> Expected<void> fd_filestat_set_size(State<FS>& state, GuestMemory, Fd fd, Filesize bytes) {
  WASMER_TRY(const auto entry, state.files().get(fd, Rights::fd_filestat_set_size));
  if (entry->read_only) return Errno::rofs;
  return entry->file.resize(bytes);
}

/// inval: a time is both given and now, or there is a flag that means nothing.
inline Expected<void> check(Fstflags which) {
  if (any(which - Fstflags::all) || has(which, Fstflags::atim | Fstflags::atim_now) || has(which, Fstflags::mtim | Fstflags::mtim_now)) return Errno::inval;
  return success();
}

template <class FS>
Expected<void> fd_filestat_set_times(State<FS>& state, GuestMemory, Fd fd, Timestamp accessed, Timestamp modified, Fstflags which) {
  WASMER_TRY(const auto entry, state.files().get(fd, Rights::fd_filestat_set_times));
  WASMER_CHECK(check(which));
  if (entry->read_only) return Errno::rofs;
  return entry->file.set_times({which, accessed, modified});
}

}  // namespace wasmer::wasi
