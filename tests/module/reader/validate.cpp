#include <wasmer/module/reader/validate.hpp>

#include <wasmer/module/parse.hpp>
#include <wasmer/module/reader.hpp>
#include <wasmer/text/wat.hpp>

#include "../../catch.hpp"

using namespace wasmer;

static_assert(reader::lanes(Op::i8x16_extract_lane_s) == 16 && reader::lanes(Op::i16x8_replace_lane) == 8 &&
              reader::lanes(Op::i32x4_extract_lane) == 4);
static_assert(reader::lanes(Op::f64x2_replace_lane) == 2 && reader::lanes(Op::v128_load8_lane) == 16 && reader::lanes(Op::v128_store64_lane) == 2);

namespace {

constexpr reader::NoImmediate none;
constexpr ValueType i32 = ValueType::i32, i64 = ValueType::i64, f32 = ValueType::f32;

/// Function 0 is [i32] -> [i64]. Tables 0 and 1 are of functions, 2 of host references, 3 has addresses of 64 bits, as has memory 1.
const Module& sample() {
  constexpr std::string_view text = R"((module (func (param i32) (result i64) unreachable) (func $void)
    (type $pair (func (param i32) (result i64 f32))) (table 1 funcref) (table 1 funcref) (table 1 externref) (table i64 1 funcref)
    (memory 1) (memory i64 1) (global i32 (i32.const 0)) (global (mut f32) (f32.const 0)) (elem func 0) (elem externref) (data "")))";
  static const Module module = parse(wat(text).value(), Features::all()).value();
  return module;
}
/// The validation of a body of function 0, with some operands on its stack; its local 0 is the parameter.
struct Body : Validate {
  Body() : Validate(sample()) {
    static constexpr ValueType locals[] = {i32};
    begin(sample().bodies[0], locals);
  }
  template <class... Types> explicit Body(Types... operands) : Body() { (push(ValueType(operands)), ...); }
  using Frames::pop;
  /// What the stack holds, from the top, when these are popped: nothing else.
  template <class... Types> bool leaves(Types... types) {
    return (... && pop(ValueType(types))) && !failed() && !pop(i32) && detail() == "expected i32, got nothing";
  }
  std::string detail() const { return failed() ? std::string(error().detail()) : std::string(); }
};

}  // namespace

TEST_CASE("an instruction with a signature takes its operands for its results") {
  Body body(i64, i64);
  CHECK(body.apply<reader::signature_of<Op::i64_eq>>(i32));
  CHECK(body.leaves(i32));
  Body wrong(i64, f32);
  CHECK_FALSE(wrong.apply<reader::signature_of<Op::i64_eq>>(i32));
  CHECK(wrong.detail() == "expected i64, got f32");
}

TEST_CASE("an address is as wide as its memory's") {
  Body narrow(i32), wide(i64);
  CHECK(narrow.apply<reader::signature_of<Op::i64_load>>(i32));
  CHECK(wide.apply<reader::signature_of<Op::i64_load>>(i64));
  CHECK(wide.leaves(i64));
}

TEST_CASE("a branch of two ways leaves its operands, as the label's types") {
  Body body(i64, i32);
  CHECK(body.check(op_t<Op::br_if>{}, 0));
  CHECK(body.leaves(i64));
  Body missing(i32);
  CHECK_FALSE(missing.check(op_t<Op::br_if>{}, 0));
  CHECK(missing.detail() == "expected i64, got nothing");
  Body deep(i32);
  CHECK_FALSE(deep.check(op_t<Op::br_if>{}, 1));
  CHECK(deep.error().words() == "unknown label");
}

TEST_CASE("a call takes parameters and leaves results, and an indirect one takes an index besides") {
  Body body(i32);
  CHECK(body.check(op_t<Op::call>{}, 0));
  CHECK(body.leaves(i64));
  Body indirect(i32, i32);
  const std::uint32_t pair = 0;
  REQUIRE(sample().types[pair].function.results().size() == 2);
  CHECK(indirect.check(op_t<Op::call_indirect>{}, IndexPair{pair, 0}));
  CHECK(indirect.leaves(f32, i64));
  Body wide(i32, i64);
  CHECK(wide.check(op_t<Op::call_indirect>{}, IndexPair{pair, 3}));
}

TEST_CASE("a tail call's callee leaves what the function leaves") {
  Body body(i32);
  CHECK(body.check(op_t<Op::return_call>{}, 0));
  Body other;
  CHECK_FALSE(other.check(op_t<Op::return_call>{}, 1));
  CHECK(other.detail() == "a tail call of a function with other results");
}

