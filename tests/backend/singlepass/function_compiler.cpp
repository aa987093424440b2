#include <wasmer/backend/singlepass/function_compiler.hpp>

#include <array>
#include <cstdint>
#include <vector>

#include "../../catch.hpp"
#include "../engine.hpp"
#include "../../vm/trap_sites.hpp"

using namespace wasmer::singlepass;
using wasmer::BlockType;
using wasmer::Bounds;
using wasmer::FunctionBody;
using wasmer::FunctionType;
using wasmer::Module;
using wasmer::Op;
using wasmer::op_t;
using wasmer::Proposal;
using wasmer::ValueType;

namespace {

template <Op op> constexpr bool handles = FunctionCompiler::handles<op>();

static_assert(FunctionCompiler::features == supported && wasmer::handles_all_it_promises<FunctionCompiler>());
// One of each way in which a handler is found: its own, its family's, one told whether its end is reached.
static_assert(handles<Op::nop> && handles<Op::local_get> && handles<Op::br_table> && handles<Op::i32_add> && handles<Op::f64_promote_f32> &&
              handles<Op::i64_load8_s> && handles<Op::end>);
static_assert(handles<Op::i64_trunc_sat_f64_u> && handles<Op::table_copy> && handles<Op::select_t>);
static_assert(handles<Op::v128_load> && handles<Op::i32x4_relaxed_dot_i8x16_i7x16_add_s> && handles<Op::v128_store64_lane>);
static_assert(handles<Op::struct_new> && handles<Op::try_table> && handles<Op::catch_all> && handles<Op::atomic_fence> && handles<Op::return_call>);

constexpr std::array<ValueType, 2> params{ValueType::i32, ValueType::i32};
constexpr std::array<ValueType, 1> result{ValueType::i32};

/// (func (param i32 i32) (result i32)), its instructions handed on by the test instead of by a reader.
struct ByHand {
  ByHand() {
    module.types.emplace_back().function = FunctionType(params, result);
    body.code = std::as_bytes(std::span(bytes));
    compiler.begin(body, params);
  }
  std::vector<std::uint8_t> bytes{0x20, 0, 0x20, 1, 0x48, 0x45, 0x01, 0x0B};
  Module module;
  FunctionBody body;
  FunctionCompiler compiler{module, Bounds::guard_pages, wasmer::masm::CpuFeatures::host()};
  Values& values = compiler.emitter().values;
  /// Where no further instruction follows.
  const std::byte* end() const { return body.code.data() + body.code.size(); }
};

}  // namespace

TEST_CASE("a function becomes the same code whoever hands on its instructions", "[singlepass]") {
  ByHand function;
  std::uint32_t at = 0;
  const auto on = [&]<Op op>(op_t<op> id, const auto&... immediates) { function.compiler.at(at++, function.end()), function.compiler.on(id, immediates...); };
  on(op_t<Op::local_get>{}, 0u), on(op_t<Op::local_get>{}, 1u);
  on(op_t<Op::i32_sub>{});
  on(op_t<Op::end>{}, true);
  function.compiler.finish();
  const auto object =
      wasmer::tests::compile_object(wasmer::tests::settings[0], "(module (func (param i32 i32) (result i32) local.get 0 local.get 1 i32.sub))");
  const auto code = function.compiler.emitter().masm.code();
  CHECK(std::vector(code.begin(), code.end()) == object.value().code);
}

TEST_CASE("a comparison waits in the flags for those who take it from there, and for nobody else", "[singlepass]") {
  ByHand function;
  function.compiler.on(op_t<Op::local_get>{}, 0u);
  function.compiler.on(op_t<Op::local_get>{}, 1u);
  function.compiler.on(op_t<Op::i32_lt_s>{});
  CHECK(function.values.top().kind == Value::flags);
  function.compiler.on(op_t<Op::i32_eqz>{});
  CHECK(function.values.top().kind == Value::flags);
  CHECK(function.values.top().test.condition == Condition::ge);
  function.compiler.on(op_t<Op::nop>{});
  CHECK(function.values.top().owns_register());
}

TEST_CASE("what is emitted belongs to the instruction that is being handed on", "[singlepass]") {
  ByHand function;
  function.compiler.at(41, function.end());
  function.compiler.on(op_t<Op::unreachable>{});
  CHECK(wasmer::tests::trap_sites(function.compiler.emitter().object).at(0).wasm_offset == 41);
}

TEST_CASE("each instruction may evict what the one before it had pinned", "[singlepass]") {
  ByHand function;
  Emitter& e = function.compiler.emitter();
  for (std::uint32_t i = 0; i < general.size(); ++i) {
    const Reg reg = e.values.allocate_gp();
    e.values.push(ValueType::i64, reg);
    if (i != 0) e.values.pin(reg);
  }
  function.compiler.at(1, function.end());
  const Reg evicted = e.values.allocate(ValueType::i64), another = e.values.allocate(ValueType::i64);
  CHECK_FALSE(evicted == another);
}
