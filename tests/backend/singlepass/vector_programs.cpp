// Random programs of vectors and integers, run by compiled code and by the test itself: what is live where, under pressure, over calls and at labels.
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "../repeat.hpp"
#include "vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using Value = wasmer::Value;

namespace {

/// The locals: vectors first.
struct Machine {
  std::vector<V128> vectors;
  std::vector<std::uint32_t> integers;
};
template <class T> struct Piece {
  std::string text;
  std::function<T(Machine&)> run;
};
using VectorPiece = Piece<V128>;
using IntegerPiece = Piece<std::uint32_t>;
/// Its answer is whether the block around it is left.
using StatementPiece = Piece<bool>;

template <class T, class F> V128 lanewise(const V128& a, const V128& b, F&& f) {
  const Lanes<T> x = lanes_in<T>(a), y = lanes_in<T>(b);
  Lanes<T> result;
  for (std::size_t i = 0; i < x.size(); ++i) result[i] = static_cast<T>(f(x[i], y[i]));
  return vector_of<T>(result);
}

class Generator {
 public:
  Generator(std::uint64_t seed, unsigned vectors, unsigned integers) : random_(seed), vectors_(vectors), integers_(integers) {}

  StatementPiece statements(int depth) {
    std::vector<StatementPiece> all;
    std::string text;
    for (unsigned count = 1 + pick(5); count != 0; --count) all.push_back(statement(depth)), text += all.back().text + "\n";
    return {text, [all](Machine& m) {
              for (const StatementPiece& each : all)
                if (each.run(m)) return true;
              return false;
            }};
  }

 private:
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }
  std::string vector_local(unsigned n) const { return std::to_string(n); }
  std::string integer_local(unsigned n) const { return std::to_string(vectors_ + n); }

