#include <wasmer/module/reader.hpp>

#include <sstream>

#include "../catch.hpp"
#include "binary.hpp"
#include "recorder.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

Result<std::string> read(std::string_view type, Pieces code, Features features = Features::wasm2()) {
  const Module module = tests::parse(function_bytes(type, code), features).value();
  FunctionReader<Validate, Recorder> reader(module, features);
  Recorder recorder;
  WASMER_CHECK(reader.read(module.bodies[0], recorder));
  return recorder.log;
}

/// Where the code of a function of this type begins: what the offsets of errors are counted from here.
std::uint64_t code_begin(std::string_view type) { return tests::parse(function_bytes(type, {})).value().bodies[0].offset + 1; }

/// The error's words and its detail, and at which byte of the code it is.
void check_error(std::string_view type, Pieces code, std::uint64_t at, std::string_view text, Features features = Features::wasm2()) {
  const Result<std::string> result = read(type, code, features);
  REQUIRE(result.has_error());
  std::string got(result.error().words());
  if (!result.error().detail().empty()) got.append(": ").append(result.error().detail());
  CHECK(got == text);
  CHECK(result.error().offset() - code_begin(type) == at);
}

constexpr int empty = 0x40;

}  // namespace

static_assert(reader::HasRule<Validate, Op::i32_add> && reader::HasRule<Validate, Op::select> && reader::HasRule<Validate, Op::return_call>);
static_assert(reader::HasRule<Validate, Op::struct_new> && reader::HasRule<Validate, Op::br_on_cast>);

TEST_CASE("a body is handed on instruction by instruction, up to its end") {
  CHECK(read("ii:i", {Op::local_get, 0, Op::local_get, 1, Op::i32_add, Op::end}).value() == "(i32 i32) local.get:0 local.get:1 i32.add end+.");
  CHECK(read(":", {Op::end}).value() == "() end+.");
}

TEST_CASE("locals are declared in runs behind the parameters") {
  const Bytes bytes = module_bytes({
      section(SectionId::type, {1, 0x60, 1, ValueType::f32, 0}),
      section(SectionId::function, {1, 0}),
      section(SectionId::code, {1, body({2, 2, ValueType::i32, 1, 0x70, Op::end})}),
  });
  const Module module = tests::parse(bytes).value();
  FunctionReader<Validate, Recorder> reader(module, Features::wasm2());
  Recorder recorder;
  REQUIRE(reader.read(module.bodies[0], recorder));
  CHECK(recorder.log == "(f32 i32 i32 funcref) end+.");
}

TEST_CASE("the consumer is told where in the module each opcode is") {
  const Module module = tests::parse(function_bytes(":", {Op::nop, Op::i32_const, 1, Op::drop, Op::end})).value();
  FunctionReader<Validate, Recorder> reader(module, Features::wasm2());
  Recorder recorder;
  REQUIRE(reader.read(module.bodies[0], recorder));
  CHECK(recorder.offset == module.bodies[0].offset + 5);
}

TEST_CASE("immediates arrive decoded, by their kind") {
  CHECK(read(":", {Op::i32_const, 0x7F, Op::drop, Op::end}).value() == "() i32.const:-1 drop end+.");
  CHECK(read(":", {Op::i64_const, 0x80, 0x7F, Op::drop, Op::end}).value() == "() i64.const:-128 drop end+.");
  CHECK(read(":", {Op::f32_const, 1, 0, 0, 0, Op::drop, Op::end}).value() == "() f32.const:1 drop end+.");
  CHECK(read(":", {Op::f64_const, 2, 1, 0, 0, 0, 0, 0, 0, Op::drop, Op::end}).value() == "() f64.const:258 drop end+.");
  CHECK(read("i:i", {Op::local_get, 0, Op::i32_load16_u, 1, 0x84, 0x01, Op::end}).value() == "(i32) local.get:0 i32.load16_u:0+132/1 end+.");
  CHECK(read("iv:v", {Op::local_get, 0, Op::local_get, 1, Op::v128_load32_lane, 2, 8, 3, Op::end}).value() ==
        "(i32 v128) local.get:0 local.get:1 v128.load32_lane:0+8/2:3 end+.");
  CHECK(read("v:i", {Op::local_get, 0, Op::i16x8_extract_lane_u, 7, Op::end}).value() == "(v128) local.get:0 i16x8.extract_lane_u:7 end+.");
  CHECK(read(":v", {Op::v128_const, Bytes(15, 9), 8, Op::end}).value() == "() v128.const:9..:8 end+.");
  CHECK(read(":", {Op::ref_null, 0x6F, Op::drop, Op::end}).value() == "() ref.null:extern drop end+.");
  CHECK(read("i:", {Op::local_get, 0, Op::br_table, 2, 0, 0, 0, Op::end}).value() == "(i32) local.get:0 br_table:0:0:0 end-.");
  CHECK(read("il:li", {Op::local_get, 0, Op::local_get, 1, Op::i32_const, 0, Op::call_indirect, 1, 0, Op::end}).value() ==
        "(i32 i64) local.get:0 local.get:1 i32.const:0 call_indirect:1:0 end+.");
}

