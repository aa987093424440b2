#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
constexpr std::string_view memory_text = R"((module (memory 1) (memory $other 1) (memory $far i64 1) (data (i32.const 65532) "\80\ff\01\02")
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "sign") (param i32) (result i64) (i64.load16_s offset=4 (local.get 0)))
  (func (export "most") (param i32) (result i32) (i32.load offset=0xffffffff (local.get 0)))
  (func (export "other") (param i32) (result i32) (i32.store8 $other (local.get 0) (i32.const 0x1ff)) (i32.load $other (local.get 0)))
  (func (export "far") (param i64) (result i32) (i32.load $far offset=8 (local.get 0)))
  (func (export "unused") (param i32) (drop (i32.load (local.get 0))))
  (func (export "unused product") (param i32) (drop (i32.mul (i32.load (local.get 0)) (i32.const 3))))))";
}
TEST_CASE("accesses up to the last byte", "[llvm]") {
  const Guests guests(memory_text);
  CHECK(guests.call("load", {Value(65532)}) == "33685376");
  CHECK(guests.call("sign", {Value(65528)}) == "-128");
  CHECK(guests.call("other", {Value(65532)}) == "255");
  CHECK(guests.call("far", {Value(std::int64_t{65524})}) == "0");
}
TEST_CASE("accesses beyond it are traps, wherever they lie", "[llvm]") {
  const Guests guests(memory_text);
  for (const int at : {65533, 65536, 0x7FFF'FFFF, -4, -1}) CHECK(guests.call("load", {Value(at)}) == "out of bounds memory access");
  CHECK(guests.call("most", {Value(0)}) == "out of bounds memory access");
  CHECK(guests.call("other", {Value(65533)}) == "out of bounds memory access");
  for (const std::int64_t at : {std::int64_t{65525}, std::int64_t{-8}, std::int64_t{-1}}) CHECK(guests.call("far", {Value(at)}) == "out of bounds memory access");
}
TEST_CASE("a load traps that nobody uses", "[llvm]") {
  const Guests guests(memory_text);
  CHECK(guests.call("unused", {Value(65533)}) == "out of bounds memory access");
  CHECK(guests.call("unused product", {Value(65533)}) == "out of bounds memory access");
}
TEST_CASE("where traps are exact, every access of memory behind guard pages is volatile in the end", "[llvm]") {
  const std::string_view text = "(module (memory 1) (func (export \"f\") (param i32) (result i32) (i32.store offset=4 (local.get 0) (i32.const 1)) (i32.load offset=8 (local.get 0))))";
  CHECK(has(optimized_ir(text), "load volatile i32"));
  CHECK(has(optimized_ir(text), "store volatile i32"));
  CHECK_FALSE(has(optimized_ir(text, {.bounds = Bounds::explicit_}), "load volatile i32"));
  CHECK_FALSE(has(optimized_ir(text, {.exact_traps = false}), "volatile i32"));
}
TEST_CASE("a load traps that is inlined into who does not need it", "[llvm]") {
  const std::string text = "(module (memory 1) (func $load (param i32) (result i32) (i32.load (local.get 0))) (func (export \"f\") (param i32) (drop (call $load (local.get 0)))))";
  CHECK(on_llvm(text, "f", {Value(65536)}) == "out of bounds memory access");
  CHECK(on_llvm(text, "f", {Value(65532)}) == "");
}
TEST_CASE("what was stored before a trap has been stored, and nothing behind it", "[llvm]") {
  const std::string text = R"((module (memory 1) (global $g (mut i32) (i32.const 0))
    (func $store (param i32) (result i32)
      (i32.store (i32.const 0) (i32.const 1)) (global.set $g (i32.const 1))
      (drop (i32.load (local.get 0)))
      (i32.store (i32.const 0) (i32.const 2)) (global.set $g (i32.const 2))
      (i32.const 0))
    (func (export "f") (param i32) (result i32) (call $store (local.get 0)))
    (func (export "g") (param i32) (result i32) (i32.add (i32.load (i32.const 0)) (i32.mul (global.get $g) (i32.const 10))))))";
  for (const Setting setting : all_settings()) {
    const Guest guest = Guest::make(setting, text).value();
    INFO(to_string(setting));
    CHECK(to_words(guest.call("f", {Value(65536)})) == "out of bounds memory access");
    CHECK(to_words(guest.call("g", {Value(0)})) == "11");
    CHECK(to_words(guest.call("f", {Value(0)})) == "0");
    CHECK(to_words(guest.call("g", {Value(0)})) == "22");
  }
}
TEST_CASE("a load traps whose value LLVM finds not to matter", "[llvm]") {
  for (const char* const body : {"(i32.mul (i32.load (local.get 0)) (i32.const 0))", "(i32.and (i32.load (local.get 0)) (i32.const 0))", "(i32.xor (i32.load (local.get 0)) (i32.load (local.get 0)))",
                                 "(select (i32.load (local.get 0)) (i32.const 1) (i32.const 0))", "(i32.lt_u (i32.load (local.get 0)) (i32.const 0))"}) {
    INFO(body);
    CHECK(on_llvm("(module (memory 1) (func (export \"f\") (param i32) (result i32) " + std::string(body) + "))", "f", {Value(65536)}) == "out of bounds memory access");
  }
}
TEST_CASE("a load of which only a part is used is as wide as the guest says", "[llvm]") {
  for (const char* const body : {"(i32.wrap_i64 (i64.load (local.get 0)))", "(i32.and (i32.load offset=4 (local.get 0)) (i32.const 255))", "(i32.wrap_i64 (i64.shr_u (i64.load (local.get 0)) (i64.const 8)))",
                                 "(i32x4.extract_lane 0 (v128.load (local.get 0)))", "(i32.extend8_s (i32.load offset=4 (local.get 0)))"}) {
    INFO(body);
    CHECK(on_llvm("(module (memory 1) (func (export \"f\") (param i32) (result i32) " + std::string(body) + "))", "f", {Value(65529)}) == "out of bounds memory access");
  }
}
TEST_CASE("a load traps also where only the other way needs its value", "[llvm]") {
  const Guests guests(R"((module (memory 1) (global $g (mut i32) (i32.const 0))
    (func (export "select") (param i32 i32) (result i32) (select (i32.load (local.get 0)) (local.get 1) (i32.eqz (local.get 0))))
    (func (export "if") (param i32 i32) (result i32) (local $v i32)
      (local.set $v (i32.load (local.get 0)))
      (if (result i32) (local.get 1) (then (i32.const 3)) (else (i32.mul (local.get $v) (i32.const 5)))))
    (func (export "last") (param i32 i32) (result i32) (local $v i32)
      (loop $again
        (local.set $v (i32.load (local.get 0)))
        (global.set $g (local.get 1))
        (local.set 0 (i32.sub (local.get 0) (i32.const 4)))
        (br_if $again (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
      (local.get $v))
    (func (export "g") (result i32) (global.get $g))))");
  for (const char* const name : {"select", "if", "last"}) {
    INFO(name);
    CHECK(guests.call(name, {Value(65536), Value(9)}) == "out of bounds memory access");
  }
  CHECK(guests.call("g") == "0");
  CHECK(guests.call("last", {Value(65532), Value(9)}) == "0");
  CHECK(guests.call("g") == "1");
}
TEST_CASE("no load that traps comes before a store, of whatever it is", "[llvm]") {
  constexpr const char* begin = R"((module (memory 1) (table $t 1 funcref) (elem declare func $f) (global $g (mut i32) (i32.const 0)) (func $f)
    (func (export "see") (result i32)
      (i32.add (i32.mul (i32.load offset=64 (i32.const 0)) (i32.const 100)) (i32.add (i32.mul (global.get $g) (i32.const 10)) (i32.eqz (ref.is_null (table.get $t (i32.const 0)))))))
    (func (export "run") (param $p i32) (param $n i32) (result i32) (local $v i32) )";
  struct Case {
    const char *body, *seen;
  };
  for (const Case each : {
           // A loop whose load is the same each time.
           Case{"(loop $l (global.set $g (local.get $n)) (local.set $v (i32.load (local.get $p))) (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))) (local.get $v)", "30"},
           Case{"(loop $l (table.set $t (i32.const 0) (ref.func $f)) (local.set $v (i32.load (local.get $p))) (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))) (local.get $v)", "1"},
           Case{"(loop $l (i32.store offset=64 (i32.const 0) (local.get $n)) (local.set $v (i32.load offset=128 (local.get $p))) (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))) (local.get $v)", "300"},
           // One that comes later in both ways.
           Case{"(if (local.get $n) (then (global.set $g (i32.const 1)) (local.set $v (i32.load (local.get $p)))) (else (global.set $g (i32.const 2)) (local.set $v (i32.load (local.get $p))))) (local.get $v)", "10"},
           // Stores that another one follows.
           Case{"(i32.store offset=64 (i32.const 0) (i32.const 1)) (global.set $g (i32.const 1)) (local.set $v (i32.load (local.get $p))) (i32.store offset=64 (i32.const 0) (i32.const 2)) (global.set $g (i32.const 2)) (local.get $v)", "110"},
           // The same address, a few bytes apart.
           Case{"(local.set $p (i32.sub (local.get $p) (i32.const 4))) (i32.store offset=64 (i32.const 0) (i32.const 1)) (i32.store (local.get $p) (i32.const 7)) (global.set $g (i32.load (local.get $p)))"
                "(local.set $v (i32.load offset=4 (local.get $p))) (global.set $g (i32.const 1)) (local.get $v)", "170"},
           // A value that is only looked at behind a store.
           Case{"(local.set $v (i32.load (local.get $p))) (global.set $g (i32.const 4)) (if (i32.eq (local.get $n) (i32.const 5)) (then (return (local.get $v)))) (i32.const 0)", "0"},
       }) {
    INFO(each.body);
    const std::string text = begin + std::string(each.body) + "))";
    const Guests guests(text);
    CHECK(guests.call("run", {Value(65536), Value(3)}) == "out of bounds memory access");
    CHECK(guests.call("see") == each.seen);
  }
}
TEST_CASE("a loop that does nothing but load traps where it must", "[llvm]") {
  const Guests guests(R"((module (memory 1)
    (func (export "f") (param i32) (loop $l (drop (i32.load8_u (local.get 0))) (br_if $l (local.tee 0 (i32.add (local.get 0) (i32.const 1))))))))");
  CHECK(guests.call("f", {Value(60000)}) == "out of bounds memory access");
}
TEST_CASE("an address that is loaded, and then not needed, has been loaded", "[llvm]") {
  const Guests guests(R"((module (memory 1)
    (func $next (param i32) (result i32) (i32.load (i32.load (local.get 0))))
    (func (export "f") (param i32) (drop (call $next (local.get 0))))
    (func (export "twice") (param i32) (drop (i32.add (call $next (local.get 0)) (call $next (local.get 0)))))))");
  for (const char* const name : {"f", "twice"}) {
    CHECK(guests.call(name, {Value(65536)}) == "out of bounds memory access");
    CHECK(guests.call(name, {Value(65528)}) == "");
  }
}
