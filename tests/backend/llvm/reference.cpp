#include "../../catch.hpp"
#include "listing.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {
constexpr std::string_view reference_text = R"((module (func $f (export "g")) (elem declare func $f)
  (func (export "null") (param i32) (result i32) (ref.is_null (select (result funcref) (ref.func $f) (ref.null func) (local.get 0))))
  (func (export "as") (param i32) (drop (ref.as_non_null (select (result funcref) (ref.func $f) (ref.null func) (local.get 0)))))
  (func (export "on") (param i32) (result i32) (block $n (drop (br_on_null $n (select (result funcref) (ref.func $f) (ref.null func) (local.get 0)))) (return (i32.const 1))) (i32.const 2))
  (func (export "eq") (param externref) (result i32) (ref.eq (ref.i31 (i32.const 5)) (ref.i31 (i32.const 5))))))";
}
TEST_CASE("references and null", "[llvm]") {
  const Guests guests(reference_text);
  CHECK(guests.call("null", {Value(0)}) == "1");
  CHECK(guests.call("null", {Value(1)}) == "0");
  CHECK(guests.call("as", {Value(0)}) == "null reference");
  CHECK(guests.call("on", {Value(0)}) == "2");
  CHECK(guests.call("on", {Value(1)}) == "1");
}
