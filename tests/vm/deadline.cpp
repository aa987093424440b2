#include <wasmer/vm/deadline.hpp>

#include <chrono>
#include <string_view>

#include "../catch.hpp"
#include "../fuzz/random.hpp"
#include "guest.hpp"

using namespace wasmer;
using namespace std::chrono_literals;

namespace {

/// Guests that never come to an end by themselves; each exports `run`.
struct Shape {
  std::string_view name, text;
};
constexpr Shape shapes[] = {
    {"a loop", R"((module (import "" "f" (func)) (func (export "run") (loop (br 0)))))"},
    {"a loop of calls", R"((module (import "" "f" (func)) (func $leaf (nop)) (func (export "run") (loop (call $leaf) (br 0)))))"},
    {"tail calls", R"((module (import "" "f" (func)) (func $run (export "run") (return_call $run))))"},
    {"calls of the host", R"((module (import "" "f" (func $f)) (func (export "run") (loop (call $f) (br 0)))))"},
    {"memory.fill", R"((module (import "" "f" (func)) (memory 1024)
      (func (export "run") (loop (memory.fill (i32.const 0) (i32.const 7) (i32.const 0x400_0000)) (br 0)))))"},
    {"memory.atomic.wait", R"((module (import "" "f" (func)) (memory 1 1 shared)
      (func (export "run") (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))))"},
};

}  // namespace

TEST_CASE("every shape of endless guest stops at its deadline, however soon that is") {
  constexpr int tries = 100;  // bench/interrupts tries a thousand times, and tells how soon
  fuzz::Random random(1);
  for (const Shape& shape : shapes) {
    Store store;
    Instance& guest = tests::instantiate(store, shape.text, {HostFunction([] {})});
    const auto run = guest.function<void()>("run").value();
    int stopped = 0;
    for (int i = 0; i < tries; ++i) {
      const Deadline deadline(store, std::chrono::microseconds(random.below(200)));
      const auto ended = run();
      stopped += !ended && ended.error().id() == ErrorId::interrupted && deadline.is_over();
      store.resume();
    }
    INFO(shape.name);
    CHECK(stopped == tries);
  }
}

TEST_CASE("a deadline that is not reached changes nothing") {
  Store store;
  Instance& guest = tests::instantiate(store, R"((module (func (export "f") (result i32) (i32.const 7))))");
  {
    const Deadline deadline(store, 1h);
    CHECK(guest.function<std::int32_t()>("f").value()().value() == 7);
    CHECK_FALSE(deadline.is_over());
  }
  const Deadline endless(store, std::chrono::nanoseconds::max());
  CHECK_FALSE(store.interrupted());
}

TEST_CASE("a store stays interrupted after its deadline until it is resumed") {
  Store store;
  Instance& guest = tests::instantiate(store, R"((module (func (export "f") (result i32) (loop) (i32.const 7))))");
  const auto f = guest.function<std::int32_t()>("f").value();
  {
    const Deadline past(store, -1s);
    while (!past.is_over()) std::this_thread::yield();
  }
  CHECK(f().error().id() == ErrorId::interrupted);
  store.resume();
  CHECK(f().value() == 7);
}