TEST_CASE("a block's type is nothing, one result, or a type of the module") {
  CHECK(read(":", {Op::block, empty, Op::end, Op::end}).value() == "() block[->] end+ end+.");
  CHECK(read(":i", {Op::block, ValueType::i32, Op::i32_const, 1, Op::end, Op::end}).value() == "() block[-> i32] i32.const:1 end+ end+.");
  CHECK(read("il:li", {Op::local_get, 0, Op::local_get, 1, Op::block, 1, Op::drop, Op::drop, Op::i64_const, 1, Op::i32_const, 2, Op::end, Op::end}).value() ==
        "(i32 i64) local.get:0 local.get:1 block[i32 i64 -> i64 i32] drop drop i64.const:1 i32.const:2 end+ end+.");
  CHECK(read(":", {Op::block, 0x6F, Op::ref_null, 0x6F, Op::end, Op::drop, Op::end}).value() == "() block[-> externref] ref.null:extern end+ drop end+.");
  check_error(":", {Op::block, 2, Op::end, Op::end}, 1, "unknown type: 2");
  check_error(":", {Op::ref_null, 9, Op::drop, Op::end}, 1, "unknown type: 9", Features::wasm3());
}

TEST_CASE("a select arrives with the type of its operands, written or not") {
  CHECK(read("lli:l", {Op::local_get, 0, Op::local_get, 1, Op::local_get, 2, Op::select, Op::end}).value() ==
        "(i64 i64 i32) local.get:0 local.get:1 local.get:2 select:i64 end+.");
  CHECK(read("ffi:f", {Op::local_get, 0, Op::local_get, 1, Op::local_get, 2, Op::select_t, 1, ValueType::f32, Op::end}).value() ==
        "(f32 f32 i32) local.get:0 local.get:1 local.get:2 select:f32 end+.");
}

TEST_CASE("what follows a trap, a return or a branch is not handed on, up to the end of the innermost live block") {
  CHECK(read(":", {Op::unreachable, Op::nop, Op::end}).value() == "() unreachable end-.");
  CHECK(read(":", {Op::return_, Op::nop, Op::end}).value() == "() return end-.");
  CHECK(read(":", {Op::block, empty, Op::br, 0, Op::nop, Op::end, Op::nop, Op::end}).value() == "() block[->] br:0 end- nop end+.");
  CHECK(read("i:", {Op::block, empty, Op::local_get, 0, Op::br_table, 1, 0, 1, Op::nop, Op::end, Op::nop, Op::end}).value() ==
        "(i32) block[->] local.get:0 br_table:0:1 end- nop end+.");
}

TEST_CASE("of a block that begins in dead code nothing is handed on") {
  CHECK(read(":", {Op::unreachable, Op::block, empty, Op::loop, empty, Op::br, 0, Op::end, Op::br, 0, Op::end, Op::nop, Op::end}).value() == "() unreachable end-.");
  CHECK(read(":", {Op::unreachable, Op::i32_const, 0, Op::if_, empty, Op::nop, Op::else_, Op::nop, Op::end, Op::nop, Op::end}).value() == "() unreachable end-.");
}

