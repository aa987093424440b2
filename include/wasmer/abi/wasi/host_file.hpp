#pragma once
/// \file
/// A file of the host, behind its descriptor.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <wasmer/abi/wasi/descriptor.hpp>
#include <wasmer/abi/wasi/filesystem.hpp>

namespace wasmer::wasi {

constexpr Filetype to_filetype(mode_t mode) {
  if (S_ISREG(mode)) return Filetype::regular_file;
  if (S_ISDIR(mode)) return Filetype::directory;
  if (S_ISLNK(mode)) return Filetype::symbolic_link;
  if (S_ISCHR(mode)) return Filetype::character_device;
  if (S_ISBLK(mode)) return Filetype::block_device;
  if (S_ISSOCK(mode)) return Filetype::socket_stream;
  return Filetype::unknown;  // a pipe, for which WASI has no word
}

constexpr Timestamp to_timestamp(const timespec& time) {
  return static_cast<Timestamp>(time.tv_sec) * 1'000'000'000 + static_cast<Timestamp>(time.tv_nsec);
}
constexpr timespec to_timespec(Timestamp time) {
  return {static_cast<time_t>(time / 1'000'000'000), static_cast<long>(time % 1'000'000'000)};
}

constexpr Stat to_stat(const struct stat& host) {
  return {host.st_dev,
          host.st_ino,
          to_filetype(host.st_mode),
          host.st_nlink,
          static_cast<Filesize>(host.st_size),
          to_timestamp(host.st_atim),
          to_timestamp(host.st_mtim),
          to_timestamp(host.st_ctim)};
}

/// The two times that futimens and utimensat take.
struct HostTimes {
  timespec times[2];

  explicit HostTimes(const Times& wanted)
      : times{one(wanted, Fstflags::atim, Fstflags::atim_now, wanted.accessed), one(wanted, Fstflags::mtim, Fstflags::mtim_now, wanted.modified)} {}

 private:
  static timespec one(const Times& wanted, Fstflags given, Fstflags now, Timestamp time) {
    if (has(wanted.which, given)) return to_timespec(time);
    return {0, has(wanted.which, now) ? UTIME_NOW : UTIME_OMIT};
  }
};

/// An open file or directory of the host. Flags of a borrowed descriptor are imitated, never set: it is shared with the embedder, and often with its shell.
class HostFile {
 public:
  explicit HostFile(Descriptor descriptor) : descriptor_(std::move(descriptor)), flags_(flags_of(descriptor_.number())) {}
  HostFile(HostFile&& other) noexcept : descriptor_(std::move(other.descriptor_)), flags_(other.flags()) {}
  HostFile& operator=(HostFile&& other) noexcept {
    descriptor_ = std::move(other.descriptor_);
    flags_ = other.flags();
    return *this;
  }

  static HostFile borrow(int descriptor) { return HostFile(Descriptor::borrowed(descriptor)); }

  /// Ends it: nothing may be asked of it any more.
  Expected<void> close() { return done(descriptor_.close()); }

  /// The descriptor: for system calls that take one, and for poll.
  int number() const { return descriptor_.number(); }
  int pollable() const { return descriptor_.number(); }

  Expected<Size> read(Buffers buffers) const {
    WASMER_CHECK(ready(POLLIN));
    return size(retried([&] { return ::readv(number(), buffers.data(), count(buffers)); }));
  }
  Expected<Size> write(Buffers buffers) const {
    WASMER_CHECK(ready(POLLOUT));
    return size(retried([&] { return ::writev(number(), buffers.data(), count(buffers)); }));
  }
  Expected<Size> read_at(Buffers buffers, Filesize offset) const {
    WASMER_TRY(const off_t at, to_offset(offset));
    return size(retried([&] { return ::preadv(number(), buffers.data(), count(buffers), at); }));
  }
  Expected<Size> write_at(Buffers buffers, Filesize offset) const {
    WASMER_TRY(const off_t at, to_offset(offset));
    return size(retried([&] { return ::pwritev(number(), buffers.data(), count(buffers), at); }));
  }

