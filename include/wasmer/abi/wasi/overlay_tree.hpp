#pragma once
/// \file
/// Two file systems seen as one tree: a name is the upper's if the upper has it, else the lower's unless it is hidden. The lower is only ever read. Whoever
/// calls holds the tree's lock.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/uio.h>

#include <wasmer/abi/wasi/errno.hpp>
#include <wasmer/abi/wasi/filesystem.hpp>
#include <wasmer/abi/wasi/path.hpp>
#include <wasmer/abi/wasi/tree_walk.hpp>
#include <wasmer/abi/wasi/types.hpp>
#include <wasmer/abi/wasi/version.hpp>

namespace wasmer::wasi {

template <Filesystem Upper, Filesystem Lower> class OverlayTree {
 public:
  using Identity = std::pair<std::uint64_t, std::uint64_t>;  ///< device and inode

  /// A directory of both, or of one of them. There is one object for each directory of the lower, so that all that have it open see it copied up and moved.
  struct Merged {
    std::optional<typename Upper::File> upper;
    std::optional<typename Lower::File> lower;
    Identity lower_identity{};
    std::shared_ptr<Merged> parent;  ///< null for what is preopened
    std::string name;                ///< in its parent
    std::size_t depth = 0;           ///< how many are above it, all held open by it
    bool is_removed = false;
  };

  /// What stands under a name, and which of the two have something there that can be seen.
  struct Entry {
    Stat stat;
    bool upper = false;
    bool lower = false;
  };

  // What a TreeWalk asks for.
  using Directory = std::shared_ptr<Merged>;
  using Node = Entry;
  using Place = TreePlace<Directory>;
  using Target = TreeTarget<Directory, Node>;
  static constexpr std::size_t max_depth = 128;  // each level holds two files open

  OverlayTree(Upper upper, Lower lower) : upper_(std::move(upper)), lower_(std::move(lower)) {}

  std::mutex& mutex() const { return mutex_; }
  const Upper& upper() const { return upper_; }
  const Lower& lower() const { return lower_; }

  Expected<Node> child(const Directory& directory, std::string_view name) const {
    WASMER_TRY(Path path, path_of(name));
    Entry entry;
    Errno missing = Errno::noent;
    if (directory->upper) {
      const auto found = upper_.stat(*directory->upper, path, Follow::no);
      if (found) entry.stat = found.assume_value(), entry.upper = true;
      else if (found.assume_error() != Errno::noent) return found.assume_error();
    }
    if (directory->lower && !is_hidden(*directory, name)) {
      WASMER_TRY(path, path_of(name));
      const auto found = lower_.stat(*directory->lower, path, Follow::no);
      if (found) entry.lower = true;
      else if (found.assume_error() != Errno::noent && !entry.upper) missing = found.assume_error();
      if (found && !entry.upper) entry.stat = found.assume_value();
    }
    if (!entry.upper && !entry.lower) return missing;
    return entry;
  }
  Filetype type(const Node& node) const { return node.stat.type; }

  Expected<Directory> enter(const Directory& directory, std::string_view name, const Node& node) const {
    if (directory->depth >= max_depth) return Errno::nametoolong;
    const OpenMode mode{.oflags = Oflags::directory};
    std::optional<typename Lower::File> lower;
    Identity identity{};
    if (node.lower) {
      WASMER_TRY(Path path, path_of(name));
      // A directory above something else hides it.
      auto opened = lower_.open(*directory->lower, path, mode);
      if (opened) {
        WASMER_TRY(const Stat stat, opened.assume_value().stat());
        identity = {stat.device, stat.inode};
        lower.emplace(std::move(opened).assume_value());
      } else if (!node.upper) {
        return opened.assume_error();
      }
    }
    Directory found = lower ? known_[identity].lock() : nullptr;
    if (!found) {
      found = std::make_shared<Merged>();
      found->parent = directory;
      found->name = name;
      found->depth = directory->depth + 1;
      if (lower) {
        remember(identity, found);
        found->lower = std::move(lower);
        found->lower_identity = identity;
      }
    }
    if (node.upper && !found->upper) {
      WASMER_TRY(Path path, path_of(name));
      WASMER_TRY(auto opened, upper_.open(*directory->upper, path, mode));
      found->upper.emplace(std::move(opened));
    }
    return found;
  }

  Expected<std::string> link_text(const Directory& directory, std::string_view name, const Node& node) const {
    std::string text(Path::limit, '\0');
    WASMER_TRY(Path path, path_of(name));
    const auto bytes = std::as_writable_bytes(std::span(text));
    WASMER_TRY(const Size size, node.upper ? upper_.read_link(*directory->upper, path, bytes) : lower_.read_link(*directory->lower, path, bytes));
    if (size >= Path::limit) return Errno::nametoolong;
    text.resize(size);
    return text;
  }

  Expected<Stat> stat(const Merged& directory) const { return directory.upper ? directory.upper->stat() : directory.lower->stat(); }

  /// The names of a directory that can be seen, `.` and `..` first.
  struct Listed {
    std::string name;
    std::uint64_t inode;
    Filetype type;
  };
  Expected<std::vector<Listed>> list(const Merged& directory) const {
    std::vector<Listed> all;
    std::set<std::string, std::less<>> seen;
    const auto put = [&](const DirectoryEntry& entry) {
      if (seen.emplace(entry.name).second) all.push_back({std::string(entry.name), entry.inode, entry.type});
      return true;
    };
    if (directory.is_removed) return Errno::noent;
    if (directory.upper) WASMER_CHECK(directory.upper->list(0, put));
    if (directory.lower)
      WASMER_CHECK(directory.lower->list(0, [&](const DirectoryEntry& entry) { return is_hidden(directory, entry.name) || put(entry); }));
    return all;
  }
  Expected<bool> is_empty(const Merged& directory) const {
    WASMER_TRY(const auto names, list(directory));
    for (const Listed& each : names)
      if (each.name != "." && each.name != "..") return false;
    return true;
  }

  /// From now on the lower's name, which could be seen, cannot.
  void hide(const Merged& directory, const std::string& name) {
    if (directory.lower) hidden_[directory.lower_identity].insert(name);
  }

  /// Makes sure that the upper has the directory, and those above it. noent: it has been removed.
  Expected<void> copy_up(const Directory& directory) {
    std::vector<Directory> missing;
    for (Directory each = directory; !each->upper; each = each->parent) {
      if (each->is_removed) return Errno::noent;
      missing.push_back(each);
    }
    for (; !missing.empty(); missing.pop_back()) {
      Merged& next = *missing.back();
      WASMER_TRY(Path path, path_of(next.name));
      const auto made = upper_.create_directory(*next.parent->upper, path);
      if (!made && made.assume_error() != Errno::exist) return made;
      WASMER_TRY(path, path_of(next.name));
      WASMER_TRY(auto opened, upper_.open(*next.parent->upper, path, {.oflags = Oflags::directory}));
      next.upper.emplace(std::move(opened));
      WASMER_CHECK(copy_times(*next.lower, *next.upper));
    }
    return success();
  }

  /// Makes sure that the upper has what is under a name: a copy of the lower's, empty if it is to be cut anyway.
  Expected<void> copy_up(const Directory& directory, const std::string& name, const Node& node, bool empty = false) {
    if (node.upper) return success();
    if (node.stat.type == Filetype::directory) {
      WASMER_TRY(const Directory entered, enter(directory, name, node));
      return copy_up(entered);
    }
    WASMER_CHECK(copy_up(directory));
    WASMER_TRY(Path path, path_of(name));
    if (node.stat.type == Filetype::symbolic_link) {
      WASMER_TRY(const std::string text, link_text(directory, name, node));
      WASMER_TRY(const Path target, path_of(text));
      WASMER_CHECK(upper_.symlink(target, *directory->upper, path));
      return set_times(directory, name, times_of(node.stat));
    }
    if (node.stat.type != Filetype::regular_file) return Errno::perm;  // there is no copy of a device
    const Expected<void> copied = copy_file(directory, name, empty);
    if (!copied) {
      WASMER_TRY(path, path_of(name));
      (void)upper_.unlink(*directory->upper, path).has_value();
      return copied;
    }
    return empty ? Expected<void>(success()) : set_times(directory, name, times_of(node.stat));
  }

  /// Copies a directory up with all that is in it, so that it can be moved; gives those of its directories that are open elsewhere.
  Expected<std::vector<Directory>> copy_up_tree(const Directory& directory) {
    std::vector<Directory> left{directory}, open;
    while (!left.empty()) {
      const Directory next = std::move(left.back());
      left.pop_back();
      WASMER_CHECK(copy_up(next));
      WASMER_TRY(const std::vector<Listed> names, list(*next));
      for (const Listed& each : names) {
        if (each.name == "." || each.name == "..") continue;
        WASMER_TRY(const Node node, child(next, each.name));
        if (node.stat.type != Filetype::directory) {
          WASMER_CHECK(copy_up(next, each.name, node));
        } else if (node.lower) {
          WASMER_TRY(Directory entered, enter(next, each.name, node));
          left.push_back(std::move(entered));
        }
      }
      if (next.use_count() > 1) open.push_back(next);
    }
    return open;
  }

  /// What was moved is the upper's alone.
  void detach(const std::vector<Directory>& moved) {
    for (const Directory& each : moved) {
      if (!each->lower) continue;
      known_.erase(each->lower_identity);
      each->lower.reset();
    }
  }

  /// Sets the times of what the upper has under a name.
  Expected<void> set_times(const Directory& directory, const std::string& name, const Times& times) {
    WASMER_TRY(Path path, path_of(name));
    return upper_.set_times(*directory->upper, path, Follow::no, times);
  }

  /// What is preopened of both.
  Expected<Directory> root(typename Upper::File upper, typename Lower::File lower) {
    WASMER_TRY(const Stat stat, lower.stat());
    const Identity identity{stat.device, stat.inode};
    Directory found = known_[identity].lock();
    if (found) return found;
    found = std::make_shared<Merged>();
    found->upper.emplace(std::move(upper));
    found->lower.emplace(std::move(lower));
    found->lower_identity = identity;
    remember(identity, found);
    return found;
  }

  /// rename(2). What is moved is copied up first, a directory with all that is in it.
  Expected<void> rename(const Place& from, const Place& to) {
    if (!from.is_name() || !to.is_name()) return Errno::busy;
    WASMER_TRY(const Node source, child(from.directory, from.name));
    const bool moves_directory = source.stat.type == Filetype::directory;
    if (!moves_directory && (from.slash || to.slash)) return Errno::notdir;
    Directory moved;
    if (moves_directory) {
      WASMER_TRY(moved, enter(from.directory, from.name, source));
      WASMER_TRY(const bool inside, is_within(to.directory, *moved));
      if (inside) return Errno::inval;
    }
    const auto replaced = child(to.directory, to.name);
    if (!replaced && replaced.assume_error() != Errno::noent) return replaced.assume_error();
    Directory target;
    if (replaced) {
      const Node& node = replaced.assume_value();
      const bool is_directory = node.stat.type == Filetype::directory;
      if (source.stat.device == node.stat.device && source.stat.inode == node.stat.inode) return success();
      if (is_directory) {
        WASMER_TRY(target, enter(to.directory, to.name, node));
        WASMER_TRY(const bool above, is_within(from.directory, *target));
        if (above) return Errno::notempty;
      }
      if (moves_directory && !is_directory) return Errno::notdir;
      if (!moves_directory && is_directory) return Errno::isdir;
      if (target) {
        WASMER_TRY(const bool empty, is_empty(*target));
        if (!empty) return Errno::notempty;
      }
    }
    WASMER_CHECK(copy_up(to.directory));
    std::vector<Directory> open;
    if (moved) {
      WASMER_TRY(open, copy_up_tree(moved));
    } else {
      WASMER_CHECK(copy_up(from.directory, from.name, source));
    }
    WASMER_TRY(Path old_name, path_of(from.name));
    WASMER_TRY(Path new_name, path_of(to.name));
    WASMER_CHECK(upper_.rename(*from.directory->upper, old_name, *to.directory->upper, new_name));
    if (source.lower) hide(*from.directory, from.name);
    if (replaced && replaced.assume_value().lower) hide(*to.directory, to.name);
    detach(open);
    if (target) target->is_removed = true;
    if (moved) {
      moved->parent = to.directory;
      moved->depth = to.directory->depth + 1;
      moved->name = to.name;
    }
    return success();
  }

  static Expected<Path> path_of(std::string_view name) {
    Path path;
    WASMER_CHECK(path.assign(name));
    return path;
  }

 private:
  void remember(const Identity& identity, const Directory& directory) const {
    if (known_.size() >= forget_at_) {
      std::erase_if(known_, [](const auto& each) { return each.second.expired(); });
      forget_at_ = 2 * known_.size() + 64;
    }
    known_[identity] = directory;
  }

  bool is_hidden(const Merged& directory, std::string_view name) const {
    const auto found = hidden_.find(directory.lower_identity);
    return found != hidden_.end() && found->second.contains(name);
  }

  static Times times_of(const Stat& stat) { return {Fstflags::atim | Fstflags::mtim, stat.accessed, stat.modified}; }
  static Expected<void> copy_times(const typename Lower::File& from, const typename Upper::File& to) {
    WASMER_TRY(const Stat stat, from.stat());
    return to.set_times(times_of(stat));
  }
  /// Whether a directory is another one, or lies below it.
  Expected<bool> is_within(Directory directory, const Merged& ancestor) const {
    for (; directory; directory = directory->parent) {
      if (directory.get() == &ancestor) return true;
      if (!directory->upper || !ancestor.upper) continue;
      WASMER_TRY(const Stat a, directory->upper->stat());
      WASMER_TRY(const Stat b, ancestor.upper->stat());
      if (a.device == b.device && a.inode == b.inode) return true;
    }
    return false;
  }

  Expected<void> copy_file(const Directory& directory, const std::string& name, bool empty) {
    WASMER_TRY(Path path, path_of(name));
    WASMER_TRY(const auto to, upper_.open(*directory->upper, path, {.read = false, .write = true, .oflags = Oflags::creat | Oflags::excl}));
    if (empty) return success();
    WASMER_TRY(path, path_of(name));
    WASMER_TRY(const auto from, lower_.open(*directory->lower, path, {}));
    std::array<std::byte, 65'536> buffer;
    for (std::uint64_t at = 0;;) {
      const iovec room{buffer.data(), buffer.size()};
      WASMER_TRY(const Size got, from.read_at({&room, 1}, at));
      if (got == 0) return success();
      for (Size done = 0; done < got;) {
        const iovec piece{buffer.data() + done, got - done};
        WASMER_TRY(const Size put, to.write_at({&piece, 1}, at + done));
        if (put == 0) return Errno::nospc;
        done += put;
      }
      at += got;
    }
  }

  mutable std::mutex mutex_;
  Upper upper_;
  Lower lower_;
  std::map<Identity, std::set<std::string, std::less<>>> hidden_;   // by the lower's directory: as many names at most as it has
  mutable std::map<Identity, std::weak_ptr<Merged>> known_;         // directories of the lower that are open
  mutable std::size_t forget_at_ = 64;                              // when known_ is rid of those that no longer are
};

}  // namespace wasmer::wasi
