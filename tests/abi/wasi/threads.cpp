// Programs with several threads, whole: what one of them does to the others.
#include <wasmer/abi/wasi/threads.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include <wasmer/abi/wasi.hpp>
#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>

#include "../../catch.hpp"

using namespace wasmer;

namespace {

using W = Wasi<Latest>;

/// A program whose first thread does `first`, and any other, with its id and argument as locals 0 and 1, `other`.
std::string program(const std::string& first, const std::string& other) {
  return R"((module
    (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
    (import "env" "memory" (memory 1 1 shared))
    (func $wait (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
    (func (export "wasi_thread_start") (param i32 i32) )" + other + R"()
    (func (export "_start") (local i32) )" + first + "))";
}

Result<ExitCode> run(const std::string& text, W::Options options = {}) {
  const Runtime<Singlepass, W> runtime;
  WASMER_TRY(const auto module, runtime.compile(wat(text)));
  WASMER_TRY(const auto instance, runtime.instantiate(module, options));
  return instance.start();
}

/// Spawns until the count in local 0 is `count`, and waits until as many have counted themselves at address 4.
std::string spawn_and_wait(int count) {
  return "(loop $more (if (i32.le_s (call $spawn (i32.const 7)) (i32.const 0)) (then unreachable))"
         "  (br_if $more (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const " + std::to_string(count) + "))))"
         "(loop $wait (drop (call $yield)) (br_if $wait (i32.lt_u (i32.atomic.load (i32.const 4)) (i32.const " + std::to_string(count) + "))))";
}
constexpr const char* count_itself = "(drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))";

}  // namespace

TEST_CASE("threads share the memory, have ids of their own and get what the spawner gives") {
  const auto ended = run(program(spawn_and_wait(8) + "(call $exit (i32.add (i32.atomic.load (i32.const 8)) (i32.atomic.load (i32.const 12))))",
                                 "(drop (i32.atomic.rmw.add (i32.const 8) (local.get 1))) (drop (i32.atomic.rmw.or (i32.const 12) (i32.shl (i32.const 64) (local.get 0))))" +
                                     std::string(count_itself)));
  CHECK(ended.value() == 8 * 7 + (64 * 0x1FE));
}

TEST_CASE("threads that are over make room, and leave nothing behind") {
  W::Options options;
  options.limits.threads = 1;
  const std::string again = "(loop $again (br_if $again (i32.lt_s (call $spawn (i32.const 0)) (i32.const 0))))";
  CHECK(run(program("(loop $more " + again + " (br_if $more (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 300))))", ""), options).value() == 0);
}

TEST_CASE("when the first thread returns or exits, others that wait or loop end") {
  for (const std::string other : {"(call $wait)", "(loop $on (br $on))", "(loop $on (drop (call $yield)) (br $on))"}) {
    CHECK(run(program(spawn_and_wait(3), count_itself + other)).value() == 0);
    CHECK(run(program(spawn_and_wait(3) + "(call $exit (i32.const 5))", count_itself + other)).value() == 5);
  }
}

TEST_CASE("when another thread exits, all end with its code") {
  for (const std::string first : {"(call $wait)", "(loop $on (br $on))"})
    CHECK(run(program("(drop (call $spawn (i32.const 0))) (drop (call $spawn (i32.const 1)))" + first,
                      "(if (local.get 1) (then (call $exit (i32.const 9)))) (call $wait)")).value() == 9);
}

TEST_CASE("a trap of one thread ends all with its error") {
  const auto other = run(program("(drop (call $spawn (i32.const 0))) (loop $on (br $on))", "(drop (i32.div_u (i32.const 1) (i32.const 0)))"));
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().id() == ErrorId::integer_divide_by_zero);
  const auto first = run(program("(drop (call $spawn (i32.const 0))) unreachable", "(call $wait)"));
  REQUIRE_FALSE(first.has_value());
  CHECK(first.error().id() == ErrorId::unreachable);
}

