#include <wasmer/text/immediates.hpp>

#include <string>

#include "../catch.hpp"
#include "encoded.hpp"

using namespace wasmer;
using tests::body;

TEST_CASE("constants are exact") {
  CHECK(body("i32.const 0xffff_ffff i32.const -1 i64.const -0x8000_0000_0000_0000") == "41 7f 41 7f 42 80 80 80 80 80 80 80 80 80 7f");
  CHECK(body("f32.const nan:0x1 f64.const -0x1p-1074") == "43 01 00 80 7f 44 01 00 00 00 00 00 00 80");
  CHECK(body("i32.const 4294967296") == "<text>:2:17: constant out of range 4294967296");
  CHECK(body("i32.const 1.0") == "<text>:2:17: unexpected token 1.0");
  CHECK(body("i32.const 0x") == "<text>:2:17: unknown operator 0x");
  CHECK(body("f32.const 1e39") == "<text>:2:17: constant out of range 1e39");
}

TEST_CASE("a vector has the lanes that its shape says") {
  CHECK(body("v128.const i32x4 1 -1 0x10 4294967295") == "fd 0c 01 00 00 00 ff ff ff ff 10 00 00 00 ff ff ff ff");
  CHECK(body("v128.const f64x2 1 -inf") == "fd 0c 00 00 00 00 00 00 f0 3f 00 00 00 00 00 00 f0 ff");
  CHECK(body("v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 255") == "fd 0c 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e ff");
  CHECK(body("v128.const i64x2 1") == "<text>:2:25: wrong number of lane literals");
  CHECK(body("v128.const i64x2 1 2 3") == "<text>:2:28: wrong number of lane literals");
  CHECK(body("v128.const i8x16 256 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15") == "<text>:2:24: constant out of range 256");
  CHECK(body("v128.const 1 2") == "<text>:2:18: unexpected token 1");
}

TEST_CASE("a memory access has an offset and an alignment, both of which may be left out") {
  CHECK(body("i32.load i64.load offset=300 i32.store8 align=1 f64.load offset=0x10 align=4") == "28 02 00 29 03 ac 02 3a 00 00 2b 02 10");
  CHECK(body("i32.load offset=0xffffffffffffffff") == "28 02 ff ff ff ff ff ff ff ff ff 01");
  CHECK(body("i32.load align=0") == "<text>:2:16: alignment must be a power of two align=0");
  CHECK(body("i32.load align=3") == "<text>:2:16: alignment must be a power of two align=3");
  CHECK(body("i32.load offset=-1") == "<text>:2:16: unknown operator offset=-1");
  CHECK(body("i32.load offset=18446744073709551616") == "<text>:2:16: i64 constant out of range offset=18446744073709551616");
  CHECK(body("i32.load align=4 offset=0") == "<text>:2:24: unexpected token offset=0");
}

TEST_CASE("a memory access names its memory if that is not the first") {
  const std::string two = "(memory 1) (memory $m 1)";
  CHECK(body("i32.load $m offset=4 i32.load 0", two) == "28 42 01 04 28 02 00");
  CHECK(body("v128.load8_lane 1 v128.load8_lane 1 2 v128.load8_lane $m offset=1 3 v128.load8_lane 1 align=1 4", two) ==
        "fd 54 00 00 01 fd 54 40 01 00 02 fd 54 40 01 01 03 fd 54 40 01 00 04");
  CHECK(body("v128.load8_lane 1 nop", two) == "fd 54 00 00 01 01");
  CHECK(body("memory.size memory.grow $m memory.fill 1 memory.copy memory.copy 1 $m", two) == "3f 00 40 01 fc 0b 01 fc 0a 00 00 fc 0a 01 01");
  CHECK(body("memory.copy 1 nop", two) == "<text>:2:21: unexpected token nop");
}