TEST_CASE("a select finds the type of its operands, unless they are references") {
  ValueType type;
  Body body(f32, f32, i32);
  CHECK(body.check(op_t<Op::select>{}, type));
  CHECK(type == ValueType(f32));
  Body mixed(f32, i64, i32);
  CHECK_FALSE(mixed.check(op_t<Op::select>{}, type));
  CHECK(mixed.detail() == "expected f32, got i64");
  Body references;
  references.push(funcref), references.push(funcref), references.push(i32);
  CHECK_FALSE(references.check(op_t<Op::select>{}, type));
  CHECK(references.detail() == "a select of references must say their type");
}

TEST_CASE("of a select whose operands are unknown nothing is known") {
  Body body;
  body.diverge();
  ValueType type = i32;
  CHECK(body.check(op_t<Op::select>{}, type));
  CHECK(type == ValueType(ValueType::bottom));
}

TEST_CASE("locals and globals have their types, and only a mutable global is set") {
  Body body;
  CHECK(body.check(op_t<Op::local_get>{}, 0));
  CHECK(body.check(op_t<Op::local_tee>{}, 0));
  CHECK(body.check(op_t<Op::local_set>{}, 0));
  CHECK(body.check(op_t<Op::global_get>{}, 1));
  CHECK(body.check(op_t<Op::global_set>{}, 1));
  CHECK_FALSE(body.check(op_t<Op::local_get>{}, 1));
  CHECK(body.detail() == "1 (there are 1)");
  Body immutable(i32);
  CHECK_FALSE(immutable.check(op_t<Op::global_set>{}, 0));
  CHECK(immutable.error().words() == "immutable global");
}

TEST_CASE("tables are indexed by their addresses and hold their elements") {
  Body get(i64);
  CHECK(get.check(op_t<Op::table_get>{}, 3));
  CHECK(get.pop(funcref));
  Body set(i32, externref);
  CHECK(set.check(op_t<Op::table_set>{}, 2));
  Body wrong(i32, externref);
  CHECK_FALSE(wrong.check(op_t<Op::table_set>{}, 0));
  CHECK(wrong.detail() == "expected funcref, got externref");
  Body grow(externref, i32);
  CHECK(grow.check(op_t<Op::table_grow>{}, 2));
  CHECK(grow.leaves(i32));
  Body fill(i64, funcref, i64);
  CHECK(fill.check(op_t<Op::table_fill>{}, 3));
}

TEST_CASE("what is copied between tables fits, and is counted in the shorter of their addresses") {
  Body same(i32, i32, i32);
  CHECK(same.check(op_t<Op::table_copy>{}, IndexPair{0, 1}));
  Body mixed(i64, i32, i32);  // to, from, count
  CHECK(mixed.check(op_t<Op::table_copy>{}, IndexPair{3, 0}));
  Body wide(i64, i64, i64);
  CHECK(wide.check(op_t<Op::table_copy>{}, IndexPair{3, 3}));
  Body wrong(i32, i32, i32);
  CHECK_FALSE(wrong.check(op_t<Op::table_copy>{}, IndexPair{0, 2}));
  CHECK(wrong.detail() == "expected funcref, got externref");
  Body segment(i32, i32, i32);
  CHECK_FALSE(segment.check(op_t<Op::table_init>{}, IndexPair{1, 0}));
  CHECK(segment.detail() == "expected funcref, got externref");
}

TEST_CASE("what is copied between memories is counted in the shorter of their addresses") {
  Body to_wide(i64, i32, i32), to_narrow(i32, i64, i32), wrong(i64, i32, i64);
  CHECK(to_wide.check(op_t<Op::memory_copy>{}, IndexPair{1, 0}));
  CHECK(to_narrow.check(op_t<Op::memory_copy>{}, IndexPair{0, 1}));
  CHECK_FALSE(wrong.check(op_t<Op::memory_copy>{}, IndexPair{1, 0}));
}

TEST_CASE("a reference is asked for null, a number is not") {
  Body body(externref);
  CHECK(body.check(op_t<Op::ref_is_null>{}, none));
  CHECK(body.leaves(i32));
  Body number(f32);
  CHECK_FALSE(number.check(op_t<Op::ref_is_null>{}, none));
  CHECK(number.detail() == "expected a reference, got f32");
}

TEST_CASE("a function that nothing outside of the bodies names cannot be referred to") {
  Body body;
  CHECK(body.check(op_t<Op::ref_func>{}, 0));
  CHECK(body.pop(ValueType::reference(HeapType::index(sample().functions[0]), false)));
  CHECK(body.check(op_t<Op::ref_func>{}, 0));
  CHECK(body.pop(funcref));
  CHECK_FALSE(body.check(op_t<Op::ref_func>{}, 1));
  CHECK(body.error().words() == "undeclared function reference");
}

