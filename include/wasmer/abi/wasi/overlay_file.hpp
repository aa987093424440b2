#pragma once
/// \file
/// What is open of an overlay: a directory of both file systems, and a file of the lower, which is only read.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <wasmer/abi/wasi/filesystem.hpp>
#include <wasmer/abi/wasi/overlay_tree.hpp>

namespace wasmer::wasi {

/// A file of the lower. It stays what it was when it is copied up after it was opened, as in the kernel's overlays.
template <Filesystem Upper, Filesystem Lower> class OverlayLowerFile {
 public:
  using Tree = OverlayTree<Upper, Lower>;

  OverlayLowerFile(std::shared_ptr<Tree> tree, typename Tree::Directory directory, std::string name, typename Lower::File file)
      : tree_(std::move(tree)), directory_(std::move(directory)), name_(std::move(name)), file_(std::move(file)) {}

  Expected<Size> read(Buffers buffers) const { return file_.read(buffers); }
  Expected<Size> read_at(Buffers buffers, Filesize offset) const { return file_.read_at(buffers, offset); }
  Expected<Size> write(Buffers) const { return Errno::badf; }
  Expected<Size> write_at(Buffers, Filesize) const { return Errno::badf; }
  Expected<Filesize> seek(std::int64_t delta, Whence whence) const { return file_.seek(delta, whence); }
  Expected<Stat> stat() const { return file_.stat(); }
  Expected<void> resize(Filesize) const { return Errno::inval; }
  /// Of the copy that is made of it.
  Expected<void> set_times(const Times& times) const {
    const std::lock_guard lock(tree_->mutex());
    WASMER_TRY(const auto node, tree_->child(directory_, name_));
    WASMER_CHECK(tree_->copy_up(directory_, name_, node));
    return tree_->set_times(directory_, name_, times);
  }
  Fdflags flags() const { return file_.flags(); }
  Expected<void> set_flags(Fdflags flags) { return file_.set_flags(flags); }
  bool is_terminal() const { return file_.is_terminal(); }
  Expected<void> sync() const { return success(); }
  Expected<void> sync_data() const { return success(); }
  Expected<void> allocate(Filesize, Filesize) const { return Errno::badf; }
  Expected<void> advise(Filesize offset, Filesize bytes, Advice advice) const { return file_.advise(offset, bytes, advice); }
  template <class Sink> Expected<void> list(std::uint64_t, Sink&&) const { return Errno::notdir; }
  Filesize readable_bytes() const { return file_.readable_bytes(); }
  int pollable() const { return file_.pollable(); }

 private:
  std::shared_ptr<Tree> tree_;
  typename Tree::Directory directory_;
  std::string name_;
  typename Lower::File file_;
};

/// A directory. It is listed as it was when listing began, so that what is copied up meanwhile is neither missed nor listed twice.
template <Filesystem Upper, Filesystem Lower> class OverlayDirectory {
 public:
  using Tree = OverlayTree<Upper, Lower>;

  OverlayDirectory(std::shared_ptr<Tree> tree, typename Tree::Directory merged) : tree_(std::move(tree)), merged_(std::move(merged)) {}

  const typename Tree::Directory& merged() const { return merged_; }

  Expected<Size> read(Buffers) const { return Errno::isdir; }
  Expected<Size> read_at(Buffers, Filesize) const { return Errno::isdir; }
  Expected<Size> write(Buffers) const { return Errno::badf; }
  Expected<Size> write_at(Buffers, Filesize) const { return Errno::badf; }
  Expected<Filesize> seek(std::int64_t, Whence) const { return Errno::isdir; }
  Expected<Stat> stat() const {
    const std::lock_guard lock(tree_->mutex());
    return tree_->stat(*merged_);
  }
  Expected<void> resize(Filesize) const { return Errno::inval; }
  Expected<void> set_times(const Times& times) const {
    const std::lock_guard lock(tree_->mutex());
    WASMER_CHECK(tree_->copy_up(merged_));
    return merged_->upper->set_times(times);
  }
  Fdflags flags() const { return Fdflags::none; }
  Expected<void> set_flags(Fdflags) { return success(); }
  bool is_terminal() const { return false; }
  Expected<void> sync() const { return success(); }
  Expected<void> sync_data() const { return success(); }
  Expected<void> allocate(Filesize, Filesize) const { return Errno::badf; }
  Expected<void> advise(Filesize, Filesize, Advice) const { return success(); }

  template <class Sink> Expected<void> list(std::uint64_t cookie, Sink&& sink) const {
    if (cookie == 0 || listed_.empty()) {
      const std::lock_guard lock(tree_->mutex());
      WASMER_TRY(listed_, tree_->list(*merged_));
    }
    for (std::uint64_t at = cookie; at < listed_.size(); ++at)
      if (!sink(DirectoryEntry{at + 1, listed_[at].inode, listed_[at].type, listed_[at].name})) break;
    return success();
  }
  Filesize readable_bytes() const { return 0; }
  int pollable() const { return -1; }

 private:
  std::shared_ptr<Tree> tree_;
  typename Tree::Directory merged_;
  mutable std::vector<typename Tree::Listed> listed_;
};

}  // namespace wasmer::wasi
