#include <wasmer/vm/entry.hpp>

#include <cstddef>

#include <wasmer/vm/store.hpp>
#include <wasmer/vm/value.hpp>

#include "../catch.hpp"

using namespace wasmer;
using vm::Context, vm::EntryFrame, vm::Registers;

namespace {

template <class F> vm::Entry entry(F* function) { return reinterpret_cast<vm::Entry>(function); }

/// A store with one context, and what is called in it. C++ functions keep the machine contract as guests do.
struct Guest {
  Store store;
  Context context;
  Registers registers;
  Guest() { context.store = &store; }
  template <class F> void call(F* function) {
    const vm::Entered entered(store);
    registers.integers[0] = reinterpret_cast<std::uint64_t>(&context);
    store.target = entry(function);
    vm::enter_with(&registers);
  }
};

const EntryFrame& frame_of(const Store& store) { return *reinterpret_cast<const EntryFrame*>(store.entry); }

std::uint64_t digits(Context*, std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d, std::uint64_t e) {
  return ((((a * 10) + b) * 10 + c) * 10 + d) * 10 + e;
}
double weighted(Context*, double a, double b, double c, double d, double e, double f, double g, double h) {
  return a + 2 * b + 4 * c + 8 * d + 16 * e + 32 * f + 64 * g + 128 * h;
}

/// What is seen of two entries, the inner of which fails.
struct Seen {
  const std::uintptr_t *outer = nullptr, *inner = nullptr, *before_inner = nullptr;
  bool is_back = false;
};
Seen seen;

void fail(Context* context) {
  seen.inner = context->store->entry;
  seen.before_inner = frame_of(*context->store).outer_entry;
  vm::unwind(*context->store);
}
void fail_within(Context* context) {
  seen.outer = context->store->entry;
  Registers registers;
  registers.integers[0] = reinterpret_cast<std::uint64_t>(context);
  context->store->target = entry(&fail);
  vm::enter_with(&registers);
  seen.is_back = context->store->entry == seen.outer;
}

}  // namespace

TEST_CASE("all argument registers are passed on to the target, in order") {
  Guest guest;
  for (std::uint64_t i = 1; i < 6; ++i) guest.registers.integers[i] = i;
  guest.call(&digits);
  CHECK(guest.registers.integers[0] == 12345);
  for (std::size_t i = 0; i < 8; ++i) guest.registers.floats[i] = Value(1.0).v128();
  guest.registers.floats[7] = Value(2.0).v128();
  guest.call(&weighted);
  CHECK(Value(ValueType::f64, guest.registers.floats[0]).f64() == 383.0);
}

TEST_CASE("the target is called with the stack aligned as the C ABI asks for") {
  Guest guest;
  guest.call(+[](Context*) { return reinterpret_cast<std::uint64_t>(__builtin_frame_address(0)); });
  CHECK(guest.registers.integers[0] % 16 == 0);
}

TEST_CASE("an entry keeps the one before it and gives it back") {
  Guest guest;
  std::uintptr_t outer_entry[16] = {}, outer_exit = 0;
  guest.store.entry = outer_entry, guest.store.exit = &outer_exit;
  guest.call(+[](Context* context) {
    return std::uint64_t{frame_of(*context->store).outer_entry != nullptr && frame_of(*context->store).outer_exit != nullptr &&
                         frame_of(*context->store).activation == context->store};
  });
  CHECK(guest.registers.integers[0] == 1);
  CHECK(guest.store.entry == outer_entry);
  CHECK(guest.store.exit == &outer_exit);
  guest.store.entry = guest.store.exit = nullptr;
}

TEST_CASE("unwinding leaves the innermost entry alone, and goes on behind it") {
  Guest guest;
  seen = {};
  guest.call(&fail_within);
  CHECK(seen.is_back);
  CHECK(seen.before_inner == seen.outer);
  CHECK(seen.inner < seen.outer);
  CHECK(guest.store.entry == nullptr);
  CHECK(guest.store.exit == nullptr);
}
