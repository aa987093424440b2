#include <wasmer/backend/singlepass/simd_relaxed.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <wasmer/backend/masm/cpu.hpp>

#include "../../catch.hpp"
#include "vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using Value = wasmer::Value;

namespace {

/// What each set of instructions gives.
std::vector<std::string> results(const std::string& op, std::vector<Value> arguments) {
  std::string params, gets;
  for (std::size_t i = 0; i < arguments.size(); ++i) params += " v128", gets += " local.get " + std::to_string(i);
  std::vector<std::string> all;
  const VectorGuests guests("(module (func (export \"f\") (param" + params + ") (result v128)" + gets + " " + op + "))");
  for (std::size_t set = 0; set < instruction_sets.size(); ++set) all.push_back(to_hex(guests[set].call("f", arguments)));
  return all;
}
bool each_is(const std::vector<std::string>& all, std::initializer_list<V128> allowed) {
  return std::ranges::all_of(all, [&](const std::string& got) { return std::ranges::any_of(allowed, [&](const V128& one) { return got == to_hex(Value(one)); }); });
}

}  // namespace

TEST_CASE("a multiplication and addition are rounded once or twice, and always in one way", "[singlepass]") {
  const double a = 1 + 0x1p-30, b = 1 - 0x1p-30;
  const std::vector<Value> doubles{Value(vector_of<double>({a, 3})), Value(vector_of<double>({b, 4})), Value(vector_of<double>({-1, 5}))};
  CHECK(each_is(results("f64x2.relaxed_madd", doubles), {vector_of<double>({std::fma(a, b, -1), 17}), vector_of<double>({0, 17})}));
  const std::vector<Value> negated{doubles[0], doubles[1], Value(vector_of<double>({1, 5}))};
  CHECK(each_is(results("f64x2.relaxed_nmadd", negated), {vector_of<double>({std::fma(-a, b, 1), -7}), vector_of<double>({0, -7})}));
  const std::vector<Value> floats{Value(vector_of<float>({2, 3, 4, 5})), Value(vector_of<float>({10, 20, 30, 40})), Value(vector_of<float>({1, 2, 3, 4}))};
  CHECK(each_is(results("f32x4.relaxed_madd", floats), {vector_of<float>({21, 62, 123, 204})}));
  CHECK(each_is(results("f32x4.relaxed_nmadd", floats), {vector_of<float>({-19, -58, -117, -196})}));
  if (masm::CpuFeatures::host().fma) CHECK(results("f64x2.relaxed_madd", doubles).back() == to_hex(Value(vector_of<double>({std::fma(a, b, -1), 17}))));
}

TEST_CASE("a lane is selected whole where the mask is the same in all of its bits", "[singlepass]") {
  const V128 a = mixed(1), b = mixed(2);
  const auto check = [&]<class T>(T, const std::string& shape) {
    Lanes<T> mask, expected;
    for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = i % 3 == 0 ? static_cast<T>(-1) : T{0}, expected[i] = i % 3 == 0 ? lanes_in<T>(a)[i] : lanes_in<T>(b)[i];
    CHECK(each_is(results(shape + ".relaxed_laneselect", {Value(a), Value(b), Value(vector_of<T>(mask))}), {vector_of<T>(expected)}));
  };
  check(std::int8_t{}, "i8x16"), check(std::int16_t{}, "i16x8"), check(std::int32_t{}, "i32x4"), check(std::int64_t{}, "i64x2");
}

TEST_CASE("relaxed instructions agree with the others where those are not ambiguous", "[singlepass]") {
  const V128 a = mixed(1), in_range = vector_of<float>({1.5f, -2.5f, 100, -0.0f}), indices{{15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
  V128 reversed;
  std::ranges::reverse_copy(a.bytes, reversed.bytes);
  CHECK(each_is(results("i8x16.relaxed_swizzle", {Value(a), Value(indices)}), {reversed}));
  CHECK(each_is(results("i32x4.relaxed_trunc_f32x4_s", {Value(in_range)}), {vector_of<std::int32_t>({1, -2, 100, 0})}));
  CHECK(each_is(results("i32x4.relaxed_trunc_f32x4_u", {Value(vector_of<float>({1.5f, 3e9f, 100, 0}))}), {vector_of<std::uint32_t>({1, 3000000000u, 100, 0})}));
  CHECK(each_is(results("i32x4.relaxed_trunc_f64x2_s_zero", {Value(vector_of<double>({-7.9, 2147483647.5}))}), {vector_of<std::int32_t>({-7, 2147483647, 0, 0})}));
  CHECK(each_is(results("i32x4.relaxed_trunc_f64x2_u_zero", {Value(vector_of<double>({7.9, 4294967295.5}))}), {vector_of<std::uint32_t>({7, 4294967295u, 0, 0})}));
  CHECK(each_is(results("f32x4.relaxed_min", {Value(in_range), Value(vector_of<float>({1, 2, 3, 4}))}), {vector_of<float>({1, -2.5f, 3, -0.0f})}));
  CHECK(each_is(results("f64x2.relaxed_max", {Value(vector_of<double>({1, 5})), Value(vector_of<double>({2, 4}))}), {vector_of<double>({2, 5})}));
  const V128 halves = vector_of<std::int16_t>({0x4000, -0x4000, 0x7FFF, 1, 2, 3, -32768, 0}), factors = vector_of<std::int16_t>({0x4000, 0x4000, 0x7FFF, 1, 0x2000, 0x4000, 0x7FFF, 5});
  CHECK(each_is(results("i16x8.relaxed_q15mulr_s", {Value(halves), Value(factors)}), {vector_of<std::int16_t>({0x2000, -0x2000, 0x7FFE, 0, 1, 2, -32767, 0})}));
}

TEST_CASE("dot products multiply signed bytes with bytes of seven bits", "[singlepass]") {
  V128 signed_bytes = mixed(1), seven_bits = mixed(2);
  for (std::uint8_t& byte : seven_bits.bytes) byte &= 0x7F;
  const auto x = lanes_in<std::int8_t>(signed_bytes), y = lanes_in<std::int8_t>(seven_bits);
  Lanes<std::int16_t> pairs;
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = static_cast<std::int16_t>(x[2 * i] * y[2 * i] + x[2 * i + 1] * y[2 * i + 1]);
  CHECK(each_is(results("i16x8.relaxed_dot_i8x16_i7x16_s", {Value(signed_bytes), Value(seven_bits)}), {vector_of<std::int16_t>(pairs)}));
  Lanes<std::int32_t> sums;
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = pairs[2 * i] + pairs[2 * i + 1] + static_cast<std::int32_t>(1000 * i);
  CHECK(each_is(results("i32x4.relaxed_dot_i8x16_i7x16_add_s", {Value(signed_bytes), Value(seven_bits), Value(vector_of<std::int32_t>({0, 1000, 2000, 3000}))}),
                {vector_of<std::int32_t>(sums)}));
}
