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
TEST_CASE("where traps are exact, every access of memory behind guard pages is volatile", "[llvm]") {
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
