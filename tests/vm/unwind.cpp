#include <wasmer/vm/unwind.hpp>

#include <array>
#include <memory>
#include <optional>
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

TEST_CASE("callee-saved registers are as before the call behind a catch") {
  Store store;
  Instance& guest = instantiate(store, R"((module (tag $e)
    (func $noise (param i32 i32 i32 i32 i32))
    (func $throw (param i32) (if (local.get 0) (then (throw $e))))
    (func $clobber (param i32) (result i32) (local i32 i32 i32 i32 i32 i32)
      (local.set 1 (i32.add (local.get 0) (i32.const 1))) (local.set 2 (i32.add (local.get 0) (i32.const 2))) (local.set 3 (i32.add (local.get 0) (i32.const 3)))
      (local.set 4 (i32.add (local.get 0) (i32.const 4))) (local.set 5 (i32.add (local.get 0) (i32.const 5))) (local.set 6 (i32.add (local.get 0) (i32.const 6)))
      (call $throw (local.get 0))
      (call $noise (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5))
      (i32.add (local.get 6) (i32.add (local.get 1) (local.get 2))))
    (func $deep (param i32 i32) (result i32) (local i64 i64 i64)
      (local.set 2 (i64.const 99)) (local.set 3 (i64.extend_i32_u (local.get 0)))
      (if (result i32) (local.get 0)
        (then (i32.add (call $deep (i32.sub (local.get 0) (i32.const 1)) (local.get 1)) (i32.wrap_i64 (i64.add (local.get 2) (local.get 3)))))
        (else (call $clobber (local.get 1)))))
    (func $catch (param i32) (result i32)
      (block $h (drop (try_table (result i32) (catch $e $h) (call $deep (i32.const 3) (local.get 0)))) (return (i32.const 0)))
      (i32.const 1000))
    (func (export "f") (param i32 i32 i32 i32 i32) (result i32) (local i32 i32)
      (local.set 6 (i32.const 5))
      (loop $again
        (local.set 5 (i32.add (local.get 5) (call $catch (local.get 6))))
        (local.set 0 (i32.add (local.get 0) (local.get 1)))
        (local.set 2 (i32.add (local.get 2) (local.get 3)))
        (local.set 4 (i32.add (local.get 4) (i32.const 1)))
        (br_if $again (local.tee 6 (i32.sub (local.get 6) (i32.const 1)))))
      (i32.add (local.get 5) (i32.add (local.get 0) (i32.add (local.get 2) (local.get 4)))))))");
  CHECK(function<int, int, int, int, int, int>(guest)(1, 10, 2, 20, 3).value() == 5000 + (1 + 50) + (2 + 100) + (3 + 5));
}

TEST_CASE("an exception passes ten thousand frames") {
  Store store;
  Instance& guest = instantiate(store, R"((module (tag $e (param i64))
    (func $down (param i32) (result i32)
      (if (i32.eqz (local.get 0)) (then (throw $e (i64.const 0x123456789))))
      (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1)))))
    (func (export "f") (param i32) (result i64)
      (block $h (result i64) (drop (try_table (result i32) (catch $e $h) (call $down (local.get 0)))) (i64.const 0)))))");
  for (int i = 0; i < 3; ++i) CHECK(function<std::int64_t, int>(guest)(10'000).value() == 0x123456789);
}

TEST_CASE("what nothing catches is an Error with the tag, the values and the frames of the throw") {
  Store store;
  Instance& guest = instantiate(store, R"((module (tag $e (export "oops") (param i32 f64)) (tag $other)
    (func $inner (throw $e (i32.const 7) (f64.const 0.5)))
    (func (export "f") (block $h (try_table (catch $other $h) (call $inner))))))");
  const Result<void> result = function<void>(guest)();
  REQUIRE(result.has_error());
  const Error& error = result.error();
  CHECK(error.id() == ErrorId::uncaught_exception);
  CHECK(error.detail() == "tag \"oops\": i32 7, f64 0.500000");
  REQUIRE(error.exception() != nullptr);
  CHECK(error.exception()->tag() == guest.tag("oops").value());
  CHECK(error.exception()->values()[1] == Value(0.5));
  REQUIRE(error.backtrace().size() == 2);
  CHECK(error.backtrace()[0].name == "inner");
  CHECK(store.entry == nullptr);
}