TEST_CASE("behind a block that no path leaves, dead code goes on to the enclosing end") {
  CHECK(read(":", {Op::block, empty, Op::unreachable, Op::end, Op::nop, Op::end}).value() == "() block[->] unreachable end- end-.");
  CHECK(read(":", {Op::block, empty, Op::block, empty, Op::br, 1, Op::end, Op::nop, Op::end, Op::nop, Op::end}).value() ==
        "() block[->] block[->] br:1 end- end- nop end+.");
  CHECK(read(":", {Op::loop, empty, Op::br, 0, Op::end, Op::nop, Op::end}).value() == "() loop[->] br:0 end- end-.");
}

TEST_CASE("a branch in dead code leads nowhere") {
  CHECK(read(":", {Op::block, empty, Op::unreachable, Op::br, 0, Op::end, Op::nop, Op::end}).value() == "() block[->] unreachable end- end-.");
}

TEST_CASE("a conditional branch leads behind its block and goes on") {
  CHECK(read("i:", {Op::block, empty, Op::local_get, 0, Op::br_if, 0, Op::unreachable, Op::end, Op::nop, Op::end}).value() ==
        "(i32) block[->] local.get:0 br_if:0 unreachable end- nop end+.");
}

TEST_CASE("an if is left when either arm is, and without an else by its condition") {
  CHECK(read("i:", {Op::local_get, 0, Op::if_, empty, Op::unreachable, Op::else_, Op::nop, Op::end, Op::nop, Op::end}).value() ==
        "(i32) local.get:0 if[->] unreachable else- nop end+ nop end+.");
  CHECK(read("i:", {Op::local_get, 0, Op::if_, empty, Op::nop, Op::else_, Op::unreachable, Op::end, Op::nop, Op::end}).value() ==
        "(i32) local.get:0 if[->] nop else+ unreachable end- nop end+.");
  CHECK(read("i:", {Op::local_get, 0, Op::if_, empty, Op::return_, Op::else_, Op::return_, Op::end, Op::nop, Op::end}).value() ==
        "(i32) local.get:0 if[->] return else- return end- end-.");
  CHECK(read("i:", {Op::local_get, 0, Op::if_, empty, Op::unreachable, Op::end, Op::nop, Op::end}).value() ==
        "(i32) local.get:0 if[->] unreachable end- nop end+.");
}

TEST_CASE("unreachable code is validated, with operands of any type where none are known") {
  CHECK(read(":i", {Op::unreachable, Op::i32_add, Op::end}));
  CHECK(read(":i", {Op::unreachable, Op::i64_const, 1, Op::i32_const, 1, Op::select, Op::drop, Op::end}));
  CHECK(read(":", {Op::unreachable, Op::ref_is_null, Op::drop, Op::end}));
  CHECK(read(":i", {Op::unreachable, Op::select, Op::i32_eqz, Op::end}));
  check_error(":i", {Op::unreachable, Op::i64_const, 1, Op::i32_add, Op::end}, 3, "type mismatch: expected i32, got i64");
  check_error(":", {Op::unreachable, Op::i32_const, 1, Op::end}, 3, "type mismatch: 1 values too many at the end of a block");
}

TEST_CASE("behind the end of a block types are known again, although the code is dead") {
  check_error(":", {Op::block, empty, Op::unreachable, Op::end, Op::i32_add, Op::drop, Op::end}, 4, "type mismatch: expected i32, got nothing");
}

TEST_CASE("operands have the types that the instruction asks for") {
  check_error("l:i", {Op::local_get, 0, Op::i32_eqz, Op::end}, 2, "type mismatch: expected i32, got i64");
  check_error(":i", {Op::i32_eqz, Op::end}, 0, "type mismatch: expected i32, got nothing");
  check_error("i:", {Op::local_get, 0, Op::block, empty, Op::drop, Op::end, Op::end}, 4, "type mismatch: expected a value, got nothing");
  check_error(":i", {Op::end}, 0, "type mismatch: expected i32, got nothing");
  check_error("f:", {Op::i32_const, 0, Op::local_set, 0, Op::end}, 2, "type mismatch: expected f32, got i32");
}

