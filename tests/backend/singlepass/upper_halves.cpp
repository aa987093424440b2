#include <cstdint>
#include <string>
#include <utility>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// `$dirty` answers with its operand in a register whose upper half is full of rubbish; the table holds `$dirty` at index 3.
std::string module_of(const std::string& fields) {
  return R"((module (memory (export "memory") 1) (data (i32.const 8) "\11\22\33\44\55\66\77\88")
    (type $unary (func (param i32) (result i32)))
    (table $t 8 funcref) (elem (i32.const 3) $dirty)
    (func $dirty (param i64) (result i32) local.get 0 i64.const 0xdeadbeef00000000 i64.or i32.wrap_i64)
    (func $same (param i32) (result i32) local.get 0)
    (func $wide (param i32 i32 i32 i32 i32 i32 i32) (result i64) local.get 6 i64.extend_i32_u local.get 0 i64.extend_i32_u i64.add)
    )" + fields + ")";
}

std::string run(const std::string& body, std::int32_t argument, const std::string& result = "i64") {
  return execute(module_of("(func (export \"f\") (param i32) (result " + result + ") (local $x i32) (local $y i64) " + body + ")"), "f", {dirty(static_cast<std::uint32_t>(argument))});
}

/// A dirty 8, by way of a call.
constexpr const char* eight = " i64.const 8 call $dirty ";

}  // namespace

TEST_CASE("an i32's rubbish upper half does not show when it is extended", "[singlepass]") {
  CHECK(run("local.get 0 i64.extend_i32_u", 8) == "8");
  CHECK(run("local.get 0 i64.extend_i32_u", -8) == "4294967288");
  CHECK(run("local.get 0 i64.extend_i32_s", -8) == "-8");
  CHECK(run(eight + std::string("i64.extend_i32_u"), 0) == "8");
  CHECK(run(eight + std::string("i64.extend_i32_s"), 0) == "8");
  CHECK(run("i64.const 0x100000008 local.tee $y i32.wrap_i64 i64.extend_i32_u local.get $y i64.add", 0) == "4294967312");
  CHECK(run("local.get 0 i32.extend8_s i64.extend_i32_u", 0x180) == "4294967168");
}

TEST_CASE("an i32's rubbish upper half does not show when it is converted", "[singlepass]") {
  CHECK(run("local.get 0 f64.convert_i32_u", -1, "f64") == "4294967295");
  CHECK(run("local.get 0 f64.convert_i32_s", -1, "f64") == "-1");
  CHECK(run("local.get 0 f32.convert_i32_u", 7, "f32") == "7");
  CHECK(run(eight + std::string("f64.convert_i32_u"), 0, "f64") == "8");
  CHECK(run("local.get 0 f32.reinterpret_i32", 0x40490FDB, "f32") == "3.1415927");
}

TEST_CASE("an i32's rubbish upper half does not move an address", "[singlepass]") {
  CHECK(run("local.get 0 i64.load", 8) == "-8613303245920329199");
  CHECK(run("local.get 0 i64.load offset=4", 4) == "-8613303245920329199");
  CHECK(run(eight + std::string("i64.load"), 0) == "-8613303245920329199");
  CHECK(run("i64.const 8 call $dirty local.set $x local.get $x i64.load local.get $x i64.load32_u i64.sub", 0) == "-8613303247064530944");
  CHECK(run("local.get 0 i64.const 5 i64.store local.get 0 i64.load", 16) == "5");
  CHECK(run("local.get 0 local.get 0 i64.extend_i32_u i64.store32 local.get 0 i64.load32_u", 24) == "24");
  CHECK(run("local.get 0 i64.load", 65529) == "out of bounds memory access");
}

TEST_CASE("an i32's rubbish upper half does not show in comparisons and branches", "[singlepass]") {
  CHECK(run("local.get 0 i32.eqz", 0, "i32") == "1");
  CHECK(run("local.get 0 i32.const 8 i32.eq", 8, "i32") == "1");
  CHECK(run("local.get 0 i32.const 9 i32.lt_u", 8, "i32") == "1");
  CHECK(run("local.get 0 if (result i32) i32.const 1 else i32.const 2 end", 0, "i32") == "2");
  CHECK(run("(block local.get 0 br_if 0 i32.const 3 return) i32.const 4", 0, "i32") == "3");
  CHECK(run("i32.const 5 i32.const 6 i64.const 0 call $dirty select", 0, "i32") == "6");
}

