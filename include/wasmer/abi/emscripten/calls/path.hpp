#pragma once
/// \file
/// Calls that take a path: from the working directory, from an open one, or from the root.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <wasmer/abi/emscripten/calls/file.hpp>
#include <wasmer/abi/emscripten/calls/process.hpp>
#include <wasmer/abi/emscripten/mounts.hpp>
#include <wasmer/abi/emscripten/state.hpp>

namespace wasmer::emscripten {

inline constexpr Fd at_cwd{static_cast<std::uint32_t>(AT_FDCWD)};

/// The directory that paths begin at. badf, notdir: it is not open, or no directory.
inline Expected<std::string> base_of(State& state, Fd directory, std::string_view path) {
  if (directory == at_cwd || path.starts_with('/')) return state.mounts().cwd();
  WASMER_TRY(const Entry entry, opened(state, directory));
  if (entry->type != Filetype::directory || !entry->preopen) return Errno::notdir;
  return *entry->preopen;
}

inline Expected<Mounts::Place> place_of(State& state, Fd directory, std::string_view path) {
  if (path.size() >= wasi::Path::limit) return Errno::nametoolong;
  WASMER_TRY(const std::string base, base_of(state, directory, path));
  return state.mounts().find(base, path);
}
inline Expected<Mounts::Place> place_of(State& state, const GuestMemory& memory, Fd directory, GuestString path) {
  const auto text = text_of(memory, path);
  if (!text) return Errno::fault;
  return place_of(state, directory, *text);
}

/// What a device is opened as: the host's of the same name, or what the embedder gave for a standard stream, which stays its own. noent: it gave none.
inline Expected<File> open_device(State& state, std::string_view name, std::int32_t flags) {
  const Options& given = state.options();
  const bool reads = (flags & O_ACCMODE) == O_RDONLY;
  const wasi::Endpoint* end = nullptr;
  if (name == "stdin" || (name == "tty" && reads)) end = &given.in;
  else if (name == "stdout" || name == "tty") end = &given.out;
  else if (name == "stderr") end = &given.err;
  if (end != nullptr) {
    if (const wasi::Stream* const stream = end->stream()) return File(*stream);
    if (end->descriptor() == -1) return Errno::noent;
    return File::borrow(end->descriptor());
  }
  const std::string host = name == "null" ? "/dev/null" : name == "zero" ? "/dev/zero" : "/dev/urandom";
  const int made = ::open(host.c_str(), (flags & O_ACCMODE) | O_CLOEXEC);
  if (made < 0) return wasi::last_errno();
  return File(wasi::HostFile(wasi::Descriptor(made)));
}

inline wasi::OpenMode mode_of(std::int32_t flags) {
  wasi::OpenMode mode;
  const std::int32_t access = flags & O_ACCMODE;
  mode.read = access != O_WRONLY, mode.write = access == O_WRONLY || access == O_RDWR;
  mode.follow = (flags & O_NOFOLLOW) != 0 ? wasi::Follow::no : wasi::Follow::yes;
  const auto add = [&](bool wanted, wasi::Oflags flag) { if (wanted) mode.oflags |= flag; };
  add((flags & O_CREAT) != 0, wasi::Oflags::creat), add((flags & O_DIRECTORY) != 0, wasi::Oflags::directory);
  add((flags & O_EXCL) != 0 && (flags & O_CREAT) != 0, wasi::Oflags::excl), add((flags & O_TRUNC) != 0, wasi::Oflags::trunc);
  if ((flags & O_APPEND) != 0) mode.fdflags |= Fdflags::append;
  if ((flags & O_NONBLOCK) != 0) mode.fdflags |= Fdflags::nonblock;
  return mode;
}

inline Number open_at(State& state, Mounts::Place place, std::int32_t flags) {
  if (state.files().is_full()) return Errno::mfile;
  if ((flags & O_ACCMODE) == O_ACCMODE) return Errno::inval;
  if (const auto device = Mounts::device(place)) {
    if (place.slash || (flags & O_DIRECTORY) != 0) return Errno::notdir;
    if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) return Errno::exist;
    WASMER_TRY(File file, open_device(state, *device, flags));
    WASMER_TRY(const wasi::Stat stat, file.stat());
    WASMER_TRY(const Fd fd, state.files().insert(make_entry(std::move(file), stat.type)));
    return static_cast<std::int32_t>(fd);
  }
  wasi::OpenMode mode = mode_of(flags);
  bool would_create = false;
  if (place.mount->read_only) {
    if (mode.write || (flags & O_TRUNC) != 0 || wasi::has(mode.oflags, wasi::Oflags::excl)) return Errno::rofs;
    would_create = wasi::has(mode.oflags, wasi::Oflags::creat);
    mode.oflags = mode.oflags - wasi::Oflags::creat;
  }
  auto opened = state.mounts().open(place, mode);
  if (!opened) return would_create && opened.assume_error() == Errno::noent ? Errno::rofs : opened.assume_error();
  File file(std::move(opened).assume_value());
  WASMER_TRY(const wasi::Stat stat, file.stat());
  Rights rights = wasi::file_rights;
  if (stat.type == Filetype::directory) rights = wasi::directory_rights;
  else if (!mode.write) rights = rights - wasi::write_rights;
  else if (!mode.read) rights = rights - wasi::read_rights;
  Entry entry = make_entry(std::move(file), stat.type, rights, place.mount->read_only);
  if (stat.type == Filetype::directory) entry->preopen = std::move(place.whole);  // by which paths are found from it
  WASMER_TRY(const Fd fd, state.files().insert(std::move(entry)));
  return static_cast<std::int32_t>(fd);
}

