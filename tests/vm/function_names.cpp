#include <wasmer/vm/function_names.hpp>

#include "../catch.hpp"
#include "../module/binary.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using vm::FunctionNames;

namespace {

/// A module of three functions, the last of which is exported twice, and a name section of these bytes.
Module module_with(Pieces names) {
  return tests::parse(module_bytes({
      section(SectionId::type, {1, 0x60, 0, 0}),
      section(SectionId::function, {3, 0, 0, 0}),
      section(SectionId::export_, {2, "first", 0, 2, "second", 0, 2}),
      section(SectionId::code, {3, body({0, Op::end}), body({0, Op::end}), body({0, Op::end})}),
      section(SectionId::custom, {"name", join(names)}),
  })).value();
}
Bytes subsection(int id, Pieces contents) { return join({id, sized(join(contents))}); }

}  // namespace

TEST_CASE("a function is called by the name section, else by its first export, else not at all") {
  const Module module = module_with({subsection(0, {"the module"}), subsection(1, {1, 1, "inner"})});
  const FunctionNames names(module);
  CHECK(names[0].empty());
  CHECK(names[1] == "inner");
  CHECK(names[2] == "first");
  CHECK(names[3].empty());
}

TEST_CASE("a name of the section's is preferred to that of an export") {
  const Module module = module_with({subsection(1, {1, 2, "own"})});
  CHECK(FunctionNames(module)[2] == "own");
}

TEST_CASE("the names of other things are passed over") {
  const Module module = module_with({subsection(2, {1, 0, 1, 0, "local"}), subsection(7, {1, 0, "global"}), subsection(1, {1, 0, "f"})});
  CHECK(FunctionNames(module)[0] == "f");
}

TEST_CASE("a damaged name section is read as far as it goes") {
  const Module cut = module_with({subsection(1, {2, 0, "f", 1, 9, 'g'})});  // a name that is longer than what there is
  CHECK(FunctionNames(cut)[0] == "f");
  CHECK(FunctionNames(cut)[1].empty());
  const Module counted = module_with({1, 200, 1, 2, 0, "f"});  // a subsection that is longer than the section
  CHECK(FunctionNames(counted)[0].empty());
  CHECK(FunctionNames(counted)[2] == "first");
  const Module hostile = module_with({subsection(1, {u32(0xFFFF'FFFF), 0, "f"})});
  CHECK(FunctionNames(hostile)[0] == "f");
}

TEST_CASE("the first of two names is kept") {
  const Module module = module_with({subsection(1, {2, 0, "one", 0, "two"}), subsection(1, {1, 0, "three"})});
  CHECK(FunctionNames(module)[0] == "one");
}

TEST_CASE("an exported memory gives its name to no function") {
  const Module module = tests::parse(module_bytes({
      section(SectionId::type, {1, 0x60, 0, 0}),
      section(SectionId::function, {1, 0}),
      section(SectionId::memory, {1, 0, 1}),
      section(SectionId::export_, {1, "m", 2, 0}),
      section(SectionId::code, {1, body({0, Op::end})}),
  })).value();
  CHECK(FunctionNames(module)[0].empty());
}
