#include <wasmer/text/names.hpp>

#include "../catch.hpp"
#include "drafted.hpp"

using namespace wasmer::text;
using wasmer::tests::Drafted, wasmer::tests::hex;

namespace {
const std::string head = "04 6e 61 6d 65";  // "name"
}

TEST_CASE("nothing has a name, so there is no section") {
  Drafted text("");
  text.draft.space(Space::function).add(3);
  CHECK(name_section(text.draft).empty());
}

TEST_CASE("the module's name comes first") {
  Drafted text("");
  text.draft.module_name = "m";
  text.draft.space(Space::function).add("f");
  CHECK(hex(name_section(text.draft).bytes()) == head + " 00 02 01 6d 01 04 01 00 01 66");
}

TEST_CASE("each space has a subsection of its own, in the order of their numbers, of what has a name in it") {
  Drafted text("");
  constexpr std::pair<Space, std::string_view> names[] = {{Space::tag, "g"},    {Space::data, "d"},  {Space::element, "e"}, {Space::global, "v"},
                                                          {Space::memory, "m"}, {Space::table, "t"}, {Space::type, "y"}};
  for (const auto& [space, name] : names) {
    text.draft.space(space).add();
    text.draft.space(space).add(name);
  }
  CHECK(hex(name_section(text.draft).bytes()) ==
        head + " 04 04 01 01 01 79 05 04 01 01 01 74 06 04 01 01 01 6d 07 04 01 01 01 76 08 04 01 01 01 65 09 04 01 01 01 64 0b 04 01 01 01 67");
}

TEST_CASE("names of locals and fields are sorted by what they belong to") {
  Drafted text("");
  Encoder& locals = text.draft.local_names.add();
  locals.u32(7), locals.u32(1), locals.u32(0), locals.name("x");
  text.draft.types.resize(2);
  text.draft.types[1].fields.add();
  text.draft.types[1].fields.add("f");
  CHECK(hex(name_section(text.draft).bytes()) == head + " 02 06 01 07 01 00 01 78 0a 06 01 01 01 01 01 66");
}
