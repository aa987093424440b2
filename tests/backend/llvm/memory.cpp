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
