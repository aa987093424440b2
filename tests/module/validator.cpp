#include <wasmer/module/validator.hpp>

#include <string>

#include <wasmer/module/parse.hpp>
#include <wasmer/module/validate.hpp>
#include <wasmer/text/wat.hpp>

#include "../catch.hpp"
#include "binary.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

Result<void> check(Pieces sections, Features features = Features::wasm2()) {
  const Module module = tests::parse(module_bytes(sections), features).value();
  return validate_module(module, features);
}
void check_error(Pieces sections, std::string_view message, Features features = Features::wasm2()) {
  const Result<void> result = check(sections, features);
  REQUIRE(result.has_error());
  CHECK(result.error().message() == message);
}

const Bytes types = section(SectionId::type, {2, 0x60, 0, 0, 0x60, 1, ValueType::i32, 0});
const Bytes function = section(SectionId::function, {1, 0});
const Bytes code = section(SectionId::code, {1, body({0, Op::end})});

Bytes global(Pieces init, ValueType::Kind type = ValueType::i32) { return section(SectionId::global, {1, type, 0, join(init)}); }

}  // namespace

TEST_CASE("an empty module is valid") { CHECK(check({})); }

TEST_CASE("functions, imports and tags have types that exist") {
  CHECK(check({types, function, code}));
  check_error({types, section(SectionId::function, {1, 2}), code}, "invalid: unknown type at byte 0x14: 2 (there are 2)");
  check_error({types, section(SectionId::import, {1, "", "", 0, 7})}, "invalid: unknown type at byte 0x14: 7 (there are 2)");
  const Features with_tags = Features::wasm2().with(Proposal::exceptions);
  CHECK(check({types, section(SectionId::tag, {1, 0, 1})}, with_tags));
  check_error({types, section(SectionId::tag, {1, 0, 2})}, "invalid: unknown type at byte 0x14: 2 (there are 2)", with_tags);
}

TEST_CASE("a table's bounds are in order") {
  CHECK(check({section(SectionId::table, {1, 0x70, 1, 3, 3})}));
  check_error({section(SectionId::table, {1, 0x70, 1, 4, 3})}, "invalid: size minimum must not be greater than maximum at byte 0xa: 4 > 3");
  check_error({section(SectionId::table, {1, 0x70, 0, Bytes{0x80, 0x80, 0x80, 0x80, 0x10}})}, "invalid: table size must be at most 2^32-1 at byte 0xa: 4294967296");
}

TEST_CASE("a memory has at most 65536 pages") {
  CHECK(check({section(SectionId::memory, {1, 0, u32(65536)})}));
  check_error({section(SectionId::memory, {1, 0, u32(65537)})}, "invalid: memory size must be at most 65536 pages (4GiB) at byte 0xa: 65537");
  check_error({section(SectionId::memory, {1, 1, 0, u32(65537)})}, "invalid: memory size must be at most 65536 pages (4GiB) at byte 0xa: 65537");
}

TEST_CASE("a second memory needs a proposal, and in WebAssembly 1.0 is an error of its own") {
  const Bytes two = section(SectionId::memory, {2, 0, 0, 0, 0});
  check_error({two}, "invalid: unsupported proposal at byte 0xa: needs multi-memory");
  check_error({two}, "invalid: multiple memories at byte 0xa", Features::wasm1());
  CHECK(check({two}, Features::wasm2().with(Proposal::multi_memory)));
  check_error({section(SectionId::table, {2, 0x70, 0, 0, 0x70, 0, 0})}, "invalid: multiple tables at byte 0xa", Features::wasm1());
}

TEST_CASE("shared memories have a maximum, and pages are 1 or 65536 bytes") {
  const Features threads = Features::wasm2().with(Proposal::threads);
  CHECK(check({section(SectionId::memory, {1, 3, 1, 2})}, threads));
  check_error({section(SectionId::memory, {1, 2, 1})}, "invalid: shared memory must have maximum at byte 0xa", threads);
  const Features sizes = Features::wasm2().with(Proposal::custom_page_sizes);
  CHECK(check({section(SectionId::memory, {1, 8, Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, 0})}, sizes));
  check_error({section(SectionId::memory, {1, 8, 1, 15})}, "invalid: invalid custom page size at byte 0xa: 2^15", sizes);
}

