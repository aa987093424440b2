#include <wasmer/abi/wasi/filesystem.hpp>

#include <string>

#include <wasmer/abi/wasi.hpp>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

namespace {

/// A file that gives one byte for each that is asked for, and takes nothing.
struct Dots {
  static Dots borrow(int) { return {}; }

  Expected<Size> read(Buffers buffers) const {
    Size bytes = 0;
    for (const iovec& buffer : buffers) std::memset(buffer.iov_base, '.', buffer.iov_len), bytes += static_cast<Size>(buffer.iov_len);
    return bytes;
  }
  Expected<Size> write(Buffers) const { return Errno::nospc; }
  Expected<Size> read_at(Buffers buffers, Filesize) const { return read(buffers); }
  Expected<Size> write_at(Buffers, Filesize) const { return Errno::nospc; }
  Expected<Filesize> seek(std::int64_t, Whence) const { return Filesize{0}; }
  Expected<Stat> stat() const { return Stat{.type = Filetype::regular_file}; }
  Expected<void> resize(Filesize) const { return Errno::nospc; }
  Expected<void> set_times(const Times&) const { return success(); }
  Fdflags flags() const { return Fdflags::none; }
  Expected<void> set_flags(Fdflags) { return success(); }
  bool is_terminal() const { return false; }
  Expected<void> sync() const { return success(); }
  Expected<void> sync_data() const { return success(); }
  Expected<void> allocate(Filesize, Filesize) const { return Errno::nospc; }
  Expected<void> advise(Filesize, Filesize, Advice) const { return success(); }
  template <class Sink> Expected<void> list(std::uint64_t, Sink&&) const { return success(); }
  Filesize readable_bytes() const { return 1; }
  int pollable() const { return -1; }
};

/// Every path is a file of dots, and nothing can be made.
struct AllDots {
  using File = Dots;

  Expected<File> preopen(const std::string& host) const { return host == "dots" ? Expected<File>(File()) : Errno::noent; }
  Expected<File> open(const File&, Path&, const OpenMode& mode) const { return mode.write ? Expected<File>(Errno::rofs) : File(); }
  Expected<Stat> stat(const File& file, Path&, Follow) const { return file.stat(); }
  Expected<void> set_times(const File&, Path&, Follow, const Times&) const { return Errno::rofs; }
  Expected<void> create_directory(const File&, Path&) const { return Errno::rofs; }
  Expected<void> remove_directory(const File&, Path&) const { return Errno::rofs; }
  Expected<void> unlink(const File&, Path&) const { return Errno::rofs; }
  Expected<void> rename(const File&, Path&, const File&, Path&) const { return Errno::rofs; }
  Expected<void> link(const File&, Path&, Follow, const File&, Path&) const { return Errno::rofs; }
  Expected<void> symlink(const Path&, const File&, Path&) const { return Errno::rofs; }
  Expected<Size> read_link(const File&, Path&, std::span<std::byte>) const { return Errno::inval; }
};

static_assert(File<Dots> && Filesystem<AllDots>);
static_assert(Abi<Wasi<Latest, AllDots>> && std::same_as<Wasi<Latest, AllDots>::State::File, wasmer::wasi::EitherFile<Dots, wasmer::wasi::Stream>>);
static_assert(!File<int> && !Filesystem<int> && !Filesystem<Dots> && !File<AllDots>);

// What lacks one call, or answers with another type, is none.
struct Unlistable : Dots {
  void list() const = delete;
};
struct Untyped : Dots {
  Size read(Buffers) const { return 0; }
};
struct Immovable : Dots {
  Immovable(Immovable&&) = delete;
};
static_assert(!File<Unlistable> && !File<Untyped> && !File<Immovable>);

struct Unlinkable : AllDots {
  void link() const = delete;
};
struct OfNoFiles : AllDots {
  using File = int;
};
struct Undefaulted : AllDots {
  explicit Undefaulted(int) {}
};
static_assert(!Filesystem<Unlinkable> && !Filesystem<OfNoFiles> && !Filesystem<Undefaulted>);

// A file is opened for reading, as it stands, and its times are left alone, unless it is said otherwise.
static_assert(OpenMode{}.read && !OpenMode{}.write && OpenMode{}.follow == Follow::no && OpenMode{}.oflags == Oflags::none &&
              OpenMode{}.fdflags == Fdflags::none);
static_assert(Times{}.which == Fstflags::none);

}  // namespace

TEST_CASE("a file system of the embedder's own is what the calls work on") {
  std::vector<std::byte> bytes(256);
  Store store;
  const WaitingGuest memory(bytes, store);
  auto state = State<AllDots>::make({.preopens = {{"dots", "/"}}}).value();
  std::memcpy(bytes.data(), "name", 4);
  constexpr GuestText name{0, 4};
  constexpr GuestPointer<Fd> opened{8};
  REQUIRE(path_open(state, memory, Fd{3}, Lookupflags::none, name, Oflags::none, Rights::fd_read, Rights::all, Fdflags::none, opened));

  REQUIRE(memory.store(GuestPointer<Iovec>{16}, {64, 3}));
  REQUIRE(fd_read(state, memory, memory.load(opened).value(), {16, 1}, {12}));
  CHECK(memory.load(GuestPointer<Size>{12}) == 3u);
  CHECK(memory.text(GuestText{64, 4}) == std::string_view("...\0", 4));

  CHECK(errno_of(path_create_directory(state, memory, Fd{3}, name)) == Errno::rofs);
  CHECK(errno_of(path_open(state, memory, Fd{3}, Lookupflags::none, name, Oflags::none, read_write, Rights::all, Fdflags::none, opened)) ==
        Errno::rofs);
}

TEST_CASE("a file system of the embedder's own says which directories it has") {
  const auto refused = State<AllDots>::make({.preopens = {{"dashes", "/"}}});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().detail() == "the directory `dashes` cannot be opened: No such file or directory");
}
