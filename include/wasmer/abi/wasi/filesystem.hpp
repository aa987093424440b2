#pragma once
/// \file
/// What a file system is to WASI: the concept, and the few plain types that its calls take.

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <sys/uio.h>

#include <wasmer/abi/wasi/errno.hpp>
#include <wasmer/abi/wasi/path.hpp>
#include <wasmer/abi/wasi/types.hpp>
#include <wasmer/abi/wasi/version.hpp>

namespace wasmer::wasi {

/// Pieces of the guest's memory to read into or to write from, already checked.
using Buffers = std::span<const iovec>;

/// Whether a path's last component is followed if it is a symbolic link.
enum class Follow : bool { no, yes };

/// How to open a file.
struct OpenMode {
  bool read = true;
  bool write = false;
  Follow follow = Follow::no;
  Oflags oflags = Oflags::none;
  Fdflags fdflags = Fdflags::none;
};

/// Which of a file's times to set, and to what.
struct Times {
  Fstflags which = Fstflags::none;
  Timestamp accessed = 0;
  Timestamp modified = 0;
};

/// One entry of a directory; `name` is valid until the next one is given.
struct DirectoryEntry {
  std::uint64_t next;  ///< the cookie with which listing goes on after this entry
  std::uint64_t inode;
  Filetype type;
  std::string_view name;
};

/// An open file or directory. All calls may be made by several threads at once, `list` excepted.
template <class F>
concept File = std::movable<F> && requires(const F file, F& mutable_file, Buffers buffers, std::uint64_t number, bool (&sink)(const DirectoryEntry&)) {
  // Bytes read or written, from the file's own position and from a given one; fewer than asked for where the file says so.
  { file.read(buffers) } -> std::same_as<Expected<Size>>;
  { file.write(buffers) } -> std::same_as<Expected<Size>>;
  { file.read_at(buffers, number) } -> std::same_as<Expected<Size>>;
  { file.write_at(buffers, number) } -> std::same_as<Expected<Size>>;
  // Moves the position and says where it is.
  { file.seek(std::int64_t{}, Whence::set) } -> std::same_as<Expected<Filesize>>;
  // What is known of it, and what of that can be set.
  { file.stat() } -> std::same_as<Expected<Stat>>;
  { file.resize(number) } -> std::same_as<Expected<void>>;
  { file.set_times(Times{}) } -> std::same_as<Expected<void>>;
  { file.flags() } -> std::same_as<Fdflags>;
  { mutable_file.set_flags(Fdflags::append) } -> std::same_as<Expected<void>>;
  // Whether isatty would be true.
  { file.is_terminal() } -> std::same_as<bool>;
  // Gives the medium what it has not got yet, all of it or the data alone.
  { file.sync() } -> std::same_as<Expected<void>>;
  { file.sync_data() } -> std::same_as<Expected<void>>;
  { file.allocate(number, number) } -> std::same_as<Expected<void>>;
  { file.advise(number, number, Advice::normal) } -> std::same_as<Expected<void>>;
  // Gives the entries of a directory after the one that `cookie` stands for (0: from the first) until there are no more or the sink returns false.
  { file.list(number, sink) } -> std::same_as<Expected<void>>;
  // Bytes that can be read without waiting, and a descriptor that poll(2) takes, -1 where the file is always ready.
  { file.readable_bytes() } -> std::same_as<Filesize>;
  { file.pollable() } -> std::same_as<int>;
};

/// A tree of files. A path is relative to an open directory and never leads out of it: perm where it would.
template <class F>
concept Filesystem = std::copyable<F> && std::default_initializable<F> &&
                     requires(const F filesystem, const std::string& host, const typename F::File& directory, Path& path, std::span<std::byte> buffer) {
                       requires File<typename F::File>;
                       // The directory that the embedder preopens by this name, and one of the embedder's own descriptors, which stays its own.
                       { filesystem.preopen(host) } -> std::same_as<Expected<typename F::File>>;
                       { F::File::borrow(1) } -> std::same_as<typename F::File>;
                       { filesystem.open(directory, path, OpenMode{}) } -> std::same_as<Expected<typename F::File>>;
                       { filesystem.stat(directory, path, Follow::no) } -> std::same_as<Expected<Stat>>;
                       { filesystem.set_times(directory, path, Follow::no, Times{}) } -> std::same_as<Expected<void>>;
                       { filesystem.create_directory(directory, path) } -> std::same_as<Expected<void>>;
                       { filesystem.remove_directory(directory, path) } -> std::same_as<Expected<void>>;
                       { filesystem.unlink(directory, path) } -> std::same_as<Expected<void>>;
                       // From the first directory's path to the second's.
                       { filesystem.rename(directory, path, directory, path) } -> std::same_as<Expected<void>>;
                       { filesystem.link(directory, path, Follow::no, directory, path) } -> std::same_as<Expected<void>>;
                       // A link's text is a relative path, judged when it is followed. Reading gives the bytes put into the buffer, at most its size.
                       { filesystem.symlink(path, directory, path) } -> std::same_as<Expected<void>>;
                       { filesystem.read_link(directory, path, buffer) } -> std::same_as<Expected<Size>>;
                     };

}  // namespace wasmer::wasi
