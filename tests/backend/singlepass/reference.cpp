#include <cstdint>
#include <string>
#include <vector>

#include <wasmer/runtime.hpp>

#include <wasmer/backend/singlepass.hpp>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a call by reference calls what is referred to, and traps on null", "[singlepass]") {
  const Guests guests(R"((module (type $t (func (param i64 f64) (result i64))) (elem declare func $add $sub)
    (func $add (type $t) (i64.add (local.get 0) (i64.trunc_f64_s (local.get 1)))) (func $sub (type $t) (i64.sub (local.get 0) (i64.trunc_f64_s (local.get 1))))
    (table $fs 3 (ref null $t)) (elem (table $fs) (i32.const 0) (ref $t) (ref.func $add) (ref.func $sub))
    (func (export "call") (param i32 i64) (result i64 i64) (call_ref $t (local.get 1) (f64.const 3) (table.get $fs (local.get 0))) (local.get 1))
    (func (export "tail") (param i32 i64) (result i64) (return_call_ref $t (local.get 1) (f64.const 3) (table.get $fs (local.get 0))))
    (func (export "local") (param i64) (result i64 i64) (local $f (ref $t)) (local.set $f (ref.func $sub))
      (call_ref $t (local.get 0) (f64.const 1) (local.get $f)) (call_ref $t (local.get 0) (f64.const 2) (local.get $f)))
    (func (export "constant") (param i64) (result i64) (call_ref $t (local.get 0) (f64.const 1) (ref.null $t)))))");
  CHECK(guests.call("call", {dirty(0), Value(std::int64_t{10})}) == "13 10");
  CHECK(guests.call("call", {dirty(1), Value(std::int64_t{10})}) == "7 10");
  CHECK(guests.call("call", {dirty(2), Value(std::int64_t{10})}) == "null function reference");
  CHECK(guests.call("tail", {dirty(1), Value(std::int64_t{10})}) == "7");
  CHECK(guests.call("tail", {dirty(2), Value(std::int64_t{10})}) == "null function reference");
  CHECK(guests.call("local", {Value(std::int64_t{10})}) == "9 8");
  CHECK(guests.call("constant", {Value(std::int64_t{10})}) == "null function reference");
}

TEST_CASE("ten million tail calls by reference take no stack", "[singlepass]") {
  const Guests guests(R"((module (type $t (func (param i64) (result i32))) (elem declare func $even $odd)
    (func $even (export "f") (type $t) (if (i64.eqz (local.get 0)) (then (return (i32.const 1)))) (return_call_ref $t (i64.sub (local.get 0) (i64.const 1)) (ref.func $odd)))
    (global $g (mut (ref $t)) (ref.func $even))
    (func $odd (type $t) (if (i64.eqz (local.get 0)) (then (return (i32.const 0)))) (return_call_ref $t (i64.sub (local.get 0) (i64.const 1)) (global.get $g)))))");
  CHECK(guests.call("f", {Value(std::int64_t{10'000'000})}) == "1");
}

TEST_CASE("a test for null is a condition like any other", "[singlepass]") {
  const Guests guests(R"((module (table 2 funcref) (elem (i32.const 1) $f) (func $f)
    (func (export "f") (param i32) (result i32 i32 i32)
      local.get 0 table.get 0 ref.is_null if (result i32) i32.const 1 else i32.const 2 end
      i32.const 1 i32.const 2 local.get 0 table.get 0 ref.is_null select
      local.get 0 table.get 0 ref.is_null i32.eqz)
    (func (export "constant") (result i32) ref.null extern ref.is_null)))");
  CHECK(guests.call("f", {dirty(0)}) == "1 1 0");
  CHECK(guests.call("f", {dirty(1)}) == "2 2 1");
  CHECK(guests.call("constant") == "1");
}

TEST_CASE("a reference that must not be null traps when it is, and is what it was when not", "[singlepass]") {
  const Guests guests(R"((module (table 2 funcref) (elem (i32.const 1) $f) (func $f)
    (func (export "operand") (param i32) (result i32) (ref.is_null (ref.as_non_null (table.get 0 (local.get 0)))))
    (func (export "local") (param i32) (result i32 i32) (local funcref) (local.set 1 (table.get 0 (local.get 0)))
      (ref.is_null (ref.as_non_null (local.get 1))) (ref.is_null (local.get 1)))
    (func (export "zero") (result i32) (local externref) (ref.is_null (ref.as_non_null (local.get 0))))))");
  for (const char* const name : {"operand", "local"}) CHECK(guests.call(name, {dirty(0)}) == "null reference");
  CHECK(guests.call("operand", {dirty(1)}) == "0");
  CHECK(guests.call("local", {dirty(1)}) == "0 0");
  CHECK(guests.call("zero") == "null reference");
}

