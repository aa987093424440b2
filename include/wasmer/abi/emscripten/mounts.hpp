#pragma once
/// \file
/// The one tree of paths that an Emscripten program sees: files in memory, directories of the host at some places of it, and Emscripten's devices. It only decides
/// which directory a path is about; what is beneath that directory its own file system resolves, and never leaves it.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>

#include <wasmer/abi/wasi/descriptor.hpp>
#include <wasmer/abi/wasi/filesystem.hpp>
#include <wasmer/abi/wasi/host_filesystem.hpp>
#include <wasmer/abi/wasi/memory_filesystem.hpp>
#include <wasmer/abi/wasi/options.hpp>
#include <wasmer/error.hpp>

namespace wasmer::emscripten {

using wasi::Errno;
using wasi::Expected;

/// A path without `.`, `..` and doubled slashes, absolute: `path` as it is found from `base`. As in Emscripten itself, `..` takes away what was written, before any
/// symbolic link is followed.
inline std::string normalized(std::string_view base, std::string_view path) {
  std::vector<std::string_view> parts;
  const auto add = [&](std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('/'), text.size());
      const std::string_view part = text.substr(0, end);
      if (part == "..") {
        if (!parts.empty()) parts.pop_back();
      } else if (!part.empty() && part != ".") {
        parts.push_back(part);
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  };
  if (!path.starts_with('/')) add(base);
  add(path);
  std::string whole;
  for (const std::string_view part : parts) whole.append("/").append(part);
  return whole.empty() ? "/" : whole;
}

class Mounts {
 public:
  struct Mount {
    std::string at;  ///< absolute, without a slash at its end; the root is empty
    wasi::MemoryFilesystem::File directory;
    bool read_only = false;
  };
  /// Where a path leads.
  struct Place {
    const Mount* mount = nullptr;
    wasi::Path path;        ///< from the mount's directory
    std::string whole;      ///< absolute
    bool slash = false;     ///< a slash ended the path as it was given
  };

  static constexpr std::array<std::string_view, 8> devices{"null", "zero", "tty", "stdin", "stdout", "stderr", "random", "urandom"};
  static constexpr std::string_view home = "/home/web_user";

  explicit Mounts(wasi::MemoryFilesystem files) : memory_(std::move(files)) {}

  /// invalid_option, and which: a directory that cannot be opened, or that is mapped twice.
  Result<void> add(const std::vector<wasi::Preopen>& preopens) {
    const auto refuse = [](std::string why) { return Error(ErrorId::invalid_option, Error::no_offset, std::move(why)); };
    for (const std::string_view directory : {std::string_view("tmp"), home, std::string_view("dev")})
      if (!memory_.create_directories(directory)) return refuse("the file system in memory has no room for /" + std::string(directory));
    for (const std::string_view device : devices)
      if (!memory_.write_file("dev/" + std::string(device), "")) return refuse("the file system in memory has no room for /dev");
    Expected<wasi::MemoryFilesystem::File> root = memory_.preopen("/");
    if (!root) return refuse("the file system in memory has no root");
    mounts_.push_back({"", std::move(root).assume_value(), false});
    for (const wasi::Preopen& preopen : preopens)
      if (normalized("/.", name_of(preopen)) == "/" && !name_of(preopen).starts_with('/')) cwd_ = home;
    for (const wasi::Preopen& preopen : preopens) {
      const std::string name = name_of(preopen);
      if (name.find('\0') != std::string::npos) return refuse("the directory name `" + name + "` has a NUL in it");
      std::string at = normalized(cwd_, name);
      if (at == "/") at.clear();
      Expected<wasi::HostFile> opened = host_.preopen(preopen.host);
      if (!opened) return refuse("the directory `" + preopen.host + "` cannot be opened: " + description(opened.assume_error()));
      const auto same = std::ranges::find(mounts_, at, &Mount::at);
      if (same != mounts_.end() && same->directory.as<wasi::HostFile>() != nullptr) return refuse("two directories are called `" + name + "`");
      if (!at.empty()) (void)memory_.create_directories(at);
      mounts_.insert(mounts_.begin(), Mount{std::move(at), std::move(opened).assume_value(), preopen.read_only});
    }
    // The longest is found first; of two for the root, that of the host.
    std::ranges::sort(mounts_, std::ranges::greater(), [](const Mount& mount) { return std::pair(mount.at.size(), mount.directory.as<wasi::HostFile>() != nullptr); });
    return success();
  }

  const std::string& cwd() const { return cwd_; }
  void set_cwd(std::string path) { cwd_ = std::move(path); }

