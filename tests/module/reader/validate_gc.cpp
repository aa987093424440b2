#include <wasmer/module/reader/validate_gc.hpp>

#include <string>
#include <string_view>

#include <wasmer/module/parse.hpp>
#include <wasmer/module/validate.hpp>
#include <wasmer/text/wat.hpp>

#include "../../catch.hpp"

using namespace wasmer;

namespace {

/// "valid", or the words of what is wrong with a function of this body, which may use types $s, $t, $a and $b.
std::string check(std::string_view body) {
  const std::string text = R"((module (type $s (sub (struct (field i8) (field (mut i64)) (field (ref eq))))) (type $t (sub $s (struct (field i8) (field (mut i64)) (field (ref i31)))))
    (type $a (array (mut i16))) (type $b (array (ref null $s))) (type $c (array (mut (ref null $t)))) (data "abc") (elem (ref null $t) (ref.null $t))
    (func )" + std::string(body) + "))";
  const Result<Module> module = parse(wat(text).value(), Features::wasm3());
  const Result<void> result = module.has_value() ? validate(module.value(), Features::wasm3()) : Result<void>(module.error());
  return result.has_value() ? "valid" : std::string(result.error().words());
}

}  // namespace

TEST_CASE("structures are made of their fields' values, and read and written by type") {
  CHECK(check("(result (ref $s)) (struct.new $s (i32.const 0) (i64.const 0) (ref.i31 (i32.const 0)))") == "valid");
  CHECK(check("(result (ref $s)) (struct.new $t (i32.const 0) (i64.const 0) (ref.i31 (i32.const 0)))") == "valid");
  CHECK(check("(result (ref $t)) (struct.new $t (i32.const 0) (i64.const 0) (ref.as_non_null (ref.null eq)))") == "type mismatch");
  CHECK(check("(result (ref $s)) (struct.new_default $s)") == "type mismatch");
  CHECK(check("(param (ref null $t)) (result i32) (struct.get_s $s 0 (local.get 0))") == "valid");
  CHECK(check("(param (ref null $t)) (result i32) (struct.get $s 0 (local.get 0))") == "type mismatch");
  CHECK(check("(param (ref null $s)) (result (ref i31)) (struct.get $t 2 (local.get 0))") == "type mismatch");
  CHECK(check("(param (ref null $s)) (struct.set $s 1 (local.get 0) (i64.const 1))") == "valid");
  CHECK(check("(param (ref null $s)) (struct.set $s 0 (local.get 0) (i32.const 1))") == "immutable field");
  CHECK(check("(param (ref null $s)) (result i32) (struct.get $s 3 (local.get 0))") == "unknown field");
  CHECK(check("(param (ref null $a)) (result i32) (struct.get $a 0 (local.get 0))") == "type mismatch");
}

TEST_CASE("arrays hold numbers or references, and bulk operations ask which") {
  CHECK(check("(result (ref $a)) (array.new_data $a 0 (i32.const 0) (i32.const 1))") == "valid");
  CHECK(check("(result (ref $b)) (array.new_data $b 0 (i32.const 0) (i32.const 1))") == "array type is not numeric or vector");
  CHECK(check("(result (ref $b)) (array.new_elem $b 0 (i32.const 0) (i32.const 1))") == "valid");
  CHECK(check("(result (ref $a)) (array.new_elem $a 0 (i32.const 0) (i32.const 1))") == "type mismatch");
  CHECK(check("(param (ref $b)) (array.set $b (local.get 0) (i32.const 0) (ref.null $s))") == "immutable array");
  CHECK(check("(param (ref $c) (ref $b)) (array.copy $c $b (local.get 0) (i32.const 0) (local.get 1) (i32.const 0) (i32.const 0))") == "array types do not match");
  CHECK(check("(param (ref $b)) (result i32) (array.len (local.get 0))") == "valid");
  CHECK(check("(param (ref $a)) (result i32) (array.get_u $a (local.get 0) (i32.const 0))") == "valid");
  CHECK(check("(param (ref $a)) (result i32) (array.get $a (local.get 0) (i32.const 0))") == "type mismatch");
  CHECK(check("(result (ref $a)) (array.new_fixed $a 2 (i32.const 0))") == "type mismatch");
}

TEST_CASE("a cast stays within a hierarchy") {
  CHECK(check("(param anyref) (result (ref $t)) (ref.cast (ref $t) (local.get 0))") == "valid");
  CHECK(check("(param anyref) (result i32) (ref.test (ref i31) (local.get 0))") == "valid");
  CHECK(check("(param anyref) (result i32) (ref.test (ref func) (local.get 0))") == "type mismatch");
  CHECK(check("(param externref) (result anyref) (any.convert_extern (local.get 0))") == "valid");
  CHECK(check("(param externref) (result (ref any)) (any.convert_extern (local.get 0))") == "type mismatch");
  CHECK(check("(param i32) (result i32) (i31.get_s (local.get 0))") == "type mismatch");
  CHECK(check("(param eqref i31ref) (result i32) (ref.eq (local.get 0) (local.get 1))") == "valid");
  CHECK(check("(param anyref) (result i32) (ref.eq (local.get 0) (ref.null none))") == "type mismatch");
}

TEST_CASE("a branch on a cast takes the target's type along, and leaves what is not of it") {
  CHECK(check("(param (ref null $s)) (result (ref $t)) (block (result (ref null $s)) (br_on_cast 1 (ref null $s) (ref $t) (local.get 0))) (unreachable)") == "valid");
  CHECK(check("(param (ref null $s)) (result (ref $t)) (block (result (ref $s)) (br_on_cast 1 (ref null $s) (ref $t) (local.get 0))) (unreachable)") == "type mismatch");
  CHECK(check("(param (ref null $s)) (result (ref $t)) (block (result (ref $s)) (br_on_cast 1 (ref null $s) (ref null $t) (local.get 0))) (unreachable)") == "type mismatch");
  CHECK(check("(param (ref null $s)) (result (ref $s)) (block (result (ref null $t)) (br_on_cast_fail 1 (ref null $s) (ref null $t) (local.get 0))) (unreachable)") == "valid");
  CHECK(check("(param (ref null $s)) (result (ref $t)) (br_on_cast 0 (ref $t) (ref null $s) (local.get 0)) (unreachable)") == "type mismatch");
}
