#include <wasmer/abi/wasi/host_filesystem.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <type_traits>

#include "world.hpp"

using namespace wasmer::tests;
using namespace wasmer::wasi;
namespace fs = std::filesystem;

static_assert(std::is_aggregate_v<HostFilesystem>, "its members are its tuning");

namespace {

Path path(std::string_view text) {
  Path made;
  REQUIRE(made.assign(text));
  return made;
}

/// A directory of the host, preopened; either way of resolving paths.
struct Preopened : TemporaryDirectory {
  HostFilesystem filesystem{GENERATE(Resolution::kernel, Resolution::walk)};
  HostFile directory = filesystem.preopen(path().string()).value();

  Expected<HostFile> open(std::string_view name, const OpenMode& mode = {}) const {
    Path at = ::path(name);
    return filesystem.open(directory, at, mode);
  }
  /// What the host says of a file opened so, its access mode and status flags.
  int host_flags(const OpenMode& mode) const { return ::fcntl(open("file", mode).value().number(), F_GETFL); }
};

}  // namespace

TEST_CASE("a directory of the host is preopened, and nothing but a directory") {
  const TemporaryDirectory folder;
  write_file(folder.path() / "file", "x");
  const HostFilesystem filesystem;
  const HostFile opened = filesystem.preopen(folder.path().string()).value();
  CHECK(opened.stat().value().type == Filetype::directory);
  CHECK((::fcntl(opened.number(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(errno_of(filesystem.preopen((folder.path() / "file").string())) == Errno::notdir);
  CHECK(errno_of(filesystem.preopen((folder.path() / "nothing").string())) == Errno::noent);
  CHECK(errno_of(filesystem.preopen("")) == Errno::noent);
}

TEST_CASE("a host's file is opened as the mode says") {
  const Preopened world;
  write_file(world.path() / "file", "abc");
  CHECK((world.host_flags({}) & O_ACCMODE) == O_RDONLY);
  CHECK((world.host_flags({.read = false, .write = true}) & O_ACCMODE) == O_WRONLY);
  CHECK((world.host_flags({.write = true}) & O_ACCMODE) == O_RDWR);
  const int flags = world.host_flags({.write = true, .fdflags = Fdflags::append | Fdflags::nonblock | Fdflags::dsync});
  CHECK((flags & (O_APPEND | O_NONBLOCK | O_DSYNC)) == (O_APPEND | O_NONBLOCK | O_DSYNC));
  CHECK((world.host_flags({.write = true, .fdflags = Fdflags::rsync}) & O_SYNC) == O_SYNC);
  CHECK(read_file(world.path() / "file") == "abc");
  REQUIRE(world.open("file", {.write = true, .oflags = Oflags::trunc}));
  CHECK(read_file(world.path() / "file").empty());
}

TEST_CASE("a file that is created on the host is no program, and has what umask leaves") {
  const Preopened world;
  const mode_t before = ::umask(022);
  const auto made = world.open("new", {.write = true, .oflags = Oflags::creat | Oflags::excl});
  ::umask(before);
  REQUIRE(made);
  CHECK(fs::status(world.path() / "new").permissions() == fs::perms{0644});
  CHECK(errno_of(world.open("new", {.write = true, .oflags = Oflags::creat | Oflags::excl})) == Errno::exist);
}

TEST_CASE("to create a directory by opening it is inval, and makes nothing") {
  const Preopened world;
  CHECK(errno_of(world.open("new", {.oflags = Oflags::creat | Oflags::directory})) == Errno::inval);
  CHECK(fs::is_empty(world.path()));
}

TEST_CASE("the state of a path is that of a link or of what it leads to") {
  const Preopened world;
  write_file(world.path() / "file", "12345");
  fs::create_symlink("file", world.path() / "link");
  Path link = path("link"), nothing = path("nothing");
  CHECK(world.filesystem.stat(world.directory, link, Follow::no).value().type == Filetype::symbolic_link);
  CHECK(world.filesystem.stat(world.directory, link, Follow::yes).value().size == 5);
  CHECK(errno_of(world.filesystem.stat(world.directory, nothing, Follow::yes)) == Errno::noent);
}

TEST_CASE("a file that may not be read can be looked at, and its times set") {
  const Preopened world;
  write_file(world.path() / "file", "x");
  fs::permissions(world.path() / "file", fs::perms::none);
  Path at = path("file");
  REQUIRE(world.filesystem.set_times(world.directory, at, Follow::no, {Fstflags::mtim, 0, 1'000'000'000}));
  CHECK(world.filesystem.stat(world.directory, at, Follow::no).value().modified == 1'000'000'000);
}

TEST_CASE("a link's text is read as far as the buffer goes") {
  const Preopened world;
  fs::create_symlink("some/where", world.path() / "link");
  write_file(world.path() / "file", "x");
  std::array<std::byte, 16> buffer{};
  const auto read = [&](std::string_view name, std::size_t size) {
    Path at = path(name);
    return world.filesystem.read_link(world.directory, at, std::span(buffer).first(size));
  };
  CHECK(read("link", 16).value() == 10);
  CHECK(std::string_view(reinterpret_cast<const char*>(buffer.data()), 10) == "some/where");
  CHECK(read("link", 4).value() == 4);
  CHECK(read("link", 0).value() == 0);
  CHECK(errno_of(read("file", 1)) == Errno::inval);
  CHECK(errno_of(read("nothing", 0)) == Errno::noent);
}

TEST_CASE("names move and are linked from one directory of the host to another") {
  const Preopened world;
  fs::create_directories(world.path() / "a");
  fs::create_directories(world.path() / "b");
  write_file(world.path() / "a" / "file", "x");
  const HostFile a = world.open("a").value(), b = world.open("b").value();
  Path from = path("file"), to = path("linked");
  REQUIRE(world.filesystem.link(a, from, Follow::no, b, to));
  Path again = path("file"), moved = path("moved");
  REQUIRE(world.filesystem.rename(a, again, b, moved));
  CHECK(fs::is_empty(world.path() / "a"));
  CHECK(read_file(world.path() / "b" / "linked") == "x");
  CHECK(fs::hard_link_count(world.path() / "b" / "moved") == 2);
}

TEST_CASE("a name of two dots is not its parent's to change") {
  const Preopened world;
  fs::create_directories(world.path() / "a" / "b");
  const HostFile a = world.open("a").value();
  Path up = path(".."), below = path("b/.."), to = path("c");
  CHECK(errno_of(world.filesystem.remove_directory(a, up)) == Errno::perm);
  CHECK(errno_of(world.filesystem.link(a, below, Follow::no, a, to)) == Errno::perm);
  CHECK(fs::exists(world.path() / "a" / "b"));
}