  VectorPiece vector(int depth) {
    const unsigned n = pick(vectors_);
    switch (depth <= 0 ? pick(3) : pick(14)) {
      case 0: case 1: return {"(local.get " + vector_local(n) + ")", [n](Machine& m) { return m.vectors[n]; }};
      case 2: {
        const V128 value = pick(4) == 0 ? V128{} : mixed(random_());
        return {constant(value), [value](Machine&) { return value; }};
      }
      case 3: return two(depth, "i32x4.add", [](const V128& a, const V128& b) { return lanewise<std::uint32_t>(a, b, [](auto x, auto y) { return x + y; }); });
      case 4: return two(depth, "i8x16.sub", [](const V128& a, const V128& b) { return lanewise<std::uint8_t>(a, b, [](auto x, auto y) { return x - y; }); });
      case 5: return two(depth, "v128.andnot", [](const V128& a, const V128& b) { return lanewise<std::uint64_t>(a, b, [](auto x, auto y) { return x & ~y; }); });
      case 6: return two(depth, "i64x2.mul", [](const V128& a, const V128& b) { return lanewise<std::uint64_t>(a, b, [](auto x, auto y) { return x * y; }); });
      case 7: return two(depth, "i16x8.gt_s", [](const V128& a, const V128& b) { return lanewise<std::int16_t>(a, b, [](auto x, auto y) { return x > y ? -1 : 0; }); });
      case 8: {
        V128 lanes = mixed(random_());
        std::string text = "(i8x16.shuffle";
        for (std::uint8_t& lane : lanes.bytes) lane &= 31, text += " " + std::to_string(lane);
        const VectorPiece a = vector(depth - 1), b = vector(depth - 1);
        return {text + " " + a.text + b.text + ")", [a, b, lanes](Machine& m) {
                  const V128 x = a.run(m), y = b.run(m);
                  V128 result;
                  for (std::size_t i = 0; i < 16; ++i) result.bytes[i] = lanes.bytes[i] < 16 ? x.bytes[lanes.bytes[i]] : y.bytes[lanes.bytes[i] - 16];
                  return result;
                }};
      }
      case 9: {
        const IntegerPiece a = integer(depth - 1);
        return {"(i32x4.splat " + a.text + ")", [a](Machine& m) {
                  const std::uint32_t x = a.run(m);
                  return vector_of<std::uint32_t>({x, x, x, x});
                }};
      }
      case 10: {
        const VectorPiece a = vector(depth - 1);
        const IntegerPiece count = integer(depth - 1);
        return {"(i8x16.shr_s " + a.text + count.text + ")", [a, count](Machine& m) {
                  const V128 x = a.run(m);
                  const std::uint32_t by = count.run(m) % 8;
                  return lanewise<std::int8_t>(x, x, [by](auto lane, auto) { return lane >> by; });
                }};
      }
      case 11: {
        const VectorPiece a = vector(depth - 1);
        return {"(local.tee " + vector_local(n) + a.text + ")", [a, n](Machine& m) { return m.vectors[n] = a.run(m); }};
      }
      case 12: {
        const VectorPiece a = vector(depth - 1), b = vector(depth - 1);
        const IntegerPiece condition = integer(depth - 1);
        if (pick(2) == 0)
          return {"(select " + a.text + b.text + condition.text + ")", [a, b, condition](Machine& m) {
                    const V128 x = a.run(m), y = b.run(m);
                    return condition.run(m) != 0 ? x : y;
                  }};
        return {"(if (result v128) " + condition.text + "(then " + a.text + ")(else " + b.text + "))", [a, b, condition](Machine& m) { return condition.run(m) != 0 ? a.run(m) : b.run(m); }};
      }
      default: {
        const VectorPiece a = vector(depth - 1), b = vector(depth - 1);
        const IntegerPiece condition = integer(depth - 1);
        return {"(block (result v128) " + a.text + condition.text + " br_if 0 call $noise drop " + b.text + ")", [a, b, condition](Machine& m) {
                  const V128 x = a.run(m);
                  return condition.run(m) != 0 ? x : b.run(m);
                }};
      }
    }
  }
  template <class F> VectorPiece two(int depth, const std::string& op, F f) {
    const VectorPiece a = vector(depth - 1), b = vector(depth - 1);
    return {"(" + op + a.text + b.text + ")", [a, b, f](Machine& m) {
              const V128 x = a.run(m);
              return f(x, b.run(m));
            }};
  }

  IntegerPiece integer(int depth) {
    const unsigned n = pick(integers_), lane = pick(4);
    switch (depth <= 0 ? pick(2) : pick(7)) {
      case 0: return {"(local.get " + integer_local(n) + ")", [n](Machine& m) { return m.integers[n]; }};
      case 1: {
        const std::uint32_t value = pick(3) == 0 ? 0 : static_cast<std::uint32_t>(random_());
        return {"(i32.const " + std::to_string(static_cast<std::int32_t>(value)) + ")", [value](Machine&) { return value; }};
      }
      case 2: {
        const IntegerPiece a = integer(depth - 1), b = integer(depth - 1);
        return {"(i32.add " + a.text + b.text + ")", [a, b](Machine& m) {
                  const std::uint32_t x = a.run(m);
                  return x + b.run(m);
                }};
      }
      case 3: {
        const VectorPiece a = vector(depth - 1);
        return {"(i32x4.extract_lane " + std::to_string(lane) + a.text + ")", [a, lane](Machine& m) { return lanes_in<std::uint32_t>(a.run(m))[lane]; }};
      }
      case 4: {
        const VectorPiece a = vector(depth - 1);
        return {"(v128.any_true " + a.text + ")", [a](Machine& m) { return a.run(m) == V128{} ? 0u : 1u; }};
      }
      case 5: {
        const IntegerPiece a = integer(depth - 1);
        return {"(local.tee " + integer_local(n) + a.text + ")", [a, n](Machine& m) { return m.integers[n] = a.run(m); }};
      }
      default: {
        const IntegerPiece a = integer(depth - 1);
        return {"(i32.and (i32.const 1)" + a.text + ")", [a](Machine& m) { return a.run(m) & 1; }};
      }
    }
  }

