#include <wasmer/text/parser.hpp>

#include <chrono>
#include <string>

#include "../catch.hpp"
#include "encoded.hpp"

using namespace wasmer;
using tests::encoded;

TEST_CASE("a module is its magic number and its sections") {
  const auto module = wat("(module)");
  REQUIRE(module.has_value());
  CHECK(tests::hex(module.value()) == "00 61 73 6d 01 00 00 00");
  CHECK(encoded("(module $m)") == "");
  CHECK(encoded("") == "");
}

TEST_CASE("fields may stand without a module around them") {
  CHECK(encoded("(func)(memory 1)") == encoded("(module (func)(memory 1))"));
  CHECK(encoded("(func)(memory 1)") == "01 04 01 60 00 00 03 02 01 00 05 03 01 00 01 0a 04 01 02 00 0b");
}

TEST_CASE("sections come in the order of the binary format, whatever that of the fields") {
  CHECK(encoded("(export \"e\" (global 0)) (data \"d\") (elem func) (tag) (global i32 (i32.const 7)) (memory 0) (table 0 funcref) (start 0) (func (data.drop 0))") ==
        "01 04 01 60 00 00 03 02 01 00 04 04 01 70 00 00 05 03 01 00 00 0d 03 01 00 00 06 06 01 7f 00 41 07 0b 07 05 01 01 65 03 00 08 01 00"
        " 09 04 01 01 00 00 0c 01 01 0a 07 01 05 00 fc 09 00 0b 0b 04 01 01 01 64");
}

TEST_CASE("a type that a use spells out is found, or added after those that are defined") {
  CHECK(encoded("(func (param i64)) (func (result i32) unreachable) (func (param i64)) (type (func (result i32)))").starts_with(
        "01 09 02 60 00 01 7f 60 01 7e 00 03 04 03 01 00 01"));
  CHECK(encoded("(type $t (func (param i32))) (func (type $t)) (func (type $t) (param $x i32) (local.get $x drop))") == "<text>:1:92: unexpected token drop");
  CHECK(encoded("(type (sub (func))) (rec (type (func)) (type (func))) (func)").starts_with("01 11 03 50 00 60 00 00 4e 02 60 00 00 60 00 00 60 00 00 03 02 01 03"));
}

TEST_CASE("a type that is used by index and spelled out must be the same twice") {
  CHECK(encoded("(type $t (func (param i32))) (func (type $t) (param i64))") == "<text>:1:42: inline function type differs from that of type 0");
  CHECK(encoded("(type $t (struct)) (func (type $t) (param i64))") == "<text>:1:32: inline function type differs from that of type 0");
  CHECK(encoded("(func (type 1) (param i64))") == "<text>:1:13: unknown type 1");
  CHECK(encoded("(func (type $t))") == "<text>:1:13: unknown type $t");
  CHECK(encoded("(func (result i32) (param i32))") == "<text>:1:21: unexpected token param");
}

TEST_CASE("types of the third version are encoded") {
  CHECK(encoded("(type $s (sub final (struct (field i8) (field $x (mut i16)) (field (ref null $s) (ref any)))))") == "01 0d 01 5f 04 78 00 77 01 63 00 00 64 6e 00");
  CHECK(encoded("(rec (type $a (array (mut (ref $b)))) (type $b (sub $a (array anyref))))") == "01 0d 01 4e 02 5e 64 01 01 50 01 00 5e 6e 00");
  CHECK(encoded("(rec)") == "01 03 01 4e 00");
  CHECK(encoded("(rec (type (func)))") == "01 04 01 60 00 00");
  CHECK(encoded("(type (struct (field $x i32) (field $x i32)))") == "<text>:1:37: duplicate field $x");
}

