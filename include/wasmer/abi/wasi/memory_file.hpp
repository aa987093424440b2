#pragma once
/// \file
/// An open file or directory of a file system in memory.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <utility>

#include <wasmer/abi/wasi/filesystem.hpp>
#include <wasmer/abi/wasi/memory_tree.hpp>

namespace wasmer::wasi {

class MemoryFile {
 public:
  MemoryFile(std::shared_ptr<MemoryTree> tree, MemoryNodePointer node, const OpenMode& mode)
      : tree_(std::move(tree)), node_(std::move(node)), readable_(mode.read || !mode.write), writable_(mode.write), flags_(mode.fdflags) {}
  MemoryFile(MemoryFile&&) = default;
  MemoryFile& operator=(MemoryFile&&) = default;

  const std::shared_ptr<MemoryTree>& tree() const { return tree_; }
  const MemoryNodePointer& node() const { return node_; }

  Expected<Size> read(Buffers buffers) const {
    const auto lock = locked();
    WASMER_TRY(const Size bytes, get(buffers, position_));
    position_ += bytes;
    return bytes;
  }
  Expected<Size> read_at(Buffers buffers, Filesize offset) const {
    const auto lock = locked();
    return get(buffers, offset);
  }
  Expected<Size> write(Buffers buffers) const {
    const auto lock = locked();
    if (has(flags_, Fdflags::append)) position_ = node_->bytes.size();
    WASMER_TRY(const Size bytes, put(buffers, position_));
    position_ += bytes;
    return bytes;
  }
  /// As on Linux, what is opened to append is written at its end wherever the offset is.
  Expected<Size> write_at(Buffers buffers, Filesize offset) const {
    const auto lock = locked();
    return put(buffers, has(flags_, Fdflags::append) && offset <= SparseBytes::max_size ? node_->bytes.size() : offset);
  }

  Expected<Filesize> seek(std::int64_t delta, Whence whence) const {
    const auto lock = locked();
    const std::uint64_t from = whence == Whence::set ? 0 : whence == Whence::cur ? position_ : node_->stat().size;
    std::int64_t position = 0;
    if (__builtin_add_overflow(static_cast<std::int64_t>(from), delta, &position)) return Errno::overflow;
    if (position < 0) return Errno::inval;
    return position_ = static_cast<std::uint64_t>(position);
  }

  Expected<Stat> stat() const {
    const auto lock = locked();
    return node_->stat();
  }
  /// inval: it was not opened to be written.
  Expected<void> resize(Filesize bytes) const {
    if (bytes > SparseBytes::max_size || !writable_ || node_->type != Filetype::regular_file) return Errno::inval;
    const auto lock = locked();
    node_->bytes.resize(bytes);
    node_->touch(true);
    return success();
  }
  Expected<void> set_times(const Times& times) const {
    const auto lock = locked();
    node_->set_times(times);
    return success();
  }

  Fdflags flags() const {
    const auto lock = locked();
    return flags_;
  }
  /// notsup: the flags for synchronous writing stay as they were when the file was opened.
  Expected<void> set_flags(Fdflags flags) {
    constexpr Fdflags fixed = Fdflags::dsync | Fdflags::rsync | Fdflags::sync;
    const auto lock = locked();
    if ((flags & fixed) != (flags_ & fixed)) return Errno::notsup;
    flags_ = flags;
    return success();
  }

  bool is_terminal() const { return false; }
  Expected<void> sync() const { return success(); }
  Expected<void> sync_data() const { return success(); }

  Expected<void> allocate(Filesize offset, Filesize bytes) const {
    if (!writable_) return Errno::badf;
    if (node_->type != Filetype::regular_file) return Errno::nodev;
    if (bytes == 0 || offset > SparseBytes::max_size || bytes > SparseBytes::max_size) return Errno::inval;
    if (bytes > SparseBytes::max_size - offset) return Errno::fbig;
    const auto lock = locked();
    if (!node_->bytes.allocate(offset, bytes)) return Errno::nospc;
    node_->touch(true);
    return success();
  }
  Expected<void> advise(Filesize offset, Filesize bytes, Advice advice) const {
    if (advice > Advice::noreuse || offset > SparseBytes::max_size || bytes > SparseBytes::max_size) return Errno::inval;
    return success();
  }

  template <class Sink> Expected<void> list(std::uint64_t cookie, Sink&& sink) const {
    if (node_->type != Filetype::directory) return Errno::notdir;
    const auto lock = locked();
    if (node_->is_removed) return Errno::noent;
    const MemoryNodePointer parent = node_->parent.lock();
    if (cookie < 1 && !sink(DirectoryEntry{1, node_->inode, Filetype::directory, "."})) return success();
    if (cookie < 2 && !sink(DirectoryEntry{2, parent ? parent->inode : node_->inode, Filetype::directory, ".."})) return success();
    for (auto at = node_->listing.upper_bound(cookie); at != node_->listing.end(); ++at) {
      const MemoryNode& node = *node_->entries.find(*at->second)->second.node;
      if (!sink(DirectoryEntry{at->first, node.inode, node.type, *at->second})) break;
    }
    return success();
  }

  Filesize readable_bytes() const {
    const auto lock = locked();
    return node_->bytes.size() - std::min(node_->bytes.size(), position_);
  }
  /// Never anything to wait for.
  int pollable() const { return -1; }

 private:
  std::unique_lock<std::mutex> locked() const { return std::unique_lock(tree_->mutex()); }

  Expected<Size> get(Buffers buffers, std::uint64_t offset) const {
    if (node_->type == Filetype::directory) return Errno::isdir;
    if (!readable_) return Errno::badf;
    if (offset > SparseBytes::max_size) return Errno::inval;
    std::uint64_t done = 0;
    for (const iovec& buffer : buffers) {
      const std::span room(static_cast<std::byte*>(buffer.iov_base), std::min(buffer.iov_len, static_cast<std::size_t>(most_at_once - done)));
      const std::size_t got = node_->bytes.read(offset + done, room);
      done += got;
      if (got < buffer.iov_len) break;
    }
    node_->accessed = realtime_now();
    return static_cast<Size>(done);
  }

  Expected<Size> put(Buffers buffers, std::uint64_t offset) const {
    if (!writable_) return Errno::badf;
    if (offset > SparseBytes::max_size) return Errno::inval;
    std::uint64_t done = 0, wanted = 0;
    for (const iovec& buffer : buffers) {
      wanted += buffer.iov_len;
      const std::uint64_t most = std::min(most_at_once - done, SparseBytes::max_size - (offset + done));
      const std::span piece(static_cast<const std::byte*>(buffer.iov_base), static_cast<std::size_t>(std::min<std::uint64_t>(buffer.iov_len, most)));
      const std::size_t written = node_->bytes.write(offset + done, piece);
      done += written;
      if (written < buffer.iov_len) break;
    }
    if (done == 0 && wanted != 0) return offset == SparseBytes::max_size ? Errno::fbig : Errno::nospc;
    if (done != 0) node_->touch(true);
    return static_cast<Size>(done);
  }

  static constexpr std::uint64_t most_at_once = 0x7FFF'F000;  // as Linux

  std::shared_ptr<MemoryTree> tree_;
  MemoryNodePointer node_;
  bool readable_, writable_;
  Fdflags flags_;
  mutable std::uint64_t position_ = 0;
};

}  // namespace wasmer::wasi
