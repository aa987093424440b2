#pragma once
/// \file
/// Files, directories and links in memory, and what POSIX says of changing their names. Whoever calls holds the tree's lock.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/abi/wasi/errno.hpp>
#include <wasmer/abi/wasi/filesystem.hpp>
#include <wasmer/abi/wasi/sparse_bytes.hpp>
#include <wasmer/abi/wasi/tree_walk.hpp>
#include <wasmer/abi/wasi/types.hpp>
#include <wasmer/abi/wasi/version.hpp>

namespace wasmer::wasi {

inline Timestamp realtime_now() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  return static_cast<Timestamp>(time.tv_sec) * 1'000'000'000 + static_cast<Timestamp>(time.tv_nsec);
}

struct MemoryNode;
using MemoryNodePointer = std::shared_ptr<MemoryNode>;

/// One name in a directory. The cookie grows with each name that is made, so that listing goes on where it was whatever is made or removed meanwhile.
struct MemoryEntry {
  MemoryNodePointer node;
  std::uint64_t cookie;
};

/// A file, directory or link: alive as long as it has a name or is open.
struct MemoryNode {
  MemoryNode(Filetype kind, std::uint64_t number, std::shared_ptr<Space> shared) : type(kind), inode(number), bytes(shared), space(std::move(shared)) {}
  MemoryNode(const MemoryNode&) = delete;
  ~MemoryNode() {
    // A tree may be deeper than the stack, so it is not taken down by recursion.
    std::vector<MemoryNodePointer> doomed;
    forget_entries(doomed);
    while (!doomed.empty()) {
      const MemoryNodePointer last = std::move(doomed.back());
      doomed.pop_back();
      if (last.use_count() == 1) last->forget_entries(doomed);
    }
    space->give(text.size());
    space->give_node();
  }

  /// What a name takes beside its own bytes.
  static constexpr std::uint64_t entry_bytes = 160;

  const Filetype type;
  const std::uint64_t inode;
  std::uint64_t links = 0;
  Timestamp accessed = realtime_now(), modified = accessed, changed = accessed;

  SparseBytes bytes;                                               ///< of a file
  std::string text;                                                ///< of a symbolic link
  std::map<std::string, MemoryEntry, std::less<>> entries;         ///< of a directory, as the next four
  std::map<std::uint64_t, const std::string*> listing;             ///< the names by their cookies
  std::uint64_t next_cookie = 3;                                   // 1 and 2 are `.` and `..`
  std::uint64_t subdirectories = 0;
  std::weak_ptr<MemoryNode> parent;                                ///< none of a root, and of a directory that was removed
  bool is_removed = false;

  const std::shared_ptr<Space> space;

  Stat stat() const {
    const Filesize size = type == Filetype::symbolic_link ? text.size() : type == Filetype::directory ? entries.size() : bytes.size();
    const std::uint64_t names = type == Filetype::directory && !is_removed ? 2 + subdirectories : links;
    return {reinterpret_cast<std::uintptr_t>(space.get()), inode, type, names, size, accessed, modified, changed};
  }

  void touch(bool contents) {
    changed = realtime_now();
    if (contents) modified = changed;
  }

  void set_times(const Times& times) {
    const Timestamp now = realtime_now();
    if (has(times.which, Fstflags::atim)) accessed = times.accessed;
    if (has(times.which, Fstflags::atim_now)) accessed = now;
    if (has(times.which, Fstflags::mtim)) modified = times.modified;
    if (has(times.which, Fstflags::mtim_now)) modified = now;
    changed = now;
  }

 private:
  void forget_entries(std::vector<MemoryNodePointer>& doomed) {
    for (auto& [name, entry] : entries) {
      space->give(name.size() + entry_bytes);
      doomed.push_back(std::move(entry.node));
    }
    entries.clear();
    listing.clear();
  }
};

class MemoryTree {
 public:
  // What a TreeWalk asks for.
  using Directory = MemoryNodePointer;
  using Node = MemoryNodePointer;
  using Place = TreePlace<Directory>;
  using Target = TreeTarget<Directory, Node>;
  static constexpr std::size_t max_depth = std::size_t{1} << 20;  // no level holds anything open

  explicit MemoryTree(MemoryLimits limits) : space_(std::make_shared<Space>(limits)), root_(std::make_shared<MemoryNode>(Filetype::directory, 1, space_)) {
    (void)space_->take_node();
  }

  const MemoryNodePointer& root() const { return root_; }
  const Space& space() const { return *space_; }
  std::mutex& mutex() const { return mutex_; }

