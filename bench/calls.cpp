// What a call across the boundary costs, in nanoseconds: prints "INDIRECT HOST_TO_WASM WASM_TO_HOST WASM_TO_POINTER", the best of several rounds each, in
// which they take turns. WASM_TO_HOST is an import whose code its type names (a lambda); WASM_TO_POINTER one that is a function pointer, so that there are two
// indirect calls.
#include <wasmer/wasmer.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string_view>

using namespace wasmer;

namespace {

constexpr std::int32_t calls = 20'000'000;

/// Nanoseconds that one of `calls` repetitions takes.
template <class Body> double nanoseconds(Body&& body) {
  const auto begin = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count() / calls;
}

std::int32_t sum_of(std::int32_t a, std::int32_t b) { return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b)); }

/// Keeps the compiler from knowing what is called, and from dropping what was computed.
std::int32_t (*volatile indirect)(std::int32_t, std::int32_t) = sum_of;
volatile std::int32_t sink;

constexpr std::string_view guest = R"((module
  (import "env" "host" (func $host (param i32 i32) (result i32)))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "loop") (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (local.set $sum (call $host (local.get $sum) (local.get $n)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))))";

}  // namespace

int main() {
  Runtime<Singlepass> runtime;
  auto module = runtime.compile(wat(guest)).value();
  auto instance = runtime.instantiate(module, Imports{{"env", "host", [](std::int32_t a, std::int32_t b) { return sum_of(a, b); }}}).value();
  auto with_pointer = runtime.instantiate(module, Imports{{"env", "host", sum_of}}).value();
  auto add = instance.function<std::int32_t(std::int32_t, std::int32_t)>("add").value();
  auto loop = instance.function<std::int32_t(std::int32_t)>("loop").value();
  auto loop_with_pointer = with_pointer.function<std::int32_t(std::int32_t)>("loop").value();

  constexpr double never = std::numeric_limits<double>::infinity();
  double indirect_call = never, in = never, out = never, to_pointer = never;
  for (int round = 0; round < 7; ++round) {
    indirect_call = std::min(indirect_call, nanoseconds([] {
      std::int32_t sum = 0;
      for (std::int32_t i = 0; i < calls; ++i) sum = indirect(sum, i);
      sink = sum;
    }));
    in = std::min(in, nanoseconds([&] {
      std::int32_t sum = 0;
      for (std::int32_t i = 0; i < calls; ++i) sum = add(sum, i).value();
      sink = sum;
    }));
    out = std::min(out, nanoseconds([&] { sink = loop(calls).value(); }));
    to_pointer = std::min(to_pointer, nanoseconds([&] { sink = loop_with_pointer(calls).value(); }));
  }
  std::printf("%.3f %.3f %.3f %.3f\n", indirect_call, in, out, to_pointer);
}
