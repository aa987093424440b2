#include <wasmer/abi/wasi/virtual_root.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using wasi::Errno;
using wasi::Fd;
namespace fs = std::filesystem;

namespace {

/// `first` and `second` are mapped, in Wasmer's layout; the file `secret` lies beside them.
class Layout {
 public:
  Layout() : state(make(directory.path())) {}

  TemporaryDirectory directory;
  wasi::State<FS> state;
  std::vector<std::byte> bytes = std::vector<std::byte>(1 << 16);
  GuestMemory memory{bytes};

  GuestText text(std::string_view string) {
    std::memcpy(bytes.data() + 64, string.data(), string.size());
    return {64, static_cast<std::uint32_t>(string.size())};
  }
  wasi::Expected<Fd> open(std::uint32_t at, std::string_view path, wasi::Oflags oflags = wasi::Oflags::none, wasi::Rights rights = wasi::Rights::fd_read) {
    const GuestPointer<Fd> opened{0};
    WASMER_CHECK(wasi::path_open(state, memory, Fd{at}, wasi::Lookupflags::symlink_follow, text(path), oflags, rights, wasi::Rights::all, wasi::Fdflags::none, opened));
    return memory.load(opened).value();
  }
  /// The first byte of a file.
  std::string read(std::uint32_t at, std::string_view path) {
    const auto opened = open(at, path);
    if (!opened) return std::string(wasi::description(opened.assume_error()));
    const auto entry = state.files().get(opened.value()).value();
    char byte = '?';
    iovec buffer{&byte, 1};
    if (entry->file.read({&buffer, 1}).value() != 1) return "empty";
    return std::string(1, byte);
  }
  wasi::Expected<wasi::Stat> look(std::uint32_t at, std::string_view path) {
    const GuestPointer<Snapshot1::Filestat> found{0};
    WASMER_CHECK(wasi::path_filestat_get<Snapshot1>(state, memory, Fd{at}, wasi::Lookupflags::none, text(path), found));
    const auto stat = memory.load(found).value();
    return wasi::Stat{stat.device, stat.inode, stat.type, stat.links, stat.size, 0, 0, 0};
  }

 private:
  static wasi::State<FS> make(const fs::path& directory) {
    write_file(directory / "secret", "s");
    for (const char* name : {"first", "second"}) {
      fs::create_directories(directory / name / "inner");
      write_file(directory / name / "file", std::string(1, *name == 'f' ? '1' : '2'));
    }
    wasi::Options<FS> options;
    options.wasmer_layout = true;
    options.preopens = {{(directory / "first").string(), "first"}, {(directory / "second").string(), "/second"}};
    return wasi::State<FS>::make(options).value();
  }
};

}  // namespace

TEST_CASE("in Wasmer's layout the root is descriptor 3 and the mapped directories come after it") {
  Layout layout;
  CHECK(layout.state.files().get(Fd{3}).value()->preopen == "/");
  CHECK(layout.state.files().get(Fd{4}).value()->preopen == "first");
  CHECK(layout.state.files().get(Fd{5}).value()->preopen == "/second");
  CHECK(errno_of(layout.state.files().get(Fd{6})) == Errno::badf);
}

TEST_CASE("mapped directories are found in the root, and beside each other") {
  Layout layout;
  CHECK(layout.read(3, "first/file") == "1");
  CHECK(layout.read(3, "./second//file") == "2");
  CHECK(layout.read(4, "file") == "1");
  CHECK(layout.read(4, "../second/file") == "2");
  CHECK(layout.read(3, "first/inner/../../second/inner/../file") == "2");
  CHECK(layout.read(3, "../../second/file") == "2");  // nothing is above the root
  CHECK(errno_of(layout.open(3, "first/missing/../file")) == Errno::noent);
  CHECK(errno_of(layout.open(3, "first/file/../file")) == Errno::notdir);
  CHECK(errno_of(layout.open(3, "third/file")) == Errno::noent);
  CHECK(errno_of(layout.open(3, "/first/file")) == Errno::perm);
}

TEST_CASE("symbolic links lead through the root and not out of it") {
  Layout layout;
  const fs::path first = layout.directory.path() / "first";
  fs::create_symlink("../second/file", first / "across");
  fs::create_symlink("../second", first / "beside");
  fs::create_symlink("across", first / "chain");
  fs::create_symlink("loop", first / "loop");
  fs::create_symlink("../secret", first / "out");
  fs::create_symlink("../../../../../../../etc/passwd", first / "far");
  fs::create_symlink((layout.directory.path() / "secret").string(), first / "absolute");
  CHECK(layout.read(3, "first/across") == "2");
  CHECK(layout.read(4, "chain") == "2");
  CHECK(layout.read(4, "beside/file") == "2");
  CHECK(layout.read(3, "first/beside/../first/file") == "1");
  CHECK(errno_of(layout.open(3, "first/loop")) == Errno::loop);
  CHECK(errno_of(layout.open(3, "first/out")) == Errno::noent);
  CHECK(errno_of(layout.open(3, "first/far")) == Errno::noent);
  CHECK(errno_of(layout.open(3, "first/absolute")) == Errno::perm);
  CHECK(layout.look(3, "first/across").value().type == wasi::Filetype::symbolic_link);
}

