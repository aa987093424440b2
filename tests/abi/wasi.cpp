// WASI as modules meet it: through the runtime. What each call does is tested beside it, in wasi/calls/.
#include <wasmer/abi/wasi.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>

#include "../catch.hpp"
#include "../process.hpp"

using namespace wasmer;
using wasmer::tests::TemporaryDirectory;

namespace {

using Both = Wasi<Snapshot0, Snapshot1>;

static_assert(Abi<Wasi<Snapshot0>> && Abi<Wasi<Snapshot1>> && Abi<Both> && Abi<Wasi<wasi::HostFilesystem, Latest>>);
static_assert(Wasi<Snapshot0>::imports().size() == 45 && Wasi<Snapshot1>::imports().size() == 47 && Both::imports().size() == 92);
static_assert(disjoint<Wasi<Snapshot0>, Wasi<Snapshot1>>() && !disjoint<Wasi<Snapshot1>, Wasi<Latest>>());
template <class... Spec> concept IsWasi = requires { typename Wasi<Spec...>; };
static_assert(!IsWasi<> && !IsWasi<wasi::HostFilesystem> && !IsWasi<Latest, int>, "at least one version, and nothing but versions and policies");

Module parsed(const char* text) { return parse(wat(text).value(), Features::all()).value(); }

template <class W> Result<ExitCode> run(const char* text, const typename W::Options& options = {}) {
  Runtime<Singlepass, W> runtime;
  WASMER_TRY(const auto module, runtime.compile(wat(text)));
  WASMER_TRY(const auto instance, runtime.instantiate(module, options));
  return instance.start();
}

std::string read_all(int descriptor) {
  std::string text(static_cast<std::size_t>(::lseek(descriptor, 0, SEEK_END)), '\0');
  REQUIRE(::pread(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
  return text;
}

constexpr const char* hello = R"((module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\06\00\00\00hello\n")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))
    (call $exit (i32.load (i32.const 20))))))";

}  // namespace

TEST_CASE("a program writes to its standard output and ends with its code") {
  const int out = ::memfd_create("out", MFD_CLOEXEC);
  CHECK(run<Wasi<Latest>>(hello, {.out = out}).value() == 6);
  CHECK(read_all(out) == "hello\n");
  ::close(out);
}

TEST_CASE("a program that returns has ended well") {
  CHECK(run<Wasi<Latest>>(R"((module (memory (export "memory") 1) (func (export "_start"))))").value() == 0);
}

TEST_CASE("a library without a program is initialized") {
  CHECK(run<Wasi<Latest>>(R"((module (func (export "_initialize"))))").value() == 0);
  const auto neither = run<Wasi<Latest>>("(module)");
  REQUIRE_FALSE(neither.has_value());
  CHECK(neither.error().id() == ErrorId::unknown_export);
}

TEST_CASE("a trap of the program is its own error") {
  const auto ended = run<Wasi<Latest>>(R"((module (func (export "_start") unreachable)))");
  REQUIRE_FALSE(ended.has_value());
  CHECK(ended.error().id() == ErrorId::unreachable);
}

TEST_CASE("a program that sleeps for an hour is interrupted in its sleep") {
  const Runtime<Singlepass, Wasi<Latest>> runtime;
  const auto module = runtime.compile(R"((module
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start")
      (i32.store (i32.const 16) (i32.const 1))
      (i64.store (i32.const 24) (i64.const 3600000000000))
      (drop (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128))))))").value();
  const auto instance = runtime.instantiate(module).value();
  std::jthread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    instance.interrupt();
  });
  const auto ended = instance.start();
  REQUIRE_FALSE(ended.has_value());
  CHECK(ended.error().message() == "trap: interrupted");
}

TEST_CASE("a program without a memory gets fault for every address") {
  CHECK(run<Wasi<Latest>>(R"((module
    (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (func (export "_start") (call $exit (call $random (i32.const 0) (i32.const 1))))))").value() == static_cast<int>(wasi::Errno::fault));
}

TEST_CASE("calls with more arguments than registers get all of them") {
  TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "0123456789";
  // path_open's nine, then the size of what was opened.
  CHECK(run<Wasi<Latest>>(R"((module
    (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_filestat_get" (func $stat (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "file")
    (func (export "_start")
      (if (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 8))
        (then unreachable))
      (if (call $stat (i32.load (i32.const 8)) (i32.const 64)) (then unreachable))
      (call $exit (i32.load (i32.const 96))))))", {.preopens = {{directory.path(), "/"}}}).value() == 10);
}

TEST_CASE("Latest refuses a module of an older version and says so") {
  constexpr const char* old = R"((module (import "wasi_unstable" "proc_exit" (func (param i32))) (func (export "_start"))))";
  const auto refused = run<Wasi<Latest>>(old);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().id() == ErrorId::wrong_abi);
  CHECK(refused.error().stage() == Stage::unlinkable);
  CHECK(refused.error().detail() == "this module asks for wasi_unstable; Wasi<Latest> runs wasi_snapshot_preview1 only");
  CHECK(run<Wasi<Snapshot0>>(old).value() == 0);
  CHECK(run<Both>(old).value() == 0);
  CHECK(run<Wasi<Snapshot0>>(hello).error().detail() == "this module asks for wasi_snapshot_preview1; Wasi<Snapshot0> runs wasi_unstable only");
}

