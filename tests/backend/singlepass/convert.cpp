#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

template <class T> constexpr const char* name = "";
template <> constexpr const char* name<std::int32_t> = "i32";
template <> constexpr const char* name<std::int64_t> = "i64";
template <> constexpr const char* name<float> = "f32";
template <> constexpr const char* name<double> = "f64";

/// Floats around both ends of the range of Integer, and those that are none of it.
template <class Float, class Integer> std::vector<Float> around() {
  constexpr Float infinity = std::numeric_limits<Float>::infinity();
  // Neither is rounded: the least is a power of two or zero, and one beyond the greatest is a power of two.
  const Float least = static_cast<Float>(std::numeric_limits<Integer>::min()), beyond = std::ldexp(Float{1}, std::numeric_limits<Integer>::digits);
  std::vector<Float> all{Float{0},   -Float{0},   Float(0.5),    Float(-0.5),    Float(0.99), Float(-0.99),
                         Float(1.5), Float(-1.5), Float(123456), Float(-123456), infinity,    -infinity};
  for (const Float end : {least, least - 1, least + 1, beyond, beyond - 1, -beyond})
    for (const Float value : {end, std::nextafter(end, infinity), std::nextafter(end, -infinity)}) all.push_back(value);
  all.push_back(std::numeric_limits<Float>::quiet_NaN());
  all.push_back(-std::numeric_limits<Float>::quiet_NaN());
  all.push_back(std::numeric_limits<Float>::denorm_min());
  return all;
}

/// What the specification says of a conversion that saturates.
template <class Integer, class Float> Integer saturated(Float value) {
  if (std::isnan(value)) return 0;
  if (value >= std::ldexp(Float{1}, std::numeric_limits<Integer>::digits)) return std::numeric_limits<Integer>::max();
  if (value <= static_cast<Float>(std::numeric_limits<Integer>::min())) return std::numeric_limits<Integer>::min();
  return static_cast<Integer>(value);
}
/// And of one that traps.
template <class Integer, class Float> std::string truncated(Float value) {
  using Signed = std::make_signed_t<Integer>;
  if (std::isnan(value)) return "invalid conversion to integer";
  const Float whole = std::trunc(value);
  if (whole >= std::ldexp(Float{1}, std::numeric_limits<Integer>::digits) || whole < static_cast<Float>(std::numeric_limits<Integer>::min()))
    return "integer overflow";
  return std::to_string(static_cast<Signed>(static_cast<Integer>(whole)));
}

template <class Integer, class Float> void check_truncation() {
  using Signed = std::make_signed_t<Integer>;
  const std::string to = name<Signed>, from = name<Float>, rest = std::string("_") + from + (std::is_signed_v<Integer> ? "_s" : "_u");
  const std::string type = "(param " + from + ") (result " + to + ") local.get 0 " + to;
  const Guests guests("(module (func (export \"traps\") " + type + ".trunc" + rest + ") (func (export \"saturates\") " + type + ".trunc_sat" + rest +
                      "))");
  for (const Float value : around<Float, Integer>()) {
    INFO(to << ".trunc" << rest << " of " << value);
    CHECK(guests.call("traps", {Value(value)}) == truncated<Integer>(value));
    CHECK(guests.call("saturates", {Value(value)}) == std::to_string(static_cast<Signed>(saturated<Integer>(value))));
  }
}

std::string bits(float value) { return std::to_string(std::bit_cast<std::int32_t>(value)); }
std::string bits(double value) { return std::to_string(std::bit_cast<std::int64_t>(value)); }

/// Every rounding there is: integers of all lengths, with and without what is lost.
template <class Integer> std::vector<Integer> of_all_lengths() {
  std::vector<Integer> all{0};
  for (int shift = 0; shift < 64; ++shift)
    for (const std::uint64_t pattern : {0x8000'0000'0000'0000, 0x8000'0080'0000'0000, 0x8000'0080'0000'0001, 0x8000'0180'0000'0000,
                                        0x8000'0000'0000'0400, 0x8000'0000'0000'0401, 0x8000'0000'0000'0C00, 0xFFFF'FFFF'FFFF'FFFF})
      all.push_back(static_cast<Integer>(static_cast<std::uint64_t>(pattern) >> shift));
  return all;
}

