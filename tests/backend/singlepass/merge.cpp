#include <wasmer/backend/singlepass/merge.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "../../catch.hpp"
#include "emission.hpp"

using namespace wasmer::singlepass;
using namespace wasmer::tests;
using wasmer::Op;
using wasmer::ValueType;

namespace {

/// Carries out code that consists of moves between registers of one file, and counts them.
class Registers {
 public:
  Registers() {
    for (unsigned i = 0; i < 16; ++i) held[i] = i;
  }
  std::array<unsigned, 16> held;
  unsigned moves = 0;
  bool moves_only = true;

  void run(std::span<const std::byte> code) {
    const auto byte = [&](std::size_t at) { return std::to_integer<unsigned>(code[at]); };
    for (std::size_t at = 0; at < code.size(); ++moves) {
      const unsigned rex = (byte(at) & 0xF0) == 0x40 ? byte(at++) : 0;
      const bool is_movaps = byte(at) == 0x0F && byte(at + 1) == 0x28, is_mov = byte(at) == 0x8B;
      if (is_movaps) ++at;
      const unsigned modrm = byte(at + 1);
      moves_only = moves_only && (is_movaps || is_mov) && modrm >= 0xC0;
      if (!moves_only) return;
      held[(modrm >> 3 & 7) | (rex & 4) << 1] = held[(modrm & 7) | (rex & 1) << 3];
      at += 2;
    }
  }
};

/// Every way in which five registers take their values from the five, at once.
template <class RegName> void check_all_moves(const std::array<RegName, 5>& regs, ValueType::Kind type) {
  Emission function;
  unsigned wrong = 0, wasteful = 0;
  for (unsigned code = 0; code < 5 * 5 * 5 * 5 * 5; ++code) {
    std::array<unsigned, 5> from;
    for (unsigned i = 0, rest = code; i < 5; ++i, rest /= 5) from[i] = rest % 5;
    function.e.masm.clear();
    ParallelMove moves(function.e);
    for (unsigned i = 0; i < 5; ++i) moves.add(regs[i], regs[from[i]], type);
    moves.emit();
    Registers machine;
    machine.run(function.e.masm.code());
    wrong += !machine.moves_only;

    // A move for each register that changes, and one more for each cycle.
    unsigned needed = 0;
    for (unsigned i = 0; i < 5; ++i) {
      needed += from[i] != i;
      unsigned at = from[i], least = i, length = 1;
      for (; at != i && length < 6; at = from[at], ++length) least = std::min(least, at);
      needed += at == i && least == i && length > 1;
      wrong += machine.held[number(regs[i])] != number(regs[from[i]]);
    }
    wasteful += machine.moves != needed;
  }
  CHECK(wrong == 0);
  CHECK(wasteful == 0);
}

constexpr std::array<ValueType, 1> one{ValueType::i64};
constexpr std::array<ValueType, 2> two{ValueType::i64, ValueType::f64};

/// A block that begins with the operands that there are.
ControlFrame block(const Emission& function, std::span<const ValueType> results = {}) {
  ControlFrame frame;
  frame.base = function.e.values.height();
  frame.type = {{}, results};
  return frame;
}

}  // namespace

TEST_CASE("general registers exchange their values in every way, with one move more for each cycle", "[singlepass]") {
  check_all_moves(std::array{Gp::rax, Gp::rsi, Gp::r9, Gp::rbx, Gp::r15}, ValueType::i64);
}
TEST_CASE("vector registers exchange their values in every way, with one move more for each cycle", "[singlepass]") {
  check_all_moves(std::array{Xmm::xmm0, Xmm::xmm1, Xmm::xmm7, Xmm::xmm8, Xmm::xmm14}, ValueType::f64);
}

TEST_CASE("cycles in both files at once wait in a register of their own file", "[singlepass]") {
  Emission function;
  ParallelMove moves(function.e);
  moves.add(Gp::rax, Gp::rcx, ValueType::i64), moves.add(Gp::rcx, Gp::rax, ValueType::i64);
  moves.add(Xmm::xmm0, Xmm::xmm1, ValueType::f64), moves.add(Xmm::xmm1, Xmm::xmm0, ValueType::f64);
  moves.emit();
  CHECK(function.code() == code_of([](Masm& m) {
          m.mov(Width::w64, scratch, Gp::rax), m.mov(Width::w64, Gp::rax, Gp::rcx), m.mov(Width::w64, Gp::rcx, scratch);
          m.mov(float_scratch, Xmm::xmm0), m.mov(Xmm::xmm0, Xmm::xmm1), m.mov(Xmm::xmm1, float_scratch);
        }));
}

