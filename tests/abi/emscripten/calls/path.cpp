// Beside the calls, the sandbox: every shape of path in every call that takes one. Whatever it answers, nothing outside is read, made, changed or removed.
#include <wasmer/abi/emscripten/calls/path.hpp>

#include <array>
#include <map>
#include <set>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;
using namespace wasmer::tests;
namespace fs = std::filesystem;

namespace {

void write_file(const fs::path& path, std::string_view text) { std::ofstream(path) << text; }

/// All that can be seen of what lies outside.
std::map<std::string, std::string> seen(const fs::path& outside) {
  std::map<std::string, std::string> all;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(outside)) {
    struct stat host {};
    REQUIRE(::lstat(entry.path().c_str(), &host) == 0);
    std::string text = std::to_string(host.st_ino) + " " + std::to_string(host.st_mode) + " " + std::to_string(host.st_nlink) + " " + std::to_string(host.st_mtim.tv_nsec);
    if (entry.is_regular_file()) text += tests::read_file(entry.path());
    all[entry.path().string()] = text;
  }
  return all;
}

/// inside/{file, dir/, links…} beside outside/{secret, empty/}.
struct Walls : EmWorld {
  Walls() {
    write_file(outside / "secret", "secret");
    fs::create_directory(outside / "empty");
    write_file(inside / "file", "in");
    fs::create_directory(inside / "dir");
    fs::create_symlink(outside / "secret", inside / "absolute");
    fs::create_symlink("../outside/secret", inside / "relative");
    fs::create_symlink("../outside", inside / "todir");
    fs::create_symlink("..", inside / "up");
    fs::create_symlink("loop", inside / "loop");
  }
};

struct Call {
  const char* name;
  Number (*call)(EmWorld&, GuestString);
};
constexpr std::uint32_t room = 40'000;
const std::array calls{
    Call{"open", [](EmWorld& w, GuestString p) { return emscripten::open(w.state, w.guest(), p, O_RDONLY, 0); }},
    Call{"open to write", [](EmWorld& w, GuestString p) { return emscripten::open(w.state, w.guest(), p, O_RDWR | O_CREAT | O_TRUNC, 0666); }},
    Call{"openat", [](EmWorld& w, GuestString p) { return emscripten::openat(w.state, w.guest(), at_cwd, p, O_RDONLY | O_DIRECTORY, 0); }},
    Call{"creat", [](EmWorld& w, GuestString p) { return emscripten::creat(w.state, w.guest(), p, 0666); }},
    Call{"stat", [](EmWorld& w, GuestString p) { return emscripten::stat(w.state, w.guest(), p, room); }},
    Call{"access", [](EmWorld& w, GuestString p) { return emscripten::access(w.state, w.guest(), p, 4); }},
    Call{"mkdir", [](EmWorld& w, GuestString p) { return emscripten::mkdir(w.state, w.guest(), p, 0777); }},
    Call{"mknod", [](EmWorld& w, GuestString p) { return emscripten::mknod(w.state, w.guest(), p, S_IFREG | 0666, 0); }},
    Call{"rmdir", [](EmWorld& w, GuestString p) { return emscripten::rmdir(w.state, w.guest(), p); }},
    Call{"rename from", [](EmWorld& w, GuestString p) { return emscripten::rename(w.state, w.guest(), p, w.text("/inside/new")); }},
    Call{"rename to", [](EmWorld& w, GuestString p) { return emscripten::rename(w.state, w.guest(), w.text("/inside/file"), p); }},
    Call{"link from", [](EmWorld& w, GuestString p) { return emscripten::linkat(w.state, w.guest(), at_cwd, p, at_cwd, w.text("/inside/hard"), AT_SYMLINK_FOLLOW); }},
    Call{"link to", [](EmWorld& w, GuestString p) { return emscripten::link(w.state, w.guest(), w.text("/inside/file"), p); }},
    Call{"symlink at", [](EmWorld& w, GuestString p) { return emscripten::symlink(w.state, w.guest(), w.text("file"), p); }},
    Call{"truncate", [](EmWorld& w, GuestString p) { return emscripten::truncate(w.state, w.guest(), p, 0); }},
    Call{"chmod", [](EmWorld& w, GuestString p) { return emscripten::chmod(w.state, w.guest(), p, 0); }},
    Call{"utimensat", [](EmWorld& w, GuestString p) { return emscripten::utimensat(w.state, w.guest(), at_cwd, p, 0, 0); }},
    Call{"chdir", [](EmWorld& w, GuestString p) { return emscripten::chdir(w.state, w.guest(), p); }},
    Call{"statfs", [](EmWorld& w, GuestString p) { return emscripten::statfs(w.state, w.guest(), p, 64, room); }},
    Call{"unlink", [](EmWorld& w, GuestString p) { return emscripten::unlink(w.state, w.guest(), p); }},
};

}  // namespace