TEST_CASE("operands of a select are numbers, unless it says its type") {
  check_error("i:", {Op::ref_null, 0x70, Op::ref_null, 0x70, Op::local_get, 0, Op::select, Op::drop, Op::end}, 6,
              "type mismatch: a select of references must say their type");
  CHECK(read("i:", {Op::ref_null, 0x70, Op::ref_null, 0x70, Op::local_get, 0, Op::select_t, 1, 0x70, Op::drop, Op::end}));
  check_error("fli:", {Op::local_get, 0, Op::local_get, 1, Op::local_get, 2, Op::select, Op::drop, Op::end}, 6, "type mismatch: expected f32, got i64");
  check_error("i:", {Op::i32_const, 0, Op::i32_const, 0, Op::local_get, 0, Op::select_t, 0, Op::end}, 7, "invalid result arity");
}

TEST_CASE("an if without else leaves what it takes") {
  check_error("i:", {Op::local_get, 0, Op::if_, ValueType::i32, Op::i32_const, 0, Op::end, Op::drop, Op::end}, 6,
              "type mismatch: an if without else whose results are not its parameters");
}

TEST_CASE("the labels of a br_table take equally many operands") {
  check_error("i:", {Op::block, ValueType::i32, Op::i32_const, 0, Op::local_get, 0, Op::br_table, 1, 0, 1, Op::end, Op::drop, Op::end}, 6,
              "type mismatch: labels that take 0 and 1 values");
  check_error("i:", {Op::local_get, 0, Op::br_table, 0, 1, Op::end}, 2, "unknown label: 1 (there are 1)");
}

TEST_CASE("indices are in range, and errors say what the range is") {
  check_error("i:", {Op::local_get, 1, Op::drop, Op::end}, 0, "unknown local: 1 (there are 1)");
  check_error(":", {Op::global_get, 1, Op::drop, Op::end}, 0, "unknown global: 1 (there are 1)");
  check_error(":", {Op::call, 1, Op::end}, 0, "unknown function: 1 (there are 1)");
  check_error(":", {Op::br, 1, Op::end}, 0, "unknown label: 1 (there are 1)");
  check_error(":", {Op::i32_const, 0, Op::call_indirect, 2, 0, Op::end}, 2, "unknown type: 2 (there are 2)");
  check_error(":", {Op::i32_const, 0, Op::call_indirect, 1, 1, Op::end}, 2, "unknown table: 1 (there are 1)");
  check_error(":", {Op::memory_size, 1, Op::drop, Op::end}, 0, "unknown memory: 1 (there are 1)");
  check_error(":", {Op::elem_drop, 0, Op::end}, 0, "unknown elem segment: 0 (there are 0)");
}

TEST_CASE("memory.init and data.drop need a data count section") {
  check_error(":", {Op::data_drop, 0, Op::end}, 0, "data count section required");
}

TEST_CASE("an alignment is at most natural") {
  CHECK(read("i:i", {Op::local_get, 0, Op::i32_load, 2, 0, Op::end}));
  check_error("i:i", {Op::local_get, 0, Op::i32_load, 3, 0, Op::end}, 2, "alignment must not be larger than natural: 2^3, natural is 2^2");
  check_error("i:i", {Op::local_get, 0, Op::i32_load, 0x80, 0x01, 0, Op::end}, 3, "malformed memop flags");
}

TEST_CASE("an atomic access is aligned exactly") {
  const Features threads = Features::wasm2().with(Proposal::threads);
  CHECK(read("i:i", {Op::local_get, 0, Op::i32_atomic_load, 2, 0, Op::end}, threads));
  check_error("i:i", {Op::local_get, 0, Op::i32_atomic_load, 1, 0, Op::end}, 2, "alignment must not be larger than natural: 2^1, natural is 2^2", threads);
}

TEST_CASE("offsets into a memory of 32-bit addresses are of 32 bits") {
  check_error("i:i", {Op::local_get, 0, Op::i32_load, 2, Bytes{0x80, 0x80, 0x80, 0x80, 0x10}, Op::end}, 2, "offset out of range: 4294967296");
}

