#include <cstdint>

#include <wasmer/runtime.hpp>

#include <wasmer/backend/singlepass.hpp>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("fields of every type keep what is stored", "[singlepass]") {
  const Guests guests(R"((module (type $t (struct (field i8) (field (mut i16)) (field i32) (field (mut f32)) (field i64) (field f64) (field (mut (ref null $t))))
    ) (func $make (param i32 i64 f32 f64) (result (ref $t))
      (struct.new $t (local.get 0) (local.get 0) (local.get 0) (local.get 2) (local.get 1) (local.get 3) (ref.null $t)))
    (func (export "get") (param i32 i64 f32 f64) (result i32 i32 i32 i32 i32 f32 i64 f64) (local $t (ref null $t))
      (local.set $t (call $make (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
      (struct.get_s $t 0 (local.get $t)) (struct.get_u $t 0 (local.get $t)) (struct.get_s $t 1 (local.get $t)) (struct.get_u $t 1 (local.get $t))
      (struct.get $t 2 (local.get $t)) (struct.get $t 3 (local.get $t)) (struct.get $t 4 (local.get $t)) (struct.get $t 5 (local.get $t)))
    (func (export "set") (param f32) (result f32 i32) (local $t (ref null $t))
      (local.set $t (struct.new $t (i32.const 1) (i32.const -1) (i32.const 0x12345678) (f32.const 1.5) (i64.const 0x123456789ABCDEF0) (f64.const 1e300) (ref.null $t)))
      (struct.set $t 1 (local.get $t) (i32.const 0x18000)) (struct.set $t 3 (local.get $t) (local.get 0))
      (struct.set $t 6 (local.get $t) (local.get $t))
      (struct.get $t 3 (struct.get $t 6 (local.get $t))) (struct.get_s $t 1 (local.get $t)))
    (func (export "default") (result i64) (struct.get $t 4 (struct.new_default $t)))
    (func (export "null") (result i64) (struct.get $t 4 (ref.null $t)))
    (func (export "set null") (struct.set $t 1 (ref.null $t) (i32.const 1)))))");
  CHECK(guests.call("get", {dirty(0xFFFEFD), Value(std::int64_t{-5}), Value(1.5f), Value(-2.5)}) == "-3 253 -259 65277 16776957 1.5 -5 -2.5");
  CHECK(guests.call("set", {Value(2.5f)}) == "2.5 -32768");
  CHECK(guests.call("default") == "0");
  CHECK(guests.call("null") == "null structure reference");
  CHECK(guests.call("set null") == "null structure reference");
}

TEST_CASE("a structure may have more fields than there are registers", "[singlepass]") {
  std::string type = "(type $t (struct", params = "(param", values, sum = "(i64.const 0)";
  for (int i = 0; i < 40; ++i) {
    type += " (field i64)", params += " i64";
    values += " (local.get " + std::to_string(i) + ")";
    sum = "(i64.add (i64.mul (i64.const 3) " + sum + ") (struct.get $t " + std::to_string(i) + " (local.get $s)))";
  }
  const Guests guests("(module " + type + ")) (func (export \"f\") " + params + ") (result i64) (local $s (ref null $t)) (local.set $s (struct.new $t" + values + ")) " + sum + "))");
  std::vector<Value> arguments;
  std::int64_t expected = 0;
  for (std::int64_t i = 0; i < 40; ++i) {
    arguments.emplace_back(i * i);
    expected = static_cast<std::int64_t>(static_cast<std::uint64_t>(expected) * 3 + static_cast<std::uint64_t>(i * i));
  }
  CHECK(guests.call("f", arguments) == std::to_string(expected));
}
