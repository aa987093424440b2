#pragma once
/// \file
/// The heap's size, copying, and mapped files, which are copies: there are no pages to share.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include <sys/mman.h>

#include <wasmer/abi/emscripten/calls/file.hpp>
#include <wasmer/abi/emscripten/calls/process.hpp>
#include <wasmer/abi/emscripten/state.hpp>

namespace wasmer::emscripten {

inline Result<std::uint32_t> copy_big(State&, Guest guest, std::uint32_t to, std::uint32_t from, std::uint32_t size) {
  const auto source = guest.bytes(from, size), target = guest.bytes(to, size);
  if (!source || !target) return Error(ErrorId::out_of_bounds_memory_access);
  if (size != 0) std::memmove(target->data(), source->data(), size);
  return to;
}
inline Result<void> copy_today(State& state, Guest guest, std::uint32_t to, std::uint32_t from, std::uint32_t size) {
  WASMER_CHECK(copy_big(state, guest, to, from, size));
  return success();
}

inline std::uint32_t heap_size(State&, Guest guest) { return static_cast<std::uint32_t>(guest.size()); }
inline std::uint32_t heap_max(State&, Guest guest) {
  const auto& memories = guest.instance().memories();
  const auto maximum = memories.empty() ? std::nullopt : memories.front()->type().limits.maximum;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(maximum.value_or(32768) * 65536, 0xFFFF'0000u));
}
/// 1: the memory has at least so many bytes now; 0: it cannot have them.
inline std::int32_t resize_heap(State&, Guest guest, std::uint32_t bytes) {
  if (bytes <= guest.size()) return 1;
  const auto& memories = guest.instance().memories();
  if (memories.empty()) return 0;
  vm::Memory& memory = *memories.front();
  const std::uint64_t wanted = (std::uint64_t{bytes} + 65535) / 65536, now = memory.size();
  // Some more than asked for, so that not every allocation asks.
  const std::uint64_t comfortable = std::max(wanted, now + now / 5);
  return memory.grow(comfortable - now) || memory.grow(wanted - now) ? 1 : 0;
}
/// fastcomp's break, which stands in the memory. -1: there is no more.
inline std::int32_t sbrk(State& state, Guest guest, std::int32_t increment) {
  const GuestPointer<std::uint32_t> top{Layout::dynamic_top_pointer};
  const auto now = guest.load(top);
  const std::int64_t next = now ? std::int64_t{*now} + increment : -1;
  if (next < 0 || next > 0xFFFF'FFFF) return -1;
  if (resize_heap(state, guest, static_cast<std::uint32_t>(next)) == 0) return -1;
  (void)guest.again().store(top, static_cast<std::uint32_t>(next));
  return static_cast<std::int32_t>(*now);
}

/// fastcomp's allocas: where the stack was.
inline Result<std::uint32_t> stack_save(State& state, Guest guest) {
  const auto& save = state.exports(guest.instance()).stack_save;
  if (!save) return 0u;
  return (*save)();
}
inline Result<void> stack_restore(State& state, Guest guest, std::uint32_t stack) {
  if (const auto& restore = state.exports(guest.instance()).stack_restore) WASMER_CHECK((*restore)(stack));
  return success();
}
inline std::int32_t map_file(State& state, Guest guest, std::uint32_t, std::uint32_t) { return fail(state, guest, Errno::perm); }

/// Memory of whole pages from the program's own allocator, zeroed, and in it what the file holds from `offset` on.
inline Result<Number> map(State& state, const Guest& guest, std::uint32_t bytes, std::int32_t flags, Fd fd, std::uint64_t offset) {
  if (bytes == 0) return Number(Errno::inval);
  if (bytes > 0x7FFF'0000 || state.mappings.size() == most_records) return Number(Errno::nomem);
  const std::uint32_t page = state.dialect() == Dialect::fastcomp ? 16384 : 65536, whole = (bytes + page - 1) / page * page;
  Entry entry;
  if ((flags & MAP_ANONYMOUS) == 0) {
    auto found = opened(state, fd, Rights::fd_read);
    if (!found) return Number(found.assume_error());
    entry = std::move(found).assume_value();
  }
  std::uint32_t where = 0;
  for (const std::string_view name : {"_memalign", "memalign", "emscripten_builtin_memalign"})
    if (const auto align = guest.instance().function<std::uint32_t(std::uint32_t, std::uint32_t)>(name); align && where == 0) {
      WASMER_TRY(where, align.assume_value()(page, whole));
    }
  if (where == 0) {
    // Without one, a page of room is left before it.
    WASMER_TRY(const std::uint32_t block, state.allocate(guest, whole + page));
    if (block == 0) return Number(Errno::nomem);
    where = (block + page - 1) / page * page;
  }
  const Guest now = guest.again();
  const auto memory = now.bytes(where, whole);
  if (!memory) return Number(Errno::nomem);
  std::ranges::fill(*memory, std::byte{0});
  if (entry) {
    for (std::size_t done = 0; done < bytes;) {
      const iovec one{memory->data() + done, bytes - done};
      const auto got = entry->file.read_at(wasi::Buffers(&one, 1), offset + done);
      if (!got) return Number(got.assume_error());
      if (got.assume_value() == 0) break;
      done += got.assume_value();
    }
  }
  state.mappings[where] = {bytes, entry && (flags & MAP_SHARED) != 0 && (flags & MAP_PRIVATE) == 0 ? entry : nullptr, offset};
  return Number(static_cast<std::int32_t>(where));
}
inline Result<Number> mmap2(State& state, Guest guest, std::uint32_t, std::uint32_t bytes, std::int32_t, std::int32_t flags, Fd fd, std::uint32_t pages) {
  return map(state, guest, bytes, flags, fd, std::uint64_t{pages} * 4096);
}
/// What was written to a shared mapping is put back into the file.
inline Number msync_at(State& state, const Guest& guest, std::uint32_t where, std::uint32_t bytes) {
  const auto found = state.mappings.find(where);
  if (found == state.mappings.end()) return Errno::inval;
  const auto& mapping = found->second;
  if (mapping.file == nullptr || !wasi::has(mapping.file->granted, Rights::fd_write)) return 0;
  const auto memory = guest.bytes(where, std::min(bytes, mapping.bytes));
  if (!memory) return Errno::fault;
  WASMER_TRY(const wasi::Stat stat, mapping.file->file.stat());
  // A mapping goes beyond its file's end, the file not.
  const std::size_t most = static_cast<std::size_t>(std::min<std::uint64_t>(memory->size(), stat.size > mapping.offset ? stat.size - mapping.offset : 0));
  for (std::size_t done = 0; done < most;) {
    const iovec one{memory->data() + done, most - done};
    WASMER_TRY(const wasi::Size put, mapping.file->file.write_at(wasi::Buffers(&one, 1), mapping.offset + done));
    if (put == 0) break;
    done += put;
  }
  return 0;
}
inline Number msync(State& state, Guest guest, std::uint32_t where, std::uint32_t bytes, std::int32_t) { return msync_at(state, guest, where, bytes); }
inline Result<Number> munmap(State& state, Guest guest, std::uint32_t where, std::uint32_t bytes) {
  if (!state.mappings.contains(where)) return Number(Errno::inval);
  const Number done = msync_at(state, guest, where, bytes);
  state.mappings.erase(where);
  if (const auto& free = state.exports(guest.instance()).free; free && guest.instance().module().exports.size() != 0)
    for (const std::string_view name : {"_memalign", "memalign", "emscripten_builtin_memalign"})
      if (emscripten::exports(guest.instance().module(), name)) {
        WASMER_CHECK((*free)(where));
        break;
      }
  return done ? Number(0) : done;
}
inline Number mprotect(State&, Guest, std::uint32_t, std::uint32_t, std::int32_t) { return 0; }
inline Number madvise(State&, Guest, std::uint32_t, std::uint32_t, std::int32_t) { return 0; }
inline Number mremap(State&, Guest, std::uint32_t, std::uint32_t, std::uint32_t, std::int32_t, std::uint32_t) { return Errno::nomem; }

/// Today's: the length, protection, flags, file, offset, and where the answers go.
inline Result<Number> mmap_today(State& state, Guest guest, std::uint32_t bytes, std::int32_t, std::int32_t flags, Fd fd, std::int64_t offset, GuestPointer<std::int32_t> allocated,
                                 GuestPointer<std::uint32_t> where) {
  if (offset < 0) return Number(Errno::inval);
  WASMER_TRY(const Number made, map(state, guest, bytes, flags, fd, static_cast<std::uint64_t>(offset)));
  if (!made) return made;
  const Guest now = guest.again();
  if (!now.store(allocated, 1) || !now.store(where, static_cast<std::uint32_t>(made.assume_value()))) return Number(Errno::fault);
  return Number(0);
}
inline Number munmap_today(State& state, Guest guest, std::uint32_t where, std::uint32_t bytes, std::int32_t, std::int32_t, Fd, std::int64_t) {
  const Number done = msync_at(state, guest, where, bytes);
  state.mappings.erase(where);
  return done ? Number(0) : done;
}
inline Number msync_today(State& state, Guest guest, std::uint32_t where, std::uint32_t bytes, std::int32_t, std::int32_t, Fd, std::int64_t) {
  return msync_at(state, guest, where, bytes);
}
/// Of the releases whose times have 32 bits: the address first, the offset in 32 bits; it gives the address. (Its type is that of today's where 64 bits are two words.)
inline Result<Number> mmap_3(State& state, Guest guest, std::uint32_t, std::uint32_t bytes, std::int32_t, std::int32_t flags, Fd fd, std::uint32_t offset, GuestPointer<std::int32_t> allocated,
                             std::uint32_t) {
  WASMER_TRY(const Number made, map(state, guest, bytes, flags, fd, offset));
  if (made && !guest.again().store(allocated, 1)) return Number(Errno::fault);
  return made;
}
inline Number munmap_3(State& state, Guest guest, std::uint32_t where, std::uint32_t bytes, std::int32_t, std::int32_t, Fd, std::uint32_t) {
  const Number done = msync_at(state, guest, where, bytes);
  state.mappings.erase(where);
  return done ? Number(0) : done;
}

}  // namespace wasmer::emscripten
