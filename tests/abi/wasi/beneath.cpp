#include <wasmer/abi/wasi/beneath.hpp>

#include <array>
#include <atomic>
#include <thread>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;
namespace fs = std::filesystem;

namespace {

/// inside/{file, dir/{file, up -> .., deep/{}}, links…}, outside/{secret, empty/}
struct Maze : World {
  explicit Maze(Resolution resolution, bool read_only = false) : World(resolution, read_only) {
    write_file(outside / "secret", "secret");
    fs::create_directory(outside / "empty");
    write_file(inside / "file", "in");
    fs::create_directories(inside / "dir" / "deep");
    write_file(inside / "dir" / "file", "in");
    fs::create_symlink("file", inside / "link");
    fs::create_symlink("dir", inside / "dirlink");
    fs::create_symlink("..", inside / "dir" / "up");
    fs::create_symlink("dir/up/dir/up/file", inside / "chain");
    fs::create_symlink("loop2", inside / "loop1");
    fs::create_symlink("loop1", inside / "loop2");
    fs::create_symlink("nothing", inside / "dangling");
    fs::create_symlink(outside / "secret", inside / "absolute");
    fs::create_symlink("../outside/secret", inside / "escape");
    fs::create_symlink("../outside", inside / "escapedir");
    fs::create_symlink("../outside/new", inside / "escapenew");
    fs::create_symlink("dir/up/escape", inside / "escapechain");
    fs::create_symlink("/proc/self/root", inside / "proc");
  }
};

}  // namespace

TEST_CASE("a path beneath its directory is opened, however it winds") {
  Maze maze(any_resolution());
  const std::string path = GENERATE("file", "./file", "dir/../file", "dir//./file", "dir/deep/../../file", "dir/up/file", "dir/up/dir/up/dir/../file",
                                    "dirlink/file", "dirlink/up/file", "dir/./././up/./file");
  CAPTURE(path);
  const auto fd = maze.open(path);
  REQUIRE(errno_of(fd) == Errno::success);
  CHECK(maze.read(fd.value(), 10).value() == "in");
}

TEST_CASE("a symbolic link as the last component is followed only when asked") {
  Maze maze(any_resolution());
  const std::string path = GENERATE("link", "chain");
  CHECK(errno_of(maze.open(path)) == Errno::loop);
  const auto followed = maze.open(path, Oflags::none, Rights::fd_read, Lookupflags::symlink_follow);
  REQUIRE(errno_of(followed) == Errno::success);
  CHECK(maze.read(followed.value(), 10).value() == "in");
}

TEST_CASE("a directory is opened with and without slashes at its end") {
  Maze maze(any_resolution());
  const std::string path = GENERATE(".", "./", "dir", "dir/", "dir///", "dir/.", "dir/deep/..", "dirlink/", "dirlink/.");
  CAPTURE(path);
  CHECK(errno_of(maze.open(path)) == Errno::success);
}

TEST_CASE("a path that leads outside is refused with perm") {
  Maze maze(any_resolution());
  const std::string path = GENERATE("..", "../", "../outside/secret", "dir/../../outside/secret", "dir/up/../outside/secret", "/file", "//file",
                                    "absolute/", "escapedir/secret", "escapedir/", "escapedir/../inside/file", "proc/etc/passwd", "dir/up/..");
  const auto lookup = GENERATE(Lookupflags::none, Lookupflags::symlink_follow);
  CAPTURE(path);
  CHECK(errno_of(maze.open(path, Oflags::none, Rights::fd_read, lookup)) == Errno::perm);
}

TEST_CASE("a link that leads outside is refused with perm when it is followed") {
  Maze maze(any_resolution());
  const std::string path = GENERATE("absolute", "escape", "escapedir", "escapechain", "proc", "escapenew");
  CAPTURE(path);
  CHECK(errno_of(maze.open(path, Oflags::none, Rights::fd_read, Lookupflags::symlink_follow)) == Errno::perm);
  CHECK(errno_of(maze.open(path)) == Errno::loop);
}

TEST_CASE("creating never follows a link outside") {
  Maze maze(any_resolution());
  const auto lookup = GENERATE(Lookupflags::none, Lookupflags::symlink_follow);
  const auto oflags = GENERATE(Oflags::creat, Oflags::creat | Oflags::excl, Oflags::creat | Oflags::trunc);
  for (const char* path : {"escapenew", "escape", "absolute", "escapedir/new", "../outside/new", "escapenew/"})
    CHECK_FALSE(maze.open(path, oflags, read_write, lookup).has_value());
  CHECK_FALSE(fs::exists(maze.outside / "new"));
  CHECK(read_file(maze.outside / "secret") == "secret");
}

