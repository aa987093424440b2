#include <wasmer/vm/thread.hpp>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include <wasmer/support/attributes.hpp>

#include "../catch.hpp"
#include "handmade.hpp"
#include "stack.hpp"

using namespace wasmer;
using vm::StackBounds, vm::Thread;

namespace {

std::size_t resident_bytes() {
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  unsigned long total = 0, resident = 0;
  const int read = std::fscanf(file, "%lu %lu", &total, &resident);
  std::fclose(file);
  return read == 2 ? resident * support::page_size() : 0;
}
std::ptrdiff_t mappings() {
  std::ifstream maps("/proc/self/maps");
  return std::count(std::istreambuf_iterator<char>(maps), {}, '\n');
}

bool has_alternate_stack() {
  stack_t present{};
  return ::sigaltstack(nullptr, &present) == 0 && (present.ss_flags & SS_DISABLE) == 0;
}

#if defined(WASMER_ASAN) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;  // sanitizers are slow, bring alternate stacks along and keep memory
#else
constexpr bool is_sanitized = false;
#endif

constexpr std::string_view recursion = "(module (func (export \"f\") unreachable))";

}  // namespace

static_assert(!std::is_copy_constructible_v<vm::AlternateStack> && !std::is_move_constructible_v<vm::AlternateStack>);

TEST_CASE("a stack holds the addresses from its lowest up to its size") {
  const StackBounds stack{1000, 500};
  CHECK(stack.holds(1000));
  CHECK(stack.holds(1499));
  CHECK_FALSE(stack.holds(999));
  CHECK_FALSE(stack.holds(1500));
  CHECK_FALSE(StackBounds().holds(0));
}

TEST_CASE("guest code leaves a quarter of a small stack to the host, and 64 KiB of a large one") {
  CHECK(StackBounds{1000, 128 << 10}.limit() == 1000 + (32 << 10));
  CHECK(StackBounds{1000, 256 << 10}.limit() == 1000 + (64 << 10));
  CHECK(StackBounds{1000, 8 << 20}.limit() == 1000 + (64 << 10));
}

TEST_CASE("a thread is prepared once, under a number that no other has had") {
  const auto number = [] {
    std::uint64_t id = 0, again = 0;
    std::jthread([&] { id = vm::prepare_thread().id, again = vm::prepare_thread().id; }).join();
    CHECK(id == again);
    return id;
  };
  const std::uint64_t first = number(), second = number();
  CHECK(first != 0);
  CHECK(second > first);  // although the first is gone
}

TEST_CASE("a prepared thread knows the stack that it was given") {
  tests::run_on_stack_of(1 << 20, [] {
    const Thread& thread = vm::prepare_thread();
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    const StackBounds bounds = vm::stack_bounds(thread, here);
    CHECK(bounds.holds(here));
    CHECK(bounds.low == thread.stack_low);
    CHECK(bounds.size == thread.stack_size);
    CHECK(bounds.size >= std::size_t{1} << 20);
  });
}

TEST_CASE("of a stack without a limit, or nearly, guest code gets the upper part") {
  if (is_sanitized) return;  // they touch all of a thread's stack
  tests::run_on_stack_of(4 * vm::most_stack, [] {
    const Thread& thread = vm::prepare_thread();
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    CHECK(thread.stack_size == vm::most_stack);
    CHECK(vm::stack_bounds(thread, here).holds(here));
    CHECK(here - thread.stack_low > vm::most_stack - (64 << 10));
  });
}

TEST_CASE("a stack that is not the thread's own is taken to reach 64 KiB further") {
  const Thread& thread = vm::prepare_thread();
  const auto memory = std::make_unique<std::byte[]>(1 << 20);
  const auto sp = reinterpret_cast<std::uintptr_t>(memory.get()) + (1 << 19);
  const StackBounds bounds = vm::stack_bounds(thread, sp);
  CHECK(bounds.low == sp - (64 << 10));
  CHECK(bounds.holds(sp));
  CHECK_FALSE(bounds.holds(thread.stack_low));
}

TEST_CASE("an alternate stack is there while its owner lives, and lets an embedder's replace it") {
  if (is_sanitized) return;
  std::jthread([] {
    REQUIRE_FALSE(has_alternate_stack());
    {
      const vm::AlternateStack stack;
      CHECK(has_alternate_stack());
    }
    CHECK_FALSE(has_alternate_stack());
    alignas(16) static char own[1 << 16];
    {
      const vm::AlternateStack stack;
      stack_t mine{};
      mine.ss_sp = own, mine.ss_size = sizeof own;
      ::sigaltstack(&mine, nullptr);
    }
    stack_t present{};
    ::sigaltstack(nullptr, &present);
    CHECK(present.ss_sp == own);
    present.ss_flags = SS_DISABLE;
    ::sigaltstack(&present, nullptr);
  }).join();
}

TEST_CASE("threads that come and go leave no stacks behind") {
  const auto code = tests::publish(recursion, {tests::bytes::recurse});
  const auto overflow = [&] {
    Store store;
    CHECK(tests::instantiate(store, code).function<void()>("f").value()().error().id() == ErrorId::call_stack_exhausted);
  };
  for (int i = 0; i < 10; ++i) tests::run_on_stack_of(128 << 10, overflow);
  const std::ptrdiff_t before = mappings();
  for (int i = 0; i < 200; ++i) tests::run_on_stack_of(128 << 10, overflow);
  if (!is_sanitized) CHECK(mappings() <= before + 2);
}

TEST_CASE("a hundred thousand stack overflows on a thread with a stack of 128 KB leak nothing") {
  int wrong = -1;
  std::size_t before = 0, after = 0;
  tests::run_on_stack_of(128 << 10, [&] {
    Store store;
    const auto f = tests::instantiate(store, tests::publish(recursion, {tests::bytes::recurse})).function<void()>("f").value();
    const auto overflow = [&](int times) {
      int bad = 0;
      for (int i = 0; i < times; ++i) bad += f().error().id() != ErrorId::call_stack_exhausted;
      return bad;
    };
    wrong = overflow(1000);
    before = resident_bytes();
    wrong += overflow(is_sanitized ? 1000 : 100'000);
    after = resident_bytes();
  });
  CHECK(wrong == 0);
  if (!is_sanitized) CHECK(after < before + (1 << 20));
}
