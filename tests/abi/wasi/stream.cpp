#include <wasmer/abi/wasi/stream.hpp>

#include <memory>
#include <stdexcept>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <wasmer/abi/wasi.hpp>
#include <wasmer/abi/wasi/memory_filesystem.hpp>
#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>

#include "../../catch.hpp"

using namespace wasmer;
using namespace wasmer::wasi;

namespace {

static_assert(std::is_convertible_v<int, Input> && std::is_convertible_v<const char*, Input> && std::is_convertible_v<std::string, Input>);
static_assert(std::is_convertible_v<int, Output> && std::is_convertible_v<std::string*, Output> && !std::is_convertible_v<std::string, Output>);
static_assert(!std::is_convertible_v<const std::string*, Output> && !std::is_convertible_v<std::vector<int>, Input>);

/// Copies standard input to standard output, and each piece of it to standard error, in pieces of up to `size`; exits with the errno that ended it, 0 at the end.
std::string copies(int size) {
  const std::string text = std::to_string(size);
  return R"((module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 32)
    (func $check (param i32) (if (local.get 0) (then (call $exit (local.get 0)))))
    (func (export "_start")
      (loop $more
        (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const )" + text + R"())
        (call $check (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 4) (i32.load (i32.const 8)))
        (if (i32.eqz (i32.load (i32.const 4))) (then (call $exit (i32.const 0))))
        (call $check (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
        (loop $rest
          (call $check (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
          (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.load (i32.const 8))))
          (i32.store (i32.const 4) (i32.sub (i32.load (i32.const 4)) (i32.load (i32.const 8))))
          (br_if $rest (i32.load (i32.const 4))))
        (br $more)))))";
}

template <class W = Wasi<Latest>> Result<ExitCode> run(const std::string& text, typename W::Options options) {
  const Runtime<Singlepass, W> runtime;
  WASMER_TRY(const auto module, runtime.compile(wat(text)));
  WASMER_TRY(const auto instance, runtime.instantiate(module, options));
  return instance.start();
}

Buffers one(iovec& buffer, void* data, std::size_t size) {
  buffer = {data, size};
  return {&buffer, 1};
}

}  // namespace

TEST_CASE("a guest reads a text and writes to strings") {
  std::string out = "before ", err;
  CHECK(run(copies(5), {.in = "some text", .out = &out, .err = &err}).value() == 0);
  CHECK(out == "before some text");
  CHECK(err == "some text");
  out.clear();
  CHECK(run<Wasi<Latest, MemoryFilesystem>>(copies(5), {.in = std::string("a\0b", 3), .out = &out, .err = -1}).value() == static_cast<ExitCode>(Errno::badf));
  CHECK(out.empty());
  CHECK(run<Wasi<Latest, MemoryFilesystem>>(copies(5), {.in = std::string("a\0b", 3), .out = &out, .err = &err}).value() == 0);
  CHECK(out == std::string("a\0b", 3));
}

TEST_CASE("a guest reads from a function and writes to functions") {
  int asked = 0;
  std::vector<std::string> told;
  std::string taken;
  const auto give = [&](std::span<std::byte> room) -> std::size_t {
    CHECK(room.size() == 8);
    if (++asked > 3) return 0;
    room[0] = std::byte{'a'}, room[1] = static_cast<std::byte>('0' + asked);
    return 2;
  };
  const auto tell = [&](std::string_view text) { told.emplace_back(text); };
  // It takes a byte at a time, and may be moved but not copied.
  auto take = [&taken, most = std::make_unique<std::size_t>(1)](std::string_view text) -> Expected<Size> {
    taken += text.substr(0, *most);
    return static_cast<Size>(*most);
  };
  CHECK(run(copies(8), {.in = give, .out = std::move(take), .err = tell}).value() == 0);
  CHECK(taken == "a1a2a3");
  CHECK(told == std::vector<std::string>{"a1", "a2", "a3"});
  CHECK(asked == 4);
}

