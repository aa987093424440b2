#include <wasmer/abi/wasi/version.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

#include <wasmer/abi/guest.hpp>

#include "../../catch.hpp"

using namespace wasmer;
using namespace wasmer::wasi;

namespace {

static_assert(Snapshot0::import_namespace == "wasi_unstable" && Snapshot1::import_namespace == "wasi_snapshot_preview1");
static_assert(Latest::import_namespace == Snapshot1::import_namespace && !std::same_as<Latest, Snapshot1>,
              "the newest version is a choice of its own");

// The two number whence differently, and between them they know the same three.
static_assert(Snapshot0::whence == std::array{Whence::cur, Whence::end, Whence::set});
static_assert(Snapshot1::whence == std::array{Whence::set, Whence::cur, Whence::end});

static_assert(offsetof(Snapshot0::Filestat, type) == 16 && offsetof(Snapshot0::Filestat, size) == 24 && offsetof(Snapshot0::Filestat, changed) == 48);
static_assert(offsetof(Snapshot1::Filestat, links) == 24 && offsetof(Snapshot1::Filestat, size) == 32 &&
              offsetof(Snapshot1::Filestat, changed) == 56);
static_assert(offsetof(Snapshot0::Subscription, identifier_or_fd) == 16 && offsetof(Snapshot0::Subscription, clock) == 24 &&
              offsetof(Snapshot0::Subscription, flags) == 48);
static_assert(offsetof(Snapshot1::Subscription, clock_or_fd) == 16 && offsetof(Snapshot1::Subscription, precision) == 32 &&
              offsetof(Snapshot1::Subscription, flags) == 40);

/// A version of the user's own is one as soon as it says all that the concept asks.
struct Own : Snapshot1 {
  static constexpr std::string_view import_namespace = "wasi_snapshot_mine";
};
struct WithoutNamespace : Snapshot1 {
  static constexpr int import_namespace = 1;
};
struct WithoutWhence : Snapshot1 {
  static constexpr std::array<int, 3> whence{0, 1, 2};
};
struct WithPadding : Snapshot1 {
  struct Filestat {
    std::uint8_t type;
    std::uint64_t size;
  };
  static constexpr Filestat filestat(const Stat& stat) { return {static_cast<std::uint8_t>(stat.type), stat.size}; }
};
static_assert(Version<Own> && !Version<WithoutNamespace> && !Version<WithoutWhence> && !Version<int>);
static_assert(!Version<WithPadding>, "padding would carry host memory to the guest");

constexpr Stat stat{.device = 1, .inode = 2, .type = Filetype::directory, .links = 4, .size = 5, .accessed = 6, .modified = 7, .changed = 8};

template <class Filestat> constexpr bool is_the_same(const Filestat& a) {
  return a.device == 1 && a.inode == 2 && a.type == Filetype::directory && a.links == 4 && a.size == 5 && a.accessed == 6 && a.modified == 7 &&
         a.changed == 8;
}
static_assert(is_the_same(Snapshot0::filestat(stat)) && is_the_same(Snapshot1::filestat(stat)));

/// What a guest has put into its memory, as the version reads it.
template <class V> wasi::Subscription read(std::initializer_list<std::pair<std::uint32_t, std::uint64_t>> words) {
  std::array<std::byte, 64> bytes{};
  const GuestMemory memory(bytes);
  for (const auto& [at, word] : words) REQUIRE(memory.store(GuestPointer<std::uint64_t>{at}, word));
  return V::subscription(memory.load(GuestPointer<typename V::Subscription>{0}).value());
}

}  // namespace

TEST_CASE("a clock of snapshot 0 stands behind a name that nothing uses") {
  const auto clock = read<Snapshot0>({{0, 99}, {8, 0}, {16, 0xDEAD}, {24, 1}, {32, 1'000'000}, {40, 7}, {48, 1}});
  CHECK(clock.userdata == 99);
  CHECK(clock.type == Eventtype::clock);
  CHECK(clock.clock == ClockId::monotonic);
  CHECK(clock.timeout == 1'000'000);
  CHECK(clock.flags == Subclockflags::abstime);
}

TEST_CASE("a clock of snapshot 1 has no other name") {
  const auto clock = read<Snapshot1>({{0, 99}, {8, 0}, {16, 1}, {24, 1'000'000}, {32, 7}, {40, 1}});
  CHECK(clock.userdata == 99);
  CHECK(clock.type == Eventtype::clock);
  CHECK(clock.clock == ClockId::monotonic);
  CHECK(clock.timeout == 1'000'000);
  CHECK(clock.flags == Subclockflags::abstime);
}

TEST_CASE("a descriptor that is waited for has 32 bits, whatever the padding behind it holds") {
  constexpr std::uint64_t padded = 0xFFFF'FFFF'0000'0005;
  const auto old = read<Snapshot0>({{8, 1}, {16, padded}}), now = read<Snapshot1>({{8, 2}, {16, padded}});
  CHECK(old.type == Eventtype::fd_read);
  CHECK(old.fd == Fd{5});
  CHECK(now.type == Eventtype::fd_write);
  CHECK(now.fd == Fd{5});
}
