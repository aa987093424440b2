#include <cstdint>
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "../execute.hpp"
#include "../repeat.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// "function index:name@offset in the function's code", innermost first.
std::string backtrace(const Guest& guest, std::string_view name, std::initializer_list<Value> arguments = {}) {
  const auto result = guest.call(name, arguments);
  if (result.has_value()) return "no trap";
  std::string text(result.error().words());
  for (const Frame& frame : result.error().backtrace()) text += " " + std::to_string(frame.function) + ":" + frame.name;
  return text;
}

}  // namespace

TEST_CASE("thirty integers and twenty floats arrive in the order in which they were passed", "[singlepass]") {
  std::string params, gets, constants, tests;
  for (int i = 0; i < 50; ++i) {
    const char* const types[] = {"i64", "f64", "i32", "f32", "i64"};
    const std::string type = types[i % 5];
    params += " " + type;
    gets += " local.get " + std::to_string(i);
    constants += " " + type + ".const " + std::to_string(i * 3 + 1);
    tests += " local.get " + std::to_string(i) + " " + type + ".const " + std::to_string(i * 3 + 1) + " " + type + ".ne br_if 0";
  }
  const std::string type = "(param" + params + ") (result i32)";
  const Guests guests("(module (type $t (func " + type + ")) (table funcref (elem $check))\n(func $check (export \"check\") (type $t) (block " + tests + " i32.const 1 return) i32.const 0)\n" +
                      "(func (export \"constants\") (result i32)" + constants + " call $check)\n" + "(func (export \"through\") (type $t)" + gets + " call $check)\n" +
                      "(func (export \"indirect\") (type $t)" + gets + " i32.const 0 call_indirect (type $t))\n" +
                      "(func (export \"changed\") (type $t) (local i64)" + gets + " local.get 0 local.set 50 i64.const 5 local.set 0 i64.const 6 local.set 4 call $check local.get 0 i64.const 5 i64.eq i32.and))");
  std::vector<Value> arguments;
  for (int i = 0; i < 50; ++i) {
    const int value = i * 3 + 1;
    if (i % 5 == 0 || i % 5 == 4) arguments.emplace_back(std::int64_t{value});
    else if (i % 5 == 1) arguments.emplace_back(static_cast<double>(value));
    else if (i % 5 == 2) arguments.push_back(dirty(static_cast<std::uint32_t>(value)));
    else arguments.emplace_back(static_cast<float>(value));
  }
  CHECK(guests.call("constants") == "1");
  for (const char* const name : {"check", "through", "indirect", "changed"}) CHECK(guests.call(name, arguments) == "1");
}

TEST_CASE("arguments change places among the registers that carry them", "[singlepass]") {
  const Guests guests(R"((module
    (func $sub (param i64 i64 i64 i64 i64) (result i64 i64 i64 i64 i64) local.get 0 local.get 1 local.get 2 local.get 3 local.get 4)
    (func (export "reverse") (param i64 i64 i64 i64 i64) (result i64 i64 i64 i64 i64) local.get 4 local.get 3 local.get 2 local.get 1 local.get 0 call $sub)
    (func (export "rotate") (param i64 i64 i64 i64 i64) (result i64 i64 i64 i64 i64) local.get 1 local.get 2 local.get 3 local.get 4 local.get 0 call $sub)
    (func (export "copy") (param i64 i64 i64 i64 i64) (result i64 i64 i64 i64 i64) local.get 1 local.get 1 local.get 0 local.get 0 local.get 1 call $sub)
    (func $floats (param f32 f64 f32 f64) (result f32 f64 f32 f64) local.get 0 local.get 1 local.get 2 local.get 3)
    (func (export "floats") (param f32 f64 f32 f64) (result f32 f64 f32 f64) local.get 2 local.get 3 local.get 0 local.get 1 call $floats)))");
  const std::vector<Value> five{Value(std::int64_t{1}), Value(std::int64_t{2}), Value(std::int64_t{3}), Value(std::int64_t{4}), Value(std::int64_t{5})};
  CHECK(guests.call("reverse", five) == "5 4 3 2 1");
  CHECK(guests.call("rotate", five) == "2 3 4 5 1");
  CHECK(guests.call("copy", five) == "2 2 1 1 2");
  CHECK(guests.call("floats", {Value(1.0f), Value(2.0), Value(3.0f), Value(4.0)}) == "3 4 1 2");
}

