#include <wasmer/module/names.hpp>

#include "../catch.hpp"
#include "binary.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// A module that imports "env"."log" as function 0 and exports function 1 as "run"; function 2 is neither. Behind that, a name section.
Module module_with_names(Pieces parts) {
  return tests::parse(module_bytes({
                          section(SectionId::type, {1, 0x60, 2, ValueType::i32, ValueType::i32, 0}),
                          section(SectionId::import, {1, "env", "log", 0, 0}),
                          section(SectionId::function, {2, 0, 0}),
                          section(SectionId::export_, {1, "run", 0, 1}),
                          section(SectionId::code, {2, body({0, Op::end}), body({0, Op::end})}),
                          section(SectionId::custom, {"name", join(parts)}),
                      }))
      .value();
}
Bytes part(NameKind kind, Pieces contents) { return join({static_cast<int>(kind), sized(join(contents))}); }

}  // namespace

TEST_CASE("things are called by their names in the name section") {
  const Module module = module_with_names({part(NameKind::module, {"m"}), part(NameKind::function, {2, 0, "first", 2, "third"}), part(NameKind::global, {1, 7, "g"})});
  const Names names(module);
  CHECK(names.module_name() == "m");
  CHECK(names.function_name(0) == "first");
  CHECK(names.function_name(2) == "third");
  CHECK(names.name(NameKind::global, 7) == "g");
  CHECK(names.name(NameKind::global, 0).empty());
}

TEST_CASE("a function without a name is called as it is exported, or else as it is imported") {
  const Module module = module_with_names({});
  const Names names(module);
  CHECK(names.function_name(0) == "log");
  CHECK(names.function_name(1) == "run");
  CHECK(names.function_name(2).empty());
  CHECK(names.function_name(99).empty());
  CHECK(names.name(NameKind::function, 1).empty());
}

TEST_CASE("locals have names of their function's") {
  const Module module = module_with_names({part(NameKind::local, {2, 1, 2, 0, "a", 1, "b", 2, 1, 1, "c"})});
  const Names names(module);
  CHECK(names.local_name(1, 0) == "a");
  CHECK(names.local_name(1, 1) == "b");
  CHECK(names.local_name(2, 0).empty());
  CHECK(names.local_name(2, 1) == "c");
  CHECK(names.local_name(0, 0).empty());
}

TEST_CASE("a malformed part of the name section is left out, and the parts before it stay") {
  const Bytes good = part(NameKind::module, {"m"});
  const Bytes bad[] = {
      part(NameKind::function, {2, 1, "x"}),                  // two announced, one given
      part(NameKind::function, {2, 1, "x", 1, "y"}),          // the same index twice
      part(NameKind::function, {2, 1, "x", 0, "y"}),          // out of order
      part(NameKind::function, {1, 1, "\xFF"}),               // not UTF-8
      part(NameKind::function, {Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0x0F}}),
      Bytes{static_cast<int>(NameKind::function), 100, 0},    // longer than the section
      part(NameKind::local, {1, 1, 3, 0, "x"}),
      Bytes{0x7F, 1, 0},                                      // a part that nobody knows
  };
  for (const Bytes& part : bad) {
    const Module module = module_with_names({good, part});
    const Names names(module);
    CHECK(names.module_name() == "m");
    CHECK(names.function_name(1) == "run");
    CHECK(names.name(NameKind::function, 1).empty());
    CHECK(names.local_name(1, 0).empty());
  }
}

TEST_CASE("a module without a name section has no names but those of its exports and imports") {
  const Module module = tests::parse(module_bytes({})).value();
  CHECK(Names(module).module_name().empty());
  CHECK(Names(module).function_name(0).empty());
}
