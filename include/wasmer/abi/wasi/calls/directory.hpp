#pragma once
/// \file
/// Preopened directories, and the listing of directories.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <span>
#include <string>

#include <wasmer/abi/wasi/state.hpp>

namespace wasmer::wasi {

/// badf: not a preopened directory, which is how a program finds the end of them.
template <class FS> Expected<void> fd_prestat_get(State<FS>& state, GuestMemory memory, Fd fd, GuestPointer<Prestat> prestat) {
  WASMER_TRY(const auto entry, state.files().get(fd));
  if (!entry->preopen) return Errno::badf;
  if (!memory.store(prestat, Prestat{0, static_cast<Size>(entry->preopen->size())})) return Errno::fault;
  return success();
}

template <class FS> Expected<void> fd_prestat_dir_name(State<FS>& state, GuestMemory memory, Fd fd, GuestText name) {
  WASMER_TRY(const auto entry, state.files().get(fd));
  if (!entry->preopen) return Errno::badf;
  const auto buffer = memory.bytes(name);
  if (!buffer) return Errno::fault;
  if (buffer->size() < entry->preopen->size()) return Errno::nametoolong;
  std::memcpy(buffer->data(), entry->preopen->data(), entry->preopen->size());
  return success();
}

/// Fills the buffer with entries, each a Dirent and its name; the last one is cut where the buffer ends. Less than the buffer's size: those were the last.
template <class FS>
Expected<void> fd_readdir(State<FS>& state, GuestMemory memory, Fd fd, GuestBytes buffer, std::uint64_t cookie, GuestPointer<Size> used) {
  WASMER_TRY(const auto entry, state.files().get(fd));
  if (entry->type != Filetype::directory) return Errno::notdir;
  WASMER_CHECK(state.files().get(fd, Rights::fd_readdir));
  const auto bytes = memory.bytes(buffer);
  if (!bytes || !memory.holds(used)) return Errno::fault;

  std::span<std::byte> rest = *bytes;
  const auto put = [&](const void* data, std::size_t size) {
    const std::size_t fits = std::min(size, rest.size());
    if (fits != 0) std::memcpy(rest.data(), data, fits);
    rest = rest.subspan(fits);
  };
  const std::lock_guard lock(entry->listing);
  const auto sink = [&](const DirectoryEntry& found) {
    const Dirent head{found.next, found.inode, static_cast<Size>(found.name.size()), found.type, {}};
    put(&head, sizeof(head));
    put(found.name.data(), found.name.size());
    return !rest.empty();
  };
  WASMER_CHECK(entry->root != nullptr ? entry->root->list(cookie, sink) : entry->file.list(cookie, sink));
  (void)memory.store(used, static_cast<Size>(bytes->size() - rest.size()));
  return success();
}

}  // namespace wasmer::wasi
