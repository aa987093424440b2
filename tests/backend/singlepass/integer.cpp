#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// What an instruction on two integers gives, or the words of its trap.
template <class Signed> std::string reference(const std::string& op, Signed a, Signed b) {
  using Unsigned = std::make_unsigned_t<Signed>;
  constexpr unsigned bits = sizeof(Signed) * 8;
  const auto x = static_cast<Unsigned>(a), y = static_cast<Unsigned>(b);
  const unsigned count = static_cast<unsigned>(y) & (bits - 1);
  const auto words = [](auto value) { return std::to_string(static_cast<Signed>(value)); };
  if (op == "add") return words(x + y);
  if (op == "sub") return words(x - y);
  if (op == "mul") return words(static_cast<std::uint64_t>(x) * y);
  if (op == "and") return words(x & y);
  if (op == "or") return words(x | y);
  if (op == "xor") return words(x ^ y);
  if (op == "shl") return words(x << count);
  if (op == "shr_u") return words(x >> count);
  if (op == "shr_s") return words(a >> count);
  if (op == "rotl") return words(std::rotl(x, static_cast<int>(count)));
  if (op == "rotr") return words(std::rotr(x, static_cast<int>(count)));
  if (b == 0) return "integer divide by zero";
  if (op == "div_u") return words(x / y);
  if (op == "rem_u") return words(x % y);
  if (b == -1) return op == "rem_s" ? "0" : a == std::numeric_limits<Signed>::min() ? "integer overflow" : words(Unsigned{0} - x);
  return op == "div_s" ? words(a / b) : words(a % b);
}

constexpr const char* operations[] = {"add", "sub", "mul", "and", "or", "xor", "shl", "shr_u", "shr_s", "rotl", "rotr", "div_u", "rem_u", "div_s", "rem_s"};

template <class T> std::vector<T> edges() {
  return {0, 1, -1, 2, 3, 5, 8, 9, 31, 33, 64, 100, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), static_cast<T>(0x8000'0000u - (sizeof(T) == 4 ? 2 : 0)), static_cast<T>(-7)};
}

/// Every operation, with both operands in parameters, and with a constant for the right one.
template <class T> void check_all(const std::string& type) {
  for (const std::string op : operations) {
    std::string text = "(module (func (export \"f\") (param " + type + " " + type + ") (result " + type + ") local.get 0 local.get 1 " + type + "." + op + ")\n";
    for (const T b : edges<T>()) {
      const std::string constant = type + ".const " + std::to_string(b);
      text += "(func (export \"right " + std::to_string(b) + "\") (param " + type + ") (result " + type + ") local.get 0 " + constant + " " + type + "." + op + ")\n";
      text += "(func (export \"left " + std::to_string(b) + "\") (param " + type + ") (result " + type + ") " + constant + " local.get 0 " + type + "." + op + ")\n";
    }
    const Guests guests(text + ")");
    for (const T a : edges<T>())
      for (const T b : edges<T>()) {
        INFO(type << "." << op << " of " << a << " and " << b);
        CHECK(guests.call("f", {Value(a), Value(b)}) == reference(op, a, b));
        CHECK(guests.call("right " + std::to_string(b), {Value(a)}) == reference(op, a, b));
        CHECK(guests.call("left " + std::to_string(a), {Value(b)}) == reference(op, a, b));
      }
  }
}

}  // namespace

TEST_CASE("integer arithmetic of i32 is right at the edges, for variables and for constants on either side", "[singlepass]") { check_all<std::int32_t>("i32"); }
TEST_CASE("integer arithmetic of i64 is right at the edges, for variables and for constants on either side", "[singlepass]") { check_all<std::int64_t>("i64"); }

