#include <wasmer/abi/wasi/calls/file.hpp>

#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <unistd.h>

#include <wasmer/abi/wasi/memory_filesystem.hpp>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

namespace {

/// A file of ten bytes, open for both.
struct FileWorld : World {
  FileWorld() {
    write_file(inside / "file", "0123456789");
    fd = open("file", Oflags::none, read_write).value();
  }
  Fd fd;

  Expected<Filesize> seek(std::int64_t delta, std::uint32_t whence) {
    const auto at = room<Filesize>();
    WASMER_CHECK(fd_seek<Snapshot1>(state, memory(), fd, delta, whence, at));
    return load(at);
  }
};

}  // namespace

TEST_CASE("what is written is read again") {
  FileWorld world;
  CHECK(world.write(world.fd, "abc").value() == 3);
  CHECK(world.read(world.fd, 4).value() == "3456");
  CHECK(read_file(world.inside / "file") == "abc3456789");
}

TEST_CASE("reading at the end of a file gives nothing") {
  FileWorld world;
  CHECK(world.read(world.fd, 100).value() == "0123456789");
  CHECK(world.read(world.fd, 100).value().empty());
}

TEST_CASE("several buffers are one read and one write, and empty ones take no room") {
  FileWorld world;
  const GuestText a = world.text("ab"), b = world.text("cde");
  const GuestSpan<Iovec> vectors{1024, 300};
  for (std::uint32_t i = 0; i < 300; ++i) (void)world.memory().store(GuestPointer<Iovec>{1024 + 8 * i}, {0, 0});
  (void)world.memory().store(GuestPointer<Iovec>{1024}, {a.address, a.count});
  (void)world.memory().store(GuestPointer<Iovec>{1024 + 8 * 299}, {b.address, b.count});
  const auto count = world.room<Size>();
  REQUIRE(errno_of(fd_write(world.state, world.memory(), world.fd, vectors, count)) == Errno::success);
  CHECK(world.load(count) == 5);
  CHECK(read_file(world.inside / "file") == "abcde56789");
}

TEST_CASE("more buffers than one call takes give a short write") {
  FileWorld world;
  const GuestText letter = world.text("x");
  const std::uint32_t many = static_cast<std::uint32_t>(IoBuffers::limit) + 50;
  for (std::uint32_t i = 0; i < many; ++i) (void)world.memory().store(GuestPointer<Iovec>{4096 + 8 * i}, {letter.address, 1});
  const auto count = world.room<Size>();
  REQUIRE(errno_of(fd_write(world.state, world.memory(), world.fd, {4096, many}, count)) == Errno::success);
  CHECK(world.load(count) == IoBuffers::limit);
}

