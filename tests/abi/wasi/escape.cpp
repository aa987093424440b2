// The sandbox's proof: every shape of path in every call that takes one, resolved either way. Each cell has one right errno, and whatever it is, nothing
// outside of the preopened directory is read, created, changed or removed. WASMER_PRINT_ESCAPES prints the table; WASMER_ESCAPE_TRIES sets how often
// paths that change while they are resolved are tried.
#include <wasmer/abi/wasi/host_filesystem.hpp>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <numeric>
#include <set>
#include <thread>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;
namespace fs = std::filesystem;

namespace {

constexpr std::array resolutions{Resolution::kernel, Resolution::walk};
constexpr std::array lookups{Lookupflags::none, Lookupflags::symlink_follow};

/// A directory that something is mounted on, and its parent, which is not the root: beneath that there is an outside.
fs::path mount_point() {
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::string id, parent, device, root, at;
    fields >> id >> parent >> device >> root >> at;
    if (at.find('\\') == std::string::npos && fs::path(at).parent_path() != "/" && fs::is_directory(at) && ::access(at.c_str(), R_OK | X_OK) == 0) return at;
  }
  return {};
}

/// inside/{file, dir/{up -> ..}, links…} beside outside/{secret, shared, link, empty/}. Preopened besides: /proc/self, and a directory with a mount in it.
struct Walls : World {
  static constexpr Fd proc{4}, mounted{5};

  explicit Walls(Resolution resolution)
      : World(resolution, false, {}, {{"/proc/self", "/proc"}, {mount_point().parent_path().string(), "/mounted"}}) {
    write_file(outside / "secret", "secret");
    write_file(outside / "shared", "shared");
    fs::create_symlink("told", outside / "link");
    fs::create_directory(outside / "empty");
    write_file(inside / "file", "in");
    fs::create_directory(inside / "dir");
    fs::create_symlink("..", inside / "dir" / "up");
    fs::create_symlink(outside / "secret", inside / "absolute");
    fs::create_symlink("../outside/secret", inside / "relative");
    fs::create_symlink("dir/up/chain2", inside / "chain");
    fs::create_symlink("dir/up/dir/up/relative", inside / "chain2");
    fs::create_symlink("loop2", inside / "loop");
    fs::create_symlink("loop", inside / "loop2");
    fs::create_symlink("../outside", inside / "todir");
    fs::create_hard_link(outside / "shared", inside / "hard");

    before_ = seen_outside();
    for (const fs::path& path : {outside / "secret", outside / "shared", outside / "link", outside / "empty", outside, directory.path()})
      inodes_.insert(inode(path));
  }

  /// What is wrong with the outside, or with what the guest has got of it; empty: nothing.
  std::string escaped(bool may_share) const {
    if (seen_outside(may_share) != before(may_share)) return "changed";
    const std::uint64_t shared = inode(outside / "shared");
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(inside)) {
      const bool is_hosts = entry.path() == inside / "hard" || may_share;
      if (inodes_.contains(inode(entry.path())) && !(inode(entry.path()) == shared && is_hosts)) return "linked";
    }
    return {};
  }
  /// Whether the inode is that of something outside.
  bool is_outside(std::uint64_t number) const { return inodes_.contains(number); }

 private:
  static std::uint64_t inode(const fs::path& path) {
    struct stat host {};
    (void)::lstat(path.c_str(), &host);
    return host.st_ino;
  }

  /// All that can be seen of what lies around the preopened directory, the directory itself included.
  std::map<std::string, std::string> seen_outside(bool may_share = false) const {
    std::map<std::string, std::string> seen;
    const auto look = [&](const fs::path& path) {
      struct stat host {};
      REQUIRE(::lstat(path.c_str(), &host) == 0);
      std::string text = std::to_string(host.st_ino) + " " + std::to_string(host.st_mode);
      if (S_ISREG(host.st_mode)) text += " " + read_file(path);
      if (S_ISLNK(host.st_mode)) text += " " + fs::read_symlink(path).string();
      // The preopened directory's own times and links are the guest's to change, and those of a file that has a name in it.
      if (path != inside && !(may_share && path.filename() == "shared"))
        text += " " + std::to_string(host.st_nlink) + " " + std::to_string(host.st_mtim.tv_sec) + "." + std::to_string(host.st_mtim.tv_nsec);
      seen[path] = text;
    };
    look(directory.path());
    for (auto entry = fs::recursive_directory_iterator(directory.path()); entry != fs::recursive_directory_iterator(); ++entry) {
      look(entry->path());
      if (entry->path() == inside) entry.disable_recursion_pending();
    }
    return seen;
  }
  std::map<std::string, std::string> before(bool may_share) const {
    auto seen = before_;
    if (may_share)
      for (auto& [path, text] : seen)
        if (fs::path(path).filename() == "shared") text = text.substr(0, text.rfind(' ', text.rfind(' ') - 1));
    return seen;
  }

  std::map<std::string, std::string> before_;
  std::set<std::uint64_t> inodes_;
};