TEST_CASE("functions declare locals in runs") {
  CHECK(encoded("(func (param $a i32) (local i32 i32) (local $b i64) (local) (local i64 f32) (local.set $b (i64.const 0)))") ==
        "01 05 01 60 01 7f 00 03 02 01 00 0a 0e 01 0c 03 02 7f 02 7e 01 7d 42 00 21 03 0b");
  CHECK(encoded("(func (param $a i32) (local $a i32))") == "<text>:1:29: duplicate local $a");
  CHECK(encoded("(type $t (func (param i32 i32))) (func (type $t) (local $x f32) (drop (local.get $x)))").ends_with("20 02 1a 0b"));
}

TEST_CASE("imports and exports are fields, or stand inside of what they import and export") {
  const std::string both = "01 04 01 60 00 00 02 07 01 01 6d 01 66 00 00 07 05 01 01 65 00 00";
  CHECK(encoded("(import \"m\" \"f\" (func $f)) (export \"e\" (func $f))") == both);
  CHECK(encoded("(func (export \"e\") (import \"m\" \"f\"))") == both);
  CHECK(encoded("(table $t (export \"a\") (export \"b\") 1 2 funcref)") == "04 05 01 70 01 01 02 07 09 02 01 61 01 00 01 62 01 00");
  CHECK(encoded("(memory (import \"m\" \"m\") i64 1 2 shared) (global (import \"m\" \"g\") (mut f64)) (table (import \"m\" \"t\") i64 0 (ref extern)) (tag (import \"m\" \"e\") (param i32))") ==
        "01 05 01 60 01 7f 00 02 20 04 01 6d 01 6d 02 07 01 02 01 6d 01 67 03 7c 01 01 6d 01 74 01 64 6f 04 00 01 6d 01 65 04 00 00");
}

TEST_CASE("imports come before definitions") {
  CHECK(encoded("(func) (import \"\" \"\" (memory 0))") == "<text>:1:8: import after function");
  CHECK(encoded("(memory 0) (table (import \"\" \"\") 0 funcref)") == "<text>:1:19: import after memory");
  CHECK(encoded("(global i32 (i32.const 0)) (func (import \"\" \"\"))") == "<text>:1:34: import after global");
}

TEST_CASE("names are given once in each index space, and may be used before") {
  CHECK(encoded("(func $x) (memory $x 0) (func $x)") == "<text>:1:31: duplicate func $x");
  CHECK(encoded("(import \"\" \"\" (func $x)) (func $x)") == "<text>:1:32: duplicate func $x");
  CHECK(encoded("(type $t (func)) (rec (type $t (func)))") == "<text>:1:29: duplicate type $t");
  CHECK(encoded("(start $later) (func $later)").find("08 01 00") != std::string::npos);
  CHECK(encoded("(export \"a\" (func $f))") == "<text>:1:19: unknown function $f");
}

TEST_CASE("a module starts once") { CHECK(encoded("(func) (start 0) (start 0)") == "<text>:1:19: multiple start sections"); }

TEST_CASE("a table may hold its elements or an initial value") {
  CHECK(encoded("(func $f) (table $t funcref (elem $f $f))") == "01 04 01 60 00 00 03 02 01 00 04 05 01 70 01 02 02 09 08 01 00 41 00 0b 02 00 00 0a 04 01 02 00 0b");
  CHECK(encoded("(table i64 externref (elem (ref.null extern)))") == "04 05 01 6f 05 01 01 09 0b 01 06 00 42 00 0b 6f 01 d0 6f 0b");
  CHECK(encoded("(global (import \"\" \"g\") externref) (table 3 externref (global.get 0))") == "02 07 01 00 01 67 03 6f 00 04 09 01 40 00 6f 00 03 23 00 0b");
  CHECK(encoded("(table 3 funcref (ref.null func))") == "04 04 01 70 00 03");  // says no more than its absence
}