  /// Where `path` leads from the directory `base`. noent: it is empty; nametoolong, inval: as of wasi::Path.
  Expected<Place> find(std::string_view base, std::string_view path) const {
    if (path.empty()) return Errno::noent;
    if (path.size() >= wasi::Path::limit) return Errno::nametoolong;
    Place place;
    place.whole = normalized(base, path);
    // `a/.` and `a/..` name directories, too.
    place.slash = path.ends_with('/') || path == "." || path == ".." || path.ends_with("/.") || path.ends_with("/..");
    for (const Mount& mount : mounts_) {
      if (!place.whole.starts_with(mount.at) || (place.whole.size() > mount.at.size() && place.whole[mount.at.size()] != '/')) continue;
      std::string rest = place.whole.substr(std::min(mount.at.size() + 1, place.whole.size()));
      if (rest.empty()) rest = ".";
      else if (place.slash) rest += '/';
      place.mount = &mount;
      WASMER_CHECK(place.path.assign(rest));
      return place;
    }
    return Errno::noent;
  }

  /// The name of Emscripten's device that a place is, unless it is none.
  static std::optional<std::string_view> device(const Place& place) {
    constexpr std::string_view folder = "/dev/";
    if (!place.whole.starts_with(folder)) return std::nullopt;
    for (const std::string_view name : devices)
      if (std::string_view(place.whole).substr(folder.size()) == name) return name;
    return std::nullopt;
  }

 private:
  template <class Call> auto at(const Place& place, Call call) const {
    if (const wasi::HostFile* const directory = place.mount->directory.as<wasi::HostFile>()) return call(host_, *directory);
    return call(memory_, place.mount->directory);
  }

 public:
  // What can be done at places; each as of wasi::Filesystem. rofs: nothing may be changed there; xdev: two places are in different trees.

  Expected<wasi::MemoryFilesystem::File> open(Place& place, const wasi::OpenMode& mode) const {
    return at(place, [&](const auto& filesystem, const auto& directory) -> Expected<wasi::MemoryFilesystem::File> {
      WASMER_TRY(auto opened, filesystem.open(directory, place.path, mode));
      return wasi::MemoryFilesystem::File(std::move(opened));
    });
  }
  Expected<wasi::Stat> stat(Place& place, wasi::Follow follow) const {
    return at(place, [&](const auto& filesystem, const auto& directory) { return filesystem.stat(directory, place.path, follow); });
  }
  Expected<void> set_times(Place& place, wasi::Follow follow, const wasi::Times& times) const {
    WASMER_CHECK(changeable(place));
    return at(place, [&](const auto& filesystem, const auto& directory) { return filesystem.set_times(directory, place.path, follow, times); });
  }
  Expected<void> create_directory(Place& place) const {
    if (is_mount(place)) return Errno::exist;
    WASMER_CHECK(changeable(place));
    return at(place, [&](const auto& filesystem, const auto& directory) { return filesystem.create_directory(directory, place.path); });
  }
  Expected<void> remove_directory(Place& place) const {
    if (is_mount(place)) return Errno::busy;
    WASMER_CHECK(changeable(place));
    return at(place, [&](const auto& filesystem, const auto& directory) { return filesystem.remove_directory(directory, place.path); });
  }
  Expected<void> unlink(Place& place) const {
    if (is_mount(place)) return Errno::isdir;
    if (device(place)) return Errno::perm;
    WASMER_CHECK(changeable(place));
    return at(place, [&](const auto& filesystem, const auto& directory) { return filesystem.unlink(directory, place.path); });
  }
  Expected<void> rename(Place& from, Place& to) const {
    if (is_mount(from) || is_mount(to) || device(from) || device(to)) return Errno::busy;
    WASMER_CHECK(changeable(from));
    WASMER_CHECK(changeable(to));
    if (from.mount != to.mount) return Errno::xdev;
    return at(from, [&](const auto& filesystem, const auto& directory) { return filesystem.rename(directory, from.path, directory, to.path); });
  }
  Expected<void> link(Place& from, wasi::Follow follow, Place& to) const {
    if (device(from) || device(to)) return Errno::perm;
    WASMER_CHECK(changeable(from));
    WASMER_CHECK(changeable(to));
    if (from.mount != to.mount) return Errno::xdev;
    return at(from, [&](const auto& filesystem, const auto& directory) { return filesystem.link(directory, from.path, follow, directory, to.path); });
  }
  Expected<void> symlink(const wasi::Path& text, Place& place) const {
    if (device(place)) return Errno::exist;
    WASMER_CHECK(changeable(place));
    return at(place, [&](const auto& filesystem, const auto& directory) { return filesystem.symlink(text, directory, place.path); });
  }
  Expected<wasi::Size> read_link(Place& place, std::span<std::byte> buffer) const {
    return at(place, [&](const auto& filesystem, const auto& directory) { return filesystem.read_link(directory, place.path, buffer); });
  }

 private:
  static std::string name_of(const wasi::Preopen& preopen) { return preopen.guest.empty() ? preopen.host : preopen.guest; }
  static bool is_mount(const Place& place) { return place.whole == place.mount->at || place.whole == "/"; }
  static Expected<void> changeable(const Place& place) {
    if (place.mount->read_only) return Errno::rofs;
    return success();
  }

  wasi::MemoryFilesystem memory_;
  wasi::HostFilesystem host_;
  std::vector<Mount> mounts_;
  std::string cwd_ = "/";
};

}  // namespace wasmer::emscripten
