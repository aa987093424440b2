#include <wasmer/vm/collect.hpp>

#include <wasmer/vm/rooted.hpp>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;

TEST_CASE("gigabytes of garbage take no more memory than their live part") {
  Store store;
  Instance& instance = tests::instantiate(store, R"((module (type $t (struct (field (mut (ref null $t))) (field i64) (field i64)))
    (func (export "churn") (param $n i32) (result i64) (local $a (ref null $t)) (local $b (ref null $t))
      (loop $again
        (local.set $a (struct.new $t (ref.null $t) (i64.const 1) (i64.const 2)))
        (local.set $b (struct.new $t (local.get $a) (i64.const 3) (i64.const 4)))
        (struct.set $t 0 (local.get $a) (local.get $b))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (struct.get $t 1 (struct.get $t 0 (local.get $a))))))");
  const auto churn = instance.function<std::int64_t(std::int32_t)>("churn").value();
  CHECK(churn(30'000'000).value() == 3);  // 1.9 GB
  CHECK(store.heap().collections() > 50);
  CHECK(store.heap().bytes() < 64 << 20);
}

TEST_CASE("globals, tables, segments, frames of host functions and handles keep objects alive") {
  Store store;
  store.set_heap({.stress = true});
  const HostFunction back([&](Caller& caller) { return caller.instance().function<std::int32_t()>("inner").value()().value(); });
  Instance& instance = tests::instantiate(store, R"((module (type $t (struct (field i32))) (import "env" "back" (func $back (result i32)))
    (global $g (mut (ref null $t)) (struct.new $t (i32.const 1))) (table $tab 2 (ref null $t)) (elem $e (ref null $t) (struct.new $t (i32.const 4)))
    (func $make (param i32) (result (ref $t)) (struct.new $t (local.get 0)))
    (func (export "inner") (result i32) (drop (call $make (i32.const 9))) (i32.const 100))
    (func (export "run") (result i32) (local $l (ref null $t))
      (table.set $tab (i32.const 1) (call $make (i32.const 2)))
      (local.set $l (call $make (i32.const 3)))
      (call $back)
      (drop (call $make (i32.const 7)))
      (i32.add (struct.get $t 0 (local.get $l)))
      (i32.add (struct.get $t 0 (global.get $g)))
      (i32.add (struct.get $t 0 (table.get $tab (i32.const 1))))
      (table.init $tab $e (i32.const 0) (i32.const 0) (i32.const 1))
      (i32.add (struct.get $t 0 (table.get $tab (i32.const 0)))))
    (func (export "make") (result (ref $t)) (call $make (i32.const 5)))
    (func (export "get") (param (ref $t)) (result i32) (struct.get $t 0 (local.get 0)))))", {back});
  const auto run = instance.function<std::int32_t()>("run").value();
  CHECK(run().value() == 110);
  const Rooted held(store, instance.function("make").value().call({}).value()[0]);
  const Value lost = instance.function("make").value().call({}).value()[0];
  CHECK(run().value() == 110);
  const Function get = instance.function("get").value();
  CHECK(get.call(std::vector{held.get()}).value()[0].i32() == 5);
  CHECK_FALSE(get.call(std::vector{Value(lost.type(), lost.bits() + 8)}).has_value());
}

TEST_CASE("a huge array is a trap") {
  Store store;
  Instance& instance = tests::instantiate(store, R"((module (type $a (array (mut i64))) (type $b (array (mut i8)))
    (func (export "words") (param i32) (result i32) (array.len (array.new $a (i64.const 1) (local.get 0))))
    (func (export "bytes") (param i32) (result i32) (array.len (array.new_default $b (local.get 0))))))");
  const auto words = instance.function<std::int32_t(std::int32_t)>("words").value(), bytes = instance.function<std::int32_t(std::int32_t)>("bytes").value();
  CHECK(words(-1).error().id() == ErrorId::out_of_memory);
  CHECK(bytes(-1).error().id() == ErrorId::out_of_memory);
  CHECK(words(1000).value() == 1000);
}

TEST_CASE("what an exception carries lives as long as the exception, and an exception in an object as long as the store") {
  Store store;
  store.set_heap({.stress = true});
  Instance& guest = tests::instantiate(store, R"((module
    (type $s (struct (field i32))) (type $x (struct (field exnref)))
    (tag $e (param (ref $s)))
    (func $noise (param i32) (loop (drop (struct.new $s (i32.const -1))) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
    (func $throw (param i32) (throw $e (struct.new $s (local.get 0))))
    (func $catch (param exnref) (result i32)
      (struct.get $s 0 (block $h (result (ref $s)) (try_table (catch $e $h) (throw_ref (local.get 0))) (unreachable))))
    (func (export "carried") (param i32) (result i32) (local $x exnref)
      (local.set $x (call $make (local.get 0))) (call $noise (i32.const 100)) (call $catch (local.get $x)))
    (func $make (param i32) (result exnref) (local $x exnref)
      (block $h (result (ref $s) exnref) (try_table (catch_ref $e $h) (call $throw (local.get 0))) (unreachable))
      (local.set $x) (drop) (local.get $x))
    (func (export "kept") (param i32) (result i32) (local $o (ref null $x)) (local $i i32)
      (local.set $o (struct.new $x (call $make (local.get 0))))
      (local.set $i (i32.const 2000))
      (loop (drop (call $make (local.get $i))) (br_if 0 (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      (call $catch (struct.get $x 0 (local.get $o))))))");
  CHECK(guest.function<std::int32_t(std::int32_t)>("carried").value()(42).value() == 42);
  CHECK(guest.function<std::int32_t(std::int32_t)>("kept").value()(7).value() == 7);
}