TEST_CASE("a memory may hold its data, and have pages of another size") {
  CHECK(encoded("(memory (data \"ab\" \"c\"))") == "05 04 01 01 01 01 0b 09 01 00 41 00 0b 03 61 62 63");
  CHECK(encoded("(memory i64 (pagesize 1) (data \"ab\"))") == "05 05 01 0d 02 02 00 0b 08 01 00 42 00 0b 02 61 62");
  CHECK(encoded("(memory 1 2 (pagesize 65536))") == "05 05 01 09 01 02 10");
  CHECK(encoded("(memory 0 (pagesize 3))") == "<text>:1:21: invalid custom page size 3");
  CHECK(encoded("(memory 0 (pagesize 0))") == "<text>:1:21: invalid custom page size 0");
  CHECK(encoded("(memory i64 0x1_0000_0000_0000_0000)") == "<text>:1:13: i64 constant out of range 0x1_0000_0000_0000_0000");
}

TEST_CASE("element segments have the shortest of their eight forms") {
  const std::string fields = "(table 1 funcref) (table $t 1 funcref) (func $f) ";
  const auto segment = [&](std::string_view text) {
    const std::string all = encoded(fields + std::string(text));
    const std::size_t begin = all.find("09 ", 50), end = all.rfind(" 0a 04 01 02 00 0b");
    return all.starts_with("<") ? all : all.substr(begin + 9, end - begin - 9);
  };
  CHECK(segment("(elem (i32.const 1) $f)") == "00 41 01 0b 01 00");
  CHECK(segment("(elem $e (offset i32.const 1) func $f $f)") == "00 41 01 0b 02 00 00");
  CHECK(segment("(elem func 0)") == "01 00 01 00");
  CHECK(segment("(elem (table $t) (i32.const 1) func $f)") == "02 01 41 01 0b 00 01 00");
  CHECK(segment("(elem declare func $f)") == "03 00 01 00");
  CHECK(segment("(elem (i32.const 1) funcref (ref.func $f) (item ref.null func))") == "04 41 01 0b 02 d2 00 0b d0 70 0b");
  CHECK(segment("(elem externref)") == "05 6f 00");
  CHECK(segment("(elem (table 0) (i32.const 1) (ref func) (ref.func $f))") == "06 00 41 01 0b 64 70 01 d2 00 0b");
  CHECK(segment("(elem declare (ref null func) (item (ref.func 0)))") == "07 70 01 d2 00 0b");
  CHECK(segment("(elem 1 (i32.const 1) $f)") == "02 01 41 01 0b 00 01 00");  // older syntax
}

TEST_CASE("data segments are passive, or active in some memory") {
  CHECK(encoded("(data \"a\" \"\\ff\")") == "0b 05 01 01 02 61 ff");
  CHECK(encoded("(memory 1) (memory $m 1) (data $d (memory $m) (i32.const 1) \"\")") == "05 05 02 00 01 00 01 0b 07 01 02 01 41 01 0b 00");
  CHECK(encoded("(memory 1) (data (offset (i32.const 1)))") == "05 03 01 00 01 0b 06 01 00 41 01 0b 00");
}

TEST_CASE("identifiers become a name section, unless they are not wanted") {
  const auto module = wat("(module $m (type $t (struct (field $x i32))) (func $f (param $a i32) (local $b i32)) (memory $mem 0) (tag $e))");
  REQUIRE(module.has_value());
  CHECK(tests::hex(module.value()).ends_with(
      "00 36 04 6e 61 6d 65 00 02 01 6d 01 04 01 00 01 66 02 09 01 00 02 00 01 61 01 01 62 04 04 01 00 01 74 06 06 01 00 03 6d 65 6d 0a 06 01 00 01 00 01 78 0b 04 01 00 01 65"));
  CHECK(wat("(func (block $l))").value() == wat("(func (block $l))", "", {.names = false}).value());
}

TEST_CASE("names in a module are UTF-8, data is anything") {
  CHECK(encoded("(func (export \"\\ff\"))") == "<text>:1:15: malformed UTF-8 encoding \"\\ff\"");
  CHECK(encoded("(import \"\\ff\" \"\" (func))") == "<text>:1:9: malformed UTF-8 encoding \"\\ff\"");
  CHECK(encoded("(data \"\\ff\")") == "0b 04 01 01 01 ff");
}

