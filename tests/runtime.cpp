#include <wasmer/runtime.hpp>

#include <cstring>
#include <stdexcept>
#include <thread>

#include <wasmer/backend/singlepass.hpp>

#include "catch.hpp"
#include "corpus.hpp"

using namespace wasmer;

namespace {

struct Greeter {
  struct Options {
    std::vector<std::string> args = {};
    std::int32_t factor = 3;
  };
  struct State {
    std::int32_t factor;
    std::int32_t calls = 0;
    std::int32_t scale(std::int32_t value) { return ++calls, value * factor; }
  };
  static constexpr std::string_view name = "greeter";
  static Result<State> make(Options options) {
    if (options.factor == 0) return Error(ErrorId::invalid_option, Error::no_offset, "factor");
    return State{options.factor};
  }
  static bool matches(const Module& module) { return !module.imports.empty(); }
  static constexpr auto imports() { return std::array{host<"greeter", "scale", &State::scale>()}; }
  static Result<ExitCode> start(Instance& instance, State&) {
    WASMER_TRY(const auto run, instance.function<std::int32_t()>("run"));
    WASMER_TRY(const std::int32_t code, run());
    return code;
  }
  static std::optional<Error> refusal(const Module& module) {
    if (module.imports[0].module != "old") return std::nullopt;
    return Error(ErrorId::wrong_abi, Error::no_offset, "this module asks for old; Greeter runs greeter only");
  }
};
static_assert(Abi<Greeter> && Explains<Greeter>);

template <class... Abis> concept CanRun = requires { typename Runtime<Singlepass, Abis...>; };
static_assert(CanRun<> && CanRun<Greeter> && !CanRun<Greeter, Greeter> && !CanRun<int>);

constexpr std::string_view add = R"((module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))))";
constexpr std::string_view greeting =
    R"((module (import "greeter" "scale" (func $s (param i32) (result i32))) (func (export "run") (result i32) (call $s (i32.const 7)))))";

}  // namespace

TEST_CASE("text and binary compile alike, and what is neither is malformed") {
  Runtime<Singlepass> runtime;
  for (auto module : {runtime.compile(add), runtime.compile(wat(add)), runtime.compile(std::span<const std::byte>(wat(add).value()))}) {
    auto instance = runtime.instantiate(module.value()).value();
    CHECK(instance.function<std::int32_t(std::int32_t, std::int32_t)>("add").value()(2, 3).value() == 5);
  }
  CHECK(runtime.compile("nonsense").error().message() == "malformed: magic header not detected at byte 0x0");
  CHECK(runtime.compile(std::vector<std::byte>()).error().stage() == Stage::malformed);
  CHECK(runtime.compile("(module (func (result i32)))").error().message().starts_with("invalid: type mismatch at byte 0x"));
  CHECK(runtime.compile("(module (fun))").error().stage() == Stage::malformed);
}

TEST_CASE("the program of the documentation works") {
  std::vector<std::int32_t> logged;
  Runtime<Singlepass> runtime;
  auto module = runtime.compile(wat(R"((module (import "env" "log" (func $log (param i32)))
    (func (export "add") (param i32 i32) (result i32) (call $log (local.get 0)) (i32.add (local.get 0) (local.get 1)))))")).value();
  auto instance = runtime.instantiate(module, Imports{{"env", "log", [&](std::int32_t v) { logged.push_back(v); }}}).value();
  auto sum = instance.function<std::int32_t(std::int32_t, std::int32_t)>("add").value();
  CHECK(sum(1, 2).value() == 3);
  CHECK(logged == std::vector{1});
  CHECK(runtime.instantiate(module).error().message() == "unlinkable: unknown import: \"env\" \"log\" (func (param i32))");
}

TEST_CASE("a module outlives its runtime, and an instance its module") {
  std::optional<BasicInstance<>> instance;
  {
    std::optional<CompiledModule> module;
    {
      Runtime<Singlepass> runtime;
      module = runtime.compile(add).value();
    }
    instance = Runtime<Singlepass>().instantiate(*module).value();
  }
  CHECK(instance->function<std::int32_t(std::int32_t, std::int32_t)>("add").value()(2, 3).value() == 5);
}

