#include <wasmer/module/parser.hpp>

#include "../catch.hpp"
#include "binary.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

void check_refused(const Bytes& bytes, std::string_view message, Features features = Features::wasm2()) {
  const Result<Module> module = tests::parse(bytes, features);
  REQUIRE(module.has_error());
  CHECK(module.error().message() == message);
}

}  // namespace

TEST_CASE("the smallest module is its header") {
  const Module module = tests::parse(module_bytes({})).value();
  CHECK(module.bytes->size() == 8);
  CHECK(module.sections.empty());
  CHECK(module.bodies.empty());
}

TEST_CASE("a header that is cut off, of another kind or of another version is refused") {
  check_refused({}, "malformed: unexpected end of section or function at byte 0x0");
  check_refused({0, 'a', 's', 'm', 1, 0, 0}, "malformed: unexpected end of section or function at byte 0x7");
  check_refused({'w', 'a', 's', 'm', 1, 0, 0, 0}, "malformed: magic header not detected at byte 0x0");
  check_refused({0, 'a', 's', 'm', 2, 0, 0, 0}, "malformed: unknown binary version at byte 0x4");
  check_refused({0, 'a', 's', 'm', 0x0D, 0, 1, 0}, "malformed: unknown binary version at byte 0x4");
}

TEST_CASE("every section of a module lands in its place") {
  const Bytes bytes = module_bytes({
      section(SectionId::type, {2, 0x60, 0, 0, 0x60, 2, ValueType::i32, ValueType::f64, 1, ValueType::i64}),
      section(SectionId::import, {4, "m", "f", 0, 1, "m", "t", 1, 0x6F, 1, 2, 3, "m", "n", 2, 0, 1, "m", "g", 3, ValueType::f32, 0}),
      section(SectionId::function, {1, 0}),
      section(SectionId::table, {1, 0x70, 0, 5}),
      section(SectionId::global, {1, ValueType::i64, 1, Op::i64_const, 0x7F, Op::end}),
      section(SectionId::export_, {2, "run", 0, 1, "mem", 2, 0}),
      section(SectionId::start, {1}),
      section(SectionId::element, {1, 0, Op::i32_const, 2, Op::end, 2, 0, 1}),
      section(SectionId::data_count, {1}),
      section(SectionId::code, {1, body({0, Op::end})}),
      section(SectionId::data, {1, 1, "abc"}),
  });
  const Module module = tests::parse(bytes).value();

  REQUIRE(module.types.size() == 2);
  CHECK(module.types[1].function == FunctionType(std::vector<ValueType>{ValueType::i32, ValueType::f64}, std::vector<ValueType>{ValueType::i64}));
  REQUIRE(module.imports.size() == 4);
  CHECK(module.imports[1].name == "t");
  CHECK(module.imports[1].kind == ExternKind::table);
  CHECK(module.functions == std::vector<std::uint32_t>{1, 0});
  CHECK(module.imported_functions == 1);
  REQUIRE(module.tables.size() == 2);
  CHECK(module.tables[0].type == TableType{externref, {2, 3}});
  CHECK(module.tables[1].type == TableType{funcref, {5, std::nullopt}});
  CHECK(module.memories == std::vector<MemoryType>{{{1, std::nullopt}}});
  REQUIRE(module.globals.size() == 2);
  CHECK(module.globals[0].type == GlobalType{ValueType::f32, false});
  CHECK(module.globals[1].type == GlobalType{ValueType::i64, true});
  CHECK(module.constants[module.globals[1].init.begin].value == ~std::uint64_t{0});
  REQUIRE(module.exports.size() == 2);
  CHECK(module.exports[1].kind == ExternKind::memory);
  CHECK(module.start == 1u);
  REQUIRE(module.elements.size() == 1);
  CHECK(module.elements[0].functions == std::vector<std::uint32_t>{0, 1});
  CHECK(module.data_count == 1u);
  REQUIRE(module.data.size() == 1);
  CHECK(module.data[0].mode == SegmentMode::passive);
  CHECK(module.data[0].bytes.size() == 3);
  REQUIRE(module.bodies.size() == 1);
  CHECK(module.bodies[0].function == 1);
  CHECK(module.bodies[0].type == 0);
  CHECK(module.bodies[0].code.size() == 2);
  CHECK(module.bodies[0].code.data() == module.bytes->data() + module.bodies[0].offset);
  CHECK(module.sections.size() == 11);
  CHECK(module.offset_of(SectionId::type) == 10);
  CHECK(module.offset_of(SectionId::memory) == 0);
}

TEST_CASE("functions that exports, segments and globals name are declared; the start function is not") {
  const Bytes bytes = module_bytes({
      section(SectionId::type, {1, 0x60, 0, 0}),
      section(SectionId::function, {5, 0, 0, 0, 0, 0}),
      section(SectionId::global, {1, 0x70, 0, Op::ref_func, 1, Op::end}),
      section(SectionId::export_, {1, "f", 0, 2}),
      section(SectionId::start, {4}),
      section(SectionId::element, {1, 3, 0, 1, 3}),
      section(SectionId::code, {5, body({0, Op::end}), body({0, Op::end}), body({0, Op::end}), body({0, Op::end}), body({0, Op::end})}),
  });
  CHECK(tests::parse(bytes).value().declared_functions == std::vector<bool>{false, true, true, true, false});
}