  StatementPiece statement(int depth) {
    const unsigned n = pick(vectors_), k = pick(integers_);
    switch (depth <= 0 ? pick(5) : pick(9)) {
      case 0: case 1: case 2: {
        const VectorPiece a = vector(3);
        return {"(local.set " + vector_local(n) + a.text + ")", [a, n](Machine& m) { return m.vectors[n] = a.run(m), false; }};
      }
      case 3: {
        const IntegerPiece a = integer(3);
        return {"(local.set " + integer_local(k) + a.text + ")", [a, k](Machine& m) { return m.integers[k] = a.run(m), false; }};
      }
      case 4: return {"(call $noise)", [](Machine&) { return false; }};
      case 5: case 6: {
        const StatementPiece before = statements(depth - 1), after = statements(depth - 1);
        const IntegerPiece condition = integer(2);
        return {"(block " + before.text + "(br_if 0 " + condition.text + ")\n" + after.text + ")", [before, after, condition](Machine& m) {
                  if (!before.run(m) && condition.run(m) == 0) after.run(m);
                  return false;
                }};
      }
      case 7: {
        const StatementPiece then = statements(depth - 1), otherwise = statements(depth - 1);
        const IntegerPiece condition = integer(2);
        return {"(if " + condition.text + "(then " + then.text + ")(else " + otherwise.text + "))", [then, otherwise, condition](Machine& m) {
                  condition.run(m) != 0 ? then.run(m) : otherwise.run(m);
                  return false;
                }};
      }
      default: {
        // The count is a local that nothing else writes: the last integer and those before it, by depth.
        const std::string counter = std::to_string(vectors_ + integers_ + static_cast<unsigned>(depth));
        const StatementPiece body = statements(depth - 1);
        const unsigned turns = 1 + pick(3);
        return {"(local.set " + counter + " (i32.const " + std::to_string(turns) + "))(loop (block " + body.text + ")\n(br_if 0 (local.tee " + counter + " (i32.sub (local.get " + counter +
                    ") (i32.const 1)))))",
                [body, turns](Machine& m) {
                  for (unsigned turn = 0; turn < turns; ++turn) body.run(m);
                  return false;
                }};
      }
    }
  }

  std::mt19937_64 random_;
  unsigned vectors_, integers_;
};

}  // namespace

TEST_CASE("random programs of vectors and integers do what they say", "[singlepass]") {
  constexpr int depth = 3;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const unsigned vectors = 1 + static_cast<unsigned>(seed % 23), integers = 1 + static_cast<unsigned>(seed % 9);
    Generator generator(seed, vectors, integers);
    const StatementPiece body = generator.statements(depth);
    const std::string types = repeat(vectors, " v128") + repeat(integers, " i32");
    std::string gets;
    for (unsigned i = 0; i < vectors + integers; ++i) gets += " (local.get " + std::to_string(i) + ")";
    const VectorGuests guests("(module (import \"env\" \"noise\" (func $noise)) (func (export \"f\") (param" + types + ") (result" + types + ") (local" + repeat(depth + 1, " i32") + ")\n" +
                              body.text + gets + "))");
    Machine machine;
    std::vector<Value> arguments;
    for (unsigned i = 0; i < vectors; ++i) machine.vectors.push_back(mixed(seed * 100 + i)), arguments.emplace_back(machine.vectors.back());
    for (unsigned i = 0; i < integers; ++i) machine.integers.push_back(static_cast<std::uint32_t>(seed * 7 + i) % 5), arguments.emplace_back(machine.integers.back());
    body.run(machine);
    std::string expected;
    for (const V128& each : machine.vectors) expected += (expected.empty() ? "" : " ") + to_hex(Value(each));
    for (const std::uint32_t each : machine.integers) expected += " " + to_hex(Value(each));
    INFO("seed " << seed);
    CHECK(guests.call("f", arguments) == expected);
  }
}
