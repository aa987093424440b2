// Vectors as values: where they lie, how they are passed, and what meets them there.
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "../repeat.hpp"
#include "vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using Value = wasmer::Value;

namespace {

std::string hex(std::initializer_list<Value> values) { return to_hex(Result<std::vector<Value>>(std::vector<Value>(values))); }
const Value a(mixed(1)), b(mixed(2)), c(mixed(3));

}  // namespace

TEST_CASE("vectors beyond the registers arrive below the context, among integers and floats", "[singlepass]") {
  std::string params, gets;
  std::vector<Value> arguments;
  std::string expected;
  for (int i = 0; i < 40; ++i) {
    const char* const types[] = {"v128", "i64", "v128", "f32", "i32"};
    params += std::string(" ") + types[i % 5];
    gets += " local.get " + std::to_string(i);
    if (i % 5 == 0 || i % 5 == 2) arguments.emplace_back(mixed(static_cast<std::uint64_t>(i)));
    else if (i % 5 == 1) arguments.emplace_back(std::int64_t{i} << 40);
    else if (i % 5 == 3) arguments.emplace_back(static_cast<float>(i) / 2);
    else arguments.emplace_back(std::int32_t{-i});
    expected += (i == 0 ? "" : " ") + to_hex(arguments.back());
  }
  const std::string type = "(param" + params + ") (result" + params + ")";
  const VectorGuests guests("(module (type $t (func " + type + ")) (import \"env\" \"noise\" (func $noise)) (table funcref (elem $all))" +
                            "(func $all (export \"all\") (type $t)" + gets + ")\n(func (export \"through\") (type $t)" + gets + " call $all)\n" +
                            "(func (export \"late\") (type $t) call $noise" + gets + " call $all call $noise)\n" +
                            "(func (export \"indirect\") (type $t)" + gets + " i32.const 0 call_indirect (type $t)))");
  for (const char* const name : {"all", "through", "late", "indirect"}) CHECK(guests.call(name, arguments) == expected);
}

TEST_CASE("a host function takes vectors and gives them back", "[singlepass]") {
  const std::string types = "v128 i64 v128 f64 v128 v128 v128 v128 i32 v128 v128 v128 v128";
  const VectorGuests guests("(module (import \"env\" \"shuffle\" (func $shuffle (param " + types + ") (result " + types + ")))" +
                            "(func (export \"f\") (param " + types + ") (result " + types + ")" + [] {
                              std::string gets;
                              for (int i = 0; i < 13; ++i) gets += " local.get " + std::to_string(i);
                              return gets;
                            }() + " call $shuffle))");
  std::vector<Value> v;
  for (std::uint64_t i = 0; i < 10; ++i) v.emplace_back(mixed(i));
  const Value n(std::int64_t{77}), d(2.5), m(-3);
  const std::vector<Value> arguments{v[0], n, v[1], d, v[2], v[3], v[4], v[5], m, v[6], v[7], v[8], v[9]};
  CHECK(guests.call("f", arguments) == hex({v[9], n, v[8], d, v[7], v[6], v[5], v[4], m, v[3], v[2], v[1], v[0]}));
}

TEST_CASE("vectors outlive calls that change every register", "[singlepass]") {
  const VectorGuests guests(R"((module (import "env" "noise" (func $noise))
    (func (export "f") (param v128 i32 v128 f64) (result v128 v128 i32 f64 v128) (local v128 i64 v128)
      local.get 0 local.get 2 i64x2.add local.set 6
      local.get 0 v128.not call $noise local.get 2 call $noise local.get 1 local.get 3 call $noise local.get 6)))");
  const auto sum = lanes_in<std::uint64_t>(a.v128()), more = lanes_in<std::uint64_t>(b.v128());
  V128 inverted = a.v128();
  for (std::uint8_t& byte : inverted.bytes) byte = static_cast<std::uint8_t>(~byte);
  CHECK(guests.call("f", {a, Value(5), b, Value(1.5)}) == hex({Value(inverted), b, Value(5), Value(1.5), Value(vector_of<std::uint64_t>({sum[0] + more[0], sum[1] + more[1]}))}));
}