TEST_CASE("creating through a dangling link makes the file that it names beneath") {
  Maze maze(any_resolution());
  REQUIRE(maze.open("dangling", Oflags::creat, read_write, Lookupflags::symlink_follow).has_value());
  CHECK(fs::exists(maze.inside / "nothing"));
}

TEST_CASE("links that go round end in loop") {
  Maze maze(any_resolution());
  CHECK(errno_of(maze.open("loop1", Oflags::none, Rights::fd_read, Lookupflags::symlink_follow)) == Errno::loop);
  CHECK(errno_of(maze.open("loop1/file")) == Errno::loop);
}

TEST_CASE("what is no path has an errno of its own") {
  Maze maze(any_resolution());
  CHECK(errno_of(maze.open("")) == Errno::noent);
  CHECK(errno_of(maze.open(std::string_view("file\0", 5))) == Errno::inval);
  CHECK(errno_of(maze.open(std::string_view("file\0/../..", 11))) == Errno::inval);
  CHECK(errno_of(maze.open(std::string(5000, 'x'))) == Errno::nametoolong);
  CHECK(errno_of(maze.open(std::string(300, 'x'))) == Errno::nametoolong);
  CHECK(errno_of(maze.open("file/")) == Errno::notdir);
  CHECK(errno_of(maze.open("file/x")) == Errno::notdir);
  CHECK(errno_of(maze.open("nothing/x")) == Errno::noent);
  CHECK(errno_of(maze.open("new/", Oflags::creat)) == Errno::isdir);
}

TEST_CASE("no call that changes a name works outside") {
  Maze maze(any_resolution());
  const std::string path = GENERATE("../outside/empty", "escapedir/empty", "escapedir/empty/", "dir/../../outside/empty", "dir/up/../outside/empty",
                                    "../outside/secret", "escapedir/secret", "..", "dir/up/..", "escapedir/..", "proc/tmp/x");
  CAPTURE(path);
  const auto at = [&] { return maze.text(path); };
  CHECK(errno_of(path_remove_directory(maze.state, maze.memory(), root, at())) == Errno::perm);
  CHECK(errno_of(path_unlink_file(maze.state, maze.memory(), root, at())) == Errno::perm);
  CHECK(errno_of(path_create_directory(maze.state, maze.memory(), root, at())) == Errno::perm);
  CHECK(errno_of(path_rename(maze.state, maze.memory(), root, at(), root, maze.text("got"))) == Errno::perm);
  CHECK(errno_of(path_rename(maze.state, maze.memory(), root, maze.text("file"), root, at())) == Errno::perm);
  CHECK(errno_of(path_link(maze.state, maze.memory(), root, Lookupflags::none, at(), root, maze.text("got"))) == Errno::perm);
  CHECK(errno_of(path_link(maze.state, maze.memory(), root, Lookupflags::symlink_follow, at(), root, maze.text("got"))) == Errno::perm);
  CHECK(errno_of(path_link(maze.state, maze.memory(), root, Lookupflags::none, maze.text("file"), root, at())) == Errno::perm);
  CHECK(errno_of(path_symlink(maze.state, maze.memory(), maze.text("file"), root, at())) == Errno::perm);
  CHECK(errno_of(path_readlink(maze.state, maze.memory(), root, at(), maze.buffer(10), maze.room<Size>())) == Errno::perm);
  CHECK(errno_of(path_filestat_get<Snapshot1>(maze.state, maze.memory(), root, Lookupflags::none, at(), maze.room<Snapshot1::Filestat>())) == Errno::perm);
  CHECK(errno_of(path_filestat_set_times(maze.state, maze.memory(), root, Lookupflags::none, at(), 0, 0, Fstflags::mtim)) == Errno::perm);
  CHECK(read_file(maze.outside / "secret") == "secret");
  CHECK(fs::exists(maze.outside / "empty"));
  CHECK(fs::exists(maze.inside / "file"));
  CHECK_FALSE(fs::exists(maze.inside / "got"));
}

TEST_CASE("a slash after a link leads no call outside") {
  Maze maze(any_resolution());
  const auto filestat = maze.room<Snapshot1::Filestat>();
  CHECK(errno_of(path_filestat_get<Snapshot1>(maze.state, maze.memory(), root, Lookupflags::none, maze.text("escapedir/"), filestat)) == Errno::perm);
  CHECK(errno_of(path_filestat_set_times(maze.state, maze.memory(), root, Lookupflags::none, maze.text("escapedir/"), 0, 0, Fstflags::mtim)) == Errno::perm);
  CHECK(errno_of(path_readlink(maze.state, maze.memory(), root, maze.text("escapedir/"), maze.buffer(10), maze.room<Size>())) == Errno::perm);
  CHECK(errno_of(path_link(maze.state, maze.memory(), root, Lookupflags::none, maze.text("escapedir/"), root, maze.text("got"))) == Errno::perm);
  // These do not look through their last component at all.
  CHECK(errno_of(path_remove_directory(maze.state, maze.memory(), root, maze.text("escapedir/"))) == Errno::notdir);
  CHECK(errno_of(path_rename(maze.state, maze.memory(), root, maze.text("escapedir/"), root, maze.text("got"))) == Errno::notdir);
  CHECK(errno_of(path_create_directory(maze.state, maze.memory(), root, maze.text("escapedir/"))) == Errno::exist);
  CHECK(fs::is_symlink(maze.inside / "escapedir"));
}

