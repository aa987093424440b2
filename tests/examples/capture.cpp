#include "../catch.hpp"
#include "../process.hpp"

using namespace wasmer::tests;

namespace {

constexpr const char* program = WASMER_EXAMPLES "/capture";

}  // namespace

TEST_CASE("the example gives a text, keeps what is written and tells what is complained of") {
  const TemporaryDirectory place;
  place.write("copy.wat", R"((module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1) (data (i32.const 0) "\40\00\00\00\64\00\00\00") (data (i32.const 16) "\20\00\00\00\05\00\00\00") (data (i32.const 32) "oops\0a")
    (func (export "_start")
      (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 4)))
      (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (drop (call $write (i32.const 2) (i32.const 16) (i32.const 1) (i32.const 8)))
      (call $exit (i32.const 3)))))");
  const Outcome outcome = run({program, "copy.wat", "some text"}, place.path());
  CHECK(outcome.code == 0);
  CHECK(outcome.out == "exit code 3, 9 bytes:\nsome text");
  CHECK(outcome.err == "it complains: oops\n");
  CHECK(run({program, "copy.wat"}, place.path()).out == "exit code 3, 0 bytes:\n");
  CHECK(run({program}, place.path()).code == 2);
}
