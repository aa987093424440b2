#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <wasmer/runtime.hpp>

#include <wasmer/backend/singlepass.hpp>

#include "../../catch.hpp"
#include "../execute.hpp"
#include "../repeat.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

constexpr std::int64_t ten_million = 10'000'000;

/// What a module's "f" gives after so many tail calls of whatever kind.
std::string f(const Guests& guests, std::int64_t count = ten_million) { return guests.call("f", {Value(count)}); }

}  // namespace

TEST_CASE("ten million tail calls of functions of the module take no stack", "[singlepass]") {
  CHECK(f(Guests(R"((module
    (func $even (export "f") (param i64) (result i32) (if (i64.eqz (local.get 0)) (then (return (i32.const 1)))) (return_call $odd (i64.sub (local.get 0) (i64.const 1))))
    (func $odd (param i64) (result i32) (if (i64.eqz (local.get 0)) (then (return (i32.const 0)))) (return_call $even (i64.sub (local.get 0) (i64.const 1))))))")) == "1");
}

TEST_CASE("ten million indirect tail calls take no stack", "[singlepass]") {
  CHECK(f(Guests(R"((module (type $t (func (param i64) (result i32))) (table funcref (elem $even $odd))
    (func $even (export "f") (type $t) (if (i64.eqz (local.get 0)) (then (return (i32.const 1)))) (return_call_indirect (type $t) (i64.sub (local.get 0) (i64.const 1)) (i32.const 1)))
    (func $odd (type $t) (if (i64.eqz (local.get 0)) (then (return (i32.const 0)))) (return_call_indirect (type $t) (i64.sub (local.get 0) (i64.const 1)) (i32.const 0)))))")) == "1");
}

TEST_CASE("ten million tail calls with more arguments than there are registers take no stack, whatever the caller has", "[singlepass]") {
  std::string params, others, sum;
  for (int i = 1; i < 30; ++i) {
    params += i % 3 == 0 ? " f64" : " i64";
    // Each of the 20 integers and of the 9 floats changes places with the others of its kind.
    const int next = i % 3 == 0 ? (i + 3 < 30 ? i + 3 : 3) : i % 3 == 1 ? i + 1 : i + 2 < 30 ? i + 2 : 1;
    others += " (local.get " + std::to_string(next) + ")";
    sum += i % 3 == 0 ? " (i64.trunc_f64_s (local.get " + std::to_string(i) + "))" : " (local.get " + std::to_string(i) + ")";
    sum += " (i64.const " + std::to_string(i) + ") i64.mul i64.add";
  }
  std::string start;
  for (int i = 1; i < 30; ++i) start += i % 3 == 0 ? " (f64.const " + std::to_string(i) + ")" : " (i64.const " + std::to_string(i) + ")";
  // After as many rounds as each kind has members, everything is where it began: sum of i * i.
  const Guests guests("(module (type $t (func (param i64" + params + ") (result i64))) (table funcref (elem $many))\n" +
                      "(func $many (type $t) (if (i64.eqz (local.get 0)) (then (i64.const 0)" + sum + " return))\n" +
                      "(if (i64.eqz (i64.and (local.get 0) (i64.const 1))) (then (return_call $few (i64.sub (local.get 0) (i64.const 1))" + others + ")))\n" +
                      "(return_call_indirect (type $t) (i64.sub (local.get 0) (i64.const 1))" + others + " (i32.const 0)))\n" +
                      "(func $few (type $t) (local i64) (return_call $many" + [] {
                        std::string all;
                        for (int i = 0; i < 30; ++i) all += " (local.get " + std::to_string(i) + ")";
                        return all;
                      }() + "))\n" +
                      "(func (export \"f\") (param i64) (result i64) (return_call $many (local.get 0)" + start + ")))");
  CHECK(f(guests, 180 * 50'000) == "8555");
  CHECK(f(guests, 0) == "8555");
  CHECK(f(guests, 180) == "8555");
}

TEST_CASE("results beyond the first go to where the first caller of all has room for them", "[singlepass]") {
  const Guests guests(R"((module
    (func $loop (param i64 i64) (result i64 f64 i32)
      (if (i64.eqz (local.get 0)) (then (return (local.get 1) (f64.const 0.5) (i32.const 7))))
      (return_call $loop (i64.sub (local.get 0) (i64.const 1)) (i64.add (local.get 1) (i64.const 2))))
    (func (export "f") (param i64) (result i64 f64 i32) (call $loop (local.get 0) (i64.const 1)))))");
  CHECK(f(guests) == "20000001 0.5 7");
}

TEST_CASE("what outlives a call does so although the callee is replaced by one that uses all registers", "[singlepass]") {
  const std::string filler = repeat(12, "local.get 0 i64.const 3 i64.add call $id ") + repeat(11, "i64.xor ");
  const Guests guests("(module (func $id (param i64) (result i64) local.get 0)\n(func $greedy (param i64) (result i64) " + filler + " return_call $again)\n" +
                      "(func $again (param i64) (result i64) " + filler + R"()
    (func (export "f") (param i64 i32 f64) (result i64 i64 i32 f64 i64)
      (i64.add (local.get 0) (i64.const 1)) (call $greedy (local.get 0)) (local.get 1) (local.get 2) (local.get 0))))");
  CHECK(guests.call("f", {Value(std::int64_t{5}), dirty(6), Value(0.25)}) == "6 0 6 0.25 5");
}

TEST_CASE("a tail call is the end of its path", "[singlepass]") {
  const Guests guests(R"((module (func $double (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
    (func (export "if") (param i32) (result i32) (local i32)
      (local.set 1 (i32.add (local.get 0) (i32.const 10)))
      (if (i32.lt_u (local.get 0) (i32.const 5)) (then (return_call $double (local.get 1))))
      (block (br_if 0 (i32.gt_u (local.get 0) (i32.const 8))) (return_call $double (local.get 0)))
      (local.get 1))
    (func (export "loop") (param i32) (result i32)
      (loop (result i32) (if (i32.eqz (local.get 0)) (then (return_call $double (i32.const 21)))) (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br 0)))))");
  CHECK(guests.call("if", {dirty(3)}) == "26");
  CHECK(guests.call("if", {dirty(7)}) == "14");
  CHECK(guests.call("if", {dirty(9)}) == "19");
  CHECK(guests.call("loop", {dirty(5)}) == "42");
}

TEST_CASE("an indirect tail call traps like an indirect call", "[singlepass]") {
  const Guests guests(R"((module (type $t (func (result i32))) (table 3 funcref) (elem (i32.const 0) $f $g) (func $f (type $t) i32.const 1) (func $g)
    (func (export "f") (param i32) (result i32) local.get 0 return_call_indirect (type $t))))");
  CHECK(guests.call("f", {dirty(0)}) == "1");
  CHECK(guests.call("f", {dirty(1)}) == "indirect call type mismatch");
  CHECK(guests.call("f", {dirty(2)}) == "uninitialized element");
  CHECK(guests.call("f", {dirty(3)}) == "undefined element");
}

