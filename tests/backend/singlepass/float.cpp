#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

template <class T> const std::string type = sizeof(T) == 4 ? "f32" : "f64";
template <class T> const std::string as_integer = sizeof(T) == 4 ? " i32.reinterpret_f32 " : " i64.reinterpret_f64 ";
template <class T> const std::string integer = sizeof(T) == 4 ? "i32" : "i64";

template <class T> std::vector<T> edges() {
  using Limits = std::numeric_limits<T>;
  return {T{0}, -T{0}, T{1}, T{-1}, T(1.5), T(-2.5), T(0.1), Limits::denorm_min(), -Limits::min(), Limits::max(), Limits::lowest(),
          Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN()};
}

/// The bits in decimal, so that the sign of zero shows; of NaNs one for all.
template <std::floating_point T> std::string words(T value) {
  if (value != value) return "nan";
  if constexpr (sizeof(T) == 4) return std::to_string(std::bit_cast<std::int32_t>(value));
  else return std::to_string(std::bit_cast<std::int64_t>(value));
}
/// A constant that the text format reads back as the same bits.
template <std::floating_point T> std::string float_constant(T value) {
  const std::string bits = words(value);
  return bits == "nan" ? type<T> + ".const nan" : integer<T> + ".const " + bits + " " + type<T> + ".reinterpret_" + integer<T>;
}
/// Makes a NaN, which differs from itself, into one word, and anything else into its bits.
template <class T> std::string seen(const Guests& guests, const std::string& name, std::initializer_list<Value> arguments) {
  const std::string text = guests.call(name, arguments);
  if (text.find_first_not_of("-0123456789") != text.npos) return text;
  using Bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
  const T value = std::bit_cast<T>(static_cast<Bits>(std::stoll(text)));
  return words(value);
}

template <class T> T reference(const std::string& op, T a, T b) {
  if (op == "add") return a + b;
  if (op == "sub") return a - b;
  if (op == "mul") return a * b;
  if (op == "div") return a / b;
  if (op == "copysign") return std::copysign(a, b);
  if (a != a || b != b) return std::numeric_limits<T>::quiet_NaN();
  if (a == b) return op == "min" ? (std::signbit(a) ? a : b) : (std::signbit(a) ? b : a);
  return (op == "min") == (a < b) ? a : b;
}

/// Both operands in parameters, either a constant, and either in its home, where a call has left it.
template <class T> void check_binary() {
  for (const std::string op : {"add", "sub", "mul", "div", "min", "max", "copysign"}) {
    const std::string t = type<T>, result = " (result " + integer<T> + ") ", instruction = " " + t + "." + op + as_integer<T>,
                      zero = t + ".const -0 " + t + ".add ";
    const std::string params = "(param " + t + " " + t + ")" + result;
    std::string text = "(module (func $noise)\n(func (export \"params\") " + params + "local.get 0 local.get 1" + instruction + ")\n" +
                       "(func (export \"same\") (param " + t + ")" + result + "local.get 0 local.get 0" + instruction + ")\n" +
                       "(func (export \"homes\") " + params + "local.get 0 " + zero + "local.get 1 " + zero + "call $noise" + instruction + ")\n" +
                       "(func (export \"into the first\") " + params + "local.get 0 local.get 1 " + t + "." + op + " local.set 0 local.get 0" +
                       as_integer<T> + ")\n" +
                       "(func (export \"into the second\") " + params + "local.get 0 local.get 1 " + t + "." + op + " local.tee 1" +
                       as_integer<T> + ")\n";
    for (const T b : edges<T>()) {
      text += "(func (export \"right " + words(b) + "\") (param " + t + ")" + result + "local.get 0 " + float_constant(b) + instruction + ")\n";
      text += "(func (export \"left " + words(b) + "\") (param " + t + ")" + result + float_constant(b) + " local.get 0" + instruction + ")\n";
    }
    const Guests guests(text + ")");
    for (const T a : edges<T>()) {
      CHECK(seen<T>(guests, "same", {Value(a)}) == words(reference(op, a, a)));
      for (const T b : edges<T>()) {
        const std::string expected = words(reference(op, a, b));
        INFO(t << "." << op << " of " << a << " and " << b);
        for (const char* const name : {"params", "homes", "into the first", "into the second"})
          CHECK(seen<T>(guests, name, {Value(a), Value(b)}) == expected);
        CHECK(seen<T>(guests, "right " + words(b), {Value(a)}) == expected);
        CHECK(seen<T>(guests, "left " + words(a), {Value(b)}) == expected);
      }
    }
  }
}