TEST_CASE("a constant expression leaves one value of its type") {
  CHECK(check({global({Op::i32_const, 1, Op::end})}));
  check_error({global({Op::i64_const, 1, Op::end})}, "invalid: type mismatch at byte 0xd: expected i32, got i64 from a constant expression");
  check_error({global({Op::end})}, "invalid: type mismatch at byte 0xa: expected i32, got nothing from a constant expression");
  check_error({global({Op::i32_const, 1, Op::i32_const, 1, Op::end})}, "invalid: type mismatch at byte 0xd: expected i32, got 2 values from a constant expression");
}

TEST_CASE("a constant expression computes where that is switched on") {
  const Features extended = Features::wasm2().with(Proposal::extended_const);
  CHECK(check({global({Op::i32_const, 1, Op::i32_const, 2, Op::i32_mul, Op::end})}, extended));
  check_error({global({Op::i32_const, 1, Op::i32_mul, Op::end})},
              "invalid: type mismatch at byte 0xf: expected two operands of type i32 in a constant expression", extended);
}

TEST_CASE("a constant expression reads imported, immutable globals") {
  const auto import = [](int is_mutable) { return section(SectionId::import, {1, "", "", 3, ValueType::i32, is_mutable}); };
  CHECK(check({import(0), global({Op::global_get, 0, Op::end})}));
  check_error({import(1), global({Op::global_get, 0, Op::end})}, "invalid: constant expression required at byte 0x15: global 0 is mutable");
  check_error({import(0), global({Op::global_get, 1, Op::end})}, "invalid: unknown global at byte 0x15: 1 (there are 1)");
  check_error({section(SectionId::global, {2, ValueType::i32, 0, Op::i32_const, 0, Op::end, ValueType::i32, 0, Op::global_get, 0, Op::end})},
              "invalid: unsupported proposal at byte 0x12: needs gc");
}

TEST_CASE("a constant expression refers to functions that exist") {
  const auto init = [](int index) { return section(SectionId::global, {1, 0x70, 0, Op::ref_func, index, Op::end}); };
  CHECK(check({types, function, init(0), code}));
  check_error({types, function, init(1), code}, "invalid: unknown function at byte 0x1b: 1 (there are 1)");
}

TEST_CASE("an element segment fits its table") {
  const Bytes table = section(SectionId::table, {1, 0x70, 0, 1});
  CHECK(check({types, function, table, section(SectionId::element, {1, 0, Op::i32_const, 0, Op::end, 1, 0}), code}));
  check_error({section(SectionId::element, {1, 0, Op::i32_const, 0, Op::end, 0})}, "invalid: unknown table at byte 0xa: 0 (there are 0)");
  check_error({table, section(SectionId::element, {1, 0, Op::i32_const, 0, Op::end, 1, 0})}, "invalid: unknown function at byte 0x10: 0 (there are 0)");
  check_error({table, section(SectionId::element, {1, 6, 0, Op::i32_const, 0, Op::end, 0x6F, 0})},
              "invalid: type mismatch at byte 0x10: elements of type externref in a table of funcref");
  check_error({table, section(SectionId::element, {1, 0, Op::i64_const, 0, Op::end, 0})},
              "invalid: type mismatch at byte 0x12: expected i32, got i64 from a constant expression");
  check_error({section(SectionId::element, {1, 5, 0x6F, 1, Op::ref_null, 0x70, Op::end})},
              "invalid: type mismatch at byte 0xe: expected externref, got funcref from a constant expression");
}

TEST_CASE("an active data segment has a memory") {
  CHECK(check({section(SectionId::memory, {1, 0, 0}), section(SectionId::data, {1, 0, Op::i32_const, 0, Op::end, 0})}));
  CHECK(check({section(SectionId::data, {1, 1, 0})}));
  check_error({section(SectionId::data, {1, 0, Op::i32_const, 0, Op::end, 0})}, "invalid: unknown memory at byte 0xa: 0 (there are 0)");
}

TEST_CASE("the start function exists, takes nothing and leaves nothing") {
  CHECK(check({types, function, section(SectionId::start, {0}), code}));
  check_error({section(SectionId::start, {0})}, "invalid: unknown function at byte 0xa: 0 (there are 0)");
  check_error({types, section(SectionId::function, {1, 1}), section(SectionId::start, {0}), code},
              "invalid: start function at byte 0x18: it has parameters or results");
}

