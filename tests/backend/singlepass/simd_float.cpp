#include <wasmer/backend/singlepass/simd_float.hpp>

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using Value = wasmer::Value;

namespace {

template <class T> std::string shape() { return sizeof(T) == 4 ? "f32x4" : "f64x2"; }

template <class T> std::vector<T> edges() {
  using Limits = std::numeric_limits<T>;
  return {T{0}, -T{0}, T{1}, T{-1}, T(2.5), T(-0.75), Limits::denorm_min(), -Limits::min(), Limits::max(), Limits::lowest(), Limits::infinity(), -Limits::infinity(),
          Limits::quiet_NaN(), Limits::signaling_NaN(), -Limits::quiet_NaN(), T(0.5), T(3.5)};
}
/// Vectors with every edge in every lane.
template <class T> std::vector<V128> vectors() {
  std::vector<V128> all;
  const std::vector<T> values = edges<T>();
  for (std::size_t turn = 0; turn < values.size(); ++turn) {
    Lanes<T> lanes;
    for (std::size_t i = 0; i < lanes.size(); ++i) lanes[i] = values[(turn + i * 5) % values.size()];
    all.push_back(vector_of<T>(lanes));
  }
  return all;
}

/// Every lane of `text`, a vector in hexadecimal, equals that of `expected`, where any quiet NaN stands for all.
template <class T> bool agrees(const std::string& text, const Lanes<T>& expected) {
  if (text.size() != 32) return false;
  V128 got;
  for (std::size_t i = 0; i < 16; ++i) got.bytes[i] = static_cast<std::uint8_t>(std::stoul(text.substr(2 * i, 2), nullptr, 16));
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  const Lanes<Bits> bits = lanes_in<Bits>(got);
  constexpr Bits quiet = Bits{1} << (std::numeric_limits<T>::digits - 2);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const T lane = std::bit_cast<T>(bits[i]);
    if (expected[i] != expected[i] ? lane == lane || (bits[i] & quiet) == 0 : bits[i] != std::bit_cast<Bits>(expected[i])) return false;
  }
  return true;
}

/// Wherever the operands are: two parameters, or one that the result takes the place of.
template <class T, class F> void check_binary(const std::string& name, F&& f) {
  const std::string head = "(param v128 v128) (result v128) local.get 0 local.get 1 " + shape<T>() + "." + name;
  const VectorGuests guests("(module (func (export \"f\") " + head + ") (func (export \"first\") " + head + " local.tee 0) (func (export \"second\") " + head + " local.tee 1))");
  for (const V128& a : vectors<T>())
    for (const V128& b : vectors<T>()) {
      const Lanes<T> x = lanes_in<T>(a), y = lanes_in<T>(b);
      Lanes<T> expected;
      for (std::size_t i = 0; i < x.size(); ++i) expected[i] = f(x[i], y[i]);
      for (const char* const which : {"f", "first", "second"})
        for (std::size_t set = 0; set < instruction_sets.size(); ++set) {  // of two NaNs, which one comes out depends on the instructions
          const std::string got = to_hex(guests[set].call(which, std::vector{Value(a), Value(b)}));
          if (!agrees<T>(got, expected)) FAIL_CHECK(name << " of " << to_hex(Value(a)) << " and " << to_hex(Value(b)) << " with " << instruction_sets[set] << ": " << got);
        }
    }
}
template <class T, class F> void check_compare(const std::string& name, F&& f) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  const VectorGuests guests("(module (func (export \"f\") (param v128 v128) (result v128) local.get 0 local.get 1 " + shape<T>() + "." + name + "))");
  for (const V128& a : vectors<T>())
    for (const V128& b : vectors<T>()) {
      const Lanes<T> x = lanes_in<T>(a), y = lanes_in<T>(b);
      Lanes<Bits> expected;
      for (std::size_t i = 0; i < x.size(); ++i) expected[i] = f(x[i], y[i]) ? ~Bits{0} : Bits{0};
      CHECK(guests.call("f", {Value(a), Value(b)}) == to_hex(Value(vector_of<Bits>(expected))));
    }
}
template <class T, class F> void check_unary(const std::string& name, F&& f) {
  const VectorGuests guests("(module (func (export \"f\") (param v128) (result v128) local.get 0 " + shape<T>() + "." + name + "))");
  for (const V128& a : vectors<T>()) {
    Lanes<T> expected = lanes_in<T>(a);
    for (T& lane : expected) lane = f(lane);
    const std::string got = guests.call("f", {Value(a)});
    if (!agrees<T>(got, expected)) FAIL_CHECK(name << " of " << to_hex(Value(a)) << ": " << got);
  }
}