TEST_CASE("what a thread's host function throws is thrown where the program was started") {
  const Runtime<Singlepass, W> runtime;
  const auto module = runtime.compile(wat(R"((module
    (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (import "host" "fail" (func $fail (param i32)))
    (import "env" "memory" (memory 1 1 shared))
    (func (export "wasi_thread_start") (param i32 i32) (call $fail (local.get 1)))
    (func (export "_start") (drop (call $spawn (i32.const 42))) (loop $on (br $on)))))")).value();
  const auto instance = runtime.instantiate(module, Imports{{"host", "fail", [](std::int32_t what) { throw what; }}}, W::Options{}).value();
  for (int round = 0; round < 3; ++round) CHECK_THROWS_AS(instance.start(), std::int32_t);
}

TEST_CASE("interrupting the first thread ends the program") {
  const Runtime<Singlepass, W> runtime;
  const auto module = runtime.compile(wat(program("(drop (call $spawn (i32.const 0))) (call $wait)", "(call $wait)"))).value();
  const auto instance = runtime.instantiate(module, W::Options{}).value();
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    instance.interrupt();
  });
  const auto ended = instance.start();
  other.join();
  REQUIRE_FALSE(ended.has_value());
  CHECK(ended.error().id() == ErrorId::interrupted);
}

TEST_CASE("an instance whose program was ended by a thread can be run again") {
  const Runtime<Singlepass, W> runtime;
  const auto module = runtime.compile(wat(program("(drop (call $spawn (i32.const 0))) (call $wait)", "(call $exit (i32.const 3))"))).value();
  const auto instance = runtime.instantiate(module, W::Options{}).value();
  for (int round = 0; round < 50; ++round) CHECK(instance.start().value() == 3);
}

TEST_CASE("what cannot be spawned is a negative number") {
  const std::string exit_with_spawn = "(call $exit (i32.eqz (i32.lt_s (call $spawn (i32.const 0)) (i32.const 0))))";
  W::Options none;
  none.limits.threads = 0;
  CHECK(run(program(exit_with_spawn, ""), none).value() == 0);

  // No shared memory; no function to start in; one of another type; a function of the store's own among the imports.
  CHECK(run(R"((module (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32))) (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory 1) (func (export "wasi_thread_start") (param i32 i32)) (func (export "_start") )" + exit_with_spawn + "))").value() == 0);
  for (const std::string start : {"", R"((func (export "wasi_thread_start") (param i32)))"})
    CHECK(run(R"((module (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32))) (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (import "env" "memory" (memory 1 1 shared)) )" + start + R"((func (export "_start") )" + exit_with_spawn + "))").value() == 0);

  const Runtime<Singlepass, W> runtime;
  Store store;
  const auto library = runtime.instantiate(store, runtime.compile(wat(R"((module (func (export "f"))))")).value(), W::Options{}).value();
  const auto linked = runtime.compile(wat(R"((module (import "lib" "f" (func)) (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (import "env" "memory" (memory 1 1 shared))
    (func (export "wasi_thread_start") (param i32 i32)) (func (export "_start") )" + exit_with_spawn + "))")).value();
  CHECK(runtime.instantiate(store, linked, Imports{{"lib", static_cast<Instance&>(library)}}, W::Options{}).value().start().value() == 0);
}

TEST_CASE("a thread whose start function traps is not spawned") {
  CHECK(run(R"((module (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32))) (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "env" "memory" (memory 1 1 shared))
    (func $second_fails (if (i32.atomic.rmw.add (i32.const 0) (i32.const 1)) (then unreachable))) (start $second_fails)
    (func (export "wasi_thread_start") (param i32 i32))
    (func (export "_start") (call $exit (i32.eqz (i32.lt_s (call $spawn (i32.const 0)) (i32.const 0)))))))").value() == 0);
}

TEST_CASE("threads that nobody waits for end by themselves, and take the state with them") {
  // Spawned by a call that is no start, so that nothing ends them.
  std::weak_ptr<W::State> left;
  {
    const Runtime<Singlepass, W> runtime;
    const auto module = runtime.compile(wat(R"((module (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
      (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32))) (import "env" "memory" (memory 1 1 shared))
      (func (export "wasi_thread_start") (param i32 i32) (drop (call $yield)))
      (func (export "spawn") (result i32) (call $spawn (i32.const 0)))))")).value();
    const auto instance = runtime.instantiate(module, W::Options{}).value();
    for (int i = 1; i <= 5; ++i) CHECK(instance.function<std::int32_t()>("spawn").value()().value() == i);
    left = instance.state<W>();
  }
  while (!left.expired()) std::this_thread::yield();
}
