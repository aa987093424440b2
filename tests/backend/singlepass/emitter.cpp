#include <wasmer/backend/singlepass/emitter.hpp>

#include <type_traits>

#include "../../catch.hpp"
#include "emission.hpp"
#include "../../vm/trap_sites.hpp"

using namespace wasmer::singlepass;
using namespace wasmer::tests;
using wasmer::ErrorId;
using wasmer::FunctionBody;
using wasmer::ValueType;
using wasmer::vm::TrapSite;

static_assert(!std::is_copy_constructible_v<Emitter> && !std::is_move_constructible_v<Emitter>, "its values refer to its assembler");

namespace {

constexpr Mem stack_limit{Gp::rdi, wasmer::vm::offset::stack_limit}, base{Gp::rdi, wasmer::vm::offset::memory_base};

/// The local that the instruction which `code` begins with writes, as -1 if it writes none.
int next_local(std::initializer_list<std::uint8_t> code) {
  const Emission function({}, code);
  const std::uint32_t local = function.e.next_local();
  return local == Values::no_slot ? -1 : static_cast<int>(local);
}

}  // namespace

TEST_CASE("the context is in its register when a function begins, and is loaded once after it was lost", "[singlepass]") {
  Emission function;
  function.e.need_context();
  CHECK(function.code() == "");
  CHECK_FALSE(function.e.saves_context);
  function.e.context_valid = false;
  function.e.need_context();
  CHECK(function.e.field(16).base == context_register);
  CHECK(function.e.field(16).disp == 16);
  CHECK(function.code() == code_of([](Masm& m) { m.mov(Width::w64, context_register, saved_context); }));
  CHECK(function.e.saves_context);
}

TEST_CASE("the base of memory is loaded when it is first needed, by way of the context", "[singlepass]") {
  Emission function({}, {}, {.has_memory = true});
  CHECK(function.e.has_memory());
  CHECK_FALSE(Emission().e.has_memory());
  function.e.context_valid = false;
  function.e.need_memory();
  function.e.need_memory();
  CHECK(function.code() == code_of([](Masm& m) { m.mov(Width::w64, context_register, saved_context), m.mov(Width::w64, memory_register, base); }));
}

TEST_CASE("a trap on the way is an instruction that traps, at the offset of what caused it", "[singlepass]") {
  Emission function;
  function.e.wasm_offset = 117;
  const std::uint32_t at = function.e.masm.offset();
  function.e.trap(ErrorId::unreachable);
  CHECK(function.code() == code_of([](Masm& m) { m.ud2(); }));
  const auto sites = wasmer::tests::trap_sites(function.e.object);
  REQUIRE(sites.size() == 1);
  CHECK(sites[0].at == at);
  CHECK(sites[0].wasm_offset == 117);
  CHECK(sites[0].kind == TrapSite::always);
}

TEST_CASE("a conditional trap is a jump, and traps out of line", "[singlepass]") {
  Emission function;
  function.e.wasm_offset = 117;
  const std::uint32_t jump = function.e.masm.offset();
  function.e.trap_if(Condition::ae, ErrorId::undefined_element);
  CHECK(function.e.object.traps.empty());
  function.e.wasm_offset = 130;
  function.e.masm.ret();
  function.e.emit_out_of_line();
  const auto sites = wasmer::tests::trap_sites(function.e.object);
  REQUIRE(sites.size() == 1);
  const TrapSite& site = sites[0];
  CHECK(site.wasm_offset == 117);
  CHECK(site.id == ErrorId::undefined_element);
  CHECK(jump + 6 + function.e.masm.read32(jump + 2) == site.at);
}

TEST_CASE("a stack check compares with the limit, which is the first word of the context", "[singlepass]") {
  Emission function;
  function.e.check_stack();
  const std::string expected = code_of([](Masm& m) {
    Label stub;
    m.alu(Alu::cmp, Width::w64, Gp::rsp, stack_limit), m.jcc(Condition::b, stub);
  });
  CHECK(function.code() == expected);
  function.e.emit_out_of_line();
  CHECK(wasmer::tests::trap_sites(function.e.object).at(0).kind == TrapSite::stack_check);
}

