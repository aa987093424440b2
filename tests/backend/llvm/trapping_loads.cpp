#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

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
TEST_CASE("where traps need not be exact, only a load that nobody uses is volatile", "[llvm]") {
  const std::string code = optimized_ir("(module (memory 1) (func (export \"f\") (param i32) (result i32) (local i32) (drop (i32.add (i32.load (local.get 0)) (i32.const 1))) (local.set 1 (i32.load offset=4 (local.get 0))) (i32.load offset=8 (local.get 0))))", {.exact_traps = false});
  CHECK(count(code, "load volatile i32") == 2);
  CHECK(count(code, "load i32") == 1);
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
TEST_CASE("a signalling NaN does not outlive arithmetic that changes no number", "[llvm]") {
  for (const char* const body : {"(f32.sub (local.get 0) (f32.const 0))", "(f32.mul (local.get 0) (f32.const 1))", "(f32.div (local.get 0) (f32.const 1))", "(f32.add (local.get 0) (f32.const -0))",
                                 "(f32.demote_f64 (f64.promote_f32 (local.get 0)))"}) {
    const std::string text = "(module (func (export \"f\") (param f32) (result i32) (i32.shr_u (i32.reinterpret_f32 " + std::string(body) + ") (i32.const 22))))";
    CHECK(on_llvm(text, "f", {Value(ValueType::f32, 0x7FA0'0000)}) == "511");
  }
}
