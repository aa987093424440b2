#include <wasmer/backend/singlepass/simd_lane.hpp>

#include <string>
#include <type_traits>

#include "../../catch.hpp"
#include "vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using Value = wasmer::Value;

namespace {

using singlepass::lane_type;
static_assert(lane_type(Op::i8x16_splat) == ValueType::i32 && lane_type(Op::i64x2_extract_lane) == ValueType::i64 && lane_type(Op::f32x4_splat) == ValueType::f32 &&
              lane_type(Op::f64x2_replace_lane) == ValueType::f64);

template <class T> std::string shape() { return (std::is_integral_v<T> ? "i" : "f") + std::to_string(sizeof(T) * 8) + "x" + std::to_string(lanes_of<T>); }
template <class T> std::string scalar() { return std::is_integral_v<T> ? (sizeof(T) == 8 ? "i64" : "i32") : sizeof(T) == 8 ? "f64" : "f32"; }
template <class T> Value wide(T lane) {
  if constexpr (std::is_integral_v<T> && sizeof(T) < 8) return Value(static_cast<std::int32_t>(lane));
  else return Value(lane);
}

/// Every lane, of a vector in a register and of one in its home; the new lane in a register, in its home, and as a constant.
template <class T> void check_lanes() {
  const V128 vector = mixed(4);
  const T fresh = static_cast<T>(-77);
  for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
    const std::string index = std::to_string(lane), t = scalar<T>();
    const std::string sign = sizeof(T) < 4 ? (std::is_signed_v<T> ? "_s" : "_u") : "";
    const std::string extract = shape<T>() + ".extract_lane" + sign + " " + index, replace = shape<T>() + ".replace_lane " + index;
    const VectorGuests guests("(module (import \"env\" \"noise\" (func $noise))" +
                              ("(func (export \"extract\") (param v128) (result " + t + ") local.get 0 " + extract + ")") +
                              "(func (export \"extract home\") (param v128) (result " + t + ") local.get 0 v128.not v128.not call $noise " + extract + ")" +
                              "(func (export \"replace\") (param v128 " + t + ") (result v128) local.get 0 local.get 1 " + replace + ")" +
                              "(func (export \"replace home\") (param v128 " + t + ") (result v128) local.get 0 local.get 1 call $noise " + replace + ")" +
                              "(func (export \"replace kept\") (param v128 " + t + ") (result v128) local.get 0 local.get 0 local.get 1 " + replace + " local.set 0 drop local.get 0)" +
                              "(func (export \"replace constant\") (param v128 " + t + ") (result v128) local.get 0 " + t + ".const -77 " + replace + "))");
    Lanes<T> lanes = lanes_in<T>(vector);
    INFO(shape<T>() << " lane " << lane);
    for (const char* const name : {"extract", "extract home"}) CHECK(guests.call(name, {Value(vector)}) == to_hex(wide(lanes[lane])));
    lanes[lane] = fresh;
    for (const char* const name : {"replace", "replace home", "replace kept", "replace constant"})
      CHECK(guests.call(name, {Value(vector), wide(fresh)}) == to_hex(Value(vector_of<T>(lanes))));
  }
  const std::string t = scalar<T>();
  if constexpr (sizeof(T) >= 4 || std::is_signed_v<T>) {
    const VectorGuests guests("(module (import \"env\" \"noise\" (func $noise)) (func (export \"register\") (param " + t + ") (result v128) local.get 0 " + shape<T>() + ".splat)" +
                              "(func (export \"home\") (param " + t + ") (result v128) local.get 0 call $noise " + shape<T>() + ".splat)" +
                              "(func (export \"constant\") (param " + t + ") (result v128) " + t + ".const -77 " + shape<T>() + ".splat))");
    Lanes<T> lanes;
    lanes.fill(fresh);
    for (const char* const name : {"register", "home", "constant"}) CHECK(guests.call(name, {wide(fresh)}) == to_hex(Value(vector_of<T>(lanes))));
  }
}

}  // namespace

TEST_CASE("integer lanes go in and out, and into all", "[singlepass]") {
  check_lanes<std::int8_t>(), check_lanes<std::uint8_t>(), check_lanes<std::int16_t>(), check_lanes<std::uint16_t>();
  check_lanes<std::int32_t>(), check_lanes<std::int64_t>();
}

TEST_CASE("float lanes go in and out, and into all", "[singlepass]") { check_lanes<float>(), check_lanes<double>(); }

TEST_CASE("of an integer only the lane's bits count, whatever its register has above them", "[singlepass]") {
  const VectorGuests guests(R"((module
    (func (export "splat") (param i64) (result v128) local.get 0 i32.wrap_i64 i8x16.splat)
    (func (export "replace") (param i64) (result v128) (v128.const i64x2 0 0) local.get 0 i32.wrap_i64 i16x8.replace_lane 3)
    (func (export "address") (param v128) (result i64) local.get 0 i8x16.extract_lane_u 0 i64.extend_i32_u)))");
  V128 all;
  for (std::uint8_t& byte : all.bytes) byte = 0x21;
  const Value dirty(std::int64_t{0x7FFF'FFFF'FFFF'FF21});
  CHECK(guests.call("splat", {dirty}) == to_hex(Value(all)));
  CHECK(guests.call("replace", {dirty}) == to_hex(Value(vector_of<std::uint16_t>({0, 0, 0, 0xFF21, 0, 0, 0, 0}))));
  CHECK(guests.call("address", {Value(mixed(1))}) == to_hex(Value(std::int64_t{mixed(1).bytes[0]})));
}

TEST_CASE("a lane's float is used by scalar instructions, whatever its register has above it", "[singlepass]") {
  const VectorGuests guests(R"((module
    (func (export "sum") (param v128) (result f32) local.get 0 f32x4.extract_lane 0 local.get 0 f32x4.extract_lane 1 f32.add local.get 0 f32x4.extract_lane 2
      local.get 0 f32x4.extract_lane 3 f32.add f32.add)
    (func (export "splat") (param v128) (result v128) local.get 0 f64x2.extract_lane 1 f64x2.splat)))");
  CHECK(guests.call("sum", {Value(vector_of<float>({1, 2, 4, 8}))}) == to_hex(Value(15.0f)));
  CHECK(guests.call("splat", {Value(vector_of<double>({1, 2}))}) == to_hex(Value(vector_of<double>({2, 2}))));
}
