#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "../execute.hpp"
#include "../repeat.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

constexpr const char* type_names[] = {"i32", "i64", "f32", "f64"};

Value value_of(const std::string& type, int number) {
  if (type == "i32") return Value(std::int32_t{number});
  if (type == "i64") return Value(std::int64_t{number});
  if (type == "f32") return Value(static_cast<float>(number));
  return Value(static_cast<double>(number));
}

}  // namespace

TEST_CASE("forty operands of one class live at once, more than there are registers", "[singlepass]") {
  for (const std::string type : type_names) {
    // Operand i is p + i; then all are folded from the top: p+39 - (p+38 - (...)).
    const std::string text = "(module (func (export \"f\") (param " + type + ") (result " + type + ")" +
                             repeat(40, [&](int i) { return "local.get 0 " + type + ".const " + std::to_string(i) + " " + type + ".add"; }) +
                             repeat(39, [&](int) { return type + ".sub"; }) + "))";
    INFO(type);
    CHECK(execute(text, "f", {value_of(type, 1000)}) == "-20");
  }
}

TEST_CASE("forty operands of both classes survive a call and arrive in order", "[singlepass]") {
  std::string results, body;
  for (int i = 0; i < 20; ++i) {
    results += " i64 f64";
    body += "local.get 0 i64.const " + std::to_string(i) + " i64.add local.get 1 f64.const " + std::to_string(i) + " f64.add\n";
  }
  const std::string text = "(module (func $noise (result i32) (local i32 f64) i32.const 5) (func (export \"f\") (param i64 f64) (result" + results + ")" + body + " call $noise drop))";
  std::string expected;
  for (int i = 0; i < 20; ++i) expected += (i == 0 ? "" : " ") + std::to_string(100 + i) + " " + std::to_string(200 + i);
  CHECK(execute(text, "f", {Value(std::int64_t{100}), Value(200.0)}) == expected);
}

TEST_CASE("each of a thousand locals begins as zero and keeps what it is given", "[singlepass]") {
  const Guests guests("(module (func (export \"f\") (param i32) (result i64) (local " + repeat(1000, [](int i) { return std::string(i % 3 == 0 ? "i64" : i % 3 == 1 ? "f64" : "i32"); }) +
                      ") (local $sum i64)\n" +
                      // Zeros first: any rubbish shows in the sum.
                      repeat(1000, [](int i) {
                        const std::string get = "local.get " + std::to_string(i + 1);
                        return "local.get $sum " + get + (i % 3 == 0 ? "" : i % 3 == 1 ? " i64.reinterpret_f64" : " i64.extend_i32_u") + " i64.add local.set $sum";
                      }) +
                      repeat(1000, [](int i) {
                        return "local.get 0 i32.const " + std::to_string(i) + " i32.add" + (i % 3 == 0 ? " i64.extend_i32_s" : i % 3 == 1 ? " f64.convert_i32_s" : "") + " local.set " + std::to_string(i + 1);
                      }) +
                      repeat(1000, [](int i) {
                        const std::string get = "local.get " + std::to_string(i + 1);
                        return "local.get $sum " + get + (i % 3 == 0 ? "" : i % 3 == 1 ? " i64.trunc_f64_s" : " i64.extend_i32_s") + " i64.add local.set $sum";
                      }) +
                      "local.get $sum))");
  CHECK(guests.call("f", {Value(std::int32_t{0})}) == "499500");
  CHECK(guests.call("f", {Value(std::int32_t{7})}) == "506500");
}

TEST_CASE("a declared local is zero however many there are", "[singlepass]") {
  for (const int count : {1, 7, 8, 9, 10, 39, 40, 41, 42, 73, 74, 75, 76, 200, 201}) {
    const std::string text = "(module (func (export \"f\") (result i64) (local " + repeat(count, [](int) { return std::string("i64"); }) + ") i64.const 0\n" +
                             repeat(count, [](int i) { return "local.get " + std::to_string(i) + " i64.or"; }) + "))";
    const Guests guests("(module (func (export \"dirty\") (result i64) (local " + repeat(60, [](int) { return std::string("i64"); }) + ")" +
                        repeat(60, [](int i) { return "i64.const -1 local.set " + std::to_string(i); }) + "local.get 59)" + text.substr(7));
    INFO(count << " locals");
    CHECK(guests.call("dirty") == "-1");
    CHECK(guests.call("f") == "0");
  }
}

