#include <wast.hpp>

#include <string>

#include <wasmer/backend/singlepass.hpp>

#include "../catch.hpp"

using namespace wasmer;
using namespace wasmer::tools;

namespace {

WastCount count(std::string_view source, Features features = Features::wasm2()) {
  const Runtime<Singlepass> runtime({}, {.threads = 1, .features = features});
  const auto script = text::parse_script(source, "f");
  REQUIRE(script.has_value());
  return WastRun<Singlepass>(runtime, "f").run(script.value().commands);
}
/// Passed, failed, skipped, where the assertions at these lines are to fail.
std::string sums_expecting(std::set<std::uint32_t> lines, std::string_view source) {
  const Runtime<Singlepass> runtime({}, {.threads = 1, .features = Features::wasm2()});
  const auto script = text::parse_script(source, "f");
  REQUIRE(script.has_value());
  const WastCount all = WastRun<Singlepass>(runtime, "f", lines).run(script.value().commands);
  return std::to_string(all.passed) + " " + std::to_string(all.failed) + " " + std::to_string(all.skipped) + (all.failures.empty() ? "" : " " + all.failures.front());
}
/// Passed, failed, skipped.
std::string sums(std::string_view source, Features features = Features::wasm2()) {
  const WastCount all = count(source, features);
  return std::to_string(all.passed) + " " + std::to_string(all.failed) + " " + std::to_string(all.skipped);
}
std::string failure(std::string_view source) {
  const WastCount all = count(source);
  return all.failures.empty() ? "" : all.failures.front();
}

constexpr std::string_view needs_threads = "(module $t (memory 1 1 shared) (func (export \"f\")))";

}  // namespace

TEST_CASE("assertions count, other commands only when they fail") {
  CHECK(sums("(module (func (export \"f\") (result i32) (i32.const 1))) (assert_return (invoke \"f\") (i32.const 1)) (invoke \"f\")") == "1 0 0");
  CHECK(sums("(module (func (export \"f\") unreachable)) (invoke \"f\")") == "0 1 0");
  CHECK(sums("(module (import \"no\" \"thing\" (func)))") == "0 1 0");
  CHECK(sums("(module (func nonsense))") == "0 1 0");
  CHECK(sums("(invoke \"f\")") == "0 1 0");
  CHECK(sums("(register \"r\" $nobody)") == "0 1 0");
}

TEST_CASE("a failure says where, and what came instead") {
  CHECK(failure("(module (func (export \"f\") (result i32) (i32.const 255)))\n(assert_return (invoke \"f\") (i32.const 2))") == "f:2: failed: f: got i32:0x000000ff");
  CHECK(failure("(module (func (export \"f\")))(assert_trap (invoke \"f\") \"unreachable\")") == "f:1: failed: expected trap: unreachable");
  CHECK(failure("(module (func (export \"f\") unreachable))(assert_trap (invoke \"f\") \"integer\")").starts_with("f:1: failed: expected trap: integer: "));
  CHECK(failure("(assert_malformed (module quote \"(func plus)\") \"unexpected token\")") ==
        "f:1: failed: expected malformed: unexpected token: f:1:19: quoted text:1:7: unknown operator plus");
}

TEST_CASE("an error's text begins as the script says") {
  CHECK(says(Error(ErrorId::unknown_memory, 3, "1"), "unknown memory"));
  CHECK(says(Error(ErrorId::unknown_memory, 3, "1"), "unknown memory 1"));
  CHECK_FALSE(says(Error(ErrorId::unknown_memory, 3, "1"), "unknown memory 2"));
  CHECK(says(Error(ErrorId::type_mismatch, 3, "expected i32"), "type mismatch: expected"));
  CHECK(says(Error(ErrorId::uninitialized_element), "uninitialized element 2"));
  const Error nothing(ErrorId::type_mismatch, 3, "expected i32, got nothing"), other(ErrorId::type_mismatch, 3, "expected i32, got i64");
  CHECK(says(nothing, "type mismatch: instruction requires [i32] but stack has []"));
  CHECK(says(other, "type mismatch: instruction requires [i32] but stack has [i64]"));
  CHECK_FALSE(says(other, "type mismatch: instruction requires [i32] but stack has []"));
  CHECK(says(Error(ErrorId::type_mismatch, 3, "1 values too many at the end of a block"), "type mismatch: block requires [] but stack has [i32]"));
  CHECK_FALSE(says(Error(ErrorId::uninitialized_element), "uninitialized element two"));
}