TEST_CASE("a function that learns late of its vectors has room for them all the same", "[singlepass]") {
  // Integers lie in homes of one word before the first vector comes that has to lie in one.
  const VectorGuests guests(R"((module (import "env" "noise" (func $noise)) (memory 1)
    (func $plain (export "plain") (param i32 i64 f32) (result i32 i64) (local i64) local.get 0 local.get 1 i64.const 1 i64.add)
    (func (export "late") (param i32 i64 f64) (result i32 i64 f64 i32 i64) (local i64 i32 i64 i32 i64 i32 i64 i32 i64 i32 i64)
      i32.const 1 local.set 4 local.get 1 local.set 3 local.get 1 i64.const 3 i64.mul local.set 5
      call $noise
      local.get 0 local.get 1 local.get 2 f64.const 1 f64.add
      local.get 0 i32x4.splat local.get 1 i64x2.splat
      call $noise
      i32x4.add local.get 4 i32x4.splat call $noise i32x4.add
      i32x4.extract_lane 0
      local.get 3 local.get 5 i64.add)
    (func (export "branches") (param i32 i32) (result i32) (local i32 i32 i32 i32)
      call $noise
      local.get 0 i32.const 10 i32.add
      (block (result i32) local.get 0 i32x4.splat call $noise i32x4.extract_lane 2 local.get 1 br_if 0 i32.const 5 i32.add call $noise)
      i32.add)
    (func (export "after") (param i32 i64 f32) (result i32 i64) local.get 0 local.get 1 local.get 2 call $plain)))");
  CHECK(guests.call("late", {Value(7), Value(std::int64_t{0x1'0000'0002}), Value(2.0)}) ==
        hex({Value(7), Value(std::int64_t{0x1'0000'0002}), Value(3.0), Value(7 + 2 + 1), Value(std::int64_t{4} * 0x1'0000'0002)}));
  CHECK(guests.call("branches", {Value(3), Value(1)}) == hex({Value(13 + 3)}));
  CHECK(guests.call("branches", {Value(3), Value(0)}) == hex({Value(13 + 8)}));
  for (const char* const name : {"plain", "after"}) CHECK(guests.call(name, {Value(1), Value(std::int64_t{2}), Value(3.0f)}) == hex({Value(1), Value(std::int64_t{3})}));
}

TEST_CASE("a trap in a function that was compiled twice is told once, at its place", "[singlepass]") {
  const VectorGuests guests(R"((module (import "env" "noise" (func $noise)) (memory 1)
    (func $inner (param i32) (result i32) local.get 0 i32.load)
    (func (export "f") (param i32 i64 i64) (result i32)
      local.get 1 local.get 2 call $noise i64.add drop
      local.get 0 i32x4.splat call $noise i32x4.extract_lane 0 call $inner)))");
  for (std::size_t set = 0; set < instruction_sets.size(); ++set) {
    const auto result = guests[set].call("f", std::vector{Value(~0u), Value(std::int64_t{1}), Value(std::int64_t{1})});
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().words() == "out of bounds memory access");
    REQUIRE(result.error().backtrace().size() == 2);
    CHECK(result.error().backtrace()[0].function == 1);
    CHECK(result.error().backtrace()[1].function == 2);
  }
  CHECK(guests.call("f", {Value(0), Value(std::int64_t{1}), Value(std::int64_t{1})}) == "00000000");
}

TEST_CASE("declared vectors are zero, however many there are", "[singlepass]") {
  for (const int count : {1, 8, 9, 10, 60}) {
    const VectorGuests guests("(module (func (export \"f\") (param v128 i32) (result v128) (local" + repeat(count, " v128 i32") + ") local.get 0 " + [&] {
      std::string text;
      for (int i = 0; i < count; ++i) text += " local.get " + std::to_string(2 + 2 * i) + " v128.or local.get " + std::to_string(3 + 2 * i) + " i32x4.splat v128.or";
      return text;
    }() + "))");
    CHECK(guests.call("f", {a, Value(1)}) == hex({a}));
  }
}

