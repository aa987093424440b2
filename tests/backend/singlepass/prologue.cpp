#include <wasmer/backend/singlepass/prologue.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "emission.hpp"
#include "../../vm/trap_sites.hpp"

using namespace wasmer::singlepass;
using namespace wasmer::tests;
using wasmer::FunctionType;
using wasmer::Op;
using wasmer::op_t;
using wasmer::ValueType;
using wasmer::vm::TrapSite;

namespace {

constexpr Mem limit{context_register, wasmer::vm::offset::stack_limit};

Mem below_context(std::int32_t words) { return {context_register, -8 * words}; }

/// The function's own end, then what stands behind and before its body.
void end(Emission& function) {
  if (function.e.control_count == 0) emit_arrival(function.e, FunctionType(), {});
  emit(function.e, op_t<Op::end>{}, true);
  emit_end(function.e);
}
std::string piece(const Emission& function, std::uint32_t begin, std::uint32_t end) {
  const auto* const code = reinterpret_cast<const std::uint8_t*>(function.e.masm.code().data());
  return to_text(Code(code + begin, code + end));
}
/// From the entry to where the body begins.
std::string prologue(const Emission& function) {
  return piece(function, function.e.object.functions.at(0).entry, function.e.range_begin() + prologue_space);
}

}  // namespace

TEST_CASE("few homes are cleared one after the other, two at a time, many in a loop", "[singlepass]") {
  Emission function;
  const auto cleared = [&](std::uint32_t first, std::uint32_t count) {
    function.mark();
    clear_homes(function.e, first, count);
    return function.code();
  };
  CHECK(cleared(2, 0) == "");
  CHECK(cleared(2, 1) == code_of([](Masm& m) { m.zero(float_scratch), m.mov(FloatWidth::f64, home(2, narrow_home), float_scratch); }));
  CHECK(cleared(2, 2) == code_of([](Masm& m) { m.zero(float_scratch), m.store16(home(3, narrow_home), float_scratch); }));
  CHECK(cleared(2, 3) ==
        code_of([](Masm& m) { m.zero(float_scratch), m.mov(FloatWidth::f64, home(2, narrow_home), float_scratch), m.store16(home(4, narrow_home), float_scratch); }));
  const std::size_t most = cleared(0, 33).size();
  CHECK(cleared(0, 34).size() < most);
  CHECK(cleared(0, 34).size() < cleared(0, 35).size());
  CHECK(cleared(0, 34).size() == cleared(0, 40).size());
  CHECK(function.e.values.homes_used() == 40);
}

TEST_CASE("parameters arrive in registers of their file, those beyond in their homes", "[singlepass]") {
  const std::vector<ValueType> i64s(7, ValueType::i64);
  Emission function(i64s);
  emit_arrival(function.e, FunctionType(i64s, {}), i64s);
  for (std::uint32_t i = 0; i < 5; ++i) CHECK(function.e.values[i].reg == Reg(integer_arguments[i]));
  CHECK(function.e.values[5].kind == Value::home);
  CHECK(function.code() == code_of([](Masm& m) {
          m.mov(Width::w64, scratch, below_context(1)), m.mov(Width::w64, home(5, narrow_home), scratch);
          m.mov(Width::w64, scratch, below_context(2)), m.mov(Width::w64, home(6, narrow_home), scratch);
        }));

  const std::vector<ValueType> f64s(9, ValueType::f64);
  Emission floats(f64s);
  emit_arrival(floats.e, FunctionType(f64s, {}), f64s);
  for (std::uint32_t i = 0; i < 8; ++i) CHECK(floats.e.values[i].reg == Reg(static_cast<Xmm>(i)));
  CHECK(floats.code() == code_of([](Masm& m) { m.mov(Width::w64, scratch, below_context(1)), m.mov(Width::w64, home(8, narrow_home), scratch); }));
}

TEST_CASE("where there are several results, the first argument says where the others go", "[singlepass]") {
  const std::vector<ValueType> params{ValueType::i64, ValueType::f32, ValueType::i32}, results{ValueType::i32, ValueType::i32};
  Emission function(params);
  emit_arrival(function.e, FunctionType(params, results), params);
  CHECK(function.code() == code_of([](Masm& m) { m.mov(Width::w64, home(3, narrow_home), Gp::rsi); }));
  CHECK(function.e.values[0].reg == Reg(Gp::rdx));
  CHECK(function.e.values[1].reg == Reg(Xmm::xmm0));
  CHECK(function.e.values[2].reg == Reg(Gp::rcx));
  CHECK(function.e.values.is_free(Gp::rsi));
}

