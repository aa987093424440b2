#include <cstdint>
#include <string>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

constexpr std::uint64_t values[] = {0, 1, 2, 0x7FFF'FFFF, 0x8000'0000, 0xFFFF'FFFF, 0x1'0000'0000, 0x7FFF'FFFF'FFFF'FFFF, 0x8000'0000'0000'0000, ~std::uint64_t{0} - 1, ~std::uint64_t{0}};

struct Wide {
  std::uint64_t low, high;
  std::string words() const { return std::to_string(static_cast<std::int64_t>(low)) + " " + std::to_string(static_cast<std::int64_t>(high)); }
};
Wide add(Wide a, Wide b) {
  const std::uint64_t low = a.low + b.low;
  return {low, a.high + b.high + (low < a.low ? 1 : 0)};
}
Wide subtract(Wide a, Wide b) { return {a.low - b.low, a.high - b.high - (a.low < b.low ? 1 : 0)}; }
/// By halves, as one does it on paper.
Wide multiply(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t mask = 0xFFFF'FFFF, al = a & mask, ah = a >> 32, bl = b & mask, bh = b >> 32;
  const std::uint64_t middle = ah * bl + (al * bl >> 32), other = al * bh + (middle & mask);
  return {a * b, ah * bh + (middle >> 32) + (other >> 32)};
}
Wide multiply_signed(std::uint64_t a, std::uint64_t b) {
  Wide product = multiply(a, b);
  if (a >> 63 != 0) product.high -= b;
  if (b >> 63 != 0) product.high -= a;
  return product;
}
std::string word(std::uint64_t value) { return " (i64.const " + std::to_string(static_cast<std::int64_t>(value)) + ")"; }

}  // namespace

TEST_CASE("sums and differences of 128 bits carry from half to half", "[singlepass]") {
  const Guests guests(R"((module
    (func (export "add") (param i64 i64 i64 i64) (result i64 i64) local.get 0 local.get 1 local.get 2 local.get 3 i64.add128)
    (func (export "sub") (param i64 i64 i64 i64) (result i64 i64) local.get 0 local.get 1 local.get 2 local.get 3 i64.sub128)))");
  for (const std::uint64_t low1 : values)
    for (const std::uint64_t low2 : values)
      for (const std::uint64_t high1 : {values[0], values[7], values[10]})
        for (const std::uint64_t high2 : {values[1], values[8], values[10]}) {
          CHECK(guests.call("add", {Value(low1), Value(high1), Value(low2), Value(high2)}) == add({low1, high1}, {low2, high2}).words());
          CHECK(guests.call("sub", {Value(low1), Value(high1), Value(low2), Value(high2)}) == subtract({low1, high1}, {low2, high2}).words());
        }
}

TEST_CASE("products have all of their 128 bits, signed and unsigned", "[singlepass]") {
  const Guests guests(R"((module
    (func (export "u") (param i64 i64) (result i64 i64) local.get 0 local.get 1 i64.mul_wide_u)
    (func (export "s") (param i64 i64) (result i64 i64) local.get 0 local.get 1 i64.mul_wide_s)
    (func (export "square") (param i64) (result i64 i64) local.get 0 local.get 0 i64.mul_wide_u)
    (func (export "computed") (param i64 i64) (result i64 i64) local.get 0 i64.const 1 i64.add local.get 1 i64.const 1 i64.sub i64.mul_wide_s)))");
  for (const std::uint64_t a : values)
    for (const std::uint64_t b : values) {
      CHECK(guests.call("u", {Value(a), Value(b)}) == multiply(a, b).words());
      CHECK(guests.call("s", {Value(a), Value(b)}) == multiply_signed(a, b).words());
      CHECK(guests.call("computed", {Value(a - 1), Value(b + 1)}) == multiply_signed(a, b).words());
    }
  for (const std::uint64_t a : values) CHECK(guests.call("square", {Value(a)}) == multiply(a, a).words());
}

TEST_CASE("operands of wide arithmetic may be constants, locals or in their homes", "[singlepass]") {
  std::string module = "(module (func $id (param i64 i64 i64 i64) (result i64 i64 i64 i64) local.get 0 local.get 1 local.get 2 local.get 3)\n(func $two (param i64 i64) (result i64 i64) local.get 0 local.get 1)\n";
  for (const std::uint64_t a : values) {
    const std::string name = std::to_string(a);
    module += "(func (export \"add " + name + "\") (param i64) (result i64 i64) (i64.add128" + word(a) + " (local.get 0) (local.get 0)" + word(a) + "))\n";
    module += "(func (export \"sub " + name + "\") (param i64) (result i64 i64) (i64.sub128 (local.get 0)" + word(a) + word(a) + " (local.get 0)))\n";
    module += "(func (export \"mul " + name + "\") (param i64) (result i64 i64) (i64.mul_wide_u" + word(a) + " (local.get 0)))\n";
  }
  module += R"((func (export "add") (param i64 i64 i64 i64) (result i64 i64) (call $id (local.get 0) (local.get 1) (local.get 2) (local.get 3)) i64.add128)
    (func (export "mul") (param i64 i64) (result i64 i64) (call $two (local.get 0) (local.get 1)) i64.mul_wide_s)
    (func (export "all") (param i64 i64) (result i64)
      (i64.mul_wide_u (local.get 0) (local.get 1)) (i64.mul_wide_u (local.get 1) (local.get 0)) i64.sub128 i64.or
      (i64.add128 (local.get 0) (local.get 1) (local.get 0) (local.get 1)) (i64.add128 (local.get 0) (local.get 1) (local.get 0) (local.get 1)) i64.sub128 i64.or i64.or)))";
  const Guests guests(module);
  for (const std::uint64_t a : values)
    for (const std::uint64_t b : values) {
      CHECK(guests.call("add " + std::to_string(a), {Value(b)}) == add({a, b}, {b, a}).words());
      CHECK(guests.call("sub " + std::to_string(a), {Value(b)}) == subtract({b, a}, {a, b}).words());
      CHECK(guests.call("mul " + std::to_string(a), {Value(b)}) == multiply(a, b).words());
      CHECK(guests.call("add", {Value(a), Value(b), Value(b), Value(a)}) == add({a, b}, {b, a}).words());
      CHECK(guests.call("mul", {Value(a), Value(b)}) == multiply_signed(a, b).words());
      CHECK(guests.call("all", {Value(a), Value(b)}) == "0");
    }
}
