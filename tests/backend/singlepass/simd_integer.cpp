#include <wasmer/backend/singlepass/simd_integer.hpp>

#include <algorithm>
#include <concepts>
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

static_assert(singlepass::lane_bits(Op::i8x16_add) == 8 && singlepass::lane_bits(Op::i16x8_add) == 16 && singlepass::lane_bits(Op::i32x4_add) == 32 &&
              singlepass::lane_bits(Op::i64x2_add) == 64 && singlepass::lane_bits(Op::f64x2_splat) == 64);
static_assert(singlepass::lane_name(Op::i16x8_add_sat_s) == "add_sat_s");
static_assert(singlepass::integer_instruction(Op::i32x4_add) && !singlepass::integer_instruction(Op::i64x2_mul));

template <class T> std::string shape() { return "i" + std::to_string(sizeof(T) * 8) + "x" + std::to_string(lanes_of<T>); }

/// Vectors whose lanes are the edges of T, in every pairing with those of another.
template <class T> std::vector<V128> edges() {
  using Limits = std::numeric_limits<T>;
  const std::vector<T> values{0, 1, static_cast<T>(-1), Limits::min(), Limits::max(), static_cast<T>(Limits::max() / 2), static_cast<T>(Limits::min() + 1), 42,
                              static_cast<T>(T{1} << (sizeof(T) * 4))};
  std::vector<V128> all{mixed(1), mixed(2)};
  for (std::size_t turn = 0; turn < values.size(); ++turn) {
    Lanes<T> lanes;
    for (std::size_t i = 0; i < lanes.size(); ++i) lanes[i] = values[(turn + i * 4) % values.size()];
    all.push_back(vector_of<T>(lanes));
  }
  return all;
}

/// One instruction on vectors of T; `f` is it for one lane.
template <class T, class F> void check_binary(const std::string& name, F&& f) {
  const VectorGuests guests("(module (func (export \"f\") (param v128 v128) (result v128) local.get 0 local.get 1 " + shape<T>() + "." + name + "))");
  for (const V128& a : edges<T>())
    for (const V128& b : edges<T>()) {
      const Lanes<T> x = lanes_in<T>(a), y = lanes_in<T>(b);
      Lanes<T> expected;
      for (std::size_t i = 0; i < x.size(); ++i) expected[i] = static_cast<T>(f(x[i], y[i]));
      INFO(name << " of " << to_hex(Value(a)) << " and " << to_hex(Value(b)));
      CHECK(guests.call("f", {Value(a), Value(b)}) == to_hex(Value(vector_of<T>(expected))));
    }
}
template <class T, class F> void check_unary(const std::string& name, F&& f) {
  const VectorGuests guests("(module (func (export \"f\") (param v128) (result v128) local.get 0 " + shape<T>() + "." + name + "))");
  for (const V128& a : edges<T>()) {
    const Lanes<T> x = lanes_in<T>(a);
    Lanes<T> expected;
    for (std::size_t i = 0; i < x.size(); ++i) expected[i] = static_cast<T>(f(x[i]));
    INFO(name << " of " << to_hex(Value(a)));
    CHECK(guests.call("f", {Value(a)}) == to_hex(Value(vector_of<T>(expected))));
  }
}

