#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
constexpr std::string_view cast_text = R"((module (type $a (sub (struct (field i32)))) (type $b (sub $a (struct (field i32 i32)))) (type $r (array i8))
  (type $1 (sub $b (struct (field i32 i32)))) (type $2 (sub $1 (struct (field i32 i32)))) (type $3 (sub $2 (struct (field i32 i32)))) (type $4 (sub $3 (struct (field i32 i32))))
  (type $5 (sub $4 (struct (field i32 i32)))) (type $6 (sub $5 (struct (field i32 i32)))) (type $7 (sub $6 (struct (field i32 i32)))) (type $8 (sub $7 (struct (field i32 i32))))
  (func $make (param i32) (result anyref)
    (if (i32.eq (local.get 0) (i32.const 0)) (then (return (struct.new_default $a)))) (if (i32.eq (local.get 0) (i32.const 1)) (then (return (struct.new_default $b))))
    (if (i32.eq (local.get 0) (i32.const 2)) (then (return (ref.i31 (i32.const -5))))) (if (i32.eq (local.get 0) (i32.const 3)) (then (return (array.new_default $r (i32.const 2)))))
    (if (i32.eq (local.get 0) (i32.const 8)) (then (return (struct.new_default $8)))) (ref.null any))
  (func (export "b") (param i32) (result i32) (ref.test (ref $b) (call $make (local.get 0))))
  (func (export "deep") (param i32) (result i32) (ref.test (ref null $7) (call $make (local.get 0))))
  (func (export "array") (param i32) (result i32) (ref.test (ref array) (call $make (local.get 0))))
  (func (export "eq") (param i32) (result i32) (ref.test (ref eq) (call $make (local.get 0))))
  (func (export "i31") (param i32) (result i32) (i31.get_s (ref.cast (ref i31) (call $make (local.get 0)))))
  (func (export "branch") (param i32) (result i32) (block $is (result (ref $a)) (drop (br_on_cast $is anyref (ref $a) (call $make (local.get 0)))) (return (i32.const 0))) (drop) (i32.const 1))))";
std::string all(std::string_view name) {
  const Guests guests(cast_text);
  std::string answers;
  for (const int i : {0, 1, 2, 3, 8, 9}) answers += guests.call(name, {Value(i)}) + " ";
  return answers;
}
}
TEST_CASE("objects are tested by their type, near or deep", "[llvm]") {
  CHECK(all("b") == "0 1 0 0 1 0 ");
  CHECK(all("deep") == "0 0 0 0 1 1 ");
}
TEST_CASE("and by the kind of it", "[llvm]") {
  CHECK(all("array") == "0 0 0 1 0 0 ");
  CHECK(all("eq") == "1 1 1 1 1 0 ");
}
TEST_CASE("a cast that fails is a trap, a branch on one is not", "[llvm]") {
  CHECK(all("i31") == "cast failure cast failure -5 cast failure cast failure cast failure ");
  CHECK(all("branch") == "1 1 0 0 1 0 ");
}
