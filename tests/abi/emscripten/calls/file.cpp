#include <wasmer/abi/emscripten/calls/file.hpp>

#include <wasmer/abi/emscripten/calls/path.hpp>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;
using namespace wasmer::tests;

namespace {

Fd opened_at(EmWorld& world, std::string_view path, std::int32_t flags = O_RDWR | O_CREAT) {
  return static_cast<Fd>(emscripten::open(world.state, world.guest(), world.text(path), flags, 0666).value());
}
GuestBytes buffer(EmWorld& world, std::string_view text) { return {world.text(text).address, static_cast<std::uint32_t>(text.size())}; }

}  // namespace

TEST_CASE("what is written is read again, in memory and on the host") {
  EmWorld world;
  for (const char* const path : {"/tmp/file", "/inside/file"}) {
    const Fd fd = opened_at(world, path);
    CHECK(emscripten::write(world.state, world.guest(), fd, buffer(world, "some text")).value() == 9);
    CHECK(emscripten::lseek(world.state, world.guest(), fd, 5, 0).value() == 5);
    const GuestBytes room = buffer(world, "        ");
    CHECK(emscripten::read(world.state, world.guest(), fd, room).value() == 4);
    CHECK(world.bytes_at(room.address, 4) == "text");
    CHECK(emscripten::pread(world.state, world.guest(), fd, room, {}, {1}).value() == 8);
    CHECK(world.bytes_at(room.address, 8) == "ome text");
    CHECK(emscripten::pwrite(world.state, world.guest(), fd, buffer(world, "S"), {}, {0}).value() == 1);
    CHECK(emscripten::ftruncate(world.state, world.guest(), fd, 4).value() == 0);
    CHECK(error_of(emscripten::ftruncate(world.state, world.guest(), fd, -1)) == Errno::inval);
    CHECK(emscripten::close(world.state, world.guest(), fd).value() == 0);
    CHECK(error_of(emscripten::close(world.state, world.guest(), fd)) == Errno::badf);
  }
  CHECK(read_file(world.inside / "file") == "Some");
}