TEST_CASE("a local changes while operands still have its old value", "[singlepass]") {
  const auto swapped = [](const std::string& body) { return "(module (func (export \"f\") (param i32 i32) (result i32 i32 i32 i32) " + body + "))"; };
  const auto run = [](const std::string& text) { return execute(text, "f", {Value(std::int32_t{10}), Value(std::int32_t{20})}); };
  CHECK(run(swapped("local.get 0 local.get 0 i32.const 1 local.set 0 local.get 0 local.get 0")) == "10 10 1 1");
  CHECK(run(swapped("local.get 0 local.get 1 local.set 0 local.get 0 local.get 1 local.get 0")) == "10 20 20 20");
  CHECK(run(swapped("local.get 0 local.get 1 local.get 0 local.get 1 local.set 0 local.set 1 local.get 0 local.get 1")) == "10 20 20 10");
  CHECK(run(swapped("local.get 0 local.get 0 local.get 0 i32.const 5 i32.add local.tee 0 local.get 0")) == "10 10 15 15");
  CHECK(run(swapped("local.get 1 local.get 0 local.get 0 i32.add local.set 0 local.get 0 local.get 1 local.get 0 i32.sub local.tee 1 local.get 1")) == "20 20 0 0");
  CHECK(run(swapped("i32.const 3 local.set 0 local.get 0 local.get 0 local.get 1 local.set 0 local.get 0 local.get 0")) == "3 3 20 20");
}

TEST_CASE("a result that goes to a local at once may read that local as either operand", "[singlepass]") {
  for (const std::string op : {"add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr", "div_s", "div_u", "rem_s", "rem_u"}) {
    const auto text = [&](const std::string& a, const std::string& b) {
      return "(module (func (export \"f\") (param i32 i32) (result i32 i32) local.get " + a + " local.get " + b + " i32." + op + " local.set 0 local.get 0 local.get 1) (func (export \"plain\") (param i32 i32) (result i32) local.get " +
             a + " local.get " + b + " i32." + op + "))";
    };
    for (const std::string a : {"0", "1"})
      for (const std::string b : {"0", "1"}) {
        const Guests guests(text(a, b));
        INFO(op << " of " << a << " and " << b);
        CHECK(guests.call("f", {Value(std::int32_t{-77}), Value(std::int32_t{5})}) == guests.call("plain", {Value(std::int32_t{-77}), Value(std::int32_t{5})}) + " 5");
      }
  }
}

TEST_CASE("constants fold as the instructions would compute them", "[singlepass]") {
  struct Case {
    const char* expression;
    const char* expected;
  };
  for (const auto [expression, expected] : {Case{"i32.const 0x7fffffff i32.const 1 i32.add", "-2147483648"}, {"i32.const 0 i32.const 1 i32.sub", "-1"}, {"i32.const 0x10001 i32.const 0x10001 i32.mul", "131073"},
                                            {"i32.const -8 i32.const 33 i32.shr_s", "-4"}, {"i32.const -8 i32.const 33 i32.shr_u", "2147483644"}, {"i32.const 0x80000001 i32.const 33 i32.rotl", "3"},
                                            {"i32.const 1 i32.const 32 i32.shl", "1"}, {"i32.const -1 i64.extend_i32_u i64.const 1 i64.add i32.wrap_i64", "0"}, {"i32.const 3 f32.convert_i32_s i32.reinterpret_f32", "1077936128"},
                                            {"i64.const 0xffffffff80000000 i32.wrap_i64", "-2147483648"}, {"f32.const nan:0x200000 i32.reinterpret_f32", "2141192192"}, {"i32.const -1 i64.extend_i32_s i64.const -1 i64.eq", "1"}}) {
    INFO(expression);
    CHECK(execute("(module (func (export \"f\") (result i32) " + std::string(expression) + "))", "f") == expected);
  }
}

