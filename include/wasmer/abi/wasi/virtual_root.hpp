#pragma once
/// \file
/// The layout of directories that Wasmer 0.17 had and programs built for it expect: descriptor 3 is a directory `/` that is nowhere on the host and holds the
/// mapped ones, which are descriptors 4, 5, …. Paths lead from one to the other through it, by `..` and by symbolic links too.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/abi/wasi/fd_table.hpp>
#include <wasmer/abi/wasi/filesystem.hpp>

namespace wasmer::wasi {

/// The root, which never changes: whatever would change it is rofs. It decides only which mapped directory a path is about and by which path, while the file
/// system resolves that path afresh and keeps it beneath the directory: a tree that changes meanwhile leads astray, never outside.
template <class F> class VirtualRoot {
 public:
  using Entry = std::shared_ptr<OpenFile<F>>;

  /// Mapped directories are found by a name of one component. One called `/` or `.` is not in the root, but still preopened. False: the name has several components.
  bool add(std::string_view name, const Entry& directory) {
    name = component(name);
    if (name.find('/') != std::string_view::npos || name == "..") return false;
    if (!name.empty() && name != ".") directories_.emplace(name, directory);
    return true;
  }

  /// The root as an open file, of which there may be several.
  Entry open(Rights rights, Rights inheriting) const {
    auto entry = std::make_shared<OpenFile<F>>(F::borrow(-1), Filetype::directory, rights, inheriting, true);
    entry->root = this;
    return entry;
  }

  Stat stat() const {
    Stat stat;
    stat.inode = 1;
    stat.type = Filetype::directory;
    stat.links = 2 + directories_.size();
    return stat;
  }

  /// As File::list; a cookie is the number of entries before. Names begin with a slash, as in Wasmer: whatever they are appended to, they are found in the root.
  template <class Sink> Expected<void> list(std::uint64_t cookie, Sink&& sink) const {
    std::uint64_t next = 0;
    const auto give = [&](std::string_view name, std::uint64_t inode) { return next++ < cookie || sink(DirectoryEntry{next, inode, Filetype::directory, name}); };
    if (!give(".", stat().inode) || !give("..", stat().inode)) return success();
    for (const auto& [name, directory] : directories_) {
      const Expected<Stat> known = directory->file.stat();
      if (!give("/" + name, known ? known.assume_value().inode : 0)) return success();
    }
    return success();
  }

  /// The directory that `path`, which begins at `from`, is about, and in `path` the way from there. Where that is the root, the path is `.` or a name that
  /// nothing has. A directory that was opened by the guest is no part of the layout: its paths stay beneath it.
  template <class FS> Expected<Entry> resolve(const FS& filesystem, const Entry& from, Path& path, Follow follow) const {
    std::vector<std::string> here;  // the components from the root down, the first being a mapped directory's name
    if (from->root == nullptr) {
      const std::string* const name = name_of(from);
      if (name == nullptr) return from;
      here.push_back(*name);
    }
    const bool slash = path.ends_in_slash();
    bool dots = false;
    int links = 0;
    for (std::string rest(path.view());;) {
      const std::size_t begin = rest.find_first_not_of('/');
      if (begin == std::string::npos) break;
      const std::size_t end = std::min(rest.find('/', begin), rest.size());
      const std::string name = rest.substr(begin, end - begin);
      rest.erase(0, end);
      const bool last = rest.find_first_not_of('/') == std::string::npos;
      dots = name == "." || name == "..";
      if (dots) {
        if (name == ".." && !here.empty()) here.pop_back();
        continue;
      }
      here.push_back(name);
      if (here.size() == 1) {
        if (!last && !directories_.contains(name)) return Errno::noent;
        continue;
      }
      if (last && follow == Follow::no) break;
      const F& directory = directories_.find(here.front())->second->file;
      WASMER_CHECK(beneath(here, path));
      const Expected<Stat> stat = filesystem.stat(directory, path, Follow::no);
      if (!stat && !last) return stat.assume_error();
      if (!stat) break;
      if (stat.assume_value().type == Filetype::symbolic_link) {
        if (++links > max_links) return Errno::loop;
        std::array<char, Path::limit> text;
        WASMER_CHECK(beneath(here, path));
        WASMER_TRY(const Size size, filesystem.read_link(directory, path, std::as_writable_bytes(std::span(text))));
        if (size == text.size()) return Errno::nametoolong;
        if (size == 0) return Errno::noent;
        if (text[0] == '/') return Errno::perm;
        here.pop_back();
        rest.insert(0, text.data(), size);
      } else if (!last && stat.assume_value().type != Filetype::directory) {
        return Errno::notdir;
      }
    }

    const auto found = here.empty() ? directories_.end() : directories_.find(here.front());
    if (found == directories_.end()) {
      WASMER_CHECK(path.assign(here.empty() ? "." : here.front()));
      return open(directory_rights, Rights::all);
    }
    // What ended in dots or a slash still does, since some calls want a name there.
    WASMER_CHECK(beneath(here, path, here.size() == 1 ? "" : dots ? "/." : slash ? "/" : ""));
    return found->second;
  }

 private:
  static constexpr int max_links = 40;  // as Linux

  static std::string_view component(std::string_view name) {
    while (name.starts_with('/')) name.remove_prefix(1);
    while (name.ends_with('/')) name.remove_suffix(1);
    return name;
  }

  const std::string* name_of(const Entry& entry) const {
    for (const auto& [name, directory] : directories_)
      if (directory == entry) return &name;
    return nullptr;
  }

  /// Makes `path` the way from the mapped directory.
  static Expected<void> beneath(const std::vector<std::string>& here, Path& path, std::string_view ending = {}) {
    std::string text;
    for (std::size_t i = 1; i < here.size(); ++i) text.append(i == 1 ? "" : "/").append(here[i]);
    return path.assign(text.empty() ? "." : text.append(ending));
  }

  std::map<std::string, Entry, std::less<>> directories_;
};

}  // namespace wasmer::wasi
