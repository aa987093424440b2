#include <wasmer/abi/wasi/calls/path.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;
namespace fs = std::filesystem;

namespace {

/// Each call that takes one path, by a short name.
struct PathWorld : World {
  using World::World;

  auto mkdir(std::string_view path) { return path_create_directory(state, memory(), root, text(path)); }
  auto rmdir(std::string_view path) { return path_remove_directory(state, memory(), root, text(path)); }
  auto unlink(std::string_view path) { return path_unlink_file(state, memory(), root, text(path)); }
  auto rename(std::string_view from, std::string_view to) { return path_rename(state, memory(), root, text(from), root, text(to)); }
  auto symlink(std::string_view target, std::string_view path) { return path_symlink(state, memory(), text(target), root, text(path)); }
  auto link(std::string_view from, std::string_view to, Lookupflags lookup = Lookupflags::none) {
    return path_link(state, memory(), root, lookup, text(from), root, text(to));
  }
  Expected<Snapshot1::Filestat> stat(std::string_view path, Lookupflags lookup = Lookupflags::none) {
    const auto at = room<Snapshot1::Filestat>();
    WASMER_CHECK(path_filestat_get<Snapshot1>(state, memory(), root, lookup, text(path), at));
    return load(at);
  }
  Expected<std::string> readlink(std::string_view path, std::uint32_t size = 100) {
    const GuestBytes at = buffer(size);
    const auto used = room<Size>();
    WASMER_CHECK(path_readlink(state, memory(), root, text(path), at, used));
    return load(at, load(used));
  }
  auto set_times(std::string_view path, Timestamp modified, Lookupflags lookup = Lookupflags::none) {
    return path_filestat_set_times(state, memory(), root, lookup, text(path), 0, modified, Fstflags::mtim);
  }
};

}  // namespace

TEST_CASE("directories are made and removed, with and without a slash") {
  PathWorld world(GENERATE(Resolution::kernel, Resolution::walk));
  REQUIRE(world.mkdir("a"));
  REQUIRE(world.mkdir("a/b/"));
  CHECK(errno_of(world.mkdir("a")) == Errno::exist);
  CHECK(errno_of(world.mkdir("a/.")) == Errno::exist);
  CHECK(errno_of(world.mkdir("a/..")) == Errno::exist);
  CHECK(errno_of(world.mkdir("x/y")) == Errno::noent);
  CHECK(errno_of(world.rmdir("a")) == Errno::notempty);
  CHECK(errno_of(world.rmdir("a/.")) == Errno::inval);
  CHECK(errno_of(world.rmdir("a/b/..")) == Errno::notempty);
  REQUIRE(world.rmdir("a/b/"));
  REQUIRE(world.rmdir("a"));
  CHECK(fs::is_empty(world.inside));
}

TEST_CASE("files are removed, and directories are not") {
  PathWorld world(GENERATE(Resolution::kernel, Resolution::walk));
  write_file(world.inside / "file", "x");
  fs::create_directory(world.inside / "dir");
  CHECK(errno_of(world.unlink("dir")) == Errno::isdir);
  CHECK(errno_of(world.unlink("dir/")) == Errno::isdir);
  CHECK(errno_of(world.unlink("file/")) == Errno::notdir);
  CHECK(errno_of(world.rmdir("file")) == Errno::notdir);
  REQUIRE(world.unlink("file"));
  CHECK(errno_of(world.unlink("file")) == Errno::noent);
}

TEST_CASE("a rename replaces a file and moves directories") {
  PathWorld world(GENERATE(Resolution::kernel, Resolution::walk));
  write_file(world.inside / "a", "a");
  write_file(world.inside / "b", "b");
  fs::create_directories(world.inside / "dir" / "sub");
  REQUIRE(world.rename("a", "b"));
  CHECK(read_file(world.inside / "b") == "a");
  CHECK_FALSE(fs::exists(world.inside / "a"));
  REQUIRE(world.rename("dir/", "moved/"));
  REQUIRE(world.rename("b", "moved/sub/b"));
  CHECK(read_file(world.inside / "moved" / "sub" / "b") == "a");
  CHECK(errno_of(world.rename("moved", "moved/sub/inside")) == Errno::inval);
  fs::create_directory(world.inside / "empty");
  CHECK(errno_of(world.rename("moved/sub/b", "empty")) == Errno::isdir);
  CHECK(errno_of(world.rename("moved/sub/b", "moved/sub")) == Errno::notempty);
  CHECK(errno_of(world.rename("nothing", "x")) == Errno::noent);
  CHECK(errno_of(world.rename("moved/.", "x")) == Errno::busy);
}

