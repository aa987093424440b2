// What an overlay has of its own; what it has in common with other file systems is in conformance.cpp.
#include <wasmer/abi/wasi/overlay.hpp>

#include <map>

#include <sys/stat.h>

#include <wasmer/abi/wasi.hpp>
#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>

#include "conformance.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;
namespace fs = std::filesystem;

using OverHostFilesystem = Overlay<MemoryFilesystem, HostFilesystem>;
static_assert(Filesystem<OverHostFilesystem> && Filesystem<Overlay<HostFilesystem, HostFilesystem>>);
static_assert(Filesystem<Overlay<MemoryFilesystem, OverHostFilesystem>>);
static_assert(Abi<Wasi<Latest, OverHostFilesystem>>);

namespace {

/// All that can be seen of a directory of the host.
std::map<std::string, std::string> seen(const fs::path& directory) {
  std::map<std::string, std::string> all;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory)) {
    struct stat host {};
    REQUIRE(::lstat(entry.path().c_str(), &host) == 0);
    all[entry.path()] = std::to_string(host.st_ino) + " " + std::to_string(host.st_nlink) + " " + std::to_string(host.st_mtim.tv_sec) + "." +
                        std::to_string(host.st_mtim.tv_nsec) + " " + (S_ISREG(host.st_mode) ? read_file(entry.path()) : "");
  }
  return all;
}

}  // namespace

TEST_CASE("whatever is done to an overlay, the lower stays as it was") {
  OverHost t;
  t.give("file", "text");
  t.give("dir/sub/file", "deep");
  t.give_directory("empty");
  t.give_link("file", "link");
  const auto before = seen(t.below.directory.path());

  const auto file = t.open("file", for_writing).value();
  CHECK(write(file, "changed").value() == 7);
  CHECK(t.text_of("file") == "changed");
  CHECK(t.make("link", "x") == Errno::loop);
  CHECK(errno_of(t.open("link", {.read = false, .write = true, .follow = Follow::yes, .oflags = Oflags::trunc})) == Errno::success);
  CHECK(t.text_of("file").empty());
  CHECK(t.set_times("dir", {Fstflags::mtim, 0, 1}) == Errno::success);
  CHECK(t.set_times("link", {Fstflags::mtim, 0, 1}) == Errno::success);
  CHECK(t.rename("dir", "moved") == Errno::success);
  CHECK(t.text_of("moved/sub/file") == "deep");
  CHECK(t.text_of("dir/sub/file") == "noent");
  CHECK(t.make("moved/sub/file", "other") == Errno::success);
  CHECK(t.link("file", "hard") == Errno::success);
  CHECK(t.rmdir("empty") == Errno::success);
  CHECK(t.mkdir("empty") == Errno::success);
  CHECK(t.make("empty/new", "x") == Errno::success);
  CHECK(t.unlink("link") == Errno::success);
  CHECK(t.mkdir("dir") == Errno::success);
  CHECK(t.list("dir").empty());

  CHECK(seen(t.below.directory.path()) == before);
}

TEST_CASE("what is changed is the upper's, and the embedder reads it there") {
  const TemporaryDirectory directory;
  fs::create_directory(directory.path() / "data");
  write_file(directory.path() / "data" / "file", "text");
  MemoryFilesystem memory;
  const OverHostFilesystem overlay(memory);
  const auto root = overlay.preopen((directory.path() / "data").string()).value();
  Path path = path_of("file"), again = path_of("file");
  REQUIRE(overlay.open(root, path, {}));
  const std::string in_memory = (directory.path() / "data").string();
  CHECK(memory.list(in_memory).value().empty());  // only read
  REQUIRE(write_at(overlay.open(root, again, for_writing).value(), "n", 0));
  CHECK(memory.read_file(in_memory + "/file").value() == "next");
  CHECK(read_file(directory.path() / "data" / "file") == "text");
  REQUIRE(memory.write_file(in_memory + "/put", "in"));
  Path put = path_of("put");
  CHECK(read(overlay.open(root, put, {}).value(), 9).value() == "in");
}

