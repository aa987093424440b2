#include <wasmer/vm/trap.hpp>
#include <wasmer/vm/backtrace.hpp>

#include <csetjmp>
#include <csignal>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "../catch.hpp"
#include "guest.hpp"
#include "handmade.hpp"

using namespace wasmer;
using tests::publish;

namespace {

/// An instance of a module of one function, called "f".
Instance& instance_of(Store& store, std::string_view function, const tests::Body& body) {
  return tests::instantiate(store, publish("(module (memory 1) (func (export \"f\") " + std::string(function) + " unreachable))", {body}));
}

/// Runs `child` in a process of its own, without any signal handlers, and gives its exit status, or 128 plus the signal that ended it.
template <class Child> int status_of(Child&& child) {
  const pid_t id = ::fork();
  if (id == 0) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) std::signal(signal, SIG_DFL);
    child();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(id, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

constexpr int reached = 42;
[[maybe_unused]] void exit_reached(int) { ::_exit(reached); }

/// An address that nothing is mapped at, ever.
[[maybe_unused]] void fault() { *reinterpret_cast<volatile int*>(std::uintptr_t{8}) = 1; }

void trap_once() {
  Store store;
  const Error error = instance_of(store, "(param i32) (result i32)", tests::bytes::load).function<int(int)>("f").value()(1 << 20).error();
  if (error.id() != ErrorId::out_of_bounds_memory_access) ::_exit(1);
}

std::size_t resident_bytes() {
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  unsigned long total = 0, resident = 0;
  const int read = std::fscanf(file, "%lu %lu", &total, &resident);
  std::fclose(file);
  return read == 2 ? resident * support::page_size() : 0;
}

#if defined(WASMER_ASAN) || defined(__SANITIZE_THREAD__)
constexpr int effort = 100;  // sanitizers are slow
#else
constexpr int effort = 1;
#endif

}  // namespace

TEST_CASE("ud2 at a site is the site's trap, with its function and offset") {
  Store store;
  const Error error = instance_of(store, "", tests::bytes::unreachable).function<void()>("f").value()().error();
  CHECK(error.id() == ErrorId::unreachable);
  CHECK(error.message() == "trap: unreachable");
  REQUIRE(error.backtrace().size() == 1);
  CHECK(error.backtrace()[0].function == 0);
  CHECK(error.backtrace()[0].offset == 7);
  CHECK(error.backtrace()[0].name == "f");
}

TEST_CASE("an access beyond the memory's end is a trap, up to the last byte that an index can reach") {
  Store store;
  const auto load = instance_of(store, "(param i32) (result i32)", tests::bytes::load).function<int(std::uint32_t)>("f").value();
  CHECK(load(65532).value() == 0);
  for (const std::uint32_t address : {65533u, 65536u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFFu}) {
    const Result<int> result = load(address);
    CHECK(result.error().id() == ErrorId::out_of_bounds_memory_access);
    CHECK(result.error().backtrace().at(0).offset == 9);
  }
}

TEST_CASE("a division fault is an integer divide by zero") {
  Store store;
  const auto divide = instance_of(store, "(param i32 i32) (result i32)", tests::bytes::divide).function<int(int, int)>("f").value();
  CHECK(divide(7, 2).value() == 3);
  CHECK(divide(7, 0).error().message() == "trap: integer divide by zero");
}

TEST_CASE("a trap can carry its id in eax") {
  Store store;
  const auto f = instance_of(store, "(param i32)", tests::bytes::trap_with).function<void(std::uint32_t)>("f").value();
  CHECK(f(static_cast<std::uint32_t>(ErrorId::cast_failure)).error().id() == ErrorId::cast_failure);
  CHECK(f(static_cast<std::uint32_t>(ErrorId::undefined_element)).error().id() == ErrorId::undefined_element);
}

TEST_CASE("recursion without end is call stack exhausted, with the innermost frames") {
  Store store;
  const auto f = instance_of(store, "", tests::bytes::recurse).function<void()>("f").value();
  const Error error = f().error();
  CHECK(error.message() == "exhausted: call stack exhausted");
  REQUIRE(error.backtrace().size() == vm::most_frames);
  CHECK(error.backtrace()[0].offset == 4);
  CHECK(error.backtrace()[1].offset == 5);
}

TEST_CASE("a loop without end stops when the store is interrupted, and stays stopped until it is resumed") {
  Store store;
  const auto f = instance_of(store, "", tests::bytes::loop).function<void()>("f").value();
  std::jthread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    store.interrupt();
  });
  CHECK(f().error().message() == "trap: interrupted");
  other.join();
  CHECK(f().error().id() == ErrorId::interrupted);
  store.resume();
  std::jthread again([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    store.interrupt();
  });
  CHECK(f().error().id() == ErrorId::interrupted);
}

