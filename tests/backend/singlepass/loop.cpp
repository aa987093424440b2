#include <wasmer/backend/singlepass/loop.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "emission.hpp"

using namespace wasmer::singlepass;
using namespace wasmer::tests;
using wasmer::Op;
using wasmer::ValueType;

namespace {

struct Guessed {
  std::vector<std::uint32_t> locals;
  bool calls;
  bool accesses_memory;
};
Guessed guess(const std::vector<std::uint8_t>& code, std::uint32_t local_count = 100) {
  const LoopGuess made(std::as_bytes(std::span(code)), local_count);
  return {{made.locals.begin(), made.locals.begin() + static_cast<std::ptrdiff_t>(made.count)}, made.calls, made.accesses_memory};
}
using Locals = std::vector<std::uint32_t>;

/// Enters a loop that begins with the body's first byte.
ControlFrame entered(Emission& function, std::span<const ValueType> params = {}) {
  ControlFrame frame;
  frame.op = Op::loop;
  frame.base = function.e.values.height() - static_cast<std::uint32_t>(params.size());
  frame.type = {params, {}};
  enter_loop(function.e, frame);
  return frame;
}

/// The stack check that every loop's label stands before.
std::string check() {
  return code_of([](Masm& m) {
    Label stub;
    m.alu(Alu::cmp, Width::w64, Gp::rsp, Mem{context_register, wasmer::vm::offset::stack_limit}), m.jcc(Condition::b, stub);
  });
}

}  // namespace

TEST_CASE("a glance at a loop finds the locals that it gets, sets and tees, each once", "[singlepass]") {
  CHECK(guess({0x40, 0x20, 7, 0x21, 3, 0x22, 5, 0x20, 3}).locals == Locals{7, 3, 5});
  CHECK(guess({0x40, 0x20, 7, 0x21, 3}, 7).locals == Locals{3});
  CHECK(guess({0x20, 0x80, 1, 0x20}).locals.empty());
  CHECK(guess({0x23, 1, 0x20, 1}).locals == Locals{1});         // global.get
  CHECK(guess({0x20, 0x21, 0x6A, 0x20, 5}).locals == Locals{33, 5});  // an index that looks like an instruction
  std::vector<std::uint8_t> across(63, 0x01);
  across.insert(across.end(), {0x20, 0x22, 5, 0x20, 9});
  CHECK(guess(across).locals == Locals{34, 9});
  CHECK(guess({0x20, 0, 0x20, 1}, 0).locals.empty());
  CHECK(guess({}).locals.empty());
}

TEST_CASE("a glance at a loop finds calls, direct and through a table", "[singlepass]") {
  CHECK_FALSE(guess({0x40, 0x0C, 0}).calls);
  CHECK(guess({0x40, 0x10, 0}).calls);
  CHECK(guess({0x40, 0x11, 0, 0}).calls);
  CHECK_FALSE(guess({0x20, 0x10, 0x6A}).calls);  // the index of a local is looked over
}

TEST_CASE("a glance at a loop finds accesses to memory", "[singlepass]") {
  CHECK_FALSE(guess({0x10, 0x05, 0x20, 0x01, 0x6A, 0x0B}).accesses_memory);
  for (const std::uint8_t access : {0x28, 0x2F, 0x30, 0x36, 0x3E}) CHECK(guess({0x20, 0x00, access, 0x02, 0x00, 0x0B}).accesses_memory);
}