TEST_CASE("an i32 arrives with rubbish in its upper half, and no other type does", "[singlepass]") {
  const std::vector<ValueType> params{ValueType::i32, ValueType::i64, wasmer::funcref};
  Emission function(params);
  emit_arrival(function.e, FunctionType(params, {}), params);
  CHECK(function.e.values.has_garbage(Gp::rsi));
  CHECK_FALSE((function.e.values.has_garbage(Gp::rdx) || function.e.values.has_garbage(Gp::rcx)));
}

TEST_CASE("eight declared locals cost nothing until they are used, and the ninth is cleared", "[singlepass]") {
  Emission few(std::vector<ValueType>(8, ValueType::i64));
  emit_arrival(few.e, FunctionType(), few.locals);
  CHECK(few.code() == "");
  CHECK((few.e.values[7].is_constant() && few.e.values[7].bits == 0));
  Emission more(std::vector<ValueType>(9, ValueType::i64));
  emit_arrival(more.e, FunctionType(), more.locals);
  CHECK(more.code() == code_of([](Masm& m) { m.zero(float_scratch), m.mov(FloatWidth::f64, home(8, narrow_home), float_scratch); }));
}

TEST_CASE("the function is the outermost block", "[singlepass]") {
  Emission function;
  const std::vector<ValueType> results{ValueType::f32};
  const FunctionType type({}, results);
  emit_arrival(function.e, type, {});
  CHECK(function.e.control_count == 1);
  CHECK(function.e.control().is_function);
  CHECK(std::ranges::equal(function.e.control().label_types(), results));
}

TEST_CASE("a function that needs nothing of a frame has none", "[singlepass]") {
  const FramePlan plan(Emission().e);
  CHECK_FALSE((plan.is_needed || plan.checks_stack || plan.saves_context));
  CHECK(plan.bytes == 0);
}

TEST_CASE("a frame is as large as what lies lowest in it, in multiples of 16", "[singlepass]") {
  Emission function;
  function.e.saves_context = true;
  CHECK(FramePlan(function.e).bytes == 16);
  function.e.values.release(function.e.values.allocate(RegSet{Gp::r12}));
  CHECK(FramePlan(function.e).saved == RegSet{Gp::r12});
  CHECK(FramePlan(function.e).bytes == 32);
  static_cast<void>(function.e.values.home_for_store(0));
  CHECK(FramePlan(function.e).bytes == 64);
  function.e.result_words = 1;
  CHECK(FramePlan(function.e).bytes == 64);
  function.e.result_words = 2;
  CHECK(FramePlan(function.e).bytes == 80);
}

TEST_CASE("a function checks the stack if it calls, or if its frame is large", "[singlepass]") {
  Emission function;
  static_cast<void>(function.e.values.home_for_store((1024 - 48) / 8 - 1));
  CHECK(FramePlan(function.e).bytes == 1024);
  CHECK_FALSE(FramePlan(function.e).checks_stack);
  static_cast<void>(function.e.values.home_for_store((1024 - 48) / 8));
  CHECK(FramePlan(function.e).checks_stack);
  Emission caller;
  caller.e.makes_calls = true;
  CHECK((FramePlan(caller.e).checks_stack && FramePlan(caller.e).is_needed && FramePlan(caller.e).saves_context));
}

TEST_CASE("a function without a frame is entered where its body begins", "[singlepass]") {
  Emission function;
  function.e.trap(wasmer::ErrorId::unreachable);
  end(function);
  CHECK(prologue(function) == "");
  CHECK(piece(function, function.begin + 2, function.e.masm.offset()) == "c3");
  CHECK(function.e.object.functions.at(0).frameless);
}

