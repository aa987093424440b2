#include <wasmer/text/script_parser.hpp>

#include <cstring>
#include <string>

#include "../catch.hpp"
#include "encoded.hpp"

using namespace wasmer;
using namespace wasmer::text;

namespace {

Script parsed(std::string_view source) { return parse_script(source, "f").value(); }
std::string refused(std::string_view source) { return parse_script(source, "f").error().message(); }
template <class T> const T& command(const Script& script, std::size_t index = 0) { return std::get<T>(script.commands.at(index).what); }
std::uint64_t bits(const V128& vector) {
  std::uint64_t low;
  std::memcpy(&low, vector.bytes, sizeof low);
  return low;
}

}  // namespace

TEST_CASE("a script is commands, each with its line") {
  const Script script = parsed("(module $m)\n\n(register \"r\" $m)\n(invoke \"f\")");
  REQUIRE(script.commands.size() == 3);
  CHECK(script.commands[0].line == 1);
  CHECK(script.commands[1].line == 3);
  CHECK(script.commands[2].line == 4);
  CHECK(command<RegisterInstance>(script, 1).as == "r");
  CHECK(command<RegisterInstance>(script, 1).instance == "m");
  CHECK(command<Perform>(script, 2).action.name == "f");
}

TEST_CASE("modules are text, bytes or quoted text, and all become bytes") {
  const Script script = parsed(R"-((module $a (func)) (module binary "\00asm" "\01\00\00\00") (module $c quote "(fu" "nc)") (module definition $d))-");
  CHECK(command<DefineModule>(script, 0).module.name == "a");
  CHECK(tests::hex(command<DefineModule>(script, 1).module.bytes) == "00 61 73 6d 01 00 00 00");
  CHECK(command<DefineModule>(script, 2).module.name == "c");
  CHECK(command<DefineModule>(script, 2).module.bytes == wat("(func)").value());
  CHECK(command<DefineModule>(script, 3).module.is_definition);
  CHECK(command<InstantiateModule>(parsed("(module instance $i $d)")).module == "d");
}

TEST_CASE("a text of module fields is a script of one module") {
  const Script script = parsed("(memory 0) (func (export \"f\"))");
  REQUIRE(script.commands.size() == 1);
  CHECK(command<DefineModule>(script).module.bytes == wat("(memory 0) (func (export \"f\"))").value());
}

TEST_CASE("what is wrong with a module is no error of the script's") {
  const Script script = parsed("(module (func plus))\n(assert_malformed (module quote \"(func\\n minus)\") \"unknown operator\") (module)");
  REQUIRE(script.commands.size() == 3);
  REQUIRE(command<DefineModule>(script).module.error);
  CHECK(command<DefineModule>(script).module.error->message() == "f:1:15: unknown operator plus");
  const auto& assertion = command<AssertRefused>(script, 1);
  CHECK(assertion.stage == Stage::malformed);
  CHECK(assertion.words == "unknown operator");
  REQUIRE(assertion.module.error);
  CHECK(assertion.module.error->message() == "f:2:19: quoted text:2:2: unknown operator minus");
}

TEST_CASE("arguments are constants and references of the host's") {
  const Script script = parsed("(invoke $m \"f\" (i32.const -1) (f64.const -0) (v128.const i32x4 1 2 3 4) (ref.null func) (ref.extern 7) (ref.host 8))");
  const ScriptAction& action = command<Perform>(script).action;
  CHECK(action.module == "m");
  REQUIRE(action.arguments.size() == 6);
  CHECK(bits(action.arguments[0].bits) == 0xFFFFFFFF);
  CHECK(bits(action.arguments[1].bits) == std::uint64_t{1} << 63);
  CHECK(bits(action.arguments[2].bits) == 0x2'0000'0001);
  CHECK(action.arguments[3].kind == ScriptValue::null);
  CHECK(action.arguments[3].heap == HeapType(HeapType::func));
  CHECK(bits(action.arguments[4].bits) == 7);
  CHECK(action.arguments[5].kind == ScriptValue::host);
}

TEST_CASE("results are patterns") {
  const Script script = parsed(
      "(assert_return (invoke \"f\") (f32.const nan:canonical) (v128.const f64x2 nan:arithmetic 1) (either (i32.const 1) (i32.const 2)) (ref.func) (ref.null)"
      " (ref.null any) (ref.extern) (ref.extern 3) (ref.struct))");
  const auto& results = command<AssertReturn>(script).results;
  REQUIRE(results.size() == 9);
  CHECK(results[0][0].nans[0] == ScriptPattern::Nan::canonical);
  CHECK(results[1][0].lanes == 2);
  CHECK(results[1][0].nans[0] == ScriptPattern::Nan::arithmetic);
  CHECK(results[1][0].nans[1] == ScriptPattern::Nan::no);
  CHECK(results[2].size() == 2);
  CHECK(results[3][0].kind == ScriptPattern::func);
  CHECK_FALSE(results[4][0].heap);
  CHECK(results[5][0].heap == HeapType(HeapType::any));
  CHECK_FALSE(results[6][0].has_bits);
  CHECK(results[7][0].has_bits);
  CHECK(results[8][0].kind == ScriptPattern::struct_);
}

TEST_CASE("assertions are told from other commands") {
  const Script script = parsed(R"-((module) (assert_trap (invoke "f") "t") (assert_trap (module) "t") (assert_exhaustion (invoke "f") "e") (assert_exception (invoke "f"))
    (assert_invalid (module) "i") (assert_unlinkable (module) "u") (assert_malformed_custom (module quote "") "c") (get "g"))-");
  const bool expected[] = {false, true, true, true, true, true, true, true, false};
  REQUIRE(script.commands.size() == 9);
  for (std::size_t i = 0; i < 9; ++i) CHECK(script.commands[i].is_assertion() == expected[i]);
  CHECK(std::holds_alternative<ScriptModule>(command<AssertTrap>(script, 2).subject));
  CHECK(command<AssertTrap>(script, 3).stage == Stage::exhausted);
  CHECK(command<AssertRefused>(script, 6).stage == Stage::unlinkable);
  CHECK(command<AssertRefused>(script, 7).is_custom);
  CHECK_FALSE(command<Perform>(script, 8).action.is_invocation);
}

TEST_CASE("threads have commands of their own, but no threads") {
  const Script script = parsed("(thread $t (shared (module $m)) (register \"m\" $m) (module) (invoke \"f\")) (wait $t)");
  const auto& thread = command<StartThread>(script);
  CHECK(thread.name == "t");
  CHECK(thread.shared == std::vector<std::string>{"m"});
  CHECK(thread.commands.size() == 3);
  CHECK(command<WaitThread>(script, 1).name == "t");
  CHECK(refused("(thread $t (thread $u))") == "f:1:13: unexpected token thread");
}

TEST_CASE("what is no command is refused with its place") {
  CHECK(refused("(module)\n(assert_nothing)") == "f:2:2: unknown operator assert_nothing");
  CHECK(refused("(invoke \"f\" (i32.add))") == "f:1:14: unexpected token i32.add");
  CHECK(refused("(invoke \"f\" (ref.null 0))") == "f:1:23: unexpected token 0");
  CHECK(refused("(module") == "f:1:8: unexpected token at the end");
  CHECK(refused("nop") == "f:1:1: unexpected token nop");
  CHECK(refused("(module))") == "f:1:9: unexpected token )");
}
