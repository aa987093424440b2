#include <wasmer/vm/backtrace.hpp>

#include <string>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;

namespace {
std::string names(const std::vector<Frame>& frames) {
  std::string text;
  for (const Frame& frame : frames) text.append(text.empty() ? "" : " ").append(frame.name);
  return text;
}
}  // namespace

TEST_CASE("a caller's place is read from the two words of a frame") {
  std::uintptr_t words[2] = {0, 0};
  words[0] = reinterpret_cast<std::uintptr_t>(words), words[1] = 77;
  const vm::GuestPlace place = vm::GuestPlace::caller_of(words);
  CHECK(reinterpret_cast<std::uintptr_t>(place.pc) == 77);
  CHECK(place.frame == words);
  CHECK_FALSE(place.trapped);
  CHECK(place.frameless == nullptr);
}

TEST_CASE("there are no frames where no guest runs") {
  CHECK(vm::backtrace(vm::Activation()).empty());
  Store store;
  tests::instantiate(store, "(module (func (export \"f\")))").function<void()>("f").value()().value();
  CHECK(vm::backtrace(store).empty());
}

TEST_CASE("a host function sees the guest's frames, innermost first, each at its call") {
  Store store;
  std::vector<Frame> frames;
  Instance& guest =
      tests::instantiate(store, R"((module (import "" "" (func $host)) (func $inner (call $host)) (func $outer (export "f") (nop) (call $inner))))",
                         {HostFunction([&](Caller& caller) { frames = vm::backtrace(caller.store()); })});
  REQUIRE(guest.function<void()>("f").value()().has_value());
  REQUIRE(names(frames) == "inner outer");
  CHECK(frames[0].function == 1);
  CHECK(frames[1].function == 2);
  const auto& bytes = *guest.module().bytes;
  for (const Frame& frame : frames) CHECK(bytes.at(frame.offset) == std::byte{0x10});  // the opcode of call
  CHECK(bytes.at(frames[1].offset + 1) == std::byte{1});
}

TEST_CASE("frames are followed over the host from each entry to the exit before it") {
  Store store;
  std::vector<Frame> frames;
  Instance* guest = nullptr;
  const HostFunction again([&](std::int32_t depth) {
    if (depth == 0) frames = vm::backtrace(*guest->context().store);
    else CHECK(guest->function<void(std::int32_t)>("f").value()(depth - 1).has_value());
  });
  guest = &tests::instantiate(store, R"((module (import "" "" (func $again (param i32))) (func $through (param i32) (call $again (local.get 0)))
    (func $entered (export "f") (param i32) (call $through (local.get 0)))))", {again});
  REQUIRE(guest->function<void(std::int32_t)>("f").value()(2).has_value());
  CHECK(names(frames) == "through entered through entered through entered");
}

TEST_CASE("frames of other stores on the stack are left out") {
  Store first, second;
  std::vector<Frame> frames;
  Instance& inner = tests::instantiate(second, "(module (import \"\" \"\" (func $h)) (func $b (export \"f\") (call $h)))",
                                       {HostFunction([&](Caller& caller) { frames = vm::backtrace(caller.store()); })});
  const auto call_inner = inner.function<void()>("f").value();
  Instance& outer = tests::instantiate(first, "(module (import \"\" \"\" (func $h)) (func $a (export \"f\") (call $h)))",
                                       {HostFunction([=] { return call_inner(); })});
  REQUIRE(outer.function<void()>("f").value()().has_value());
  CHECK(names(frames) == "b");
}

TEST_CASE("of a deep stack both ends are kept, and it is told how many frames lie between them") {
  Store store;
  std::vector<Frame> frames;
  Instance& guest = tests::instantiate(store, R"((module (import "" "" (func $host)) (func $f (export "f") (param i32)
    (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1)))) (else (call $host))))))",
                                       {HostFunction([&](Caller& caller) { frames = vm::backtrace(caller.store()); })});
  const auto f = guest.function<void(std::int32_t)>("f").value();
  REQUIRE(f(static_cast<std::int32_t>(vm::most_frames) - 1).has_value());
  CHECK(frames.size() == vm::most_frames);
  REQUIRE(f(10'000).has_value());
  CHECK(frames.size() == vm::most_frames);
  CHECK(frames.front().offset != frames.back().offset);  // the innermost calls the host, the others themselves
  for (std::size_t i = 0; i < frames.size(); ++i)
    CHECK(frames[i].omitted == (i == vm::most_frames - vm::outermost_frames ? 10'001 - vm::most_frames : 0));
}
