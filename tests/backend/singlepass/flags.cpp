#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// Every way in which a comparison of the two parameters is used: kept as a value, negated, by br_if, if, select, a later instruction.
std::string uses_of(const std::string& type, const std::string& comparison) {
  const std::string compare = "local.get 0 local.get 1 " + type + "." + comparison;
  return "(module (func (export \"f\") (param " + type + " " + type + ") (result i32 i32 i32 i32 i32 i32 i32 i32) (local i32)\n" +
         compare + "\n" +
         compare + " i32.eqz\n" +
         "(block (result i32) i32.const 1 " + compare + " br_if 0 drop i32.const 0)\n" +
         "(block (result i32) i32.const 1 " + compare + " i32.eqz br_if 0 drop i32.const 0)\n" +
         compare + " if (result i32) i32.const 1 else i32.const 0 end\n" +
         "i32.const 1 i32.const 0 " + compare + " select\n" +
         compare + " local.set 2 local.get 2\n" +
         "(block (block " + compare + " i32.eqz i32.eqz br_if 0 i32.const 0 local.set 2 br 1) i32.const 1 local.set 2) local.get 2))";
}
std::string expected_of(bool holds) {
  const char* const yes = holds ? "1" : "0";
  const char* const no = holds ? "0" : "1";
  return std::string(yes) + " " + no + " " + yes + " " + no + " " + yes + " " + yes + " " + yes + " " + yes;
}

template <class T> bool holds(const std::string& comparison, T a, T b) {
  if (comparison.starts_with("eq")) return a == b;
  if (comparison.starts_with("ne")) return a != b;
  if (comparison.starts_with("lt")) return a < b;
  if (comparison.starts_with("gt")) return a > b;
  if (comparison.starts_with("le")) return a <= b;
  return a >= b;
}

template <class T> void check_floats(const std::string& type) {
  constexpr T infinity = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN(), least = std::numeric_limits<T>::denorm_min();
  for (const std::string comparison : {"eq", "ne", "lt", "gt", "le", "ge"}) {
    const Guests guests(uses_of(type, comparison));
    for (const T a : {T{0}, -T{0}, T{1}, T{-1}, least, infinity, -infinity, nan, -nan})
      for (const T b : {T{0}, -T{0}, T{1}, T{-1}, least, infinity, -infinity, nan, -nan}) {
        INFO(type << "." << comparison << " of " << a << " and " << b);
        CHECK(guests.call("f", {Value(a), Value(b)}) == expected_of(holds(comparison, a, b)));
      }
  }
}

template <class Signed, class Unsigned> void check_integers(const std::string& type) {
  constexpr Signed least = std::numeric_limits<Signed>::min(), most = std::numeric_limits<Signed>::max();
  for (const std::string comparison : {"eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"}) {
    const Guests guests(uses_of(type, comparison));
    for (const Signed a : {Signed{0}, Signed{1}, Signed{-1}, least, most})
      for (const Signed b : {Signed{0}, Signed{1}, Signed{-1}, least, most}) {
        const bool expected = comparison.ends_with("_u") ? holds(comparison, static_cast<Unsigned>(a), static_cast<Unsigned>(b)) : holds(comparison, a, b);
        INFO(type << "." << comparison << " of " << a << " and " << b);
        CHECK(guests.call("f", {Value(a), Value(b)}) == expected_of(expected));
      }
  }
}

}  // namespace

TEST_CASE("every comparison of f32, NaN and zeros included, means the same to all that use it", "[singlepass]") { check_floats<float>("f32"); }
TEST_CASE("every comparison of f64, NaN and zeros included, means the same to all that use it", "[singlepass]") { check_floats<double>("f64"); }
TEST_CASE("every comparison of i32 means the same to all that use it", "[singlepass]") { check_integers<std::int32_t, std::uint32_t>("i32"); }
TEST_CASE("every comparison of i64 means the same to all that use it", "[singlepass]") { check_integers<std::int64_t, std::uint64_t>("i64"); }

TEST_CASE("an integer comparison takes a constant on either side", "[singlepass]") {
  for (const std::string comparison : {"eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"})
    for (const std::int64_t constant : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{INT32_MAX}, std::int64_t{INT32_MIN}, std::int64_t{1} << 32, INT64_MIN}) {
      const std::string c = "i64.const " + std::to_string(constant), op = " i64." + comparison;
      const Guests guests("(module (func (export \"f\") (param i64) (result i32 i32 i32 i32) local.get 0 " + c + op + " " + c + " local.get 0" + op +
                          " (block (result i32) i32.const 1 local.get 0 " + c + op + " br_if 0 drop i32.const 0) " + c + " " + c + op + "))");
      for (const std::int64_t x : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{1} << 31, std::int64_t{1} << 32, INT64_MIN, INT64_MAX}) {
        const auto holds_of = [&](std::int64_t a, std::int64_t b) {
          const bool yes = comparison.ends_with("_u") ? holds(comparison, static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b)) : holds(comparison, a, b);
          return std::string(yes ? "1" : "0");
        };
        INFO(comparison << " of " << x << " and " << constant);
        CHECK(guests.call("f", {Value(x)}) == holds_of(x, constant) + " " + holds_of(constant, x) + " " + holds_of(x, constant) + " " + holds_of(constant, constant));
      }
    }
}

TEST_CASE("a comparison waits in the flags while a branch moves values about", "[singlepass]") {
  const Guests guests(R"((module (func (export "f") (param i32 i32 f64) (result i32 f64 i32) (local i64 i64 f64)
    i64.const 7 local.set 3
    (block (result i32)
      i32.const 40 local.get 2 f64.const 0 f64.eq br_if 0
      local.get 0 local.get 1 i32.lt_u br_if 0
      drop i64.const 9 local.set 3 f64.const 2.5 local.set 5 i32.const 41)
    local.get 5 local.get 3 i32.wrap_i64)))");
  CHECK(guests.call("f", {Value(1), Value(2), Value(1.0)}) == "40 0 7");
  CHECK(guests.call("f", {Value(2), Value(1), Value(0.0)}) == "40 0 7");
  CHECK(guests.call("f", {Value(2), Value(1), Value(std::nan(""))}) == "41 2.5 9");
}