TEST_CASE("division and shifts take their operands from every register and leave the others alone", "[singlepass]") {
  // Parameters arrive in rsi, rdx, rcx, r8 and r9; all are returned after the operation, so that a clobbered one shows.
  const std::int64_t params[] = {-1001, 7, 13, -3, 64};
  for (const std::string op : {"div_s", "div_u", "rem_s", "rem_u", "shl", "shr_s", "shr_u", "rotl", "rotr"}) {
    std::string text = "(module";
    for (int a = 0; a < 5; ++a)
      for (int b = 0; b < 5; ++b) {
        const std::string operation = "local.get " + std::to_string(a) + " local.get " + std::to_string(b) + " i64." + op;
        text += "(func (export \"" + std::to_string(a) + std::to_string(b) + "\") (param i64 i64 i64 i64 i64) (result i64 i64 i64 i64 i64 i64 i64) " + operation +
                " local.get 0 local.get 1 local.get 2 local.get 3 local.get 4 " + operation + ")\n";
      }
    const Guests guests(text + ")");
    for (int a = 0; a < 5; ++a)
      for (int b = 0; b < 5; ++b) {
        const std::string result = reference(op, params[a], params[b]);
        INFO(op << " of parameters " << a << " and " << b);
        CHECK(guests.call(std::to_string(a) + std::to_string(b), {Value(params[0]), Value(params[1]), Value(params[2]), Value(params[3]), Value(params[4])}) ==
              result + " -1001 7 13 -3 64 " + result);
      }
  }
}

TEST_CASE("division under pressure finds its operands among results of divisions", "[singlepass]") {
  const Guests guests(R"((module (func (export "f") (param i32 i32) (result i32)
    local.get 0 local.get 1 i32.div_s   local.get 0 local.get 1 i32.rem_s
    i32.const 3 i32.or
    i32.div_u
    local.get 0 i32.const 1 i32.or local.get 1 i32.rem_u
    i32.shl
    local.get 0 local.get 1 i32.shr_s
    i32.const 1 i32.or i32.rem_s)))");
  const auto expected = [](std::uint32_t a, std::uint32_t b) {
    const auto sa = static_cast<std::int32_t>(a), sb = static_cast<std::int32_t>(b);
    const std::uint32_t quotient = static_cast<std::uint32_t>(sa / sb) / (static_cast<std::uint32_t>(sa % sb) | 3);
    const std::uint32_t shifted = quotient << (((a | 1) % b) & 31);
    return std::to_string(static_cast<std::int32_t>(shifted) % ((sa >> (b & 31)) | 1));
  };
  for (const auto& [a, b] : {std::pair{1000, 7}, {-1000, 7}, {123456789, -11}, {-5, 3}})
    CHECK(guests.call("f", {Value(a), Value(b)}) == expected(static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b)));
}

TEST_CASE("counts of bits are right from no bit to all, with and without the instructions for them", "[singlepass]") {
  const Guests guests(R"((module
    (func (export "i32") (param i32) (result i32 i32 i32) local.get 0 i32.clz local.get 0 i32.ctz local.get 0 i32.popcnt)
    (func (export "i64") (param i64) (result i64 i64 i64) local.get 0 i64.clz local.get 0 i64.ctz local.get 0 i64.popcnt)
    (func (export "in place") (param i64) (result i64) local.get 0 i64.popcnt local.set 0 local.get 0 i64.clz local.tee 0 i64.ctz local.set 0 local.get 0)))");
  for (std::uint64_t bits : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0xFFFF'FFFF}, std::uint64_t{0x8000'0000}, std::uint64_t{0x8000'0000'0000'0000}, ~std::uint64_t{0}, std::uint64_t{0x00F0'1200'0000'1000}}) {
    const auto low = static_cast<std::uint32_t>(bits);
    CHECK(guests.call("i32", {dirty(low)}) == std::to_string(std::countl_zero(low)) + " " + std::to_string(std::countr_zero(low)) + " " + std::to_string(std::popcount(low)));
    CHECK(guests.call("i64", {Value(bits)}) == std::to_string(std::countl_zero(bits)) + " " + std::to_string(std::countr_zero(bits)) + " " + std::to_string(std::popcount(bits)));
    const auto ones = static_cast<std::uint64_t>(std::popcount(bits));
    CHECK(guests.call("in place", {Value(bits)}) == std::to_string(std::countr_zero(static_cast<std::uint64_t>(std::countl_zero(ones)))));
  }
}
