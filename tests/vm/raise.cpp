#include <wasmer/vm/raise.hpp>

#include <memory>
#include <stdexcept>
#include <string>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;
using tests::instantiate;

namespace {

template <class R, class... Args> TypedFunction<R(Args...)> function(Instance& instance, std::string_view name = "f") {
  return instance.function<R(Args...)>(name).value();
}

std::shared_ptr<const vm::Tag> tag(std::initializer_list<ValueType> params = {}) { return vm::Tag::create(std::span(params.begin(), params.size())); }

/// Counts the objects of it that live.
struct Witness {
  explicit Witness(int& alive) : alive_(alive) { ++alive_; }
  ~Witness() { --alive_; }
  int& alive_;
};

/// Calls import 0, whose tag is import 1, and gives 1 plus what is caught by the tag, -1 for all else.
constexpr std::string_view catcher = R"((module (import "" "h" (func $h)) (import "" "e" (tag $e (param i32)))
  (func (export "f") (result i32)
    (block $all
      (block $one (result i32)
        (try_table (catch $e $one) (catch_all $all) (call $h))
        (return (i32.const 0)))
      (return (i32.add (i32.const 1))))
    (i32.const -1))))";

}  // namespace

TEST_CASE("a host function throws an exception into the guest, after its objects are gone") {
  Store store;
  int alive = 0;
  const auto e = tag({ValueType::i32});
  Instance& guest = instantiate(store, catcher, {HostFunction([&] {
                                  const Witness witness(alive);
                                  throw Exception(e, {41});
                                }), e});
  CHECK(function<int>(guest)().value() == 42);
  CHECK(alive == 0);
  CHECK(store.thrown == nullptr);
}

TEST_CASE("a host function returns an exception as an Error") {
  Store store;
  const auto e = tag({ValueType::i32});
  Instance& guest = instantiate(store, catcher, {HostFunction([&]() -> Result<void> { return Exception(e, {1}).error(); }), e});
  CHECK(function<int>(guest)().value() == 2);
}

TEST_CASE("an exception of a tag that is not the guest's is caught by catch_all alone") {
  Store store;
  Instance& guest = instantiate(store, catcher, {HostFunction([&] { throw Exception(tag({ValueType::i32}), {1}); }), tag({ValueType::i32})});
  CHECK(function<int>(guest)().value() == -1);
}

TEST_CASE("a C++ exception is caught by catch_all, and is itself again where the guest throws it on") {
  Store store;
  const HostFunction host([] { throw std::runtime_error("mine"); });
  CHECK(function<int>(instantiate(store, catcher, {host, tag({ValueType::i32})}))().value() == -1);
  Instance& guest = instantiate(store, R"((module (import "" "h" (func $h))
    (func $g (block $all (result exnref) (try_table (catch_all_ref $all) (call $h)) (return)) (throw_ref))
    (func (export "f") (call $g))))", {host});
  CHECK_THROWS_WITH(function<void>(guest)().has_value(), "mine");
}

TEST_CASE("a host function with float results throws too") {
  Store store;
  const HostFunction host([](double x) -> double { throw x; });
  Instance& guest = instantiate(store, R"((module (import "" "h" (func $h (param f64) (result f64)))
    (func (export "f") (param f64) (result f64)
      (block $all (return (try_table (result f64) (catch_all $all) (call $h (local.get 0))))) (f64.neg (local.get 0)))))", {host});
  CHECK(function<double, double>(guest)(2.5).value() == -2.5);
}

TEST_CASE("traps, exits and interruptions of host functions are never caught") {
  Store store;
  const auto e = tag({ValueType::i32});
  const auto run = [&](HostFunction host) { return function<int>(instantiate(store, catcher, {std::move(host), e}))().error().id(); };
  CHECK(run(HostFunction([]() -> Result<void> { return Error(ErrorId::unreachable); })) == ErrorId::unreachable);
  CHECK(run(HostFunction([]() -> Result<void> { return Error::exit(3); })) == ErrorId::exit);
  CHECK(run(HostFunction([] { throw ErrorException(Error(ErrorId::integer_overflow)); })) == ErrorId::integer_overflow);
  CHECK(run(HostFunction([](Caller& caller) { caller.store().interrupt(); })) == ErrorId::interrupted);
}

TEST_CASE("an exception goes through a host function in between, as an Error that it returns or throws") {
  Store store;
  int alive = 0;
  Instance& inner = instantiate(store, R"((module (tag $e (export "e") (param i32)) (func (export "f") (throw $e (i32.const 9)))))");
  const auto e = inner.tag("e").value();
  const HostFunction returns([&]() -> Result<void> {
    const Witness witness(alive);
    return function<void>(inner)();
  });
  const HostFunction throws([&] {
    const Witness witness(alive);
    function<void>(inner)().value();
  });
  CHECK(function<int>(instantiate(store, catcher, {returns, e}))().value() == 10);
  CHECK(function<int>(instantiate(store, catcher, {throws, e}))().value() == 10);
  CHECK(alive == 0);
}