template <class T> void check_unary() {
  const std::vector<std::pair<std::string, T (*)(T)>> operations{{"ceil", [](T x) { return std::ceil(x); }},
                                                                 {"floor", [](T x) { return std::floor(x); }},
                                                                 {"trunc", [](T x) { return std::trunc(x); }},
                                                                 {"nearest", [](T x) { return std::nearbyint(x); }},
                                                                 {"sqrt", [](T x) { return std::sqrt(x); }},
                                                                 {"abs", [](T x) { return std::fabs(x); }},
                                                                 {"neg", [](T x) { return -x; }}};
  for (const auto& [op, reference] : operations) {
    const std::string t = type<T>, head = "(param " + t + ") (result " + integer<T> + ") ";
    const Guests guests("(module (func (export \"f\") " + head + "local.get 0 " + t + "." + op + as_integer<T> + ")" +
                        // The old value is needed still, and the new one goes to the local at once.
                        "(func (export \"kept\") (param " + t + ") (result " + t + " " + t + ") local.get 0 local.get 0 " + t + "." + op +
                        " local.tee 0))");
    std::vector<T> values = edges<T>();
    for (const T x :
         {T(0.5), T(2.5), T(3.5), T(-0.5), T(-1.5), T(-0.25), T(0.49999997), std::ldexp(T{1}, std::numeric_limits<T>::digits - 1) - T(0.5)})
      values.push_back(x);
    for (const T value : values) {
      INFO(t << "." << op << " of " << value);
      CHECK(seen<T>(guests, "f", {Value(value)}) == words(reference(value)));
      CHECK(guests.call("kept", {Value(value)}) == to_words(Value(value)) + " " + to_words(Value(reference(value))));
    }
  }
}

}  // namespace

TEST_CASE("float arithmetic of f32 is right at the edges, wherever its operands are", "[singlepass]") { check_binary<float>(); }
TEST_CASE("float arithmetic of f64 is right at the edges, wherever its operands are", "[singlepass]") { check_binary<double>(); }
TEST_CASE("rounding, roots and signs of f32 are right at the edges, with and without SSE4.1", "[singlepass]") { check_unary<float>(); }
TEST_CASE("rounding, roots and signs of f64 are right at the edges, with and without SSE4.1", "[singlepass]") { check_unary<double>(); }

TEST_CASE("abs, neg and copysign change the sign of a NaN and no other bit", "[singlepass]") {
  const Guests guests(R"((module
    (func (export "abs") (param i32) (result i32) local.get 0 f32.reinterpret_i32 f32.abs i32.reinterpret_f32)
    (func (export "neg") (param i64) (result i64) local.get 0 f64.reinterpret_i64 f64.neg i64.reinterpret_f64)
    (func (export "copysign") (param i32 f32) (result i32) local.get 0 f32.reinterpret_i32 local.get 1 f32.copysign i32.reinterpret_f32)))");
  CHECK(guests.call("abs", {Value(ValueType::i32, 0xFFA0'0001)}) == std::to_string(0x7FA0'0001));
  CHECK(guests.call("neg", {Value(std::uint64_t{0x7FF4'0000'0000'0001})}) == std::to_string(std::int64_t(0xFFF4'0000'0000'0001)));
  CHECK(guests.call("copysign", {Value(0x7FA0'0001), Value(-1.0f)}) == std::to_string(std::int32_t(0xFFA0'0001)));
}

TEST_CASE("an operation on a signalling NaN gives a quiet one", "[singlepass]") {
  for (const std::string op : {"add", "sub", "mul", "div", "min", "max"}) {
    const std::string head = "(param i32 f32) (result i32) ",
                      tail = " f32." + op + " i32.reinterpret_f32 i32.const 22 i32.shr_u i32.const 0x1ff i32.and)";
    const Guests guests("(module (func (export \"left\") " + head + "local.get 0 f32.reinterpret_i32 local.get 1" + tail +
                        "(func (export \"right\") " + head + "local.get 1 local.get 0 f32.reinterpret_i32" + tail + ")");
    for (const char* const side : {"left", "right"}) CHECK(guests.call(side, {Value(0x7FA0'0000), Value(2.0f)}) == "511");
  }
}

TEST_CASE("each operation rounds by itself: a product and a sum are not fused", "[singlepass]") {
  const double a = 1 + 0x1p-30, b = 1 - 0x1p-30;
  CHECK(execute("(module (func (export \"f\") (param f64 f64 f64) (result f64) local.get 0 local.get 1 f64.mul local.get 2 f64.add))", "f",
                {Value(a), Value(b), Value(-1.0)}) == "0");
}

TEST_CASE("float operations under pressure find their operands in homes and among each other's results", "[singlepass]") {
  std::string push, fold;
  for (int i = 1; i <= 24; ++i) push += "local.get 0 f64.const " + std::to_string(i) + " f64.mul\n";
  for (int i = 1; i < 24; ++i) fold += i % 2 == 0 ? "f64.sub\n" : "f64.add\n";
  double expected = 24;
  for (int i = 23; i >= 1; --i) expected = (24 - i) % 2 == 0 ? i - expected : i + expected;
  CHECK(execute("(module (func (export \"f\") (param f64) (result f64) " + push + fold + "))", "f", {Value(1.0)}) == to_words(Value(expected)));
}
