#include <wasmer/abi/wasi/trace.hpp>

#include <string>
#include <vector>

#include <wasmer/abi/wasi.hpp>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::wasi;

namespace {

struct Lines {
  static inline std::vector<std::string> all;
  static void trace(std::string_view line) { all.emplace_back(line); }
};
static_assert(Tracer<Lines> && Tracer<TraceToStderr> && !Tracer<NoTrace> && !Tracer<HostFilesystem>);
static_assert(Abi<Wasi<Latest, Lines>> && Abi<Wasi<Snapshot0, HostFilesystem, Lines>>);
static_assert(Wasi<Latest>::imports()[0].adapter != Wasi<Latest, Lines>::imports()[0].adapter);
static_assert(parameter_names("path_link") == "old_fd old_flags old_path new_fd new_path" && parameter_names("no_such_call").empty());

/// Calls as a guest does, in a world.
class Guest {
 public:
  tests::World world;

  Guest() {
    context_.memory = {world.bytes.data(), world.bytes.size()};
    context_.store = &world.store;
    Lines::all.clear();
  }
  template <wasi::detail::Name name, auto function, class... Numbers> auto call(Numbers... numbers) {
    Caller caller(context_);
    return Traced<name, function, Lines>::call(&world.state, caller, numbers...);
  }

 private:
  vm::Context context_;
};

}  // namespace

TEST_CASE("a line tells a call's arguments by name, what it gave, and its errno") {
  Guest guest;
  tests::World& world = guest.world;
  tests::write_file(world.inside / "a.txt", "some text");
  const GuestText path = world.text("a.txt"), missing = world.text("no\n\"file\"\x01");
  const auto opened = world.room<Fd>();
  guest.call<"path_open", &path_open<tests::FS>>(3u, 1u, path.address, path.count, 0u, std::uint64_t{2}, std::uint64_t{0}, 4u, opened.address);
  guest.call<"path_open", &path_open<tests::FS>>(3u, 0u, missing.address, missing.count, 12u, std::uint64_t{2}, std::uint64_t{0}, 0x40u, opened.address);
  guest.call<"fd_close", &fd_close<tests::FS>>(77u);
  guest.call<"sched_yield", &sched_yield<tests::FS>>();
  REQUIRE(Lines::all.size() == 4);
  CHECK(Lines::all[0] == "path_open(fd=3, dirflags=symlink_follow, path=\"a.txt\", oflags=none, fs_rights_base=0x2, fs_rights_inheriting=0x0, fdflags=nonblock, "
                         "opened_fd=[4]) = success");
  CHECK(Lines::all[1].starts_with("path_open(fd=3, dirflags=none, path=\"no\\n\\\"file\\\"\\x01\", oflags=excl|trunc, "));
  CHECK(Lines::all[1].find("fdflags=0x40, ") != std::string::npos);
  CHECK(Lines::all[1].ends_with(") = inval (Invalid argument)"));
  CHECK(Lines::all[2] == "fd_close(fd=77) = badf (Bad file descriptor)");
  CHECK(Lines::all[3] == "sched_yield() = success");
}

TEST_CASE("what a guest writes is shown, the beginning of it; what it reads into is not") {
  Guest guest;
  tests::World& world = guest.world;
  const GuestText text = world.text("hello\n" + std::string(100, 'x'));
  const auto pieces = world.room<std::array<Iovec, 2>>();
  const auto count = world.room<Size>();
  store_at<std::array<Iovec, 2>>(std::span(world.bytes).subspan(pieces.address), 0, {Iovec{text.address, 6}, Iovec{text.address, 106}});
  (void)guest.call<"fd_write", &fd_write<tests::FS>>(99u, pieces.address, 2u, count.address);
  guest.call<"fd_read", &fd_read<tests::FS>>(99u, pieces.address, 2u, count.address);
  guest.call<"fd_read", &fd_read<tests::FS>>(99u, 0xFFFF'FFF0u, 9u, 0xFFFF'FFFFu);
  REQUIRE(Lines::all.size() == 3);
  CHECK(Lines::all[0] == "fd_write(fd=99, iovs=[\"hello\\n\" 6, 106], nwritten=[0]) = badf (Bad file descriptor)");
  CHECK(Lines::all[1] == "fd_read(fd=99, iovs=[6, 106], nread=[0]) = badf (Bad file descriptor)");
  CHECK(Lines::all[2] == "fd_read(fd=99, iovs=0xfffffff0[9], nread=0xffffffff) = badf (Bad file descriptor)");
  CHECK(wasi::detail::quoted(std::string(65, 'y')) == "\"" + std::string(64, 'y') + "\"...");
}

TEST_CASE("a call that ends the program has a line too") {
  Guest guest;
  CHECK(guest.call<"proc_exit", &proc_exit<tests::FS>>(3u).has_error());
  CHECK(Lines::all.back() == "proc_exit(rval=3) = ? (the program ends)");
}
