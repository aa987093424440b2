// Vectors as arguments of tail calls: in registers, and below the callee's context where there are more of them.
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

constexpr unsigned count = 36;

/// The types of the arguments: vectors, most of them beyond the eight registers, among numbers of every kind.
const char* type_of(unsigned i) {
  constexpr const char* types[] = {"v128", "i64", "v128", "f64", "v128", "i32", "v128", "f32", "v128"};
  return types[i % 9];
}
Value argument(unsigned i) {
  const std::string type = type_of(i);
  if (type == "v128") return mixed(i);
  if (type == "i64") return Value(std::uint64_t{0x0101'0101'0101'0101} * i);
  if (type == "i32") return Value(0x0101'0101u * i);
  if (type == "f64") return Value(i / 8.0);
  return Value(static_cast<float>(i) / 4);
}
/// The next of the same type: each round, every argument goes to the one before it.
unsigned source(unsigned i) {
  unsigned from = i;
  do from = (from + 1) % count;
  while (std::string_view(type_of(from)) != type_of(i));
  return from;
}

std::string types() {
  std::string text;
  for (unsigned i = 0; i < count; ++i) text += std::string(" ") + type_of(i);
  return text;
}
std::string gets(bool rotated) {
  std::string text;
  for (unsigned i = 0; i < count; ++i) text += " (local.get " + std::to_string(1 + (rotated ? source(i) : i)) + ")";
  return text;
}
/// What the arguments are after so many rounds. There are 20 vectors and 4 of each kind of number.
std::string rotated(std::uint64_t rounds) {
  std::vector<Value> now, then(count);
  for (unsigned i = 0; i < count; ++i) now.push_back(argument(i));
  for (std::uint64_t round = 0; round < rounds % 20; ++round) {
    for (unsigned i = 0; i < count; ++i) then[i] = now[source(i)];
    now.swap(then);
  }
  return to_hex(Result<std::vector<Value>>(now));
}
std::vector<Value> arguments(std::uint64_t rounds) {
  std::vector<Value> list{Value(rounds)};
  for (unsigned i = 0; i < count; ++i) list.push_back(argument(i));
  return list;
}

}  // namespace

TEST_CASE("tail calls with more vectors than registers keep each in its place and take no stack: direct, indirect and by reference", "[singlepass][bugs]") {
  const std::string done = "(if (i64.eqz (local.get 0)) (then (return" + gets(false) + ")))", left = " (i64.sub (local.get 0) (i64.const 1))" + gets(true);
  const VectorGuests guests("(module (type $t (func (param i64" + types() + ") (result" + types() + "))) (table funcref (elem $direct $indirect $reference $large))\n" +
                            "(elem declare func $reference $large)\n" +
                            "(func $direct (export \"direct\") (type $t) " + done + " (return_call $direct" + left + "))\n" +
                            "(func $indirect (export \"indirect\") (type $t) " + done + " (return_call_indirect (type $t)" + left + " (i32.const 1)))\n" +
                            "(func $reference (export \"reference\") (type $t) " + done + " (return_call_ref $t" + left + " (ref.func $reference)))\n" +
                            // Those that call each other have frames of different sizes.
                            "(func $large (export \"large\") (type $t) (local v128 v128 i64 v128) " + done + " (local.set " + std::to_string(count + 4) +
                            " (local.get 1)) (call $noise) (return_call $small" + left + "))\n" +
                            "(func $small (export \"small\") (type $t) " + done + " (return_call_indirect (type $t)" + left + " (i32.const 3)))\n" +
                            "(func $noise (local v128 v128) (local.set 0 (v128.not (local.get 1)))))");
  for (const char* const name : {"direct", "indirect", "reference", "large", "small"})
    for (const std::uint64_t rounds : {0, 1, 2, 7, 20'000}) {
      INFO(name << ", " << rounds << " rounds");
      CHECK(guests.call(name, arguments(rounds)) == rotated(rounds));
    }
}

TEST_CASE("a tail call passes vectors on from a function that has none, and to one that has fewer", "[singlepass][bugs]") {
  const VectorGuests guests(R"((module (type $many (func (param v128 v128 v128 v128 v128 v128 v128 v128 v128 v128 v128) (result v128)))
    (table funcref (elem $many $one))
    (func $many (type $many) (return_call $one (i8x16.add (local.get 10) (local.get 8))))
    (func $one (param v128) (result v128) (i8x16.add (local.get 0) (local.get 0)))
    (func (export "direct") (param i32) (result v128) (local $v v128)
      (local.set $v (i8x16.splat (local.get 0)))
      (return_call $many (local.get $v) (local.get $v) (local.get $v) (local.get $v) (local.get $v) (local.get $v) (local.get $v) (local.get $v)
        (i8x16.splat (i32.const 3)) (local.get $v) (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)))
    (func (export "indirect") (param i32) (result v128) (local $v v128)
      (local.set $v (i8x16.splat (local.get 0)))
      (return_call_indirect (type $many) (local.get $v) (local.get $v) (local.get $v) (local.get $v) (local.get $v) (local.get $v) (local.get $v) (local.get $v)
        (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15) (local.get $v) (i8x16.splat (i32.const 3)) (i32.const 0)))))");
  for (const char* const name : {"direct", "indirect"}) CHECK(guests.call(name, {Value(9)}) == "06080a0c0e10121416181a1c1e202224");
}

TEST_CASE("a tail call of a host function with more vectors than registers gives what the function gives", "[singlepass][bugs]") {
  const std::string host = "v128 i64 v128 f64 v128 v128 v128 v128 i32 v128 v128 v128 v128";
  std::string text = "(module (type $t (func (param " + host + ") (result " + host + "))) (import \"env\" \"shuffle\" (func $shuffle (type $t))) (table funcref (elem $shuffle))\n", all;
  for (unsigned i = 0; i < 13; ++i) all += " (local.get " + std::to_string(i) + ")";
  text += "(func $direct (type $t) (return_call $shuffle" + all + ")) (func $indirect (type $t) (return_call_indirect (type $t)" + all + " (i32.const 0)))\n";
  text += "(func (export \"direct\") (type $t) (call $direct" + all + ")) (func (export \"indirect\") (type $t) (call $indirect" + all + ")))";
  const VectorGuests guests(text);
  std::vector<Value> v;
  for (std::uint64_t i = 0; i < 10; ++i) v.emplace_back(mixed(i));
  const Value n(std::int64_t{77}), d(2.5), m(-3);
  const std::string expected = to_hex(Result<std::vector<Value>>(std::vector<Value>{v[9], n, v[8], d, v[7], v[6], v[5], v[4], m, v[3], v[2], v[1], v[0]}));
  for (const char* const name : {"direct", "indirect"})
    CHECK(guests.call(name, std::vector<Value>{v[0], n, v[1], d, v[2], v[3], v[4], v[5], m, v[6], v[7], v[8], v[9]}) == expected);
}
