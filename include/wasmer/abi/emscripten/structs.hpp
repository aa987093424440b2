#pragma once
/// \file
/// C's structures as they lie in the memory of programs, which Emscripten's releases have laid out in three ways.

#include <cstddef>
#include <cstdint>
#include <ctime>

#include <sys/stat.h>

#include <wasmer/abi/emscripten/errno.hpp>
#include <wasmer/abi/guest.hpp>
#include <wasmer/abi/wasi/types.hpp>
#include <wasmer/abi/wasi/version.hpp>

namespace wasmer::emscripten {

/// `struct stat` of fastcomp: sizes and times have 32 bits.
struct StatOfFastcomp {
  std::int32_t device, padding, short_inode, mode, links, user, group, special, padding2, size, block_size, blocks;
  std::int32_t accessed, accessed_ns, modified, modified_ns, changed, changed_ns, inode;
};
/// Of 2.0 to 3.1.29: sizes have 64 bits.
struct StatOf3 {
  std::int32_t device, padding, short_inode, mode, links, user, group, special, padding2, padding3;
  std::int64_t size;
  std::int32_t block_size, blocks, accessed, accessed_ns, modified, modified_ns, changed, changed_ns;
  std::int64_t inode;
};
/// Of later ones: times too.
struct StatOfToday {
  std::int32_t device, mode, links, user, group, special;
  std::int64_t size;
  std::int32_t block_size, blocks;
  std::int64_t accessed;
  std::int32_t accessed_ns, padding;
  std::int64_t modified;
  std::int32_t modified_ns, padding2;
  std::int64_t changed;
  std::int32_t changed_ns, padding3;
  std::int64_t inode;
};
static_assert(sizeof(StatOfFastcomp) == 76 && offsetof(StatOfFastcomp, size) == 36 && offsetof(StatOfFastcomp, inode) == 72);
static_assert(sizeof(StatOf3) == 88 && offsetof(StatOf3, size) == 40 && offsetof(StatOf3, accessed) == 56 && offsetof(StatOf3, inode) == 80);
static_assert(sizeof(StatOfToday) == 96 && offsetof(StatOfToday, size) == 24 && offsetof(StatOfToday, accessed) == 40 && offsetof(StatOfToday, inode) == 88);

/// The mode that a file is said to have: its kind, and what may be done with it.
constexpr std::int32_t mode_of(wasi::Filetype type, bool read_only) {
  const std::int32_t write = read_only ? 0 : 0222;
  switch (type) {
    case wasi::Filetype::directory: return S_IFDIR | 0555 | write;
    case wasi::Filetype::regular_file: return S_IFREG | 0444 | write;
    case wasi::Filetype::symbolic_link: return S_IFLNK | 0777;
    case wasi::Filetype::character_device: return S_IFCHR | 0666;
    case wasi::Filetype::block_device: return S_IFBLK | 0666;
    case wasi::Filetype::socket_stream:
    case wasi::Filetype::socket_dgram: return S_IFSOCK | 0777;
    case wasi::Filetype::unknown: break;
  }
  return S_IFIFO | 0666;
}

template <class S> S stat_as(const wasi::Stat& stat, bool read_only) {
  constexpr std::uint64_t second = 1'000'000'000;
  S made{};
  const auto set = [](auto& field, std::uint64_t value) { field = static_cast<std::remove_reference_t<decltype(field)>>(value); };
  set(made.device, stat.device), set(made.links, stat.links), set(made.size, stat.size), set(made.inode, stat.inode);
  made.mode = mode_of(stat.type, read_only);
  if constexpr (requires { made.short_inode; }) set(made.short_inode, stat.inode);
  made.block_size = 4096;
  set(made.blocks, (stat.size + 511) / 512);
  set(made.accessed, stat.accessed / second), set(made.accessed_ns, stat.accessed % second);
  set(made.modified, stat.modified / second), set(made.modified_ns, stat.modified % second);
  set(made.changed, stat.changed / second), set(made.changed_ns, stat.changed % second);
  return made;
}

/// `struct tm`.
struct Tm {
  std::int32_t second, minute, hour, day, month, year, weekday, yearday, is_dst, offset;
  std::uint32_t zone;
};
static_assert(sizeof(Tm) == 44);

inline Tm to_guest(const std::tm& host, std::uint32_t zone) {
  return {host.tm_sec, host.tm_min, host.tm_hour, host.tm_mday, host.tm_mon, host.tm_year, host.tm_wday, host.tm_yday, host.tm_isdst, static_cast<std::int32_t>(host.tm_gmtoff), zone};
}
inline std::tm to_host(const Tm& guest) {
  std::tm host{};
  host.tm_sec = guest.second, host.tm_min = guest.minute, host.tm_hour = guest.hour, host.tm_mday = guest.day, host.tm_mon = guest.month, host.tm_year = guest.year;
  host.tm_wday = guest.weekday, host.tm_yday = guest.yearday, host.tm_isdst = guest.is_dst, host.tm_gmtoff = guest.offset;
  return host;
}

}  // namespace wasmer::emscripten