  Expected<Filesize> seek(std::int64_t delta, Whence whence) const {
    const int from = whence == Whence::set ? SEEK_SET : whence == Whence::cur ? SEEK_CUR : SEEK_END;
    const off_t position = ::lseek(number(), delta, from);
    if (position < 0) return last_errno();
    return static_cast<Filesize>(position);
  }

  Expected<Stat> stat() const {
    struct stat host;
    if (::fstat(number(), &host) != 0) return last_errno();
    return to_stat(host);
  }
  Expected<void> resize(Filesize bytes) const {
    WASMER_TRY(const off_t length, to_offset(bytes));
    return done(retried([&] { return ::ftruncate(number(), length); }));
  }
  Expected<void> set_times(const Times& times) const { return done(::futimens(number(), HostTimes(times).times)); }

  Fdflags flags() const { return flags_.load(std::memory_order_relaxed); }

  /// notsup: the flags for synchronous writing stay as they were when the file was opened.
  Expected<void> set_flags(Fdflags flags) {
    constexpr Fdflags fixed = Fdflags::dsync | Fdflags::rsync | Fdflags::sync;
    if ((flags & fixed) != (this->flags() & fixed)) return Errno::notsup;
    if (descriptor_.owned()) {
      const int host = (has(flags, Fdflags::append) ? O_APPEND : 0) | (has(flags, Fdflags::nonblock) ? O_NONBLOCK : 0);
      WASMER_CHECK(done(::fcntl(number(), F_SETFL, host)));
    }
    flags_.store(flags, std::memory_order_relaxed);
    return success();
  }

  bool is_terminal() const { return ::isatty(number()) == 1; }

  Expected<void> sync() const { return done(retried([&] { return ::fsync(number()); })); }
  Expected<void> sync_data() const { return done(retried([&] { return ::fdatasync(number()); })); }

  Expected<void> allocate(Filesize offset, Filesize bytes) const {
    WASMER_TRY(const off_t at, to_offset(offset));
    WASMER_TRY(const off_t length, to_offset(bytes));
    return done(retried([&] { return ::fallocate(number(), 0, at, length); }));
  }
  Expected<void> advise(Filesize offset, Filesize bytes, Advice advice) const {
    constexpr int host[]{POSIX_FADV_NORMAL, POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM, POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED, POSIX_FADV_NOREUSE};
    if (static_cast<std::size_t>(advice) >= std::size(host)) return Errno::inval;
    WASMER_TRY(const off_t at, to_offset(offset));
    WASMER_TRY(const off_t length, to_offset(bytes));
    const int error = ::posix_fadvise(number(), at, length, host[static_cast<std::size_t>(advice)]);
    if (error != 0) return to_errno(error);
    return success();
  }

  template <class Sink> Expected<void> list(std::uint64_t cookie, Sink&& sink) const {
    WASMER_TRY(const off_t from, to_offset(cookie));
    WASMER_CHECK(checked(::lseek(number(), from, SEEK_SET)));
    alignas(dirent64) char buffer[8192];
    for (;;) {
      WASMER_TRY(const ssize_t filled, checked(::getdents64(number(), buffer, sizeof(buffer))));
      if (filled == 0) return success();
      for (ssize_t at = 0; at < filled;) {
        const auto& entry = *reinterpret_cast<const dirent64*>(buffer + at);
        if (!sink(DirectoryEntry{static_cast<std::uint64_t>(entry.d_off), entry.d_ino, type_of(entry), entry.d_name})) return success();
        at += entry.d_reclen;
      }
    }
  }

