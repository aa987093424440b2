#include <wasmer/vm/host.hpp>
#include <wasmer/vm/backtrace.hpp>

#include <memory>
#include <stdexcept>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;
using tests::instantiate;

namespace {

template <class R, class... Args> TypedFunction<R(Args...)> function(Instance& instance, std::string_view name = "f") {
  return instance.function<R(Args...)>(name).value();
}

enum class Errno : std::uint16_t { badf = 8 };

struct State {
  int calls = 0;
  Errno fd_close(Caller& caller, std::uint32_t fd) {
    ++calls;
    caller.memory()[0] = std::byte{9};
    return fd == 3 ? Errno{} : Errno::badf;
  }
  Result<void> proc_exit(std::uint32_t code) { return Error::exit(code); }
};

/// Counts the objects of it that live.
struct Witness {
  explicit Witness(int& alive) : alive_(alive) { ++alive_; }
  ~Witness() { --alive_; }
  int& alive_;
};

}  // namespace

TEST_CASE("a lambda is called with the guest's values and gives the guest its result") {
  Store store;
  Instance& guest = instantiate(store, R"((module (import "" "sum" (func $sum (param i32 i64 f32 f64) (result f64)))
    (func (export "f") (result f64) (call $sum (i32.const -1) (i64.const 20) (f32.const 0.5) (f64.const 0.25)))))",
                                {HostFunction([](std::int32_t a, std::int64_t b, float c, double d) { return static_cast<double>(a) + static_cast<double>(b) + c + d; })});
  CHECK(function<double>(guest)().value() == 19.75);
}

TEST_CASE("unsigned, small and enum results are an i32") {
  Store store;
  Instance& guest = instantiate(store, R"((module (import "" "u" (func $u (result i32))) (import "" "b" (func $b (result i32))) (import "" "e" (func $e (result i32)))
    (func (export "f") (result i32 i32 i32) call $u call $b call $e)))",
                                {HostFunction([] { return 0xFFFFFFFFu; }), HostFunction([] { return true; }), HostFunction([] { return Errno::badf; })});
  CHECK(function<std::array<std::int32_t, 3>>(guest)().value() == std::array{-1, 1, 8});
}

TEST_CASE("twenty-six parameters arrive in order") {
  std::vector<std::int64_t> seen;
  const auto collect = [&seen](std::int32_t a, std::int64_t b, float c, double d, std::int32_t e, std::int64_t f, float g, double h, std::int32_t i, std::int64_t j, float k,
                               double l, std::int32_t m, std::int64_t n, float o, double p, std::int32_t q, std::int64_t r, float s, double t, std::int32_t u, std::int64_t v,
                               float w, double x, std::int32_t y, std::int64_t z) {
    const auto whole = [](auto value) { return static_cast<std::int64_t>(value); };
    seen = {whole(a), whole(b), whole(c), whole(d), whole(e), whole(f), whole(g), whole(h), whole(i), whole(j), whole(k), whole(l), whole(m),
            whole(n), whole(o), whole(p), whole(q), whole(r), whole(s), whole(t), whole(u), whole(v), whole(w), whole(x), whole(y), whole(z)};
  };
  std::string params, values;
  std::vector<std::int64_t> expected;
  for (int i = 0; i < 26; ++i) {
    const std::string type = std::array{"i32", "i64", "f32", "f64"}[static_cast<std::size_t>(i % 4)];
    params += " " + type, values += "(" + type + ".const " + std::to_string(100 + i) + ")";
    expected.push_back(100 + i);
  }
  Store store;
  Instance& guest = instantiate(store, "(module (import \"\" \"g\" (func $g (param" + params + "))) (func (export \"f\") (call $g " + values + ")))", {HostFunction(collect)});
  CHECK(function<void>(guest)().has_value());
  CHECK(seen == expected);
}

TEST_CASE("a callable without parameters and results is a function") {
  int calls = 0;
  Store store;
  Instance& guest = instantiate(store, R"((module (import "" "g" (func $g)) (func (export "f") call $g call $g)))", {HostFunction([&calls] { ++calls; })});
  CHECK(function<void>(guest)().has_value());
  CHECK(calls == 2);
}

