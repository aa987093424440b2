// Types taken for others: signatures are told apart across modules whatever their indices, and while threads register and forget them.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <wasmer/vm/type_registry.hpp>

#include "../../catch.hpp"
#include "../../fuzz/random.hpp"
#include "../guest.hpp"

using namespace wasmer;

namespace {

/// Definitions of function types, each group of which takes what stands before `|` in a name for the modules that use it. All differ from each other.
constexpr const char* groups[] = {
    "(type $0 (func (param i32) (result i32)))",
    "(type $1 (func (param i64) (result i32)))",
    "(type $2 (func (param i32 i32) (result i32)))",
    "(type $3 (func (param i32) (result i64)))",
    "(type $4 (func (param f32) (result i32)))",
    "(type $5 (func (param i32) (result i32 i32)))",
    "(type $6 (func (param funcref) (result i32)))",
    "(type $7 (func (param externref) (result i32)))",
    "(type $s (struct (field i32))) (type $8 (func (param (ref null $s)) (result i32)))",
    "(type $m (struct (field (mut i32)))) (type $9 (func (param (ref null $m)) (result i32)))",
    "(rec (type $10 (func (param (ref null $11)) (result i32))) (type $11 (func (param (ref null $10)) (result i64))))",
    "(rec (type $12 (func (param (ref null $12)) (result i32))) (type $13 (func (param (ref null $12)) (result i64))))",
    "(rec (type $14 (func (param i32) (result i32))) (type $15 (func (param i64) (result i32))))",
    "(type $16 (sub (func (param i32) (result i32))))",
    "(type $17 (sub (func)))",
    "(type $18 (func (param v128) (result i32)))",
};
constexpr std::uint32_t count = 19;

/// Operands that make a call of a type valid; nothing is done with them.
constexpr const char* operands[count] = {
    "(i32.const 0)", "(i64.const 0)", "(i32.const 0) (i32.const 0)", "(i32.const 0)", "(f32.const 0)", "(i32.const 0)", "(ref.null func)", "(ref.null extern)", "(ref.null $s)", "(ref.null $m)",
    "(ref.null $11)", "(ref.null $10)", "(ref.null $12)", "(ref.null $12)", "(i32.const 0)", "(i64.const 0)", "(i32.const 0)", "", "(v128.const i64x2 0 0)",
};
constexpr std::uint32_t results[count] = {1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1};
constexpr bool wide_result(std::uint32_t type) { return type == 3 || type == 11 || type == 13; }

/// The types in an order that the seed says, among others that no other module has.
std::string types(std::uint64_t seed) {
  fuzz::Random random(seed);
  std::vector<std::string> all(std::begin(groups), std::end(groups));
  for (std::uint32_t i = 0; i < 5; ++i) {
    std::string other = "(type (func (param";
    for (std::uint32_t length = 3 + random.below(30); length != 0; --length) other += random.chance(50) ? " i64" : " f64";
    all.push_back(other + ")))");
  }
  for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.below(i)]);
  std::string text;
  for (const std::string& group : all) text += group + "\n";
  return text;
}

/// A module with a function of each type in a table.
std::string provider(std::uint64_t seed) {
  std::string text = "(module " + types(seed) + "(table (export \"table\") 19 funcref) (elem (i32.const 0)", functions;
  for (std::uint32_t i = 0; i < count; ++i) {
    text += " $f" + std::to_string(i);
    functions += "(func $f" + std::to_string(i) + " (type $" + std::to_string(i) + ")";
    for (std::uint32_t n = 0; n < results[i]; ++n) functions += wide_result(i) ? " (i64.const 0)" : " (i32.const 0)";
    functions += ")\n";
  }
  return text + ")\n" + functions + ")";
}
/// A module that calls the table's elements, each by every type.
std::string caller(std::uint64_t seed) {
  std::string text = "(module " + types(seed) + "(import \"\" \"table\" (table 19 funcref))\n";
  for (std::uint32_t i = 0; i < count; ++i) {
    text += "(func (export \"" + std::to_string(i) + "\") (param i32) " + operands[i] + " (local.get 0) (call_indirect (type $" + std::to_string(i) + "))";
    for (std::uint32_t n = 0; n < results[i]; ++n) text += " drop";
    text += ")\n";
    text += "(func (export \"test " + std::to_string(i) + "\") (param i32) (result i32) (ref.test (ref $" + std::to_string(i) + ") (table.get (local.get 0))))\n";
  }
  return text + ")";
}

/// How many calls of every so many elements were answered in another way than by their types; the right one is always among them.
int confused(std::uint64_t first, std::uint64_t second, std::uint32_t stride) {
  Store store;
  Instance& provides = tests::instantiate(store, provider(first));
  Instance& calls = tests::instantiate(store, caller(second), {provides.table("table").value()});
  int wrong = 0;
  for (std::uint32_t type = 0; type < count; ++type) {
    const auto call = calls.function<void(std::int32_t)>(std::to_string(type)).value();
    const auto test = calls.function<std::int32_t(std::int32_t)>("test " + std::to_string(type)).value();
    for (std::uint32_t element = type % stride; element < count; element += stride) {
      const auto result = call(static_cast<std::int32_t>(element));
      const bool is_right = type == element ? result.has_value() : !result.has_value() && result.error().id() == ErrorId::indirect_call_type_mismatch;
      wrong += !is_right + (test(static_cast<std::int32_t>(element)).value() != (type == element));
    }
  }
  return wrong;
}

}  // namespace

TEST_CASE("a function is called by its type alone, whatever index that has in either module", "[bugs]") {
  for (std::uint64_t seed = 0; seed < 4; ++seed) CHECK(confused(seed, seed + 100, seed == 0 ? 1 : 5) == 0);
}

TEST_CASE("types are not confused while threads register and forget them", "[bugs]") {
  const std::size_t before = vm::TypeRegistry::instance().size();
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (std::uint64_t round = 0; round < 4; ++round) wrong += confused(t * 100 + round, t * 1000 + round % 3, 9);
      });
  }
  CHECK(wrong == 0);
  CHECK(vm::TypeRegistry::instance().size() == before);
}

TEST_CASE("a type that has taken over another's number is not taken for it", "[bugs]") {
  // The table outlives the module whose types its elements had.
  Store store;
  const auto table = vm::Table::create({funcref, {4, {}}}).value();
  const auto user = [&](const std::string& type, const std::string& argument) -> Instance& {
    return tests::instantiate(store, "(module (type $t " + type + ") (import \"\" \"\" (table 4 funcref)) (func (export \"f\") (param i32) " + argument +
                                         " (local.get 0) (call_indirect (type $t))))", {table});
  };
  {
    Store gone;
    tests::instantiate(gone, "(module (type (func (param f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64))))");
  }
  tests::instantiate(store, "(module (type $t (func (param i64 f64 i64 f64 i64 f64))) (import \"\" \"\" (table 4 funcref)) (elem (i32.const 1) $g) (func $g (type $t)))", {table});
  const auto wrong = user("(func (param f64 i64 f64 i64 f64 i64))", "(f64.const 0) (i64.const 0) (f64.const 0) (i64.const 0) (f64.const 0) (i64.const 0)").function<void(std::int32_t)>("f").value();
  CHECK(wrong(1).error().id() == ErrorId::indirect_call_type_mismatch);
  const auto right = user("(func (param i64 f64 i64 f64 i64 f64))", "(i64.const 0) (f64.const 0) (i64.const 0) (f64.const 0) (i64.const 0) (f64.const 0)").function<void(std::int32_t)>("f").value();
  CHECK(right(1).has_value());
}
