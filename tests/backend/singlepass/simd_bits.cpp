#include <wasmer/backend/singlepass/simd_bits.hpp>

#include <string>

#include "../../catch.hpp"
#include "vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using Value = wasmer::Value;

namespace {

template <class F> std::string bytewise(const V128& a, const V128& b, const V128& c, F&& f) {
  V128 result;
  for (std::size_t i = 0; i < 16; ++i) result.bytes[i] = static_cast<std::uint8_t>(f(a.bytes[i], b.bytes[i], c.bytes[i]));
  return to_hex(Value(result));
}

}  // namespace

TEST_CASE("bitwise instructions go by each bit", "[singlepass]") {
  const VectorGuests guests(R"((module
    (func (export "and") (param v128 v128 v128) (result v128) local.get 0 local.get 1 v128.and)
    (func (export "or") (param v128 v128 v128) (result v128) local.get 0 local.get 1 v128.or)
    (func (export "xor") (param v128 v128 v128) (result v128) local.get 0 local.get 1 v128.xor)
    (func (export "andnot") (param v128 v128 v128) (result v128) local.get 0 local.get 1 v128.andnot)
    (func (export "not") (param v128 v128 v128) (result v128) local.get 0 v128.not)
    (func (export "bitselect") (param v128 v128 v128) (result v128) local.get 0 local.get 1 local.get 2 v128.bitselect)
    (func (export "bitselect into the mask") (param v128 v128 v128) (result v128) local.get 0 local.get 1 local.get 2 v128.bitselect local.tee 2)))");
  const V128 a = mixed(1), b = mixed(2), c = mixed(3);
  const auto call = [&](const char* name) { return guests.call(name, {Value(a), Value(b), Value(c)}); };
  CHECK(call("and") == bytewise(a, b, c, [](int x, int y, int) { return x & y; }));
  CHECK(call("or") == bytewise(a, b, c, [](int x, int y, int) { return x | y; }));
  CHECK(call("xor") == bytewise(a, b, c, [](int x, int y, int) { return x ^ y; }));
  CHECK(call("andnot") == bytewise(a, b, c, [](int x, int y, int) { return x & ~y; }));
  CHECK(call("not") == bytewise(a, b, c, [](int x, int, int) { return ~x; }));
  for (const char* const name : {"bitselect", "bitselect into the mask"})
    CHECK(call(name) == bytewise(a, b, c, [](int x, int y, int z) { return (x & z) | (y & ~z); }));
}

TEST_CASE("any_true is one for a single bit anywhere, as a value and as a condition", "[singlepass]") {
  const VectorGuests guests(R"((module
    (func (export "value") (param v128) (result i32) local.get 0 v128.any_true)
    (func (export "if") (param v128) (result i32) local.get 0 v128.any_true if (result i32) i32.const 7 else i32.const 8 end)
    (func (export "select") (param v128) (result i32) i32.const 7 i32.const 8 local.get 0 v128.any_true i32.eqz select)
    (func (export "none") (result i32) v128.const i64x2 0 0 v128.any_true)))");
  CHECK(guests.call("value", {Value(V128{})}) == "00000000");
  CHECK(guests.call("if", {Value(V128{})}) == "08000000");
  CHECK(guests.call("none") == "00000000");
  for (unsigned bit = 0; bit < 128; ++bit) {
    V128 vector;
    vector.bytes[bit / 8] = static_cast<std::uint8_t>(1u << bit % 8);
    CHECK(guests.call("value", {Value(vector)}) == "01000000");
    CHECK(guests.call("if", {Value(vector)}) == "07000000");
    CHECK(guests.call("select", {Value(vector)}) == "08000000");
  }
}

TEST_CASE("a constant of all zeros and any other go everywhere that a value goes", "[singlepass]") {
  const V128 some = mixed(5);
  for (const V128& value : {V128{}, some, V128{{1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8}}}) {
    const std::string text = tests::constant(value), expected = to_hex(Value(value));
    const VectorGuests guests("(module (global $g (mut v128) " + text + R"()
      (func $id (param v128) (result v128) local.get 0)
      (func (export "result") (result v128) )" + text + R"()
      (func (export "argument") (result v128) )" + text + R"( call $id)
      (func (export "tenth") (result v128) )" + text + text + text + text + text + text + text + text + text + text + R"( call $last)
      (func $last (param v128 v128 v128 v128 v128 v128 v128 v128 v128 v128) (result v128) local.get 9)
      (func (export "results") (result v128 v128 v128) )" + text + text + text + R"()
      (func (export "global") (result v128) v128.const i64x2 5 6 global.set $g )" + text + R"( global.set $g global.get $g)
      (func (export "initial") (result v128) global.get $g)
      (func (export "local") (result v128) (local v128) )" + text + R"( local.set 0 (loop (br_if 0 (i32.const 0))) local.get 0)
      (func (export "branch") (param i32) (result v128) (block (result v128) )" + text + R"( local.get 0 br_if 0 drop )" + text + R"())
      (func (export "many") (param i32) (result v128 v128) (block (result v128 v128) )" + text + text + R"( local.get 0 br_if 0))
      (func (export "select") (param i32) (result v128) )" + text + R"( v128.const i64x2 9 9 local.get 0 select)))");
    CHECK(guests.call("initial") == expected);
    for (const char* const name : {"result", "argument", "tenth", "global", "local"}) CHECK(guests.call(name) == expected);
    CHECK(guests.call("results") == expected + " " + expected + " " + expected);
    for (const int condition : {0, 1}) {
      CHECK(guests.call("branch", {Value(condition)}) == expected);
      CHECK(guests.call("many", {Value(condition)}) == expected + " " + expected);
    }
    CHECK(guests.call("select", {Value(1)}) == expected);
  }
}
