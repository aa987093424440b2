#pragma once
/// \file
/// The versions of WASI and what sets them apart: the namespace that modules import from, and the layout of three structures. All else is one implementation.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wasmer/abi/wasi/types.hpp>

namespace wasmer {
namespace wasi {

/// What is known of a file, in no version's layout.
struct Stat {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  Filetype type = Filetype::unknown;
  std::uint64_t links = 0;
  Filesize size = 0;
  Timestamp accessed = 0;
  Timestamp modified = 0;
  Timestamp changed = 0;
};

/// From where fd_seek counts.
enum class Whence : std::uint8_t { set, cur, end };

/// What one subscription of poll_oneoff waits for, in no version's layout.
struct Subscription {
  std::uint64_t userdata = 0;
  Eventtype type = Eventtype::clock;
  Fd fd{};                                          ///< fd_read, fd_write
  ClockId clock = ClockId::realtime;                ///< clock, as the next two
  Timestamp timeout = 0;
  Subclockflags flags = Subclockflags::relative;
};

}  // namespace wasi

/// `wasi_unstable`, which programs of 2019 import.
struct Snapshot0 {
  static constexpr std::string_view import_namespace = "wasi_unstable";

  /// The meaning of fd_seek's `whence`, by its number.
  static constexpr std::array<wasi::Whence, 3> whence{wasi::Whence::cur, wasi::Whence::end, wasi::Whence::set};

  struct Filestat {
    std::uint64_t device;
    std::uint64_t inode;
    wasi::Filetype type;
    std::uint8_t reserved[3];
    std::uint32_t links;
    wasi::Filesize size;
    wasi::Timestamp accessed;
    wasi::Timestamp modified;
    wasi::Timestamp changed;
  };
  static constexpr Filestat filestat(const wasi::Stat& stat) {
    return {stat.device, stat.inode, stat.type, {}, static_cast<std::uint32_t>(stat.links), stat.size, stat.accessed, stat.modified, stat.changed};
  }

  struct Subscription {
    std::uint64_t userdata;
    wasi::Eventtype type;
    std::uint8_t reserved[7];
    std::uint64_t identifier_or_fd;  ///< clock: a name for it that nothing uses
    wasi::ClockId clock;
    std::uint32_t reserved2;
    wasi::Timestamp timeout;
    wasi::Timestamp precision;
    wasi::Subclockflags flags;
    std::uint8_t reserved3[6];
  };
  static constexpr wasi::Subscription subscription(const Subscription& guest) {
    return {guest.userdata, guest.type, static_cast<wasi::Fd>(guest.identifier_or_fd), guest.clock, guest.timeout, guest.flags};
  }
};

/// `wasi_snapshot_preview1`, which everything since 2020 imports.
struct Snapshot1 {
  static constexpr std::string_view import_namespace = "wasi_snapshot_preview1";

  static constexpr std::array<wasi::Whence, 3> whence{wasi::Whence::set, wasi::Whence::cur, wasi::Whence::end};

  struct Filestat {
    std::uint64_t device;
    std::uint64_t inode;
    wasi::Filetype type;
    std::uint8_t reserved[7];
    std::uint64_t links;
    wasi::Filesize size;
    wasi::Timestamp accessed;
    wasi::Timestamp modified;
    wasi::Timestamp changed;
  };
  static constexpr Filestat filestat(const wasi::Stat& stat) {
    return {stat.device, stat.inode, stat.type, {}, stat.links, stat.size, stat.accessed, stat.modified, stat.changed};
  }

  struct Subscription {
    std::uint64_t userdata;
    wasi::Eventtype type;
    std::uint8_t reserved[7];
    std::uint32_t clock_or_fd;
    std::uint32_t reserved2;
    wasi::Timestamp timeout;
    wasi::Timestamp precision;
    wasi::Subclockflags flags;
    std::uint8_t reserved3[6];
  };
  static constexpr wasi::Subscription subscription(const Subscription& guest) {
    return {guest.userdata, guest.type, static_cast<wasi::Fd>(guest.clock_or_fd), static_cast<wasi::ClockId>(guest.clock_or_fd), guest.timeout, guest.flags};
  }
};

/// The newest version, whichever that is in this release of the library: whoever names it wants modules of older ones refused.
struct Latest : Snapshot1 {};

static_assert(sizeof(Snapshot0::Filestat) == 56 && offsetof(Snapshot0::Filestat, links) == 20 && sizeof(Snapshot1::Filestat) == 64);
static_assert(sizeof(Snapshot0::Subscription) == 56 && offsetof(Snapshot0::Subscription, timeout) == 32);
static_assert(sizeof(Snapshot1::Subscription) == 48 && offsetof(Snapshot1::Subscription, timeout) == 24);

namespace wasi {

/// A version of WASI: what a module imports it by, and how it lays out what the versions lay out differently.
template <class V>
concept Version = requires(const Stat& stat, const typename V::Subscription& subscription) {
  // The module name of its imports.
  { V::import_namespace } -> std::convertible_to<std::string_view>;
  // What fd_seek's numbers mean.
  { V::whence[0] } -> std::convertible_to<Whence>;
  // How a file's state and a subscription lie in the guest's memory.
  { V::filestat(stat) } -> std::same_as<typename V::Filestat>;
  { V::subscription(subscription) } -> std::same_as<wasi::Subscription>;
  requires GuestValue<typename V::Filestat> && GuestValue<typename V::Subscription>;
};

static_assert(Version<Snapshot0> && Version<Snapshot1> && Version<Latest>);

}  // namespace wasi
}  // namespace wasmer
