#include <wasmer/backend/singlepass/control.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "../execute.hpp"
#include "emission.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// Calls "f" of a module with one function of this type and body.
std::string run(const std::string& type, const std::string& body, std::initializer_list<Value> arguments) {
  return execute("(module (func $noise (result i32) i32.const 77) (func (export \"f\") " + type + " " + body + "))", "f", arguments);
}

}  // namespace

TEST_CASE("br_table carries results to blocks, to a loop's parameters and to the function", "[singlepass]") {
  const Guests guests(R"((module
    (func (export "blocks") (param i32) (result i32)
      (block $c (result i32) (block $b (result i32) (block $a (result i32)
        i32.const 5 local.get 0 br_table $a $b $c $b)
        i32.const 10 i32.add) i32.const 100 i32.add) i32.const 1000 i32.add)
    (func (export "function") (param i32) (result i32)
      (block $a (result i32) i32.const 3 local.get 0 br_table 1 $a 1) i32.const 40 i32.add)
    (func (export "loop") (param i32) (result i32) (local i32)
      i32.const 0
      (loop $again (param i32) (result i32)
        local.get 1 i32.const 1 i32.add local.tee 1 i32.add
        (block $out (param i32) (result i32) local.get 1 i32.const 4 i32.eq br_table $again $out 2)))
    (func (export "two") (param i32) (result i64 f64)
      (block $a (result i64 f64) (block $b (result i64 f64)
        i64.const 9 i64.const 1 f64.const 2 local.get 0 br_table $a $b 2 $b)
        f64.const 0.5 f64.add) f64.neg)
    (func (export "default only") (param i32) (result i32) (block $a (result i32) i32.const 8 local.get 0 br_table $a) i32.const 1 i32.add)
    (func (export "same") (param i32) (result i32) (block $a (result i32) i32.const 8 local.get 0 br_table $a $a $a $a $a))))");
  CHECK(guests.call("blocks", {Value(0)}) == "1115");
  CHECK(guests.call("blocks", {Value(1)}) == "1105");
  CHECK(guests.call("blocks", {Value(2)}) == "1005");
  CHECK(guests.call("blocks", {Value(3)}) == "1105");
  CHECK(guests.call("blocks", {Value(-1)}) == "1105");
  CHECK(guests.call("function", {Value(0)}) == "3");
  CHECK(guests.call("function", {Value(1)}) == "43");
  CHECK(guests.call("function", {Value(2)}) == "3");
  CHECK(guests.call("loop", {Value(0)}) == "10");
  CHECK(guests.call("two", {Value(0)}) == "1 -2");
  CHECK(guests.call("two", {Value(1)}) == "1 -2.5");
  CHECK(guests.call("two", {Value(2)}) == "1 2");
  CHECK(guests.call("two", {Value(9)}) == "1 -2.5");
  CHECK(guests.call("default only", {Value(0)}) == "9");
  CHECK(guests.call("same", {Value(3)}) == "8");
}

TEST_CASE("br_table goes where its index says, by comparisons or by a table", "[singlepass]") {
  const std::vector<std::vector<int>> tables{{0}, {3, 0}, {1, 0, 0, 2}, {0, 1, 2, 3}, {0, 0, 0, 1, 1, 2, 2, 2}, {0, 1, 0, 1, 0, 1, 0, 2}, {2, 1, 0, 3, 2, 1, 0, 3, 3}};
  for (const std::vector<int>& depths : tables) {
    std::string list;
    for (const int depth : depths) list += " " + std::to_string(depth);
    // Depth 3 is the function, which wants a value.
    std::string plain = list;
    std::ranges::replace(plain, '3', '2');
    const Guests guests("(module (func (export \"plain\") (param i32) (result i32)"
                        "  (block (block (block local.get 0 br_table" + plain + ") i32.const 10 return) i32.const 20 return) i32.const 30)"
                        "(func (export \"value\") (param i32) (result i32)"
                        "  (block (result i32) (block (result i32) (block (result i32) i32.const 7 local.get 0 br_table" + list + ") i32.const 10 i32.add)"
                        "  i32.const 100 i32.add) i32.const 1000 i32.add))");
    for (int index = -1; index < static_cast<int>(depths.size()) + 2; ++index) {
      const auto i = index < 0 || index >= static_cast<int>(depths.size()) ? depths.size() - 1 : static_cast<std::size_t>(index);
      const int depth = depths[i];
      CAPTURE(list, index);
      CHECK(guests.call("value", {Value(index)}) == std::to_string(7 + (depth < 3 ? 1000 : 0) + (depth < 2 ? 100 : 0) + (depth < 1 ? 10 : 0)));
      CHECK(guests.call("plain", {Value(index)}) == std::to_string(10 * (std::min(depth, 2) + 1)));
    }
  }
}