/// What each call answers, in the order of `calls`: an errno, or two where following the last component makes a difference, not followed first.
using Row = std::array<const char*, 13>;
constexpr Row all(const char* error) {
  Row row{};
  row.fill(error);
  return row;
}
constexpr Row link_outside{"loop/perm",    "loop/perm", "exist",   "success/perm", "success/perm", "success/perm", "exist",
                           "success",      "notdir",    "success", "success",      "exist",        "success"};

struct Shape {
  const char* name;
  std::string (*path)(const Walls&);
  Row answers;
  Fd from = root;
};

const std::array shapes{
    Shape{"..", [](const Walls&) { return std::string(".."); }, all("perm")},
    Shape{"a/../..", [](const Walls&) { return std::string("dir/../.."); }, all("perm")},
    Shape{"absolute", [](const Walls& walls) { return (walls.outside / "secret").string(); }, all("perm")},
    Shape{"doubled slash", [](const Walls&) { return std::string("dir//..//../outside//secret"); }, all("perm")},
    Shape{"trailing slash", [](const Walls&) { return std::string("../outside/empty/"); }, all("perm")},
    Shape{".", [](const Walls&) { return std::string("."); },
          {"success", "isdir", "exist", "success", "success", "perm", "exist", "inval", "inval", "busy", "busy", "exist", "isdir"}},
    Shape{"empty", [](const Walls&) { return std::string(); }, all("noent")},
    Shape{"NUL inside", [](const Walls&) { return std::string("file\0/../../outside/secret", 26); }, all("inval")},
    Shape{"5,000 bytes",
          [](const Walls&) {
            std::string path;
            while (path.size() < 5000 - 17) path += "dir/../";
            return path + "../outside/secret";
          },
          all("nametoolong")},
    Shape{"symlink absolute", [](const Walls&) { return std::string("absolute"); }, link_outside},
    Shape{"symlink relative", [](const Walls&) { return std::string("relative"); }, link_outside},
    Shape{"symlink chain", [](const Walls&) { return std::string("chain"); }, link_outside},
    Shape{"symlink loop", [](const Walls&) { return std::string("loop"); },
          {"loop", "loop", "exist", "success/loop", "success/loop", "success/loop", "exist", "success", "notdir", "success", "success", "exist", "success"}},
    Shape{"symlink to a directory", [](const Walls&) { return std::string("todir/secret"); }, all("perm")},
    Shape{"symlink, trailing slash", [](const Walls&) { return std::string("todir/"); },
          {"perm", "isdir", "exist", "perm", "perm", "perm", "exist", "perm", "notdir", "notdir", "notdir", "exist", "notdir"}},
    // The kernel calls a link of /proc that is no path a loop; to the walk it is a link like any other, to what is outside.
    Shape{"/proc/self/root", [](const Walls& walls) { return "root" + (walls.outside / "secret").string(); }, all("loop|perm"), Walls::proc},
    // What has a name beneath is beneath, whatever other names it has: those stay as they are.
    Shape{"hard link", [](const Walls&) { return std::string("hard"); },
          {"success", "success", "exist", "success", "success", "success", "exist", "inval", "notdir", "success", "success", "exist", "success"}},
    Shape{"mount point",
          [](const Walls& walls) {
            std::string path = mount_point().filename().string();
            for (const fs::path& part : mount_point().parent_path())
              if (part != "/") path += "/..";
            return path + "/.." + (walls.outside / "secret").string();
          },
          all("perm"), Walls::mounted},
};