TEST_CASE("what was removed is hidden from every handle of the overlay, and from no other") {
  OverHost t;
  t.give("dir/file", "text");
  CHECK(t.unlink("dir/file") == Errno::success);
  const auto copy = t.filesystem;
  const auto root = copy.preopen(t.root_name()).value();
  Path path = path_of("dir/file"), other_path = path_of("dir/file");
  CHECK(errno_of(copy.open(root, path, {})) == Errno::noent);
  const OverHostFilesystem other;
  CHECK(errno_of(other.open(other.preopen(t.root_name()).value(), other_path, {})) == Errno::success);
}

TEST_CASE("a file of the upper hides a directory of the lower, and the other way round") {
  OverHost t;
  t.give("name/below", "x");
  t.give("other", "x");
  REQUIRE(t.above.write_file(t.below.root_name() + "/name", "above"));
  REQUIRE(t.above.write_file(t.below.root_name() + "/other/above", "y"));
  CHECK(t.text_of("name") == "above");
  CHECK(t.list("other") == std::map<std::string, Filetype>{{"above", Filetype::regular_file}});
  CHECK(t.unlink("name") == Errno::success);
  CHECK(t.text_of("name/below") == "noent");
}

TEST_CASE("a copy that finds no room leaves nothing behind") {
  HostGiven below;
  below.give("file", std::string(100'000, 'x'));
  MemoryFilesystem small({.bytes = 50'000});
  const OverHostFilesystem overlay(small);
  const auto root = overlay.preopen(below.root_name()).value();
  Path path = path_of("file"), again = path_of("file"), cut = path_of("file");
  CHECK(errno_of(overlay.open(root, path, for_writing)) == Errno::nospc);
  CHECK(small.list(below.root_name()).value().empty());
  CHECK(read(overlay.open(root, again, {}).value(), 3).value() == "xxx");
  CHECK(errno_of(overlay.open(root, cut, {.write = true, .oflags = Oflags::trunc})) == Errno::success);  // nothing to copy
}

TEST_CASE("directories of one name are one, and a directory preopened by two names too") {
  OverHost t;
  t.give("dir/file", "x");
  const auto a = t.open("dir").value(), b = t.open("dir").value();
  CHECK(errno_of(t.open_in(a, "new", creating)) == Errno::success);
  CHECK(errno_of(t.open_in(b, "new")) == Errno::success);
  CHECK(t.rename("dir", "moved") == Errno::success);
  CHECK(errno_of(t.open_in(b, "newer", creating)) == Errno::success);
  CHECK(t.list("moved").size() == 3);
  const auto again = t.filesystem.preopen(t.root_name() + "/.").value();
  CHECK(t.list(again).size() == 1);
}

TEST_CASE("a guest writes into a directory of the host that stays untouched") {
  const TemporaryDirectory directory;
  write_file(directory.path() / "file", "text");
  const auto before = seen(directory.path());
  MemoryFilesystem memory;
  const Runtime<Singlepass, Wasi<Latest, OverHostFilesystem>> runtime;
  // Appends to "file", makes "new", removes "file", and exits with the size that it had.
  const auto module = runtime.compile(wat(R"((module
    (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_filestat_get" (func $stat (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "filenew")
    (data (i32.const 16) "\00\00\00\00\04\00\00\00")
    (func $check (param i32) (if (local.get 0) (then (call $exit (local.get 0)))))
    (func (export "_start")
      (call $check (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 0) (i64.const 64) (i64.const 0) (i32.const 1) (i32.const 32)))
      (call $check (call $write (i32.load (i32.const 32)) (i32.const 16) (i32.const 1) (i32.const 40)))
      (call $check (call $stat (i32.load (i32.const 32)) (i32.const 64)))
      (call $check (call $open (i32.const 3) (i32.const 0) (i32.const 4) (i32.const 3) (i32.const 1) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 36)))
      (call $check (call $write (i32.load (i32.const 36)) (i32.const 16) (i32.const 1) (i32.const 40)))
      (call $check (call $unlink (i32.const 3) (i32.const 0) (i32.const 4)))
      (call $exit (i32.add (i32.const 100) (i32.load (i32.const 96)))))))").value()).value();
  const auto instance = runtime.instantiate(module, {.preopens = {{directory.path(), "/"}}, .filesystem = OverHostFilesystem(memory)}).value();
  CHECK(instance.start().value() == 108);
  CHECK(seen(directory.path()) == before);
  CHECK(memory.list(directory.path().string()).value() == std::vector<std::string>{"new"});
  CHECK(memory.read_file(directory.path().string() + "/new").value() == "file");
}