TEST_CASE("a function that WASI does not have is an unknown import") {
  const auto refused = run<Both>(R"((module (import "wasi_snapshot_preview1" "fd_fly" (func))))");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().id() == ErrorId::unknown_import);
  const auto too_new = run<Both>(R"((module (import "wasi_unstable" "sock_accept" (func (param i32 i32 i32) (result i32)))))");
  CHECK(too_new.error().id() == ErrorId::unknown_import);
}

TEST_CASE("a function imported with another type is refused") {
  const auto refused = run<Wasi<Latest>>(R"((module (import "wasi_snapshot_preview1" "fd_seek" (func (param i32 i32 i32 i32) (result i32)))))");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().id() == ErrorId::incompatible_import_type);
}

TEST_CASE("in a module that imports two versions each import is answered by its own") {
  TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "0123456789";
  // The same file through both: whence 0 is `cur` in one, `set` in the other, and the sizes stand at 24 and at 32.
  CHECK(run<Both>(R"((module
    (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_seek" (func $seek1 (param i32 i64 i32 i32) (result i32)))
    (import "wasi_unstable" "fd_seek" (func $seek0 (param i32 i64 i32 i32) (result i32)))
    (import "wasi_unstable" "fd_filestat_get" (func $stat0 (param i32 i32) (result i32)))
    (import "wasi_unstable" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "file")
    (func (export "_start") (local $fd i32)
      (drop (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 8)))
      (local.set $fd (i32.load (i32.const 8)))
      (drop (call $seek1 (local.get $fd) (i64.const 3) (i32.const 0) (i32.const 16)))
      (drop (call $seek0 (local.get $fd) (i64.const 2) (i32.const 0) (i32.const 16)))
      (drop (call $stat0 (local.get $fd) (i32.const 64)))
      (call $exit (i32.add (i32.mul (i32.const 10) (i32.load (i32.const 16))) (i32.load (i32.const 88)))))))",
                  {.preopens = {{directory.path(), "/"}}}).value() == 5 * 10 + 10);
}

TEST_CASE("the version of a module goes by its functions' namespaces, and is never Latest") {
  const Module one = parsed(R"((module (import "env" "memory" (memory 1)) (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))))");
  CHECK(wasi_version(one) == WasiVersion::snapshot1);
  CHECK(wasi_version(one, true) == WasiVersion::snapshot1);
  const Module mixed = parsed(R"((module (import "env" "f" (func)) (import "wasi_unstable" "sched_yield" (func (result i32)))
                                         (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))))");
  CHECK(wasi_version(mixed) == WasiVersion::snapshot0);
  CHECK_FALSE(wasi_version(mixed, true).has_value());
  const Module two = parsed(R"((module (import "wasi_unstable" "sched_yield" (func (result i32))) (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))))");
  CHECK(wasi_version(two) == WasiVersion::snapshot0);
  CHECK_FALSE(wasi_version(two, true).has_value());
  const Module none = parsed(R"((module (import "wasi_unstable" "memory" (memory 1))))");
  CHECK_FALSE(wasi_version(none).has_value());
  CHECK_FALSE(wasi_version(none, true).has_value());
}

TEST_CASE("a module matches the versions that it imports from") {
  const Module module = parsed(R"((module (import "wasi_unstable" "sched_yield" (func (result i32)))))");
  CHECK(Wasi<Snapshot0>::matches(module));
  CHECK(Both::matches(module));
  CHECK_FALSE(Wasi<Snapshot1>::matches(module));
  CHECK_FALSE(Wasi<Latest>::matches(module));
}

TEST_CASE("two instances of one state share its open files") {
  Runtime<Singlepass, Wasi<Latest>> runtime;
  const auto module = runtime.compile(wat(R"((module
    (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (func (export "_start") (call $exit (call $close (i32.const 3))))))")).value();
  const auto state = std::make_shared<Wasi<Latest>::State>(Wasi<Latest>::make({.preopens = {{".", "/"}}}).value());
  const auto first = runtime.instantiate(module, {}, state).value(), second = runtime.instantiate(module, {}, state).value();
  CHECK(first.start().value() == 0);
  CHECK(second.start().value() == static_cast<int>(wasi::Errno::badf));
}

TEST_CASE("a program whose output nobody reads any more ends as a Unix tool does, and its host goes on") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  CHECK(run<Wasi<Latest>>(hello, {.out = ends[1]}).value() == 128 + 13);
  ::close(ends[1]);
}
