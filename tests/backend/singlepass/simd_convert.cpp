#include <wasmer/backend/singlepass/simd_convert.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "../../catch.hpp"
#include "vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using Value = wasmer::Value;

namespace {

VectorGuests unary(const std::string& op) { return VectorGuests("(module (func (export \"f\") (param v128) (result v128) local.get 0 " + op + "))"); }

/// What lies around the bounds of both ranges of integers.
template <class F> std::vector<F> floats() {
  std::vector<F> all{F{0}, -F{0}, std::numeric_limits<F>::quiet_NaN(), -std::numeric_limits<F>::quiet_NaN(), std::numeric_limits<F>::infinity(),
                     -std::numeric_limits<F>::infinity(), std::numeric_limits<F>::max(), std::numeric_limits<F>::lowest(), std::numeric_limits<F>::denorm_min(), F(0.5),
                     F(-0.5), F(0.9999), F(-0.9999), F(1.5), F(-1.5)};
  for (const double bound : {-2147483648.0, 2147483647.0, 4294967295.0, 4294967296.0, 2147483648.0, 16777217.0, -2147483649.0})
    for (const F value : {std::nextafter(static_cast<F>(bound), F(-1e30)), static_cast<F>(bound), std::nextafter(static_cast<F>(bound), F(1e30))}) all.push_back(value);
  return all;
}
template <class I, class F> I saturate(F value) {
  if (value != value) return 0;
  const double bounded = std::clamp(std::trunc(static_cast<double>(value)), double{std::numeric_limits<I>::min()}, double{std::numeric_limits<I>::max()});
  return static_cast<I>(bounded);
}

template <class I, class F> void check_truncation(const std::string& op) {
  const VectorGuests guests = unary(op);
  const std::vector<F> values = floats<F>();
  for (std::size_t turn = 0; turn < values.size(); ++turn) {
    Lanes<F> lanes;
    Lanes<I> expected{};
    for (std::size_t i = 0; i < lanes.size(); ++i) lanes[i] = values[(turn + i * 7) % values.size()], expected[i] = saturate<I>(lanes[i]);
    INFO(op << " of " << to_hex(Value(vector_of<F>(lanes))));
    CHECK(guests.call("f", {Value(vector_of<F>(lanes))}) == to_hex(Value(vector_of<I>(expected))));
  }
}

template <class I, class F> void check_conversion(const std::string& op) {
  const VectorGuests guests = unary(op);
  for (const I value : {I{0}, I{1}, static_cast<I>(-1), std::numeric_limits<I>::min(), std::numeric_limits<I>::max(), I{16777217}, I{16777219}, static_cast<I>(0x7FFF'FFBF),
                        static_cast<I>(0x8000'0080), static_cast<I>(0x8000'0081), static_cast<I>(0xFFFF'FF7F), static_cast<I>(0xFFFF'FF80), I{0xFFFF}, I{0x1'0001}}) {
    const auto bits = static_cast<std::make_unsigned_t<I>>(value);
    const Lanes<I> lanes{value, static_cast<I>(bits + 1), static_cast<I>(bits ^ 0x5555), static_cast<I>(bits - 3)};
    Lanes<F> expected;
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<F>(lanes[i]);
    INFO(op << " of " << value);
    CHECK(guests.call("f", {Value(vector_of<I>(lanes))}) == to_hex(Value(vector_of<F>(expected))));
  }
}

template <class W, class N> void check_extension(const std::string& wide, const std::string& narrow) {
  for (const bool high : {false, true}) {
    const VectorGuests guests = unary(wide + ".extend_" + (high ? "high_" : "low_") + narrow + (std::is_signed_v<W> ? "_s" : "_u"));
    for (const V128& vector : {mixed(1), mixed(2)}) {
      const Lanes<N> lanes = lanes_in<N>(vector);
      Lanes<W> expected;
      for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = lanes[i + (high ? expected.size() : 0)];
      CHECK(guests.call("f", {Value(vector)}) == to_hex(Value(vector_of<W>(expected))));
    }
  }
}

}  // namespace

TEST_CASE("truncation saturates at either bound, and makes 0 of NaN", "[singlepass]") {
  check_truncation<std::int32_t, float>("i32x4.trunc_sat_f32x4_s");
  check_truncation<std::uint32_t, float>("i32x4.trunc_sat_f32x4_u");
  check_truncation<std::int32_t, double>("i32x4.trunc_sat_f64x2_s_zero");
  check_truncation<std::uint32_t, double>("i32x4.trunc_sat_f64x2_u_zero");
}

TEST_CASE("integers become floats with one rounding", "[singlepass]") {
  check_conversion<std::int32_t, float>("f32x4.convert_i32x4_s");
  check_conversion<std::uint32_t, float>("f32x4.convert_i32x4_u");
  check_conversion<std::int32_t, double>("f64x2.convert_low_i32x4_s");
  check_conversion<std::uint32_t, double>("f64x2.convert_low_i32x4_u");
}

TEST_CASE("either half of a vector is extended by sign and by zeros", "[singlepass]") {
  check_extension<std::int16_t, std::int8_t>("i16x8", "i8x16"), check_extension<std::uint16_t, std::uint8_t>("i16x8", "i8x16");
  check_extension<std::int32_t, std::int16_t>("i32x4", "i16x8"), check_extension<std::uint32_t, std::uint16_t>("i32x4", "i16x8");
  check_extension<std::int64_t, std::int32_t>("i64x2", "i32x4"), check_extension<std::uint64_t, std::uint32_t>("i64x2", "i32x4");
}

TEST_CASE("floats are promoted and demoted, and the lanes left over are zero", "[singlepass]") {
  CHECK(unary("f64x2.promote_low_f32x4").call("f", {Value(vector_of<float>({1.5f, -0.0f, 7.0f, 8.0f}))}) == to_hex(Value(vector_of<double>({1.5, -0.0}))));
  CHECK(unary("f32x4.demote_f64x2_zero").call("f", {Value(vector_of<double>({1e300, 0.1}))}) ==
        to_hex(Value(vector_of<float>({std::numeric_limits<float>::infinity(), 0.1f, 0, 0}))));
}
