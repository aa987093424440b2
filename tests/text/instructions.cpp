#include <wasmer/text/instructions.hpp>

#include <string>

#include "../catch.hpp"
#include "encoded.hpp"

using namespace wasmer;
using tests::body;

TEST_CASE("instructions stand one after the other, or folded around their operands") {
  CHECK(body("i32.const 1 i32.const 2 i32.add drop") == "41 01 41 02 6a 1a");
  CHECK(body("(drop (i32.add (i32.const 1) (i32.const 2)))") == "41 01 41 02 6a 1a");
  CHECK(body("i32.const 1 (drop (i32.add (i32.const 2)))") == "41 01 41 02 6a 1a");
}

TEST_CASE("blocks are encoded with their type in its shortest form") {
  CHECK(body("block end loop end") == "02 40 0b 03 40 0b");
  CHECK(body("(block (result i64) (unreachable)) drop") == "02 7e 00 0b 1a");
  CHECK(body("block (result funcref) unreachable end drop") == "02 70 00 0b 1a");
  CHECK(body("i32.const 0 block (param i32) drop end", "(type (func (param i32)))") == "41 00 02 00 1a 0b");
  CHECK(body("block (type 0) end", "(type (func))") == "02 00 0b");
}

TEST_CASE("an if has its condition first, and no else where none is needed") {
  CHECK(body("(if (i32.const 1) (then nop) (else unreachable))") == "41 01 04 40 01 05 00 0b");
  CHECK(body("i32.const 1 if nop else unreachable end") == "41 01 04 40 01 05 00 0b");
  CHECK(body("(if (i32.const 1) (then nop))") == "41 01 04 40 01 0b");
  CHECK(body("(if (i32.const 1) (then) (else))") == "41 01 04 40 0b");
  CHECK(body("i32.const 1 if else end") == "41 01 04 40 0b");
  CHECK(body("(if (result i32) (i32.const 1) (then (i32.const 2)) (else (if (result i32) (i32.const 3) (then (i32.const 4)) (else (i32.const 5))))) drop") ==
        "41 01 04 7f 41 02 05 41 03 04 7f 41 04 05 41 05 0b 0b 1a");
}

TEST_CASE("labels are counted from the inside, and a name may be hidden") {
  CHECK(body("block $a block $b br $a br $b br 1 end end") == "02 40 02 40 0c 01 0c 00 0c 01 0b 0b");
  CHECK(body("block $a block $a br $a end br $a end") == "02 40 02 40 0c 00 0b 0c 00 0b");
  CHECK(body("(block $a (br_table $a 0 1 (i32.const 0)))") == "02 40 41 00 0e 02 00 00 01 0b");
  CHECK(body("(if $l (i32.const 0) (then (br $l)))") == "41 00 04 40 0c 00 0b");
  CHECK(body("block $a end $a i32.const 0 if $b else $b end $b") == "02 40 0b 41 00 04 40 0b");
}

TEST_CASE("a label that is repeated must be the same") {
  CHECK(body("block $a end $b") == "<text>:2:20: mismatching label $b");
  CHECK(body("block end $b") == "<text>:2:17: mismatching label $b");
  CHECK(body("i32.const 0 if $a else $b end") == "<text>:2:30: mismatching label $b");
}

TEST_CASE("a label that is not in scope is unknown") {
  CHECK(body("br $a") == "<text>:2:10: unknown label $a");
  CHECK(body("block $a end br $a") == "<text>:2:23: unknown label $a");
  CHECK(body("(if $a (br $a) (then))") == "<text>:2:18: unknown label $a");
}

TEST_CASE("blocks end as they begin") {
  CHECK(body("block") == "<text>:2:12: unexpected token )");
  CHECK(body("end") == "<text>:2:7: unexpected token end");
  CHECK(body("(block end)") == "<text>:2:14: unexpected token end");
  CHECK(body("else") == "<text>:2:7: unexpected token else");
  CHECK(body("(if (i32.const 0))") == "<text>:2:24: unexpected token )");
  CHECK(body("(if (i32.const 0) (else))") == "<text>:2:26: unexpected token else");
  CHECK(body("(if (then) (then))") == "<text>:2:19: unexpected token then");
  CHECK(body("(if (then) nop)") == "<text>:2:18: unexpected token nop");
  CHECK(body("i32.const 0 if else else end") == "<text>:2:27: unexpected token else");
  CHECK(body("(then)") == "<text>:2:8: unexpected token then");
  CHECK(body("(i32.add nop)") == "<text>:2:16: unexpected token nop");
}

TEST_CASE("an unknown word is told apart from one that stands in the wrong place") {
  CHECK(body("(i32.plus)") == "<text>:2:8: unknown operator i32.plus");
  CHECK(body("(module)") == "<text>:2:8: unexpected token module");
  CHECK(body("i32.const0") == "<text>:2:7: unknown operator i32.const0");
  CHECK(body("i32.const") == "<text>:2:16: unexpected token )");
  CHECK(body("5") == "<text>:2:7: unexpected token 5");
}

TEST_CASE("exceptions are caught by clauses whose labels are outside of the try_table") {
  CHECK(body("(block $h (try_table $h (catch $e $h) (catch_ref 0 0) (catch_all $h) (catch_all_ref 0) (throw $e)))", "(tag $e)") ==
        "02 40 1f 40 04 00 00 00 01 00 00 02 00 03 00 08 00 0b 0b");
  CHECK(body("throw_ref") == "0a");
}

TEST_CASE("legacy exceptions are read folded and flat") {
  const std::string flat = body("try $l throw $e catch $e rethrow $l catch_all nop end", "(tag $e)");
  CHECK(flat == "06 40 08 00 07 00 09 00 19 01 0b");
  CHECK(body("(try $l (do (throw $e)) (catch $e (rethrow $l)) (catch_all nop))", "(tag $e)") == flat);
  CHECK(body("(try $l (do (try (do) (delegate $l))))") == "06 40 06 40 18 00 0b");
  CHECK(body("try $l try delegate $l end") == "06 40 06 40 18 00 0b");
  CHECK(body("(try (do) (catch_all) (catch_all))") == "<text>:2:30: unexpected token catch_all");
  CHECK(body("(try (do) (catch $e) (delegate 0))", "(tag $e)") == "<text>:2:29: unexpected token delegate");
  CHECK(body("(try (catch_all))") == "<text>:2:13: unexpected token catch_all");
  CHECK(body("try catch_all catch_all end") == "<text>:2:21: unexpected token catch_all");
}

TEST_CASE("blocks and folded operands of any depth take no stack") {
  const std::size_t depth = 300'000;
  std::string folded, flat;
  for (std::size_t i = 0; i < depth; ++i) folded += "(block $x (drop ", flat += "block $x ";
  CHECK(wat("(func " + folded).error().id() == ErrorId::unexpected_token);
  CHECK(wat("(func " + folded + std::string(2 * depth, ')') + ")").has_value());
  for (std::size_t i = 0; i < depth; ++i) flat += "br $x end ";
  CHECK(wat("(func " + flat + ")").has_value());
}