TEST_CASE("tuples, pairs and arrays are several results") {
  Store store;
  Instance& guest = instantiate(store, R"((module (import "" "t" (func $t (param i32) (result i32 f64 i64))) (import "" "a" (func $a (result i64 i64)))
    (func (export "f") (param i32) (result i32 f64 i64) (call $t (local.get 0)))
    (func (export "g") (result i64) call $a i64.sub)))",
                                {HostFunction([](std::int32_t a) { return std::tuple(a + 1, a * 0.5, std::int64_t{a} << 32); }),
                                 HostFunction([] { return std::array<std::int64_t, 2>{50, 8}; })});
  CHECK(function<std::tuple<std::int32_t, double, std::int64_t>, std::int32_t>(guest)(6).value() == std::tuple(7, 3.0, std::int64_t{6} << 32));
  CHECK(function<std::int64_t>(guest, "g")().value() == 42);
}

TEST_CASE("a callable that can only be moved is owned by what imports it") {
  int alive = 0;
  {
    Store store;
    Instance& guest = instantiate(store, R"((module (import "" "g" (func $g (result i32))) (func (export "f") (result i32) call $g)))",
                                  {HostFunction([number = std::make_unique<int>(5), witness = std::make_unique<Witness>(alive)] { return *number; })});
    CHECK(function<std::int32_t>(guest)().value() == 5);
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("member functions of a shared state are called on it") {
  const auto state = std::make_shared<State>();
  const auto row = [&]<auto member>(std::integral_constant<decltype(member), member>) {
    using Callee = vm::MemberCallee<member>;
    return HostFunction(vm::adapter<Callee>(), vm::signature_of<Callee>(), state);
  };
  Store store;
  Instance& guest = instantiate(store, R"((module (import "" "fd_close" (func $c (param i32) (result i32))) (import "" "proc_exit" (func $e (param i32))) (memory 1)
    (func (export "f") (param i32) (result i32) (call $c (local.get 0)))
    (func (export "load") (result i32) (i32.load8_u (i32.const 0)))
    (func (export "exit") (call $e (i32.const 3)))))",
                                {row(std::integral_constant<decltype(&State::fd_close), &State::fd_close>{}), row(std::integral_constant<decltype(&State::proc_exit), &State::proc_exit>{})});
  CHECK(function<std::int32_t, std::int32_t>(guest)(3).value() == 0);
  CHECK(function<std::int32_t, std::int32_t>(guest)(4).value() == 8);
  CHECK(function<std::int32_t>(guest, "load")().value() == 9);
  CHECK(state->calls == 2);
  const Error exit = function<void>(guest, "exit")().error();
  CHECK(exit.id() == ErrorId::exit);
  CHECK(exit.exit_code() == 3);
}

TEST_CASE("an error that a host function returns is the guest's trap, with the frames that called the host") {
  int alive = 0;
  Store store;
  Instance& guest = instantiate(store, R"((module (import "" "g" (func $g (param i32) (result i32)))
    (func (export "f") (param i32) (result i32) (i32.add (call $g (local.get 0)) (i32.const 1)))))",
                                {HostFunction([&alive](std::int32_t value) -> Result<std::int32_t> {
                                  const Witness witness(alive);
                                  if (value < 0) return Error(ErrorId::unreachable, Error::no_offset, "negative");
                                  return value;
                                })});
  CHECK(function<std::int32_t, std::int32_t>(guest)(1).value() == 2);
  const Error error = function<std::int32_t, std::int32_t>(guest)(-1).error();
  CHECK(error.message() == "trap: unreachable: negative");
  REQUIRE(error.backtrace().size() == 1);
  CHECK(error.backtrace()[0].name == "f");
  CHECK(alive == 0);
}

TEST_CASE("a C++ exception passes through the guest to the C++ code that called it") {
  int alive = 0;
  Store store;
  Instance& guest = instantiate(store, R"((module (import "" "g" (func $g)) (func (export "f") call $g)))", {HostFunction([&alive] {
                                  const Witness witness(alive);
                                  throw std::out_of_range("far away");
                                })});
  CHECK_THROWS_WITH(function<void>(guest)(), "far away");
  CHECK_THROWS_AS(guest.function("f").value().call({}), std::out_of_range);
  CHECK(alive == 0);
}

TEST_CASE("an ErrorException is the error that it carries") {
  Store store;
  Instance& guest = instantiate(store, R"((module (import "" "g" (func $g)) (func (export "f") call $g)))",
                                {HostFunction([] { Result<void>(Error(ErrorId::integer_overflow)).value(); })});
  CHECK(function<void>(guest)().error().id() == ErrorId::integer_overflow);
}