TEST_CASE("a directory that the guest opened is no part of the layout") {
  Layout layout;
  const Fd inner = layout.open(3, "first/inner", wasi::Oflags::directory).value();
  CHECK(layout.read(static_cast<std::uint32_t>(inner), "../../second/file") == description(Errno::perm));
  const Fd again = layout.open(3, "first", wasi::Oflags::directory).value();
  CHECK(layout.read(static_cast<std::uint32_t>(again), "file") == "1");
  CHECK(layout.read(static_cast<std::uint32_t>(again), "../second/file") == description(Errno::perm));
}

TEST_CASE("the root is a directory that can be opened, listed and looked at") {
  Layout layout;
  const auto list = [&](Fd fd) {
    const GuestPointer<wasi::Size> used{0};
    CHECK(errno_of(wasi::fd_readdir(layout.state, layout.memory, fd, {4096, 4096}, 0, used)) == Errno::success);
    std::string names;
    for (std::uint32_t at = 4096; at < 4096 + layout.memory.load(used).value();) {
      const auto entry = layout.memory.load(GuestPointer<wasi::Dirent>{at}).value();
      names += std::string(layout.memory.text({at + 24, entry.name_size}).value()) + " ";
      at += 24 + entry.name_size;
    }
    return names;
  };
  CHECK(list(Fd{3}) == ". .. /first /second ");
  for (const char* path : {".", "first/..", "first/../../second/../..", ".."}) CHECK(list(layout.open(3, path, wasi::Oflags::directory).value()) == ". .. /first /second ");
  CHECK(layout.look(3, ".").value().type == wasi::Filetype::directory);
  CHECK(layout.look(4, "..").value().inode == layout.look(3, ".").value().inode);
  CHECK(layout.look(3, "first").value().inode == layout.look(4, ".").value().inode);
  CHECK(errno_of(layout.look(3, "third")) == Errno::noent);
  const GuestPointer<Snapshot1::Filestat> stat{0};
  CHECK(errno_of(wasi::fd_filestat_get<Snapshot1>(layout.state, layout.memory, Fd{3}, stat)) == Errno::success);
  CHECK(layout.memory.load(stat).value().type == wasi::Filetype::directory);
}

TEST_CASE("nothing can be changed in the root") {
  Layout layout;
  CHECK(errno_of(layout.open(3, "new", wasi::Oflags::creat, wasi::Rights::fd_write)) == Errno::rofs);
  CHECK(errno_of(layout.open(3, "new", wasi::Oflags::creat)) == Errno::rofs);
  CHECK(errno_of(layout.open(4, "../new", wasi::Oflags::creat, wasi::Rights::fd_write)) == Errno::rofs);
  CHECK(errno_of(wasi::path_create_directory(layout.state, layout.memory, Fd{3}, layout.text("new"))) == Errno::rofs);
  CHECK(errno_of(wasi::path_create_directory(layout.state, layout.memory, Fd{3}, layout.text("first"))) == Errno::exist);
  CHECK(errno_of(wasi::path_unlink_file(layout.state, layout.memory, Fd{3}, layout.text("first"))) != Errno::success);
  CHECK(errno_of(wasi::path_remove_directory(layout.state, layout.memory, Fd{3}, layout.text("second"))) != Errno::success);
  CHECK(errno_of(wasi::path_remove_directory(layout.state, layout.memory, Fd{3}, layout.text("."))) == Errno::rofs);
  CHECK(errno_of(wasi::path_readlink(layout.state, layout.memory, Fd{3}, layout.text("."), {4096, 16}, {0})) == Errno::inval);
  CHECK(fs::exists(layout.directory.path() / "first"));
  CHECK_FALSE(fs::exists(layout.directory.path() / "new"));
}

TEST_CASE("files are made and renamed by way of the root") {
  Layout layout;
  CHECK(errno_of(layout.open(3, "first/new", wasi::Oflags::creat, wasi::Rights::fd_write)) == Errno::success);
  CHECK(fs::exists(layout.directory.path() / "first" / "new"));
  const GuestText from{64, 9}, to{128, 12};
  std::memcpy(layout.bytes.data() + 64, "first/new", 9);
  std::memcpy(layout.bytes.data() + 128, "second/moved", 12);
  CHECK(errno_of(wasi::path_rename(layout.state, layout.memory, Fd{3}, from, Fd{3}, to)) == Errno::success);
  CHECK(fs::exists(layout.directory.path() / "second" / "moved"));
}

TEST_CASE("a mapped directory's name is a single component, and dot or slash are in no root") {
  const TemporaryDirectory directory;
  wasi::Options<FS> options;
  options.wasmer_layout = true;
  options.preopens = {{directory.path().string(), "a/b"}};
  const auto refused = wasi::State<FS>::make(options);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().id() == ErrorId::invalid_option);
  CHECK(refused.error().detail().find("`a/b`") != std::string_view::npos);

  write_file(directory.path() / "file", "1");
  options.preopens = {{directory.path().string(), "."}, {directory.path().string(), "/"}};
  auto state = wasi::State<FS>::make(options).value();
  CHECK(state.files().get(Fd{5}).value()->preopen == "/");
  wasi::Path path;
  CHECK(errno_of(path.assign("file")) == Errno::success);
  const auto root = state.files().get(Fd{3}).value();
  CHECK(state.virtual_root()->resolve(state.filesystem(), root, path, wasi::Follow::no).value()->root == state.virtual_root());
}