  Expected<Node> child(const Directory& directory, std::string_view name) const {
    const auto found = directory->entries.find(name);
    if (found == directory->entries.end()) return Errno::noent;
    return found->second.node;
  }
  Filetype type(const Node& node) const { return node->type; }
  Expected<Directory> enter(const Directory&, std::string_view, const Node& node) const { return node; }
  Expected<std::string> link_text(const Directory&, std::string_view, const Node& node) const { return node->text; }

  Expected<Place> place(const Directory& from, std::string_view path) const { return TreeWalk<MemoryTree>(*this, from, path).to_place(); }
  Expected<Target> target(const Directory& from, std::string_view path, Follow follow) const {
    return TreeWalk<MemoryTree>(*this, from, path).to_target(follow);
  }
  /// The node that a path leads to; noent: there is none.
  Expected<Node> find(const Directory& from, std::string_view path, Follow follow) const {
    WASMER_TRY(const Target found, target(from, path, follow));
    if (!found.place.is_name()) return found.place.directory;
    if (!found.node) return Errno::noent;
    return *found.node;
  }

  /// A new node under a name that is free. nospc: there is no room; noent: the directory has been removed.
  Expected<Node> create(const Directory& directory, const std::string& name, Filetype type, std::string_view text = {}) {
    if (directory->is_removed) return Errno::noent;
    if (!space_->take_node()) return Errno::nospc;
    auto made = std::make_shared<MemoryNode>(type, next_inode_++, space_);
    if (!space_->take(text.size())) return Errno::nospc;
    made->text = text;
    WASMER_CHECK(add(directory, name, made));
    return made;
  }

  /// One more name for a node.
  Expected<void> add(const Directory& directory, const std::string& name, const Node& node) {
    if (directory->is_removed) return Errno::noent;
    if (!space_->take(name.size() + MemoryNode::entry_bytes)) return Errno::nospc;
    const auto [entry, is_new] = directory->entries.emplace(name, MemoryEntry{node, directory->next_cookie++});
    directory->listing.emplace(entry->second.cookie, &entry->first);
    ++node->links;
    if (node->type == Filetype::directory) {
      ++directory->subdirectories;
      node->parent = directory;
    }
    node->touch(false);
    directory->touch(true);
    return success();
  }

  /// Takes a name away. The node lives on while it is open, or has other names.
  void remove(const Directory& directory, std::string_view name) {
    const auto found = directory->entries.find(name);
    const Node node = std::move(found->second.node);
    directory->listing.erase(found->second.cookie);
    space_->give(found->first.size() + MemoryNode::entry_bytes);
    directory->entries.erase(found);
    --node->links;
    if (node->type == Filetype::directory) {
      --directory->subdirectories;
      node->parent.reset();
      node->is_removed = true;
    }
    node->touch(false);
    directory->touch(true);
  }

  /// rename(2). busy: of `.` or `..`; inval: a directory into itself.
  Expected<void> rename(const Place& from, const Place& to) {
    if (!from.is_name() || !to.is_name()) return Errno::busy;
    WASMER_TRY(const Node source, child(from.directory, from.name));
    const bool moves_directory = source->type == Filetype::directory;
    if (!moves_directory && (from.slash || to.slash)) return Errno::notdir;
    if (moves_directory && is_within(to.directory, source)) return Errno::inval;
    if (to.directory->is_removed) return Errno::noent;
    const Expected<Node> replaced = child(to.directory, to.name);
    if (replaced) {
      const Node& target = replaced.assume_value();
      if (target == source) return success();
      if (target->type == Filetype::directory && is_within(from.directory, target)) return Errno::notempty;
      if (moves_directory && target->type != Filetype::directory) return Errno::notdir;
      if (!moves_directory && target->type == Filetype::directory) return Errno::isdir;
      if (!target->entries.empty()) return Errno::notempty;
      remove(to.directory, to.name);
    } else if (to.name.size() > from.name.size() && !space_->take(to.name.size() - from.name.size())) {
      return Errno::nospc;  // asked before anything is changed
    } else if (to.name.size() > from.name.size()) {
      space_->give(to.name.size() - from.name.size());
    }
    remove(from.directory, from.name);
    source->is_removed = false;
    return add(to.directory, to.name, source);
  }

 private:
  static bool is_within(MemoryNodePointer directory, const Node& ancestor) {
    for (; directory; directory = directory->parent.lock())
      if (directory == ancestor) return true;
    return false;
  }

  mutable std::mutex mutex_;
  std::shared_ptr<Space> space_;
  MemoryNodePointer root_;
  std::uint64_t next_inode_ = 2;
};

static_assert(Tree<MemoryTree>);

}  // namespace wasmer::wasi