template <class Float, class Integer> void check_conversion() {
  using Signed = std::make_signed_t<Integer>;
  const std::string to = name<Float>, from = name<Signed>, result = sizeof(Float) == 4 ? "i32" : "i64";
  const Guests guests("(module (func (export \"f\") (param " + from + ") (result " + result + ") local.get 0 " + to + ".convert_" + from +
                      (std::is_signed_v<Integer> ? "_s " : "_u ") + result + ".reinterpret_" + to + "))");
  for (const Integer value : of_all_lengths<Integer>()) {
    INFO(to << " of " << +value);
    CHECK(guests.call("f", {Value(static_cast<Signed>(value))}) == bits(static_cast<Float>(value)));
  }
}

}  // namespace

TEST_CASE("f32 to i32 traps or saturates exactly where it does not fit", "[singlepass]") {
  check_truncation<std::int32_t, float>(), check_truncation<std::uint32_t, float>();
}
TEST_CASE("f64 to i32 traps or saturates exactly where it does not fit", "[singlepass]") {
  check_truncation<std::int32_t, double>(), check_truncation<std::uint32_t, double>();
}
TEST_CASE("f32 to i64 traps or saturates exactly where it does not fit", "[singlepass]") {
  check_truncation<std::int64_t, float>(), check_truncation<std::uint64_t, float>();
}
TEST_CASE("f64 to i64 traps or saturates exactly where it does not fit", "[singlepass]") {
  check_truncation<std::int64_t, double>(), check_truncation<std::uint64_t, double>();
}

TEST_CASE("an integer becomes the nearest f32, and of two the even one", "[singlepass]") {
  check_conversion<float, std::int32_t>(), check_conversion<float, std::uint32_t>(), check_conversion<float, std::int64_t>(),
      check_conversion<float, std::uint64_t>();
}
TEST_CASE("an integer becomes the nearest f64, and of two the even one", "[singlepass]") {
  check_conversion<double, std::int32_t>(), check_conversion<double, std::uint32_t>(), check_conversion<double, std::int64_t>(),
      check_conversion<double, std::uint64_t>();
}

TEST_CASE("promotion is exact, and demotion rounds, overflows and underflows", "[singlepass]") {
  const Guests guests(R"((module
    (func (export "promote") (param f32) (result i64) local.get 0 f64.promote_f32 i64.reinterpret_f64)
    (func (export "demote") (param f64) (result i32) local.get 0 f32.demote_f64 i32.reinterpret_f32)))");
  constexpr float least = std::numeric_limits<float>::denorm_min(), most = std::numeric_limits<float>::max(),
                  infinity = std::numeric_limits<float>::infinity();
  for (const float value : {0.0f, -0.0f, 0.1f, least, most, infinity, -infinity})
    CHECK(guests.call("promote", {Value(value)}) == bits(double{value}));
  for (const double value :
       {0.0, -0.0, 0.1, 1.0 + 0x1p-24, 1.0 + 0x3p-24, double{most}, double{least} / 2, double{least} * 0.75, double{most} * 2, -double{most} * 2})
    CHECK(guests.call("demote", {Value(value)}) == bits(static_cast<float>(value)));
}