TEST_CASE("no path leads outside, in any call") {
  for (const Call& call : calls) {
    for (const char* const shape : {"/inside/../outside/secret", "/inside/relative", "/inside/absolute", "/inside/todir/secret", "/inside/todir/empty", "/inside/up/outside/secret",
                                    "/inside/up/outside/new", "/inside/todir/new", "/inside/dir/../../outside/secret", "/inside/todir/", "/inside/todir/.", "/inside/loop", "HOST/secret",
                                    "HOST/new", "/etc/passwd", "/proc/self/environ", "../../../../../../etc/passwd"}) {
      Walls world;
      const auto before = seen(world.outside);
      std::string path = shape;
      if (path.starts_with("HOST")) path = (world.outside / path.substr(5)).string();
      const Number answer = call.call(world, world.text(path));
      INFO(call.name << " " << shape << ": " << (answer ? "success" : to_string(answer.assume_error())));
      CHECK(seen(world.outside) == before);
      // What succeeds concerns the link itself, or the file system in memory.
      const bool leads_out = std::string_view(shape).starts_with("/inside/") && std::string_view(shape).find("todir/") != std::string_view::npos && !std::string_view(shape).ends_with("/");
      if (leads_out && std::string_view(call.name) != "statfs") CHECK_FALSE(answer);  // that answers the same for whatever it is asked of
      if (answer && std::string_view(call.name).starts_with("open")) {
        const GuestBytes bytes{world.take(16), 16};
        const Number got = emscripten::read(world.state, world.guest(), static_cast<Fd>(answer.assume_value()), bytes);
        CHECK((!got || world.bytes_at(bytes.address, 6) != "secret"));
      }
    }
  }
}

TEST_CASE("links that lead outside are refused with perm, those that go round with loop") {
  Walls world;
  const auto open = [&](std::string_view path) { return error_of(emscripten::open(world.state, world.guest(), world.text(path), O_RDONLY, 0)); };
  CHECK(open("/inside/relative") == Errno::perm);
  CHECK(open("/inside/absolute") == Errno::perm);
  CHECK(open("/inside/todir/secret") == Errno::perm);
  CHECK(open("/inside/loop") == Errno::loop);
  CHECK(open("/inside/../outside/secret") == Errno::noent);
  CHECK(open((world.outside / "secret").string()) == Errno::noent);
  CHECK(open("/inside/file/x") == Errno::notdir);
  CHECK(open("/inside/file") == Errno::success);
}

TEST_CASE("a symbolic link with an absolute text is refused, others are made and read") {
  Walls world;
  CHECK(error_of(emscripten::symlink(world.state, world.guest(), world.text("/etc/passwd"), world.text("/inside/link"))) == Errno::perm);
  CHECK(emscripten::symlink(world.state, world.guest(), world.text("file"), world.text("/inside/link")).value() == 0);
  const GuestBytes bytes{world.take(16), 16};
  CHECK(emscripten::readlink(world.state, world.guest(), world.text("/inside/link"), bytes).value() == 4);
  CHECK(world.bytes_at(bytes.address, 4) == "file");
  CHECK(error_of(emscripten::readlink(world.state, world.guest(), world.text("/inside/file"), bytes)) == Errno::inval);
}

TEST_CASE("nothing is changed in a directory that is read-only") {
  EmWorld world({}, true);
  write_file(world.inside / "file", "in");
  const auto text = [&](std::string_view path) { return world.text(path); };
  CHECK(error_of(emscripten::open(world.state, world.guest(), text("/inside/new"), O_CREAT | O_RDONLY, 0)) == Errno::rofs);
  CHECK(error_of(emscripten::open(world.state, world.guest(), text("/inside/file"), O_RDWR, 0)) == Errno::rofs);
  CHECK(error_of(emscripten::open(world.state, world.guest(), text("/inside/file"), O_RDONLY, 0)) == Errno::success);
  CHECK(error_of(emscripten::mkdir(world.state, world.guest(), text("/inside/d"), 0)) == Errno::rofs);
  CHECK(error_of(emscripten::unlink(world.state, world.guest(), text("/inside/file"))) == Errno::rofs);
  CHECK(error_of(emscripten::chmod(world.state, world.guest(), text("/inside/file"), 0)) == Errno::rofs);
  CHECK(error_of(emscripten::utimensat(world.state, world.guest(), at_cwd, text("/inside/file"), 0, 0)) == Errno::rofs);
  CHECK(error_of(emscripten::access(world.state, world.guest(), text("/inside/file"), W_OK)) == Errno::rofs);
  CHECK(read_file(world.inside / "file") == "in");
}

