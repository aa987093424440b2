#pragma once
/// \file
/// Files that are in memory alone, as WASI's file system: what a guest gets, makes and leaves there, its embedder puts in and takes out.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/abi/wasi/either_file.hpp>
#include <wasmer/abi/wasi/host_file.hpp>
#include <wasmer/abi/wasi/memory_file.hpp>
#include <wasmer/abi/wasi/memory_tree.hpp>

namespace wasmer::wasi {

/// A handle: copies are of the same files, which live as long as one of them, or a file that is open. Threads may use it at once, also while a guest runs.
/// The embedder's paths begin at the root, with or without a slash.
class MemoryFilesystem {
 public:
  /// A file of the tree, or a descriptor that the embedder lends.
  using File = EitherFile<MemoryFile, HostFile>;

  explicit MemoryFilesystem(MemoryLimits limits = {}) : tree_(std::make_shared<MemoryTree>(limits)) {}

  // What the embedder does.

  /// Makes the file, and the directories that lead to it, or replaces what it holds. nospc: the limits leave no room.
  Expected<void> write_file(std::string_view path, std::string_view bytes) {
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const MemoryTree::Target at, make_way(path));
    if (!at.place.is_name() || at.place.slash) return Errno::isdir;
    if (at.node && (*at.node)->type != Filetype::regular_file) return Errno::isdir;
    WASMER_TRY(const MemoryNodePointer node, at.node ? Expected(*at.node) : tree_->create(at.place.directory, at.place.name, Filetype::regular_file));
    node->bytes.resize(0);
    node->touch(true);
    return node->bytes.write(0, std::as_bytes(std::span(bytes))) == bytes.size() ? Expected<void>(success()) : Errno::nospc;
  }

