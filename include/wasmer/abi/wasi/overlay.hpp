#pragma once
/// \file
/// A file system laid over another: reads fall through to the lower, which stays untouched; writes go to the upper.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <wasmer/abi/wasi/either_file.hpp>
#include <wasmer/abi/wasi/filesystem.hpp>
#include <wasmer/abi/wasi/overlay_file.hpp>
#include <wasmer/abi/wasi/overlay_tree.hpp>

namespace wasmer::wasi {

/// `Overlay<MemoryFilesystem, HostFilesystem>` lets a guest "write" into a directory of the host. A file is copied up when it is opened to be written; what is
/// removed is hidden for as long as the overlay lives, whose copies are handles of the same. A directory preopened as `a/b` is the upper's `a/b` below
/// `upper_root`, which is made if it is not there.
template <Filesystem Upper, Filesystem Lower> class Overlay {
  using Tree = OverlayTree<Upper, Lower>;
  using LowerFile = OverlayLowerFile<Upper, Lower>;
  using MergedDirectory = OverlayDirectory<Upper, Lower>;
  using Merged = typename Tree::Directory;
  using Node = typename Tree::Node;
  using Place = typename Tree::Place;
  using Target = typename Tree::Target;

 public:
  /// A file of the upper (or a descriptor that is lent), else one that is the overlay's own.
  using File = EitherFile<typename Upper::File, EitherFile<LowerFile, MergedDirectory>>;

  Overlay() : Overlay(Upper()) {}
  explicit Overlay(Upper upper, Lower lower = {}, std::string upper_root = "/")
      : tree_(std::make_shared<Tree>(std::move(upper), std::move(lower))), upper_root_(std::move(upper_root)) {}

  const Upper& upper() const { return tree_->upper(); }
  const Lower& lower() const { return tree_->lower(); }

  Expected<File> preopen(const std::string& path) const {
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(auto lower, tree_->lower().preopen(path));
    WASMER_TRY(auto upper, tree_->upper().preopen(upper_root_));
    for (std::string_view rest = path; !rest.empty();) {
      const std::size_t end = std::min(rest.find('/'), rest.size());
      const std::string name(rest.substr(0, end) == ".." ? "(..)" : rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (name.empty() || name == ".") continue;
      WASMER_TRY(Path at, Tree::path_of(name));
      const auto made = tree_->upper().create_directory(upper, at);
      if (!made && made.assume_error() != Errno::exist) return made.assume_error();
      WASMER_TRY(at, Tree::path_of(name));
      WASMER_TRY(auto next, tree_->upper().open(upper, at, {.oflags = Oflags::directory}));
      upper = std::move(next);
    }
    WASMER_TRY(Merged merged, tree_->root(std::move(upper), std::move(lower)));
    return directory_file(std::move(merged));
  }

  Expected<File> open(const File& directory, Path& path, const OpenMode& mode) const {
    const bool creates = has(mode.oflags, Oflags::creat), excludes = creates && has(mode.oflags, Oflags::excl), truncates = has(mode.oflags, Oflags::trunc);
    const bool wants_directory = has(mode.oflags, Oflags::directory);
    if (creates && wants_directory) return Errno::inval;
    WASMER_TRY(const Merged from, merged_of(directory));
    const std::lock_guard lock(tree_->mutex());
    if (creates) {
      WASMER_TRY(const Place place, place_of(from, path));
      if (place.is_name() && place.slash) return Errno::isdir;
    }
    WASMER_TRY(Target found, target_of(from, path, excludes ? Follow::no : mode.follow));
    auto& [place, node] = found;
    const bool is_directory = !place.is_name() || (node && node->stat.type == Filetype::directory);
    if ((node || !place.is_name()) && excludes) return Errno::exist;
    if (is_directory) {
      if (mode.write || truncates || creates) return Errno::isdir;
      if (!place.is_name()) return directory_file(place.directory);
      WASMER_TRY(Merged entered, tree_->enter(place.directory, place.name, *node));
      return directory_file(std::move(entered));
    }
    if (!node && !creates) return Errno::noent;
    if (node && wants_directory) return Errno::notdir;
    if (node && node->stat.type == Filetype::symbolic_link) return Errno::loop;
    WASMER_TRY(Path name, Tree::path_of(place.name));
    if (node && !node->upper && !mode.write && !truncates) {
      WASMER_TRY(auto opened, tree_->lower().open(*place.directory->lower, name, mode_of(mode, Oflags::none)));
      return File(EitherFile<LowerFile, MergedDirectory>(LowerFile(tree_, place.directory, place.name, std::move(opened))));
    }
    if (node) WASMER_CHECK(tree_->copy_up(place.directory, place.name, *node, truncates));
    else WASMER_CHECK(tree_->copy_up(place.directory));
    const OpenMode upper_mode = mode_of(mode, node ? mode.oflags & Oflags::trunc : Oflags::creat | Oflags::excl);
    WASMER_TRY(auto opened, tree_->upper().open(*place.directory->upper, name, upper_mode));
    return File(std::move(opened));
  }

  Expected<Stat> stat(const File& directory, Path& path, Follow follow) const {
    WASMER_TRY(const Merged from, merged_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const Target found, target_of(from, path, follow));
    if (!found.place.is_name()) return tree_->stat(*found.place.directory);
    if (!found.node) return Errno::noent;
    return found.node->stat;
  }

  Expected<void> set_times(const File& directory, Path& path, Follow follow, const Times& times) const {
    WASMER_TRY(const Merged from, merged_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const Target found, target_of(from, path, follow));
    if (!found.place.is_name()) {
      WASMER_CHECK(tree_->copy_up(found.place.directory));
      return found.place.directory->upper->set_times(times);
    }
    if (!found.node) return Errno::noent;
    WASMER_CHECK(tree_->copy_up(found.place.directory, found.place.name, *found.node));
    return tree_->set_times(found.place.directory, found.place.name, times);
  }

  Expected<void> create_directory(const File& directory, Path& path) const {
    WASMER_TRY(const Merged from, merged_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const Place place, place_of(from, path));
    if (!place.is_name()) return Errno::exist;
    WASMER_CHECK(check_free(place));
    WASMER_CHECK(tree_->copy_up(place.directory));
    WASMER_TRY(Path name, Tree::path_of(place.name));
    return tree_->upper().create_directory(*place.directory->upper, name);
  }

  Expected<void> remove_directory(const File& directory, Path& path) const {
    WASMER_TRY(const Merged from, merged_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const Place place, place_of(from, path));
    if (!place.is_name()) return place.last == Last::dot ? Errno::inval : Errno::notempty;
    WASMER_TRY(const Node node, tree_->child(place.directory, place.name));
    if (node.stat.type != Filetype::directory) return Errno::notdir;
    WASMER_TRY(const Merged removed, tree_->enter(place.directory, place.name, node));
    WASMER_TRY(const bool empty, tree_->is_empty(*removed));
    if (!empty) return Errno::notempty;
    WASMER_TRY(Path name, Tree::path_of(place.name));
    if (node.upper) WASMER_CHECK(tree_->upper().remove_directory(*place.directory->upper, name));
    if (node.lower) tree_->hide(*place.directory, place.name);
    removed->is_removed = true;
    return success();
  }

  Expected<void> unlink(const File& directory, Path& path) const {
    WASMER_TRY(const Merged from, merged_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const Place place, place_of(from, path));
    if (!place.is_name()) return Errno::isdir;
    WASMER_TRY(const Node node, tree_->child(place.directory, place.name));
    if (node.stat.type == Filetype::directory) return Errno::isdir;
    if (place.slash) return Errno::notdir;
    WASMER_TRY(Path name, Tree::path_of(place.name));
    if (node.upper) WASMER_CHECK(tree_->upper().unlink(*place.directory->upper, name));
    if (node.lower) tree_->hide(*place.directory, place.name);
    return success();
  }

  Expected<void> rename(const File& from_directory, Path& from, const File& to_directory, Path& to) const {
    WASMER_TRY(const Merged from_merged, merged_of(from_directory));
    WASMER_TRY(const Merged to_merged, merged_of(to_directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const Place source, place_of(from_merged, from));
    WASMER_TRY(const Place target, place_of(to_merged, to));
    return tree_->rename(source, target);
  }

  Expected<void> link(const File& from_directory, Path& from, Follow follow, const File& to_directory, Path& to) const {
    WASMER_TRY(const Merged from_merged, merged_of(from_directory));
    WASMER_TRY(const Merged to_merged, merged_of(to_directory));
    const std::lock_guard lock(tree_->mutex());
    // Of several errors the one is told that the host would tell.
    if (follow == Follow::no && !from.ends_in_slash()) {
      WASMER_CHECK(place_of(from_merged, from));
      WASMER_CHECK(place_of(to_merged, to));
    }
    WASMER_TRY(const Target source, target_of(from_merged, from, follow));
    if (source.place.is_name() && !source.node) return Errno::noent;
    WASMER_TRY(const Place place, place_of(to_merged, to));
    if (!place.is_name()) return Errno::exist;
    WASMER_CHECK(check_free(place));
    if (place.slash) return Errno::noent;
    if (!source.place.is_name() || source.node->stat.type == Filetype::directory) return Errno::perm;
    WASMER_CHECK(tree_->copy_up(source.place.directory, source.place.name, *source.node));
    WASMER_CHECK(tree_->copy_up(place.directory));
    WASMER_TRY(Path old_name, Tree::path_of(source.place.name));
    WASMER_TRY(Path new_name, Tree::path_of(place.name));
    return tree_->upper().link(*source.place.directory->upper, old_name, Follow::no, *place.directory->upper, new_name);
  }

  Expected<void> symlink(const Path& text, const File& directory, Path& path) const {
    WASMER_TRY(const Merged from, merged_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const Place place, place_of(from, path));
    if (!place.is_name()) return Errno::exist;
    WASMER_CHECK(check_free(place));
    if (place.slash) return Errno::noent;
    WASMER_CHECK(tree_->copy_up(place.directory));
    WASMER_TRY(Path name, Tree::path_of(place.name));
    return tree_->upper().symlink(text, *place.directory->upper, name);
  }

  Expected<Size> read_link(const File& directory, Path& path, std::span<std::byte> buffer) const {
    WASMER_TRY(const Merged from, merged_of(directory));
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const Target found, target_of(from, path, Follow::no));
    if (!found.place.is_name()) return Errno::inval;
    if (!found.node) return Errno::noent;
    if (found.node->stat.type != Filetype::symbolic_link) return Errno::inval;
    WASMER_TRY(Path name, Tree::path_of(found.place.name));
    if (found.node->upper) return tree_->upper().read_link(*found.place.directory->upper, name, buffer);
    return tree_->lower().read_link(*found.place.directory->lower, name, buffer);
  }

 private:
  /// notdir: no directory of the overlay.
  static Expected<Merged> merged_of(const File& file) {
    const auto* const own = file.template as<EitherFile<LowerFile, MergedDirectory>>();
    const MergedDirectory* const directory = own == nullptr ? nullptr : own->template as<MergedDirectory>();
    if (directory == nullptr) return Errno::notdir;
    return directory->merged();
  }
  File directory_file(Merged merged) const { return File(EitherFile<LowerFile, MergedDirectory>(MergedDirectory(tree_, std::move(merged)))); }

  static OpenMode mode_of(OpenMode mode, Oflags oflags) {
    mode.follow = Follow::no;
    mode.oflags = oflags;
    return mode;
  }

  Expected<Place> place_of(const Merged& from, const Path& path) const { return TreeWalk<Tree>(*tree_, from, path.view()).to_place(); }
  Expected<Target> target_of(const Merged& from, const Path& path, Follow follow) const {
    return TreeWalk<Tree>(*tree_, from, path.view()).to_target(follow);
  }

  /// exist: the name is taken.
  Expected<void> check_free(const Place& place) const {
    const auto found = tree_->child(place.directory, place.name);
    if (found) return Errno::exist;
    return found.assume_error() == Errno::noent ? Expected<void>(success()) : found.assume_error();
  }

  std::shared_ptr<Tree> tree_;
  std::string upper_root_;
};

}  // namespace wasmer::wasi