TEST_CASE("a prologue ends where the body begins, and the epilogue undoes it", "[singlepass]") {
  Emission function;
  function.e.values.release(function.e.values.allocate(RegSet{Gp::rbx}));
  end(function);
  CHECK(prologue(function) == code_of([](Masm& m) {
          m.push(Gp::rbp), m.mov(Width::w64, Gp::rbp, Gp::rsp), m.alu(Alu::sub, Width::w64, Gp::rsp, 16);
          m.mov(Width::w64, saved_register(Gp::rbx), Gp::rbx);
        }));
  CHECK(function.code() == code_of([](Masm& m) { m.mov(Width::w64, Gp::rbx, saved_register(Gp::rbx)), m.leave(), m.ret(); }));
  CHECK(function.e.object.functions.at(0).end == function.e.masm.offset());
}

TEST_CASE("the longest prologue fits into the space that is reserved for it, which int3 fills", "[singlepass]") {
  Emission function;
  function.e.makes_calls = true;
  callee_saved.for_each([&](Reg reg) { function.e.values.release(function.e.values.allocate(RegSet{reg})); });
  static_cast<void>(function.e.values.home_for_store(50'000));
  end(function);
  const auto& range = function.e.object.functions.at(0);
  REQUIRE(range.entry >= range.begin);
  for (std::uint32_t at = range.begin; at < range.entry; ++at) CHECK(function.e.masm.code()[at] == std::byte{0xCC});
  CHECK(piece(function, range.entry, range.entry + 1) == code_of([](Masm& m) { m.push(Gp::rbp); }));
}

TEST_CASE("a prologue's stack check leads to a trap at the function's beginning", "[singlepass]") {
  Emission function;
  function.e.makes_calls = true;
  function.e.wasm_offset = 120;
  end(function);
  const std::string head = code_of([](Masm& m) {
    m.push(Gp::rbp), m.mov(Width::w64, Gp::rbp, Gp::rsp), m.alu(Alu::sub, Width::w64, Gp::rsp, 16), m.alu(Alu::cmp, Width::w64, Gp::rsp, limit);
  });
  REQUIRE(prologue(function).starts_with(head));
  const auto sites = wasmer::tests::trap_sites(function.e.object);
  REQUIRE(sites.size() == 1);
  const TrapSite& site = sites[0];
  CHECK(site.kind == TrapSite::stack_check);
  CHECK(site.wasm_offset == 100);
  CHECK_FALSE(function.e.object.functions.at(0).frameless);
  const auto field = function.e.object.functions.at(0).entry + static_cast<std::uint32_t>(head.size() + 1) / 3 + 2;
  CHECK(field + 4 + function.e.masm.read32(field) == site.at);
}

TEST_CASE("a function that only makes tail calls has no frame, but a look at the limit, and one way out for each callee", "[singlepass]") {
  Emission function;
  emit_arrival(function.e, FunctionType(), {});
  function.mark();
  function.e.masm.jmp(function.e.tail_call(3));
  function.e.masm.jmp(function.e.tail_call(Emitter::computed_callee));
  function.e.masm.jmp(function.e.tail_call(3));
  end(function);
  CHECK(prologue(function).starts_with(code_of([](Masm& m) { m.alu(Alu::cmp, Width::w64, Gp::rsp, limit); })));
  CHECK(function.e.object.relocations.size() == 1);
  CHECK(function.e.object.relocations.at(0).function == 3);
  const auto sites = wasmer::tests::trap_sites(function.e.object);
  REQUIRE(sites.size() == 1);
  CHECK(sites[0].kind == TrapSite::stack_check);
  CHECK(function.e.object.functions.at(0).frameless);
}

TEST_CASE("a large frame is checked before the stack pointer moves", "[singlepass]") {
  Emission function;
  static_cast<void>(function.e.values.home_for_store(1000));
  end(function);
  const std::int32_t bytes = static_cast<std::int32_t>(48 + 8 * 1001 + 15) & ~15;
  const std::string head = code_of([&](Masm& m) {
    m.push(Gp::rbp), m.mov(Width::w64, Gp::rbp, Gp::rsp), m.lea(Width::w64, scratch, Mem{Gp::rsp, -bytes}), m.alu(Alu::cmp, Width::w64, scratch, limit);
  });
  CHECK(prologue(function).starts_with(head));
  CHECK(prologue(function).ends_with(code_of([](Masm& m) { m.mov(Width::w64, Gp::rsp, scratch); })));
}
