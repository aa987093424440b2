#pragma once
/// \file
/// File systems with what is asked of all of them alike: a directory in each, and its calls under short names.

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/abi/wasi/filesystem.hpp>
#include <wasmer/abi/wasi/host_filesystem.hpp>
#include <wasmer/abi/wasi/memory_filesystem.hpp>
#include <wasmer/abi/wasi/overlay.hpp>

#include "world.hpp"

namespace wasmer::tests {

inline constexpr wasi::OpenMode for_writing{.read = true, .write = true};
inline constexpr wasi::OpenMode creating{.read = true, .write = true, .oflags = wasi::Oflags::creat};

inline wasi::Path path_of(std::string_view text) {
  wasi::Path path;
  if (!path.assign(text)) throw std::runtime_error("no path");
  return path;
}

/// The calls of an open file, with text.
template <class File> wasi::Expected<wasi::Size> write(const File& file, std::string_view text) {
  const iovec piece{const_cast<char*>(text.data()), text.size()};
  return file.write({&piece, 1});
}
template <class File> wasi::Expected<wasi::Size> write_at(const File& file, std::string_view text, std::uint64_t offset) {
  const iovec piece{const_cast<char*>(text.data()), text.size()};
  return file.write_at({&piece, 1}, offset);
}
template <class File> wasi::Expected<std::string> read(const File& file, std::size_t size) {
  std::string text(size, '?');
  const iovec piece{text.data(), size};
  WASMER_TRY(const wasi::Size got, file.read({&piece, 1}));
  return text.substr(0, got);
}
template <class File> wasi::Expected<std::string> read_at(const File& file, std::size_t size, std::uint64_t offset) {
  std::string text(size, '?');
  const iovec piece{text.data(), size};
  WASMER_TRY(const wasi::Size got, file.read_at({&piece, 1}, offset));
  return text.substr(0, got);
}

/// A file system and a directory of its own to work in. `Given` says where `give` puts what is there before the guest comes.
template <class Given> struct Tested : Given {
  using FS = typename Given::FS;
  using File = typename FS::File;

  File root = this->filesystem.preopen(this->root_name()).value();

  wasi::Expected<File> open(std::string_view path, const wasi::OpenMode& mode = {}) const { return open_in(root, path, mode); }
  wasi::Expected<File> open_in(const File& directory, std::string_view path, const wasi::OpenMode& mode = {}) const {
    wasi::Path at = path_of(path);
    return this->filesystem.open(directory, at, mode);
  }
  wasi::Errno make(std::string_view path, std::string_view text) const {
    const auto file = open(path, {.write = true, .oflags = wasi::Oflags::creat | wasi::Oflags::trunc});
    return file ? errno_of(write(file.value(), text)) : file.assume_error();
  }
  /// All that the file holds, or its errno's name.
  std::string text_of(std::string_view path, wasi::Follow follow = wasi::Follow::yes) const {
    const auto file = open(path, {.follow = follow});
    if (!file) return std::string(to_string(file.assume_error()));
    const auto text = read(file.value(), 100'000);
    return text ? text.value() : std::string(to_string(text.assume_error()));
  }
  wasi::Expected<wasi::Stat> stat(std::string_view path, wasi::Follow follow = wasi::Follow::no) const {
    wasi::Path at = path_of(path);
    return this->filesystem.stat(root, at, follow);
  }
  wasi::Errno set_times(std::string_view path, const wasi::Times& times, wasi::Follow follow = wasi::Follow::no) const {
    wasi::Path at = path_of(path);
    return errno_of(this->filesystem.set_times(root, at, follow, times));
  }
  wasi::Errno mkdir(std::string_view path) const {
    wasi::Path at = path_of(path);
    return errno_of(this->filesystem.create_directory(root, at));
  }
  wasi::Errno rmdir(std::string_view path) const {
    wasi::Path at = path_of(path);
    return errno_of(this->filesystem.remove_directory(root, at));
  }
  wasi::Errno unlink(std::string_view path) const {
    wasi::Path at = path_of(path);
    return errno_of(this->filesystem.unlink(root, at));
  }
  wasi::Errno rename(std::string_view from, std::string_view to) const {
    wasi::Path old_path = path_of(from), new_path = path_of(to);
    return errno_of(this->filesystem.rename(root, old_path, root, new_path));
  }
  wasi::Errno link(std::string_view from, std::string_view to, wasi::Follow follow = wasi::Follow::no) const {
    wasi::Path old_path = path_of(from), new_path = path_of(to);
    return errno_of(this->filesystem.link(root, old_path, follow, root, new_path));
  }
  wasi::Errno symlink(std::string_view text, std::string_view to) const {
    wasi::Path at = path_of(to);
    return errno_of(this->filesystem.symlink(path_of(text), root, at));
  }
  wasi::Expected<std::string> read_link(std::string_view path, std::size_t size = 100) const {
    std::string text(size, '?');
    wasi::Path at = path_of(path);
    WASMER_TRY(const wasi::Size got, this->filesystem.read_link(root, at, std::as_writable_bytes(std::span(text))));
    return text.substr(0, got);
  }
  /// The names and types in a directory, `.` and `..` left out, listed a few at a time.
  std::map<std::string, wasi::Filetype> list(const File& directory, int at_once = 1000) const {
    std::map<std::string, wasi::Filetype> names;
    for (std::uint64_t cookie = 0;;) {
      int left = at_once;
      const auto done = directory.list(cookie, [&](const wasi::DirectoryEntry& entry) {
        if (entry.name != "." && entry.name != ".." && !names.emplace(entry.name, entry.type).second) names["listed twice: " + std::string(entry.name)];
        cookie = entry.next;
        return --left > 0;
      });
      if (!done) names["error: " + std::string(to_string(done.assume_error()))];
      if (!done || left > 0) return names;
    }
  }
  std::map<std::string, wasi::Filetype> list(std::string_view path, int at_once = 1000) const { return list(open(path).value(), at_once); }
};

struct HostGiven {
  using FS = wasi::HostFilesystem;
  TemporaryDirectory directory;
  FS filesystem;
  std::string root_name() const { return directory.path().string(); }
  void give(const std::string& path, std::string_view text) const {
    std::filesystem::create_directories((directory.path() / path).parent_path());
    write_file(directory.path() / path, text);
  }
  void give_directory(const std::string& path) const { std::filesystem::create_directories(directory.path() / path); }
  void give_link(const std::string& text, const std::string& path) const { std::filesystem::create_symlink(text, directory.path() / path); }
};
struct WalkedGiven : HostGiven {
  WalkedGiven() { filesystem.resolution = wasi::Resolution::walk; }
};

struct MemoryGiven {
  using FS = wasi::MemoryFilesystem;
  FS filesystem;
  std::string root_name() const { return "/"; }
  void give(const std::string& path, std::string_view text) { (void)filesystem.write_file(path, text).has_value(); }
  void give_directory(const std::string& path) { (void)filesystem.create_directories(path).has_value(); }
  void give_link(const std::string& text, const std::string& path) {
    wasi::Path at = path_of(path);
    (void)filesystem.symlink(path_of(text), filesystem.preopen("/").value(), at).has_value();
  }
};

/// What is there before is the lower's.
struct OverHostGiven {
  using FS = wasi::Overlay<wasi::MemoryFilesystem, wasi::HostFilesystem>;
  HostGiven below;
  wasi::MemoryFilesystem above;
  FS filesystem{above, below.filesystem};
  std::string root_name() const { return below.root_name(); }
  void give(const std::string& path, std::string_view text) const { below.give(path, text); }
  void give_directory(const std::string& path) const { below.give_directory(path); }
  void give_link(const std::string& text, const std::string& path) const { below.give_link(text, path); }
};
struct OverMemoryGiven {
  using FS = wasi::Overlay<wasi::HostFilesystem, wasi::MemoryFilesystem>;
  TemporaryDirectory above;
  MemoryGiven below;
  FS filesystem{{}, below.filesystem, above.path().string()};
  std::string root_name() const { return "/"; }
  void give(const std::string& path, std::string_view text) { below.give(path, text); }
  void give_directory(const std::string& path) { below.give_directory(path); }
  void give_link(const std::string& text, const std::string& path) { below.give_link(text, path); }
};

using OnHost = Tested<HostGiven>;
using OnWalkedHost = Tested<WalkedGiven>;
using InMemory = Tested<MemoryGiven>;
using OverHost = Tested<OverHostGiven>;
using OverMemory = Tested<OverMemoryGiven>;

}  // namespace wasmer::tests
