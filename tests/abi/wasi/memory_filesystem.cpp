// What memory has of its own; what it has in common with other file systems is in conformance.cpp.
#include <wasmer/abi/wasi/memory_filesystem.hpp>

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>
#include <sys/mman.h>

#include <wasmer/abi/wasi.hpp>
#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>

#include "../../corpus.hpp"
#include "conformance.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

static_assert(Abi<Wasi<Latest, MemoryFilesystem>>);

TEST_CASE("the embedder puts files in, reads them and lists them") {
  MemoryFilesystem memory;
  REQUIRE(memory.write_file("/a/b/file", "text"));
  REQUIRE(memory.write_file("a/other", std::string("nul\0inside", 10)));
  CHECK(memory.read_file("a/b/file").value() == "text");
  CHECK(memory.read_file("//a//other").value() == std::string("nul\0inside", 10));
  CHECK(memory.list("/").value() == std::vector<std::string>{"a"});
  CHECK(memory.list("a").value() == std::vector<std::string>{"b", "other"});
  REQUIRE(memory.write_file("a/other", "short"));
  CHECK(memory.read_file("a/other").value() == "short");
  REQUIRE(memory.create_directories("/x/y/z/"));
  REQUIRE(memory.create_directories("x/y"));
  REQUIRE(memory.create_directories("/"));
  CHECK(memory.list("x/y").value() == std::vector<std::string>{"z"});
}

TEST_CASE("the embedder's mistakes have an errno, and change nothing") {
  MemoryFilesystem memory;
  REQUIRE(memory.write_file("file", "text"));
  CHECK(errno_of(memory.read_file("nothing")) == Errno::noent);
  CHECK(errno_of(memory.read_file("/")) == Errno::isdir);
  CHECK(errno_of(memory.read_file("file/")) == Errno::notdir);
  CHECK(errno_of(memory.list("file")) == Errno::notdir);
  CHECK(errno_of(memory.write_file("file/x", "")) == Errno::notdir);
  CHECK(errno_of(memory.write_file("x/", "")) == Errno::isdir);
  CHECK(errno_of(memory.write_file("../x", "")) == Errno::perm);
  CHECK(errno_of(memory.create_directories("file")) == Errno::exist);
  CHECK(errno_of(memory.preopen("file")) == Errno::notdir);
  CHECK(errno_of(memory.preopen("nothing")) == Errno::noent);
  CHECK(errno_of(memory.preopen("")) == Errno::noent);
  CHECK(memory.list("/").value() == std::vector<std::string>{"file"});
}

TEST_CASE("copies are of the same files, and others are not") {
  MemoryFilesystem memory;
  const MemoryFilesystem copy = memory, other;
  REQUIRE(memory.write_file("file", "text"));
  CHECK(copy.read_file("file").value() == "text");
  CHECK(errno_of(other.read_file("file")) == Errno::noent);
}

TEST_CASE("what is removed makes room again") {
  MemoryFilesystem memory({.bytes = 100'000, .nodes = 10});
  const auto root = memory.preopen("/").value();
  for (int i = 0; i < 100; ++i) {
    REQUIRE(memory.write_file("file", std::string(80'000, 'x')));
    Path path = path_of("file");
    REQUIRE(memory.unlink(root, path));
  }
  CHECK(memory.used_bytes() == 0);
  CHECK(memory.used_nodes() == 1);
  CHECK(errno_of(memory.write_file("file", std::string(200'000, 'x'))) == Errno::nospc);
}

namespace {

/// A program that copies `in/file` to `out`, and says on its standard output how long it was.
constexpr const char* copies_file = R"((module
  (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "in/fileout")
  (data (i32.const 16) "\00\10\00\00\00\10\00\00")
  (func $check (param i32) (if (local.get 0) (then (call $exit (local.get 0)))))
  (func (export "_start")
    (call $check (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 7) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 32)))
    (call $check (call $open (i32.const 3) (i32.const 0) (i32.const 7) (i32.const 3) (i32.const 1) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 36)))
    (call $check (call $read (i32.load (i32.const 32)) (i32.const 16) (i32.const 1) (i32.const 20)))
    (call $check (call $write (i32.load (i32.const 36)) (i32.const 16) (i32.const 1) (i32.const 40)))
    (call $check (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 40)))
    (call $exit (i32.add (i32.const 100) (i32.load (i32.const 40)))))))";

}  // namespace

TEST_CASE("a guest works on files that are in memory alone, and its embedder gets what it left") {
  MemoryFilesystem memory;
  REQUIRE(memory.write_file("work/in/file", "seven"));
  const Runtime<Singlepass, Wasi<Latest, MemoryFilesystem>> runtime;
  const auto module = runtime.compile(wat(copies_file).value()).value();
  const Descriptor out(::memfd_create("out", MFD_CLOEXEC));
  const auto instance = runtime.instantiate(module, {.preopens = {{"/work", "/"}}, .out = out.number(), .filesystem = memory}).value();
  REQUIRE(memory.write_file("work/in/file", "eleven"));  // seen by a program that is there already
  CHECK(instance.start().value() == 106);
  CHECK(memory.read_file("work/out").value() == "eleven");
  CHECK(memory.list("work").value() == std::vector<std::string>{"in", "out"});
  CHECK(read_at(HostFile::borrow(out.number()), 20, 0).value() == "eleven");
}

TEST_CASE("every program of the WASI test suite passes in memory") {
  REQUIRE_CORPUS();
  namespace fs = std::filesystem;
  const Runtime<Singlepass, Wasi<Latest, MemoryFilesystem>> runtime;
  int programs = 0;
  for (const char* folder : {"c", "rust", "assemblyscript"})
    for (const fs::directory_entry& found : fs::directory_iterator(corpus("wasi-testsuite") / folder / "testsuite" / "wasm32-wasip1")) {
      const fs::path& program = found.path();
      if (program.extension() != ".wasm") continue;
      ++programs;
      CAPTURE(program);
      nlohmann::json manifest{{"args", nlohmann::json::array()}, {"env", nlohmann::json::object()}};
      if (std::ifstream file(fs::path(program).replace_extension(".json")); file) manifest.update(nlohmann::json::parse(file));

      Wasi<Latest, MemoryFilesystem>::Options options;
      options.args = {program.filename()};
      for (const std::string argument : manifest["args"]) options.args.push_back(argument);
      for (const auto& [name, value] : manifest["env"].items()) options.env.push_back(name + "=" + value.get<std::string>());
      if (manifest.contains("root")) {
        const fs::path given = program.parent_path() / manifest["root"].get<std::string>();
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(given)) {
          const std::string name = entry.path().lexically_relative(given);
          REQUIRE((entry.is_directory() ? options.filesystem.create_directories(name) : options.filesystem.write_file(name, read_file(entry.path()))));
        }
        options.preopens = {{"/", "/"}};
      }
      const Descriptor out(::memfd_create("out", MFD_CLOEXEC)), err(::memfd_create("err", MFD_CLOEXEC));
      options.out = out.number();
      options.err = err.number();

      const auto module = runtime.compile_file(program).value();
      const auto ended = runtime.instantiate(module, options).value().start();
      INFO(read_at(HostFile::borrow(err.number()), 10'000, 0).value());
      CHECK(ended.has_value());
      if (ended) CHECK(ended.value() == manifest.value("exit_code", 0));
      if (manifest.contains("stdout")) CHECK(read_at(HostFile::borrow(out.number()), 100'000, 0).value() == manifest["stdout"].get<std::string>());
    }
  CHECK(programs == 72);
}