inline Number openat_old(State& state, Guest guest, Fd directory, GuestString path, std::int32_t flags, std::uint32_t /*mode*/) {
  WASMER_TRY(auto place, place_of(state, guest, directory, path));
  return open_at(state, std::move(place), flags);
}
/// Today's has the address of its variable arguments, the mode.
inline Number openat(State& state, Guest guest, Fd directory, GuestString path, std::int32_t flags, std::uint32_t /*arguments*/) {
  return openat_old(state, guest, directory, path, flags, 0);
}
inline Number open(State& state, Guest guest, GuestString path, std::int32_t flags, std::uint32_t mode) { return openat_old(state, guest, at_cwd, path, flags, mode); }
inline Number creat(State& state, Guest guest, GuestString path, std::uint32_t mode) {
  return openat_old(state, guest, at_cwd, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

inline Expected<wasi::Stat> stat_of(State& state, Mounts::Place& place, wasi::Follow follow) {
  if (const auto device = Mounts::device(place)) {
    if (place.slash) return Errno::notdir;
    wasi::Stat stat;
    stat.type = Filetype::character_device, stat.inode = static_cast<std::uint64_t>(std::ranges::find(Mounts::devices, *device) - Mounts::devices.begin()) + 2, stat.links = 1;
    return stat;
  }
  return state.mounts().stat(place, follow);
}

inline Number stat_at(State& state, Guest guest, Fd directory, GuestString path, std::uint32_t where, wasi::Follow follow) {
  WASMER_TRY(auto place, place_of(state, guest, directory, path));
  WASMER_TRY(const wasi::Stat stat, stat_of(state, place, follow));
  WASMER_CHECK(put_stat(state, guest, where, stat, place.mount->read_only));
  return 0;
}
inline Number stat(State& state, Guest guest, GuestString path, std::uint32_t where) { return stat_at(state, guest, at_cwd, path, where, wasi::Follow::yes); }
inline Number lstat(State& state, Guest guest, GuestString path, std::uint32_t where) { return stat_at(state, guest, at_cwd, path, where, wasi::Follow::no); }
inline Number fstatat(State& state, Guest guest, Fd directory, GuestString path, std::uint32_t where, std::int32_t flags) {
  if ((flags & AT_EMPTY_PATH) != 0 && text_of(guest, path) == "") return fstat(state, guest, directory, where);
  return stat_at(state, guest, directory, path, where, (flags & AT_SYMLINK_NOFOLLOW) != 0 ? wasi::Follow::no : wasi::Follow::yes);
}

/// What may be read and written follows from what is there; who asks is nobody else's guest.
inline Number faccessat(State& state, Guest guest, Fd directory, GuestString path, std::uint32_t wanted, std::int32_t /*flags*/) {
  if ((wanted & ~7u) != 0) return Errno::inval;
  WASMER_TRY(auto place, place_of(state, guest, directory, path));
  WASMER_TRY(const wasi::Stat stat, stat_of(state, place, wasi::Follow::yes));
  if ((wanted & W_OK) != 0 && place.mount->read_only) return Errno::rofs;
  if ((wanted & X_OK) != 0 && stat.type != Filetype::directory) return Errno::acces;
  return 0;
}
inline Number access(State& state, Guest guest, GuestString path, std::uint32_t wanted) { return faccessat(state, guest, at_cwd, path, wanted, 0); }

inline Number mkdirat(State& state, Guest guest, Fd directory, GuestString path, std::uint32_t /*mode*/) {
  WASMER_TRY(auto place, place_of(state, guest, directory, path));
  WASMER_CHECK(state.mounts().create_directory(place));
  return 0;
}
inline Number mkdir(State& state, Guest guest, GuestString path, std::uint32_t mode) { return mkdirat(state, guest, at_cwd, path, mode); }
/// Pipes with names, sockets and devices are not made; a plain file is.
inline Number mknod(State& state, Guest guest, GuestString path, std::uint32_t mode, std::uint32_t /*device*/) {
  if ((mode & S_IFMT) != S_IFREG && (mode & S_IFMT) != 0) return Errno::perm;
  WASMER_TRY(const std::int32_t fd, openat_old(state, guest, at_cwd, path, O_CREAT | O_EXCL | O_WRONLY, mode));
  return close(state, guest, static_cast<Fd>(fd));
}

inline Number rmdir(State& state, Guest guest, GuestString path) {
  WASMER_TRY(auto place, place_of(state, guest, at_cwd, path));
  WASMER_CHECK(state.mounts().remove_directory(place));
  return 0;
}
inline Number unlinkat(State& state, Guest guest, Fd directory, GuestString path, std::int32_t flags) {
  WASMER_TRY(auto place, place_of(state, guest, directory, path));
  if ((flags & AT_REMOVEDIR) != 0) WASMER_CHECK(state.mounts().remove_directory(place));
  else WASMER_CHECK(state.mounts().unlink(place));
  return 0;
}
inline Number unlink(State& state, Guest guest, GuestString path) { return unlinkat(state, guest, at_cwd, path, 0); }

inline Number renameat(State& state, Guest guest, Fd from_directory, GuestString from_path, Fd to_directory, GuestString to_path) {
  WASMER_TRY(auto from, place_of(state, guest, from_directory, from_path));
  WASMER_TRY(auto to, place_of(state, guest, to_directory, to_path));
  WASMER_CHECK(state.mounts().rename(from, to));
  return 0;
}
inline Number rename(State& state, Guest guest, GuestString from, GuestString to) { return renameat(state, guest, at_cwd, from, at_cwd, to); }

inline Number linkat(State& state, Guest guest, Fd from_directory, GuestString from_path, Fd to_directory, GuestString to_path, std::int32_t flags) {
  WASMER_TRY(auto from, place_of(state, guest, from_directory, from_path));
  WASMER_TRY(auto to, place_of(state, guest, to_directory, to_path));
  WASMER_CHECK(state.mounts().link(from, (flags & AT_SYMLINK_FOLLOW) != 0 ? wasi::Follow::yes : wasi::Follow::no, to));
  return 0;
}
inline Number link(State& state, Guest guest, GuestString from, GuestString to) { return linkat(state, guest, at_cwd, from, at_cwd, to, 0); }

/// perm: the link's text is an absolute path, which would mean another file to the host.
inline Number symlinkat(State& state, Guest guest, GuestString target, Fd directory, GuestString path) {
  const auto text = text_of(guest, target);
  if (!text) return Errno::fault;
  wasi::Path target_path;
  WASMER_CHECK(target_path.assign(*text));
  WASMER_TRY(auto place, place_of(state, guest, directory, path));
  WASMER_CHECK(state.mounts().symlink(target_path, place));
  return 0;
}
inline Number symlink(State& state, Guest guest, GuestString target, GuestString path) { return symlinkat(state, guest, target, at_cwd, path); }

inline Number readlinkat(State& state, Guest guest, Fd directory, GuestString path, GuestBytes buffer) {
  if (buffer.count == 0) return Errno::inval;
  WASMER_TRY(auto place, place_of(state, guest, directory, path));
  if (Mounts::device(place)) return Errno::inval;
  const auto bytes = guest.bytes(buffer);
  if (!bytes) return Errno::fault;
  WASMER_TRY(const wasi::Size size, state.mounts().read_link(place, *bytes));
  return static_cast<std::int32_t>(size);
}
inline Number readlink(State& state, Guest guest, GuestString path, GuestBytes buffer) { return readlinkat(state, guest, at_cwd, path, buffer); }

inline Number truncate_path(State& state, const Guest& guest, GuestString path, std::int64_t bytes) {
  WASMER_TRY(const std::int32_t fd, openat_old(state, guest, at_cwd, path, O_WRONLY, 0));
  const Number done = ftruncate(state, guest, static_cast<Fd>(fd), bytes);
  (void)state.files().close(static_cast<Fd>(fd));
  return done;
}
inline Number truncate_old(State& state, Guest guest, GuestString path, Unused, Split bytes) { return truncate_path(state, guest, path, bytes.value); }
inline Number truncate(State& state, Guest guest, GuestString path, std::int64_t bytes) { return truncate_path(state, guest, path, bytes); }

/// Modes and owners are nobody's: there is one user, whose files all are. The file has to be there, and changeable.
inline Number fchmodat(State& state, Guest guest, Fd directory, GuestString path, std::uint32_t /*mode*/) {
  WASMER_TRY(auto place, place_of(state, guest, directory, path));
  WASMER_CHECK(stat_of(state, place, wasi::Follow::yes));
  if (place.mount->read_only) return Errno::rofs;
  return 0;
}
inline Number fchmodat_today(State& state, Guest guest, Fd directory, GuestString path, std::uint32_t mode, std::int32_t /*flags*/) {
  return fchmodat(state, guest, directory, path, mode);
}
inline Number chmod(State& state, Guest guest, GuestString path, std::uint32_t mode) { return fchmodat(state, guest, at_cwd, path, mode); }
inline Number fchmod(State& state, Guest, Fd fd, std::uint32_t /*mode*/) {
  WASMER_TRY(const Entry entry, opened(state, fd));
  return entry->read_only ? Number(Errno::rofs) : 0;
}
inline Number chown(State& state, Guest guest, GuestString path, std::uint32_t, std::uint32_t) { return fchmodat(state, guest, at_cwd, path, 0); }
inline Number fchown(State& state, Guest guest, Fd fd, std::uint32_t, std::uint32_t) { return fchmod(state, guest, fd, 0); }
inline Number fchownat(State& state, Guest guest, Fd directory, GuestString path, std::uint32_t, std::uint32_t, std::int32_t flags) {
  if ((flags & AT_EMPTY_PATH) != 0 && text_of(guest, path) == "") return fchmod(state, guest, directory, 0);
  return fchmodat(state, guest, directory, path, 0);
}

/// The times of one file: null for now, or two of {seconds, nanoseconds}.
inline Expected<wasi::Times> times_at(const State& state, const GuestMemory& memory, std::uint32_t where) {
  wasi::Times times;
  if (where == 0) {
    times.which = wasi::Fstflags::atim_now | wasi::Fstflags::mtim_now;
    return times;
  }
  constexpr std::int64_t now = 0x3FFFFFFF, omit = 0x3FFFFFFE;
  const bool is_short = state.layout_of_stat() != StatLayout::today;
  const auto one = [&](std::uint32_t at, wasi::Fstflags given, wasi::Fstflags is_now, wasi::Timestamp& time) -> Expected<void> {
    std::int64_t second = 0, nanosecond = 0;
    if (is_short) {
      const auto both = memory.load(GuestPointer<std::array<std::int32_t, 2>>{at});
      if (!both) return Errno::fault;
      second = (*both)[0], nanosecond = (*both)[1];
    } else {
      const auto both = memory.load(GuestPointer<std::array<std::int64_t, 2>>{at});
      if (!both) return Errno::fault;
      second = (*both)[0], nanosecond = static_cast<std::int32_t>((*both)[1]);
    }
    if (nanosecond == omit) return success();
    if (nanosecond == now) {
      times.which |= is_now;
      return success();
    }
    if (nanosecond < 0 || nanosecond >= 1'000'000'000 || second < 0 || second > 9'000'000'000) return Errno::inval;
    times.which |= given;
    time = static_cast<wasi::Timestamp>(second) * 1'000'000'000 + static_cast<wasi::Timestamp>(nanosecond);
    return success();
  };
  WASMER_CHECK(one(where, wasi::Fstflags::atim, wasi::Fstflags::atim_now, times.accessed));
  WASMER_CHECK(one(where + (is_short ? 8 : 16), wasi::Fstflags::mtim, wasi::Fstflags::mtim_now, times.modified));
  return times;
}
inline Number utimensat(State& state, Guest guest, Fd directory, GuestString path, std::uint32_t where, std::int32_t flags) {
  WASMER_TRY(const wasi::Times times, times_at(state, guest, where));
  if (path.address == 0) {
    WASMER_TRY(const Entry entry, opened(state, directory));
    if (entry->read_only) return Errno::rofs;
    WASMER_CHECK(entry->file.set_times(times));
    return 0;
  }
  WASMER_TRY(auto place, place_of(state, guest, directory, path));
  if (Mounts::device(place)) return Errno::perm;
  WASMER_CHECK(state.mounts().set_times(place, (flags & AT_SYMLINK_NOFOLLOW) != 0 ? wasi::Follow::no : wasi::Follow::yes, times));
  return 0;
}
/// `utimes` and `utime` of fastcomp's: microseconds, or whole seconds.
inline Number utimes_with(State& state, const Guest& guest, GuestString path, std::uint32_t where, bool whole) {
  wasi::Times times;
  times.which = wasi::Fstflags::atim_now | wasi::Fstflags::mtim_now;
  if (where != 0) {
    const auto given = guest.load(GuestPointer<std::array<std::int32_t, 4>>{where});
    if (!given) return Errno::fault;
    const std::int32_t accessed = (*given)[0], modified = (*given)[whole ? 1 : 2], a = whole ? 0 : (*given)[1], m = whole ? 0 : (*given)[3];
    if (accessed < 0 || modified < 0 || a < 0 || m < 0 || a >= 1'000'000 || m >= 1'000'000) return Errno::inval;
    times = {wasi::Fstflags::atim | wasi::Fstflags::mtim, static_cast<wasi::Timestamp>(accessed) * 1'000'000'000 + static_cast<wasi::Timestamp>(a) * 1000,
             static_cast<wasi::Timestamp>(modified) * 1'000'000'000 + static_cast<wasi::Timestamp>(m) * 1000};
  }
  WASMER_TRY(auto place, place_of(state, guest, at_cwd, path));
  if (Mounts::device(place)) return Errno::perm;
  WASMER_CHECK(state.mounts().set_times(place, wasi::Follow::yes, times));
  return 0;
}
inline std::int32_t as_c(State& state, const Guest& guest, const Number& result) { return result ? result.assume_value() : fail(state, guest, result.assume_error()); }
inline std::int32_t utimes(State& state, Guest guest, GuestString path, std::uint32_t where) { return as_c(state, guest, utimes_with(state, guest, path, where, false)); }
inline std::int32_t utime(State& state, Guest guest, GuestString path, std::uint32_t where) { return as_c(state, guest, utimes_with(state, guest, path, where, true)); }

inline Number chdir(State& state, Guest guest, GuestString path) {
  WASMER_TRY(auto place, place_of(state, guest, at_cwd, path));
  WASMER_TRY(const wasi::Stat stat, stat_of(state, place, wasi::Follow::yes));
  if (stat.type != Filetype::directory) return Errno::notdir;
  state.mounts().set_cwd(std::move(place.whole));
  return 0;
}
inline Number fchdir(State& state, Guest, Fd fd) {
  WASMER_TRY(const Entry entry, opened(state, fd));
  if (entry->type != Filetype::directory || !entry->preopen) return Errno::notdir;
  state.mounts().set_cwd(*entry->preopen);
  return 0;
}
/// The number of bytes, the NUL included. range: the buffer is too small.
inline Number getcwd(State& state, Guest guest, GuestBytes buffer) {
  if (buffer.count == 0) return Errno::inval;
  const std::string& cwd = state.mounts().cwd();
  if (cwd.size() + 1 > buffer.count) return Errno::range;
  const auto bytes = guest.bytes(buffer);
  if (!bytes) return Errno::fault;
  std::memcpy(bytes->data(), cwd.c_str(), cwd.size() + 1);
  return static_cast<std::int32_t>(cwd.size() + 1);
}

/// `struct statfs`: Emscripten's constants, whatever the file system.
inline Number put_statfs(const GuestMemory& memory, std::uint32_t where) {
  if (!memory.bytes(where, 64)) return Errno::fault;
  const auto put = [&](std::uint32_t at, std::uint32_t value) { (void)memory.store(GuestPointer<std::uint32_t>{where + at}, value); };
  put(4, 4096), put(40, 4096), put(8, 1'000'000), put(12, 500'000), put(16, 500'000), put(20, 1000), put(24, 1'000'000), put(28, 42), put(44, 2), put(36, 255);
  return 0;
}
inline Number statfs(State& state, Guest guest, GuestString path, std::uint32_t size, std::uint32_t where) {
  if (size < 64) return Errno::inval;
  WASMER_CHECK(place_of(state, guest, at_cwd, path));
  return put_statfs(guest, where);
}
inline Number fstatfs(State& state, Guest guest, Fd fd, std::uint32_t size, std::uint32_t where) {
  if (size < 64) return Errno::inval;
  WASMER_CHECK(opened(state, fd));
  return put_statfs(guest, where);
}

}  // namespace wasmer::emscripten