TEST_CASE("results are compared as bits, except where any NaN of a kind will do") {
  const auto script = [](std::string_view value, std::string_view pattern) {
    return sums("(module (func (export \"f\") (result f32) (f32.const " + std::string(value) + "))) (assert_return (invoke \"f\") " + std::string(pattern) + ")");
  };
  CHECK(script("-0", "(f32.const -0)") == "1 0 0");
  CHECK(script("-0", "(f32.const 0)") == "0 1 0");
  CHECK(script("-nan", "(f32.const nan:canonical)") == "1 0 0");
  CHECK(script("nan:0x400001", "(f32.const nan:canonical)") == "0 1 0");
  CHECK(script("nan:0x400001", "(f32.const nan:arithmetic)") == "1 0 0");
  CHECK(script("nan:0x1", "(f32.const nan:arithmetic)") == "0 1 0");
  CHECK(script("nan:0x1", "(f32.const nan:0x1)") == "1 0 0");
  CHECK(script("2", "(either (f32.const 1) (f32.const 2))") == "1 0 0");
  CHECK(script("3", "(either (f32.const 1) (f32.const 2))") == "0 1 0");
  CHECK(script("1", "(f64.const 1)") == "0 1 0");
  CHECK(script("1", "") == "0 1 0");
}

TEST_CASE("references of the host's come back as they went in") {
  const std::string module = "(module (func (export \"f\") (param externref) (result externref) (local.get 0)) (func $g (export \"g\") (result funcref) (ref.func $g)))";
  CHECK(sums(module + "(assert_return (invoke \"f\" (ref.extern 0)) (ref.extern 0)) (assert_return (invoke \"f\" (ref.extern 7)) (ref.extern))") == "2 0 0");
  CHECK(sums(module + "(assert_return (invoke \"f\" (ref.null extern)) (ref.null extern)) (assert_return (invoke \"f\" (ref.null extern)) (ref.null))") == "2 0 0");
  CHECK(sums(module + "(assert_return (invoke \"f\" (ref.extern 1)) (ref.extern 2)) (assert_return (invoke \"f\" (ref.extern 0)) (ref.null))") == "0 2 0");
  CHECK(sums(module + "(assert_return (invoke \"g\") (ref.func)) (assert_return (invoke \"g\") (ref.null))") == "1 1 0");
}

TEST_CASE("instances are called by name, and import what is registered") {
  CHECK(sums("(module $a (global (export \"g\") i32 (i32.const 1))) (module $b (global (export \"g\") i32 (i32.const 2)))"
             "(assert_return (get \"g\") (i32.const 2)) (assert_return (get $a \"g\") (i32.const 1)) (register \"a\" $a)"
             "(module (import \"a\" \"g\" (global $g i32)) (export \"h\" (global $g))) (assert_return (get \"h\") (i32.const 1))") == "3 0 0");
  CHECK(sums("(module definition $m (global (export \"g\") (mut i32) (i32.const 1)) (func (export \"set\") (global.set 0 (i32.const 2))))"
             "(module instance $i $m) (module instance $j $m) (invoke $i \"set\")"
             "(assert_return (get $i \"g\") (i32.const 2)) (assert_return (get $j \"g\") (i32.const 1))") == "2 0 0");
}

TEST_CASE("spectest is there to import from") {
  CHECK(sums("(module (import \"spectest\" \"global_i32\" (global i32)) (import \"spectest\" \"global_f64\" (global f64)) (import \"spectest\" \"table\" (table 10 20 funcref))"
             "(import \"spectest\" \"memory\" (memory 1 2)) (import \"spectest\" \"print_i32_f32\" (func (param i32 f32)))"
             "(export \"i\" (global 0)) (export \"f\" (global 1))) (assert_return (get \"i\") (i32.const 666)) (assert_return (get \"f\") (f64.const 666.6))") == "2 0 0");
  CHECK(sums("(assert_unlinkable (module (import \"spectest\" \"table\" (table 10 19 funcref))) \"incompatible import type\")"
             "(assert_unlinkable (module (import \"spectest\" \"nothing\" (func))) \"unknown import\")") == "2 0 0");
}

TEST_CASE("what asks for a proposal that is missing is skipped, and says which") {
  const std::string script = std::string(needs_threads) + "(assert_return (invoke \"f\")) (invoke \"f\") (invoke $t \"f\") (assert_return (invoke $t \"f\"))"
      "(assert_invalid (module (memory 1 1 shared) (func (drop))) \"type mismatch\") (assert_unlinkable (module (import \"a\" \"b\" (memory 1 1 shared))) \"unknown import\")";
  const WastCount all = count(script);
  CHECK(all.passed == 0);
  CHECK(all.failed == 0);
  CHECK(all.skipped == 4);
  CHECK(all.needed == std::set<Proposal>{Proposal::threads});
}

TEST_CASE("after a module that was skipped, others are called as before") {
  CHECK(sums("(module $a (global (export \"g\") i32 (i32.const 1)))" + std::string(needs_threads) +
             "(assert_return (get $a \"g\") (i32.const 1)) (assert_return (get $a \"g\") (i32.const 2)) (module (func (export \"f\"))) (assert_return (invoke \"f\"))") == "2 1 0");
}

