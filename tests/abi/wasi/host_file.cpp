#include <wasmer/abi/wasi/host_file.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include "world.hpp"

using namespace wasmer::tests;
using namespace wasmer::wasi;

namespace {

static_assert(to_filetype(S_IFREG | 0644) == Filetype::regular_file && to_filetype(S_IFDIR) == Filetype::directory &&
              to_filetype(S_IFLNK) == Filetype::symbolic_link);
static_assert(to_filetype(S_IFBLK) == Filetype::block_device && to_filetype(S_IFCHR) == Filetype::character_device &&
              to_filetype(S_IFSOCK) == Filetype::socket_stream);
static_assert(to_filetype(S_IFIFO) == Filetype::unknown && to_filetype(0) == Filetype::unknown);

static_assert(to_timestamp({.tv_sec = 2, .tv_nsec = 3}) == 2'000'000'003);
static_assert(to_timespec(2'000'000'003).tv_sec == 2 && to_timespec(2'000'000'003).tv_nsec == 3);
static_assert(to_timespec(~Timestamp{0}).tv_sec == 18'446'744'073 && to_timespec(~Timestamp{0}).tv_nsec == 709'551'615);

/// Files and directories of the host, opened by name.
struct Folder : TemporaryDirectory {
  HostFile open(const char* name, int flags) const {
    return HostFile(Descriptor(::openat(AT_FDCWD, (path() / name).c_str(), flags | O_CLOEXEC, 0666)));
  }
};

iovec piece(std::string& text) { return {text.data(), text.size()}; }

Expected<Size> write(const HostFile& file, std::string text) {
  const iovec buffer = piece(text);
  return file.write({&buffer, 1});
}
Expected<std::string> read(const HostFile& file, std::size_t size) {
  std::string text(size, '\0');
  const iovec buffer = piece(text);
  WASMER_TRY(const Size bytes, file.read({&buffer, 1}));
  text.resize(bytes);
  return text;
}

struct Pipe {
  Pipe() { REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0); }
  ~Pipe() { ::close(ends[0]), ::close(ends[1]); }
  std::array<int, 2> ends;
};

}  // namespace

TEST_CASE("a file of the host is read into several buffers, and written from several") {
  const Folder folder;
  const HostFile file = folder.open("file", O_RDWR | O_CREAT);
  std::string a = "ab", b = "cde";
  const std::array from{piece(a), piece(b)};
  CHECK(file.write(from).value() == 5);
  CHECK(file.seek(1, Whence::set).value() == 1);
  std::string c(1, '-'), d(9, '-');
  const std::array to{piece(c), piece(d)};
  CHECK(file.read(to).value() == 4);
  CHECK(c == "b");
  CHECK(d == "cde------");
}

TEST_CASE("reading and writing at a position of a host's file leave its own where it is") {
  const Folder folder;
  const HostFile file = folder.open("file", O_RDWR | O_CREAT);
  REQUIRE(write(file, "0123456789").value() == 10);
  std::string text = "XY";
  const iovec buffer = piece(text);
  CHECK(file.write_at({&buffer, 1}, 4).value() == 2);
  CHECK(file.read_at({&buffer, 1}, 8).value() == 2);
  CHECK(text == "89");
  CHECK(file.seek(0, Whence::cur).value() == 10);
  CHECK(file.seek(-6, Whence::end).value() == 4);
  CHECK(read(file, 9).value() == "XY6789");
}

TEST_CASE("a position that no file of the host can have is inval") {
  const Folder folder;
  const HostFile file = folder.open("file", O_RDWR | O_CREAT);
  constexpr Filesize beyond = Filesize{1} << 63;
  CHECK(errno_of(file.read_at({}, beyond)) == Errno::inval);
  CHECK(errno_of(file.write_at({}, beyond)) == Errno::inval);
  CHECK(errno_of(file.resize(beyond)) == Errno::inval);
  CHECK(errno_of(file.allocate(0, beyond)) == Errno::inval);
  CHECK(errno_of(file.advise(beyond, 0, Advice::normal)) == Errno::inval);
  CHECK(errno_of(file.advise(0, 0, Advice{6})) == Errno::inval);
  CHECK(errno_of(file.seek(-1, Whence::cur)) == Errno::inval);
}

TEST_CASE("the state of a host's file tells what it is") {
  const Folder folder;
  const HostFile file = folder.open("file", O_RDWR | O_CREAT);
  REQUIRE(write(file, "12345"));
  std::filesystem::create_hard_link(folder.path() / "file", folder.path() / "other");
  const Stat stat = file.stat().value();
  CHECK(stat.type == Filetype::regular_file);
  CHECK(stat.size == 5);
  CHECK(stat.links == 2);
  CHECK(stat.inode == folder.open("other", O_RDONLY).stat().value().inode);
  CHECK(folder.open(".", O_RDONLY).stat().value().type == Filetype::directory);
}

TEST_CASE("the times of a host's file are set that are named, and no others") {
  const Folder folder;
  const HostFile file = folder.open("file", O_RDWR | O_CREAT);
  REQUIRE(file.set_times({Fstflags::atim | Fstflags::mtim, 1'000'000'007, 2'000'000'009}));
  REQUIRE(file.set_times({}));
  CHECK(file.stat().value().accessed == 1'000'000'007);
  CHECK(file.stat().value().modified == 2'000'000'009);
  REQUIRE(file.set_times({Fstflags::atim_now, 5, 5}));
  CHECK(file.stat().value().accessed > 1'600'000'000'000'000'000);
  CHECK(file.stat().value().modified == 2'000'000'009);
}

TEST_CASE("a host's file has the flags that it was opened with") {
  const Folder folder;
  CHECK(folder.open("file", O_RDWR | O_CREAT).flags() == Fdflags::none);
  CHECK(folder.open("file", O_WRONLY | O_APPEND | O_NONBLOCK).flags() == (Fdflags::append | Fdflags::nonblock));
  CHECK(folder.open("file", O_WRONLY | O_DSYNC).flags() == Fdflags::dsync);
  CHECK(folder.open("file", O_WRONLY | O_SYNC).flags() == (Fdflags::sync | Fdflags::rsync));
  CHECK(folder.open("file", O_PATH).flags() == Fdflags::none);
}

TEST_CASE("flags that are set on a host's file are the host's too, and move with it") {
  const Folder folder;
  HostFile file = folder.open("file", O_WRONLY | O_CREAT | O_DSYNC);
  REQUIRE(file.set_flags(Fdflags::append | Fdflags::dsync));
  CHECK((::fcntl(file.number(), F_GETFL) & O_APPEND) != 0);
  CHECK(errno_of(file.set_flags(Fdflags::append)) == Errno::notsup);
  CHECK(file.flags() == (Fdflags::append | Fdflags::dsync));
  HostFile moved(std::move(file));
  CHECK(moved.flags() == (Fdflags::append | Fdflags::dsync));
  HostFile assigned = folder.open("file", O_RDONLY);
  assigned = std::move(moved);
  CHECK(assigned.flags() == (Fdflags::append | Fdflags::dsync));
  CHECK((::fcntl(assigned.number(), F_GETFL) & O_APPEND) != 0);
}

TEST_CASE("a borrowed pipe does not wait when the guest does not want to, and is not told so") {
  const Pipe pipe;
  HostFile reading = HostFile::borrow(pipe.ends[0]), writing = HostFile::borrow(pipe.ends[1]);
  REQUIRE(reading.set_flags(Fdflags::nonblock));
  REQUIRE(writing.set_flags(Fdflags::nonblock));
  CHECK(errno_of(read(reading, 1)) == Errno::again);
  while (write(writing, std::string(4096, 'x'))) {
  }
  CHECK(errno_of(write(writing, "x")) == Errno::again);
  CHECK(read(reading, 3).value() == "xxx");
  CHECK((::fcntl(pipe.ends[0], F_GETFL) & O_NONBLOCK) == 0);
  CHECK((::fcntl(pipe.ends[1], F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("the bytes that can be read without waiting are those before the end, or in the pipe") {
  const Folder folder;
  const HostFile file = folder.open("file", O_RDWR | O_CREAT);
  REQUIRE(write(file, "0123456789"));
  CHECK(file.readable_bytes() == 0);
  REQUIRE(file.seek(3, Whence::set));
  CHECK(file.readable_bytes() == 7);
  REQUIRE(file.seek(30, Whence::set));
  CHECK(file.readable_bytes() == 0);

  const Pipe pipe;
  const HostFile end = HostFile::borrow(pipe.ends[0]);
  CHECK(end.readable_bytes() == 0);
  REQUIRE(write(HostFile::borrow(pipe.ends[1]), "abc"));
  CHECK(end.readable_bytes() == 3);
  CHECK(end.pollable() == pipe.ends[0]);
}

TEST_CASE("a listing of a host's directory ends where it is told to, and goes on from there") {
  const Folder folder;
  for (const char* const name : {"a", "b", "c"}) write_file(folder.path() / name, name);
  const HostFile directory = folder.open(".", O_RDONLY | O_DIRECTORY);
  std::vector<std::string> all, parts;
  REQUIRE(directory.list(0, [&](const DirectoryEntry& entry) { return all.emplace_back(entry.name), true; }));
  CHECK(all.size() == 5);
  std::uint64_t cookie = 0;
  for (bool found = true; found;) {
    found = false;
    REQUIRE(directory.list(cookie, [&](const DirectoryEntry& entry) {
      CHECK(entry.type == (entry.name.starts_with('.') ? Filetype::directory : Filetype::regular_file));
      found = true, cookie = entry.next, parts.emplace_back(entry.name);
      return false;
    }));
  }
  CHECK(parts == all);
  CHECK(errno_of(folder.open("a", O_RDONLY).list(0, [](const DirectoryEntry&) { return true; })) == Errno::notdir);
}

TEST_CASE("a file that is not open answers every call with badf") {
  HostFile file = HostFile::borrow(-1);
  CHECK(errno_of(file.read({})) == Errno::badf);
  CHECK(errno_of(file.write_at({}, 0)) == Errno::badf);
  CHECK(errno_of(file.seek(0, Whence::set)) == Errno::badf);
  CHECK(errno_of(file.stat()) == Errno::badf);
  CHECK(errno_of(file.sync()) == Errno::badf);
  CHECK(errno_of(file.sync_data()) == Errno::badf);
  CHECK(errno_of(file.advise(0, 0, Advice::normal)) == Errno::badf);
  CHECK(file.readable_bytes() == 0);
  CHECK_FALSE(file.is_terminal());
}