TEST_CASE("lanes are those that the vector has") {
  CHECK(read("v:l", {Op::local_get, 0, Op::i64x2_extract_lane, 1, Op::end}));
  check_error("v:l", {Op::local_get, 0, Op::i64x2_extract_lane, 2, Op::end}, 2, "invalid lane index: 2");
  check_error("v:i", {Op::local_get, 0, Op::i8x16_extract_lane_s, 16, Op::end}, 2, "invalid lane index: 16");
  check_error("vv:v", {Op::local_get, 0, Op::local_get, 1, Op::i8x16_shuffle, Bytes(15, 31), 32, Op::end}, 4, "invalid lane index: 32");
  check_error("iv:v", {Op::local_get, 0, Op::local_get, 1, Op::v128_load32_lane, 2, 0, 4, Op::end}, 4, "invalid lane index: 4");
}

TEST_CASE("only declared functions can be referred to") {
  check_error(":", {Op::ref_func, 0, Op::drop, Op::end}, 0, "undeclared function reference: 0");
}

TEST_CASE("tail calls leave what the function leaves") {
  const Features tail_calls = Features::wasm2().with(Proposal::tail_call);
  CHECK(read("i:i", {Op::local_get, 0, Op::return_call, 0, Op::end}, tail_calls).value() == "(i32) local.get:0 return_call:0 end-.");
  check_error("il:", {Op::local_get, 0, Op::local_get, 1, Op::i32_const, 0, Op::return_call_indirect, 1, 0, Op::end}, 6,
              "type mismatch: a tail call of a function with other results", tail_calls);
}

TEST_CASE("wide arithmetic leaves two results") {
  CHECK(read("ll:ll", {Op::local_get, 0, Op::local_get, 1, Op::i64_mul_wide_s, Op::end}, Features::all()).value() ==
        "(i64 i64) local.get:0 local.get:1 i64.mul_wide_s end+.");
}

TEST_CASE("an instruction of a proposal that is off, or that has no rules, says what it needs") {
  const auto needs = [](Pieces code, Proposal proposal, Features features) {
    const Result<std::string> result = read(":", code, features);
    REQUIRE(result.has_error());
    CHECK(result.error().proposal() == proposal);
    CHECK(result.error().offset() == code_begin(":"));
  };
  needs({Op::return_call, 0, Op::end}, Proposal::tail_call, Features::wasm2());
  needs({Op::i8x16_splat, Op::end}, Proposal::simd, Features::wasm1().with(Proposal::multi_value));
  needs({Op::struct_new, 0, Op::end}, Proposal::gc, Features::wasm2());
  needs({Op::throw_ref, Op::end}, Proposal::exceptions, Features::wasm2());
  needs({Op::rethrow, 0, Op::end}, Proposal::legacy_exceptions, Features::wasm3());
}

TEST_CASE("handlers of a try and the point where it delegates say whether what is before them can be reached") {
  CHECK(read(":", {Op::try_, empty, Op::nop, Op::catch_all, Op::rethrow, 0, Op::end, Op::end}, Features::all()).value() ==
        "() try[->] nop catch_all+ rethrow:0 end- end+.");
  CHECK(read(":", {Op::try_, empty, Op::unreachable, Op::delegate, 0, Op::nop, Op::end}, Features::all()).value() == "() try[->] unreachable delegate:0- end-.");
}

TEST_CASE("handlers stand in a try, and rethrow in a handler") {
  check_error(":", {Op::catch_all, Op::end}, 0, "illegal opcode: handler outside of a try", Features::all());
  check_error(":", {Op::block, empty, Op::delegate, 0, Op::end}, 2, "illegal opcode: delegate outside of a try", Features::all());
  check_error(":", {Op::try_, empty, Op::catch_all, Op::catch_all, Op::end, Op::end}, 3, "illegal opcode: handler outside of a try", Features::all());
  check_error(":", {Op::try_, empty, Op::rethrow, 0, Op::end, Op::end}, 2, "invalid rethrow label: 0", Features::all());
  check_error(":", {Op::try_, empty, Op::delegate, 1, Op::end}, 2, "unknown label: 2 (there are 2)", Features::all());
  check_error(":", {Op::try_, empty, Op::catch_, 0, Op::end, Op::end}, 2, "unknown tag: 0 (there are 0)", Features::all());
  check_error(":", {Op::throw_ref, Op::end}, 0, "type mismatch: expected exnref, got nothing", Features::all());
}

