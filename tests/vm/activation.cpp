#include <wasmer/vm/activation.hpp>

#include <cstddef>
#include <type_traits>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;
using vm::Activation, vm::EntryFrame;

// The assembly counts in words: what it pushed last stands first.
static_assert(std::is_standard_layout_v<Activation> && std::is_standard_layout_v<EntryFrame>);
static_assert(offsetof(EntryFrame, outer_exit) == 0 && offsetof(EntryFrame, outer_entry) == 8 && offsetof(EntryFrame, activation) == 16);
static_assert(offsetof(EntryFrame, rbx) == 56 && offsetof(EntryFrame, outer_frame) == 64 && offsetof(EntryFrame, return_address) == 72);

namespace {
const EntryFrame& frame_of(const Activation& activation) { return *reinterpret_cast<const EntryFrame*>(activation.entry); }
}  // namespace

TEST_CASE("the frame pointer of an entry points to its saved frame, with the return address behind") {
  EntryFrame frame{};
  frame.return_address = 7;
  const std::uintptr_t* const pointer = vm::frame_pointer(reinterpret_cast<const std::uintptr_t*>(&frame));
  CHECK(static_cast<const void*>(pointer) == &frame.outer_frame);
  CHECK(pointer[1] == 7);
}

TEST_CASE("an entry is recorded while its guest runs, and the exit of the host function that the guest calls") {
  Store store;
  int calls = 0;
  const HostFunction look([&](Caller& caller) {
    ++calls;
    const Activation& activation = caller.store();
    REQUIRE(activation.entry != nullptr);
    CHECK(frame_of(activation).activation == &activation);
    CHECK(frame_of(activation).outer_entry == nullptr);
    CHECK(frame_of(activation).outer_exit == nullptr);
    REQUIRE(activation.exit != nullptr);
    CHECK(activation.exit < vm::frame_pointer(activation.entry));  // the host's frame is the deeper one
  });
  Instance& guest = tests::instantiate(store, "(module (import \"\" \"\" (func $h)) (func (export \"f\") (call $h)))", {look});
  CHECK(store.entry == nullptr);
  CHECK(guest.function<void()>("f").value()().has_value());
  CHECK(calls == 1);
  CHECK(store.entry == nullptr);
  CHECK(store.exit == nullptr);
  CHECK_FALSE(store.failed);
}

TEST_CASE("an entry within an entry leads to the outer one and to the exit between them") {
  Store store;
  const std::uintptr_t *outer_entry = nullptr, *outer_exit = nullptr;
  Instance* guest = nullptr;
  const HostFunction inner([&](Caller& caller) {
    CHECK(frame_of(caller.store()).outer_entry == outer_entry);
    CHECK(frame_of(caller.store()).outer_exit == outer_exit);
  });
  const HostFunction outer([&](Caller& caller) {
    outer_entry = caller.store().entry, outer_exit = caller.store().exit;
    CHECK(guest->function<void()>("inner").value()().has_value());
    CHECK(caller.store().entry == outer_entry);
    CHECK(caller.store().exit == outer_exit);
  });
  guest = &tests::instantiate(
      store, R"((module (import "" "i" (func $i)) (import "" "o" (func $o)) (func (export "inner") (call $i)) (func (export "outer") (call $o))))",
      {inner, outer});
  CHECK(guest->function<void()>("outer").value()().has_value());
  CHECK(outer_entry != nullptr);
}