/// What a call answered, and whether the answer itself is of the outside.
struct Answer {
  Errno error;
  bool tells = false;
};

using Call = Answer (*)(Walls&, Fd, std::string_view, Lookupflags);

Answer open_as(Walls& walls, Fd from, std::string_view path, Lookupflags lookup, Oflags oflags, Rights rights) {
  const auto opened = walls.room<Fd>();
  const auto done = path_open(walls.state, walls.memory(), from, lookup, walls.text(path), oflags, rights, Rights::all, Fdflags::none, opened);
  if (!done) return {done.assume_error()};
  return {Errno::success, walls.is_outside(walls.state.files().get(walls.load(opened)).value()->file.stat().value().inode)};
}

const std::array<std::pair<const char*, Call>, 13> calls{{
    {"open", [](Walls& w, Fd from, std::string_view path, Lookupflags lookup) { return open_as(w, from, path, lookup, Oflags::none, Rights::fd_read); }},
    {"create", [](Walls& w, Fd from, std::string_view path, Lookupflags lookup) { return open_as(w, from, path, lookup, Oflags::creat, read_write); }},
    {"mkdir",
     [](Walls& w, Fd from, std::string_view path, Lookupflags) { return Answer{errno_of(path_create_directory(w.state, w.memory(), from, w.text(path)))}; }},
    {"stat",
     [](Walls& w, Fd from, std::string_view path, Lookupflags lookup) {
       const auto at = w.room<Snapshot1::Filestat>();
       const auto done = path_filestat_get<Snapshot1>(w.state, w.memory(), from, lookup, w.text(path), at);
       return Answer{errno_of(done), done && w.is_outside(w.load(at).inode)};
     }},
    {"utime",
     [](Walls& w, Fd from, std::string_view path, Lookupflags lookup) {
       return Answer{errno_of(path_filestat_set_times(w.state, w.memory(), from, lookup, w.text(path), 1, 1, Fstflags::atim | Fstflags::mtim))};
     }},
    {"link from",
     [](Walls& w, Fd from, std::string_view path, Lookupflags lookup) {
       return Answer{errno_of(path_link(w.state, w.memory(), from, lookup, w.text(path), root, w.text("got")))};
     }},
    {"link to",
     [](Walls& w, Fd from, std::string_view path, Lookupflags lookup) {
       return Answer{errno_of(path_link(w.state, w.memory(), root, lookup, w.text("file"), from, w.text(path)))};
     }},
    {"readlink",
     [](Walls& w, Fd from, std::string_view path, Lookupflags) {
       const GuestBytes at = w.buffer(100);
       const auto used = w.room<Size>();
       const auto done = path_readlink(w.state, w.memory(), from, w.text(path), at, used);
       return Answer{errno_of(done), done && w.load(at, w.load(used)) == "told"};
     }},
    {"rmdir",
     [](Walls& w, Fd from, std::string_view path, Lookupflags) { return Answer{errno_of(path_remove_directory(w.state, w.memory(), from, w.text(path)))}; }},
    {"move from",
     [](Walls& w, Fd from, std::string_view path, Lookupflags) {
       return Answer{errno_of(path_rename(w.state, w.memory(), from, w.text(path), root, w.text("got")))};
     }},
    {"move to",
     [](Walls& w, Fd from, std::string_view path, Lookupflags) {
       return Answer{errno_of(path_rename(w.state, w.memory(), root, w.text("file"), from, w.text(path)))};
     }},
    {"symlink",
     [](Walls& w, Fd from, std::string_view path, Lookupflags) {
       return Answer{errno_of(path_symlink(w.state, w.memory(), w.text("file"), from, w.text(path)))};
     }},
    {"unlink",
     [](Walls& w, Fd from, std::string_view path, Lookupflags) { return Answer{errno_of(path_unlink_file(w.state, w.memory(), from, w.text(path)))}; }},
}};

}  // namespace