template <class T> T least(T a, T b) {
  if (a != a || b != b) return std::numeric_limits<T>::quiet_NaN();
  if (a == b) return std::signbit(a) ? a : b;
  return a < b ? a : b;
}
template <class T> T greatest(T a, T b) {
  if (a != a || b != b) return std::numeric_limits<T>::quiet_NaN();
  if (a == b) return std::signbit(a) ? b : a;
  return a < b ? b : a;
}

template <class T> void check_arithmetic() {
  check_binary<T>("add", [](T a, T b) { return a + b; });
  check_binary<T>("sub", [](T a, T b) { return a - b; });
  check_binary<T>("mul", [](T a, T b) { return a * b; });
  check_binary<T>("div", [](T a, T b) { return a / b; });
  check_binary<T>("min", least<T>);
  check_binary<T>("max", greatest<T>);
  check_compare<T>("eq", [](T a, T b) { return a == b; });
  check_compare<T>("ne", [](T a, T b) { return a != b; });
  check_compare<T>("lt", [](T a, T b) { return a < b; });
  check_compare<T>("gt", [](T a, T b) { return a > b; });
  check_compare<T>("le", [](T a, T b) { return a <= b; });
  check_compare<T>("ge", [](T a, T b) { return a >= b; });
  check_unary<T>("sqrt", [](T a) { return std::sqrt(a); });
  check_unary<T>("ceil", [](T a) { return std::ceil(a); });
  check_unary<T>("floor", [](T a) { return std::floor(a); });
  check_unary<T>("trunc", [](T a) { return std::trunc(a); });
  check_unary<T>("nearest", [](T a) { return std::nearbyint(a); });
}

/// pmin, pmax, abs and neg, which say what becomes of every bit.
template <class T> void check_bits() {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  constexpr Bits sign = Bits{1} << (sizeof(T) * 8 - 1);
  const std::string t = shape<T>();
  const VectorGuests guests("(module (func (export \"pmin\") (param v128 v128) (result v128) local.get 0 local.get 1 " + t + ".pmin)" +
                            "(func (export \"pmax\") (param v128 v128) (result v128) local.get 0 local.get 1 " + t + ".pmax)" +
                            "(func (export \"abs\") (param v128) (result v128) local.get 0 " + t + ".abs)(func (export \"neg\") (param v128) (result v128) local.get 0 " + t + ".neg))");
  for (const V128& a : vectors<T>()) {
    const Lanes<Bits> bits = lanes_in<Bits>(a);
    Lanes<Bits> magnitude, negated;
    for (std::size_t i = 0; i < bits.size(); ++i) magnitude[i] = bits[i] & ~sign, negated[i] = bits[i] ^ sign;
    CHECK(guests.call("abs", {Value(a)}) == to_hex(Value(vector_of<Bits>(magnitude))));
    CHECK(guests.call("neg", {Value(a)}) == to_hex(Value(vector_of<Bits>(negated))));
    for (const V128& b : vectors<T>()) {
      const Lanes<T> x = lanes_in<T>(a), y = lanes_in<T>(b);
      const Lanes<Bits> others = lanes_in<Bits>(b);
      Lanes<Bits> low, high;
      for (std::size_t i = 0; i < x.size(); ++i) low[i] = y[i] < x[i] ? others[i] : bits[i], high[i] = x[i] < y[i] ? others[i] : bits[i];
      CHECK(guests.call("pmin", {Value(a), Value(b)}) == to_hex(Value(vector_of<Bits>(low))));
      CHECK(guests.call("pmax", {Value(a), Value(b)}) == to_hex(Value(vector_of<Bits>(high))));
    }
  }
}

}  // namespace

TEST_CASE("f32x4 instructions are right at the edges, with every set of instructions", "[singlepass]") { check_arithmetic<float>(); }
TEST_CASE("f64x2 instructions are right at the edges, with every set of instructions", "[singlepass]") { check_arithmetic<double>(); }
TEST_CASE("pmin, pmax, abs and neg of vectors change no bit that is not theirs", "[singlepass]") { check_bits<float>(), check_bits<double>(); }