TEST_CASE("select takes constants, locals and homes, with a condition from the flags or not", "[singlepass]") {
  const Guests guests(R"((module
    (func (export "same") (param i32 i32) (result i32) local.get 0 local.get 0 local.get 1 select)
    (func (export "constants") (param i64) (result i64) i64.const 5 i64.const -6 local.get 0 i64.const 3 i64.lt_u select)
    (func (export "floats") (param f64 f64) (result f64) local.get 0 local.get 1 local.get 0 local.get 1 f64.lt select)
    (func (export "nested") (param i32 i32 i32) (result i32)
      local.get 0 local.get 1 local.get 2 select local.get 2 local.get 0 local.get 1 i32.gt_s select)
    (func (export "keeps") (param i32 i32) (result i32 i32 i32) local.get 0 local.get 1 local.get 0 i32.eqz select local.get 0 local.get 1)))");
  CHECK(guests.call("same", {Value(9), Value(0)}) == "9");
  CHECK(guests.call("constants", {Value(std::int64_t{2})}) == "5");
  CHECK(guests.call("constants", {Value(std::int64_t{3})}) == "-6");
  CHECK(guests.call("floats", {Value(1.5), Value(2.5)}) == "1.5");
  CHECK(guests.call("floats", {Value(2.5), Value(1.5)}) == "1.5");
  CHECK(guests.call("nested", {Value(7), Value(8), Value(1)}) == "1");
  CHECK(guests.call("nested", {Value(8), Value(7), Value(0)}) == "7");
  CHECK(guests.call("keeps", {Value(0), Value(4)}) == "0 0 4");
  CHECK(guests.call("keeps", {Value(3), Value(4)}) == "4 3 4");
}

TEST_CASE("operands far down keep what a local was when it was read", "[singlepass]") {
  // Ten operands that equal locals, under more constants than a search goes through; then the locals change.
  const std::string text = "(module (func (export \"f\") (param i64) (result i64) (local i64 i64 i64 i64 i64 i64 i64 i64 i64)\n" +
                           repeat(9, [](int i) { return "local.get 0 i64.const " + std::to_string(i) + " i64.add local.set " + std::to_string(i + 1); }) +
                           repeat(10, [](int i) { return "local.get " + std::to_string(i); }) + repeat(400, [](int i) { return "i64.const " + std::to_string(i); }) +
                           repeat(10, [](int i) { return "i64.const 1000000 local.set " + std::to_string(i); }) + repeat(409, [](int) { return std::string("i64.add"); }) + "))";
  CHECK(execute(text, "f", {Value(std::int64_t{100})}) == std::to_string(100 + 9 * 100 + 36 + 399 * 200));
}

TEST_CASE("many operands that equal locals, and many more above them, take time in proportion", "[singlepass]") {
  // A search of all operands for each of these locals would take minutes.
  const int locals = 20'000, constants = 200'000;
  const std::string text = "(module (func (export \"f\") (result i32) (local" + repeat(locals, [](int) { return std::string(" i32"); }) + ")\n" +
                           repeat(locals, [](int i) { return "i32.const 1 local.set " + std::to_string(i); }) + "(block (br_if 0 (i32.const 0)))\n" +
                           repeat(locals, [](int i) { return "local.get " + std::to_string(i); }) + repeat(constants, [](int) { return std::string("i32.const 1"); }) +
                           repeat(locals, [](int i) { return "i32.const 2 local.set " + std::to_string(i); }) +
                           repeat(locals + constants - 1, [](int) { return std::string("i32.add"); }) + "))";
  CHECK(execute(text, "f", {}) == std::to_string(locals + constants));
}