TEST_CASE("a backtrace has the callee in its caller's place", "[singlepass]") {
  const Guests guests(R"((module (func $trap unreachable) (func $gone (param i32) (if (local.get 0) (then (return_call $trap))) (return_call $trap)) (func $middle (call $gone (i32.const 1)))
    (func (export "f") (call $middle))))");
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const auto result = guests[i].call("f");
    REQUIRE_FALSE(result.has_value());
    std::string frames;
    for (const Frame& frame : result.error().backtrace()) frames += std::to_string(frame.function) + " ";
    CHECK(frames == "0 2 3 ");
  }
}

TEST_CASE("ten million tail calls between instances, and of host functions, take no stack", "[singlepass]") {
  const Runtime<Singlepass> runtime;
  Store store;
  const auto first = runtime.compile(wat(R"((module (type $t (func (param i64 i64 i64 i64 i64 i64 i64) (result i64 i64))) (table (export "table") 1 funcref) (memory 1) (data (i32.const 0) "\05")
    (func $f (export "f") (type $t) (if (i64.eqz (local.get 0)) (then (return (local.get 6) (i64.load8_u (i32.const 0)))))
      (return_call_indirect (type $t) (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (i64.add (local.get 6) (i64.const 1)) (i32.const 0)))
    (func (export "begin") (param i64) (result i64 i64 i64) (call $f (local.get 0) (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5) (i64.const 6)) (i64.load8_u (i32.const 0)))))")).value();
  const auto second = runtime.compile(wat(R"((module (type $t (func (param i64 i64 i64 i64 i64 i64 i64) (result i64 i64))) (import "first" "table" (table 1 funcref)) (import "first" "f" (func $f (type $t))) (memory 1) (data (i32.const 0) "\06")
    (elem (i32.const 0) $g)
    (func $g (type $t) (return_call $f (i64.sub (local.get 0) (i64.const 1)) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (local.get 6)))))")).value();
  const auto a = runtime.instantiate(store, first).value();
  CHECK(runtime.instantiate(store, second, Imports{{"first", a}}).has_value());
  const auto begin = a.function<std::tuple<std::int64_t, std::int64_t, std::int64_t>(std::int64_t)>("begin").value();
  CHECK(begin(ten_million / 2).value() == std::tuple(ten_million / 2 + 6, std::int64_t{5}, std::int64_t{5}));

  const auto third = runtime.compile(wat(R"((module (import "host" "f" (func $host (param i64 i64 i64 i64 i64 i64 i64) (result i64 f64))) (import "host" "fail" (func $fail))
    (func $g (param i64) (result i64 f64) (return_call $host (local.get 0) (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4) (i64.const 5) (i64.const 6)))
    (func (export "begin") (param i64) (result i64 f64) (local i64)
      (loop (local.set 1 (i64.add (local.get 1) (call $g (local.get 0)) (drop))) (br_if 0 (i64.ne (local.tee 0 (i64.sub (local.get 0) (i64.const 1))) (i64.const 0))))
      (local.get 1) (f64.const 0.5))
    (func (export "direct") (param i64) (result i64 f64) (return_call $g (local.get 0)))
    (func (export "fail") (return_call $fail))))")).value();
  const auto b = runtime.instantiate(store, third, Imports{
    {"host", "f", [](std::int64_t n, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t last) { return std::tuple<std::int64_t, double>(n % 2 + last, 1.5); }},
    {"host", "fail", [] { return Result<void>(Error(ErrorId::host_error)); }},
  }).value();
  const auto direct = b.function<std::tuple<std::int64_t, double>(std::int64_t)>("direct").value();
  CHECK(direct(5).value() == std::tuple(std::int64_t{7}, 1.5));
  CHECK(b.function<std::tuple<std::int64_t, double>(std::int64_t)>("begin").value()(1'000'000).value() == std::tuple(std::int64_t{6'500'000}, 0.5));
  CHECK(b.function<void()>("fail").value()().error().id() == ErrorId::host_error);
}

TEST_CASE("functions that tail-call each other for ever can be interrupted", "[singlepass]") {
  const Runtime<Singlepass> runtime;
  const auto module = runtime.compile(wat(R"((module (type $t (func (param i64))) (table funcref (elem $a))
    (func $a (export "direct") (type $t) (return_call $b (local.get 0)))
    (func $b (type $t) (return_call $a (local.get 0)))
    (func $c (export "framed") (type $t) (local i64 i64 i64 i64 i64 i64 i64 i64 i64) (local.set 9 (local.get 0)) (return_call $c (local.get 9)))
    (func (export "indirect") (type $t) (return_call_indirect (type $t) (local.get 0) (i32.const 0)))))")).value();
  for (const char* const name : {"direct", "framed", "indirect"}) {
    const auto instance = runtime.instantiate(module).value();
    const auto function = instance.function<void(std::int64_t)>(name).value();
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      instance.interrupt();
    });
    const auto result = function(1);
    other.join();
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().id() == ErrorId::interrupted);
    CHECK(result.error().backtrace().size() == 1);
  }
}