TEST_CASE("no shape of path leads any call out of its directory") {
  REQUIRE_FALSE(mount_point().empty());
  const bool prints = std::getenv("WASMER_PRINT_ESCAPES") != nullptr;
  int cells = 0, escapes = 0, differences = 0;
  for (const Resolution resolution : resolutions) {
    if (prints) {
      std::printf("\n%-24s", resolution == Resolution::kernel ? "openat2" : "walk");
      for (const auto& [name, call] : calls) std::printf("%-13s", name);
    }
    for (const Shape& shape : shapes) {
      const bool is_shared = std::string_view(shape.name) == "hard link";
      if (prints) std::printf("\n%-24s", shape.name);
      for (std::size_t column = 0; column < calls.size(); ++column) {
        std::vector<std::string> answers;
        for (const Lookupflags lookup : lookups) {
          Walls walls(resolution);
          const Answer answer = calls[column].second(walls, shape.from, shape.path(walls), lookup);
          const std::string escape = answer.tells && !is_shared ? "told" : walls.escaped(is_shared);
          CAPTURE(shape.name, calls[column].first, resolution == Resolution::kernel, lookup == Lookupflags::symlink_follow);
          if (!escape.empty()) FAIL_CHECK("the outside was " << escape);
          escapes += !escape.empty();
          answers.push_back(std::string(to_string(answer.error)));
          ++cells;
        }
        std::string text = answers[0] == answers[1] ? answers[0] : answers[0] + "/" + answers[1];
        if (prints) std::printf("%-13s", text.c_str());
        std::string expected = shape.answers[column];
        if (const std::size_t bar = expected.find('|'); bar != std::string::npos)
          expected = resolution == Resolution::kernel ? expected.substr(0, bar) : expected.substr(bar + 1);
        if (text != expected) {
          ++differences;
          FAIL_CHECK(shape.name << ", " << calls[column].first << ": " << text << " where " << expected << " is right");
        }
      }
    }
  }
  if (prints) std::printf("\n\n%d cells, %d escapes, %d unexpected answers\n", cells, escapes, differences);
  CHECK(cells == 18 * 13 * 2 * 2);
  CHECK(escapes == 0);
  CHECK(differences == 0);
}

namespace {

/// Directories of a second temporary one, which must be there before they are preopened.
struct Elsewhere {
  TemporaryDirectory elsewhere;
  fs::path second_path = made("second"), sealed_path = made("sealed");

 private:
  fs::path made(const char* name) const {
    fs::create_directory(elsewhere.path() / name);
    return elsewhere.path() / name;
  }
};

/// Two directories that may be changed, 3 and 4, and one that may not, 5.
struct Rooms : Elsewhere, World {
  static constexpr Fd second{4}, sealed{5};

  explicit Rooms(Resolution resolution) : World(resolution, false, {}, {{second_path.string(), "/second"}, {sealed_path.string(), "/sealed", true}}) {
    write_file(inside / "file", "in");
    write_file(outside / "secret", "secret");
    fs::create_symlink("../outside/secret", inside / "relative");
    fs::create_directory(inside / "dir");
    write_file(sealed_path / "file", "sealed");
    fs::create_directory(sealed_path / "dir");
    fs::create_symlink("file", sealed_path / "link");
  }

  Errno rename(Fd from, std::string_view old_path, Fd to, std::string_view new_path) {
    return errno_of(path_rename(state, memory(), from, text(old_path), to, text(new_path)));
  }
  Errno link(Fd from, std::string_view old_path, Fd to, std::string_view new_path, Lookupflags lookup = Lookupflags::none) {
    return errno_of(path_link(state, memory(), from, lookup, text(old_path), to, text(new_path)));
  }
  Expected<Fd> open_in(Fd directory, std::string_view path, Oflags oflags = Oflags::none, Rights rights = Rights::fd_read,
                       Lookupflags lookup = Lookupflags::none, Fdflags flags = Fdflags::none) {
    const auto opened = room<Fd>();
    WASMER_CHECK(path_open(state, memory(), directory, lookup, text(path), oflags, rights, Rights::all, flags, opened));
    return load(opened);
  }
};

}  // namespace

