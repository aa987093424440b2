#include <wasmer/module/printer.hpp>

#include <fstream>
#include <iterator>
#include <string>

#include <wasmer/module/parser.hpp>
#include <wasmer/text/wat.hpp>

#include "../catch.hpp"
#include "../corpus.hpp"

using namespace wasmer;

namespace {

std::string printed(const std::vector<std::byte>& bytes) { return print(parse(bytes, Features::wasm2()).value(), Features::wasm2()).value(); }

void check_round_trip(std::string_view source) {
  const std::vector<std::byte> bytes = wat(source).value();
  const std::string text = printed(bytes);
  INFO(text);
  CHECK((wat(text).value() == bytes));
}

}  // namespace

TEST_CASE("types in groups and below others, and what is made of them, print as they parse") {
  const std::vector<std::byte> bytes = wat(R"((module (type (sub (struct (field i8) (field (mut i64)) (field (ref null 0))))) (type (sub final 0 (struct (field i8) (field (mut i64)) (field (ref null 0)) (field f32))))
    (rec (type (array (mut i16))) (type (func (param (ref 2)) (result (ref null 3)))) (type (sub (array anyref)))) (data "ab") (elem (ref null 0) (ref.null 0))
    (global (ref 2) (array.new_fixed 2 2 (i32.const 1) (i32.const 2))) (global (ref null 0) (struct.new 0 (i32.const 1) (i64.const 2) (ref.null 0))) (global i31ref (ref.i31 (i32.const 5)))
    (func (param anyref) (result i32) (drop (block (result anyref) (br_on_cast 0 anyref (ref 0) (local.get 0)))) (drop (block (result (ref null 1)) (br_on_cast_fail 0 (ref null 1) (ref null 1) (ref.null 1))))
      (drop (struct.get_s 0 0 (ref.cast (ref null 0) (local.get 0)))) (drop (array.new_data 2 0 (i32.const 0) (i32.const 1))) (array.copy 2 2 (ref.null 2) (i32.const 0) (ref.null 2) (i32.const 0) (i32.const 0))
      (i32.add (ref.test (ref 2) (local.get 0)) (ref.test nullref (local.get 0))))))").value();
  const std::string text = print(parse(bytes, Features::wasm3()).value(), Features::wasm3()).value();
  INFO(text);
  CHECK((wat(text).value() == bytes));
}

TEST_CASE("a module prints as one definition or instruction a line") {
  CHECK(printed(wat(R"((module (import "env" "log" (func (param i32)))
    (func (export "f") (param i32 i64) (result i32) (local f32 f32 i32)
      (if (result i32) (local.get 0) (then (call 0 (i32.const -5)) (i32.load offset=8 align=1 (local.get 0))) (else (unreachable))))
    (memory 1 2) (data (i32.const 0) "a\00\ff")))").value()) == R"((module
  (type (;0;) (func (param i32)))
  (type (;1;) (func (param i32 i64) (result i32)))
  (import "env" "log" (func (;0;) (type 0)))
  (func (;1;) (type 1) (param i32 i64) (result i32)
    (local f32 f32 i32)
    local.get 0
    if (result i32)
      i32.const -5
      call 0
      local.get 0
      i32.load offset=8 align=1
    else
      unreachable
    end)
  (memory (;0;) 1 2)
  (export "f" (func 1))
  (data (;0;) (offset i32.const 0) "a\00\ff")
)
)");
}

TEST_CASE("text, binary, text, binary: the two binaries are equal") {
  check_round_trip("(module)");
  check_round_trip("(module (func) (start 0))");
  check_round_trip("(module (type (func (param i32 i64) (result f32 f64))) (type (func (param i32 i64) (result f32 f64))) (func (type 1) unreachable))");
  check_round_trip(R"((module (import "a" "t" (table 1 2 externref)) (import "a" "m" (memory 1)) (import "a" "g" (global (mut i64))) (global funcref (ref.null func))))");
  check_round_trip("(module (memory 1) (func (v128.store align=4 (i32.const 0) (v128.const f32x4 1 -0 nan inf))))");
  check_round_trip("(module (func (param f32 f64) (result f64) f32.const nan:0x200000 drop f64.const -nan drop f32.const 0x1p-149 drop f64.const 0.1))");
}

TEST_CASE("segments of every form survive a round trip") {
  check_round_trip(R"((module (table 4 funcref) (table 4 externref) (memory 1) (func)
    (elem (i32.const 0) func 0 0) (elem (table 1) (i32.const 1) externref (ref.null extern)) (elem func 0) (elem declare func 0)
    (elem funcref (ref.func 0) (ref.null func)) (elem declare externref) (elem (i32.const 0) funcref (ref.null func))
    (data "passive") (data (i32.const 1) "active")
    (func (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0)) (data.drop 1)
          (table.init 1 1 (i32.const 0) (i32.const 0) (i32.const 0)) (elem.drop 2) (table.copy 1 1 (i32.const 0) (i32.const 0) (i32.const 0)))))");
}

TEST_CASE("blocks, branches and immediates of every kind survive a round trip") {
  check_round_trip(R"((module (type (func (param i32) (result i32))) (type (func (param i32) (result i32))) (table 1 funcref) (memory 1) (global (mut i32) (i32.const 7))
    (func (param i32) (result i32)
      local.get 0
      block (type 0) loop (type 1) local.get 0 br_if 1 end end
      block local.get 0 br_table 0 0 0 end
      global.get 0 global.set 0
      local.get 0 call_indirect (type 1)
      memory.size drop ref.null extern ref.is_null drop
      ref.null func ref.null func local.get 0 select (result funcref) drop)
    (func (param v128) (result i32)
      local.get 0 local.get 0 i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31 i16x8.extract_lane_s 3
      i32.const 0 local.get 0 v128.load8_lane offset=2 5 drop)))");
}

TEST_CASE("dead code is printed too") {
  check_round_trip("(module (func (result i32) unreachable i32.add block br 0 nop end select return i32.const 1))");
}

TEST_CASE("names from the name section are identifiers where they can be") {
  const std::string text = printed(wat("(module $m (func $f (param $x i32) (local $y i64) local.get $x drop) (func $g (call $f (i32.const 1))))").value());
  CHECK(text.find("(func $f (type 0) (param $x i32)\n    (local $y i64)\n    local.get $x") != std::string::npos);
  CHECK(text.find("call $f") != std::string::npos);
}

TEST_CASE("an invalid module is not printed but refused") {
  const auto bytes = wat("(module (func (result i32)))").value();
  CHECK(print(parse(bytes, Features::wasm2()).value(), Features::wasm2()).error().words() == "type mismatch");
}

TEST_CASE("programs of the corpus print as text that encodes to what prints the same") {
  REQUIRE_CORPUS();
  for (const auto* name : {"bench/wasmi/coremark.wasm", "bench/wasmi/bz2.wasm", "bench/wasmi/erc20.wasm"}) {
    std::ifstream file(corpus(name), std::ios::binary);
    const std::string contents{std::istreambuf_iterator<char>(file), {}};
    const auto begin = reinterpret_cast<const std::byte*>(contents.data());
    const std::string text = printed({begin, begin + contents.size()});
    CHECK((printed(wat(text).value()) == text));
  }
}
