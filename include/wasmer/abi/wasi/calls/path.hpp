#pragma once
/// \file
/// Calls that take a path, relative to an open directory.

#include <cstddef>
#include <memory>
#include <utility>

#include <wasmer/abi/wasi/calls/file.hpp>
#include <wasmer/abi/wasi/path.hpp>
#include <wasmer/abi/wasi/state.hpp>

namespace wasmer::wasi {

namespace detail {

inline Expected<void> load(Path& path, GuestMemory memory, GuestText guest) {
  const auto text = memory.text(guest);
  if (!text) return Errno::fault;
  return path.assign(*text);
}

constexpr Follow follow(Lookupflags flags) { return has(flags, Lookupflags::symlink_follow) ? Follow::yes : Follow::no; }

/// The directory in which `path`, loaded from the guest's memory, is to be looked up. It is that of `fd`, unless Wasmer's layout leads to another.
template <class FS>
Expected<typename State<FS>::Entry> enter(State<FS>& state, Fd fd, Rights needed, GuestMemory memory, GuestText guest_path, Path& path,
                                          Follow follow = Follow::no) {
  WASMER_TRY(auto directory, state.files().directory(fd, needed));
  WASMER_CHECK(load(path, memory, guest_path));
  if (state.virtual_root() != nullptr) [[unlikely]] return state.virtual_root()->resolve(state.filesystem(), directory, path, follow);
  return directory;
}

/// The same, for a change; rofs: it is a directory in which nothing may be changed.
template <class FS>
Expected<typename State<FS>::Entry> enter_to_change(State<FS>& state, Fd fd, Rights needed, GuestMemory memory, GuestText guest_path, Path& path,
                                                    Follow follow = Follow::no) {
  WASMER_TRY(auto directory, enter(state, fd, needed, memory, guest_path, path, follow));
  if (directory->read_only) return Errno::rofs;
  return directory;
}

/// What an opened file may be used for: what suits its kind and how it was opened, as far as its directory hands it on.
inline Rights opened_rights(Filetype type, const OpenMode& mode, bool is_terminal) {
  if (type == Filetype::directory) return directory_rights;
  Rights rights = file_rights;
  if (!mode.read && mode.write) rights = rights - read_rights;
  if (!mode.write) rights = rights - write_rights;
  if (is_terminal) rights = rights - position_rights;
  return rights;
}

}  // namespace detail

/// The rights asked for say whether to read or write; otherwise a file has all that suit it, since programs ask for none and expect to work.
template <class FS>
Expected<void> path_open(State<FS>& state, GuestMemory memory, Fd fd, Lookupflags lookup, GuestText guest_path, Oflags oflags, Rights rights,
                         Rights /*inheriting*/, Fdflags fdflags, GuestPointer<Fd> opened_fd) {
  Rights needed = Rights::path_open;
  if (has(oflags, Oflags::creat)) needed |= Rights::path_create_file;
  if (has(oflags, Oflags::trunc)) needed |= Rights::path_filestat_set_size;
  if (any(oflags - Oflags::all) || any(fdflags - Fdflags::all)) return Errno::inval;
  const bool is_new = has(oflags, Oflags::creat | Oflags::excl);  // then it is no link
  Path path;
  WASMER_TRY(const auto directory, detail::enter(state, fd, needed, memory, guest_path, path, is_new ? Follow::no : detail::follow(lookup)));
  if (!memory.holds(opened_fd)) return Errno::fault;
  if (state.files().is_full()) return Errno::mfile;

  OpenMode mode;
  mode.read = any(rights & (Rights::fd_read | Rights::fd_readdir));
  // Programs of 2019 ask for appending and for no right to write.
  mode.write = any(rights & write_rights) || (has(fdflags, Fdflags::append) && !mode.read);
  mode.follow = detail::follow(lookup);
  mode.oflags = oflags;
  mode.fdflags = fdflags;

  const Rights inheriting = state.files().rights(directory).second;
  if (mode.write && !has(inheriting, rights & write_rights)) return Errno::notcapable;
  bool would_create = false;
  if (directory->read_only) {
    if (mode.write || any(oflags & (Oflags::trunc | Oflags::excl))) return Errno::rofs;
    would_create = has(oflags, Oflags::creat);
    mode.oflags = oflags - Oflags::creat;
  }

  if (directory->root != nullptr) {
    if (path.view() != ".") return would_create ? Errno::rofs : Errno::noent;
    WASMER_TRY(const Fd number, state.files().insert(directory->root->open(directory_rights & inheriting, inheriting)));
    (void)memory.store(opened_fd, number);
    return success();
  }

  auto opened = state.filesystem().open(directory->file, path, mode);
  if (!opened) return would_create && opened.assume_error() == Errno::noent ? Errno::rofs : opened.assume_error();
  WASMER_TRY(const Stat stat, opened.assume_value().stat());
  const bool is_terminal = stat.type == Filetype::character_device && opened.assume_value().is_terminal();
  const Rights granted = detail::opened_rights(stat.type, mode, is_terminal) & inheriting;
  auto entry = std::make_shared<OpenFile<typename State<FS>::File>>(std::move(opened).assume_value(), stat.type, granted, inheriting, directory->read_only);
  WASMER_TRY(const Fd number, state.files().insert(std::move(entry)));
  (void)memory.store(opened_fd, number);
  return success();
}

template <class FS> Expected<void> path_create_directory(State<FS>& state, GuestMemory memory, Fd fd, GuestText guest_path) {
  Path path;
  WASMER_TRY(const auto directory, detail::enter_to_change(state, fd, Rights::path_create_directory, memory, guest_path, path));
  return state.filesystem().create_directory(directory->file, path);
}

template <class FS> Expected<void> path_remove_directory(State<FS>& state, GuestMemory memory, Fd fd, GuestText guest_path) {
  Path path;
  WASMER_TRY(const auto directory, detail::enter_to_change(state, fd, Rights::path_remove_directory, memory, guest_path, path));
  return state.filesystem().remove_directory(directory->file, path);
}

template <class FS> Expected<void> path_unlink_file(State<FS>& state, GuestMemory memory, Fd fd, GuestText guest_path) {
  Path path;
  WASMER_TRY(const auto directory, detail::enter_to_change(state, fd, Rights::path_unlink_file, memory, guest_path, path));
  return state.filesystem().unlink(directory->file, path);
}

template <class Version, class FS>
Expected<void> path_filestat_get(State<FS>& state, GuestMemory memory, Fd fd, Lookupflags lookup, GuestText guest_path,
                                 GuestPointer<typename Version::Filestat> filestat) {
  Path path;
  WASMER_TRY(const auto directory, detail::enter(state, fd, Rights::path_filestat_get, memory, guest_path, path, detail::follow(lookup)));
  const auto look = [&]() -> Expected<Stat> {
    if (directory->root == nullptr) return state.filesystem().stat(directory->file, path, detail::follow(lookup));
    if (path.view() != ".") return Errno::noent;
    return directory->root->stat();
  };
  WASMER_TRY(const Stat stat, look());
  if (!memory.store(filestat, Version::filestat(stat))) return Errno::fault;
  return success();
}

template <class FS>
Expected<void> path_filestat_set_times(State<FS>& state, GuestMemory memory, Fd fd, Lookupflags lookup, GuestText guest_path, Timestamp accessed,
                                       Timestamp modified, Fstflags which) {
  WASMER_CHECK(check(which));
  Path path;
  WASMER_TRY(const auto directory, detail::enter_to_change(state, fd, Rights::path_filestat_set_times, memory, guest_path, path, detail::follow(lookup)));
  return state.filesystem().set_times(directory->file, path, detail::follow(lookup), {which, accessed, modified});
}

/// Both ends must be changeable: a file of a read-only directory would otherwise get a name by which it can be written.
template <class FS>
Expected<void> path_link(State<FS>& state, GuestMemory memory, Fd old_fd, Lookupflags lookup, GuestText old_path, Fd new_fd, GuestText new_path) {
  Path from, to;
  WASMER_TRY(const auto from_directory, detail::enter_to_change(state, old_fd, Rights::path_link_source, memory, old_path, from, detail::follow(lookup)));
  WASMER_TRY(const auto to_directory, detail::enter_to_change(state, new_fd, Rights::path_link_target, memory, new_path, to));
  return state.filesystem().link(from_directory->file, from, detail::follow(lookup), to_directory->file, to);
}

template <class FS>
Expected<void> path_rename(State<FS>& state, GuestMemory memory, Fd old_fd, GuestText old_path, Fd new_fd, GuestText new_path) {
  Path from, to;
  WASMER_TRY(const auto from_directory, detail::enter_to_change(state, old_fd, Rights::path_rename_source, memory, old_path, from));
  WASMER_TRY(const auto to_directory, detail::enter_to_change(state, new_fd, Rights::path_rename_target, memory, new_path, to));
  return state.filesystem().rename(from_directory->file, from, to_directory->file, to);
}

template <class FS> Expected<void> path_symlink(State<FS>& state, GuestMemory memory, GuestText old_path, Fd fd, GuestText new_path) {
  Path text, path;
  WASMER_CHECK(detail::load(text, memory, old_path));
  WASMER_TRY(const auto directory, detail::enter_to_change(state, fd, Rights::path_symlink, memory, new_path, path));
  return state.filesystem().symlink(text, directory->file, path);
}

template <class FS>
Expected<void> path_readlink(State<FS>& state, GuestMemory memory, Fd fd, GuestText guest_path, GuestBytes buffer, GuestPointer<Size> used) {
  Path path;
  WASMER_TRY(const auto directory, detail::enter(state, fd, Rights::path_readlink, memory, guest_path, path));
  if (directory->root != nullptr) return path.view() == "." ? Errno::inval : Errno::noent;
  const auto bytes = memory.bytes(buffer);
  if (!bytes || !memory.holds(used)) return Errno::fault;
  WASMER_TRY(const Size size, state.filesystem().read_link(directory->file, path, *bytes));
  (void)memory.store(used, size);
  return success();
}

}  // namespace wasmer::wasi