TEST_CASE("blocks, branches and loops carry vectors", "[singlepass]") {
  const VectorGuests guests(R"((module
    (func (export "if") (param v128 v128 i32) (result v128) local.get 2 if (result v128) local.get 0 else local.get 1 end)
    (func (export "two") (param v128 v128 i32) (result v128 v128) (block (result v128 v128) local.get 0 local.get 1 local.get 2 br_if 0 v128.xor local.get 0))
    (func (export "mixed") (param v128 v128 i32) (result i32 v128 f32 v128)
      (block (result i32 v128 f32 v128) i32.const 1 local.get 0 f32.const 2 local.get 1 local.get 2 br_if 0 drop drop drop drop i32.const 3 local.get 1 f32.const 4 local.get 0))
    (func (export "params") (param v128 v128 i32) (result v128 v128) local.get 0 local.get 1 (block (param v128 v128) (result v128 v128) (br_if 0 (local.get 2)) v128.not))
    (func (export "table") (param v128 v128 i32) (result v128)
      (block (result v128) (block (result v128) (block (result v128) local.get 0 local.get 2 br_table 0 1 2) v128.not) local.get 1 v128.xor))
    (func (export "loop") (param v128 v128 i32) (result v128) (local $sum v128)
      (loop (local.set $sum (i64x2.add (local.get $sum) (local.get 0))) (local.set 0 (i64x2.add (local.get 0) (v128.const i64x2 1 2)))
        (br_if 0 (local.tee 2 (i32.sub (local.get 2) (i32.const 1)))))
      local.get $sum)
    (func (export "loop param") (param v128 v128 i32) (result v128)
      local.get 0 (loop (param v128) (result v128) local.get 1 i64x2.add (br_if 0 (local.tee 2 (i32.sub (local.get 2) (i32.const 1))))))
    (func (export "swap") (param v128 v128 i32) (result v128 v128) (local v128)
      (loop local.get 0 local.get 1 local.set 0 local.set 1 (br_if 0 (local.tee 2 (i32.sub (local.get 2) (i32.const 1))))) local.get 0 local.get 1)
    (func (export "select") (param v128 v128 i32) (result v128 v128)
      local.get 0 local.get 1 local.get 2 select local.get 1 local.get 0 local.get 2 i32.eqz select (result v128))))");
  const auto bytes = [&](auto f) {
    V128 vector;
    for (std::size_t i = 0; i < 16; ++i) vector.bytes[i] = static_cast<std::uint8_t>(f(a.v128().bytes[i], b.v128().bytes[i]));
    return Value(vector);
  };
  const Value xored = bytes([](int x, int y) { return x ^ y; }), not_b = bytes([](int, int y) { return ~y; });
  CHECK(guests.call("if", {a, b, Value(1)}) == hex({a}));
  CHECK(guests.call("if", {a, b, Value(0)}) == hex({b}));
  CHECK(guests.call("two", {a, b, Value(1)}) == hex({a, b}));
  CHECK(guests.call("two", {a, b, Value(0)}) == hex({xored, a}));
  CHECK(guests.call("mixed", {a, b, Value(1)}) == hex({Value(1), a, Value(2.0f), b}));
  CHECK(guests.call("mixed", {a, b, Value(0)}) == hex({Value(3), b, Value(4.0f), a}));
  CHECK(guests.call("params", {a, b, Value(1)}) == hex({a, b}));
  CHECK(guests.call("params", {a, b, Value(0)}) == hex({a, not_b}));
  CHECK(guests.call("table", {a, b, Value(0)}) == hex({bytes([](int x, int y) { return ~x ^ y; })}));
  CHECK(guests.call("table", {a, b, Value(1)}) == hex({xored}));
  CHECK(guests.call("table", {a, b, Value(9)}) == hex({a}));
  const auto x = lanes_in<std::uint64_t>(a.v128()), y = lanes_in<std::uint64_t>(b.v128());
  CHECK(guests.call("loop", {a, b, Value(4)}) == hex({Value(vector_of<std::uint64_t>({4 * x[0] + 6, 4 * x[1] + 12}))}));
  CHECK(guests.call("loop param", {a, b, Value(3)}) == hex({Value(vector_of<std::uint64_t>({x[0] + 3 * y[0], x[1] + 3 * y[1]}))}));
  CHECK(guests.call("swap", {a, b, Value(3)}) == hex({b, a}));
  CHECK(guests.call("select", {a, b, Value(1)}) == hex({a, a}));
  CHECK(guests.call("select", {a, b, Value(0)}) == hex({b, b}));
}

