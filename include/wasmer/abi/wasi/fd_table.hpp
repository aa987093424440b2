#pragma once
/// \file
/// The guest's file descriptors.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <wasmer/abi/wasi/errno.hpp>
#include <wasmer/abi/wasi/types.hpp>

namespace wasmer::wasi {

inline constexpr Rights file_rights = Rights::fd_datasync | Rights::fd_read | Rights::fd_seek | Rights::fd_fdstat_set_flags | Rights::fd_sync |
                                      Rights::fd_tell | Rights::fd_write | Rights::fd_advise | Rights::fd_allocate | Rights::fd_filestat_get |
                                      Rights::fd_filestat_set_size | Rights::fd_filestat_set_times | Rights::poll_fd_readwrite;
inline constexpr Rights read_rights = Rights::fd_read;
inline constexpr Rights write_rights = Rights::fd_write | Rights::fd_allocate | Rights::fd_filestat_set_size;
/// wasi-libc's isatty asks for a character device that lacks these.
inline constexpr Rights position_rights = Rights::fd_seek | Rights::fd_tell;
inline constexpr Rights socket_rights = Rights::sock_shutdown | Rights::sock_accept;
/// Of a socket that is connected.
inline constexpr Rights connection_rights = Rights::fd_read | Rights::fd_write | Rights::fd_fdstat_set_flags | Rights::fd_filestat_get |
                                            Rights::poll_fd_readwrite | Rights::sock_shutdown;
inline constexpr Rights directory_rights = (Rights::all - (file_rights | socket_rights)) | Rights::fd_datasync | Rights::fd_sync |
                                           Rights::fd_fdstat_set_flags | Rights::fd_filestat_get | Rights::fd_filestat_set_times;

template <class F> class VirtualRoot;

/// What a guest's descriptor stands for. Guest threads share it, and it lives until the last call that uses it is over.
template <class F> struct OpenFile {
  OpenFile(F opened, Filetype kind, Rights rights, Rights for_its_files, bool is_read_only)
      : file(std::move(opened)), type(kind), read_only(is_read_only), granted(rights), base(rights), inheriting(for_its_files) {}

  F file;
  const Filetype type;
  /// Nothing beneath it, and nothing about it, may be changed.
  const bool read_only;
  /// The rights that it had when it was opened, and those that the guest has left of them; the latter change under the table's lock.
  const Rights granted;
  Rights base;
  Rights inheriting;
  /// The name by which the guest finds a preopened directory.
  std::optional<std::string> preopen;
  /// Not null: it is this root, and `file` is none.
  const VirtualRoot<F>* root = nullptr;
  /// Held while the directory is listed, which moves its position.
  std::mutex listing;
};

/// Descriptors 0, 1, 2, …, each an open file or free. Locked, since guest threads share it.
template <class F> class FdTable {
 public:
  using Entry = std::shared_ptr<OpenFile<F>>;

  explicit FdTable(std::size_t limit) : limit_(limit) {}
  FdTable(FdTable&&) = default;

  /// Gives the lowest free number. mfile: there are as many as are allowed.
  Expected<Fd> insert(Entry entry) {
    const std::lock_guard lock(*mutex_);
    const auto free = std::find(entries_.begin() + static_cast<std::ptrdiff_t>(std::min(lowest_, entries_.size())), entries_.end(), nullptr);
    const auto number = static_cast<std::size_t>(free - entries_.begin());
    if (number >= limit_) return Errno::mfile;
    if (free == entries_.end()) entries_.push_back(std::move(entry));
    else *free = std::move(entry);
    lowest_ = number + 1;
    ++open_;
    return static_cast<Fd>(number);
  }

  /// Gives a number that is free: for what a program starts with. mfile: more than are allowed.
  Expected<void> place(Fd fd, Entry entry) {
    const std::lock_guard lock(*mutex_);
    const auto number = static_cast<std::size_t>(fd);
    if (number >= limit_) return Errno::mfile;
    if (number >= entries_.size()) entries_.resize(number + 1);
    entries_[number] = std::move(entry);
    ++open_;
    return success();
  }

  /// The first number behind all that were ever in use, and behind those of the standard streams.
  Fd behind() const {
    const std::lock_guard lock(*mutex_);
    return static_cast<Fd>(std::max<std::size_t>(3, entries_.size()));
  }

  /// Asked before opening anything, so that a file is not created only to be refused a number.
  bool is_full() const {
    const std::lock_guard lock(*mutex_);
    return open_ >= limit_;
  }

  /// badf: it is not open, or not for what `needed` says; isdir: it is a directory, which can do nothing of the sort; notcapable: the guest gave the right away.
  [[gnu::noinline]] Expected<Entry> get(Fd fd, Rights needed = Rights::none) const {
    const std::lock_guard lock(*mutex_);
    const Entry* entry = find(fd);
    if (entry == nullptr) return Errno::badf;
    const OpenFile<F>& file = **entry;
    if (has(file.base, needed)) [[likely]] return *entry;
    if (has(file.granted, needed)) return Errno::notcapable;
    return file.type == Filetype::directory ? Errno::isdir : Errno::badf;
  }

  /// As `get`, for calls that take a path; notdir: it is no directory.
  [[gnu::noinline]] Expected<Entry> directory(Fd fd, Rights needed) const {
    const std::lock_guard lock(*mutex_);
    const Entry* entry = find(fd);
    if (entry == nullptr) return Errno::badf;
    if ((*entry)->type != Filetype::directory) return Errno::notdir;
    if (!has((*entry)->base, needed)) return Errno::notcapable;
    return *entry;
  }

  /// The rights that the guest has left: of the file itself, and of those opened from it.
  std::pair<Rights, Rights> rights(const Entry& entry) const {
    const std::lock_guard lock(*mutex_);
    return {entry->base, entry->inheriting};
  }

  /// notcapable: rights can only be given away.
  Expected<void> set_rights(Fd fd, Rights base, Rights inheriting) {
    const std::lock_guard lock(*mutex_);
    const Entry* entry = find(fd);
    if (entry == nullptr) return Errno::badf;
    if (!has((*entry)->base, base) || !has((*entry)->inheriting, inheriting)) return Errno::notcapable;
    (*entry)->base = base;
    (*entry)->inheriting = inheriting;
    return success();
  }

  /// Frees the number in any case that it is open; an errno of the file's own says that what was written to it is perhaps not kept. No call that still uses it is
  /// disturbed: the file is then closed when that is over.
  Expected<void> close(Fd fd) {
    WASMER_TRY(Entry closed, take(fd));
    if constexpr (requires { closed->file.close(); })
      if (closed.use_count() == 1 && closed->root == nullptr) return closed->file.close();  // after the lock: it may take its time
    return success();
  }

  /// Moves `from` to the number `to`, whose file is closed; both must be open.
  Expected<void> renumber(Fd from, Fd to) {
    Entry closed;
    const std::lock_guard lock(*mutex_);
    Entry *source = find(from), *target = find(to);
    if (source == nullptr || target == nullptr) return Errno::badf;
    if (source == target) return success();
    closed = std::exchange(*target, std::move(*source));
    *source = nullptr;
    lowest_ = std::min(lowest_, static_cast<std::size_t>(from));
    --open_;
    return success();
  }

 private:
  Expected<Entry> take(Fd fd) {
    const std::lock_guard lock(*mutex_);
    Entry* entry = find(fd);
    if (entry == nullptr) return Errno::badf;
    lowest_ = std::min(lowest_, static_cast<std::size_t>(fd));
    --open_;
    return std::exchange(*entry, nullptr);
  }

  const Entry* find(Fd fd) const {
    const auto number = static_cast<std::size_t>(fd);
    return number < entries_.size() && entries_[number] ? &entries_[number] : nullptr;
  }
  Entry* find(Fd fd) { return const_cast<Entry*>(std::as_const(*this).find(fd)); }

  std::size_t limit_;
  std::vector<Entry> entries_;
  std::size_t lowest_ = 0;  // no number below it is free
  std::size_t open_ = 0;
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
};

}  // namespace wasmer::wasi
