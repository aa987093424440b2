#include <wasmer/instance.hpp>

#include <chrono>
#include <thread>

#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>

#include "catch.hpp"

using namespace wasmer;

namespace {

/// Starts what exports its own name, and answers with its number.
template <int number> struct Answers {
  struct Options {
    int extra = 0;
  };
  struct State {
    int extra;
  };
  static constexpr std::string_view name = number == 1 ? "one" : "two";
  static Result<State> make(Options options) { return State{options.extra}; }
  static bool matches(const Module& module) { return !module.exports.empty() && module.exports[0].name == name; }
  static constexpr std::array<HostImport, 0> imports() { return {}; }
  static Result<ExitCode> start(Instance&, State& state) { return number + state.extra; }
};
using One = Answers<1>;
using Two = Answers<2>;
static_assert(Abi<One> && Abi<Two> && disjoint<One, Two>());

template <class I> concept CanStart = requires(const I& instance) { instance.start(); };
static_assert(CanStart<BasicInstance<One>> && CanStart<BasicInstance<One, Two>> && !CanStart<BasicInstance<>>,
              "without an ABI there is no way to start");
static_assert(std::is_copy_constructible_v<BasicInstance<One>> && std::is_convertible_v<BasicInstance<One>, Instance&>);

template <class... Abis> BasicInstance<Abis...> instantiate(std::string_view text) {
  const Runtime<Singlepass, Abis...> runtime;
  return runtime.instantiate(runtime.compile(text).value()).value();
}

constexpr std::string_view all_kinds =
    R"((module (func (export "f") (result i32) (i32.const 7)) (memory (export "m") 1) (table (export "t") 2 funcref)
  (global (export "g") i32 (i32.const 5))))";

}  // namespace

TEST_CASE("an instance gives what its module exports, by name and kind") {
  const auto instance = instantiate<>(all_kinds);
  CHECK(instance.function<std::int32_t()>("f").value()().value() == 7);
  CHECK(instance.function("f").value().call({}).value().at(0) == Value(7));
  CHECK(instance.memory("m").value()->size() == 1);
  CHECK(instance.table("t").value()->size() == 2);
  CHECK(instance.global("g").value()->get() == Value(5));
  CHECK(std::holds_alternative<std::monostate>(instance.find("x")));
  CHECK(instance.exports().size() == 4);
  CHECK(instance.memory("f").error().message() == "unlinkable: incompatible export type: \"f\": expected a memory, got (func (result i32))");
}

TEST_CASE("a signature that is not the function's is an error, before any call") {
  const auto instance = instantiate<>(all_kinds);
  CHECK(instance.function<std::int64_t()>("f").error().message() ==
        "unlinkable: incompatible export type: expected (func (result i64)), got (func (result i32))");
  CHECK(instance.function<void()>("g").error().id() == ErrorId::incompatible_export_type);
}

TEST_CASE("a program is started by the ABI that it was built for, whatever their order") {
  CHECK(instantiate<One, Two>("(module (func (export \"one\")))").start().value() == 1);
  CHECK(instantiate<One, Two>("(module (func (export \"two\")))").start().value() == 2);
  CHECK(instantiate<Two, One>("(module (func (export \"one\")))").start().value() == 1);
}

TEST_CASE("a program that asks nothing of its host is started by the first ABI") {
  CHECK(instantiate<One, Two>("(module)").start().value() == 1);
  CHECK(instantiate<Two, One>("(module)").start().value() == 2);
}

TEST_CASE("each ABI has a state of its own, by its type") {
  const Runtime<Singlepass, One, Two> runtime;
  const auto instance = runtime.instantiate(runtime.compile("(module (func (export \"two\")))").value(), One::Options{10}, Two::Options{20}).value();
  CHECK(instance.state<One>()->extra == 10);
  CHECK(instance.state<Two>()->extra == 20);
  CHECK(instance.start().value() == 22);
}

TEST_CASE("a copy keeps an instance alive that owns its store") {
  std::optional<BasicInstance<>> copy;
  {
    const auto instance = instantiate<>(all_kinds);
    copy = instance;
    CHECK(&copy->store() == &instance.store());
  }
  CHECK(copy->function<std::int32_t()>("f").value()().value() == 7);
}

TEST_CASE("an instance is interrupted from another thread") {
  const auto instance = instantiate<>("(module (func (export \"spin\") (loop $l (br $l))))");
  const std::jthread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    instance.interrupt();
  });
  CHECK(instance.function<void()>("spin").value()().error().message() == "trap: interrupted");
}