TEST_CASE("instances in one store are linked by name") {
  Runtime<Singlepass> runtime;
  Store store;
  auto library = runtime.instantiate(store, runtime.compile(add).value()).value();
  auto user = runtime.instantiate(store, runtime.compile(R"((module (import "lib" "add" (func $add (param i32 i32) (result i32)))
    (func (export "f") (result i32) (call $add (i32.const 20) (i32.const 22)))))").value(), Imports{{"lib", library}}).value();
  CHECK(user.function<std::int32_t()>("f").value()().value() == 42);
}

TEST_CASE("an ABI's state is made from options, or given") {
  Runtime<Singlepass, Greeter> runtime;
  const auto module = runtime.compile(greeting).value();
  CHECK(runtime.instantiate(module).value().start().value() == 21);
  CHECK(runtime.instantiate(module, {.args = {"x"}, .factor = 5}).value().start().value() == 35);
  Store store;
  CHECK(runtime.instantiate(store, module, {.factor = 6}).value().start().value() == 42);
  CHECK(runtime.instantiate(module, {.factor = 0}).error().message() == "host: invalid option: factor");
  const auto shared = std::make_shared<Greeter::State>(Greeter::State{10});
  auto first = runtime.instantiate(module, Imports(), shared).value(), second = runtime.instantiate(module, Imports(), shared).value();
  CHECK(first.start().value() == 70);
  CHECK(second.start().value() == 70);
  CHECK(shared->calls == 2);
  CHECK(first.state<Greeter>() == shared);
}

TEST_CASE("imports of the embedder's come before an ABI's") {
  Runtime<Singlepass, Greeter> runtime;
  const auto module = runtime.compile(greeting).value();
  const Imports imports{{"greeter", "scale", [](std::int32_t) { return -1; }}};
  CHECK(runtime.instantiate(module, imports).value().start().value() == -1);
  CHECK(runtime.instantiate(module, imports, {.factor = 2}).value().start().value() == -1);
}

TEST_CASE("an ABI says why it does not run a module, if it knows") {
  Runtime<Singlepass, Greeter> runtime;
  CHECK(runtime.instantiate(runtime.compile("(module (import \"old\" \"f\" (func)))").value()).error().message() ==
        "unlinkable: wrong ABI: this module asks for old; Greeter runs greeter only");
  CHECK(runtime.instantiate(runtime.compile("(module (import \"new\" \"f\" (func)))").value()).error().id() == ErrorId::unknown_import);
}

TEST_CASE("the first error in the order of the bodies is the answer, whatever the number of threads") {
  std::string text = "(module";
  for (int i = 0; i < 3000; ++i) text += i == 1111 || i == 1112 || i == 2900 ? "(func (result i32) (i64.const 0))" : "(func (drop (i32.const 1)))";
  const auto bytes = wat(text + ")").value();
  const std::string expected = Runtime<Singlepass>({}, {.threads = 1}).compile(bytes).error().message();
  CHECK(expected.starts_with("invalid: type mismatch at byte 0x"));
  const Runtime<Singlepass> many({}, {.threads = 8});
  for (int i = 0; i < 20; ++i) CHECK(many.compile(bytes).error().message() == expected);
}

TEST_CASE("progress counts every body once, on the calling thread") {
  std::string text = "(module";
  for (int i = 0; i < 1000; ++i) text += "(func (drop (i32.const 1)))";
  std::size_t last = 0, total = 0;
  bool ascending = true;
  const auto progress = [&](std::size_t done, std::size_t all) { ascending = ascending && done > last, last = done, total = all; };
  REQUIRE(Runtime<Singlepass>({}, {.threads = 1}).compile(text + ")", progress).has_value());
  CHECK(ascending);
  CHECK(last == 1000);
  CHECK(total == 1000);
}

TEST_CASE("features that are switched off are refused, in bodies too") {
  const Runtime<Singlepass> first({}, {.features = Features::wasm1()});
  const auto compiled = first.compile("(module (func (param i32) (result i32) (i32.extend8_s (local.get 0))))");
  REQUIRE(!compiled.has_value());
  CHECK(compiled.error().id() == ErrorId::needs_proposal);
}

TEST_CASE("a trap prints where it happened") {
  Runtime<Singlepass> runtime;
  auto instance = runtime.instantiate(runtime.compile(R"((module (func $inner (export "inner") (i32.store (i32.const -1) (i32.const 0))) (memory 1)
    (func (export "outer") (call $inner))))").value()).value();
  const Error error = instance.function<void()>("outer").value()().error();
  CHECK(error.message() == "trap: out of bounds memory access");
  REQUIRE(error.backtrace().size() == 2);
  CHECK(error.backtrace()[0].name == "inner");
  CHECK(error.backtrace()[1].name == "outer");
}