TEST_CASE("what a function answers is the guest's errno; a pipe that nobody reads ends it") {
  std::string out;
  const auto fails = [](std::span<std::byte>) -> Expected<Size> { return Errno::io; };
  CHECK(run(copies(8), {.in = fails, .out = &out}).value() == static_cast<ExitCode>(Errno::io));
  const auto full = [](std::string_view) -> Expected<Size> { return Errno::nospc; };
  CHECK(run(copies(8), {.in = "text", .out = &out, .err = full}).value() == static_cast<ExitCode>(Errno::nospc));
  const auto gone = [](std::string_view) -> Expected<Size> { return Errno::pipe; };
  CHECK(run(copies(8), {.in = "text", .out = &out, .err = gone}).value() == 128 + 13);
  // More than there was room for, or was given, is a mistake that must not reach the guest's memory.
  const auto lies = [](std::span<std::byte> room) { return room.size() + 1; };
  CHECK(run(copies(8), {.in = lies, .out = &out}).value() == static_cast<ExitCode>(Errno::io));
  const auto boasts = [](std::string_view text) { return Expected<Size>(static_cast<Size>(text.size() + 1)); };
  CHECK(run(copies(8), {.in = "text", .out = &out, .err = boasts}).value() == static_cast<ExitCode>(Errno::io));
}

TEST_CASE("what a function throws goes through the guest to the embedder") {
  const auto throws = [](std::string_view) { throw std::runtime_error("enough"); };
  const auto all = [&] { return run(copies(8), {.in = "text", .out = throws, .err = throws}); };
  CHECK_THROWS_WITH(all(), "enough");
}

TEST_CASE("options that are used again give the rest of a text") {
  std::string out;
  const Wasi<Latest>::Options options{.in = "text", .out = &out, .err = -1};
  auto first = Wasi<Latest>::make(options).value();
  auto second = Wasi<Latest>::make(options).value();
  char bytes[3];
  iovec buffer;
  CHECK(first.files().get(Fd{0}).value()->file.read(one(buffer, bytes, 3)).value() == 3);
  CHECK(second.files().get(Fd{0}).value()->file.read(one(buffer, bytes, 3)).value() == 1);
  CHECK(bytes[0] == 't');
  CHECK(first.files().get(Fd{2}).assume_error() == Errno::badf);
}

TEST_CASE("a stream is like a pipe: it has one direction, no position and no size") {
  std::string text;
  const Output out(&text);
  Stream stream = *out.stream();
  char bytes[4]{};
  iovec buffer;
  CHECK(stream.read(one(buffer, bytes, 4)).assume_error() == Errno::badf);
  CHECK(Input("").stream()->write(one(buffer, bytes, 4)).assume_error() == Errno::badf);
  CHECK(stream.read_at(one(buffer, bytes, 4), 0).assume_error() == Errno::spipe);
  CHECK(stream.write_at(one(buffer, bytes, 4), 0).assume_error() == Errno::spipe);
  CHECK(stream.seek(0, Whence::cur).assume_error() == Errno::spipe);
  CHECK(stream.stat().value().type == Filetype::unknown);
  CHECK(stream.resize(0).assume_error() == Errno::inval);
  CHECK(stream.set_times({}).assume_error() == Errno::inval);
  CHECK(stream.sync().assume_error() == Errno::inval);
  CHECK(stream.sync_data().assume_error() == Errno::inval);
  CHECK(stream.allocate(0, 1).assume_error() == Errno::spipe);
  CHECK(stream.advise(0, 1, Advice::normal).assume_error() == Errno::spipe);
  CHECK(stream.list(0, [](const DirectoryEntry&) { return true; }).assume_error() == Errno::notdir);
  CHECK_FALSE(stream.is_terminal());
  CHECK(stream.pollable() == -1);
  CHECK(stream.readable_bytes() == 0);
  CHECK(stream.set_flags(Fdflags::nonblock).has_value());
  CHECK(stream.flags() == Fdflags::nonblock);
  CHECK(stream.set_flags(Fdflags::sync).assume_error() == Errno::notsup);
  CHECK(Output(7).stream() == nullptr);
  CHECK(Output(7).descriptor() == 7);
}
