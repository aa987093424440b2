// How soon guest code stops that another thread interrupts: for each shape of endless guest a line, "SHAPE TRIES STOPPED MEDIAN WORST", in microseconds from
// the interruption to the end of the call.
// usage: bench-interrupts [TRIES]
#include <wasmer/wasmer.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

using namespace wasmer;

namespace {

using Clock = std::chrono::steady_clock;

struct Shape {
  const char* name;
  std::string_view text;
};
constexpr Shape shapes[] = {
    {"loop", R"((module (import "" "f" (func)) (func (export "run") (loop (br 0)))))"},
    {"calls", R"((module (import "" "f" (func)) (func $leaf (nop)) (func (export "run") (loop (call $leaf) (br 0)))))"},
    {"tail-calls", R"((module (import "" "f" (func)) (func $run (export "run") (return_call $run))))"},
    {"host-calls", R"((module (import "" "f" (func $f)) (func (export "run") (loop (call $f) (br 0)))))"},
    {"memory.fill", R"((module (import "" "f" (func)) (memory 65536)
      (func (export "run") (loop (memory.fill (i32.const 0) (i32.const 7) (i32.const -1)) (br 0)))))"},
    {"memory.atomic.wait", R"((module (import "" "f" (func)) (memory 1 1 shared)
      (func (export "run") (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))))"},
};

}  // namespace

int main(int argc, char** argv) {
  const int tries = argc > 1 ? std::atoi(argv[1]) : 1000;
  const Runtime<Singlepass> runtime;
  for (const Shape& shape : shapes) {
    Store store;
    const auto module = runtime.compile(wat(shape.text)).value();
    const auto instance = runtime.instantiate(store, module, Imports{{"", "f", [] {}}}).value();
    const auto run = instance.function<void()>("run").value();
    std::vector<double> taken;
    int stopped = 0;
    for (int i = 0; i < tries; ++i) {
      Clock::time_point interrupted;
      std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::microseconds(200 + i * 7919 % 1000));
        interrupted = Clock::now();
        store.interrupt();
      });
      const auto ended = run();
      const Clock::time_point end = Clock::now();
      other.join();
      stopped += ended.has_error() && ended.error().id() == ErrorId::interrupted;
      taken.push_back(std::chrono::duration<double, std::micro>(end - interrupted).count());
      store.resume();
    }
    std::ranges::sort(taken);
    std::printf("%s %d %d %.1f %.1f\n", shape.name, tries, stopped, taken[taken.size() / 2], taken.back());
    std::fflush(stdout);
  }
}