TEST_CASE("names move from one preopened directory to another, and to nowhere else") {
  Rooms rooms(any_resolution());
  CHECK(rooms.link(root, "file", Rooms::second, "linked") == Errno::success);
  CHECK(rooms.rename(root, "file", Rooms::second, "moved") == Errno::success);
  CHECK(fs::equivalent(rooms.second_path / "linked", rooms.second_path / "moved"));
  CHECK_FALSE(fs::exists(rooms.inside / "file"));
  for (const char* out : {"..", "../got", "../sealed/got", "dir/../../got", "/got"}) {
    CHECK(rooms.rename(Rooms::second, "moved", root, out) == Errno::perm);
    CHECK(rooms.link(Rooms::second, "moved", root, out) == Errno::perm);
  }
  for (const char* out : {"../outside/secret", "../../etc/passwd", "/etc/passwd"}) {
    CHECK(rooms.rename(root, out, Rooms::second, "got") == Errno::perm);
    CHECK(rooms.link(root, out, Rooms::second, "got") == Errno::perm);
  }
  CHECK(rooms.link(root, "relative", Rooms::second, "got", Lookupflags::symlink_follow) == Errno::perm);
  CHECK_FALSE(fs::exists(rooms.second_path / "got"));
  CHECK(read_file(rooms.outside / "secret") == "secret");
}

TEST_CASE("a link that is moved to another directory is judged from there") {
  Rooms rooms(any_resolution());
  fs::create_directory(rooms.elsewhere.path() / "outside");
  write_file(rooms.elsewhere.path() / "outside" / "secret", "other secret");
  CHECK(rooms.rename(root, "relative", Rooms::second, "relative") == Errno::success);
  CHECK(errno_of(rooms.open_in(Rooms::second, "relative", Oflags::none, Rights::fd_read, Lookupflags::symlink_follow)) == Errno::perm);
  // Deep enough below, it leads to what is beneath.
  fs::create_directories(rooms.second_path / "deep");
  fs::create_directories(rooms.second_path / "outside");
  write_file(rooms.second_path / "outside" / "secret", "own");
  CHECK(rooms.rename(Rooms::second, "relative", Rooms::second, "deep/relative") == Errno::success);
  const auto own = rooms.open_in(Rooms::second, "deep/relative", Oflags::none, Rights::fd_read, Lookupflags::symlink_follow);
  REQUIRE(own);
  CHECK(rooms.read(own.value(), 10).value() == "own");
}

TEST_CASE("a directory that is moved while it is open opens nothing around its new place") {
  Rooms rooms(any_resolution());
  write_file(rooms.second_path / "file", "second");
  const Fd dir = rooms.open_in(root, "dir", Oflags::directory).value();
  CHECK(rooms.rename(root, "dir", Rooms::second, "dir") == Errno::success);
  CHECK(errno_of(rooms.open_in(dir, "../file")) == Errno::perm);
  CHECK(rooms.rename(dir, "../file", root, "got") == Errno::perm);
  CHECK(errno_of(rooms.open_in(dir, "new", Oflags::creat)) == Errno::success);
  CHECK(fs::exists(rooms.second_path / "dir" / "new"));
}