template <std::signed_integral S> void check_lanes() {
  using U = std::make_unsigned_t<S>;
  check_binary<U>("add", [](U a, U b) { return a + b; });
  check_binary<U>("sub", [](U a, U b) { return a - b; });
  if constexpr (sizeof(S) > 1) check_binary<U>("mul", [](U a, U b) { return static_cast<U>(std::uint64_t{a} * b); });
  check_binary<S>("eq", [](S a, S b) { return a == b ? -1 : 0; });
  check_binary<S>("ne", [](S a, S b) { return a != b ? -1 : 0; });
  check_binary<S>("lt_s", [](S a, S b) { return a < b ? -1 : 0; });
  check_binary<S>("gt_s", [](S a, S b) { return a > b ? -1 : 0; });
  check_binary<S>("le_s", [](S a, S b) { return a <= b ? -1 : 0; });
  check_binary<S>("ge_s", [](S a, S b) { return a >= b ? -1 : 0; });
  if constexpr (sizeof(S) < 8) {
    check_binary<U>("lt_u", [](U a, U b) { return a < b ? -1 : 0; });
    check_binary<U>("gt_u", [](U a, U b) { return a > b ? -1 : 0; });
    check_binary<U>("le_u", [](U a, U b) { return a <= b ? -1 : 0; });
    check_binary<U>("ge_u", [](U a, U b) { return a >= b ? -1 : 0; });
    check_binary<S>("min_s", [](S a, S b) { return std::min(a, b); });
    check_binary<S>("max_s", [](S a, S b) { return std::max(a, b); });
    check_binary<U>("min_u", [](U a, U b) { return std::min(a, b); });
    check_binary<U>("max_u", [](U a, U b) { return std::max(a, b); });
  }
  if constexpr (sizeof(S) < 4) {
    const auto within = [](int value, auto limits) { return std::clamp<int>(value, decltype(limits)::min(), decltype(limits)::max()); };
    check_binary<S>("add_sat_s", [&](S a, S b) { return within(a + b, std::numeric_limits<S>{}); });
    check_binary<S>("sub_sat_s", [&](S a, S b) { return within(a - b, std::numeric_limits<S>{}); });
    check_binary<U>("add_sat_u", [&](U a, U b) { return within(a + b, std::numeric_limits<U>{}); });
    check_binary<U>("sub_sat_u", [&](U a, U b) { return within(a - b, std::numeric_limits<U>{}); });
    check_binary<U>("avgr_u", [](U a, U b) { return (a + b + 1) / 2; });
  }
  check_unary<U>("neg", [](U a) { return U{0} - a; });
  check_unary<S>("abs", [](S a) { return a < 0 ? static_cast<S>(U{0} - static_cast<U>(a)) : a; });
}

/// all_true and bitmask, as values and as conditions.
template <class T> void check_tests() {
  const VectorGuests guests("(module (func (export \"all\") (param v128) (result i32) local.get 0 " + shape<T>() + ".all_true)" +
                            "(func (export \"if\") (param v128) (result i32) (if (result i32) (" + shape<T>() + ".all_true (local.get 0)) (then (i32.const 1)) (else (i32.const 0))))" +
                            "(func (export \"mask\") (param v128) (result i32) local.get 0 " + shape<T>() + ".bitmask))");
  for (unsigned mask = 0; mask < (1u << std::min<std::size_t>(lanes_of<T>, 8)); ++mask) {
    Lanes<T> negative, zero;
    for (std::size_t i = 0; i < negative.size(); ++i) {
      const bool set = (mask >> i % 8 & 1) != 0;
      negative[i] = set ? std::numeric_limits<T>::min() : std::numeric_limits<T>::max();
      zero[i] = static_cast<T>(set ? T{1} << (i % (sizeof(T) * 8)) : 0);
    }
    const unsigned expected = lanes_of<T> == 16 ? mask | mask << 8 : mask;
    CHECK(guests.call("mask", {Value(vector_of<T>(negative))}) == to_hex(Value(expected)));
    const bool all = mask + 1 == (1u << std::min<std::size_t>(lanes_of<T>, 8));
    for (const char* const name : {"all", "if"}) CHECK(guests.call(name, {Value(vector_of<T>(zero))}) == to_hex(Value(all ? 1 : 0)));
  }
}