TEST_CASE("values below a block are untouched by branches out of many blocks", "[singlepass]") {
  std::string body = "i64.const 1000 f64.const 0.25 local.get 0\n", tail;
  for (int i = 0; i < 100; ++i) body += "(block (result i64) i64.const " + std::to_string(i) + " local.get 0 i32.const " + std::to_string(i) + " i32.eq br_if 0 drop\n";
  body += "i64.const -5\n";
  for (int i = 0; i < 100; ++i) body += ") i64.const 1 i64.add\n";
  const Guests guests("(module (func (export \"f\") (param i32) (result i64 f64 i32 i64) " + body + "))");
  CHECK(guests.call("f", {Value(0)}) == "1000 0.25 0 1");
  CHECK(guests.call("f", {Value(1)}) == "1000 0.25 1 3");
  CHECK(guests.call("f", {Value(99)}) == "1000 0.25 99 199");
  CHECK(guests.call("f", {Value(100)}) == "1000 0.25 100 95");
}

TEST_CASE("a loop that goes on moves first what its head wants, where nothing is lost by it, and takes one jump", "[singlepass]") {
  Emission function({ValueType::i64}, {0x40, 0x20, 0});
  singlepass::Emitter& e = function.e;
  function.arrive(0, masm::Gp::rsi);
  push_frame(e, Op::block, BlockType{});
  emit(e, op_t<Op::loop>{}, BlockType{});
  const singlepass::FlagTest test{masm::Condition::ne, singlepass::FlagTest::ignored};

  function.push(ValueType::i64, masm::Gp::rax);
  e.values.set_local(0, e.values.pop());
  e.values.push_flags(test);
  function.mark();
  emit(e, op_t<Op::br_if>{}, 0u);
  const std::string move = code_of([](masm::Masm& m) { m.mov(masm::Width::w64, masm::Gp::rsi, masm::Gp::rax); });
  const std::string jump = code_of([](masm::Masm& m) { m.bind_short(m.jcc_short(masm::Condition::ne)); });
  CHECK(function.code().starts_with(move + " " + jump.substr(0, 2)));
  CHECK(function.e.masm.offset() == function.begin + 5);
  CHECK(e.values[0].reg == masm::Reg(masm::Gp::rax));

  function.push(ValueType::i64, masm::Gp::rsi);  // only those who go back may overwrite it
  e.values.push_flags(test);
  function.mark();
  emit(e, op_t<Op::br_if>{}, 0u);
  const std::string skip = code_of([](masm::Masm& m) { m.bind_short(m.jcc_short(masm::Condition::e)); });
  CHECK(function.code().starts_with(skip.substr(0, 2)));
}

TEST_CASE("the moves for a loop that a br_table goes back to leave its index alone", "[singlepass]") {
  // The index is in the register that the loop wants its local in, and nobody has it any more when the first of several comparisons jumps.
  for (const std::string labels : {"$l $out $far", "$out $l $far", "$l $out $l $far", "$out $far $l", "$l $out $far $l $out $far $l", "$out $far $l $out $far $out $l"}) {
    CAPTURE(labels);
    std::string answers;
    for (int index = 0; index < 8; ++index)
      answers += run("(param i32) (result i32)", R"((local i32)
        (block $far
          (block $out
            (loop $l
              (local.set 1 (i32.add (local.get 1) (i32.const 1)))
              (if (i32.eq (local.get 1) (i32.const 2)) (then (return (i32.add (i32.const 100) (local.get 0)))))
              (local.get 0)
              (local.set 0 (i32.add (local.get 0) (i32.const 50)))
              (br_table )" + labels + R"()))
          (return (i32.add (i32.const 1000) (local.get 0))))
        (i32.add (i32.const 10000) (local.get 0)))", {Value(index)}) + " ";
    std::vector<std::string> all(1);
    for (const char each : labels)
      if (each == ' ') all.emplace_back();
      else all.back().push_back(each);
    std::string expected;
    for (std::size_t index = 0; index < 8; ++index) {
      const std::string& to = all[std::min(index, all.size() - 1)];
      expected += std::to_string((to == "$l" ? 150 : to == "$out" ? 1050 : 10050) + index) + " ";
    }
    CHECK(answers == expected);
  }
}

