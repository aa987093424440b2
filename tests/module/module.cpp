#include <wasmer/module/module.hpp>

#include <type_traits>
#include <utility>

#include "../catch.hpp"
#include "binary.hpp"

using namespace wasmer;
using namespace wasmer::tests;

static_assert(std::is_nothrow_move_constructible_v<Module> && !std::is_copy_constructible_v<Module>, "it is large");
static_assert(static_cast<int>(SectionId::custom) == 0 && static_cast<int>(SectionId::data) == 11 && static_cast<int>(SectionId::tag) == 13);

namespace {
/// [i32 i64] -> [i64 i32] is type 1; function 0 is imported, of that type.
Module sample() {
  return tests::parse(module_bytes({
      section(SectionId::type, {2, 0x60, 0, 0, 0x60, 2, ValueType::i32, ValueType::i64, 2, ValueType::i64, ValueType::i32}),
      section(SectionId::import, {1, "m", "f", 0, 1}),
      section(SectionId::function, {2, 0, 0}),
      section(SectionId::code, {2, body({0, Op::end}), body({0, Op::nop, Op::nop, Op::end})}),
  })).value();
}
}  // namespace

TEST_CASE("a function's type is found by its index, imported or defined") {
  const Module module = sample();
  CHECK(module.function_type(0).params().size() == 2);
  CHECK(module.function_type(0).results()[0] == ValueType(ValueType::i64));
  CHECK(module.function_type(2) == FunctionType());
}

TEST_CASE("a section's contents begin where it says, and nowhere if there is none") {
  const Module module = sample();
  CHECK(module.offset_of(SectionId::type) == 10);
  CHECK(module.bytes->at(module.offset_of(SectionId::code)) == std::byte{2});  // the number of bodies
  CHECK(module.offset_of(SectionId::data) == 0);
}

TEST_CASE("the bodies' bytes are counted without their sizes") {
  CHECK(sample().code_bytes() == 2 + 4);
  CHECK(Module().code_bytes() == 0);
}

TEST_CASE("names and bodies stay where they are when the module is moved") {
  Module module = sample();
  const char* const name = module.imports[0].name.data();
  const std::byte* const code = module.bodies[1].code.data();
  const Module moved = std::move(module);
  CHECK(moved.imports[0].name == "f");
  CHECK(moved.imports[0].name.data() == name);
  CHECK(moved.bodies[1].code.data() == code);
  CHECK(moved.bytes->data() + moved.bodies[1].offset == code);
}

TEST_CASE("an element segment has as many elements as it lists, in the one form or the other") {
  ElementSegment segment;
  segment.functions = {1, 2, 3};
  CHECK(segment.size() == 3);
  segment = {};
  segment.by_expressions = true;
  segment.expressions.resize(2);
  CHECK(segment.size() == 2);
}
