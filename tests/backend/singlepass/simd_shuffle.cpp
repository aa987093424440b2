#include <wasmer/backend/singlepass/simd_shuffle.hpp>

#include <array>
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using masm::Packed;
using singlepass::ShuffleLanes;
using Value = wasmer::Value;

namespace {

using Sixteen = std::array<std::uint8_t, 16>;
template <class F> constexpr V128 make(F&& lane) {
  V128 lanes;
  for (unsigned i = 0; i < 16; ++i) lanes.bytes[i] = static_cast<std::uint8_t>(lane(i));
  return lanes;
}

constexpr bool is(const V128& lanes, Packed op, int imm = -1, bool swapped = false) {
  const auto found = ShuffleLanes(lanes).instruction();
  return found && found->op == op && found->swapped == swapped && (imm < 0 ? !found->imm : found->imm == imm);
}

// Every kind that is one instruction, and the nearest that is none.
static_assert(ShuffleLanes(make([](unsigned i) { return i; })).is_identity() && !ShuffleLanes(make([](unsigned i) { return i + 16; })).is_identity());
static_assert(ShuffleLanes(make([](unsigned i) { return 12 - i / 4 * 4 + i % 4; })).as_dwords() == 0x1B);
static_assert(!ShuffleLanes(make([](unsigned i) { return 15 - i; })).as_dwords());
static_assert(is(make([](unsigned i) { return i / 2 + i % 2 * 16; }), Packed::punpcklbw));
static_assert(is(make([](unsigned i) { return 8 + i / 2 + (1 - i % 2) * 16; }), Packed::punpckhbw, -1, true));
static_assert(is(make([](unsigned i) { return 8 + i % 8 + i / 8 * 16; }), Packed::punpckhqdq));
static_assert(is(make([](unsigned i) { return i % 4 + i / 4 % 2 * 16 + i / 8 * 4; }), Packed::punpckldq));
static_assert(is(make([](unsigned i) { return i + 5; }), Packed::palignr, 5, true) && is(make([](unsigned i) { return (i + 21) % 32; }), Packed::palignr, 5, false));
static_assert(is(make([](unsigned i) { return i + (i / 2 % 2) * 16; }), Packed::pblendw, 0xAA));
static_assert(is(make([](unsigned i) { return i < 8 ? i % 4 + 4 : 16 + i % 4 + 8; }), Packed::shufps, 0xA5));
static_assert(is(make([](unsigned i) { return i < 8 ? 16 + i % 4 + 4 : i % 4 + 8; }), Packed::shufps, 0xA5, true));
static_assert(!ShuffleLanes(make([](unsigned i) { return i * 7 % 32; })).instruction());

/// All of those, shuffles near them, and some without order.
std::vector<V128> shuffles() {
  std::vector<V128> all;
  for (unsigned size = 1; size <= 8; size *= 2)
    for (const unsigned high : {0u, 8u})
      for (const unsigned first : {0u, 1u}) all.push_back(make([&](unsigned i) { return (i / size % 2 ^ first) * 16 + high + i / size / 2 * size + i % size; }));
  for (unsigned begin = 0; begin < 32; ++begin) all.push_back(make([&](unsigned i) { return (i + begin) % 32; }));
  for (unsigned mask = 0; mask < 256; mask += 13) all.push_back(make([&](unsigned i) { return i + (mask >> i / 2 & 1) * 16; }));
  for (unsigned imm = 0; imm < 256; imm += 11)
    for (const unsigned sources : {0x0u, 0xCu, 0x3u, 0xFu, 0x5u})
      all.push_back(make([&](unsigned i) { return (imm >> i / 4 * 2 & 3) * 4 + i % 4 + (sources >> i / 4 & 1) * 16; }));
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const V128 random = mixed(seed);
    all.push_back(make([&](unsigned i) { return random.bytes[i] % 32; }));
    all.push_back(make([&](unsigned i) { return random.bytes[i] % 16; }));
    all.push_back(make([&](unsigned i) { return random.bytes[i] % 16 + 16; }));
  }
  return all;
}

std::string text_of(const V128& lanes) {
  std::string text = "i8x16.shuffle";
  for (const std::uint8_t lane : lanes.bytes) text += " " + std::to_string(lane);
  return text;
}

}  // namespace

TEST_CASE("shuffles of every kind take the lanes that they name, wherever their operands are", "[singlepass]") {
  const std::vector<V128> all = shuffles();
  std::string text = "(module (import \"env\" \"noise\" (func $noise))";
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string n = std::to_string(i), op = text_of(all[i]);
    text += "(func (export \"two " + n + "\") (param v128 v128) (result v128) local.get 0 local.get 1 " + op + ")\n(func (export \"first " + n +
            "\") (param v128 v128) (result v128) local.get 0 local.get 1 " + op + " local.tee 0)\n(func (export \"second " + n +
            "\") (param v128 v128) (result v128) local.get 0 local.get 1 " + op + " local.tee 1)\n(func (export \"homes " + n +
            "\") (param v128 v128) (result v128) local.get 0 v128.not v128.not local.get 1 v128.not v128.not call $noise " + op + ")\n(func (export \"constant " + n +
            "\") (param v128 v128) (result v128) local.get 0 " + tests::constant(mixed(2)) + op + ")\n(func (export \"same " + n +
            "\") (param v128 v128) (result v128) local.get 0 local.get 0 " + op + ")\n";
  }
  const VectorGuests guests(text + ")");
  const V128 a = mixed(1), b = mixed(2);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto of = [&](const V128& x, const V128& y) {
      return to_hex(Value(make([&](unsigned lane) { return all[i].bytes[lane] < 16 ? x.bytes[all[i].bytes[lane]] : y.bytes[all[i].bytes[lane] - 16]; })));
    };
    INFO(text_of(all[i]));
    for (const char* const way : {"two ", "first ", "second ", "homes ", "constant "}) CHECK(guests.call(way + std::to_string(i), {Value(a), Value(b)}) == of(a, b));
    CHECK(guests.call("same " + std::to_string(i), {Value(a), Value(b)}) == of(a, a));
  }
}

TEST_CASE("a swizzle gives 0 for every index beyond the last lane", "[singlepass]") {
  std::string text = "(module (func (export \"f\") (param v128 v128) (result v128) local.get 0 local.get 1 i8x16.swizzle)";
  for (unsigned begin = 0; begin < 256; begin += 16)
    text += "(func (export \"" + std::to_string(begin) + "\") (param v128) (result v128) local.get 0 " + tests::constant(make([&](unsigned i) { return begin + i; })) + " i8x16.swizzle)";
  const VectorGuests guests(text + ")");
  const V128 a = mixed(1);
  for (unsigned begin = 0; begin < 256; begin += 16) {
    const V128 indices = make([&](unsigned i) { return begin + i; });
    const std::string expected = begin == 0 ? to_hex(Value(a)) : to_hex(Value(V128{}));
    CHECK(guests.call("f", {Value(a), Value(indices)}) == expected);
    CHECK(guests.call(std::to_string(begin), {Value(a)}) == expected);
  }
}