TEST_CASE("a million traps leak nothing") {
  Store store;
  const auto load = instance_of(store, "(param i32) (result i32)", tests::bytes::load).function<int(std::uint32_t)>("f").value();
  const auto trap = [&](int times) {
    int wrong = 0;
    for (int i = 0; i < times; ++i) wrong += load(70000).error().id() != ErrorId::out_of_bounds_memory_access;
    return wrong;
  };
  CHECK(trap(1000) == 0);
  const std::size_t before = resident_bytes();
  CHECK(trap(1'000'000 / effort) == 0);
  if (effort == 1) CHECK(resident_bytes() < before + (1 << 20));
}

TEST_CASE("a hundred thousand stack overflows on a thread with a stack of 128 KB are traps") {
  int wrong = -1;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 128 << 10);
  pthread_t thread;
  REQUIRE(pthread_create(
              &thread, &attributes,
              [](void* argument) -> void* {
                Store store;
                const auto f = instance_of(store, "", tests::bytes::recurse).function<void()>("f").value();
                int bad = 0;
                for (int i = 0; i < 100'000 / effort; ++i) bad += f().error().id() != ErrorId::call_stack_exhausted;
                *static_cast<int*>(argument) = bad;
                return nullptr;
              },
              &wrong) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  CHECK(wrong == 0);
}

TEST_CASE("a frame larger than all that is left of the stack is a trap, and nothing beyond the stack is touched") {
  // The stack lies in the middle of a block, whose lower half would be overwritten.
  constexpr std::size_t size = 128 << 10;
  for (const int locals : {100, 2000, 14'000, 49'000}) {
    support::VirtualMemory block = support::VirtualMemory::reserve(4 * size).value();
    REQUIRE(block.protect(0, block.size(), support::Access::read_write));
    std::byte* const stack = block.data() + 2 * size;
    std::fill(block.data(), stack, std::byte{0x5A});
    std::string text = "(module (func $f (export \"f\") (param i64) (result i64) (local";
    for (int i = 0; i < locals; ++i) text += " i64";
    text += ") (local.set 99 (local.get 0)) (i64.add (local.get 99) (call $f (i64.add (local.get 0) (i64.const 1))))))";
    struct Task {
      std::shared_ptr<const vm::Code> code;
      int wrong = -1;
    } task{tests::compile(text)};
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    REQUIRE(pthread_attr_setstack(&attributes, stack, size) == 0);
    pthread_t thread;
    REQUIRE(pthread_create(
                &thread, &attributes,
                [](void* argument) -> void* {
                  Task& own = *static_cast<Task*>(argument);
                  Store store;
                  const auto f = vm::Instantiation::run(store, own.code, {}).value()->function<std::int64_t(std::int64_t)>("f").value();
                  int bad = 0;
                  for (int i = 0; i < 100; ++i) bad += f(1).error().id() != ErrorId::call_stack_exhausted;
                  own.wrong = bad;
                  return nullptr;
                },
                &task) == 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
    CHECK(task.wrong == 0);
    CHECK(std::all_of(block.data(), stack, [](std::byte byte) { return byte == std::byte{0x5A}; }));
  }
}

TEST_CASE("threads trap at the same time, each in its own store") {
  const auto code = publish("(module (memory 1) (func (export \"f\") (param i32) (result i32) unreachable))", {tests::bytes::load});
  std::atomic<int> traps{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
      threads.emplace_back([&] {
        Store store;
        const auto load = tests::instantiate(store, code).function<int(int)>("f").value();
        for (int i = 0; i < 1000; ++i) traps += !load(1 << 20).has_value();
      });
  }
  CHECK(traps == 8000);
}

TEST_CASE("a store may move from thread to thread") {
  Store store;
  const auto f = instance_of(store, "", tests::bytes::recurse).function<void()>("f").value();
  for (int i = 0; i < 10; ++i) {
    std::jthread([&] { CHECK(f().error().id() == ErrorId::call_stack_exhausted); }).join();
    CHECK(f().error().id() == ErrorId::call_stack_exhausted);
  }
}

TEST_CASE("a thread's own alternate stack is left alone, and ours goes with the thread") {
  std::jthread([] {
    trap_once();
    stack_t during{};
    sigaltstack(nullptr, &during);
    CHECK((during.ss_flags & SS_DISABLE) == 0);
  }).join();
  std::jthread([] {
    alignas(16) static char own[1 << 16];
    stack_t mine{};
    mine.ss_sp = own, mine.ss_size = sizeof own;
    stack_t before{};
    sigaltstack(&mine, &before);
    trap_once();
    stack_t after{};
    sigaltstack(nullptr, &after);
    CHECK(after.ss_sp == own);
    sigaltstack(&before, nullptr);
  }).join();
}

#if !defined(__SANITIZE_THREAD__)
TEST_CASE("a fault of the embedder's own reaches the handler that it installed before ours") {
  CHECK(status_of([] {
          std::signal(SIGSEGV, exit_reached);
          trap_once();
          fault();
        }) == reached);
}

TEST_CASE("a fault of the embedder's own reaches the handler that it installed after ours, and ours keeps its traps by chaining") {
  CHECK(status_of([] {
          trap_once();
          std::signal(SIGSEGV, exit_reached);
          fault();
        }) == reached);
  CHECK(status_of([] {
          trap_once();
          static struct sigaction ours;
          struct sigaction theirs {};
          theirs.sa_flags = SA_SIGINFO | SA_ONSTACK;
          theirs.sa_sigaction = [](int signal, siginfo_t* info, void* context) {
            if (reinterpret_cast<std::uintptr_t>(info->si_addr) == 8) ::_exit(reached);
            ours.sa_sigaction(signal, info, context);
          };
          ::sigaction(SIGSEGV, &theirs, &ours);
          trap_once();
          fault();
        }) == reached);
}

TEST_CASE("a handler that replaces ours and one that restores an older one do no harm: the next instance puts ours back in front") {
  CHECK(status_of([] {
          trap_once();
          struct sigaction ours {};
          ::sigaction(SIGSEGV, nullptr, &ours);
          std::signal(SIGSEGV, exit_reached);  // forgets ours
          trap_once();
          fault();
        }) == reached);
  CHECK(status_of([] {
          trap_once();
          static struct sigaction ours;
          struct sigaction theirs {};
          theirs.sa_handler = [](int signal) {  // as Catch2 does: back to what was before, and again
            ::sigaction(signal, &ours, nullptr);
            ::raise(signal);
          };
          ::sigaction(SIGSEGV, &theirs, &ours);
          trap_once();
          fault();
        }) == 128 + SIGSEGV);
}

TEST_CASE("a handler that jumps out of the signal is called at the next one too") {
  CHECK(status_of([] {
          static sigjmp_buf back;
          std::signal(SIGSEGV, [](int) { siglongjmp(back, 1); });
          volatile int jumps = 0;
          while (jumps < 3) {
            trap_once();
            if (sigsetjmp(back, 1) != 0) jumps = jumps + 1;
            else fault();
          }
          ::_exit(reached);
        }) == reached);
}

TEST_CASE("a fault that nobody handles ends the process as it would without us") {
  CHECK(status_of([] {
          trap_once();
          fault();
        }) == 128 + SIGSEGV);
  CHECK(status_of([] {
          trap_once();
          ::kill(::getpid(), SIGSEGV);
        }) == 128 + SIGSEGV);
}

TEST_CASE("a signal that was ignored, and that a process sends, stays ignored") {
  CHECK(status_of([] {
          std::signal(SIGBUS, SIG_IGN);
          trap_once();
          ::kill(::getpid(), SIGBUS);
          ::_exit(reached);
        }) == reached);
}
#endif

TEST_CASE("a fault in the guest's code at a place that is no trap site is not taken for a trap") {
  CHECK(status_of([] {
          trap_once();
          Store store;
          // mov eax, [0]; ret: no site
          const auto f = instance_of(store, "", tests::Body{{0x8B, 0x04, 0x25, 0, 0, 0, 0, 0xC3}}).function<void()>("f").value();
          static_cast<void>(f());
        }) == 128 + SIGSEGV);
}