TEST_CASE("segments are named before or after what they fill, and written the other way round") {
  const std::string fields = "(memory 1) (memory $m 1) (table 1 funcref) (table $t 1 funcref) (elem $e func) (data $d \"\")";
  CHECK(body("memory.init 0 memory.init $m $d data.drop $d", fields) == "fc 08 00 00 fc 08 00 01 fc 09 00");
  CHECK(body("table.init $e table.init $t 0 elem.drop 0 table.copy table.copy 1 0", fields) == "fc 0c 00 00 fc 0c 00 01 fc 0d 00 fc 0e 00 00 fc 0e 01 00");
}

TEST_CASE("tables may be left out where there is one") {
  const std::string fields = "(table 1 funcref) (table $t 1 funcref) (type $s (func (param i32)))";
  CHECK(body("call_indirect call_indirect $t (type $s) call_indirect (param i32) return_call_indirect 1 (type 0)", fields) ==
        "11 01 00 11 00 01 11 00 00 13 00 01");
  CHECK(body("table.get table.set $t table.size 1 table.grow table.fill", fields) == "25 00 26 01 fc 10 01 fc 0f 00 fc 11 00");
}

TEST_CASE("a select may say its type") {
  CHECK(body("select") == "1b");
  CHECK(body("select (result i32)") == "1c 01 7f");
  CHECK(body("(select (result i32) (result i64))") == "1c 02 7f 7e");
  CHECK(body("select (result)") == "1c 00");
}

TEST_CASE("lanes are bytes") {
  CHECK(body("i8x16.extract_lane_s 15 i64x2.replace_lane 255") == "fd 15 0f fd 1e ff");
  CHECK(body("i8x16.extract_lane_s 256") == "<text>:2:28: i8 constant out of range 256");
  CHECK(body("i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31") == "fd 0d 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 1f");
  CHECK(body("i8x16.shuffle 0 1") == "<text>:2:24: invalid lane length");
  CHECK(body("i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16") == "<text>:2:59: invalid lane length");
}

TEST_CASE("references name a heap type") {
  CHECK(body("ref.null func ref.null extern ref.null $t ref.func 0 ref.is_null", "(type $t (func))") == "d0 70 d0 6f d0 00 d2 00 d1");
  CHECK(body("ref.test (ref $t) ref.test (ref null $t) ref.cast anyref ref.cast (ref eq)", "(type $t (func))") == "fb 14 00 fb 15 00 fb 17 6e fb 16 6d");
  CHECK(body("(block $l br_on_cast $l anyref (ref i31))") == "02 40 fb 18 01 00 6e 6c 0b");
}

TEST_CASE("fields of structures are found by name or number") {
  const std::string types = "(type (struct (field i32))) (type $s (struct (field $a i32) (field i64 i64) (field $b (mut i8)))) (type $a (array i8)) (data \"\") (elem func)";
  CHECK(body("struct.get $s $b struct.set 1 3 struct.get_u $s 0 struct.new $s", types) == "fb 02 01 03 fb 05 01 03 fb 04 01 00 fb 00 01");
  CHECK(body("array.new $a array.new_fixed $a 300 array.copy $a 2 array.new_data $a 0 array.init_elem $a 0", types) ==
        "fb 06 02 fb 08 02 ac 02 fb 11 02 02 fb 09 02 00 fb 13 02 00");
  CHECK(body("struct.get 0 $a", types) == "<text>:2:20: unknown field $a");
}

TEST_CASE("every kind of atomic and wide instruction is encoded from the table") {
  CHECK(body("atomic.fence i32.atomic.rmw.add offset=4 memory.atomic.wait64 i64.mul_wide_u i64.add128") == "fe 03 00 fe 1e 02 04 fe 02 03 00 fc 16 fc 13");
}

TEST_CASE("indices that no number has are out of range") {
  CHECK(body("local.get 4294967296") == "<text>:2:17: i32 constant out of range 4294967296");
  CHECK(body("local.get $x") == "<text>:2:17: unknown local $x");
  CHECK(body("call $f") == "<text>:2:12: unknown function $f");
  CHECK(body("global.get -1") == "<text>:2:18: unexpected token -1");
}