TEST_CASE("codes that no instruction has are illegal") {
  check_error(":", {0x27, Op::end}, 0, "illegal opcode: 27");
  check_error(":", {0xFF, 0, Op::end}, 0, "illegal opcode: ff");
  check_error(":", {0xFD, 0x9A, 0x01, Op::end}, 0, "illegal opcode: fd 9a");
  check_error(":", {0xFC, 0xFF, 0xFF, 0x03, Op::end}, 0, "illegal opcode: fc ffff");
  check_error(":", {Op::else_, Op::end}, 0, "illegal opcode: else outside of an if");
}

TEST_CASE("a body ends with the end of its function") {
  check_error(":", {Op::nop}, 1, "unexpected end of section or function");
  check_error(":", {Op::block, empty, Op::end}, 3, "unexpected end of section or function");
  check_error(":", {Op::i32_const, Op::end}, 2, "unexpected end of section or function");
  check_error(":", {Op::end, Op::nop}, 1, "section size mismatch");
  check_error(":", {}, 0, "unexpected end of section or function");
}

TEST_CASE("immediates that the end cuts off are an unexpected end") {
  check_error(":", {Op::f32_const, 0, 0, 0}, 4, "unexpected end of section or function");
  check_error(":", {Op::call_indirect, 0}, 2, "unexpected end of section or function");
  check_error(":", {Op::v128_const, Bytes(15, 0)}, 17, "unexpected end of section or function");
  check_error(":", {0xFC}, 1, "unexpected end of section or function");
}

TEST_CASE("locals are at most 50000, and their number is one of 32 bits") {
  const auto read_locals = [](Bytes locals) {
    const Bytes bytes = module_bytes({
        section(SectionId::type, {1, 0x60, 0, 0}),
        section(SectionId::function, {1, 0}),
        section(SectionId::code, {1, body({locals, Op::end})}),
    });
    const Module module = tests::parse(bytes).value();
    FunctionReader<Validate, NullConsumer> reader(module, Features::wasm2());
    NullConsumer consumer;
    return reader.read(module.bodies[0], consumer);
  };
  CHECK(read_locals(join({1, u32(50000), ValueType::i32})));
  CHECK(read_locals(join({2, u32(50000), ValueType::i32, 1, ValueType::i32})).error().message() ==
        "invalid: implementation limit exceeded at byte 0x16: 50001 locals, at most 50000");
  CHECK(read_locals(join({2, u32(0xFFFFFFFF), ValueType::i32, 1, ValueType::i32})).error().message() == "malformed: too many locals at byte 0x16");
}

TEST_CASE("a hostile body does not make the operand stack grow without end") {
  // A function that leaves 1000 values, called over and over.
  Bytes results = u32(1000);
  results.insert(results.end(), 1000, ValueType::i32);
  Bytes calls{0};
  for (int i = 0; i < 2000; ++i) calls.insert(calls.end(), {0x10, 0});
  calls.push_back(0x0B);
  const Bytes bytes = module_bytes({
      section(SectionId::type, {1, 0x60, 0, results}),
      section(SectionId::function, {1, 0}),
      section(SectionId::code, {1, sized(calls)}),
  });
  const Module module = tests::parse(bytes).value();
  FunctionReader<Validate, NullConsumer> reader(module, Features::wasm2());
  NullConsumer consumer;
  CHECK(reader.read(module.bodies[0], consumer).error().message() ==
        "invalid: implementation limit exceeded at byte 0x" + [&] {
          std::ostringstream hex;
          hex << std::hex << module.bodies[0].offset + 1 + 2 * 1000;
          return hex.str();
        }() + ": more than 1000000 operands");
}

TEST_CASE("a reader reads one body after the other, and again after an error") {
  const Module module = tests::parse(function_bytes(":", {Op::block, empty, Op::i32_const, 1, Op::drop, Op::end, Op::end})).value();
  FunctionReader<Validate, Recorder> reader(module, Features::wasm2());
  Recorder recorder;
  FunctionBody cut = module.bodies[0];
  cut.code = cut.code.first(cut.code.size() - 1);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(reader.read(module.bodies[0], recorder));
    CHECK(recorder.log == "() block[->] i32.const:1 drop end+ end+.");
    CHECK(reader.read(cut, recorder).has_error());
  }
}