TEST_CASE("locals and operands of every type outlive calls that use all registers", "[singlepass]") {
  const std::string filler = repeat(12, "i64.const 1 local.get 0 i64.add ") + repeat(11, "i64.xor ");
  const Guests guests("(module (func $greedy (param i64) (result i64) (local f64) " + filler + R"()
    (func (export "f") (param i32 i64 f32 f64) (result i32 i64 f32 f64 i32 i64 f32 f64)
      local.get 0 i32.const 1 i32.add  local.get 1 i64.const 1 i64.add  local.get 2 f32.const 0.5 f32.add  local.get 3 f64.const 0.5 f64.add
      i64.const 3 call $greedy drop i64.const 4 call $greedy drop
      local.get 0 local.get 1 local.get 2 local.get 3)))");
  CHECK(guests.call("f", {Value(1), Value(std::int64_t{2}), Value(3.0f), Value(4.0)}) == "2 3 3.5 4.5 1 2 3 4");
}

TEST_CASE("functions call themselves and each other", "[singlepass]") {
  const Guests guests(R"((module
    (func $fib (export "fib") (param i32) (result i32)
      local.get 0 i32.const 2 i32.lt_s if (result i32) local.get 0 else local.get 0 i32.const 1 i32.sub call $fib local.get 0 i32.const 2 i32.sub call $fib i32.add end)
    (func $even (export "even") (param i64) (result i32) local.get 0 i64.eqz if (result i32) i32.const 1 else local.get 0 i64.const 1 i64.sub call $odd end)
    (func $odd (param i64) (result i32) local.get 0 i64.eqz if (result i32) i32.const 0 else local.get 0 i64.const 1 i64.sub call $even end)
    (func $ackermann (export "ackermann") (param i64 i64) (result i64)
      local.get 0 i64.eqz if local.get 1 i64.const 1 i64.add return end
      local.get 1 i64.eqz if local.get 0 i64.const 1 i64.sub i64.const 1 call $ackermann return end
      local.get 0 i64.const 1 i64.sub local.get 0 local.get 1 i64.const 1 i64.sub call $ackermann call $ackermann)))");
  CHECK(guests.call("fib", {Value(20)}) == "6765");
  CHECK(guests.call("even", {Value(std::int64_t{1001})}) == "0");
  CHECK(guests.call("ackermann", {Value(std::int64_t{2}), Value(std::int64_t{9})}) == "21");
}

TEST_CASE("the host calls back into the guest that called it", "[singlepass]") {
  const Guests guests(R"((module (import "env" "callback" (func $callback (param i32) (result i32)))
    (func (export "callee") (param i32) (result i32) local.get 0 i32.eqz if (result i32) i32.const 100 else local.get 0 i32.const 1 i32.sub call $callback local.get 0 i32.add end)
    (func (export "divides") (param i32) (result i32) i32.const 7 local.get 0 call $callback i32.add)))");
  CHECK(guests.call("divides", {Value(3)}) == "113");
}

TEST_CASE("an indirect call traps for an index beyond the table, for null, and for another type", "[singlepass]") {
  const Guests guests(R"((module
    (type $unary (func (param i32) (result i32)))
    (table 6 funcref) (elem (i32.const 0) $double $wide $same)
    (func $double (param i32) (result i32) local.get 0 i32.const 2 i32.mul)
    (func $wide (param i64) (result i32) i32.const 0)
    (func $same (param i32) (result i32) local.get 0)
    (func (export "f") (param i32 i32) (result i32) local.get 1 local.get 0 call_indirect (type $unary))))");
  CHECK(guests.call("f", {Value(0), Value(21)}) == "42");
  CHECK(guests.call("f", {Value(2), Value(21)}) == "21");
  CHECK(guests.call("f", {Value(1), Value(21)}) == "indirect call type mismatch");
  CHECK(guests.call("f", {Value(3), Value(21)}) == "uninitialized element");
  CHECK(guests.call("f", {Value(6), Value(21)}) == "undefined element");
  CHECK(guests.call("f", {Value(-1), Value(21)}) == "undefined element");
}