TEST_CASE("a reference that has been tested is not null") {
  const ValueType null = ValueType::reference(HeapType::func, true), not_null = ValueType::reference(HeapType::func, false);
  Body body(null);
  CHECK(body.check(op_t<Op::ref_as_non_null>{}, none));
  CHECK(body.pop(not_null));
  Body number(i32);
  CHECK_FALSE(number.check(op_t<Op::ref_as_non_null>{}, none));
  CHECK(number.detail() == "expected a reference, got i32");
  Body nothing;
  nothing.diverge();
  CHECK(nothing.check(op_t<Op::ref_as_non_null>{}, none));
  CHECK(nothing.check(op_t<Op::ref_as_non_null>{}, none));
  CHECK(nothing.pop(not_null));
  Body unknown;
  unknown.diverge();
  CHECK(unknown.check(op_t<Op::ref_as_non_null>{}, none));
  CHECK_FALSE(unknown.pop(i32));
}

TEST_CASE("a branch on null takes what the label takes, and leaves the reference; one on anything else takes the reference too") {
  const ValueType null = ValueType::reference(HeapType::func, true), not_null = ValueType::reference(HeapType::func, false);
  const std::array<ValueType, 1> number{i64};
  const std::array<ValueType, 2> both{i64, null};
  Body body(i64, null);
  REQUIRE(body.open(reader::FrameKind::block, {{}, number}));
  body.push(i64), body.push(null);
  CHECK(body.check(op_t<Op::br_on_null>{}, 0));
  CHECK((body.pop(not_null) && body.pop(i64)));
  Body other;
  REQUIRE(other.open(reader::FrameKind::block, {{}, both}));
  other.push(i64), other.push(null);
  CHECK(other.check(op_t<Op::br_on_non_null>{}, 0));
  CHECK(other.pop(i64));
  Body without;
  REQUIRE(without.open(reader::FrameKind::block, {{}, number}));
  without.push(i64), without.push(null);
  CHECK_FALSE(without.check(op_t<Op::br_on_non_null>{}, 0));
  CHECK(without.detail() == "a label that takes no reference");
}

TEST_CASE("a local that cannot be null is set before it is read, in the same block or in one around it") {
  const ValueType null = ValueType::reference(HeapType::func, true), not_null = ValueType::reference(HeapType::func, false);
  const std::array locals{ValueType(i32), not_null, null, not_null};
  Body body;
  body.begin(sample().bodies[0], locals, 1);
  CHECK((body.check(op_t<Op::local_get>{}, 0) && body.check(op_t<Op::local_get>{}, 2)));
  body.push(not_null);
  CHECK(body.check(op_t<Op::local_set>{}, 1));
  CHECK(body.check(op_t<Op::local_get>{}, 1));
  REQUIRE(body.open(reader::FrameKind::block, {}));
  body.push(not_null);
  CHECK((body.check(op_t<Op::local_tee>{}, 3) && body.check(op_t<Op::local_get>{}, 3) && body.check(op_t<Op::local_get>{}, 1)));
  CHECK((body.pop(not_null) && body.pop(not_null) && body.pop(not_null)));
  CHECK((body.check(op_t<Op::end>{}, none) && body.close()));
  CHECK(body.check(op_t<Op::local_get>{}, 1));
  CHECK_FALSE(body.check(op_t<Op::local_get>{}, 3));
  CHECK(body.error().words() == "uninitialized local");
  Body beyond;
  beyond.begin(sample().bodies[0], locals, 1);
  CHECK_FALSE(beyond.check(op_t<Op::local_get>{}, 4));
  CHECK(beyond.error().words() == "unknown local");
}

TEST_CASE("a clause's label takes what the clause catches, and the exception where it is asked for") {
  const auto valid = [](std::string_view fields) {
    const Module module = parse(wat("(module (tag $e (param i32)) " + std::string(fields) + ")").value(), Features::all()).value();
    FunctionReader<Validate, NullConsumer> reader(module, Features::all());
    NullConsumer nobody;
    for (const FunctionBody& body : module.bodies)
      if (reader.read(body, nobody).has_error()) return false;
    return true;
  };
  CHECK(valid("(func (result i32) (try_table (catch $e 0)) (i32.const 1))"));
  CHECK(valid("(func (result i32 exnref) (try_table (catch_ref $e 0)) unreachable)"));
  CHECK(valid("(func (result i32 (ref exn)) (try_table (catch_ref $e 0)) unreachable)"));
  CHECK(valid("(func (try_table (catch_all 0)))"));
  CHECK_FALSE(valid("(func (try_table (catch $e 0)))"));
  CHECK_FALSE(valid("(func (result i32) (try_table (catch_ref $e 0)) (i32.const 1))"));
  CHECK_FALSE(valid("(func (try_table (catch_all_ref 0)))"));
}