TEST_CASE("a buffer that leaves the guest's memory is fault, and nothing is read or written") {
  FileWorld world;
  const auto count = world.room<Size>();
  for (const Iovec bad : {Iovec{0xFFFF'FFFF, 1}, Iovec{8, 0xFFFF'FFFF}, Iovec{65'535, 2}, Iovec{65'537, 0}}) {
    const auto at = world.room<Iovec>();
    (void)world.memory().store(at, bad);
    CHECK(errno_of(fd_write(world.state, world.memory(), world.fd, {at.address, 1}, count)) == Errno::fault);
    CHECK(errno_of(fd_read(world.state, world.memory(), world.fd, {at.address, 1}, count)) == Errno::fault);
  }
  CHECK(errno_of(fd_write(world.state, world.memory(), world.fd, {8, 0xFFFF'FFFF}, count)) == Errno::fault);
  CHECK(errno_of(fd_write(world.state, world.memory(), world.fd, {0xFFFF'FFF8, 2}, count)) == Errno::fault);
  const GuestText text = world.text("zz");
  CHECK(errno_of(fd_write(world.state, world.memory(), world.fd, world.vector_of(text.address, 2), {65'533})) == Errno::fault);
  CHECK(read_file(world.inside / "file") == "0123456789");
  CHECK(world.read(world.fd, 2).value() == "01");
}

TEST_CASE("pread and pwrite leave the position where it is") {
  FileWorld world;
  const GuestBytes buffer = world.buffer(4);
  const auto count = world.room<Size>();
  REQUIRE(fd_pread(world.state, world.memory(), world.fd, world.vector_of(buffer.address, 4), 8, count));
  CHECK(world.load(buffer, world.load(count)) == "89");
  const GuestText text = world.text("XY");
  REQUIRE(fd_pwrite(world.state, world.memory(), world.fd, world.vector_of(text.address, 2), 4, count));
  CHECK(world.read(world.fd, 10).value() == "0123XY6789");
  CHECK(errno_of(fd_pread(world.state, world.memory(), world.fd, world.vector_of(buffer.address, 4), ~Filesize{0}, count)) == Errno::inval);
}

TEST_CASE("seeking goes by each version's numbers") {
  FileWorld world;
  CHECK(world.seek(-1, 2).value() == 9);
  CHECK(world.seek(-4, 1).value() == 5);
  CHECK(world.seek(3, 0).value() == 3);
  const auto at = world.room<Filesize>();
  REQUIRE(fd_seek<Snapshot0>(world.state, world.memory(), world.fd, -2, 1, at));
  CHECK(world.load(at) == 8);
  REQUIRE(fd_seek<Snapshot0>(world.state, world.memory(), world.fd, -2, 0, at));
  CHECK(world.load(at) == 6);
  REQUIRE(fd_seek<Snapshot0>(world.state, world.memory(), world.fd, 2, 2, at));
  CHECK(world.load(at) == 2);
  REQUIRE(fd_tell(world.state, world.memory(), world.fd, at));
  CHECK(world.load(at) == 2);
}

TEST_CASE("a position before the beginning, and a whence that does not exist, are inval") {
  FileWorld world;
  CHECK(errno_of(world.seek(-1, 0)) == Errno::inval);
  CHECK(errno_of(world.seek(0, 3)) == Errno::inval);
  CHECK(errno_of(world.seek(0, 0xFFFF'FFFF)) == Errno::inval);
}

TEST_CASE("a file's size is set, and set within what a file can have") {
  FileWorld world;
  REQUIRE(fd_filestat_set_size(world.state, world.memory(), world.fd, 3));
  CHECK(read_file(world.inside / "file") == "012");
  REQUIRE(fd_allocate(world.state, world.memory(), world.fd, 2, 4));
  CHECK(std::filesystem::file_size(world.inside / "file") == 6);
  CHECK(errno_of(fd_filestat_set_size(world.state, world.memory(), world.fd, ~Filesize{0})) == Errno::inval);
  CHECK(errno_of(fd_allocate(world.state, world.memory(), world.fd, ~Filesize{0}, 1)) == Errno::inval);
  CHECK(errno_of(fd_allocate(world.state, world.memory(), world.fd, 0, 0)) == Errno::inval);
}

TEST_CASE("a file's state is laid out as each version has it") {
  FileWorld world;
  const auto now = world.room<Snapshot1::Filestat>();
  REQUIRE(fd_filestat_get<Snapshot1>(world.state, world.memory(), world.fd, now));
  CHECK(world.load(now).size == 10);
  CHECK(world.load(now).links == 1);
  CHECK(world.load(now).type == Filetype::regular_file);
  const auto old = world.room<Snapshot0::Filestat>();
  REQUIRE(fd_filestat_get<Snapshot0>(world.state, world.memory(), world.fd, old));
  CHECK(world.load(old).size == 10);
  CHECK(world.load(old).inode == world.load(now).inode);
  CHECK(world.load(old).modified == world.load(now).modified);
  CHECK(errno_of(fd_filestat_get<Snapshot1>(world.state, world.memory(), world.fd, {65'536 - 63})) == Errno::fault);
}

TEST_CASE("a file's times are set one by one, to what is given or to now") {
  FileWorld world;
  const auto at = world.room<Snapshot1::Filestat>();
  REQUIRE(fd_filestat_set_times(world.state, world.memory(), world.fd, 1'000'000'007, 2'000'000'009, Fstflags::atim | Fstflags::mtim));
  REQUIRE(fd_filestat_get<Snapshot1>(world.state, world.memory(), world.fd, at));
  CHECK(world.load(at).accessed == 1'000'000'007);
  CHECK(world.load(at).modified == 2'000'000'009);
  REQUIRE(fd_filestat_set_times(world.state, world.memory(), world.fd, 5, 5, Fstflags::mtim_now));
  REQUIRE(fd_filestat_get<Snapshot1>(world.state, world.memory(), world.fd, at));
  CHECK(world.load(at).accessed == 1'000'000'007);
  CHECK(world.load(at).modified > 1'600'000'000'000'000'000);
  for (const Fstflags bad : {Fstflags::atim | Fstflags::atim_now, Fstflags::mtim | Fstflags::mtim_now, Fstflags{16}, Fstflags{0xFFFF}})
    CHECK(errno_of(fd_filestat_set_times(world.state, world.memory(), world.fd, 0, 0, bad)) == Errno::inval);
}

TEST_CASE("appending can be switched on and off") {
  FileWorld world;
  REQUIRE(fd_fdstat_set_flags(world.state, world.memory(), world.fd, Fdflags::append));
  CHECK(world.write(world.fd, "a").value() == 1);
  REQUIRE(fd_fdstat_set_flags(world.state, world.memory(), world.fd, Fdflags::none));
  CHECK(world.seek(0, 0).value() == 0);
  CHECK(world.write(world.fd, "b").value() == 1);
  CHECK(read_file(world.inside / "file") == "b123456789a");
  CHECK(errno_of(fd_fdstat_set_flags(world.state, world.memory(), world.fd, Fdflags{32})) == Errno::inval);
  CHECK(errno_of(fd_fdstat_set_flags(world.state, world.memory(), world.fd, Fdflags::sync)) == Errno::notsup);
}

TEST_CASE("fdstat tells kind, flags and rights") {
  FileWorld world;
  const auto at = world.room<Fdstat>();
  const Fd appending = world.open("file", Oflags::none, Rights::fd_write, Lookupflags::none, Fdflags::append | Fdflags::dsync).value();
  REQUIRE(fd_fdstat_get(world.state, world.memory(), appending, at));
  CHECK(world.load(at).filetype == Filetype::regular_file);
  CHECK(world.load(at).flags == (Fdflags::append | Fdflags::dsync));
  CHECK(has(world.load(at).rights_base, Rights::fd_write | Rights::fd_seek));
  CHECK_FALSE(has(world.load(at).rights_base, Rights::fd_read));
  REQUIRE(fd_fdstat_get(world.state, world.memory(), root, at));
  CHECK(world.load(at).filetype == Filetype::directory);
  CHECK(world.load(at).flags == Fdflags::none);
  CHECK(world.load(at).rights_inheriting == Rights::all);
}

TEST_CASE("a file opened for one direction refuses the other with badf") {
  FileWorld world;
  const Fd reading = world.open("file", Oflags::none, Rights::fd_read).value();
  CHECK(errno_of(world.write(reading, "x")) == Errno::badf);
  CHECK(errno_of(fd_filestat_set_size(world.state, world.memory(), reading, 0)) == Errno::badf);
  CHECK(errno_of(fd_allocate(world.state, world.memory(), reading, 0, 100)) == Errno::badf);
  const Fd writing = world.open("file", Oflags::none, Rights::fd_write).value();
  CHECK(errno_of(world.read(writing, 1)) == Errno::badf);
}

TEST_CASE("a directory is read, written and sought with isdir") {
  World world;
  const auto count = world.room<Size>();
  const auto vector = world.vector_of(world.buffer(8).address, 8);
  CHECK(errno_of(fd_read(world.state, world.memory(), root, vector, count)) == Errno::isdir);
  CHECK(errno_of(fd_write(world.state, world.memory(), root, vector, count)) == Errno::isdir);
  CHECK(errno_of(fd_tell(world.state, world.memory(), root, world.room<Filesize>())) == Errno::isdir);
  CHECK(errno_of(fd_advise(world.state, world.memory(), root, 0, 0, Advice::normal)) == Errno::isdir);
}

TEST_CASE("a file can be flushed and advised about") {
  FileWorld world;
  CHECK(fd_sync(world.state, world.memory(), world.fd).has_value());
  CHECK(fd_datasync(world.state, world.memory(), world.fd).has_value());
  CHECK(fd_sync(world.state, world.memory(), root).has_value());
  for (std::uint32_t advice = 0; advice < 6; ++advice) CHECK(fd_advise(world.state, world.memory(), world.fd, 0, 10, Advice{advice}).has_value());
  CHECK(errno_of(fd_advise(world.state, world.memory(), world.fd, 0, 10, Advice{6})) == Errno::inval);
  CHECK(errno_of(fd_advise(world.state, world.memory(), world.fd, ~Filesize{0}, 10, Advice::normal)) == Errno::inval);
}

TEST_CASE("every call on a descriptor that is not open is badf") {
  World world;
  const Fd bad = GENERATE(Fd{4}, Fd{1023}, Fd{0x8000'0000}, Fd{0xFFFF'FFFF});
  const auto count = world.room<Size>();
  const auto vector = world.vector_of(8, 0);
  CHECK(errno_of(fd_read(world.state, world.memory(), bad, vector, count)) == Errno::badf);
  CHECK(errno_of(fd_write(world.state, world.memory(), bad, vector, count)) == Errno::badf);
  CHECK(errno_of(fd_pread(world.state, world.memory(), bad, vector, 0, count)) == Errno::badf);
  CHECK(errno_of(fd_pwrite(world.state, world.memory(), bad, vector, 0, count)) == Errno::badf);
  CHECK(errno_of(fd_seek<Snapshot1>(world.state, world.memory(), bad, 0, 0, world.room<Filesize>())) == Errno::badf);
  CHECK(errno_of(fd_sync(world.state, world.memory(), bad)) == Errno::badf);
  CHECK(errno_of(fd_fdstat_get(world.state, world.memory(), bad, world.room<Fdstat>())) == Errno::badf);
  CHECK(errno_of(fd_close(world.state, world.memory(), bad)) == Errno::badf);
  CHECK(errno_of(fd_renumber(world.state, world.memory(), root, bad)) == Errno::badf);
  CHECK(errno_of(fd_readdir(world.state, world.memory(), bad, world.buffer(64), 0, count)) == Errno::badf);
}

TEST_CASE("the embedder's own descriptors keep their flags, and stay open when the guest closes them") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  std::vector<std::byte> bytes(64);
  Store store;
  const WaitingGuest memory(bytes, store);
  (void)memory.store(GuestPointer<Iovec>{0}, {16, 8});
  Options<FS> options;
  options.in = ends[0];
  auto state = State<FS>::make(options).value();
  REQUIRE(fd_fdstat_set_flags(state, memory, Fd{0}, Fdflags::nonblock));
  CHECK((::fcntl(ends[0], F_GETFL) & O_NONBLOCK) == 0);
  CHECK(errno_of(fd_read(state, memory, Fd{0}, {0, 1}, {8})) == Errno::again);
  REQUIRE(::write(ends[1], "abc", 3) == 3);
  REQUIRE(fd_read(state, memory, Fd{0}, {0, 1}, {8}));
  CHECK(memory.load(GuestPointer<Size>{8}) == 3u);
  REQUIRE(fd_close(state, memory, Fd{0}));
  CHECK(::fcntl(ends[0], F_GETFD) != -1);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("a pipe has no position") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  std::vector<std::byte> bytes(64);
  Store store;
  const WaitingGuest memory(bytes, store);
  Options<FS> options;
  options.out = ends[1];
  auto state = State<FS>::make(options).value();
  CHECK(errno_of(fd_seek<Snapshot1>(state, memory, Fd{1}, 0, 1, {0})) == Errno::spipe);
  CHECK(errno_of(fd_filestat_set_size(state, memory, Fd{1}, 0)) == Errno::inval);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("a terminal is what isatty looks for: a character device without a position") {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  REQUIRE(terminal >= 0);
  std::vector<std::byte> bytes(64);
  Store store;
  const WaitingGuest memory(bytes, store);
  Options<FS> options;
  options.out = terminal;
  options.err = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  auto state = State<FS>::make(options).value();
  REQUIRE(fd_fdstat_get(state, memory, Fd{1}, {0}));
  auto fdstat = memory.load(GuestPointer<Fdstat>{0}).value();
  CHECK(fdstat.filetype == Filetype::character_device);
  CHECK_FALSE(any(fdstat.rights_base & (Rights::fd_seek | Rights::fd_tell)));
  REQUIRE(fd_fdstat_get(state, memory, Fd{2}, {0}));
  fdstat = memory.load(GuestPointer<Fdstat>{0}).value();
  CHECK(fdstat.filetype == Filetype::character_device);
  CHECK(has(fdstat.rights_base, Rights::fd_seek | Rights::fd_tell));
  ::close(terminal);
  ::close(options.err.descriptor());
}

TEST_CASE("what a full pipe cannot take is left to the next write") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const int room = ::fcntl(ends[0], F_SETPIPE_SZ, 4096);
  REQUIRE(room >= 4096);
  std::vector<std::byte> bytes(1 << 17);
  Store store;
  const WaitingGuest memory(bytes, store);
  (void)memory.store(GuestPointer<Iovec>{0}, {64, 1 << 16});
  Options<FS> options;
  options.out = ends[1];
  auto state = State<FS>::make(options).value();
  REQUIRE(errno_of(fd_write(state, memory, Fd{1}, {0, 1}, {8})) == Errno::success);
  CHECK(memory.load(GuestPointer<Size>{8}) == 4096u);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("opening a pipe by its name does not wait for its other end, and reading waits for bytes") {
  World world;
  REQUIRE(::mkfifo((world.inside / "pipe").c_str(), 0600) == 0);
  const Fd in = world.open("pipe").value();
  const Fd out = world.open("pipe", Oflags::none, Rights::fd_write).value();
  REQUIRE(world.write(out, "through") );
  CHECK(world.read(in, 64).value() == "through");
}

TEST_CASE("a read of two gigabytes in memory is interrupted half way, and so is a write") {
  using M = MemoryFilesystem;
  constexpr std::uint32_t buffers = 120, each = 16 << 20;
  std::vector<std::byte> bytes((buffers * 8) + each + 64);
  Store store;
  const WaitingGuest memory(bytes, store);
  // All buffers are the same piece of memory.
  for (std::uint32_t i = 0; i < buffers; ++i) (void)memory.store(GuestPointer<Iovec>{64 + 8 * i}, {64 + 8 * buffers, each});
  M files(MemoryLimits{.bytes = std::uint64_t{4} << 30});
  REQUIRE(files.write_file("large", ""));
  auto state = State<M>::make({.preopens = {{"/", "/"}}, .filesystem = files}).value();
  Path path;
  REQUIRE(path.assign("large"));
  auto opened = files.open(files.preopen("/").value(), path, {.read = true, .write = true}).value();
  REQUIRE(opened.resize(Filesize{buffers} * each));
  const Fd fd = state.files().insert(std::make_shared<OpenFile<State<M>::File>>(std::move(opened), Filetype::regular_file, file_rights, Rights::none, false)).value();

  using Clock = std::chrono::steady_clock;
  const auto late = [&](auto&& call) {
    Clock::time_point interrupted;
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      interrupted = Clock::now();
      store.interrupt();
    });
    const Errno error = errno_of(call());
    const auto ended = Clock::now();
    other.join();
    store.resume();
    CHECK(error == Errno::intr);
    return std::chrono::duration<double, std::milli>(ended - interrupted).count();
  };
  const double read = late([&] { return fd_read(state, memory, fd, {64, buffers}, {8}); });
  const double read_at = late([&] { return fd_pread(state, memory, fd, {64, buffers}, 0, {8}); });
  const double written = late([&] { return fd_pwrite(state, memory, fd, {64, buffers}, 0, {8}); });
  std::printf("interrupted in memory: a read after %.1f ms, a read at an offset after %.1f ms, a write after %.1f ms\n", read, read_at, written);
  // All of it would take several times as long, even where the machine is shared.
  CHECK(std::max({read, read_at, written}) < 200);
}

TEST_CASE("what is read and written in parts is whole, and in its place") {
  World world;
  std::string text((11 << 20) + 5, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 2654435761u >> 13);
  world.bytes.resize(16 << 20);
  write_file(world.inside / "large", text);
  const Fd fd = world.open("large", Oflags::none, read_write).value();
  const std::uint32_t at = 1 << 20, size = static_cast<std::uint32_t>(text.size());
  const auto guest_text = [&] { return std::string_view(reinterpret_cast<const char*>(world.bytes.data()) + at, size); };
  // In two pieces, of which the first ends within a part.
  (void)world.memory().store(GuestPointer<Iovec>{1024}, {at, 5'000'001});
  (void)world.memory().store(GuestPointer<Iovec>{1032}, {at + 5'000'001, size - 5'000'001});
  REQUIRE(fd_read(world.state, world.memory(), fd, {1024, 2}, {8}));
  CHECK(world.load(GuestPointer<Size>{8}) == size);
  CHECK((guest_text() == text));
  REQUIRE(fd_pread(world.state, world.memory(), fd, {1024, 2}, 1, {8}));
  CHECK(world.load(GuestPointer<Size>{8}) == size - 1);
  CHECK((guest_text().substr(0, size - 1) == text.substr(1)));
  REQUIRE(fd_pwrite(world.state, world.memory(), fd, {1024, 2}, 3, {8}));
  CHECK(world.load(GuestPointer<Size>{8}) == size);
  CHECK((read_file(world.inside / "large").substr(3, size - 1) == text.substr(1)));
  CHECK(std::filesystem::file_size(world.inside / "large") == size + 3);
}