TEST_CASE("host and guest call each other in turn, and a trap passes through all of them") {
  int alive = 0;
  Store store;
  const auto deeper = [&alive](Caller& caller, std::int32_t depth) -> Result<std::int32_t> {
    const Witness witness(alive);
    WASMER_TRY(const auto f, caller.instance().function<std::int32_t(std::int32_t)>("f"));
    WASMER_TRY(const std::int32_t sum, f(depth - 1));
    return sum + 1;
  };
  Instance& guest = instantiate(store, R"((module (import "" "deeper" (func $deeper (param i32) (result i32)))
    (func $f (export "f") (param i32) (result i32)
      (if (i32.eq (local.get 0) (i32.const -1)) (then unreachable))
      (if (result i32) (local.get 0) (then (call $deeper (local.get 0))) (else (i32.const 100))))))",
                                {HostFunction(deeper)});
  const auto f = function<std::int32_t, std::int32_t>(guest);
  CHECK(f(20).value() == 120);
  const Error error = [&] {
    int depth = 0;
    Instance& trapping = instantiate(store, R"((module (import "" "g" (func $g)) (func $f (export "f") call $g)))", {HostFunction([&](Caller& caller) -> Result<void> {
                                       const Witness witness(alive);
                                       if (++depth == 5) return Error(ErrorId::unreachable);
                                       return caller.instance().function<void()>("f").value()();
                                     })});
    return function<void>(trapping)().error();
  }();
  CHECK(error.id() == ErrorId::unreachable);
  CHECK(error.backtrace().size() == 5);
  CHECK(alive == 0);
  CHECK(f(3).value() == 103);
}

TEST_CASE("an exception passes through guests and hosts, whose objects are destroyed") {
  int alive = 0, depth = 0;
  Store store;
  Instance& guest = instantiate(store, R"((module (import "" "g" (func $g)) (func $f (export "f") call $g)))", {HostFunction([&](Caller& caller) {
                                  const Witness witness(alive);
                                  if (++depth == 10) throw std::runtime_error("deep");
                                  caller.instance().function<void()>("f").value()().value();
                                })});
  CHECK_THROWS_WITH(function<void>(guest)(), "deep");
  CHECK(depth == 10);
  CHECK(alive == 0);
}

TEST_CASE("recursion through the host without end is call stack exhausted") {
  Store store;
  Instance& guest = instantiate(store, R"((module (import "" "g" (func $g)) (func $f (export "f") call $g)))",
                                {HostFunction([](Caller& caller) -> Result<void> { return caller.instance().function<void()>("f").value()(); })});
  CHECK(function<void>(guest)().error().id() == ErrorId::call_stack_exhausted);
  CHECK(function<void>(guest)().error().backtrace().size() == vm::most_frames);
}

TEST_CASE("an interrupt during a host function stops the guest when the function returns") {
  Store store;
  bool returned = false;
  Instance& guest = instantiate(store, R"((module (import "" "g" (func $g)) (import "" "after" (func $after)) (func (export "f") call $g call $after)))",
                                {HostFunction([](Caller& caller) { caller.store().interrupt(); }), HostFunction([&returned] { returned = true; })});
  CHECK(function<void>(guest)().error().id() == ErrorId::interrupted);
  CHECK_FALSE(returned);
}

TEST_CASE("an exported host function is a function like any other, and its caller is who imported it first") {
  Store store;
  Instance& inner = instantiate(store, R"((module (import "" "g" (func $g (result i32))) (memory 3) (export "g" (func $g)) (table (export "t") funcref (elem $g))))",
                                {HostFunction([](Caller& caller) { return static_cast<std::int32_t>(caller.memory().size() >> 16); })});
  CHECK(function<std::int32_t>(inner, "g")().value() == 3);
  Instance& outer = instantiate(store, R"((module (import "" "g" (func $g (result i32))) (memory 7) (func (export "f") (result i32) call $g)))", {inner.find("g")});
  CHECK(function<std::int32_t>(outer)().value() == 3);
}

TEST_CASE("references pass between host and guest") {
  Store store;
  const vm::FuncRef* seen = nullptr;
  Instance& guest = instantiate(store, R"((module (import "" "g" (func $g (param externref funcref) (result externref))) (elem declare func $f)
    (func $f (export "f") (param externref) (result externref) (call $g (local.get 0) (ref.func $f)))))",
                                {HostFunction([&seen](ExternRef value, const vm::FuncRef* function) {
                                  seen = function;
                                  return ExternRef{value.value + 1};
                                })});
  CHECK(function<ExternRef, ExternRef>(guest)(ExternRef{41}).value() == ExternRef{42});
  CHECK(seen == &guest.function("f").value().reference());
}