TEST_CASE("an operand that equals a local stands for what the local is, and for its home", "[singlepass]") {
  Emission function({ValueType::i64, ValueType::i64, ValueType::f64});
  Values& values = function.e.values;
  function.arrive(0, Gp::rsi);
  values.push_constant(ValueType::i64, 9), values.set_local(1, values.pop());
  for (const std::uint32_t local : {0u, 1u, 2u}) values.push_local(local);
  values.push_home(ValueType::i32);
  const std::uint32_t first = values.operands_begin();
  CHECK(resolve(values, first).reg == Reg(Gp::rsi));
  CHECK(resolve(values, first + 1).bits == 9);
  CHECK(resolve(values, first + 2).kind == Value::home);
  CHECK(resolve(values, first + 2).index == 2);
  CHECK(resolve(values, first + 3).index == first + 3);
}

TEST_CASE("the first branch to a label costs nothing, and no later one with everything in its place", "[singlepass]") {
  Emission function({ValueType::i64, ValueType::f64});
  function.arrive(0, Gp::rsi), function.arrive(1, Xmm::xmm0);
  ControlFrame frame = block(function);
  define_state(function.e, frame);
  CHECK(frame.has_state);
  CHECK(frame.state.regs == RegSet{Gp::rsi, Xmm::xmm0});
  CHECK(frame.state.map[Xmm::xmm0] == 1);
  emit_merge(function.e, frame);
  CHECK(function.code() == "");
}

TEST_CASE("a later branch brings a local back to the register that the label has it in", "[singlepass]") {
  Emission function({ValueType::i64, ValueType::f64});
  function.arrive(0, Gp::rsi), function.arrive(1, Xmm::xmm0);
  ControlFrame frame = block(function);
  define_state(function.e, frame);
  function.e.values.move(0, Gp::rsi, Gp::rbx), function.e.values.spill(Xmm::xmm0);
  function.mark();
  emit_merge(function.e, frame);
  CHECK(function.code() == code_of([](Masm& m) { m.mov(Width::w64, Gp::rsi, Gp::rbx), m.mov(FloatWidth::f64, Xmm::xmm0, home(1, narrow_home)); }));
  CHECK(function.e.values[0].reg == Reg(Gp::rbx));  // what is known has not changed, for code that goes on behind the branch
}

TEST_CASE("a local that the label has in its home is stored there, from a register or as a constant", "[singlepass]") {
  Emission function({ValueType::i64, ValueType::i32});
  ControlFrame frame = block(function);
  define_state(function.e, frame);
  function.arrive(0, Gp::rsi);
  function.e.values.push_constant(ValueType::i32, 7), function.e.values.set_local(1, function.e.values.pop());
  emit_merge(function.e, frame);
  CHECK(function.code() == code_of([](Masm& m) { m.mov(Width::w64, home(0, narrow_home), Gp::rsi), m.mov(Width::w32, home(1, narrow_home), 7); }));
  CHECK(function.e.values.homes_used() == 2);
}

TEST_CASE("a label forgets that a home is up to date when one branch comes without", "[singlepass]") {
  Emission function({ValueType::i64});
  function.arrive(0, Gp::rsi);
  function.e.values.save(Gp::rsi);
  ControlFrame frame = block(function);
  define_state(function.e, frame);
  CHECK(frame.state.clean.has(Gp::rsi));
  emit_merge(function.e, frame);
  CHECK(frame.state.clean.has(Gp::rsi));
  function.arrive(0, Gp::rsi);
  function.mark();
  emit_merge(function.e, frame);
  CHECK(function.code() == "");
  CHECK_FALSE(frame.state.clean.has(Gp::rsi));
}

TEST_CASE("one result lies in the register that the first branch had it in", "[singlepass]") {
  Emission function;
  ControlFrame frame = block(function, one);
  function.push(ValueType::i64, Gp::rbx);
  define_state(function.e, frame);
  CHECK(frame.state.regs == RegSet{Gp::rbx});
  static_cast<void>(function.e.values.pop());
  function.e.values.push_constant(ValueType::i64, 5);
  emit_merge(function.e, frame);
  CHECK(function.code() == code_of([](Masm& m) { m.mov(Gp::rbx, 5); }));
}