TEST_CASE("all eight forms of element segments are told apart") {
  const Pieces zero{Op::i32_const, 0, Op::end};
  const Bytes expressions = join({1, Op::ref_null, 0x70, Op::end});
  const Bytes bytes = module_bytes({
      section(SectionId::table, {1, 0x70, 0, 5}),
      section(SectionId::element, {8, 0, join(zero), 0, 1, 0, 0, 2, 0, join(zero), 0, 0, 3, 0, 0, 4, join(zero), expressions, 5, 0x70, expressions, 6, 0,
                                   join(zero), 0x6F, 0, 7, 0x6F, 0}),
  });
  const Module module = tests::parse(bytes).value();
  REQUIRE(module.elements.size() == 8);
  using enum SegmentMode;
  const SegmentMode modes[] = {active, passive, active, declarative, active, passive, active, declarative};
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(module.elements[i].mode == modes[i]);
    CHECK(module.elements[i].by_expressions == (i >= 4));
    CHECK(module.elements[i].size() == (i == 4 || i == 5 ? 1 : 0));
    CHECK(module.elements[i].type == (i < 6 ? funcref : externref));
  }
}

TEST_CASE("custom sections stand anywhere and remember what they stand behind") {
  const Bytes bytes = module_bytes({section(SectionId::custom, {"a", 1, 2}), section(SectionId::type, {0}), section(SectionId::custom, {"b"})});
  const Module module = tests::parse(bytes).value();
  REQUIRE(module.custom_sections.size() == 2);
  CHECK(module.custom_sections[0].name == "a");
  CHECK(module.custom_sections[0].bytes.size() == 2);
  CHECK(module.custom_sections[0].offset == 12);
  CHECK(module.custom_sections[0].after == 0);
  CHECK(module.custom_sections[1].after == static_cast<std::uint8_t>(SectionId::type));
}

TEST_CASE("sections out of order, twice or unknown are refused") {
  check_refused(module_bytes({section(SectionId::import, {0}), section(SectionId::type, {0})}), "malformed: unexpected content after last section at byte 0xb");
  check_refused(module_bytes({section(SectionId::start, {0}), section(SectionId::start, {0})}), "malformed: unexpected content after last section at byte 0xb");
  check_refused(module_bytes({14, 0}), "malformed: malformed section id at byte 0x8");
}

TEST_CASE("a section's contents are as long as its size says") {
  check_refused(module_bytes({1, 2, 0, 0}), "malformed: section size mismatch at byte 0xc");
  check_refused(module_bytes({1, 3, 1, 0x60, 0, 0}), "malformed: section size mismatch at byte 0xd");
  check_refused(module_bytes({1, 100}), "malformed: length out of bounds at byte 0x9");
  check_refused(module_bytes({1, 4, 2, 0x60, 0, 0}), "malformed: unexpected end of section or function at byte 0xe");
}

TEST_CASE("a hostile count is no reason to allocate") {
  const Bytes huge{0xFF, 0xFF, 0xFF, 0xFF, 0x0F};
  for (const SectionId id : {SectionId::type, SectionId::import, SectionId::function, SectionId::export_, SectionId::element, SectionId::code, SectionId::data})
    check_refused(module_bytes({section(id, {huge})}), "malformed: length out of bounds at byte 0xa");
}

TEST_CASE("functions and bodies, and segments and their count, are equally many") {
  const Bytes type = section(SectionId::type, {1, 0x60, 0, 0});
  check_refused(module_bytes({type, section(SectionId::function, {1, 0})}),
              "malformed: function and code section have inconsistent lengths at byte 0x12: 1 and 0");
  check_refused(module_bytes({section(SectionId::code, {1, body({0, Op::end})})}),
              "malformed: function and code section have inconsistent lengths at byte 0xe: 0 and 1");
  check_refused(module_bytes({section(SectionId::data_count, {1})}), "malformed: data count and data section have inconsistent lengths at byte 0xb: 1 and 0");
}

TEST_CASE("names are UTF-8") {
  check_refused(module_bytes({section(SectionId::custom, {"\xFF"})}), "malformed: malformed UTF-8 encoding at byte 0xb");
  check_refused(module_bytes({section(SectionId::export_, {1, "\xC0\x80", 0, 0})}), "malformed: malformed UTF-8 encoding at byte 0xc");
}

