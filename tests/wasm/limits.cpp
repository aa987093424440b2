#include <wasmer/wasm/limits.hpp>

#include <string>
#include <utility>
#include <vector>

#include <wasmer/module/validator.hpp>
#include <wasmer/text/wat.hpp>
#include <wasmer/wasm/types.hpp>

#include "../catch.hpp"
#include "../module/binary.hpp"

using namespace wasmer;
using namespace wasmer::tests;

// What the JavaScript API lets every engine refuse (its section "Implementation-defined limits"), no lower.
static_assert(limit::module_size >= 1'073'741'824 && limit::functions >= 1'000'000 && limit::imports >= 1'000'000 && limit::types < HeapType::abstract_base);
static_assert(limit::params >= 1'000 && limit::results >= 1'000 && limit::locals >= 50'000 && limit::function_size >= 7'654'321);
static_assert(limit::exports >= 1'000'000 && limit::globals >= 1'000'000 && limit::tags >= 1'000'000 && limit::recursion_groups >= 1'000'000);
static_assert(limit::data_segments >= 100'000 && limit::element_segments >= 10'000'000 && limit::segment_elements >= 10'000'000);
static_assert(limit::tables >= 100'000 && limit::memories >= 100 && limit::table_size >= 10'000'000 && limit::branch_table >= 65'520);
static_assert(limit::struct_fields >= 10'000 && limit::array_new_fixed >= 10'000 && limit::supertype_depth >= 63 && limit::name_length >= 100'000);

namespace {

/// `count` times the same bytes.
Bytes times(std::uint32_t count, const Bytes& bytes) {
  Bytes all;
  all.reserve(count * bytes.size());
  for (std::uint32_t i = 0; i < count; ++i) all.insert(all.end(), bytes.begin(), bytes.end());
  return all;
}

/// What is said of a module: nothing when it is taken.
std::string verdict(const Bytes& bytes) {
  const auto module = tests::parse(bytes, Features::all());
  if (!module) return module.error().message();
  const auto valid = validate(module.assume_value(), Features::all());
  return valid ? std::string() : valid.error().message();
}

/// A module of one section that says it has `count` items, and has none.
std::string verdict_of_count(SectionId id, std::uint32_t count) { return verdict(module_bytes({section(id, {u32(count)})})); }

std::string too_many(std::uint64_t count, const std::string& what, std::uint64_t limit) {
  return std::to_string(count) + " " + what + ", at most " + std::to_string(limit);
}

/// A module of one function without parameters and results, with these locals and instructions.
Bytes function_of(const Bytes& locals_and_code) {
  return module_bytes({section(SectionId::type, {1, 0x60, 0, 0}), section(SectionId::function, {1, 0}), section(SectionId::code, {1, sized(locals_and_code)})});
}

}  // namespace

TEST_CASE("a type's index fits where heap types are kept") { CHECK(limit::types <= HeapType::abstract_base); }

TEST_CASE("a section with one item too many is refused before its items are read") {
  const struct {
    SectionId section;
    std::uint32_t limit;
    const char* what;
  } limits[]{{SectionId::type, limit::types, "types"},
             {SectionId::import, limit::imports, "imports"},
             {SectionId::function, limit::functions, "functions"},
             {SectionId::table, limit::tables, "tables"},
             {SectionId::memory, limit::memories, "memories"},
             {SectionId::tag, limit::tags, "tags"},
             {SectionId::global, limit::globals, "globals"},
             {SectionId::export_, limit::exports, "exports"},
             {SectionId::element, limit::element_segments, "element segments"},
             {SectionId::code, limit::functions, "function bodies"},
             {SectionId::data, limit::data_segments, "data segments"}};
  for (const auto& [id, limit, what] : limits) {
    CAPTURE(what);
    for (const std::uint32_t count : {limit + 1, 0xFFFF'FFFFu}) {
      const std::string said = verdict_of_count(id, count);
      // Where not even the count's bytes could follow, that is what is said.
      CHECK((said.find(too_many(count, what, limit)) != std::string::npos || said.find("length out of bounds") != std::string::npos));
    }
    CHECK(verdict_of_count(id, limit).find("at most") == std::string::npos);
  }
}

TEST_CASE("memories and tables that are imported count for their limits") {
  const Bytes memory = join({"", "", 2, 0, 1}), table = join({"", "", 1, 0x70, 0, 1});
  const auto importing = [](std::uint32_t count, const Bytes& each, Pieces more) { return module_bytes({section(SectionId::import, {u32(count), times(count, each)}), join(more)}); };
  CHECK(verdict(importing(limit::memories, memory, {})).empty());
  CHECK(verdict(importing(limit::memories + 1, memory, {})).find(too_many(101, "memories", 100)) != std::string::npos);
  CHECK(verdict(importing(limit::memories, memory, {section(SectionId::memory, {1, 0, 1})})).find(too_many(101, "memories", 100)) != std::string::npos);
  CHECK(verdict(importing(limit::tables + 1, table, {})).find(too_many(limit::tables + 1, "tables", limit::tables)) != std::string::npos);
}

TEST_CASE("a function type has a thousand parameters and results, and no more") {
  const auto type = [](std::uint32_t params, std::uint32_t results) {
    return module_bytes({section(SectionId::type, {1, 0x60, u32(params), times(params, {0x7F}), u32(results), times(results, {0x7F})})});
  };
  CHECK(verdict(type(limit::params, limit::results)).empty());
  CHECK(verdict(type(limit::params + 1, 0)).find(too_many(1001, "parameters", 1000)) != std::string::npos);
  CHECK(verdict(type(0, limit::results + 1)).find(too_many(1001, "results", 1000)) != std::string::npos);
}

TEST_CASE("a structure has ten thousand fields, and no more") {
  const auto type = [](std::uint32_t fields) { return module_bytes({section(SectionId::type, {1, 0x5F, u32(fields), times(fields, {0x7F, 0})})}); };
  CHECK(verdict(type(limit::struct_fields)).find("at most") == std::string::npos);
  CHECK(verdict(type(limit::struct_fields + 1)).find(too_many(10'001, "fields", 10'000)) != std::string::npos);
}

TEST_CASE("a body has as many bytes as it may, and no more") {
  const auto body = [](std::uint32_t size) { return function_of(join({0, times(size - 2, {0x01}), Op::end})); };
  CHECK(verdict(body(limit::function_size)).empty());
  CHECK(verdict(body(limit::function_size + 1)).find(too_many(limit::function_size + 1, "bytes in a function", limit::function_size)) != std::string::npos);
}

TEST_CASE("locals are counted before there is a place for each") {
  CHECK(verdict(function_of(join({1, u32(limit::locals), 0x7F, Op::end}))).empty());
  for (const std::uint32_t count : {limit::locals + 1, 1'000'000u, 0xFFFF'FFFFu})
    CHECK(verdict(function_of(join({1, u32(count), 0x7F, Op::end}))).find(too_many(count, "locals", limit::locals)) != std::string::npos);
}

TEST_CASE("a branch table has as many labels as it may, and no more") {
  const auto table = [](std::uint32_t labels) {
    return function_of(join({0, Op::i32_const, 0, Op::br_table, u32(labels), times(labels + 1, {0}), Op::end}));
  };
  CHECK(verdict(table(limit::branch_table)).empty());
  CHECK(verdict(table(limit::branch_table + 1)).find(too_many(65'521, "labels", 65'520)) != std::string::npos);
}

TEST_CASE("a name of an import or export is of a bounded length") {
  const auto exporting = [](std::uint32_t length) {
    return module_bytes({section(SectionId::memory, {1, 0, 1}), section(SectionId::export_, {1, u32(length), times(length, {'n'}), 2, 0})});
  };
  CHECK(verdict(exporting(limit::name_length)).empty());
  CHECK(verdict(exporting(limit::name_length + 1)).find(too_many(100'001, "bytes in a name", 100'000)) != std::string::npos);
}

TEST_CASE("an element segment has as many elements as it may, and no more") {
  const auto segment = [](std::uint32_t count) { return verdict(module_bytes({section(SectionId::element, {1, 1, 0, u32(count)})})); };
  CHECK(segment(limit::segment_elements).find("at most") == std::string::npos);
  const std::string said = segment(limit::segment_elements + 1);
  CHECK((said.find("at most") != std::string::npos || said.find("length out of bounds") != std::string::npos));
}

TEST_CASE("blocks are nested as deeply as they may, and no deeper, however many there are") {
  const auto nested = [](std::uint32_t depth) { return function_of(join({0, times(depth, {0x02, 0x40}), times(depth, {0x0B}), Op::end})); };
  CHECK(verdict(nested(limit::nesting)).empty());
  CHECK(verdict(nested(limit::nesting + 1)).find("blocks within blocks") != std::string::npos);
  CHECK(verdict(nested(2'000'000)).find("blocks within blocks") != std::string::npos);
}

TEST_CASE("operands are counted where one instruction pushes many") {
  // A call gives a thousand values, a thousand times and once more.
  const auto calling = [](std::uint32_t calls) {
    return module_bytes({section(SectionId::type, {2, 0x60, 0, u32(1000), times(1000, {0x7F}), 0x60, 0, 0}), section(SectionId::function, {2, 0, 1}),
                         section(SectionId::code, {2, body({0, Op::unreachable, Op::end}), body({0, times(calls, {0x10, 0}), Op::unreachable, Op::end})})});
  };
  CHECK(verdict(calling(limit::operands / 1000)).empty());
  CHECK(verdict(calling(limit::operands / 1000 + 1)).find("operands") != std::string::npos);
}