TEST_CASE("an i32's rubbish upper half does not lead a br_table astray", "[singlepass]") {
  const std::string table = "(block (block (block (block %s br_table 0 1 2 3) i32.const 10 return) i32.const 11 return) i32.const 12 return) i32.const 13";
  const auto with = [&](const std::string& index) { return std::string(table).replace(table.find("%s"), 2, index); };
  for (int i = 0; i < 5; ++i) {
    const std::string expected = std::to_string(10 + std::min(i, 3));
    CHECK(run(with("local.get 0"), i, "i32") == expected);
    CHECK(run(with("i64.const " + std::to_string(i) + " call $dirty"), 0, "i32") == expected);
  }
  CHECK(run(with("local.get 0"), -1, "i32") == "13");
}

TEST_CASE("an i32's rubbish upper half does not show in indices and counts of tables and memory", "[singlepass]") {
  CHECK(run("local.get 0 table.get $t ref.is_null", 3, "i32") == "0");
  CHECK(run("local.get 0 table.get $t ref.is_null", 2, "i32") == "1");
  CHECK(run("local.get 0 ref.func $dirty table.set $t local.get 0 table.get $t ref.is_null", 1, "i32") == "0");
  CHECK(run("local.get 0 table.get $t ref.is_null", 8, "i32") == "out of bounds table access");
  CHECK(run("i64.const 6 local.get 0 call_indirect (param i64) (result i32)", 3, "i32") == "6");
  CHECK(run("i64.const 6 local.get 0 call_indirect (param i64) (result i32)", 9, "i32") == "undefined element");
  CHECK(run("ref.null func local.get 0 table.grow $t table.size $t i32.add", 2, "i32") == "18");
  CHECK(run("local.get 0 memory.grow drop memory.size", 1, "i32") == "2");
  CHECK(run("local.get 0 i32.const 0x55 local.get 0 memory.fill local.get 0 i64.load8_u", 8) == "85");
  CHECK(run("i64.const 32 call $dirty local.get 0 local.get 0 memory.copy i32.const 32 i64.load", 8) == "-8613303245920329199");
}

TEST_CASE("an i32's rubbish upper half does not pass a call's argument or result", "[singlepass]") {
  CHECK(run("local.get 0 call $same i64.extend_i32_u", 8) == "8");
  CHECK(run(eight + std::string("call $same i64.extend_i32_u"), 8) == "8");
  CHECK(run(std::string(eight) + eight + eight + eight + eight + eight + eight + "call $wide", 0) == "16");
  CHECK(run("local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 local.get 0 call $wide", -1) == "8589934590");
}

TEST_CASE("an i32's rubbish upper half is gone where branches meet", "[singlepass]") {
  // Both arms leave the local, or the block's result, in the register that calls answer in. An address shows what is left in the upper half.
  for (const int condition : {0, 1}) {
    const std::string at = condition == 0 ? "9" : "8", loaded = condition == 0 ? "34" : "17";
    for (const auto& [use, expected] : {std::pair<std::string, std::string>{"i64.extend_i32_u", at}, {"i64.load8_u", loaded}}) {
      CHECK(run("local.get 0 if i64.const 8 call $dirty local.set $x else i64.const 9 call $dirty local.set $x end local.get $x " + use, condition) == expected);
      CHECK(run("local.get 0 if (result i32) i64.const 8 call $dirty else i64.const 9 call $dirty end " + use, condition) == expected);
      CHECK(run("(block (result i32) i64.const 8 call $dirty local.get 0 br_if 0 drop i64.const 9 call $dirty) " + use, condition) == expected);
      CHECK(run("(block i64.const 8 call $dirty local.set $x local.get 0 br_if 0 i64.const 9 call $dirty local.set $x) local.get $x " + use, condition) == expected);
    }
    CHECK(run("(block (result i32) i64.const 8 call $dirty local.get 0 i32.eqz i32.eqz br_table 0 0) local.tee $x i64.extend_i32_u", condition) == "8");
  }
}

TEST_CASE("an i32's rubbish upper half is gone when a loop begins again", "[singlepass]") {
  CHECK(run(R"(i64.const 3 call $dirty local.set $x
    (loop $again
      local.get $y local.get $x i64.extend_i32_u i64.add local.set $y
      local.get $x i64.extend_i32_u i64.const 1 i64.sub call $dirty local.tee $x br_if $again)
    local.get $y)", 0) == "6");
  CHECK(run(R"(i64.const 3 call $dirty
    (loop $again (param i32)
      local.tee $x i64.extend_i32_u local.get $y i64.add local.set $y
      local.get $x i64.extend_i32_u i64.const 1 i64.sub call $dirty
      local.get $x i32.const 1 i32.ne br_if $again drop)
    local.get $y)", 0) == "6");
}