TEST_CASE("a glance at a loop ends where the loop seems to end", "[singlepass]") {
  CHECK(guess({0x40, 0x20, 1, 0x0D, 0, 0x0B, 0x20, 2, 0x10, 3, 0x28, 2, 0}).locals == Locals{1});
  CHECK(guess({0x40, 0x20, 1, 0x0C, 0, 0x0B, 0x20, 2}).locals == Locals{1});
  const Guessed behind = guess({0x40, 0x20, 1, 0x0D, 0, 0x0B, 0x10, 3, 0x28, 2, 0});
  CHECK_FALSE(behind.calls);
  CHECK_FALSE(behind.accesses_memory);
  CHECK(guess({0x40, 0x20, 1, 0x0D, 1, 0x0B, 0x20, 2}).locals == Locals{1, 2});        // a branch out of the loop ends a block
  CHECK(guess({0x40, 0x20, 1, 0x0D, 0, 0x20, 2, 0x0B, 0x20, 3}).locals == Locals{1, 2, 3});  // not seen: the loop goes on behind the branch
  // A loop in it ends by itself.
  CHECK(guess({0x40, 0x20, 1, 0x03, 0x40, 0x20, 2, 0x0D, 0, 0x0B, 0x20, 3, 0x0D, 0, 0x0B, 0x20, 4}).locals == Locals{1, 2, 3});
  // What says it may stand across the pieces that are looked at.
  for (std::size_t before = 55; before < 70; ++before) {
    std::vector<std::uint8_t> code(before, 0x01);
    code.insert(code.end(), {0x20, 1, 0x0D, 0, 0x0B, 0x20, 2});
    CHECK(guess(code).locals == Locals{1});
  }
}

TEST_CASE("a glance at a loop is short, and notes no more locals than there could be registers for", "[singlepass]") {
  std::vector<std::uint8_t> far(LoopGuess::glance, 0x01);
  far.insert(far.end(), {0x20, 1});
  CHECK(guess(far).locals.empty());
  far.erase(far.begin());
  CHECK(guess(far).locals == Locals{1});
  std::vector<std::uint8_t> many;
  for (std::uint8_t local = 0; local < 60; ++local) many.insert(many.end(), {0x20, local});
  CHECK(guess(many).locals.size() == LoopGuess::most);
}

TEST_CASE("a local that a loop uses is loaded before it, and one that it does not use is left in its home", "[singlepass]") {
  Emission function({ValueType::i64, ValueType::f64, ValueType::i64}, {0x03, 0x40, 0x20, 0, 0x20, 1});
  const ControlFrame frame = entered(function);
  const Values& values = function.e.values;
  REQUIRE((values[0].owns_register() && values[1].owns_register()));
  CHECK(values[2].kind == Value::home);
  CHECK(frame.state.regs == RegSet{values[0].reg, values[1].reg});
  const std::string expected =
      code_of([&](Masm& m) { m.mov(Width::w64, values[0].reg.gp(), home(0, narrow_home)), m.mov(FloatWidth::f64, values[1].reg.xmm(), home(1, narrow_home)); });
  CHECK(function.code() == expected + " " + check());
}

TEST_CASE("a loop's label stands behind what is done once, and before the stack check", "[singlepass]") {
  Emission function({ValueType::i64}, {0x03, 0x40, 0x20, 0});
  const ControlFrame frame = entered(function);
  CHECK(frame.has_state);
  REQUIRE(frame.label.is_bound());
  function.begin = frame.label.position();
  CHECK(function.code() == check());
}

TEST_CASE("a constant local gets a register if the loop uses it, else its home", "[singlepass]") {
  Emission function({ValueType::i64, ValueType::i64}, {0x03, 0x40, 0x22, 1});
  REQUIRE((function.e.values.start_as_zero(0) && function.e.values.start_as_zero(1)));
  entered(function);
  CHECK(function.e.values[0].kind == Value::home);
  CHECK(function.e.values[1].owns_register());
  CHECK(function.e.values.homes_used() == 1);
}

TEST_CASE("in a loop with calls, what it uses lies in registers that outlive them", "[singlepass]") {
  Emission function({ValueType::i64, ValueType::i64}, {0x03, 0x40, 0x20, 0, 0x20, 1, 0x10, 0});
  function.arrive(0, Gp::rsi);
  entered(function);
  CHECK(callee_saved.has(function.e.values[0].reg));
  CHECK(callee_saved.has(function.e.values[1].reg));
  Emission without({ValueType::i64}, {0x03, 0x40, 0x20, 0});
  without.arrive(0, Gp::rsi);
  entered(without);
  CHECK(without.e.values[0].reg == Reg(Gp::rsi));
}