TEST_CASE("globals hold vectors: own, imported, and shared with the embedder", "[singlepass]") {
  const VectorGuests guests(R"((module (import "env" "vector" (global $imported (mut v128))) (global $own (mut v128) (v128.const i64x2 1 2)) (global $n i32 (i32.const 7))
    (func (export "imported") (result v128) global.get $imported)
    (func (export "own") (result v128 i32) global.get $own global.get $n)
    (func (export "set") (param v128) (result v128 v128 i32) local.get 0 global.set $own global.get $own global.set $imported
      v128.const i64x2 0 0 global.set $own global.get $imported global.get $own global.get $n)))");
  CHECK(guests.call("imported") == hex({Value(mixed(99))}));
  CHECK(guests.call("own") == hex({Value(vector_of<std::uint64_t>({1, 2})), Value(7)}));
  CHECK(guests.call("set", {c}) == hex({c, Value(V128{}), Value(7)}));
}

TEST_CASE("more vectors than registers are live at once, among integers that are too", "[singlepass]") {
  // Vectors and integers by turns: the topmost two are folded into one vector each time.
  std::string text = "(module (func (export \"f\") (param i32) (result i32)";
  for (int i = 0; i < 20; ++i)
    text += " local.get 0 i32.const " + std::to_string(2 * i) + " i32.add i32x4.splat local.get 0 i32.const " + std::to_string(2 * i + 1) + " i32.add";
  text += " i32x4.splat";
  for (int i = 19; i >= 0; --i) text += " i32x4.add" + std::string(i == 0 ? "" : " i32x4.extract_lane 1 i32.add i32x4.splat");
  const VectorGuests guests(text + " i32x4.extract_lane 0))");
  int sum = 0;
  for (int i = 0; i < 40; ++i) sum += 100 + i;
  CHECK(guests.call("f", {Value(100)}) == hex({Value(sum)}));
}

TEST_CASE("a vector's upper half is its own, whatever lay in the register before", "[singlepass]") {
  const VectorGuests guests(R"((module (import "env" "noise" (func $noise)) (memory 1) (data (i32.const 0) "\01\02\03\04\05\06\07\08")
    (func (export "zero32") (result v128) call $noise i32.const 0 v128.load32_zero)
    (func (export "zero64") (result v128) call $noise i32.const 0 v128.load64_zero)
    (func (export "splat") (param f32) (result v128) call $noise local.get 0 f32x4.splat)
    (func (export "float") (param v128) (result v128) local.get 0 f64x2.extract_lane 1 call $noise f64x2.splat)))");
  CHECK(guests.call("zero32") == hex({Value(V128{{1, 2, 3, 4}})}));
  CHECK(guests.call("zero64") == hex({Value(V128{{1, 2, 3, 4, 5, 6, 7, 8}})}));
  CHECK(guests.call("splat", {Value(1.5f)}) == hex({Value(vector_of<float>({1.5f, 1.5f, 1.5f, 1.5f}))}));
  CHECK(guests.call("float", {Value(vector_of<double>({1, 2}))}) == hex({Value(vector_of<double>({2, 2}))}));
}
