#include <cstdint>

#include <wasmer/runtime.hpp>

#include <wasmer/backend/singlepass.hpp>

#include "../../catch.hpp"
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