TEST_CASE("flags and kinds that mean nothing are refused by name") {
  check_refused(module_bytes({section(SectionId::type, {1, 0x61})}), "malformed: malformed definition type at byte 0xb");
  check_refused(module_bytes({section(SectionId::type, {1, 0x60, 1, 0x40, 0})}), "malformed: malformed value type at byte 0xd");
  check_refused(module_bytes({section(SectionId::import, {1, "", "", 5})}), "malformed: malformed import kind at byte 0xd");
  check_refused(module_bytes({section(SectionId::export_, {1, "", 5, 0})}), "malformed: malformed export kind at byte 0xc");
  check_refused(module_bytes({section(SectionId::table, {1, 0x7F, 0, 0})}), "malformed: malformed reference type at byte 0xb");
  check_refused(module_bytes({section(SectionId::memory, {1, 0x10, 0})}), "malformed: malformed limits flags at byte 0xb");
  check_refused(module_bytes({section(SectionId::global, {1, ValueType::i32, 2, Op::end})}), "malformed: malformed mutability at byte 0xc");
  check_refused(module_bytes({section(SectionId::element, {1, 8})}), "malformed: malformed elements segment kind at byte 0xb");
  check_refused(module_bytes({section(SectionId::element, {1, 1, 1, 0})}), "malformed: malformed element kind at byte 0xc");
  check_refused(module_bytes({section(SectionId::data, {1, 3})}), "malformed: malformed data segment kind at byte 0xb");
}

TEST_CASE("an encoding of a proposal that is switched off says which") {
  const auto needs = [](Pieces sections, Proposal proposal, Features features = Features::wasm2()) {
    const Result<Module> module = tests::parse(module_bytes(sections), features);
    REQUIRE(module.has_error());
    CHECK(module.error().proposal() == proposal);
    CHECK(module.error().offset() != Error::no_offset);
  };
  needs({section(SectionId::memory, {1, 4, 1})}, Proposal::memory64);
  needs({section(SectionId::memory, {1, 3, 1, 1})}, Proposal::threads);
  needs({section(SectionId::memory, {1, 8, 1, 0})}, Proposal::custom_page_sizes);
  needs({section(SectionId::tag, {1, 0, 0})}, Proposal::exceptions);
  needs({section(SectionId::type, {1, 0x4E, 0})}, Proposal::gc);
  needs({section(SectionId::type, {1, 0x5F, 0})}, Proposal::gc);
  needs({section(SectionId::type, {1, 0x60, 1, 0x64, 0x70, 0})}, Proposal::function_references);
  needs({section(SectionId::type, {1, 0x60, 1, 0x6E, 0})}, Proposal::gc);
  needs({section(SectionId::type, {1, 0x60, 1, 0x69, 0})}, Proposal::exceptions);
  needs({section(SectionId::table, {1, 0x40, 0, 0x70, 0, 1, Op::ref_null, 0x70, Op::end})}, Proposal::function_references);
  needs({section(SectionId::global, {1, ValueType::i32, 0, Op::i32_const, 1, Op::i32_const, 2, Op::i32_add, Op::end})}, Proposal::extended_const);

  const Features first = Features::wasm1();
  needs({section(SectionId::type, {1, 0x60, 0, 2, ValueType::i32, ValueType::i32})}, Proposal::multi_value, first);
  needs({section(SectionId::type, {1, 0x60, 1, ValueType::v128, 0})}, Proposal::simd, first);
  needs({section(SectionId::type, {1, 0x60, 1, 0x6F, 0})}, Proposal::reference_types, first);
  needs({section(SectionId::import, {1, "", "", 3, ValueType::i32, 1})}, Proposal::mutable_globals, first);
  needs({section(SectionId::data_count, {0})}, Proposal::bulk_memory, first);
  needs({section(SectionId::data, {1, 1, 0})}, Proposal::bulk_memory, first);
}

TEST_CASE("a constant expression holds constant instructions, and what else it holds can be decoded") {
  const auto global = [](Pieces init) { return module_bytes({section(SectionId::global, {1, ValueType::i32, 0, join(init)})}); };
  check_refused(global({Op::i32_const, 0, Op::i32_eqz, Op::end}), "invalid: constant expression required at byte 0xf: i32.eqz");
  check_refused(global({Op::nop, 0x27}), "malformed: illegal opcode at byte 0xe: 27");
  check_refused(global({0xFC, 0x7F, Op::end}), "malformed: illegal opcode at byte 0xd: fc 7f");
  check_refused(global({Op::i32_const, 0}), "malformed: unexpected end of section or function at byte 0xf");
}

TEST_CASE("a malformed body comes before what is malformed behind the code section") {
  const Bytes bytes = module_bytes({
      section(SectionId::type, {1, 0x60, 0, 0}),
      section(SectionId::function, {1, 0}),
      section(SectionId::code, {1, body({0, 0x27, Op::end})}),
      section(SectionId::data, {1, 3}),
  });
  check_refused(bytes, "malformed: illegal opcode at byte 0x17: 27");
}

TEST_CASE("what is over a limit of the implementation says so") {
  Bytes params{0x60};
  for (const std::uint8_t byte : u32(1001)) params.push_back(byte);
  params.insert(params.end(), 1001, 0x7F);
  params.push_back(0);
  check_refused(module_bytes({section(SectionId::type, {1, params})}), "invalid: implementation limit exceeded at byte 0xd: 1001 parameters, at most 1000");
}
