#include <wasmer/module/branch_hints.hpp>

#include <wasmer/module/parse.hpp>
#include <wasmer/text/wat.hpp>

#include "../catch.hpp"
#include "binary.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

Module module_with_hints(Pieces contents) {
  return tests::parse(module_bytes({section(SectionId::custom, {"metadata.code.branch_hint", join(contents)})})).value();
}

}  // namespace

TEST_CASE("a module without hints has none") {
  const BranchHints hints(module_with_hints({0}));
  CHECK(hints.empty());
  CHECK_FALSE(hints.likely(0, 0));
  CHECK(BranchHints(tests::parse(module_bytes({})).value()).empty());
}

TEST_CASE("a hint belongs to the branch at an offset in a function") {
  const BranchHints hints(module_with_hints({2, 3, 2, 5, 1, 1, 9, 1, 0, 4, 1, 5, 1, 0}));
  CHECK(hints.likely(3, 5) == true);
  CHECK(hints.likely(3, 9) == false);
  CHECK(hints.likely(4, 5) == false);
  CHECK_FALSE(hints.likely(3, 6));
  CHECK_FALSE(hints.likely(5, 5));
}

TEST_CASE("hints out of order are found, those of other values are left out, and what is cut short ends them") {
  const BranchHints hints(module_with_hints({3, 7, 1, 2, 1, 1, 3, 3, 9, 1, 1, 4, 1, 2, 5, 2, 0, 0, 4, 2, 6, 1, 0, 8}));
  CHECK(hints.likely(7, 2) == true);
  CHECK(hints.likely(3, 9) == true);
  CHECK_FALSE(hints.likely(3, 4));
  CHECK_FALSE(hints.likely(3, 5));
  CHECK(hints.likely(4, 6) == false);
  CHECK_FALSE(hints.likely(4, 8));
}

TEST_CASE("what a text hints at is read back") {
  const Module module = parse(wat("(module (func i32.const 0 (@metadata.code.branch_hint \"\\01\") br_if 0 i32.const 0 (@metadata.code.branch_hint \"\\00\") if end))").value(), Features::all()).value();
  const BranchHints hints(module);
  CHECK(hints.likely(0, 3) == true);
  CHECK(hints.likely(0, 7) == false);
}
