#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
std::string function(const char* body) { return "(module (memory 1) (global $g (mut i32) (i32.const 0)) (func (export \"f\") (param i32) (result i32) (local $i i32) " + std::string(body) + "))"; }
}  // namespace

TEST_CASE("a load that guard pages check is marked until LLVM is through with it", "[llvm]") {
  constexpr const char* mark = "call void @llvm.sideeffect() [ \"deopt\"(";
  CHECK(count(ir(function("(i32.load (local.get 0))")), mark) == 1);
  CHECK(count(ir(function("(i32.load (i32.load (local.get 0)))")), mark) == 2);
  CHECK(count(ir(function("(i32.load (local.get 0))"), {.bounds = Bounds::explicit_}), mark) == 0);
  CHECK(count(ir(function("(i32.load (local.get 0))"), {.exact_traps = false}), mark) == 0);
  CHECK(count(optimized_ir(function("(i32.load (local.get 0))")), mark) == 0);
}
TEST_CASE("a marked load is an ordinary one: it gives way to an equal one, to a store, and leaves loops", "[llvm]") {
  constexpr const char* load = "load volatile i32";
  CHECK(count(optimized_ir(function("(i32.add (i32.load (local.get 0)) (i32.load (local.get 0)))")), load) == 1);
  CHECK(count(optimized_ir(function("(i32.store (local.get 0) (i32.const 4)) (i32.load (local.get 0))")), load) == 0);
  const std::string text = optimized_ir(function("(loop $l (local.set $i (i32.add (i32.mul (local.get $i) (i32.const 3)) (i32.load (local.get 0)))) (br_if $l (i32.lt_u (local.get $i) (i32.const 1000000)))) (local.get $i)"));
  CHECK(count(text, load) == 1);
  CHECK((text.find(load) < text.find(" = phi i32")) == (WASMER_LLVM >= 15));  // for LLVM 14 a call with a bundle writes memory
}
