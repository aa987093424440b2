#include <wasmer/vm/atomic.hpp>

#include <chrono>
#include <cstring>
#include <thread>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;
using vm::atomic_trap_of, vm::memory_atomic_notify, vm::memory_atomic_wait;

namespace {

constexpr std::string_view exports = R"(
  (func (export "wait32") (param i32 i32 i64) (result i32) (memory.atomic.wait32 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "wait64") (param i32 i64 i64) (result i32) (memory.atomic.wait64 offset=8 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "notify") (param i32 i32) (result i32) (memory.atomic.notify (local.get 0) (local.get 1)))
  (func (export "notify8") (param i32 i32) (result i32) (memory.atomic.notify offset=8 (local.get 0) (local.get 1))))
)";
const std::string importer = "(module (import \"\" \"\" (memory 1 2 shared))" + std::string(exports);
constexpr MemoryType shared{.limits = {1, 2}, .shared = true};

/// A thread's store and instance.
struct Guest {
  Store store;
  Instance& instance;
  explicit Guest(const std::shared_ptr<vm::Memory>& memory) : instance(tests::instantiate(store, importer, {memory})) {}
  explicit Guest(std::string_view text) : instance(tests::instantiate(store, text)) {}
  template <class... Args> Result<std::int32_t> call(std::string_view name, Args... args) const {
    return instance.function<std::int32_t(Args...)>(name).value()(args...);
  }
};

std::shared_ptr<vm::Memory> make_memory() { return vm::Memory::create(shared, Bounds::guard_pages).value(); }
/// Notifies until somebody has been there.
void wake(const Guest& guest, std::string_view notify, std::int32_t address, std::int32_t count) {
  for (std::int32_t left = count; left != 0;) {
    left -= guest.call(notify, address, left).value();
    std::this_thread::yield();
  }
}

}  // namespace

TEST_CASE("a place is aligned first, then in bounds, then in a shared memory") {
  const Guest guest("(module (memory 1 2)" + std::string(exports));
  Instance& instance = guest.instance;
  CHECK(memory_atomic_wait(instance, 0, 0, 65537, std::uint32_t{0}, 0) == atomic_trap_of(ErrorId::unaligned_atomic));
  CHECK(memory_atomic_wait(instance, 0, 4, 65528, std::uint64_t{0}, 0) == atomic_trap_of(ErrorId::unaligned_atomic));
  CHECK(memory_atomic_wait(instance, 0, 8, 65528, std::uint64_t{0}, 0) == atomic_trap_of(ErrorId::out_of_bounds_memory_access));
  CHECK(memory_atomic_wait(instance, 0, ~std::uint64_t{7}, 8, std::uint64_t{0}, 0) == atomic_trap_of(ErrorId::out_of_bounds_memory_access));
  CHECK(memory_atomic_wait(instance, 0, 0, 65528, std::uint64_t{0}, 0) == atomic_trap_of(ErrorId::expected_shared_memory));
  CHECK(memory_atomic_notify(instance, 0, 0, 65536, 1) == atomic_trap_of(ErrorId::out_of_bounds_memory_access));
  CHECK(memory_atomic_notify(instance, 0, 2, 0, 1) == atomic_trap_of(ErrorId::unaligned_atomic));
  CHECK(memory_atomic_notify(instance, 0, 0, 65532, 1) == 0);
}

TEST_CASE("guests that wait in vain trap, find another value, or run out of time") {
  const auto memory = make_memory();
  const Guest guest(memory);
  const std::uint64_t value = 0x1'0000'0005;
  std::memcpy(memory->bytes().data() + 16, &value, 8);
  CHECK(guest.call("wait32", 2, 0, std::int64_t{0}).error().id() == ErrorId::unaligned_atomic);
  CHECK(guest.call("wait64", 4, std::int64_t{0}, std::int64_t{0}).error().id() == ErrorId::unaligned_atomic);
  CHECK(guest.call("wait32", 65536, 0, std::int64_t{0}).error().id() == ErrorId::out_of_bounds_memory_access);
  CHECK(guest.call("wait64", -8, std::int64_t{0}, std::int64_t{0}).error().id() == ErrorId::out_of_bounds_memory_access);
  CHECK(guest.call("notify8", -8, 1).error().id() == ErrorId::out_of_bounds_memory_access);
  CHECK(guest.call("wait32", 16, 4, std::int64_t{-1}).value() == 1);
  CHECK(guest.call("wait32", 16, 5, std::int64_t{1000}).value() == 2);
  CHECK(guest.call("wait64", 8, std::int64_t{5}, std::int64_t{-1}).value() == 1);
  CHECK(guest.call("wait64", 8, static_cast<std::int64_t>(value), std::int64_t{1000}).value() == 2);
  CHECK(guest.call("notify", 16, 7).value() == 0);
}

TEST_CASE("a guest waits until another thread's guest notifies it") {
  const auto memory = make_memory();
  const Guest here(memory);
  for (const bool wide : {false, true}) {
    std::int32_t answers[2] = {9, 9};
    std::thread threads[2];
    for (int i = 0; i < 2; ++i)
      threads[i] = std::thread([&, i] {
        const Guest there(memory);
        answers[i] = wide ? there.call("wait64", 24, std::int64_t{0}, std::int64_t{-1}).value() : there.call("wait32", 32, 0, std::int64_t{-1}).value();
      });
    wake(here, "notify8", 24, 2);
    for (std::thread& thread : threads) thread.join();
    CHECK((answers[0] == 0 && answers[1] == 0));
  }
}

TEST_CASE("a guest that waits is interrupted, whether it waits already or not yet") {
  const auto memory = make_memory();
  Guest guest(memory);
  for (const bool already : {true, false}) {
    guest.store.resume();
    std::thread other([&] {
      if (already) std::this_thread::sleep_for(std::chrono::milliseconds(20));
      guest.store.interrupt();
    });
    const auto result = guest.call("wait32", 0, 0, std::int64_t{-1});
    CHECK(result.error().id() == ErrorId::interrupted);
    other.join();
    CHECK(guest.call("wait32", 0, 0, std::int64_t{-1}).error().id() == ErrorId::interrupted);
  }
  guest.store.resume();
  CHECK(guest.call("wait32", 0, 0, std::int64_t{0}).value() == 2);
}
