#include <wasmer/backend/singlepass/simd_shift.hpp>

#include <limits>
#include <string>
#include <type_traits>

#include "../../catch.hpp"
#include "vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using Value = wasmer::Value;

namespace {

/// By every count up to twice the lane's width and a few beyond, in a register and as a constant.
template <class S> void check_shifts() {
  using U = std::make_unsigned_t<S>;
  constexpr unsigned bits = sizeof(S) * 8;
  const std::string shape = "i" + std::to_string(bits) + "x" + std::to_string(lanes_of<S>);
  std::vector<std::uint32_t> counts{0x100, 0x8000'0001, ~0u};
  for (unsigned count = 0; count <= 2 * bits; ++count) counts.push_back(count);
  std::string text = "(module";
  for (const std::string op : {"shl", "shr_s", "shr_u"}) {
    text += "(func (export \"" + op + "\") (param v128 i32) (result v128) local.get 0 local.get 1 " + shape + "." + op + ")\n";
    for (const std::uint32_t count : counts)
      text += "(func (export \"" + op + std::to_string(count) + "\") (param v128) (result v128) local.get 0 i32.const " + std::to_string(static_cast<std::int32_t>(count)) + " " +
              shape + "." + op + ")\n";
  }
  const VectorGuests guests(text + ")");
  Lanes<S> extremes;
  for (std::size_t i = 0; i < extremes.size(); ++i) extremes[i] = i % 2 == 0 ? std::numeric_limits<S>::min() : std::numeric_limits<S>::max();
  for (const V128& vector : {mixed(1), vector_of<S>(extremes)}) {
    const Lanes<U> lanes = lanes_in<U>(vector);
    for (const std::uint32_t count : counts) {
      const unsigned by = count % bits;
      Lanes<U> left, right_signed, right_unsigned;
      for (std::size_t i = 0; i < lanes.size(); ++i) {
        left[i] = static_cast<U>(lanes[i] << by);
        right_signed[i] = static_cast<U>(static_cast<S>(lanes[i]) >> by);
        right_unsigned[i] = static_cast<U>(lanes[i] >> by);
      }
      const auto check = [&](const std::string& op, const Lanes<U>& expected) {
        INFO(shape << "." << op << " by " << count);
        CHECK(guests.call(op, {Value(vector), Value(count)}) == to_hex(Value(vector_of<U>(expected))));
        CHECK(guests.call(op + std::to_string(count), {Value(vector)}) == to_hex(Value(vector_of<U>(expected))));
      };
      check("shl", left), check("shr_s", right_signed), check("shr_u", right_unsigned);
    }
  }
}

}  // namespace

TEST_CASE("shifts go by the count modulo the lane's width, and no bit reaches a neighbour", "[singlepass]") {
  check_shifts<std::int8_t>(), check_shifts<std::int16_t>(), check_shifts<std::int32_t>(), check_shifts<std::int64_t>();
}

TEST_CASE("of a count's register only the value counts, which other instructions see unchanged", "[singlepass]") {
  const VectorGuests guests(R"((module
    (func (export "f") (param v128 i64) (result v128 i32) (local i32)
      local.get 1 i32.wrap_i64 local.set 2
      local.get 0 local.get 2 i8x16.shr_s local.get 0 local.get 2 i64x2.shr_s v128.xor local.get 2)))");
  const VectorGuests same(R"((module
    (func (export "f") (param v128) (result v128 i32) local.get 0 i32.const 9 i8x16.shr_s local.get 0 i32.const 9 i64x2.shr_s v128.xor i32.const 9)))");
  CHECK(guests.call("f", {Value(mixed(3)), Value(std::int64_t{0x7654'3210'0000'0009})}) == same.call("f", {Value(mixed(3))}));
}