TEST_CASE("a symbolic link keeps its text, which may name nothing") {
  PathWorld world(GENERATE(Resolution::kernel, Resolution::walk));
  REQUIRE(world.symlink("no/such/file", "link"));
  CHECK(world.readlink("link").value() == "no/such/file");
  CHECK(world.readlink("link", 5).value() == "no/su");
  CHECK(world.stat("link").value().type == Filetype::symbolic_link);
  CHECK(errno_of(world.stat("link", Lookupflags::symlink_follow)) == Errno::noent);
  CHECK(errno_of(world.symlink("x", "link")) == Errno::exist);
  CHECK(errno_of(world.symlink("x", "new/")) == Errno::noent);
  CHECK(errno_of(world.symlink("/etc/passwd", "absolute")) == Errno::perm);
  CHECK(errno_of(world.symlink("", "empty")) == Errno::noent);
}

TEST_CASE("reading what is no link is inval") {
  PathWorld world(GENERATE(Resolution::kernel, Resolution::walk));
  write_file(world.inside / "file", "x");
  CHECK(errno_of(world.readlink("file")) == Errno::inval);
  CHECK(errno_of(world.readlink("file", 0)) == Errno::inval);
  CHECK(errno_of(world.readlink(".")) == Errno::inval);
  CHECK(errno_of(world.readlink("nothing")) == Errno::noent);
  CHECK(errno_of(path_readlink(world.state, world.memory(), root, world.text("file"), {8, 0xFFFF'FFFF}, world.room<Size>())) == Errno::fault);
}

TEST_CASE("a hard link is the same file, of a link itself or of what it leads to") {
  PathWorld world(GENERATE(Resolution::kernel, Resolution::walk));
  write_file(world.inside / "file", "x");
  fs::create_directory(world.inside / "dir");
  fs::create_symlink("file", world.inside / "symlink");
  REQUIRE(world.link("file", "dir/hard"));
  CHECK(world.stat("dir/hard").value().inode == world.stat("file").value().inode);
  CHECK(world.stat("file").value().links == 2);
  REQUIRE(world.link("symlink", "link-to-link"));
  CHECK(world.stat("link-to-link").value().type == Filetype::symbolic_link);
  REQUIRE(world.link("symlink", "link-through", Lookupflags::symlink_follow));
  CHECK(world.stat("link-through").value().inode == world.stat("file").value().inode);
  CHECK(errno_of(world.link("file", "dir/hard")) == Errno::exist);
  CHECK(errno_of(world.link("dir", "other")) == Errno::perm);
  CHECK(errno_of(world.link("dir/", "other")) == Errno::perm);
  CHECK(errno_of(world.link("file/", "other")) == Errno::notdir);
  CHECK(errno_of(world.link("file", "other/")) == Errno::noent);
}

TEST_CASE("times are set on a link itself or on what it leads to") {
  PathWorld world(GENERATE(Resolution::kernel, Resolution::walk));
  write_file(world.inside / "file", "x");
  fs::create_symlink("file", world.inside / "symlink");
  REQUIRE(world.set_times("symlink", 1'000'000'000));
  CHECK(world.stat("symlink").value().modified == 1'000'000'000);
  CHECK(world.stat("file").value().modified != 1'000'000'000);
  REQUIRE(world.set_times("symlink", 2'000'000'000, Lookupflags::symlink_follow));
  CHECK(world.stat("file").value().modified == 2'000'000'000);
  CHECK(errno_of(path_filestat_set_times(world.state, world.memory(), root, Lookupflags::none, world.text("file"), 0, 0,
                                         Fstflags::mtim | Fstflags::mtim_now)) == Errno::inval);
}

TEST_CASE("the state of a path is laid out as each version has it") {
  PathWorld world;
  write_file(world.inside / "file", "12345");
  const auto old = world.room<Snapshot0::Filestat>();
  REQUIRE(path_filestat_get<Snapshot0>(world.state, world.memory(), root, Lookupflags::none, world.text("file"), old));
  CHECK(world.load(old).size == 5);
  CHECK(world.load(old).links == 1);
  CHECK(world.stat("file").value().size == 5);
  CHECK(errno_of(path_filestat_get<Snapshot1>(world.state, world.memory(), root, Lookupflags::none, world.text("file"), {0xFFFF'FFC1})) == Errno::fault);
}

TEST_CASE("opening creates, truncates and insists on a new file as it is asked to") {
  PathWorld world(GENERATE(Resolution::kernel, Resolution::walk));
  const Fd made = world.open("new", Oflags::creat, read_write).value();
  CHECK(world.write(made, "abc").value() == 3);
  CHECK(errno_of(world.open("new", Oflags::creat | Oflags::excl, read_write)) == Errno::exist);
  CHECK(world.read(world.open("new", Oflags::creat).value(), 9).value() == "abc");
  REQUIRE(world.open("new", Oflags::trunc));
  CHECK(fs::file_size(world.inside / "new") == 0);
  CHECK(errno_of(world.open("nothing")) == Errno::noent);
  CHECK(errno_of(world.open("new", Oflags::directory)) == Errno::notdir);
  CHECK(errno_of(world.open(".", Oflags::none, read_write)) == Errno::isdir);
  CHECK(errno_of(world.open("x", Oflags::creat | Oflags::directory)) == Errno::inval);
  CHECK(errno_of(world.open("x", Oflags{16})) == Errno::inval);
  CHECK(errno_of(world.open("x", Oflags::creat, read_write, Lookupflags::none, Fdflags{32})) == Errno::inval);
}

TEST_CASE("a file opened without any rights can be read") {
  PathWorld world;
  write_file(world.inside / "file", "x");
  const Fd fd = world.open("file", Oflags::none, Rights::none).value();
  CHECK(world.read(fd, 9).value() == "x");
  CHECK(errno_of(world.write(fd, "y")) == Errno::badf);
}

TEST_CASE("a file opened to append, and for nothing else, is written at its end") {
  PathWorld world;
  write_file(world.inside / "file", "abc");
  const Fd fd = world.open("file", Oflags::none, Rights::none, Lookupflags::none, Fdflags::append).value();
  CHECK(world.write(fd, "d").value() == 1);
  CHECK(read_file(world.inside / "file") == "abcd");
  const Fd reading = world.open("file", Oflags::none, Rights::fd_read, Lookupflags::none, Fdflags::append).value();
  CHECK(errno_of(world.write(reading, "e")) == Errno::badf);
}

TEST_CASE("descriptors of the host do not outlive a process that is started") {
  PathWorld world;
  const Fd fd = world.open("file", Oflags::creat, read_write).value();
  CHECK((::fcntl(world.state.files().get(fd).value()->file.as<HostFile>()->number(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(world.state.files().get(root).value()->file.as<HostFile>()->number(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a path beyond the guest's memory is fault, and one relative to a file notdir") {
  PathWorld world;
  const Fd file = world.open("file", Oflags::creat).value();
  for (const GuestText bad : {GuestText{0xFFFF'FFFF, 1}, GuestText{8, 0xFFFF'FFFF}, GuestText{65'537, 0}}) {
    CHECK(errno_of(path_create_directory(world.state, world.memory(), root, bad)) == Errno::fault);
    CHECK(errno_of(path_rename(world.state, world.memory(), root, world.text("file"), root, bad)) == Errno::fault);
    CHECK(errno_of(path_symlink(world.state, world.memory(), bad, root, world.text("x"))) == Errno::fault);
  }
  CHECK(errno_of(path_unlink_file(world.state, world.memory(), file, world.text("x"))) == Errno::notdir);
  CHECK(errno_of(path_unlink_file(world.state, world.memory(), Fd{77}, world.text("x"))) == Errno::badf);
}

TEST_CASE("when no descriptor is left, no file is created") {
  PathWorld world(best_resolution(), false, wasi::Limits{.open_files = 5});
  REQUIRE(world.open("one", Oflags::creat));
  CHECK(errno_of(world.open("two", Oflags::creat)) == Errno::mfile);
  CHECK_FALSE(fs::exists(world.inside / "two"));
  REQUIRE(world.close(Fd{4}));
  CHECK(world.open("two", Oflags::creat).value() == Fd{4});
}

TEST_CASE("a right that was given away on a directory is missing to what is opened from it") {
  PathWorld world;
  write_file(world.inside / "file", "x");
  REQUIRE(fd_fdstat_set_rights(world.state, world.memory(), root, directory_rights - Rights::path_filestat_set_size, Rights::all - Rights::fd_write));
  CHECK(errno_of(world.open("file", Oflags::trunc)) == Errno::notcapable);
  CHECK(errno_of(world.open("file", Oflags::none, read_write)) == Errno::notcapable);
  CHECK(world.open("file").has_value());
}

TEST_CASE("a read-only directory is changed by no call") {
  PathWorld world(GENERATE(Resolution::kernel, Resolution::walk), true);
  write_file(world.inside / "file", "x");
  fs::create_directory(world.inside / "dir");
  fs::last_write_time(world.inside / "file", fs::file_time_type::clock::now() - std::chrono::hours(1));
  const auto before = fs::last_write_time(world.inside / "file");
  CHECK(errno_of(world.mkdir("new")) == Errno::rofs);
  CHECK(errno_of(world.rmdir("dir")) == Errno::rofs);
  CHECK(errno_of(world.unlink("file")) == Errno::rofs);
  CHECK(errno_of(world.rename("file", "new")) == Errno::rofs);
  CHECK(errno_of(world.symlink("file", "new")) == Errno::rofs);
  CHECK(errno_of(world.link("file", "new")) == Errno::rofs);
  CHECK(errno_of(world.set_times("file", 0)) == Errno::rofs);
  CHECK(errno_of(world.open("file", Oflags::none, read_write)) == Errno::rofs);
  CHECK(errno_of(world.open("file", Oflags::trunc)) == Errno::rofs);
  CHECK(errno_of(world.open("new", Oflags::creat)) == Errno::rofs);
  CHECK(errno_of(world.open("file", Oflags::creat | Oflags::excl)) == Errno::rofs);
  const Fd fd = world.open("file", Oflags::creat).value();
  CHECK(world.read(fd, 9).value() == "x");
  CHECK(errno_of(fd_filestat_set_times(world.state, world.memory(), fd, 0, 0, Fstflags::mtim)) == Errno::rofs);
  CHECK(errno_of(fd_filestat_set_size(world.state, world.memory(), fd, 0)) == Errno::badf);
  CHECK(errno_of(fd_filestat_set_times(world.state, world.memory(), root, 0, 0, Fstflags::mtim)) == Errno::rofs);
  const Fd below = world.open("dir", Oflags::directory).value();
  CHECK(errno_of(path_create_directory(world.state, world.memory(), below, world.text("new"))) == Errno::rofs);
  CHECK(read_file(world.inside / "file") == "x");
  CHECK(fs::last_write_time(world.inside / "file") == before);
}

TEST_CASE("no name of a read-only directory's file is made where it can be written") {
  TemporaryDirectory directory;
  fs::create_directories(directory.path() / "sealed");
  fs::create_directories(directory.path() / "open");
  write_file(directory.path() / "sealed" / "file", "x");
  Options<FS> options;
  options.preopens = {{directory.path() / "sealed", "/sealed", true}, {directory.path() / "open", "/open"}};
  auto state = State<FS>::make(options).value();
  World world;  // for its guest memory alone
  constexpr Fd sealed{3}, open{4};
  CHECK(errno_of(path_link(state, world.memory(), sealed, Lookupflags::none, world.text("file"), open, world.text("got"))) == Errno::rofs);
  CHECK(errno_of(path_rename(state, world.memory(), sealed, world.text("file"), open, world.text("got"))) == Errno::rofs);
  CHECK(errno_of(path_link(state, world.memory(), open, Lookupflags::none, world.text("x"), sealed, world.text("got"))) == Errno::rofs);
  CHECK(errno_of(path_rename(state, world.memory(), open, world.text("x"), sealed, world.text("got"))) == Errno::rofs);
  CHECK_FALSE(fs::exists(directory.path() / "open" / "got"));
}