TEST_CASE("callee-saved registers survive an exception of a host function") {
  Store store;
  const auto e = tag({ValueType::i32});
  volatile int sum = 0;
  const HostFunction host([&](int a, int b, int c, int d) {
    for (int i = 0; i < 3; ++i) sum = sum + a * b + c * d + i;
    throw Exception(e, {a + b + c + d});
  });
  Instance& guest = instantiate(store, R"((module (import "" "h" (func $h (param i32 i32 i32 i32))) (import "" "e" (tag $e (param i32)))
    (func $pass (param i32 i32 i32 i32) (local i32) (local.set 4 (i32.const 1)) (call $h (local.get 0) (local.get 1) (local.get 2) (local.get 3)) (call $h (local.get 4) (local.get 3) (local.get 2) (local.get 1)))
    (func $catch (param i32) (result i32) (block $h (result i32) (try_table (catch $e $h) (call $pass (local.get 0) (i32.const 2) (i32.const 3) (i32.const 4))) (i32.const 0)))
    (func (export "f") (param i32 i32 i32 i32 i32) (result i32) (local i32)
      (local.set 5 (call $catch (local.get 0)))
      (i32.add (local.get 5) (i32.add (local.get 1) (i32.add (local.get 2) (i32.add (local.get 3) (local.get 4))))))))", {host, e});
  CHECK(function<int, int, int, int, int, int>(guest)(1, 100, 200, 300, 400).value() == 10 + 1000);
}

TEST_CASE("tags are told apart across instances by identity") {
  Store store;
  Instance& a = instantiate(store, R"((module (tag $e (export "e")) (func (export "throw") (throw $e))))");
  constexpr std::string_view text = R"((module (import "" "throw" (func $throw)) (import "" "e" (tag $e)) (tag $own)
    (func (export "f") (result i32)
      (block $theirs (block $mine (try_table (catch $own $mine) (catch $e $theirs) (call $throw)) (return (i32.const 0))) (return (i32.const 1)))
      (i32.const 2))))";
  CHECK(function<int>(instantiate(store, text, {a.function("throw").value(), a.tag("e").value()}))().value() == 2);
  CHECK(function<int>(instantiate(store, text, {a.function("throw").value(), tag()}))().has_error());
}

TEST_CASE("a million exceptions leave nothing behind") {
  Store store;
  Instance& guest = instantiate(store, R"((module (tag $e (param i32))
    (func $throw (param i32) (throw $e (local.get 0)))
    (func (export "f") (param i32) (result i32) (local i32 exnref)
      (loop $again
        (block $h (result i32 exnref) (try_table (catch_ref $e $h) (call $throw (local.get 0))) (unreachable))
        (local.set 2)
        (local.set 1 (i32.add (local.get 1)))
        (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (local.get 1))))");
  CHECK(function<int, int>(guest)(1'000'000).value() == 1784293664);
  CHECK(store.exceptions().size() <= 1000);
}

TEST_CASE("many exceptions of a host function leave nothing behind") {
  Store store;
  const auto e = tag({ValueType::i32});
  Instance& guest = instantiate(store, catcher, {HostFunction([&] { throw Exception(e, {1}); }), e});
  const auto f = function<int>(guest);
  for (int i = 0; i < 20'000; ++i) static_cast<void>(f());
  CHECK(store.exceptions().size() <= 1000);
}

TEST_CASE("exceptions that tables, globals and locals refer to outlive collections") {
  Store store;
  Instance& guest = instantiate(store, R"((module (tag $e (param i32)) (table $t 2 exnref) (global $g (mut exnref) (ref.null exn))
    (func $make (param i32) (result exnref)
      (local exnref)
      (block $h (result i32 exnref) (try_table (catch_ref $e $h) (throw $e (local.get 0))) (unreachable))
      (local.set 1) (drop) (local.get 1))
    (func $open (param exnref) (result i32) (block $h (result i32) (try_table (catch $e $h) (throw_ref (local.get 0))) (unreachable)))
    (func (export "f") (result i32) (local exnref i32)
      (table.set $t (i32.const 1) (call $make (i32.const 1)))
      (global.set $g (call $make (i32.const 20)))
      (local.set 0 (call $make (i32.const 300)))
      (local.set 1 (i32.const 2000))
      (loop $again (drop (call $make (i32.const 5))) (br_if $again (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
      (i32.add (call $open (local.get 0)) (i32.add (call $open (global.get $g)) (call $open (table.get $t (i32.const 1))))))
    (func (export "null") (throw_ref (ref.null exn)))))");
  CHECK(function<int>(guest)().value() == 321);
  CHECK(function<void>(guest, "null")().error().id() == ErrorId::null_exception_reference);
}