TEST_CASE("a read-only directory, and what is opened from it, withstands every call that changes anything") {
  Rooms rooms(any_resolution());
  const auto seen = [&] {
    std::map<std::string, std::string> all;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(rooms.sealed_path)) {
      struct stat host {};
      REQUIRE(::lstat(entry.path().c_str(), &host) == 0);
      all[entry.path()] = std::to_string(host.st_ino) + " " + std::to_string(host.st_nlink) + " " + std::to_string(host.st_size) + " " +
                          std::to_string(host.st_blocks) + " " + std::to_string(host.st_mtim.tv_nsec) + (S_ISREG(host.st_mode) ? read_file(entry.path()) : "");
    }
    return all;
  };
  const auto before = seen();
  auto& state = rooms.state;
  constexpr Fd sealed = Rooms::sealed;
  const auto at = [&](std::string_view path) { return rooms.text(path); };
  const auto memory = [&] { return rooms.memory(); };

  // By path, from it and into it.
  for (const Lookupflags lookup : lookups)
    for (const char* path : {"file", "link"}) {
      for (const Oflags oflags : {Oflags::trunc, Oflags::creat | Oflags::trunc, Oflags::creat | Oflags::excl, Oflags::trunc | Oflags::excl})
        CHECK(errno_of(rooms.open_in(sealed, path, oflags, Rights::fd_read, lookup)) == Errno::rofs);
      for (const Rights rights : {Rights::fd_write, Rights::fd_allocate, Rights::fd_filestat_set_size, read_write})
        CHECK(errno_of(rooms.open_in(sealed, path, Oflags::none, rights, lookup)) == Errno::rofs);
      CHECK(errno_of(rooms.open_in(sealed, path, Oflags::none, Rights::none, lookup, Fdflags::append)) == Errno::rofs);
      CHECK(errno_of(path_filestat_set_times(state, memory(), sealed, lookup, at(path), 1, 1, Fstflags::atim | Fstflags::mtim)) == Errno::rofs);
      CHECK(rooms.link(sealed, path, root, "got", lookup) == Errno::rofs);
      CHECK(rooms.link(sealed, path, sealed, "got", lookup) == Errno::rofs);
      CHECK(rooms.link(root, "file", sealed, "got", lookup) == Errno::rofs);
    }
  CHECK(errno_of(rooms.open_in(sealed, "new", Oflags::creat)) == Errno::rofs);
  CHECK(errno_of(rooms.open_in(sealed, "dir/new", Oflags::creat, read_write)) == Errno::rofs);
  for (const char* path : {"file", "link", "dir", "new"}) {
    CHECK(rooms.rename(sealed, path, root, "got") == Errno::rofs);
    CHECK(rooms.rename(sealed, path, sealed, "got") == Errno::rofs);
    CHECK(rooms.rename(root, "file", sealed, path) == Errno::rofs);
    CHECK(errno_of(path_create_directory(state, memory(), sealed, at(path))) == Errno::rofs);
    CHECK(errno_of(path_remove_directory(state, memory(), sealed, at(path))) == Errno::rofs);
    CHECK(errno_of(path_unlink_file(state, memory(), sealed, at(path))) == Errno::rofs);
    CHECK(errno_of(path_symlink(state, memory(), at("file"), sealed, at(path))) == Errno::rofs);
  }

  // By a descriptor of a file in it, of a directory in it, and of itself.
  const auto written = rooms.room<Size>();
  const auto piece = rooms.vector_of(rooms.text("xyz").address, 3);
  const Fd file = rooms.open_in(sealed, "file").value(), dir = rooms.open_in(sealed, "dir", Oflags::directory).value();
  CHECK(errno_of(fd_write(state, memory(), file, piece, written)) == Errno::badf);
  CHECK(errno_of(fd_pwrite(state, memory(), file, piece, 0, written)) == Errno::badf);
  CHECK(errno_of(fd_filestat_set_size(state, memory(), file, 0)) == Errno::badf);
  CHECK(errno_of(fd_allocate(state, memory(), file, 0, 10'000)) == Errno::badf);
  for (const Fd fd : {file, dir, sealed})
    CHECK(errno_of(fd_filestat_set_times(state, memory(), fd, 1, 1, Fstflags::atim | Fstflags::mtim)) == Errno::rofs);
  CHECK(errno_of(fd_fdstat_set_rights(state, memory(), file, Rights::fd_read | Rights::fd_write, Rights::none)) == Errno::notcapable);
  CHECK(errno_of(rooms.open_in(dir, "new", Oflags::creat)) == Errno::rofs);
  CHECK(rooms.rename(root, "file", dir, "got") == Errno::rofs);
  // By another number it is still what it was.
  REQUIRE(fd_renumber(state, memory(), file, rooms.open_in(root, "file", Oflags::none, read_write).value()));
  REQUIRE(fd_renumber(state, memory(), sealed, root));
  CHECK(errno_of(rooms.open_in(root, "new", Oflags::creat, read_write)) == Errno::rofs);

  CHECK(seen() == before);
  CHECK(read_file(rooms.inside / "file") == "in");
  CHECK_FALSE(fs::exists(rooms.inside / "got"));
}

TEST_CASE("names that another thread swaps while they are resolved lead nowhere else") {
  const Resolution resolution = any_resolution();
  const char* const wanted = std::getenv("WASMER_ESCAPE_TRIES");
  const long tries = wanted != nullptr ? std::atol(wanted) : 100'000;
  World world(resolution);
  write_file(world.outside / "secret", "secret");
  write_file(world.outside / "victim", "victim");
  write_file(world.inside / "file", "in");
  fs::create_symlink("../outside/secret", world.inside / "filelink");
  fs::create_directories(world.inside / "dir");
  write_file(world.inside / "dir" / "secret", "in");
  fs::create_symlink("../outside", world.inside / "dirlink");
  fs::create_directories(world.inside / "from" / "leaves");
  write_file(world.inside / "from" / "secret", "in");
  const auto secret_time = fs::last_write_time(world.outside / "secret");

  // What is a file or a directory at one moment is a link outside at the next; and one directory itself goes out and comes back.
  std::atomic<bool> stop = false;
  std::thread swapper([&, file = (world.inside / "file").string(), filelink = (world.inside / "filelink").string(), dir = (world.inside / "dir").string(),
                       dirlink = (world.inside / "dirlink").string(), leaves = (world.inside / "from" / "leaves").string(),
                       left = (world.outside / "leaves").string()] {
    for (unsigned i = 0; !stop; ++i) {
      (void)::renameat2(AT_FDCWD, file.c_str(), AT_FDCWD, filelink.c_str(), RENAME_EXCHANGE);
      (void)::renameat2(AT_FDCWD, dir.c_str(), AT_FDCWD, dirlink.c_str(), RENAME_EXCHANGE);
      (void)(i % 2 == 0 ? ::rename(leaves.c_str(), left.c_str()) : ::rename(left.c_str(), leaves.c_str()));
    }
  });

  constexpr Lookupflags follow = Lookupflags::symlink_follow;
  constexpr std::array<const char*, 4> read_paths{"file", "dir/secret", "from/leaves/../secret", "from/leaves/../../dir/secret"};
  std::array<long, 9> worked{}, escapes{};
  for (long i = 0; i < tries; ++i) {
    const std::size_t kind = static_cast<std::size_t>(i) % worked.size();
    if (kind < read_paths.size()) {
      const auto fd = world.open(read_paths[kind], Oflags::none, Rights::fd_read, follow);
      if (!fd) continue;
      escapes[kind] += world.read(fd.value(), 10).value() != "in";
      (void)world.close(fd.value());
    } else if (kind == 4) {
      const auto fd = world.open("dir/new", Oflags::creat, read_write, follow);
      if (!fd) continue;
      (void)world.close(fd.value());
    } else if (kind == 5) {
      const bool unlinked = path_unlink_file(world.state, world.memory(), root, world.text(i % 2 == 0 ? "dir/victim" : "from/leaves/../victim")).has_value();
      escapes[kind] += unlinked;  // there is none beneath
    } else if (kind == 6) {
      if (!path_filestat_set_times(world.state, world.memory(), root, follow, world.text("file"), 1, 1, Fstflags::mtim)) continue;
    } else if (kind == 7) {
      if (!path_link(world.state, world.memory(), root, follow, world.text("file"), root, world.text("linked"))) continue;
      escapes[kind] += read_file(world.inside / "linked") != "in";
      fs::remove(world.inside / "linked");
    } else {
      const auto at = world.room<Snapshot1::Filestat>();
      if (!path_filestat_get<Snapshot1>(world.state, world.memory(), root, follow, world.text("file"), at)) continue;
      escapes[kind] += world.load(at).type != Filetype::regular_file || world.load(at).size != 2;
    }
    ++worked[kind];
  }
  stop = true;
  swapper.join();

  CHECK(escapes == std::array<long, 9>{});
  for (const long count : worked) CHECK(count > 0);
  CHECK_FALSE(fs::exists(world.outside / "new"));
  CHECK(read_file(world.outside / "secret") == "secret");
  CHECK(read_file(world.outside / "victim") == "victim");
  CHECK(fs::last_write_time(world.outside / "secret") == secret_time);
  CHECK(fs::hard_link_count(world.outside / "secret") == 1);
  if (std::getenv("WASMER_PRINT_ESCAPES") != nullptr) {
    std::printf("%s: %ld tries, %ld escapes; worked:", resolution == Resolution::kernel ? "openat2" : "walk", tries,
                std::accumulate(escapes.begin(), escapes.end(), 0L));
    for (const long count : worked) std::printf(" %ld", count);
    std::printf("\n");
  }
}
