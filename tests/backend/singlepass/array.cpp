#include <cstdint>

#include <wasmer/runtime.hpp>

#include <wasmer/backend/singlepass.hpp>

#include "../../catch.hpp"
#include "../../corpus.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("elements of every type are read and written within the array's bounds", "[singlepass]") {
  const Guests guests(R"((module (type $b (array (mut i8))) (type $f (array (mut f32))) (type $d (array (mut f64))) (type $l (array (mut i64)))
    (func (export "bytes") (param i32 i32) (result i32 i32) (local $a (ref null $b))
      (local.set $a (array.new $b (i32.const -1) (i32.const 10))) (array.set $b (local.get $a) (local.get 0) (local.get 1))
      (array.get_s $b (local.get $a) (local.get 0)) (array.get_u $b (local.get $a) (i32.const 9)))
    (func (export "floats") (param f32 i32) (result f32 i32) (local $a (ref null $f))
      (local.set $a (array.new $f (local.get 0) (local.get 1))) (array.get $f (local.get $a) (i32.const 2)) (array.len (local.get $a)))
    (func (export "doubles") (param f64 i32) (result f64 f64) (local $a (ref null $d))
      (local.set $a (array.new $d (f64.const 0.5) (i32.const 4))) (array.fill $d (local.get $a) (i32.const 1) (local.get 0) (local.get 1))
      (array.get $d (local.get $a) (i32.const 0)) (array.get $d (local.get $a) (local.get 1)))
    (func (export "fixed") (param i64 i32) (result i64)
      (array.get $l (array.new_fixed $l 3 (i64.const 0x123456789ABC) (local.get 0) (i64.const 3)) (local.get 1)))
    (func (export "null") (result i32) (array.len (ref.null $l)))))");
  CHECK(guests.call("bytes", {dirty(3), dirty(0x1F0)}) == "-16 255");
  CHECK(guests.call("bytes", {dirty(10), dirty(0)}) == "out of bounds array access");
  CHECK(guests.call("bytes", {dirty(-1), dirty(0)}) == "out of bounds array access");
  CHECK(guests.call("floats", {Value(1.5f), dirty(3)}) == "1.5 3");
  CHECK(guests.call("floats", {Value(1.5f), dirty(2)}) == "out of bounds array access");
  CHECK(guests.call("doubles", {Value(2.5), dirty(3)}) == "0.5 2.5");
  CHECK(guests.call("doubles", {Value(2.5), dirty(4)}) == "out of bounds array access");
  CHECK(guests.call("fixed", {Value(std::int64_t{7}), dirty(0)}) == "20015998343868");
  CHECK(guests.call("fixed", {Value(std::int64_t{7}), dirty(1)}) == "7");
  CHECK(guests.call("fixed", {Value(std::int64_t{7}), dirty(3)}) == "out of bounds array access");
  CHECK(guests.call("null") == "null array reference");
}

TEST_CASE("elements that are vectors are copied whole, from registers, homes and literals", "[singlepass]") {
  if (!masm::CpuFeatures::host().sse41) WASMER_SKIP("there are no vectors without SSE4.1");
  const Runtime<Singlepass> runtime;
  const auto module = runtime.compile(R"((module (type $v (array (mut v128))) (type $s (struct (field i32) (field $v (mut v128))))
    (func $at (param $a (ref $v)) (param i32) (result i64)
      (i64.add (i64x2.extract_lane 0 (array.get $v (local.get $a) (local.get 1))) (i64x2.extract_lane 1 (array.get $v (local.get $a) (local.get 1)))))
    (func (export "new") (param i64 i32 i32) (result i64)
      (call $at (array.new $v (i64x2.replace_lane 1 (i64x2.splat (local.get 0)) (i64.const 1)) (local.get 1)) (local.get 2)))
    (func (export "constant") (param i32 i32) (result i64) (call $at (array.new $v (v128.const i64x2 30 12) (local.get 0)) (local.get 1)))
    (func (export "fill") (param i64 i32) (result i64) (local $a (ref null $v))
      (local.set $a (array.new_default $v (i32.const 5)))
      (array.fill $v (local.get $a) (i32.const 1) (i64x2.splat (local.get 0)) (i32.const 3))
      (array.set $v (local.get $a) (i32.const 3) (v128.const i64x2 5 6))
      (call $at (ref.as_non_null (local.get $a)) (local.get 1)))
    (func (export "fixed") (param i64 i32) (result i64)
      (call $at (array.new_fixed $v 3 (v128.const i64x2 1 2) (i64x2.splat (local.get 0)) (v128.const i64x2 0 0)) (local.get 1)))
    (func (export "field") (param i64) (result i64) (local $s (ref null $s))
      (local.set $s (struct.new $s (i32.const 1) (v128.const i64x2 7 8)))
      (i64x2.extract_lane 1 (struct.get $s $v (local.get $s)))
      (struct.set $s $v (local.get $s) (i64x2.splat (local.get 0)))
      (i64.add (i64x2.extract_lane 0 (struct.get $s $v (local.get $s)))))))").value();
  const auto guest = runtime.instantiate(module).value();
  const auto make = guest.function<std::int64_t(std::int64_t, std::int32_t, std::int32_t)>("new").value();
  const auto constant = guest.function<std::int64_t(std::int32_t, std::int32_t)>("constant").value();
  const auto fill = guest.function<std::int64_t(std::int64_t, std::int32_t)>("fill").value();
  const auto fixed = guest.function<std::int64_t(std::int64_t, std::int32_t)>("fixed").value();
  for (const std::int32_t at : {0, 3, 99}) {
    CHECK(make(41, 100, at).value() == 42);
    CHECK(constant(100, at).value() == 42);
  }
  CHECK(fill(10, 0).value() == 0);
  CHECK(fill(10, 1).value() == 20);
  CHECK(fill(10, 3).value() == 11);
  CHECK(fill(10, 4).value() == 0);
  CHECK(fixed(10, 0).value() == 3);
  CHECK(fixed(10, 1).value() == 20);
  CHECK(fixed(10, 2).value() == 0);
  CHECK(guest.function<std::int64_t(std::int64_t)>("field").value()(100).value() == 108);
  CHECK(make(1, 100, 100).error().id() == ErrorId::out_of_bounds_array_access);
}
