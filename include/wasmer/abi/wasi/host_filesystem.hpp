#pragma once
/// \file
/// The host's own files as WASI's file system. Whatever changes a name works on (descriptor of its parent, name): the parent is resolved beneath the directory
/// that the guest was given, and the kernel does not follow the last component in those calls.

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wasmer/abi/wasi/beneath.hpp>
#include <wasmer/abi/wasi/host_file.hpp>

namespace wasmer::wasi {

/// The file system policy that is used unless another is named.
struct HostFilesystem {
  using File = HostFile;

  Resolution resolution = best_resolution();

  Expected<File> preopen(const std::string& host) const {
    Descriptor opened(retried([&] { return ::open(host.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
    if (!opened) return last_errno();
    return File(std::move(opened));
  }

  Expected<File> open(const File& directory, Path& path, const OpenMode& mode) const {
    if (has(mode.oflags, Oflags::creat | Oflags::directory)) return Errno::inval;
    // Opening a pipe would wait for someone at its other end, out of reach of Store::interrupt; reading waits as well.
    const int flags = host_flags(mode);
    WASMER_TRY(Descriptor opened, open_beneath(resolution, directory.number(), path.c_str(), flags | O_NONBLOCK, 0666));
    if ((flags & O_NONBLOCK) == 0) WASMER_CHECK(done(::fcntl(opened.number(), F_SETFL, flags)));
    return File(std::move(opened));
  }

  Expected<Stat> stat(const File& directory, Path& path, Follow follow) const {
    WASMER_TRY(const Descriptor found, find(directory, path, follow));
    struct stat host;
    if (::fstat(found.number(), &host) != 0) return last_errno();
    return to_stat(host);
  }

  Expected<void> set_times(const File& directory, Path& path, Follow follow, const Times& times) const {
    WASMER_TRY(const Descriptor found, find(directory, path, follow));
    const HostTimes host(times);
    if (::utimensat(found.number(), "", host.times, AT_EMPTY_PATH) == 0) return success();
    // Linux before 5.8 has no AT_EMPTY_PATH here.
    if (errno != EINVAL) return last_errno();
    return done(::utimensat(AT_FDCWD, ProcName(found).text, host.times, 0));
  }

  Expected<void> create_directory(const File& directory, Path& path) const {
    WASMER_TRY(const Place place, find_parent(directory, path));
    return done(::mkdirat(place.parent.number(), place.name, 0777));
  }
  Expected<void> remove_directory(const File& directory, Path& path) const {
    WASMER_TRY(const Place place, find_parent(directory, path));
    return done(::unlinkat(place.parent.number(), place.name, AT_REMOVEDIR));
  }
  Expected<void> unlink(const File& directory, Path& path) const {
    WASMER_TRY(const Place place, find_parent(directory, path));
    return done(::unlinkat(place.parent.number(), place.name, 0));
  }

  Expected<void> rename(const File& from_directory, Path& from, const File& to_directory, Path& to) const {
    WASMER_TRY(const Place source, find_parent(from_directory, from));
    WASMER_TRY(const Place target, find_parent(to_directory, to));
    return done(::renameat(source.parent.number(), source.name, target.parent.number(), target.name));
  }

  Expected<void> link(const File& from_directory, Path& from, Follow follow, const File& to_directory, Path& to) const {
    if (follow == Follow::yes || from.ends_in_slash()) {
      // What the path leads to has no name of its own that is known to be beneath, so it is linked by its descriptor.
      WASMER_TRY(const Descriptor source, find(from_directory, from, Follow::yes));
      WASMER_TRY(const Place target, find_parent(to_directory, to));
      return done(::linkat(AT_FDCWD, ProcName(source).text, target.parent.number(), target.name, AT_SYMLINK_FOLLOW));
    }
    WASMER_TRY(const Place source, find_parent(from_directory, from));
    WASMER_TRY(const Place target, find_parent(to_directory, to));
    return done(::linkat(source.parent.number(), source.name, target.parent.number(), target.name, 0));
  }

  Expected<void> symlink(const Path& text, const File& directory, Path& path) const {
    WASMER_TRY(const Place place, find_parent(directory, path));
    return done(::symlinkat(text.c_str(), place.parent.number(), place.name));
  }

  Expected<Size> read_link(const File& directory, Path& path, std::span<std::byte> buffer) const {
    WASMER_TRY(const Descriptor found, find(directory, path, Follow::no));
    std::byte spare;  // the kernel takes no empty buffer, not even to say that this is no link
    const std::span<std::byte> room = buffer.empty() ? std::span(&spare, 1) : buffer;
    const ssize_t bytes = ::readlinkat(found.number(), "", reinterpret_cast<char*>(room.data()), room.size());
    // For an empty path the kernel says ENOENT where it otherwise says EINVAL: this is no link.
    if (bytes < 0) return errno == ENOENT ? Errno::inval : last_errno();
    return buffer.empty() ? Size{0} : static_cast<Size>(bytes);
  }

 private:
  /// The directory that holds, or will hold, a name, and the name; it points into the Path.
  struct Place {
    Descriptor parent;
    const char* name;
  };

  /// The way to a file of which only the descriptor is known.
  struct ProcName {
    explicit ProcName(const Descriptor& descriptor) { std::snprintf(text, sizeof(text), "/proc/self/fd/%d", descriptor.number()); }
    char text[32];
  };

  static int host_flags(const OpenMode& mode) {
    int flags = mode.read && mode.write ? O_RDWR : mode.write ? O_WRONLY : O_RDONLY;
    if (mode.follow == Follow::no) flags |= O_NOFOLLOW;
    if (has(mode.oflags, Oflags::creat)) flags |= O_CREAT;
    if (has(mode.oflags, Oflags::directory)) flags |= O_DIRECTORY;
    if (has(mode.oflags, Oflags::excl)) flags |= O_EXCL;
    if (has(mode.oflags, Oflags::trunc)) flags |= O_TRUNC;
    if (has(mode.fdflags, Fdflags::append)) flags |= O_APPEND;
    if (has(mode.fdflags, Fdflags::nonblock)) flags |= O_NONBLOCK;
    if (has(mode.fdflags, Fdflags::dsync)) flags |= O_DSYNC;
    if (any(mode.fdflags & (Fdflags::sync | Fdflags::rsync))) flags |= O_SYNC;
    return flags;
  }

  /// The file itself, whatever it is, without opening it for anything.
  Expected<Descriptor> find(const File& directory, const Path& path, Follow follow) const {
    return open_beneath(resolution, directory.number(), path.c_str(), O_PATH | (follow == Follow::no ? O_NOFOLLOW : 0));
  }

  Expected<Place> find_parent(const File& directory, Path& path) const {
    // `a/..` has a parent beneath, but is itself perhaps outside: the whole path must be resolvable too.
    const Path::Parts parts = path.cut();
    if (parts.is_dot_dot) {
      const std::string whole = std::string(parts.parent) + "/..";
      WASMER_CHECK(open_beneath(resolution, directory.number(), whole.c_str(), O_PATH | O_DIRECTORY));
    }
    if (parts.parent != path.c_str()) return Place{Descriptor::borrowed(directory.number()), parts.name};
    WASMER_TRY(Descriptor parent, open_beneath(resolution, directory.number(), parts.parent, O_PATH | O_DIRECTORY));
    return Place{std::move(parent), parts.name};
  }
};

static_assert(Filesystem<HostFilesystem>);

}  // namespace wasmer::wasi