TEST_CASE("exports exist, under names of their own") {
  const auto two = [](const char* second, int index) { return section(SectionId::export_, {2, "a", 0, 0, second, 0, index}); };
  CHECK(check({types, function, two("b", 0), code}));
  check_error({types, function, two("a", 0), code}, "invalid: duplicate export name at byte 0x18: \"a\"");
  check_error({types, function, two("b", 1), code}, "invalid: unknown function at byte 0x18: 1 (there are 1)");
  check_error({section(SectionId::export_, {1, "m", 2, 0})}, "invalid: unknown memory at byte 0xa: 0 (there are 0)");
  check_error({section(SectionId::export_, {1, "t", 1, 0})}, "invalid: unknown table at byte 0xa: 0 (there are 0)");
  check_error({section(SectionId::export_, {1, "g", 3, 0})}, "invalid: unknown global at byte 0xa: 0 (there are 0)");
}

TEST_CASE("function indices fill a table of functions, also where a type could say that they are never null") {
  for (const Features features : {Features::wasm1(), Features::wasm2(), Features::wasm3()}) {
    const Module module = wasmer::parse(wat("(module (table 1 funcref) (func $f) (elem (i32.const 0) $f))").value(), features).value();
    CHECK(validate(module, features).has_value());
  }
}

TEST_CASE("table.init takes a segment of function indices, also where a type could say that they are never null") {
  const char* text = "(module (func $f) (table 1 funcref) (elem func $f) (func (table.init 0 (i32.const 0) (i32.const 0) (i32.const 1))))";
  for (const Features features : {Features::wasm2(), Features::wasm3()}) {
    const Module module = wasmer::parse(wat(text).value(), features).value();
    CHECK(validate(module, features).has_value());
  }
}

TEST_CASE("a declared supertype stands before, is not final, and is matched") {
  const auto check_types = [](std::string_view types) {
    const Result<void> result = validate_module(wasmer::parse(wat("(module " + std::string(types) + ")").value(), Features::wasm3()).value(), Features::wasm3());
    return result.has_value() ? "valid" : std::string(result.error().words());
  };
  CHECK(check_types("(type $a (sub (struct (field (ref null $a))))) (type $b (sub $a (struct (field (ref null $b)) (field i32))))") == "valid");
  CHECK(check_types("(type $a (struct)) (type (sub $a (struct)))") == "sub type");
  CHECK(check_types("(type $a (sub (struct (field i32)))) (type (sub $a (struct)))") == "sub type");
  CHECK(check_types("(type $a (sub (struct (field (mut anyref))))) (type (sub $a (struct (field (mut eqref)))))") == "sub type");
  CHECK(check_types("(type $a (sub (array anyref))) (type (sub $a (array eqref)))") == "valid");
  CHECK(check_types("(type $a (sub (array i8))) (type (sub $a (array i16)))") == "sub type");
  CHECK(check_types("(type $a (sub (func (param eqref) (result anyref)))) (type (sub $a (func (param anyref) (result eqref))))") == "valid");
  CHECK(check_types("(type $a (sub (func (param anyref)))) (type (sub $a (func (param eqref))))") == "sub type");
  CHECK(check_types("(rec (type $a (sub $b (struct))) (type $b (sub (struct))))") == "unknown type");
  CHECK(check_types("(type (struct (field (ref 1)))) (type (struct))") == "unknown type");
  std::string deep = "(type (sub (struct)))";
  for (int i = 0; i < 63; ++i) deep += "(type (sub " + std::to_string(i) + " (struct)))";
  CHECK(check_types(deep) == "valid");
  CHECK(check_types(deep + "(type (sub 63 (struct)))") == "implementation limit exceeded");
}

TEST_CASE("a constant expression may make objects") {
  const auto check_global = [](std::string_view type, std::string_view init) {
    const std::string text = "(module (type $s (struct (field i8) (field (ref i31)))) (type $a (array i64)) (global $g " + std::string(type) + " " + std::string(init) + "))";
    const Result<void> result = validate_module(wasmer::parse(wat(text).value(), Features::wasm3()).value(), Features::wasm3());
    return result.has_value() ? "valid" : std::string(result.error().words());
  };
  CHECK(check_global("(ref $s)", "(struct.new $s (i32.const 1) (ref.i31 (i32.const 2)))") == "valid");
  CHECK(check_global("(ref $s)", "(struct.new $s (i32.const 1) (ref.null i31))") == "type mismatch");
  CHECK(check_global("(ref $s)", "(struct.new_default $s)") == "type mismatch");
  CHECK(check_global("(ref $a)", "(array.new $a (i64.const 1) (i32.const 2))") == "valid");
  CHECK(check_global("(ref $a)", "(array.new_fixed $a 2 (i64.const 1))") == "type mismatch");
  CHECK(check_global("externref", "(extern.convert_any (ref.i31 (i32.const 2)))") == "valid");
  CHECK(check_global("(ref $a)", "(struct.new_default $a)") == "type mismatch");
}