TEST_CASE("a float literal lies behind the code, aligned, and only once if it is soon used again", "[singlepass]") {
  Emission function;
  Masm& masm = function.e.masm;
  masm.float_literal(Masm::prefix(FloatWidth::f64), 0x10, Xmm::xmm0, function.e.literal(0x4004'0000'0000'0000));
  const std::uint32_t first = masm.offset();
  masm.float_literal(Masm::prefix(FloatWidth::f64), 0x58, Xmm::xmm0, function.e.literal(0x4004'0000'0000'0000));
  const std::uint32_t second = masm.offset();
  masm.float_literal(Masm::prefix(FloatWidth::f64), 0x58, Xmm::xmm0, function.e.literal(1));
  function.e.emit_out_of_line();
  const std::uint32_t place = first + masm.read32(first - 4);
  CHECK(place % 8 == 0);
  CHECK(place == second + masm.read32(second - 4));
  CHECK(masm.read32(place + 4) == 0x4004'0000);
  CHECK(masm.read32(place + 8) == 1);
  CHECK(masm.offset() == place + 16);
}

TEST_CASE("the local that the next instruction writes is seen, of one byte and no farther than the body", "[singlepass]") {
  CHECK(next_local({0x21, 5}) == 5);
  CHECK(next_local({0x22, 0x7F}) == 127);
  CHECK(next_local({0x20, 5}) == -1);
  CHECK(next_local({0x21, 0x80, 1}) == -1);
  CHECK(next_local({0x21}) == -1);
  CHECK(next_local({}) == -1);
}

TEST_CASE("a result goes to the local that takes it at once, if no operand needs the old value", "[singlepass]") {
  Emission function({ValueType::i32, ValueType::f64}, {0x21, 0});
  function.arrive(0, Gp::rsi);
  CHECK(function.e.destination(ValueType::i32, {}) == Reg(Gp::rsi));
  function.arrive(0, Gp::rsi);
  CHECK_FALSE(function.e.destination(ValueType::i32, {Gp::rsi}) == Reg(Gp::rsi));
  function.arrive(0, Gp::rsi);
  function.e.values.push_local(0);
  CHECK_FALSE(function.e.destination(ValueType::i32, {}) == Reg(Gp::rsi));
}

TEST_CASE("a result of another type than the local's goes elsewhere", "[singlepass]") {
  Emission function({ValueType::i32}, {0x21, 0});
  function.arrive(0, Gp::rsi);
  CHECK(function.e.destination(ValueType::f64, {}).is_xmm());
  CHECK(function.e.values[0].owns_register());
}

TEST_CASE("a result takes an operand's register where there is no local for it", "[singlepass]") {
  Emission function;
  function.push(ValueType::f64, Xmm::xmm3);
  function.push(ValueType::i64, Gp::rbx);
  Value b = function.e.values.pop(), a = function.e.values.pop();
  CHECK(function.e.destination(ValueType::i64, {}, a, b) == Reg(Gp::rbx));
  CHECK_FALSE(b.owns_register());
  function.e.finish(ValueType::i64, Gp::rbx, a, b);
  CHECK(function.e.values.top().reg == Reg(Gp::rbx));
  CHECK(function.e.values.is_free(Xmm::xmm3));
  CHECK_FALSE(function.e.values.is_free(Gp::rbx));
}

TEST_CASE("a comparison in the flags becomes a register when something else comes", "[singlepass]") {
  Emission function;
  function.e.settle_flags();
  CHECK(function.code() == "");
  function.e.values.push_flags({Condition::l, FlagTest::ignored});
  function.e.settle_flags();
  REQUIRE(function.e.values.top().owns_register());
  const Gp reg = function.e.values.top().reg.gp();
  CHECK(function.code() == code_of([&](Masm& m) { m.set(Condition::l, reg); }));
}

TEST_CASE("a float comparison in the flags is false or true of unordered operands as it says", "[singlepass]") {
  for (const bool included : {false, true}) {
    Emission function;
    function.e.set({included ? Condition::ne : Condition::e, included ? FlagTest::included : FlagTest::excluded}, Gp::rdx);
    const std::string expected = code_of([&](Masm& m) {
      m.mov(Gp::rdx, included ? 1 : 0);
      const std::uint32_t skip = m.jcc_short(Condition::p);
      m.set(included ? Condition::ne : Condition::e, Gp::rdx);
      m.bind_short(skip);
    });
    CHECK(function.code() == expected);
  }
}

TEST_CASE("each function begins aligned, with room for its prologue and nothing left of the one before", "[singlepass]") {
  Emission function;
  function.e.trap_if(Condition::e, ErrorId::unreachable);
  static_cast<void>(function.e.literal(1));
  function.e.makes_calls = function.e.saves_context = function.e.memory_valid = true, function.e.result_words = 3;
  const FunctionBody next;
  function.e.begin_function(next);
  CHECK(function.e.range_begin() % 16 == 0);
  CHECK(function.e.masm.offset() == function.e.range_begin() + prologue_space);
  CHECK_FALSE((function.e.makes_calls || function.e.saves_context || function.e.memory_valid));
  CHECK(function.e.context_valid);
  CHECK(function.e.result_words == 0);
  function.mark();
  function.e.emit_out_of_line();
  CHECK(function.code() == "");
}

TEST_CASE("each function has its own traps", "[singlepass]") {
  Emission function;
  function.e.wasm_offset = 7;
  function.e.trap(ErrorId::unreachable);
  function.e.end_function(40, true);
  FunctionBody next;
  next.function = 1;
  function.e.begin_function(next);
  function.e.wasm_offset = 9;
  function.e.trap(ErrorId::unreachable);
  function.e.end_function(function.e.range_begin() + 48, false);
  const auto& functions = function.e.object.functions;
  REQUIRE(functions.size() == 2);
  CHECK((!functions[0].frameless && functions[0].entry == 40 && functions[0].end <= functions[1].begin));
  CHECK((functions[1].frameless && functions[1].function == 1 && functions[1].end == function.e.masm.offset()));
  const auto sites = wasmer::tests::trap_sites(function.e.object);
  REQUIRE(sites.size() == 2);
  CHECK((sites[0].wasm_offset == 7 && sites[0].at < functions[0].end && sites[1].wasm_offset == 9 && sites[1].at >= functions[1].begin));
  function.e.clear();
  CHECK(function.e.object.traps.empty());
  CHECK(function.e.masm.offset() == 0);
}