TEST_CASE("several results lie in their homes, whatever is below them on the stack", "[singlepass]") {
  Emission function;
  ControlFrame frame = block(function, two);
  const std::uint32_t base = frame.base;
  function.push(ValueType::f64, Xmm::xmm3);  // not a result
  function.push(ValueType::i64, Gp::rbx);
  function.e.values.push_constant(ValueType::f64, 0);
  define_state(function.e, frame);
  function.mark();
  emit_merge(function.e, frame);
  CHECK(function.code() == code_of([&](Masm& m) { m.mov(Width::w64, home(base, narrow_home), Gp::rbx), m.mov(Width::w64, home(base + 1, narrow_home), 0); }));
}

TEST_CASE("a value goes from one home to another by its own width, and nowhere if it is there", "[singlepass]") {
  Emission function;
  for (const ValueType::Kind type : {ValueType::i32, ValueType::f64}) {
    const Width width = type == ValueType::i32 ? Width::w32 : Width::w64;
    function.mark();
    store_to_home(function.e, 6, {.kind = Value::home, .type = type, .index = 3});
    CHECK(function.code() == code_of([&](Masm& m) { m.mov(width, scratch, home(3, narrow_home)), m.mov(width, home(6, narrow_home), scratch); }));
    function.mark();
    store_to_home(function.e, 3, {.kind = Value::home, .type = type, .index = 3});
    CHECK(function.code() == "");
  }
}

TEST_CASE("a branch that has lost the context or the base of memory loads what the label has", "[singlepass]") {
  Emission function({}, {}, {.has_memory = true});
  function.e.need_memory();
  ControlFrame frame = block(function);
  define_state(function.e, frame);
  function.e.context_valid = function.e.memory_valid = false;
  function.mark();
  emit_merge(function.e, frame);
  constexpr Mem base{context_register, wasmer::vm::offset::memory_base};
  CHECK(function.code() == code_of([&](Masm& m) { m.mov(Width::w64, context_register, saved_context), m.mov(Width::w64, memory_register, base); }));
  CHECK(function.e.saves_context);
  CHECK_FALSE(function.e.context_valid);
}

TEST_CASE("a merge that writes registers which nobody has loses nothing", "[singlepass]") {
  Emission function({ValueType::i64, ValueType::i64});
  function.arrive(0, Gp::rsi), function.arrive(1, Gp::rdx);
  ControlFrame frame = block(function), with_result = block(function, one);
  define_state(function.e, frame);
  CHECK(merges_into_free_registers(function.e, frame));
  function.push(ValueType::i64, Gp::rax);
  function.e.values.set_local(0, function.e.values.pop());
  CHECK(merges_into_free_registers(function.e, frame));
  function.push(ValueType::i64, Gp::rsi);
  CHECK_FALSE(merges_into_free_registers(function.e, frame));
  define_state(function.e, with_result);
  CHECK_FALSE(merges_into_free_registers(function.e, with_result));
}

TEST_CASE("the upper half of an i32 is cleared before values meet at a label", "[singlepass]") {
  Emission function({ValueType::i32});
  function.arrive(0, Gp::rsi);
  ControlFrame frame = block(function);
  define_state(function.e, frame);
  CHECK(function.code() == code_of([](Masm& m) { m.mov(Width::w32, Gp::rsi, Gp::rsi); }));
  function.arrive(0, Gp::rsi);
  function.mark();
  emit_merge(function.e, frame);
  CHECK(function.code() == code_of([](Masm& m) { m.mov(Width::w32, Gp::rsi, Gp::rsi); }));
}

TEST_CASE("behind a label holds what its state says, and nothing that held before", "[singlepass]") {
  Emission function({ValueType::i64, ValueType::i64});
  function.arrive(0, Gp::rsi);
  ControlFrame frame = block(function, one);
  function.push(ValueType::i64, Gp::rbx);
  define_state(function.e, frame);
  function.arrive(1, Gp::rdx);
  function.push(ValueType::f64, Xmm::xmm2);
  function.e.context_valid = false;
  adopt_state(function.e, frame.state, frame.base, one);
  const Values& values = function.e.values;
  CHECK(function.e.context_valid);
  CHECK(values.height() == frame.base + 1);
  CHECK(values[frame.base].reg == Reg(Gp::rbx));
  CHECK(values[0].reg == Reg(Gp::rsi));
  CHECK(values[1].kind == Value::home);
  CHECK(values.owned() == RegSet{Gp::rsi, Gp::rbx});
}