TEST_CASE("a link to the outside may be looked at, moved and removed, since it is inside") {
  Maze maze(any_resolution());
  const auto filestat = maze.room<Snapshot1::Filestat>();
  REQUIRE(path_filestat_get<Snapshot1>(maze.state, maze.memory(), root, Lookupflags::none, maze.text("escape"), filestat).has_value());
  CHECK(maze.load(filestat).type == Filetype::symbolic_link);
  CHECK(path_rename(maze.state, maze.memory(), root, maze.text("escape"), root, maze.text("moved")).has_value());
  CHECK(path_unlink_file(maze.state, maze.memory(), root, maze.text("moved")).has_value());
  CHECK(read_file(maze.outside / "secret") == "secret");
}

TEST_CASE("a descriptor opened beneath is a sandbox of its own") {
  Maze maze(any_resolution());
  const Fd dir = maze.open("dir", Oflags::directory).value();
  const auto opened = maze.room<Fd>();
  const auto from_dir = [&](std::string_view path) {
    return path_open(maze.state, maze.memory(), dir, Lookupflags::symlink_follow, maze.text(path), Oflags::none, Rights::fd_read, Rights::all, Fdflags::none,
                     opened);
  };
  CHECK(from_dir("file").has_value());
  CHECK(errno_of(from_dir("../file")) == Errno::perm);
  CHECK(errno_of(from_dir("up/file")) == Errno::perm);
}

TEST_CASE("a directory swapped for a link while it is opened leads nowhere else") {
  Maze maze(any_resolution());
  fs::create_directory(maze.inside / "swap");
  write_file(maze.inside / "swap" / "secret", "in");
  fs::create_symlink("../outside", maze.inside / "swaplink");
  std::atomic<bool> stop = false;
  std::thread swapper([&] {
    const std::string a = maze.inside / "swap", b = maze.inside / "swaplink", c = maze.inside / "swaptemp";
    while (!stop) {
      ::rename(a.c_str(), c.c_str());
      ::rename(b.c_str(), a.c_str());
      ::rename(a.c_str(), b.c_str());
      ::rename(c.c_str(), a.c_str());
    }
  });
  int opened = 0, escaped = 0;
  for (int i = 0; i < 5000 || opened == 0; ++i) {  // on a busy machine the directory may be away all that time
    const auto fd = maze.open("swap/secret");
    if (!fd) {
      std::this_thread::yield();
      continue;
    }
    ++opened;
    if (maze.read(fd.value(), 10).value() != "in") ++escaped;
    (void)maze.close(fd.value());
  }
  stop = true;
  swapper.join();
  CHECK(escaped == 0);
  CHECK(opened > 0);
}

TEST_CASE("both resolutions of a path agree") {
  Maze kernel(Resolution::kernel), walk(Resolution::walk);
  const std::array parts{"file", "dir", "dirlink", "up", "..", ".", "escapedir", "link", "nothing", "chain", "loop1"};
  const auto lookup = GENERATE(Lookupflags::none, Lookupflags::symlink_follow);
  const std::string end = GENERATE("", "/");
  for (const char* first : parts)
    for (const char* second : parts)
      for (const char* third : parts) {
        const std::string path = std::string(first) + "/" + second + "/" + third + end;
        const auto a = kernel.open(path, Oflags::none, Rights::fd_read, lookup);
        const auto b = walk.open(path, Oflags::none, Rights::fd_read, lookup);
        if (errno_of(a) != errno_of(b)) {
          CAPTURE(path);
          CHECK(errno_of(a) == errno_of(b));
        }
        if (a) (void)kernel.close(a.value());
        if (b) (void)walk.close(b.value());
      }
}

TEST_CASE("walking holds few descriptors open, and none afterwards") {
  Maze maze(Resolution::walk);
  const auto open_descriptors = [] {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
  };
  const auto before = open_descriptors();
  std::string deep;
  for (int i = 0; i < 300; ++i) {
    deep += "d/";
    fs::create_directory(maze.inside / deep);
  }
  CHECK(errno_of(maze.open(deep)) == Errno::nametoolong);
  CHECK(errno_of(maze.open("dir/nothing/x")) == Errno::noent);
  CHECK(open_descriptors() == before);
}
