#include <cstdint>
#include <limits>
#include <string>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a global begins as its module says, and keeps what it is given", "[singlepass]") {
  const Guests guests(R"((module
    (global $a (mut i32) (i32.const -7)) (global $b (mut i64) (i64.const 0x123456789))
    (global $c (mut f32) (f32.const 1.5)) (global $d (mut f64) (f64.const -0.25))
    (func (export "get") (result i32 i64 f32 f64) global.get $a global.get $b global.get $c global.get $d)
    (func (export "set") (param i32 i64 f32 f64)
      local.get 0 global.set $a local.get 1 global.set $b local.get 2 global.set $c local.get 3 global.set $d)))");
  CHECK(guests.call("get") == "-7 4886718345 1.5 -0.25");
  CHECK(guests.call("set", {dirty(9), Value(std::int64_t{-1}), Value(2.5f), Value(1e100)}) == "");
  CHECK(guests.call("get") == "9 -1 2.5 1e+100");
}

TEST_CASE("a global takes constants of every type and length", "[singlepass]") {
  const auto after = [](const std::string& type, const std::string& constant) {
    return execute("(module (global $g (mut " + type + ") (" + type + ".const 1)) (func (export \"f\") (result " + type + ") " + type + ".const " +
                       constant + " global.set $g global.get $g))",
                   "f");
  };
  for (const char* const number : {"0", "-1", "2147483647", "-2147483648"}) CHECK(after("i32", number) == number);
  for (const char* const number : {"0", "-1", "2147483647", "2147483648", "-2147483649", "4294967295", "-9223372036854775808"})
    CHECK(after("i64", number) == number);
  for (const char* const number : {"0", "-0", "-1", "1.5"}) CHECK(after("f32", number) == number);
  for (const char* const number : {"0", "-0", "-1", "1.5", "5e-324"}) CHECK(after("f64", number) == number);
}

TEST_CASE("a constant that goes to a global changes none beside it", "[singlepass]") {
  const Guests guests(R"((module
    (global $a (mut i64) (i64.const -1)) (global $b (mut i32) (i32.const 0)) (global $c (mut i64) (i64.const -1))
    (global $d (mut f32) (f32.const 0)) (global $e (mut i64) (i64.const -1))
    (func (export "f") (result i64 i32 i64 f32 i64)
      i32.const -1 global.set $b f32.const 2 global.set $d global.get $a global.get $b global.get $c global.get $d global.get $e)))");
  CHECK(guests.call("f") == "-1 -1 -1 2 -1");
}

TEST_CASE("an imported global is the embedder's own, whether it can be changed or not", "[singlepass]") {
  const Guests guests(R"((module
    (import "env" "counter" (global $counter (mut i32))) (import "env" "factor" (global $factor (mut f64))) (import "env" "salt" (global $salt i64))
    (export "counter" (global $counter)) (export "factor" (global $factor))
    (func (export "get") (result i32 f64 i64) global.get $counter global.get $factor global.get $salt)
    (func (export "set") (param i32 f64) local.get 0 global.set $counter local.get 1 global.set $factor)
    (func (export "set constants") i32.const -3 global.set $counter f64.const 2.5 global.set $factor)
    (func (export "count") (result i32) global.get $counter i32.const 1 i32.add global.set $counter global.get $counter)))");
  CHECK(guests.call("get") == "7 1.25 81985529216486895");
  CHECK(guests.call("count") == "8");
  CHECK(guests.call("set", {Value(20), Value(0.5)}) == "");
  CHECK(guests.agreed([](const Guest& guest) { return to_words(guest.global("counter")) + " " + to_words(guest.global("factor")); }) == "20 0.5");
  CHECK(guests.call("set constants") == "");
  CHECK(guests.call("get") == "-3 2.5 81985529216486895");
}

TEST_CASE("what was read from a global is not changed by what the global is given later", "[singlepass]") {
  const Guests guests(R"((module (global $g (mut i64) (i64.const 1))
    (func $change i64.const 50 global.set $g)
    (func (export "f") (param i64) (result i64 i64 i64) (local i64)
      global.get $g global.get $g local.set 1 local.get 0 global.set $g global.get $g call $change local.get 1 i64.add global.get $g)))");
  CHECK(guests.call("f", {Value(std::int64_t{20})}) == "1 21 50");
}