TEST_CASE("memory that is not the guest's is a fault, and a file is used as it was opened") {
  EmWorld world;
  const Fd fd = opened_at(world, "/tmp/file"), reading = opened_at(world, "/tmp/file", O_RDONLY), writing = opened_at(world, "/tmp/file", O_WRONLY);
  CHECK(error_of(emscripten::read(world.state, world.guest(), fd, {0xFFFF'0000, 100})) == Errno::fault);
  CHECK(error_of(emscripten::write(world.state, world.guest(), fd, {0, 0xFFFF'FFFF})) == Errno::fault);
  CHECK(error_of(emscripten::readv(world.state, world.guest(), fd, {0xFFFF'0000, 2})) == Errno::fault);
  CHECK(error_of(emscripten::write(world.state, world.guest(), reading, buffer(world, "x"))) == Errno::badf);
  CHECK(error_of(emscripten::read(world.state, world.guest(), writing, buffer(world, "x"))) == Errno::badf);
  CHECK(error_of(emscripten::pread(world.state, world.guest(), fd, buffer(world, "x"), {}, {-1})) == Errno::inval);
}

TEST_CASE("vectors gather and scatter") {
  EmWorld world;
  const Fd fd = opened_at(world, "/tmp/file");
  const GuestBytes a = buffer(world, "ab"), b = buffer(world, "cde");
  const std::uint32_t vectors = world.put(std::array<std::uint32_t, 4>{a.address, a.count, b.address, b.count});
  CHECK(emscripten::writev(world.state, world.guest(), fd, {vectors, 2}).value() == 5);
  CHECK(emscripten::preadv(world.state, world.guest(), fd, {vectors, 2}, {1}).value() == 4);
  CHECK(world.bytes_at(a.address, 2) == "bc");
  const std::uint32_t count = world.take(4);
  CHECK(emscripten::fd_write(world.state, world.guest(), fd, {vectors, 1}, {count}).value() == 0);
  CHECK(world.load<std::uint32_t>(count) == 2);
  CHECK(emscripten::fd_read(world.state, world.guest(), Fd{99}, {vectors, 1}, {count}).value() == 8);
}

TEST_CASE("duplicates are one file, and take the number that is wanted") {
  EmWorld world;
  const Fd fd = opened_at(world, "/tmp/file");
  const Fd other = static_cast<Fd>(emscripten::dup(world.state, world.guest(), fd).value());
  CHECK(emscripten::write(world.state, world.guest(), fd, buffer(world, "abc")).value() == 3);
  CHECK(emscripten::lseek(world.state, world.guest(), other, 0, 1).value() == 3);
  CHECK(emscripten::dup2(world.state, world.guest(), fd, Fd{40}).value() == 40);
  CHECK(error_of(emscripten::dup2(world.state, world.guest(), fd, Fd{1'000'000})) == Errno::badf);
  CHECK(error_of(emscripten::dup2(world.state, world.guest(), Fd{77}, Fd{3})) == Errno::badf);
  CHECK(emscripten::dup2(world.state, world.guest(), fd, fd).value() == static_cast<std::int32_t>(fd));
  CHECK(error_of(emscripten::dup3(world.state, world.guest(), fd, fd, 0)) == Errno::inval);
  CHECK(emscripten::fcntl_old(world.state, world.guest(), fd, F_DUPFD, 50).value() == 50);
  CHECK(error_of(emscripten::fcntl_old(world.state, world.guest(), fd, F_DUPFD, 5000)) == Errno::inval);
}

TEST_CASE("flags are told and set") {
  EmWorld world;
  const Fd fd = opened_at(world, "/tmp/file", O_WRONLY | O_CREAT | O_APPEND);
  CHECK(emscripten::fcntl_old(world.state, world.guest(), fd, F_GETFL, 0).value() == (O_WRONLY | O_APPEND));
  CHECK(emscripten::fcntl_old(world.state, world.guest(), fd, F_SETFL, O_NONBLOCK).value() == 0);
  CHECK(emscripten::fcntl(world.state, world.guest(), fd, F_GETFL, {0}).value() == (O_WRONLY | O_NONBLOCK));
  CHECK(emscripten::fcntl_old(world.state, world.guest(), fd, F_SETLK, 0).value() == 0);
  CHECK(error_of(emscripten::fcntl_old(world.state, world.guest(), fd, 999, 0)) == Errno::inval);
  CHECK(error_of(emscripten::ioctl_old(world.state, world.guest(), fd, 0x5413, world.take(8))) == Errno::notty);
}

TEST_CASE("a pipe has two ends, one for each direction") {
  EmWorld world;
  const std::uint32_t ends = world.take(8);
  REQUIRE(emscripten::pipe(world.state, world.guest(), {ends}).value() == 0);
  const Fd reading{world.load<std::uint32_t>(ends)}, writing{world.load<std::uint32_t>(ends + 4)};
  CHECK(emscripten::write(world.state, world.guest(), writing, buffer(world, "through")).value() == 7);
  CHECK(error_of(emscripten::write(world.state, world.guest(), reading, buffer(world, "x"))) == Errno::badf);
  const GuestBytes room = buffer(world, "          ");
  CHECK(emscripten::read(world.state, world.guest(), reading, room).value() == 7);
  CHECK(emscripten::close(world.state, world.guest(), reading).value() == 0);
  CHECK(error_of(emscripten::write(world.state, world.guest(), writing, buffer(world, "x"))) == Errno::pipe);
  CHECK(error_of(emscripten::pipe(world.state, world.guest(), {0xFFFF'FFFF})) == Errno::fault);
}

TEST_CASE("a signal ends the wait for a pipe") {
  EmWorld world;
  const std::uint32_t ends = world.take(8);
  REQUIRE(emscripten::pipe(world.state, world.guest(), {ends}).value() == 0);
  world.state.actions[2] = {2, 0};
  world.state.signals()->set_caught(2, true);
  world.state.signals()->raise(2);
  CHECK(error_of(emscripten::read(world.state, world.guest(), Fd{world.load<std::uint32_t>(ends)}, buffer(world, "x"))) == Errno::intr);
}

TEST_CASE("a directory is listed in whole entries, and anew after it is rewound") {
  EmWorld world;
  for (const char* const name : {"a", "b", "c"}) opened_at(world, std::string("/tmp/") + name);
  const Fd fd = opened_at(world, "/tmp", O_RDONLY | O_DIRECTORY);
  std::string names;
  const GuestBytes room{world.take(600), 600};
  const auto list = [&] {
    for (;;) {
      const std::int32_t bytes = emscripten::getdents(world.state, world.guest(), fd, room).value();
      if (bytes == 0) break;
      for (std::int32_t at = 0; at < bytes;) {
        const std::uint32_t entry = room.address + static_cast<std::uint32_t>(at);
        names += world.string_at(entry + 19) + " ";
        at += world.load<std::uint16_t>(entry + 16);
      }
    }
  };
  list();
  CHECK(names == ". .. a b c ");
  CHECK(emscripten::llseek(world.state, world.guest(), fd, 0, 0, world.take(8), 0).value() == 0);
  names.clear();
  list();
  CHECK(names == ". .. a b c ");
  CHECK(error_of(emscripten::getdents(world.state, world.guest(), fd, {room.address, 20})) == Errno::inval);
  CHECK(error_of(emscripten::getdents(world.state, world.guest(), opened_at(world, "/tmp/a"), room)) == Errno::notdir);
}

TEST_CASE("a file's state lies as the program's release has it") {
  EmWorld today, old({}, false, true);
  const std::uint32_t a = today.take(96), b = old.take(96);
  const Fd fd = opened_at(today, "/tmp/f"), other = opened_at(old, "/tmp/f");
  CHECK(emscripten::write(today.state, today.guest(), fd, buffer(today, "12345")).value() == 5);
  CHECK(emscripten::write(old.state, old.guest(), other, buffer(old, "12345")).value() == 5);
  CHECK(emscripten::fstat(today.state, today.guest(), fd, a).value() == 0);
  CHECK(emscripten::fstat(old.state, old.guest(), other, b).value() == 0);
  CHECK(today.load<std::uint64_t>(a + 24) == 5);
  CHECK(today.load<std::uint32_t>(a + 4) == (S_IFREG | 0666));
  CHECK(old.load<std::uint32_t>(b + 36) == 5);
  CHECK(old.load<std::uint32_t>(b + 12) == (S_IFREG | 0666));
  CHECK(error_of(emscripten::fstat(old.state, old.guest(), other, 0xFFFF'FFF0)) == Errno::fault);
}
