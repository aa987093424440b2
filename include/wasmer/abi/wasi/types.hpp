#pragma once
/// \file
/// The types of wasi_snapshot_preview1 that all versions share, laid out as they lie in the guest's memory.

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <wasmer/abi/guest.hpp>

namespace wasmer::wasi {

using Size = std::uint32_t;
using Filesize = std::uint64_t;
/// Nanoseconds.
using Timestamp = std::uint64_t;

/// A guest's file descriptor: an index into its own table, never a host's.
enum class Fd : std::uint32_t {};

/// An enum whose values are sets of bits.
template <class E> inline constexpr bool is_bit_set = false;
template <class E>
concept BitSet = std::is_enum_v<E> && is_bit_set<E>;
template <BitSet E> constexpr auto bits(E set) { return static_cast<std::underlying_type_t<E>>(set); }
template <BitSet E> constexpr E operator|(E a, E b) { return static_cast<E>(bits(a) | bits(b)); }
template <BitSet E> constexpr E operator&(E a, E b) { return static_cast<E>(bits(a) & bits(b)); }
template <BitSet E> constexpr E operator-(E a, E b) { return static_cast<E>(bits(a) & ~bits(b)); }
template <BitSet E> constexpr E& operator|=(E& a, E b) { return a = a | b; }
template <BitSet E> constexpr bool any(E set) { return bits(set) != 0; }
/// Whether `set` has all of `wanted`.
template <BitSet E> constexpr bool has(E set, E wanted) { return (set & wanted) == wanted; }

enum class ClockId : std::uint32_t { realtime, monotonic, process_cputime_id, thread_cputime_id };

enum class Filetype : std::uint8_t {
  unknown,
  block_device,
  character_device,
  directory,
  regular_file,
  socket_dgram,
  socket_stream,
  symbolic_link,
};

enum class Advice : std::uint32_t { normal, sequential, random, willneed, dontneed, noreuse };

enum class Fdflags : std::uint16_t { none = 0, append = 1, dsync = 2, nonblock = 4, rsync = 8, sync = 16, all = 31 };
enum class Oflags : std::uint16_t { none = 0, creat = 1, directory = 2, excl = 4, trunc = 8, all = 15 };
enum class Lookupflags : std::uint32_t { none = 0, symlink_follow = 1 };
enum class Fstflags : std::uint16_t { none = 0, atim = 1, atim_now = 2, mtim = 4, mtim_now = 8, all = 15 };

enum class Rights : std::uint64_t {
  none = 0,
  fd_datasync = 1u << 0,
  fd_read = 1u << 1,
  fd_seek = 1u << 2,
  fd_fdstat_set_flags = 1u << 3,
  fd_sync = 1u << 4,
  fd_tell = 1u << 5,
  fd_write = 1u << 6,
  fd_advise = 1u << 7,
  fd_allocate = 1u << 8,
  path_create_directory = 1u << 9,
  path_create_file = 1u << 10,
  path_link_source = 1u << 11,
  path_link_target = 1u << 12,
  path_open = 1u << 13,
  fd_readdir = 1u << 14,
  path_readlink = 1u << 15,
  path_rename_source = 1u << 16,
  path_rename_target = 1u << 17,
  path_filestat_get = 1u << 18,
  path_filestat_set_size = 1u << 19,
  path_filestat_set_times = 1u << 20,
  fd_filestat_get = 1u << 21,
  fd_filestat_set_size = 1u << 22,
  fd_filestat_set_times = 1u << 23,
  path_symlink = 1u << 24,
  path_remove_directory = 1u << 25,
  path_unlink_file = 1u << 26,
  poll_fd_readwrite = 1u << 27,
  sock_shutdown = 1u << 28,
  sock_accept = 1u << 29,
  all = (1u << 30) - 1,
};

enum class Eventtype : std::uint8_t { clock, fd_read, fd_write };
enum class Eventrwflags : std::uint16_t { none = 0, hangup = 1 };
enum class Subclockflags : std::uint16_t { relative = 0, abstime = 1 };

template <> inline constexpr bool is_bit_set<Fdflags> = true;
template <> inline constexpr bool is_bit_set<Oflags> = true;
template <> inline constexpr bool is_bit_set<Lookupflags> = true;
template <> inline constexpr bool is_bit_set<Fstflags> = true;
template <> inline constexpr bool is_bit_set<Rights> = true;
template <> inline constexpr bool is_bit_set<Subclockflags> = true;

/// `iovec` and `ciovec`: a piece of the guest's memory to read into or to write from.
struct Iovec {
  std::uint32_t address;
  Size size;
};

struct Fdstat {
  Filetype filetype;
  std::uint8_t reserved;
  Fdflags flags;
  std::uint32_t reserved2;
  Rights rights_base;
  Rights rights_inheriting;
};

/// What precedes each name that fd_readdir gives.
struct Dirent {
  std::uint64_t next;  ///< cookie of the entry after this one
  std::uint64_t inode;
  Size name_size;
  Filetype type;
  std::uint8_t reserved[3];
};

/// `prestat`: of the one kind that there is, a directory (0).
struct Prestat {
  std::uint32_t kind;
  Size name_size;
};

struct Event {
  std::uint64_t userdata;
  std::uint16_t error;
  Eventtype type;
  std::uint8_t reserved[5];
  Filesize bytes;
  Eventrwflags flags;
  std::uint8_t reserved2[6];
};

static_assert(sizeof(Iovec) == 8 && sizeof(Fdstat) == 24 && sizeof(Dirent) == 24 && sizeof(Prestat) == 8 && sizeof(Event) == 32);
static_assert(offsetof(Fdstat, flags) == 2 && offsetof(Fdstat, rights_base) == 8 && offsetof(Dirent, type) == 20);
static_assert(offsetof(Event, error) == 8 && offsetof(Event, type) == 10 && offsetof(Event, bytes) == 16 && offsetof(Event, flags) == 24);
static_assert(GuestValue<Iovec> && GuestValue<Fdstat> && GuestValue<Dirent> && GuestValue<Prestat> && GuestValue<Event>);

}  // namespace wasmer::wasi