TEST_CASE("branches on null and on anything else carry the label's values, and the reference goes the other way", "[singlepass]") {
  const Guests guests(R"((module (type $t (func (result i32))) (table 2 (ref null $t)) (elem (i32.const 0) (ref null $t) (ref.null $t) (ref.func $f)) (func $f (type $t) i32.const 9)
    (func (export "null") (param i32 i64) (result i64 i32)
      (block $b (result i64) (i64.add (local.get 1) (i64.const 1)) (br_on_null $b (table.get 0 (local.get 0))) (call_ref $t) (return))
      (i32.const 0))
    (func (export "non-null") (param i32 i64) (result i64 i32)
      (block $b (result i64 (ref $t)) (i64.add (local.get 1) (i64.const 1)) (br_on_non_null $b (table.get 0 (local.get 0))) (return (i32.const 0)))
      (call_ref $t))
    (func (export "null out") (param i32) (result i64) (local (ref null $t) i32) (local.set 1 (table.get 0 (local.get 0)))
      (i64.const 4) (br_on_null 0 (local.get 1)) (local.set 2 (call_ref $t)) (drop) (i64.extend_i32_u (local.get 2)))
    (func (export "non-null out") (param i32) (result i32 (ref null $t)) (i32.const 5) (br_on_non_null 0 (table.get 0 (local.get 0))) (ref.null $t))
    (func (export "loop") (param i32 i32) (result i32) (local (ref null $t))
      (local.set 2 (table.get 0 (i32.const 1)))
      (block $out (loop $again (br_on_null $out (local.get 2)) (drop)
        (local.set 1 (i32.add (local.get 1) (i32.const 1)))
        (if (i32.eq (local.get 1) (local.get 0)) (then (local.set 2 (ref.null $t))))
        (br $again)))
      (local.get 1))))");
  CHECK(guests.call("null", {dirty(0), Value(std::int64_t{10})}) == "11 0");
  CHECK(guests.call("null", {dirty(1), Value(std::int64_t{10})}) == "11 9");
  CHECK(guests.call("non-null", {dirty(0), Value(std::int64_t{10})}) == "11 0");
  CHECK(guests.call("non-null", {dirty(1), Value(std::int64_t{10})}) == "11 9");
  CHECK(guests.call("null out", {dirty(0)}) == "4");
  CHECK(guests.call("null out", {dirty(1)}) == "9");
  CHECK(guests.call("non-null out", {dirty(0)}) == "5 null");
  CHECK(guests.call("non-null out", {dirty(1)}) == "5 reference");
  CHECK(guests.call("loop", {dirty(7), dirty(0)}) == "7");
}

TEST_CASE("references of a type pass between instances and the embedder only as that type, whatever its index", "[singlepass]") {
  const Runtime<Singlepass> runtime;
  Store store;
  const auto first = runtime.compile(wat(R"((module (type $t (func (result i32))) (type $u (func (param (ref $t)) (result i32)))
    (table (export "table") 2 (ref $t) (ref.func $f)) (global (export "global") (ref $t) (ref.func $f)) (func $f (export "f") (type $t) i32.const 5) (func (export "other") (result i64) i64.const 1)
    (func (export "call") (type $u) (call_ref $t (local.get 0)))
    (func (export "get") (result (ref $t)) (table.get (i32.const 0)))))")).value();
  const auto a = runtime.instantiate(store, first).value();
  const auto call = a.function("call").value();
  const vm::FuncRef& f = a.function("f").value().reference();
  CHECK(call.call(std::vector{Value(&f)}).value()[0] == Value(5));
  CHECK(call.call(a.function("get").value().call({}).value()).value()[0] == Value(5));
  CHECK(call.call(std::vector{Value(&a.function("other").value().reference())}).error().id() == ErrorId::wrong_arguments);
  CHECK(call.call(std::vector{Value::zero(funcref)}).error().id() == ErrorId::wrong_arguments);

  const auto imports = [&](std::string_view text) {
    const auto module = runtime.compile(wat(text)).value();
    const auto instance = runtime.instantiate(store, module, Imports{{"a", a}});
    return instance.has_value() ? std::string() : std::string(instance.error().words());
  };
  CHECK(imports("(module (type (func)) (type $t (func (result i32))) (import \"a\" \"table\" (table 2 (ref $t))) (import \"a\" \"global\" (global (ref null $t))) (import \"a\" \"global\" (global funcref)) (import \"a\" \"call\" (func (param (ref $t)) (result i32))))") == "");
  CHECK(imports("(module (type $t (func (result i32))) (import \"a\" \"table\" (table 2 (ref null $t))))") == "incompatible import type");
  CHECK(imports("(module (type $t (func (result i64))) (import \"a\" \"table\" (table 2 (ref $t))))") == "incompatible import type");
  CHECK(imports("(module (type $t (func (result i64))) (import \"a\" \"global\" (global (ref $t))))") == "incompatible import type");
  CHECK(imports("(module (type $t (func (result i64))) (import \"a\" \"call\" (func (param (ref $t)) (result i32))))") == "incompatible import type");
}
