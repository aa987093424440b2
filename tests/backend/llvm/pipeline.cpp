#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

TEST_CASE("a higher level does more", "[llvm]") {
  constexpr std::string_view text = "(module (func $g (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))) (func (export \"f\") (param i32) (result i32) (call $g (local.get 0))))";
  CHECK(count(optimized_ir(text, {.level = llvm_backend::Level::none}), "call i32 @f0") == 1);
  CHECK(count(optimized_ir(text, {.level = llvm_backend::Level::usual}), "call i32 @f0") == 0);
}
TEST_CASE("loops become vectors where traps need not be exact", "[llvm]") {
  constexpr std::string_view text = R"((module (memory 1) (func (export "f") (param i32 i32) (local i32)
    (loop (i32.store (i32.add (local.get 0) (local.get 2)) (i32.mul (local.get 1) (i32.load (i32.add (local.get 0) (local.get 2)))))
      (br_if 0 (i32.lt_u (local.tee 2 (i32.add (local.get 2) (i32.const 4))) (i32.const 4096)))))))";
  CHECK(has(optimized_ir(text, {.exact_traps = false}), "vector.body") == (WASMER_LLVM >= 15));  // LLVM 14's vectorizer wants pointers that say what they point to
  CHECK_FALSE(has(optimized_ir(text), "vector.body"));
  CHECK_FALSE(has(optimized_ir(text, {.level = llvm_backend::Level::some, .exact_traps = false}), "vector.body"));
}
