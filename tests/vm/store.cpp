#include <wasmer/vm/store.hpp>

#include <memory>
#include <string>
#include <thread>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;
using tests::instantiate;

TEST_CASE("a store begins with what the entry thunk knows of it") {
  Store store;
  CHECK(static_cast<void*>(static_cast<vm::Activation*>(&store)) == static_cast<void*>(&store));
}

TEST_CASE("what a store keeps is dropped with it, the latest first") {
  std::string order;
  struct Letter {
    std::string& order;
    char name;
    ~Letter() { order += name; }
  };
  {
    Store store;
    for (const char name : {'a', 'b', 'c'}) store.keep(std::make_shared<Letter>(order, name));
    CHECK(order.empty());
  }
  CHECK(order == "cba");
}

TEST_CASE("an instance keeps its code alive") {
  Store store;
  Instance& guest = instantiate(store, "(module (func (export \"f\") (result i32) (i32.const 5)))");
  CHECK(guest.function<std::int32_t()>("f").value()().value() == 5);
}

TEST_CASE("every loop of every instance of the store is interrupted, and of no other store") {
  Store store, other;
  const auto code = tests::compile(R"((module (func (export "spin") (loop $l (br $l)))
    (func (export "count") (param i32) (result i32) (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get 0))))");
  Instance &first = *vm::Instantiation::run(store, code, {}).value(), &second = *vm::Instantiation::run(store, code, {}).value();
  Instance& stranger = *vm::Instantiation::run(other, code, {}).value();
  for (Instance* const each : {&first, &second}) {
    std::jthread stopper([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      each->interrupt();
    });
    CHECK(each->function<void()>("spin").value()().error().id() == ErrorId::interrupted);
    stopper.join();
    store.resume();
  }
  store.interrupt();
  CHECK(stranger.function<std::int32_t(std::int32_t)>("count").value()(1000).value() == 0);
  CHECK(first.function<std::int32_t(std::int32_t)>("count").value()(1000).error().id() == ErrorId::interrupted);
  Instance& late = *vm::Instantiation::run(store, code, {}).value();
  CHECK(late.function<std::int32_t(std::int32_t)>("count").value()(1000).error().id() == ErrorId::interrupted);
}

TEST_CASE("a fill of gigabytes is interrupted between its pieces") {
  Store store;
  Instance& guest =
      instantiate(store, R"((module (memory 16384) (func (export "fill") (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x40000000)))))");
  store.interrupt();
  store.resume();
  std::jthread stopper([&] {
    while (guest.memories()[0]->bytes()[0] == std::byte{0}) std::this_thread::yield();
    store.interrupt();
  });
  CHECK(guest.function<void()>("fill").value()().error().id() == ErrorId::interrupted);
  CHECK(guest.memories()[0]->bytes().back() == std::byte{0});
}

TEST_CASE("two stores on one thread call each other through the host") {
  Store inner, outer;
  Instance& callee = instantiate(inner, "(module (func (export \"f\") (param i32) (result i32) (i32.div_u (i32.const 100) (local.get 0))))");
  const auto divide = callee.function<std::int32_t(std::int32_t)>("f").value();
  Instance& caller = instantiate(outer, R"((module (import "" "g" (func $g (param i32) (result i32)))
    (func (export "f") (param i32) (result i32) (i32.add (call $g (local.get 0)) (i32.load (i32.const 0)))) (memory 1)
    (func (export "late") (param i32) (result i32) (drop (call $g (local.get 0))) unreachable)))",
                                 {HostFunction([divide](std::int32_t value) { return divide(value); })});
  CHECK(caller.function<std::int32_t(std::int32_t)>("f").value()(4).value() == 25);
  CHECK(caller.function<std::int32_t(std::int32_t)>("f").value()(0).error().id() == ErrorId::integer_divide_by_zero);
  CHECK(caller.function<std::int32_t(std::int32_t)>("late").value()(4).error().id() == ErrorId::unreachable);
  CHECK(divide(5).value() == 20);
}