TEST_CASE("locals give way until a loop has registers for what it computes", "[singlepass]") {
  Emission function(std::vector<ValueType>(11, ValueType::i64), {0x03, 0x40, 0x20, 10});
  std::uint32_t local = 0;
  general.for_each([&](Reg reg) { function.arrive(local++, reg); });
  const ControlFrame frame = entered(function);
  CHECK(function.e.values[10].owns_register());
  CHECK((frame.state.regs & general).size() == 8);
}

TEST_CASE("a loop of many locals keeps three general registers free, and three vector ones", "[singlepass]") {
  std::vector<ValueType> locals(12, ValueType::i64);
  locals.insert(locals.end(), 12, ValueType::f64);
  Emission function(locals, {0x03, 0x40, 0x20, 0,  0x20, 1,  0x20, 2,  0x20, 3,  0x20, 4,  0x20, 5,  0x20, 6,  0x20, 7,  0x20, 8,  0x20, 9, 0x20, 12,
                             0x20, 13,   0x20, 14, 0x20, 15, 0x20, 16, 0x20, 17, 0x20, 18, 0x20, 19, 0x20, 20, 0x20, 21, 0x20, 22, 0x20, 23});
  entered(function);
  CHECK((function.e.values.free() & general).size() == 3);
  CHECK((function.e.values.free() & vector).size() == 3);
}

TEST_CASE("the context and the base of memory are in their registers at a loop's head", "[singlepass]") {
  Emission function({}, {0x03, 0x40}, {.has_memory = true});
  function.e.context_valid = false;
  const ControlFrame frame = entered(function);
  CHECK((frame.state.context_valid && frame.state.memory_valid));
  CHECK((function.e.context_valid && function.e.memory_valid));
}

TEST_CASE("a loop that calls and does not use memory does not want its base after each call", "[singlepass]") {
  Emission calling({}, {0x03, 0x40, 0x10, 0x00, 0x0C, 0x00}, {.has_memory = true});
  CHECK_FALSE(entered(calling).state.memory_valid);
  Emission using_memory({}, {0x03, 0x40, 0x10, 0x00, 0x28, 0x02, 0x00}, {.has_memory = true});
  CHECK(entered(using_memory).state.memory_valid);
}

TEST_CASE("a loop's one parameter lies in a register, several in their homes", "[singlepass]") {
  constexpr std::array<ValueType, 2> params{ValueType::i64, ValueType::i64};
  Emission one({ValueType::i64}, {0x03, 0x40});
  one.e.values.push_constant(ValueType::i64, 5);
  const ControlFrame single = entered(one, std::span(params).first(1));
  CHECK(one.e.values[single.base].owns_register());

  Emission two({}, {0x03, 0x40});
  two.push(ValueType::i64, Gp::rax), two.push(ValueType::i64, Gp::rcx);
  const ControlFrame several = entered(two, params);
  CHECK(two.e.values[several.base].kind == Value::home);
  CHECK(two.e.values[several.base + 1].kind == Value::home);
}

TEST_CASE("at a loop's head no home is taken to be up to date, and no i32 to have rubbish in its upper half", "[singlepass]") {
  Emission function({ValueType::i32}, {0x03, 0x40, 0x20, 0});
  function.arrive(0, Gp::rsi);
  function.e.values.save(Gp::rsi);
  const ControlFrame frame = entered(function);
  CHECK(frame.state.clean.empty());
  CHECK_FALSE(function.e.values.is_clean(Gp::rsi));
  CHECK_FALSE(function.e.values.has_garbage(Gp::rsi));
}