TEST_CASE("the first error is told, with the file, the line and the column") {
  const auto module = wat("(module\n  (func\n    i32.add i32.sub plus))\n(", "dir/a.wat");
  REQUIRE_FALSE(module.has_value());
  CHECK(module.error().message() == "dir/a.wat:3:21: unknown operator plus");
  CHECK(module.error().stage() == Stage::malformed);
  CHECK(module.error().id() == ErrorId::unknown_operator);
  CHECK(module.error().offset() == 36);
}

TEST_CASE("text goes on after a module only by mistake") {
  CHECK(encoded("(module) (module)") == "<text>:1:10: unexpected token (");
  CHECK(encoded("(module))") == "<text>:1:9: unexpected token )");
  CHECK(encoded("(module") == "<text>:1:8: unexpected token at the end");
  CHECK(encoded("(module \"") == "<text>:1:9: unclosed string");
  CHECK(encoded("(func) nop") == "<text>:1:8: unexpected token nop");
  CHECK(encoded("(module (nop))") == "<text>:1:10: unexpected token nop");
  CHECK(encoded("(") == "<text>:1:2: unexpected token at the end");
}

TEST_CASE("every beginning of a text, and every text with a byte changed, is a module or an error with a place") {
  const std::string text =
      "(module $m (type $t (sub (func (param i32)))) (import \"a\" \"b\" (func $i (type $t))) (table $x 1 funcref) (memory $y i64 1 2 shared (pagesize 1))"
      " (global $g (mut i32) (i32.const 0x1_0)) (elem (table 0) (offset i32.const 0) (ref null func) (item ref.func 0)) (data (i32.const 0) \"\\u{41}\\00\")"
      " (func $f (export \"f\") (param $p i32) (local f64) (if $l (result i32) (local.get $p) (then (try_table (catch_all 0) (br $l (i32.const 1)))) (else"
      " block $\"q\" i32.load offset=4 align=2 br_table 0 $\"q\" end v128.const f32x4 1 -0x1p3 nan:0x1 inf drop)) (;(;c;);) (@a (b)) ) (start $f)) ;; end";
  const auto check = [](const std::string& candidate) {
    const auto module = wat(candidate, "f");
    if (module.has_value()) return true;
    return module.error().message().starts_with("f:") && module.error().offset() <= candidate.size();
  };
  REQUIRE(wat(text).has_value());
  for (std::size_t size = 0; size < text.size(); ++size) REQUIRE(check(text.substr(0, size)));
  for (std::size_t at = 0; at < text.size(); ++at)
    for (const char c : {'(', ')', '"', '$', ';', ' ', '0', '\xFF', '@'}) {
      std::string changed = text;
      changed[at] = c;
      REQUIRE(check(changed));
    }
}

TEST_CASE("time and space are linear in the text, whatever it is") {
  const auto seconds = [](const std::string& text) {
    const auto begin = std::chrono::steady_clock::now();
    static_cast<void>(wat(text));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  const auto repeat = [](std::string_view piece, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += piece;
    return text;
  };
  std::string names = "(func ";
  for (int i = 0; i < 50'000; ++i) names += "(local $l" + std::to_string(i) + " i32)";
  // Far above what any of these takes, far below what a quadratic one would.
  CHECK(seconds(names + ")" + repeat("(func (local $x i32))", 50'000)) < 20);
  CHECK(seconds("(func block $a " + repeat("block ", 50'000) + repeat("br $a ", 50'000)) < 20);
  CHECK(seconds(repeat("(func (param i32 i64 f32))", 50'000)) < 20);
  CHECK(seconds("(func i64.const 0" + std::string(300'000, '1') + ")") < 20);
  CHECK(seconds("(func f64.const 1" + std::string(300'000, '0') + "." + std::string(300'000, '1') + "e-300000)") < 20);
  CHECK(seconds("(data \"" + repeat("\\u{41}\\n", 50'000) + "\")") < 20);
}