TEST_CASE("what holds before a jump back to a loop holds behind it", "[singlepass]") {
  // A call's result is not where the loop's head wants it; then locals that change places; then an operand that the loop leaves alone.
  CHECK(run("(param i32) (result i32)", R"((local i32)
    (loop $l
      (local.set 1 (i32.add (call $noise) (local.get 1)))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (i32.add (local.get 0) (local.get 1)))", {Value(5)}) == "385");
  CHECK(run("(param i32 i32 i32) (result i32 i32 i32)", R"((local i32)
    (loop $l
      (local.set 3 (local.get 1)) (local.set 1 (local.get 2)) (local.set 2 (local.get 3))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 0) (local.get 1) (local.get 2))", {Value(5), Value(10), Value(20)}) == "0 20 10");
  CHECK(run("(param i32) (result i32)", R"((local i32 i32)
    (i32.mul (local.get 0) (i32.const 1000))
    (loop $l
      (local.set 2 (local.get 1))
      (local.set 1 (i32.add (call $noise) (local.get 0)))
      (br_if $l (i32.gt_s (local.tee 0 (i32.sub (local.get 0) (i32.const 1))) (i32.const 0))))
    (i32.add (i32.sub (local.get 1) (local.get 2))))", {Value(4)}) == "3999");
}

TEST_CASE("a loop with several parameters gets each of them again", "[singlepass]") {
  // Fibonacci: the pair moves up by one place each time; then three parameters of unlike types that rotate.
  CHECK(run("(param i32) (result i64)", R"((local i64 i64)
    i64.const 0 i64.const 1
    (loop $l (param i64 i64) (result i64 i64)
      local.set 2 local.tee 1 local.get 2 i64.add local.get 1
      local.get 0 i32.const 1 i32.sub local.tee 0 br_if $l)
    drop)", {Value(90)}) == "2880067194370816120");
  CHECK(run("(param i32) (result i64 f64 i32)", R"((local i64 f64 i32)
    i64.const 1 f64.const 2 i32.const 3
    (loop $l (param i64 f64 i32) (result i64 f64 i32)
      local.set 3 local.set 2 local.set 1
      local.get 3 i64.extend_i32_s  local.get 1 f64.convert_i64_s  local.get 2 i32.trunc_f64_s
      local.get 0 i32.const 1 i32.sub local.tee 0 br_if $l))", {Value(4)}) == "3 1 2");
}

TEST_CASE("a loop's parameters may change places at its back edge", "[singlepass]") {
  CHECK(run("(param i32 i32 i32) (result i32 i32 i32)", R"((local i32 i32 i32)
    local.get 0 local.get 1 local.get 2
    (loop $l (param i32 i32 i32) (result i32 i32 i32)
      local.set 3 local.set 4 local.set 5
      local.get 3 local.get 5 local.get 4
      local.get 0 i32.const 1 i32.sub local.tee 0 br_if $l))", {Value(4), Value(20), Value(30)}) == "30 4 20");
}

TEST_CASE("locals swap and rotate over a back edge", "[singlepass]") {
  CHECK(run("(param i32 i32 i32 i32) (result i32 i32 i32)", R"((local i32)
    (loop $l
      local.get 1 local.get 2 local.set 1 local.get 3 local.set 2 local.set 3
      local.get 0 i32.const 1 i32.sub local.tee 0 br_if $l)
    local.get 1 local.get 2 local.get 3)", {Value(4), Value(1), Value(2), Value(3)}) == "2 3 1");
  CHECK(run("(param i32 f64 f64) (result f64 f64)", R"(
    (loop $l local.get 1 local.get 2 local.set 1 local.set 2 local.get 0 i32.const 1 i32.sub local.tee 0 br_if $l)
    local.get 1 local.get 2)", {Value(3), Value(1.5), Value(2.5)}) == "2.5 1.5");
}

TEST_CASE("an if without else passes its parameters on when it is not taken", "[singlepass]") {
  for (const int condition : {0, 1}) {
    CHECK(run("(param i32 i32) (result i32)", "local.get 1 local.get 0 if (param i32) (result i32) i32.const 100 i32.add end", {Value(condition), Value(5)}) == (condition ? "105" : "5"));
    CHECK(run("(param i32 i64 f64) (result i64 f64)", "local.get 1 local.get 2 local.get 0 if (param i64 f64) (result i64 f64) drop i64.const 1 i64.add f64.const 8 end",
              {Value(condition), Value(std::int64_t{5}), Value(0.5)}) == (condition ? "6 8" : "5 0.5"));
    CHECK(run("(param i32 i32) (result i32)", "local.get 1 i32.const 3 i32.mul local.get 0 if (param i32) (result i32) call $noise i32.add br 0 end", {Value(condition), Value(5)}) == (condition ? "92" : "15"));
    CHECK(run("(param i32 i32) (result i32 i32)", "i32.const 4 local.get 1 local.get 0 if (param i32) (result i32) drop i32.const 6 local.set 1 local.get 1 end local.get 1 i32.add",
              {Value(condition), Value(5)}) == (condition ? "4 12" : "4 10"));
  }
}

TEST_CASE("a local that is set in one arm only has the right value behind the if", "[singlepass]") {
  const Guests guests(R"((module
    (func $noise (result i32) i32.const 77)
    (func (export "constant") (param i32 i32) (result i32) local.get 0 if i32.const 9 local.set 1 end local.get 1)
    (func (export "after a call") (param i32 i32) (result i32)
      call $noise drop local.get 1 drop local.get 1 i32.const 1 i32.add drop
      (block local.get 0 br_if 0 i32.const 9 local.set 1) call $noise drop local.get 1)
    (func (export "computed after a call") (param i32 i32) (result i32)
      call $noise drop local.get 1 i32.const 1 i32.add drop
      (block local.get 0 br_if 0 local.get 1 i32.const 4 i32.mul local.set 1) call $noise drop local.get 1)
    (func (export "zero") (param i32) (result i32 i64 f64) (local i32 i64 f64)
      local.get 0 if i32.const 1 local.set 1 call $noise drop f64.const 3 local.set 3 else i64.const 2 local.set 2 end local.get 1 local.get 2 local.get 3)))");
  for (const std::string name : {"constant", "after a call", "computed after a call"}) CHECK(guests.call(name, {Value(name == "constant" ? 0 : 1), Value(5)}) == "5");
  CHECK(guests.call("constant", {Value(1), Value(5)}) == "9");
  CHECK(guests.call("after a call", {Value(0), Value(5)}) == "9");
  CHECK(guests.call("computed after a call", {Value(0), Value(5)}) == "20");
  CHECK(guests.call("zero", {Value(1)}) == "1 0 3");
  CHECK(guests.call("zero", {Value(0)}) == "0 2 0");
}

TEST_CASE("twenty results leave a function from registers, homes and constants", "[singlepass]") {
  std::string results, body, expected;
  for (int i = 0; i < 20; ++i) {
    const char* const types[] = {"i32", "i64", "f32", "f64"};
    results += std::string(" ") + types[i % 4];
    body += std::string(types[i % 4]) + ".const " + std::to_string(i) + (i % 3 == 0 ? "" : i % 4 == 0 ? " local.get 0 i32.add" : i % 4 == 1 ? " local.get 1 i64.add" : "") + "\n";
    const int value = i + (i % 3 == 0 ? 0 : i % 4 == 0 ? 100 : i % 4 == 1 ? 1000 : 0);
    expected += (i == 0 ? "" : " ") + std::to_string(value);
  }
  const std::string type = "(param i32 i64) (result" + results + ")";
  const Guests guests("(module (func $f (export \"f\") " + type + " " + body + ") (func (export \"early\") " + type + " " + body + " local.get 0 br_if 0 unreachable)" +
                      "(func (export \"through\") " + type + " local.get 0 local.get 1 call $f) (func (export \"return\") " + type + " i32.const 1 f64.const 2 " + body + " return))");
  for (const char* const name : {"f", "early", "through", "return"}) CHECK(guests.call(name, {Value(100), Value(std::int64_t{1000})}) == expected);
}

TEST_CASE("code behind a branch is skipped and what follows its block goes on", "[singlepass]") {
  CHECK(run("(result i32)", "(block (result i32) i32.const 1 br 0 i32.const 2 i32.add) i32.const 10 i32.add", {}) == "11");
  CHECK(run("(param i32) (result i32)", "(block (loop br 1 unreachable)) (block (result i32) (block local.get 0 br_if 0 i32.const 3 br 1) i32.const 4)", {Value(1)}) == "4");
  CHECK(run("(param i32) (result i32)", "local.get 0 if (result i32) i32.const 1 return else unreachable end", {Value(0)}) == "unreachable");
  CHECK(run("(param i32) (result i32)", "local.get 0 if (result i32) i32.const 1 return else i32.const 6 end i32.const 1 i32.add", {Value(0)}) == "7");
}
