#include <wasmer/module/printer/instructions.hpp>

#include <string>

#include <wasmer/module/parse.hpp>
#include <wasmer/text/wat.hpp>

#include "../../catch.hpp"

using namespace wasmer;

namespace {

/// The functions of the module with these fields, as they are printed.
std::string print(std::string_view fields) {
  const Module module = parse(wat("(module " + std::string(fields) + ")").value(), Features::all()).value();
  const Names names(module);
  const printer::ModuleIdentifiers identifiers(module, names);
  std::string out;
  FunctionReader<Validate, printer::InstructionPrinter> reader(module, Features::all());
  printer::InstructionPrinter instructions(out, module, names, identifiers);
  for (const FunctionBody& body : module.bodies) reader.read(body, instructions).value();
  return out;
}

/// The instructions of one function, which is named $f and has parameters, a line each and without the indentation of the outermost.
std::string body(std::string_view instructions, std::string_view fields = "") {
  const std::string text = print(std::string(fields) + "(func $f (param i32 i64) " + std::string(instructions) + ")");
  std::string lines;
  for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
    const std::size_t end = std::min(text.find('\n', at + 1), text.size());
    if (std::string line = text.substr(at + 1, end - at - 1); line.starts_with("    ")) lines += line.substr(4) + "\n";
  }
  if (lines.ends_with(")\n")) lines.erase(lines.size() - 2, 1);
  return lines;
}

}  // namespace

TEST_CASE("a function without instructions is a line") {
  CHECK(print("(func)") == "  (func (;0;) (type 0))\n");
  CHECK(print("(func $f (param i32 i32) (result i64) (i64.const 0))") == "  (func $f (type 0) (param i32 i32) (result i64)\n    i64.const 0)\n");
}

TEST_CASE("locals of one type run stand in one field, those with names in one each") {
  CHECK(print("(func (param i32) (param $p f32) (local i32 i64) (local $l f64) (local externref))") ==
        "  (func (;0;) (type 0) (param i32) (param $p f32)\n    (local i32 i64) (local $l f64) (local externref))\n");
}

TEST_CASE("blocks indent what is in them, and else stands beside its if") {
  CHECK(body("(block (loop (br 1))) (if (local.get 0) (then nop) (else unreachable))") ==
        "block\n  loop\n    br 1\n  end\nend\nlocal.get 0\nif\n  nop\nelse\n  unreachable\nend\n");
}

TEST_CASE("a block's type is spelled out where it is, an index where it is one") {
  CHECK(body("(drop (block (result i32) (i32.const 1)))").starts_with("block (result i32)\n"));
  CHECK(body("(local.get 0) (block (type $t) drop)", "(type $t (func (param i32)))") == "local.get 0\nblock (type $t) (param i32)\n  drop\nend\n");
}

TEST_CASE("what goes without saying is not said: memory 0, table 0 and natural alignment") {
  const std::string_view fields = "(memory $m 1) (memory $n 1) (table $t 1 funcref) (table $u 1 funcref) (type $v (func))";
  CHECK(body("(drop (i32.load (i32.const 0)))", fields) == "i32.const 0\ni32.load\ndrop\n");
  CHECK(body("(drop (i64.load16_u $n offset=8 align=1 (i32.const 0)))", fields) == "i32.const 0\ni64.load16_u $n offset=8 align=1\ndrop\n");
  CHECK(body("(drop (memory.size)) (drop (memory.size $n))", fields) == "memory.size\ndrop\nmemory.size $n\ndrop\n");
  CHECK(body("(call_indirect (type $v) (i32.const 0)) (call_indirect $u (type $v) (i32.const 0))", fields) ==
        "i32.const 0\ncall_indirect (type $v)\ni32.const 0\ncall_indirect $u (type $v)\n");
}

TEST_CASE("two indices stand as the text has them") {
  const std::string_view fields = "(memory $m 1) (memory $n 1) (table $t 1 funcref) (table $u 1 funcref) (data $d \"\") (elem $e funcref)";
  const auto last_of = [&](std::string_view op) {
    const std::string text = body("(" + std::string(op) + " (i32.const 0) (i32.const 0) (i32.const 0))", fields);
    return text.substr(text.rfind('\n', text.size() - 2) + 1);
  };
  CHECK(last_of("memory.copy $n $m") == "memory.copy $n $m\n");
  CHECK(last_of("memory.copy") == "memory.copy\n");
  CHECK(last_of("memory.init $n $d") == "memory.init $n $d\n");
  CHECK(last_of("memory.init $d") == "memory.init $d\n");
  CHECK(last_of("table.copy $u $t") == "table.copy $u $t\n");
  CHECK(last_of("table.init $u $e") == "table.init $u $e\n");
}

TEST_CASE("constants print so that they read back as the same") {
  CHECK(body("(drop (i32.const 0xFFFFFFFF)) (drop (f64.const nan:0x1)) (drop (f32.const 0x1p-1))") ==
        "i32.const -1\ndrop\nf64.const nan:0x0000000000001\ndrop\nf32.const 0.5\ndrop\n");
  CHECK(body("(drop (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31 (v128.const i64x2 1 0) (v128.const i64x2 0 0)))")
            .find("i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31\n") != std::string::npos);
}

TEST_CASE("a select says its type where it was said") {
  CHECK(body("(drop (select (i32.const 1) (i32.const 2) (i32.const 3)))").ends_with("select\ndrop\n"));
  CHECK(body("(drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 3)))").ends_with("select (result i32)\ndrop\n"));
}

TEST_CASE("code that nothing reaches is printed like all other") {
  CHECK(body("(return) (drop (i32.const 1)) (br 0)") == "return\ni32.const 1\ndrop\nbr 0\n");
}

TEST_CASE("indentation ends at sixty blocks, so that a deep nest stays linear in size") {
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "block ";
  for (int i = 0; i < 1000; ++i) deep += "end ";
  const std::string text = print("(func " + deep + ")");
  CHECK(text.find("\n" + std::string(122, ' ') + "block") != text.npos);
  CHECK(text.find(std::string(123, ' ')) == text.npos);
}

TEST_CASE("what a module hints at its branches stands before them") {
  const std::string printed = body("local.get 0 (@metadata.code.branch_hint \"\\00\") if local.get 0 (@metadata.code.branch_hint \"\\01\") br_if 0 end");
  CHECK(printed.find("(@metadata.code.branch_hint \"\\00\")\nif") != std::string::npos);
  CHECK(printed.find("(@metadata.code.branch_hint \"\\01\")\n  br_if 0") != std::string::npos);
  CHECK(body("local.get 0 if end").find("hint") == std::string::npos);
}

TEST_CASE("handlers stand out from what they handle, and delegate ends its try") {
  CHECK(body("try nop catch $e i32.const 1 drop catch_all rethrow 0 end", "(tag $e)") == "try\n  nop\ncatch $e\n  i32.const 1\n  drop\ncatch_all\n  rethrow 0\nend\n");
  CHECK(body("try try nop delegate 0 catch_all end") == "try\n  try\n    nop\n  delegate 0\ncatch_all\nend\n");
}