TEST_CASE("paths are found from the working directory and from open ones") {
  Walls world;
  CHECK(emscripten::chdir(world.state, world.guest(), world.text("/inside")).value() == 0);
  const GuestBytes bytes{world.take(32), 32};
  CHECK(emscripten::getcwd(world.state, world.guest(), bytes).value() == 8);
  CHECK(world.string_at(bytes.address) == "/inside");
  CHECK(error_of(emscripten::getcwd(world.state, world.guest(), {bytes.address, 7})) == Errno::range);
  CHECK(emscripten::stat(world.state, world.guest(), world.text("file"), room).value() == 0);
  const Fd dir = static_cast<Fd>(emscripten::open(world.state, world.guest(), world.text("dir"), O_RDONLY | O_DIRECTORY, 0).value());
  CHECK(emscripten::mkdirat(world.state, world.guest(), dir, world.text("sub"), 0777).value() == 0);
  CHECK(fs::is_directory(world.inside / "dir" / "sub"));
  CHECK(emscripten::fchdir(world.state, world.guest(), dir).value() == 0);
  CHECK(emscripten::rmdir(world.state, world.guest(), world.text("sub")).value() == 0);
  CHECK(error_of(emscripten::chdir(world.state, world.guest(), world.text("/inside/file"))) == Errno::notdir);
  CHECK(error_of(emscripten::fstatat(world.state, world.guest(), Fd{99}, world.text("x"), room, 0)) == Errno::badf);
  CHECK(emscripten::fstatat(world.state, world.guest(), dir, world.text(""), room, AT_EMPTY_PATH).value() == 0);
}

TEST_CASE("devices are there, whatever is mapped, and are what they are called") {
  EmWorld world;
  const auto open = [&](std::string_view path, std::int32_t flags) { return emscripten::open(world.state, world.guest(), world.text(path), flags, 0); };
  const Fd null = static_cast<Fd>(open("/dev/null", O_RDWR).value()), random = static_cast<Fd>(open("/dev/urandom", O_RDONLY).value());
  const GuestBytes bytes{world.take(16), 16};
  CHECK(emscripten::write(world.state, world.guest(), null, bytes).value() == 16);
  CHECK(emscripten::read(world.state, world.guest(), null, bytes).value() == 0);
  CHECK(emscripten::read(world.state, world.guest(), random, bytes).value() == 16);
  CHECK(world.bytes_at(bytes.address, 16) != std::string(16, '\0'));
  CHECK(emscripten::stat(world.state, world.guest(), world.text("/dev/null"), room).value() == 0);
  CHECK((world.load<std::uint32_t>(room + 4) & S_IFMT) == S_IFCHR);
  CHECK(error_of(open("/dev/null/x", O_RDONLY)) == Errno::notdir);
  CHECK(error_of(open("/dev/null", O_RDWR | O_CREAT | O_EXCL)) == Errno::exist);
  CHECK(error_of(open("/dev/sda", O_RDONLY)) == Errno::noent);
  EmWorld closed({.in = -1});
  CHECK(error_of(emscripten::open(closed.state, closed.guest(), closed.text("/dev/stdin"), O_RDONLY, 0)) == Errno::noent);
}

TEST_CASE("standard streams are the embedder's strings, by their numbers and by their names") {
  std::string out;
  EmWorld world({.in = "first second", .out = &out});
  const GuestBytes six{world.take(6), 6};
  CHECK(emscripten::read(world.state, world.guest(), Fd{0}, six).value() == 6);
  CHECK(world.bytes_at(six.address, 6) == "first ");
  const Fd in = static_cast<Fd>(emscripten::open(world.state, world.guest(), world.text("/dev/stdin"), O_RDONLY, 0).value());
  CHECK(emscripten::read(world.state, world.guest(), in, six).value() == 6);
  CHECK(emscripten::read(world.state, world.guest(), in, six).value() == 0);
  const Fd tty = static_cast<Fd>(emscripten::open(world.state, world.guest(), world.text("/dev/tty"), O_WRONLY, 0).value());
  CHECK(emscripten::write(world.state, world.guest(), tty, six).value() == 6);
  CHECK(emscripten::close(world.state, world.guest(), tty).value() == 0);
  CHECK(emscripten::write(world.state, world.guest(), Fd{1}, six).value() == 6);
  CHECK(out == "secondsecond");
}

TEST_CASE("times are set as they are given") {
  Walls world;
  const std::uint32_t times = world.put(std::array<std::int64_t, 4>{100, 5, 200, 0x3FFFFFFE});
  CHECK(emscripten::utimensat(world.state, world.guest(), at_cwd, world.text("/inside/file"), times, 0).value() == 0);
  struct stat host {};
  REQUIRE(::stat((world.inside / "file").c_str(), &host) == 0);
  CHECK(host.st_atim.tv_sec == 100);
  CHECK(host.st_atim.tv_nsec == 5);
  CHECK(host.st_mtim.tv_sec != 200);
  const std::uint32_t wrong = world.put(std::array<std::int64_t, 4>{-1, 0, 0, 0});
  CHECK(error_of(emscripten::utimensat(world.state, world.guest(), at_cwd, world.text("/inside/file"), wrong, 0)) == Errno::inval);
}

TEST_CASE("file systems have Emscripten's numbers") {
  EmWorld world;
  CHECK(emscripten::statfs(world.state, world.guest(), world.text("/"), 64, room).value() == 0);
  CHECK(world.load<std::uint32_t>(room + 4) == 4096);
  CHECK(world.load<std::uint32_t>(room + 8) == 1'000'000);
  CHECK(world.load<std::uint32_t>(room + 36) == 255);
  CHECK(error_of(emscripten::statfs(world.state, world.guest(), world.text("/"), 8, room)) == Errno::inval);
}