TEST_CASE("every kind of trap names the functions on the way to it", "[singlepass]") {
  const Guests guests(R"((module (memory (export "memory") 1) (table $t 1 funcref)
    (func $unreachable unreachable)
    (func $divide (param i32) (result i32) local.get 0 i32.const 0 i32.div_u)
    (func $leaf_load (param i32) (result i32) local.get 0 i32.load)
    (func $framed_load (param i32) (result i32) (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) local.get 0 i32.load)
    (func $overflow (param i32) (result i32) i32.const 0x80000000 local.get 0 i32.div_s)
    (func $convert (param f64) (result i32) local.get 0 i32.trunc_f64_s)
    (func $indirect (param i32) local.get 0 call_indirect)
    (func $fill (param i32) local.get 0 i32.const 0 i32.const 1 memory.fill)
    (func $get (param i32) (result funcref) local.get 0 table.get $t)
    (func (export "unreachable") call $unreachable)
    (func (export "divide") i32.const 1 call $divide drop)
    (func (export "leaf load") i32.const -1 call $leaf_load drop)
    (func (export "framed load") i32.const -1 call $framed_load drop)
    (func (export "overflow") i32.const -1 call $overflow drop)
    (func (export "nan") f64.const nan call $convert drop)
    (func (export "large") f64.const 1e10 call $convert drop)
    (func (export "indirect") i32.const 5 call $indirect)
    (func (export "null") i32.const 0 call $indirect)
    (func (export "fill") i32.const -1 call $fill)
    (func (export "get") i32.const 1 call $get drop)))", settings);  // LLVM leaves no trace of a caller that has inlined its callee
  const auto of = [&](const char* name) { return guests.agreed([&](const Guest& guest) { return backtrace(guest, name); }); };
  CHECK(of("unreachable") == "unreachable 0:unreachable 9:unreachable");
  CHECK(of("divide") == "integer divide by zero 1:divide 10:divide");
  CHECK(of("leaf load") == "out of bounds memory access 2:leaf_load 11:leaf load");
  CHECK(of("framed load") == "out of bounds memory access 3:framed_load 12:framed load");
  CHECK(of("overflow") == "integer overflow 4:overflow 13:overflow");
  CHECK(of("nan") == "invalid conversion to integer 5:convert 14:nan");
  CHECK(of("large") == "integer overflow 5:convert 15:large");
  CHECK(of("indirect") == "undefined element 6:indirect 16:indirect");
  CHECK(of("null") == "uninitialized element 6:indirect 17:null");
  CHECK(of("fill") == "out of bounds memory access 7:fill 18:fill");
  CHECK(of("get") == "out of bounds table access 8:get 19:get");
}

TEST_CASE("a trap's offset is that of its instruction, and a caller's that of its call", "[singlepass]") {
  // Bytes of the module: 8 of header, then the sections; each body is: size, no locals, instructions.
  const std::vector<std::uint8_t> bytes{0, 'a', 's', 'm', 1, 0, 0, 0,
                                        1, 9, 2, 0x60, 1, 0x7F, 1, 0x7F, 0x60, 0, 0,     // types: i32 -> i32; nothing
                                        3, 3, 2, 0, 1,                                   // functions
                                        5, 3, 1, 0, 1,                                   // memory
                                        7, 5, 1, 1, 'f', 0, 1,                           // export
                                        10, 18, 2,                                       // code
                                        7, 0, 0x20, 0, 0x28, 2, 0, 0x0B,                 // local.get 0, i32.load, end
                                        8, 0, 0x41, 0x7F, 0x10, 0, 0x1A, 0x01, 0x0B};    // i32.const -1, call 0, drop, nop, end
  for (const Setting setting : settings) {
    INFO(to_string(setting));
    const auto guest = Guest::make(setting, std::as_bytes(std::span(bytes)));
    REQUIRE(guest.has_value());
    const auto result = guest.assume_value().call("f");
    REQUIRE_FALSE(result.has_value());
    const auto& frames = result.error().backtrace();
    REQUIRE(frames.size() == 2);
    CHECK(bytes[frames[0].offset] == 0x28);
    CHECK(frames[0].offset == 43);
    CHECK(bytes[frames[1].offset] == 0x10);
    CHECK(frames[1].offset == 51);
  }
}

TEST_CASE("endless recursion is a trap, whatever the frame's size, and the instance goes on", "[singlepass]") {
  const Guests guests("(module (func $small (export \"small\") call $small) (func $large (export \"large\") (local " + repeat(5000, "i64 ") + ") call $large)" + R"(
    (func $arguments (export "arguments") (param i64 i64 i64 i64 i64 i64 i64 i64) local.get 7 local.get 6 local.get 5 local.get 4 local.get 3 local.get 2 local.get 1 local.get 0 call $arguments)
    (func $two (export "two") (param i32) (result i32 i32) local.get 0 i32.const 1 i32.add call $two i32.add i32.const 5)
    (func (export "fine") (result i32) i32.const 4)))");
  for (int round = 0; round < 3; ++round) {
    CHECK(guests.call("small") == "call stack exhausted");
    CHECK(guests.call("large") == "call stack exhausted");
    const Value number(std::int64_t{1});
    CHECK(guests.call("arguments", {number, number, number, number, number, number, number, number}) == "call stack exhausted");
    CHECK(guests.call("two", {Value(0)}) == "call stack exhausted");
    CHECK(guests.call("fine") == "4");
  }
}
