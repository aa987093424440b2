#include <wasmer/text/annotations.hpp>

#include <string>

#include "../catch.hpp"
#include "encoded.hpp"

using namespace wasmer;
using tests::encoded;

TEST_CASE("custom sections go where they are told to, else to the end") {
  CHECK(encoded("(@custom \"a\" \"x\" \"\" \"\\01\")") == "00 04 01 61 78 01");
  CHECK(encoded("(@custom \"z\") (@custom \"b\" (before memory)) (@custom \"a\" (after type)) (@custom \"f\" (before first)) (type (func)) (memory 0) (@custom \"l\" (after last))") ==
        "00 02 01 66 01 04 01 60 00 00 00 02 01 61 00 02 01 62 05 03 01 00 00 00 02 01 7a 00 02 01 6c");
  CHECK(encoded("(module (@custom \"a\" (after data)))") == "00 02 01 61");
}

TEST_CASE("a custom section that can't be read is malformed") {
  CHECK(encoded("(@custom)") == "<text>:1:9: @custom annotation: missing section name");
  CHECK(encoded("(@custom \"\\ff\")") == "<text>:1:15: @custom annotation: malformed UTF-8 encoding");
  CHECK(encoded("(@custom \"a\" (beside type))") == "<text>:1:22: @custom annotation: malformed placement");
  CHECK(encoded("(@custom \"a\" (before last))") == "<text>:1:26: @custom annotation: malformed section kind");
  CHECK(encoded("(@custom \"a\" (before type \"\"))") == "<text>:1:29: @custom annotation: malformed placement");
  CHECK(encoded("(@custom \"a\" here)") == "<text>:1:14: @custom annotation: unexpected token");
  CHECK(encoded("(func (@custom \"a\"))") == "<text>:1:8: misplaced @custom annotation");
  CHECK(encoded("(func (nop) (@custom \"a\"))") == "<text>:1:14: misplaced @custom annotation");
}

TEST_CASE("a name annotation gives people a name that identifiers cannot have, or another") {
  const auto module = wat("(module $m (@name \"M\") (func $f (@name \"F\") (param (@name \"p\") i32) (local $l (@name \"L\") i32)) (memory (@name \"X\") 0) (start $f))");
  REQUIRE(module.has_value());
  CHECK(tests::hex(module.value()).ends_with("04 6e 61 6d 65 00 02 01 4d 01 04 01 00 01 46 02 09 01 00 02 00 01 70 01 01 4c 06 04 01 00 01 58"));
  CHECK(encoded("(func (param (@name \"x\") i32)) (start $x)") == "<text>:1:39: unknown function $x");
}

TEST_CASE("a name is given once, and to something") {
  CHECK(encoded("(module (@name \"a\") (@name \"b\"))") == "<text>:1:22: @name annotation: multiple module");
  CHECK(encoded("(module (func) (@name \"a\"))") == "<text>:1:17: misplaced @name annotation");
  CHECK(encoded("(module (func nop (@name \"a\")))") == "<text>:1:20: misplaced @name annotation");
  CHECK(encoded("(module (@name))") == "<text>:1:15: @name annotation: unexpected token");
  CHECK(encoded("(module (@name \"\\ff\"))") == "<text>:1:21: @name annotation: malformed UTF-8 encoding");
}

TEST_CASE("branch hints become a section before the code, with offsets from the beginning of the body") {
  const std::string hint = "(@metadata.code.branch_hint \"\\01\")";
  const std::string section = "00 20 19 6d 65 74 61 64 61 74 61 2e 63 6f 64 65 2e 62 72 61 6e 63 68 5f 68 69 6e 74 01 00 01 03 01 01 0a";
  CHECK(encoded("(func i32.const 0 " + hint + " if end)").find(section) != std::string::npos);
  CHECK(encoded("(func " + hint + " (if (i32.const 0) (then)))").find(section) != std::string::npos);
  CHECK(encoded("(func i32.const 0 " + hint + " br_if 0)").find(section) != std::string::npos);
  CHECK(encoded("(func " + hint + " (br_if 0 (i32.const 0)))").find(section) != std::string::npos);
}

TEST_CASE("a branch hint stands once, in a function, before a branch of two ways") {
  const std::string hint = "(@metadata.code.branch_hint \"\\00\")";
  CHECK(encoded("(func i32.const 0 " + hint + hint + " if end)") == "<text>:1:54: @metadata.code.branch_hint annotation: duplicate annotation");
  CHECK(encoded(hint + "(func)") == "<text>:1:2: @metadata.code.branch_hint annotation: not in a function");
  CHECK(encoded("(func) " + hint) == "<text>:1:9: @metadata.code.branch_hint annotation: not in a function");
  CHECK(encoded("(global i32 " + hint + " (i32.const 0))") == "<text>:1:14: @metadata.code.branch_hint annotation: not in a function");
  CHECK(encoded("(func " + hint + " nop)") == "<text>:1:8: @metadata.code.branch_hint annotation: invalid target");
  CHECK(encoded("(func (br_if " + hint + " 0))") == "<text>:1:15: @metadata.code.branch_hint annotation: invalid target");
  CHECK(encoded("(func (@metadata.code.branch_hint \"\") br_if 0)") == "<text>:1:37: @metadata.code.branch_hint annotation: unexpected token");
}