TEST_CASE("a runtime is shared by threads that compile, instantiate and run") {
  const Runtime<Singlepass> runtime({}, {.threads = 2});
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i) {
          auto instance = runtime.instantiate(runtime.compile(add).value()).value();
          right += instance.function<std::int32_t(std::int32_t, std::int32_t)>("add").value()(i, 1).value() == i + 1;
        }
      });
  }
  CHECK(right == 80);
}

TEST_CASE("the embedder's shared memory is imported by instances on several threads, each in a store of its own") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    const Runtime<Singlepass> runtime({.bounds = bounds});
    const auto module = runtime.compile(R"((module (import "env" "memory" (memory 1 4 shared))
      (func (export "add") (param i32) (drop (i32.atomic.rmw.add (i32.const 8) (local.get 0))))
      (func (export "wait") (result i32) (memory.atomic.wait32 (i32.const 64) (i32.const 0) (i64.const -1)))
      (func (export "wake") (param i32) (result i32) (memory.atomic.notify (i32.const 64) (local.get 0)))))").value();
    const auto memory = vm::Memory::create({.limits = {1, 4}, .shared = true}, bounds).value();
    const Imports imports{{"env", "memory", memory}};
    std::atomic<int> woken{0};
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 3; ++t)
        threads.emplace_back([&] {
          const auto instance = runtime.instantiate(module, imports).value();
          const auto add = instance.function<void(std::int32_t)>("add").value();
          for (int i = 0; i < 1000; ++i) static_cast<void>(add(2));
          woken += instance.function<std::int32_t()>("wait").value()().value() == 0;
        });
      const auto instance = runtime.instantiate(module, imports).value();
      const auto wake = instance.function<std::int32_t(std::int32_t)>("wake").value();
      for (std::int32_t left = 3; left != 0; std::this_thread::yield()) left -= wake(left).value();
    }
    CHECK(woken == 3);
    std::int32_t sum = 0;
    std::memcpy(&sum, memory->bytes().data() + 8, sizeof sum);
    CHECK(sum == 6000);
  }
}

TEST_CASE("a real module compiles from its file") {
  REQUIRE_CORPUS();
  Runtime<Singlepass> runtime;
  const auto module = runtime.compile_file(tests::corpus("bench/wasmi/coremark.wasm").string()).value();
  CHECK_FALSE(module.image().empty());
  auto instance = runtime.instantiate(module, Imports{{"env", "clock_ms", [] { return std::int32_t{0}; }}});
  CHECK(instance.has_value());
  CHECK(runtime.compile_file("/nonexistent").error().id() == ErrorId::cannot_read_file);
}

TEST_CASE("with pooling, instances come and go in the same place, each with a memory of its own") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    const Runtime<Singlepass> runtime({.bounds = bounds}, {.pooling = {.slots = 2}});
    const auto module = runtime.compile(R"((module (memory 1) (func (export "next") (result i32)
      (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1))) (i32.load (i32.const 8)))))").value();
    for (int i = 0; i < 2000; ++i) {
      const auto one = runtime.instantiate(module).value(), other = runtime.instantiate(module).value();
      const auto next = one.function<std::int32_t()>("next").value();
      REQUIRE(next().value() == 1);
      REQUIRE(next().value() == 2);
      REQUIRE(other.function<std::int32_t()>("next").value()().value() == 1);
    }
  }
}

TEST_CASE("a thousand instances live at once, behind guard pages and without") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    const Runtime<Singlepass> runtime({.bounds = bounds});
    const auto module = runtime.compile(R"((module (memory 1) (func (export "f") (param i32) (result i32) (i32.load (local.get 0)))))").value();
    std::vector<Runtime<Singlepass>::Linked> alive;
    for (int i = 0; i < 1000; ++i) alive.push_back(runtime.instantiate(module).value());
    for (const auto& instance : alive) {
      const auto f = instance.function<std::int32_t(std::int32_t)>("f").value();
      REQUIRE(f(0).value() == 0);
      REQUIRE(f(65536).error().id() == ErrorId::out_of_bounds_memory_access);
    }
  }
}