  /// \name Sockets
  Expected<HostFile> accept(bool is_nonblocking) const {
    WASMER_CHECK(ready(POLLIN));
    WASMER_TRY(const int connection,
               checked(retried([&] { return ::accept4(number(), nullptr, nullptr, SOCK_CLOEXEC | (is_nonblocking ? SOCK_NONBLOCK : 0)); })));
    return HostFile(Descriptor(connection));
  }
  Expected<Size> receive(Buffers buffers, bool peeks, bool& truncated) const {
    WASMER_CHECK(ready(POLLIN));
    msghdr message = message_of(buffers);
    WASMER_TRY(const Size bytes, size(retried([&] { return ::recvmsg(number(), &message, peeks ? MSG_PEEK : 0); })));
    truncated = (message.msg_flags & MSG_TRUNC) != 0;
    return bytes;
  }
  /// again: the socket takes nothing just now, also where its guest wants to wait, which is not done here.
  Expected<Size> send(Buffers buffers) const {
    const msghdr message = message_of(buffers);
    return size(retried([&] { return ::sendmsg(number(), &message, MSG_NOSIGNAL | MSG_DONTWAIT); }));
  }
  Expected<void> shutdown(bool reading, bool writing) const {
    return done(::shutdown(number(), reading && writing ? SHUT_RDWR : reading ? SHUT_RD : SHUT_WR));
  }

  Filesize readable_bytes() const {
    struct stat host;
    if (::fstat(number(), &host) == 0 && S_ISREG(host.st_mode)) {
      const off_t position = ::lseek(number(), 0, SEEK_CUR);
      return position >= 0 && position < host.st_size ? static_cast<Filesize>(host.st_size - position) : 0;
    }
    int waiting = 0;
    return ::ioctl(number(), FIONREAD, &waiting) == 0 && waiting > 0 ? static_cast<Filesize>(waiting) : 0;
  }

 private:
  static msghdr message_of(Buffers buffers) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(buffers.data()), message.msg_iovlen = buffers.size();
    return message;
  }
  static int count(Buffers buffers) { return static_cast<int>(buffers.size()); }

  static Expected<Size> size(ssize_t bytes) {
    if (bytes < 0) [[unlikely]] return last_errno();
    return static_cast<Size>(bytes);
  }

  static Expected<off_t> to_offset(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) return Errno::inval;
    return static_cast<off_t>(value);
  }

  static Fdflags flags_of(int descriptor) {
    const int host = ::fcntl(descriptor, F_GETFL);
    Fdflags flags = Fdflags::none;
    if (host < 0 || (host & O_PATH) != 0) return flags;
    if ((host & O_APPEND) != 0) flags |= Fdflags::append;
    if ((host & O_NONBLOCK) != 0) flags |= Fdflags::nonblock;
    if ((host & O_SYNC) == O_SYNC) flags |= Fdflags::sync | Fdflags::rsync;
    else if ((host & O_DSYNC) != 0) flags |= Fdflags::dsync;
    return flags;
  }

  /// again: the guest does not want to wait, and it would on a descriptor that is not ours to change.
  Expected<void> ready(short events) const {
    if (descriptor_.owned() || !has(flags(), Fdflags::nonblock)) [[likely]] return success();
    pollfd wanted{number(), events, 0};
    if (retried([&] { return ::poll(&wanted, 1, 0); }) == 0) return Errno::again;
    return success();
  }

  /// Some file systems tell no types when they list; a name that was listed has no slash, so it can be looked at safely.
  Filetype type_of(const dirent64& entry) const {
    switch (entry.d_type) {
      case DT_REG: return Filetype::regular_file;
      case DT_DIR: return Filetype::directory;
      case DT_LNK: return Filetype::symbolic_link;
      case DT_CHR: return Filetype::character_device;
      case DT_BLK: return Filetype::block_device;
      case DT_SOCK: return Filetype::socket_stream;
      case DT_UNKNOWN: break;
      default: return Filetype::unknown;
    }
    struct stat host;
    return ::fstatat(number(), entry.d_name, &host, AT_SYMLINK_NOFOLLOW) == 0 ? to_filetype(host.st_mode) : Filetype::unknown;
  }

  Descriptor descriptor_;
  std::atomic<Fdflags> flags_;
};

static_assert(File<HostFile>);

}  // namespace wasmer::wasi