  /// noent: there is none; isdir: it is a directory.
  Expected<std::string> read_file(std::string_view path) const {
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const MemoryNodePointer node, tree_->find(tree_->root(), from_root(path), Follow::yes));
    if (node->type == Filetype::directory) return Errno::isdir;
    std::string text(static_cast<std::size_t>(std::min<std::uint64_t>(node->bytes.size(), std::string().max_size())), '\0');
    node->bytes.read(0, std::as_writable_bytes(std::span(text)));
    return text;
  }

  /// The names in a directory, in alphabetical order.
  Expected<std::vector<std::string>> list(std::string_view path) const {
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const MemoryNodePointer node, tree_->find(tree_->root(), from_root(path), Follow::yes));
    if (node->type != Filetype::directory) return Errno::notdir;
    std::vector<std::string> names;
    for (const auto& [name, entry] : node->entries) names.push_back(name);
    return names;
  }

  /// Makes a directory and those that lead to it, where they are not there yet.
  Expected<void> create_directories(std::string_view path) {
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const MemoryTree::Target at, make_way(path));
    if (!at.place.is_name()) return success();
    if (at.node) return (*at.node)->type == Filetype::directory ? Expected<void>(success()) : Errno::exist;
    WASMER_CHECK(tree_->create(at.place.directory, at.place.name, Filetype::directory));
    return success();
  }

  /// What the files take of what the limits allow, in bytes.
  std::uint64_t used_bytes() const { return tree_->space().bytes(); }
  std::uint64_t used_nodes() const { return tree_->space().nodes(); }

  // What WASI's calls do.

  Expected<File> preopen(const std::string& path) const {
    const std::lock_guard lock(tree_->mutex());
    if (path.empty()) return Errno::noent;
    WASMER_TRY(MemoryNodePointer node, tree_->find(tree_->root(), from_root(path), Follow::yes));
    if (node->type != Filetype::directory) return Errno::notdir;
    return File(MemoryFile(tree_, std::move(node), {}));
  }

  Expected<File> open(const File& directory, Path& path, const OpenMode& mode) const {
    const bool creates = has(mode.oflags, Oflags::creat), excludes = creates && has(mode.oflags, Oflags::excl), truncates = has(mode.oflags, Oflags::trunc);
    const bool wants_directory = has(mode.oflags, Oflags::directory);
    if (creates && wants_directory) return Errno::inval;
    WASMER_TRY(const MemoryNodePointer from, node_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(MemoryTree::Target found, open_target(from, path.view(), mode.follow, creates, excludes));
    MemoryNodePointer node = found.place.is_name() ? found.node.value_or(nullptr) : found.place.directory;
    if (!node) {
      if (!creates) return Errno::noent;
      WASMER_TRY(node, tree_->create(found.place.directory, found.place.name, Filetype::regular_file));
      return File(MemoryFile(tree_, std::move(node), mode));
    }
    if (excludes) return Errno::exist;
    if (wants_directory && node->type != Filetype::directory) return Errno::notdir;
    if (node->type == Filetype::symbolic_link) return Errno::loop;
    if (node->type == Filetype::directory && (mode.write || truncates || creates)) return Errno::isdir;
    if (truncates) {
      node->bytes.resize(0);
      node->touch(true);
    }
    return File(MemoryFile(tree_, std::move(node), mode));
  }

  Expected<Stat> stat(const File& directory, Path& path, Follow follow) const {
    WASMER_TRY(const MemoryNodePointer from, node_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const MemoryNodePointer node, tree_->find(from, path.view(), follow));
    return node->stat();
  }

  Expected<void> set_times(const File& directory, Path& path, Follow follow, const Times& times) const {
    WASMER_TRY(const MemoryNodePointer from, node_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const MemoryNodePointer node, tree_->find(from, path.view(), follow));
    node->set_times(times);
    return success();
  }

  Expected<void> create_directory(const File& directory, Path& path) const {
    WASMER_TRY(const MemoryNodePointer from, node_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const MemoryTree::Place place, tree_->place(from, path.view()));
    if (!place.is_name() || tree_->child(place.directory, place.name)) return Errno::exist;
    WASMER_CHECK(tree_->create(place.directory, place.name, Filetype::directory));
    return success();
  }

  Expected<void> remove_directory(const File& directory, Path& path) const {
    WASMER_TRY(const MemoryNodePointer from, node_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const MemoryTree::Place place, tree_->place(from, path.view()));
    if (!place.is_name()) return place.last == Last::dot ? Errno::inval : Errno::notempty;
    WASMER_TRY(const MemoryNodePointer node, tree_->child(place.directory, place.name));
    if (node->type != Filetype::directory) return Errno::notdir;
    if (!node->entries.empty()) return Errno::notempty;
    tree_->remove(place.directory, place.name);
    return success();
  }

  Expected<void> unlink(const File& directory, Path& path) const {
    WASMER_TRY(const MemoryNodePointer from, node_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const MemoryTree::Place place, tree_->place(from, path.view()));
    if (!place.is_name()) return Errno::isdir;
    WASMER_TRY(const MemoryNodePointer node, tree_->child(place.directory, place.name));
    if (node->type == Filetype::directory) return Errno::isdir;
    if (place.slash) return Errno::notdir;
    tree_->remove(place.directory, place.name);
    return success();
  }

  Expected<void> rename(const File& from_directory, Path& from, const File& to_directory, Path& to) const {
    WASMER_TRY(const MemoryNodePointer from_node, node_of(from_directory));
    WASMER_TRY(const MemoryNodePointer to_node, node_of(to_directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const MemoryTree::Place source, tree_->place(from_node, from.view()));
    WASMER_TRY(const MemoryTree::Place target, tree_->place(to_node, to.view()));
    return tree_->rename(source, target);
  }

  Expected<void> link(const File& from_directory, Path& from, Follow follow, const File& to_directory, Path& to) const {
    WASMER_TRY(const MemoryNodePointer from_node, node_of(from_directory));
    WASMER_TRY(const MemoryNodePointer to_node, node_of(to_directory));
    const std::lock_guard lock(tree_->mutex());
    // Of several errors the one is told that the host would tell.
    if (follow == Follow::no && !from.ends_in_slash()) {
      WASMER_CHECK(tree_->place(from_node, from.view()));
      WASMER_CHECK(tree_->place(to_node, to.view()));
    }
    WASMER_TRY(const MemoryNodePointer node, tree_->find(from_node, from.view(), follow));
    WASMER_TRY(const MemoryTree::Place place, free_place(to_node, to.view()));
    if (node->type == Filetype::directory) return Errno::perm;
    return tree_->add(place.directory, place.name, node);
  }

  Expected<void> symlink(const Path& text, const File& directory, Path& path) const {
    WASMER_TRY(const MemoryNodePointer from, node_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const MemoryTree::Place place, free_place(from, path.view()));
    WASMER_CHECK(tree_->create(place.directory, place.name, Filetype::symbolic_link, text.view()));
    return success();
  }

  Expected<Size> read_link(const File& directory, Path& path, std::span<std::byte> buffer) const {
    WASMER_TRY(const MemoryNodePointer from, node_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const MemoryNodePointer node, tree_->find(from, path.view(), Follow::no));
    if (node->type != Filetype::symbolic_link) return Errno::inval;
    const std::size_t bytes = std::min(buffer.size(), node->text.size());
    if (bytes != 0) std::memcpy(buffer.data(), node->text.data(), bytes);
    return static_cast<Size>(bytes);
  }

 private:
  static std::string_view from_root(std::string_view path) {
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    return path.empty() ? "." : path;
  }

  /// notdir: a descriptor that is lent, which is no directory of the tree.
  static Expected<MemoryNodePointer> node_of(const File& directory) {
    const MemoryFile* const file = directory.as<MemoryFile>();
    if (file == nullptr || file->node()->type != Filetype::directory) return Errno::notdir;
    return file->node();
  }

  /// Where an embedder's path leads, its directories made on the way.
  Expected<MemoryTree::Target> make_way(std::string_view path) {
    path = from_root(path);
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
      if (path.find_first_not_of('/', slash) == std::string_view::npos) break;
      WASMER_TRY(const MemoryTree::Target way, tree_->target(tree_->root(), path.substr(0, slash), Follow::yes));
      if (way.place.is_name() && !way.node) WASMER_CHECK(tree_->create(way.place.directory, way.place.name, Filetype::directory));
    }
    return tree_->target(tree_->root(), path, Follow::yes);
  }

  /// Where open(2) leads: to create is not to follow a link if a new file is insisted on, and no way to a directory.
  Expected<MemoryTree::Target> open_target(const MemoryNodePointer& from, std::string_view path, Follow follow, bool creates, bool excludes) const {
    if (!creates) return tree_->target(from, path, follow);
    WASMER_TRY(const MemoryTree::Place place, tree_->place(from, path));
    if (place.is_name() && place.slash) return Errno::isdir;
    return tree_->target(from, path, excludes ? Follow::no : follow);
  }

  /// A place for a new name that is no directory's. exist: it is taken; noent: a slash follows it.
  Expected<MemoryTree::Place> free_place(const MemoryNodePointer& from, std::string_view path) const {
    WASMER_TRY(MemoryTree::Place place, tree_->place(from, path));
    if (!place.is_name() || tree_->child(place.directory, place.name)) return Errno::exist;
    if (place.slash) return Errno::noent;
    return place;
  }

  std::shared_ptr<MemoryTree> tree_;
};

static_assert(wasi::File<MemoryFilesystem::File> && Filesystem<MemoryFilesystem>);

}  // namespace wasmer::wasi