TEST_CASE("globals hold references, and null among them", "[singlepass]") {
  const Guests guests(R"((module (global $f (mut funcref) (ref.func $seven)) (table 1 funcref)
    (func $seven (result i32) i32.const 7) (func $eight (result i32) i32.const 8)
    (elem declare func $eight)
    (func (export "call") (result i32) i32.const 0 global.get $f table.set 0 i32.const 0 call_indirect (result i32))
    (func (export "eight") ref.func $eight global.set $f)
    (func (export "null") (result i32) ref.null func global.set $f global.get $f ref.is_null)))");
  CHECK(guests.call("call") == "7");
  CHECK(guests.call("eight") == "");
  CHECK(guests.call("call") == "8");
  CHECK(guests.call("null") == "1");
  CHECK(guests.call("call") == "uninitialized element");
}

TEST_CASE("local.tee leaves on the stack what it gives the local, and no alias of it", "[singlepass]") {
  const Guests guests(R"((module (func (export "f") (param i32 f64) (result i32 i32 f64 f64)
    local.get 0 i32.const 1 i32.add local.tee 0 i32.const 5 local.set 0 local.get 0
    local.get 1 f64.const 1 f64.add local.tee 1 local.get 1 f64.const 2 f64.mul local.tee 1)))");
  CHECK(guests.call("f", {Value(1), Value(1.5)}) == "2 5 2.5 5");
}

TEST_CASE("dropping gives up what an operand held, whatever that was", "[singlepass]") {
  const Guests guests(R"((module (func $noise)
    (func (export "f") (param i32 f64) (result i32 f64)
      i32.const 3 drop local.get 0 drop local.get 0 i32.const 1 i32.add drop local.get 0 local.get 0 i32.lt_s drop
      local.get 1 local.get 1 f64.add call $noise drop local.get 0 i32.eqz drop
      local.get 0 local.get 1)))");
  CHECK(guests.call("f", {Value(4), Value(0.5)}) == "4 0.5");
}

TEST_CASE("select takes references, and either operand from its home", "[singlepass]") {
  const Guests guests(R"((module (func $noise) (elem declare func $noise)
    (func (export "reference") (param i32) (result i32) ref.null func ref.func $noise local.get 0 select (result funcref) ref.is_null)
    (func (export "homes") (param i32 i64 f32) (result i64 f32)
      local.get 1 i64.const 1 i64.add local.get 1 i64.const 2 i64.add local.get 0 call $noise select
      local.get 2 f32.const 1 f32.add local.get 2 f32.const 2 f32.add local.get 0 call $noise select)))");
  CHECK(guests.call("reference", {Value(1)}) == "1");
  CHECK(guests.call("reference", {Value(0)}) == "0");
  CHECK(guests.call("homes", {dirty(1), Value(std::int64_t{10}), Value(0.5f)}) == "11 1.5");
  CHECK(guests.call("homes", {dirty(0), Value(std::int64_t{10}), Value(0.5f)}) == "12 2.5");
}

TEST_CASE("select asks of floats in the flags what the comparison means, NaN included", "[singlepass]") {
  const Guests guests(R"((module
    (func (export "eq") (param f64 f64) (result i32 f64)
      i32.const 1 i32.const 2 local.get 0 local.get 1 f64.eq select f64.const 1 f64.const 2 local.get 0 local.get 1 f64.eq select)
    (func (export "ne") (param f64 f64) (result i32 f64)
      i32.const 1 i32.const 2 local.get 0 local.get 1 f64.ne select f64.const 1 f64.const 2 local.get 0 local.get 1 f64.ne select)))");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(guests.call("eq", {Value(3.0), Value(3.0)}) == "1 1");
  CHECK(guests.call("eq", {Value(3.0), Value(4.0)}) == "2 2");
  CHECK(guests.call("eq", {Value(nan), Value(nan)}) == "2 2");
  CHECK(guests.call("ne", {Value(3.0), Value(3.0)}) == "2 2");
  CHECK(guests.call("ne", {Value(3.0), Value(4.0)}) == "1 1");
  CHECK(guests.call("ne", {Value(nan), Value(3.0)}) == "1 1");
}

TEST_CASE("an i32 that select leaves has no rubbish in its upper half", "[singlepass]") {
  for (const char* const condition : {"local.get 2", "local.get 0 local.get 1 i32.lt_u", "local.get 3 local.get 3 f64.eq"}) {
    const Guests guests("(module (func (export \"f\") (param i32 i32 i32 f64) (result i64) local.get 0 local.get 1 " + std::string(condition) +
                        " select i64.extend_i32_u))");
    INFO(condition);
    CHECK(guests.call("f", {dirty(5), dirty(6), dirty(1), Value(1.0)}) == "5");
    CHECK(guests.call("f", {dirty(7), dirty(6), dirty(0), Value(std::numeric_limits<double>::quiet_NaN())}) == "6");
  }
}