/// Products, narrowing and sums between lanes of T and those of twice its width.
template <std::signed_integral N, std::signed_integral W> void check_widths() {
  using UN = std::make_unsigned_t<N>;
  using UW = std::make_unsigned_t<W>;
  const std::string wide = shape<W>(), narrow = shape<N>();
  std::string text = "(module";
  for (const std::string sign : {"s", "u"}) {
    for (const std::string half : {"low", "high"})
      text += "(func (export \"extmul " + half + sign + "\") (param v128 v128) (result v128) local.get 0 local.get 1 " + wide + ".extmul_" + half + "_" + narrow + "_" + sign + ")";
    if (sizeof(W) < 8) {
      text += "(func (export \"pairs" + sign + "\") (param v128 v128) (result v128) local.get 0 " + wide + ".extadd_pairwise_" + narrow + "_" + sign + ")";
      text += "(func (export \"narrow" + sign + "\") (param v128 v128) (result v128) local.get 0 local.get 1 " + narrow + ".narrow_" + wide + "_" + sign + ")";
    }
  }
  const VectorGuests guests(text + ")");
  const auto check = [&](auto sign, auto wide_sign, const char* suffix) {
    using T = decltype(sign);
    using R = decltype(wide_sign);
    for (const V128& a : edges<N>())
      for (const V128& b : edges<N>()) {
        const Lanes<T> x = lanes_in<T>(a), y = lanes_in<T>(b);
        Lanes<UW> low, high;
        for (std::size_t i = 0; i < low.size(); ++i) {
          low[i] = static_cast<UW>(std::uint64_t{static_cast<UW>(R{x[i]})} * static_cast<UW>(R{y[i]}));
          high[i] = static_cast<UW>(std::uint64_t{static_cast<UW>(R{x[i + low.size()]})} * static_cast<UW>(R{y[i + low.size()]}));
        }
        CHECK(guests.call(std::string("extmul low") + suffix, {Value(a), Value(b)}) == to_hex(Value(vector_of<UW>(low))));
        CHECK(guests.call(std::string("extmul high") + suffix, {Value(a), Value(b)}) == to_hex(Value(vector_of<UW>(high))));
        if constexpr (sizeof(W) < 8) {
          Lanes<R> pairs;
          for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = static_cast<R>(x[2 * i] + x[2 * i + 1]);
          CHECK(guests.call(std::string("pairs") + suffix, {Value(a), Value(b)}) == to_hex(Value(vector_of<R>(pairs))));
          Lanes<T> narrowed;
          const Lanes<W> p = lanes_in<W>(a), q = lanes_in<W>(b);
          const auto saturate = [](W value) { return static_cast<T>(std::clamp<std::int64_t>(value, std::numeric_limits<T>::min(), std::numeric_limits<T>::max())); };
          for (std::size_t i = 0; i < p.size(); ++i) narrowed[i] = saturate(p[i]), narrowed[i + p.size()] = saturate(q[i]);
          CHECK(guests.call(std::string("narrow") + suffix, {Value(a), Value(b)}) == to_hex(Value(vector_of<T>(narrowed))));
        }
      }
  };
  check(N{}, W{}, "s");
  check(UN{}, UW{}, "u");
}

}  // namespace

TEST_CASE("i8x16 instructions are right at the edges, with every set of instructions", "[singlepass]") { check_lanes<std::int8_t>(); }
TEST_CASE("i16x8 instructions are right at the edges, with every set of instructions", "[singlepass]") { check_lanes<std::int16_t>(); }
TEST_CASE("i32x4 instructions are right at the edges, with every set of instructions", "[singlepass]") { check_lanes<std::int32_t>(); }
TEST_CASE("i64x2 instructions are right at the edges, with every set of instructions", "[singlepass]") { check_lanes<std::int64_t>(); }

TEST_CASE("all_true and bitmask look at every lane and at nothing else", "[singlepass]") {
  check_tests<std::int8_t>(), check_tests<std::int16_t>(), check_tests<std::int32_t>(), check_tests<std::int64_t>();
}

TEST_CASE("products, sums and narrowing between widths are right at the edges", "[singlepass]") {
  check_widths<std::int8_t, std::int16_t>();
  check_widths<std::int16_t, std::int32_t>();
  check_widths<std::int32_t, std::int64_t>();
}

TEST_CASE("popcnt counts the bits of all bytes that there are", "[singlepass]") {
  const VectorGuests guests("(module (func (export \"f\") (param v128) (result v128) local.get 0 i8x16.popcnt))");
  for (int begin = 0; begin < 256; begin += 16) {
    V128 vector, expected;
    for (int i = 0; i < 16; ++i) vector.bytes[i] = static_cast<std::uint8_t>(begin + i), expected.bytes[i] = static_cast<std::uint8_t>(std::popcount(static_cast<unsigned>(begin + i)));
    CHECK(guests.call("f", {Value(vector)}) == to_hex(Value(expected)));
  }
}

TEST_CASE("q15mulr_sat_s rounds, and saturates the one product that does not fit", "[singlepass]") {
  check_binary<std::int16_t>("q15mulr_sat_s", [](int a, int b) { return std::min((a * b + 0x4000) >> 15, 0x7FFF); });
}

TEST_CASE("dot_i16x8_s adds neighbouring products, and wraps around where it must", "[singlepass]") {
  const VectorGuests guests("(module (func (export \"f\") (param v128 v128) (result v128) local.get 0 local.get 1 i32x4.dot_i16x8_s))");
  for (const V128& a : edges<std::int16_t>())
    for (const V128& b : edges<std::int16_t>()) {
      const auto x = lanes_in<std::int16_t>(a), y = lanes_in<std::int16_t>(b);
      Lanes<std::uint32_t> expected;
      for (std::size_t i = 0; i < 4; ++i) expected[i] = static_cast<std::uint32_t>(x[2 * i] * y[2 * i]) + static_cast<std::uint32_t>(x[2 * i + 1] * y[2 * i + 1]);
      CHECK(guests.call("f", {Value(a), Value(b)}) == to_hex(Value(vector_of<std::uint32_t>(expected))));
    }
}