TEST_CASE("a NaN that changes its width is quiet", "[singlepass]") {
  const Guests guests(R"((module (func (export "f") (param i32) (result i64)
    local.get 0 f32.reinterpret_i32 f64.promote_f32 i64.reinterpret_f64 i64.const 51 i64.shr_u)))");
  CHECK(guests.call("f", {Value(0x7FA0'0000)}) == "4095");
}

TEST_CASE("reinterpreting keeps every bit, of registers, constants and homes", "[singlepass]") {
  const Guests guests(R"((module
    (func $noise)
    (func (export "f32") (param i32) (result i32) local.get 0 f32.reinterpret_i32 i32.reinterpret_f32)
    (func (export "f64") (param i64) (result i64) local.get 0 f64.reinterpret_i64 i64.reinterpret_f64)
    (func (export "constants") (result i32 i64)
      i32.const 0x7fa00001 f32.reinterpret_i32 i32.reinterpret_f32 i64.const 0x7ff4000000000001 f64.reinterpret_i64 i64.reinterpret_f64)
    (func (export "homes") (param i32 i64 f32 f64) (result f32 f64 i32 i64)
      local.get 0 i32.const 0 i32.add local.get 1 i64.const 0 i64.add local.get 2 f32.const -0 f32.add local.get 3 f64.const -0 f64.add call $noise
      i64.reinterpret_f64 local.set 1 i32.reinterpret_f32 local.set 0 f64.reinterpret_i64 local.set 3 f32.reinterpret_i32
      local.get 3 local.get 0 local.get 1)))");
  CHECK(guests.call("f32", {dirty(0x7FA0'0001)}) == "2141192193");
  CHECK(guests.call("f64", {Value(std::uint64_t{0x7FF4'0000'0000'0001})}) == "9219994337134247937");
  CHECK(guests.call("constants") == "2141192193 9219994337134247937");
  CHECK(guests.call("homes", {Value(0x3F80'0000), Value(std::int64_t{0x4000'0000'0000'0000}), Value(1.0f), Value(2.0)}) ==
        "1 2 1065353216 4611686018427387904");
}

TEST_CASE("an i64 in its home is wrapped by its lower half", "[singlepass]") {
  const Guests guests(R"((module (func $noise)
    (func (export "f") (param i64) (result i32 i64) local.get 0 i64.const 1 i64.add call $noise i32.wrap_i64 local.get 0)))");
  CHECK(guests.call("f", {Value(std::int64_t{0x1'FFFF'FFFF})}) == "0 8589934591");
  CHECK(guests.call("f", {Value(std::int64_t{0x1'7FFF'FFFF})}) == "-2147483648 6442450943");
}

TEST_CASE("a conversion reads its operand before it writes the local that takes the result", "[singlepass]") {
  const Guests guests(R"((module
    (func (export "same") (param i64 f64) (result i64 f64)
      local.get 1 i64.trunc_f64_u local.set 0 local.get 0 f64.convert_i64_u local.set 1 local.get 0 local.get 1)
    (func (export "kept") (param i64 f64) (result i64 i64 f64) local.get 0 local.get 1 i64.trunc_sat_f64_u local.tee 0 local.get 1)
    (func (export "wide") (param i32 i64) (result i64 i32)
      local.get 0 i64.extend_i32_s local.set 1 local.get 1 i32.wrap_i64 local.set 0 local.get 1 local.get 0)))");
  CHECK(guests.call("same", {Value(std::int64_t{1}), Value(0x1p63 + 4096)}) == "-9223372036854771712 9223372036854779904");
  CHECK(guests.call("kept", {Value(std::int64_t{1}), Value(-3.0)}) == "1 0 -3");
  CHECK(guests.call("wide", {dirty(0xFFFF'FFFE), Value(std::int64_t{7})}) == "-2 -2");
}

TEST_CASE("memory is reached behind a conversion that needed its base's register", "[singlepass]") {
  const Guests guests(R"((module (memory 1) (data (i32.const 8) "\2a")
    (func (export "f") (param i64) (result f64 i32) i32.const 8 i32.load drop local.get 0 f64.convert_i64_u i32.const 8 i32.load)))");
  CHECK(guests.call("f", {Value(std::int64_t{-1})}) == "18446744073709551616 42");
  CHECK(guests.call("f", {Value(std::int64_t{1})}) == "1 42");
}
