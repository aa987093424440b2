#include <wasmer/abi/wasi/types.hpp>

#include <array>
#include <cstddef>
#include <type_traits>

#include "../../catch.hpp"

using namespace wasmer;
using namespace wasmer::wasi;

namespace {

// Sets of bits, and what is none.
static_assert(BitSet<Rights> && BitSet<Fdflags> && BitSet<Oflags> && BitSet<Lookupflags> && BitSet<Fstflags> && BitSet<Subclockflags>);
static_assert(!BitSet<Filetype> && !BitSet<Fd> && !BitSet<std::uint32_t>);
template <class E> concept CanBeJoined = requires(E a, E b) { a | b; };
static_assert(CanBeJoined<Oflags> && !CanBeJoined<Filetype> && !CanBeJoined<ClockId>);
static_assert(!std::is_convertible_v<Fd, std::uint32_t>, "a guest's descriptor is no number of the host's");

static_assert((Oflags::creat | Oflags::excl) == Oflags{5} && (Oflags{5} & Oflags::excl) == Oflags::excl);
static_assert(Oflags{5} - Oflags::creat == Oflags::excl && Oflags::excl - Oflags::creat == Oflags::excl);
static_assert(any(Fdflags::append) && !any(Fdflags::none) && !any(Fdflags::append & Fdflags::sync));
static_assert(has(Fdflags{3}, Fdflags::append | Fdflags::dsync) && !has(Fdflags::append, Fdflags::append | Fdflags::dsync),
              "all that is wanted, not any");
static_assert(has(Fdflags::none, Fdflags::none));

// Numbers as wasi_snapshot_preview1's witx has them.
static_assert(bits(Rights::fd_write) == 0x40 && bits(Rights::path_open) == 0x2000 && bits(Rights::path_unlink_file) == 0x400'0000);
static_assert(bits(Rights::sock_accept) == 0x2000'0000 && bits(Rights::all) == 0x3FFF'FFFF && sizeof(Rights) == 8);
static_assert(bits(Fdflags::sync) == 16 && bits(Oflags::trunc) == 8 && bits(Fstflags::mtim_now) == 8 && bits(Lookupflags::symlink_follow) == 1);
static_assert(static_cast<int>(Filetype::directory) == 3 && static_cast<int>(Filetype::regular_file) == 4 &&
              static_cast<int>(Filetype::symbolic_link) == 7);
static_assert(static_cast<int>(Advice::noreuse) == 5 && static_cast<int>(ClockId::thread_cputime_id) == 3 &&
              static_cast<int>(Eventtype::fd_write) == 2);

// Every byte is a member's: none of the host's memory is carried to the guest with it.
static_assert(std::has_unique_object_representations_v<Fdstat> && std::has_unique_object_representations_v<Dirent> &&
              std::has_unique_object_representations_v<Event>);
static_assert(offsetof(Fdstat, filetype) == 0 && offsetof(Fdstat, rights_inheriting) == 16);
static_assert(offsetof(Dirent, inode) == 8 && offsetof(Dirent, name_size) == 16 && offsetof(Event, userdata) == 0 && offsetof(Iovec, size) == 4);

}  // namespace

TEST_CASE("a bit that is added to a set stays beside those that are in it") {
  Rights rights = Rights::fd_read;
  rights |= Rights::fd_write;
  CHECK(bits(rights) == 0x42);
  CHECK(&(rights |= Rights::none) == &rights);
  CHECK(bits(rights) == 0x42);
}

TEST_CASE("a directory's entry lies in the guest's memory as the specification draws it") {
  std::array<std::byte, 24> bytes{};
  const Dirent entry{.next = 1, .inode = 0x0203, .name_size = 4, .type = Filetype::directory, .reserved = {}};
  REQUIRE(GuestMemory(bytes).store(GuestPointer<Dirent>{0}, entry));
  std::array<std::byte, 24> expected{};
  expected[0] = std::byte{1}, expected[8] = std::byte{3}, expected[9] = std::byte{2}, expected[16] = std::byte{4}, expected[20] = std::byte{3};
  CHECK(bytes == expected);
}