TEST_CASE("a name that a skipped module is registered under is missing until it is given anew") {
  const std::string import = "(module (import \"r\" \"f\" (func)) (func (export \"g\"))) (assert_return (invoke \"g\"))";
  CHECK(sums(std::string(needs_threads) + "(register \"r\")" + import + "(module (func (export \"f\"))) (register \"r\")" + import) == "1 0 1");
}

TEST_CASE("an assertion that fails for what a skipped module has not done is skipped") {
  const std::string shared = "(module $a (memory (export \"m\") 1) (func (export \"f\") (result i32) (i32.load (i32.const 0)))) (register \"a\" $a)"
      "(module $b (import \"a\" \"m\" (memory 1)) (func (export \"f\") (result i32) (i32.load (i32.const 0)))) (module $c (memory 1) (func (export \"f\") (result i32) (i32.const 0)))"
      "(module (import \"a\" \"m\" (memory 1)) (memory 1 1 shared) (data (i32.const 0) \"\\01\"))";
  CHECK(sums(shared + "(assert_return (invoke $a \"f\") (i32.const 1)) (assert_return (invoke $b \"f\") (i32.const 1))") == "0 0 2");
  CHECK(sums(shared + "(assert_return (invoke $a \"f\") (i32.const 0)) (assert_return (invoke $c \"f\") (i32.const 1))") == "1 1 0");
}

TEST_CASE("an assertion that is expected to fail is skipped, and is a failure when it passes") {
  const std::string script = "(module (func (export \"f\") (result i32) (i32.const 1)))\n(assert_return (invoke \"f\") (i32.const 1))\n(assert_return (invoke \"f\") (i32.const 2))";
  CHECK(sums_expecting({3}, script) == "1 0 1");
  CHECK(sums_expecting({2, 3}, script) == "0 1 1 f:2: failed: passed, though it is listed among the expected failures");
  CHECK(sums_expecting({1}, script).starts_with("1 1 0 f:3: failed: f: got"));
  CHECK(sums_expecting({2}, "(thread $t\n(assert_invalid (module (func (drop))) \"nothing\")) (wait $t)") == "0 0 1");
}

TEST_CASE("a second memory is refused in the words of the time before there could be one") {
  CHECK(sums("(assert_invalid (module (memory 1) (memory 1)) \"multiple memories\")") == "1 0 0");
}

TEST_CASE("threads of a script meet at a shared memory") {
  CHECK(sums("(module $m (memory (export \"m\") 1 1 shared) (func (export \"f\") (result i32) (i32.atomic.load (i32.const 8))))"
             "(thread $t (shared (module $m)) (register \"m\" $m) (module (memory (import \"m\" \"m\") 1 1 shared) (func (export \"set\") (i32.atomic.store (i32.const 8) (i32.const 3))"
             " (drop (memory.atomic.notify (i32.const 8) (i32.const 1))))) (invoke \"set\"))"
             "(module (memory 1)) (wait $t) (assert_return (invoke $m \"f\") (i32.const 3))", Features::wasm2().with(Proposal::threads)) == "1 0 0");
}

TEST_CASE("threads run their commands and are waited for") {
  CHECK(sums("(thread $t (module (func (export \"f\") (result i32) (i32.const 1))) (assert_return (invoke \"f\") (i32.const 1)) (assert_return (invoke \"f\") (i32.const 2))) (wait $t)") == "1 1 0");
  CHECK(sums("(thread $t (module (func (export \"f\"))) (assert_return (invoke \"f\")))") == "1 0 0");
  CHECK(sums("(wait $t)") == "0 1 0");
}

TEST_CASE("a reference is what it refers to, whatever its type says") {
  constexpr std::string_view module = R"((module (type $s (struct)) (type $a (array i8))
    (func (export "i31") (result anyref) (ref.i31 (i32.const 1))) (func (export "struct") (result eqref) (struct.new $s))
    (func (export "array") (result anyref) (array.new_fixed $a 0)) (func (export "host") (param externref) (result anyref) (any.convert_extern (local.get 0)))
    (func (export "back") (param anyref) (result externref) (extern.convert_any (local.get 0)))))";
  const auto returns = [&](std::string_view call, std::string_view result) {
    return sums(std::string(module) + "(assert_return (invoke " + std::string(call) + ") (" + std::string(result) + "))", Features::wasm3()) == "1 0 0";
  };
  CHECK(returns("\"i31\"", "ref.i31"));
  CHECK(returns("\"i31\"", "ref.eq"));
  CHECK_FALSE(returns("\"i31\"", "ref.struct"));
  CHECK(returns("\"struct\"", "ref.struct"));
  CHECK(returns("\"array\"", "ref.array"));
  CHECK(returns("\"host\" (ref.extern 3)", "ref.host 3"));
  CHECK_FALSE(returns("\"host\" (ref.extern 3)", "ref.eq"));
  CHECK(returns("\"back\" (ref.host 3)", "ref.extern 3"));
}
