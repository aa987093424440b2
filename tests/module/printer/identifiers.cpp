#include <wasmer/module/printer/identifiers.hpp>

#include "../../catch.hpp"

using wasmer::printer::Identifiers;
using wasmer::printer::is_identifier;

static_assert(is_identifier("a") && is_identifier("std::vector<int>") && is_identifier("$!#%&'*+-./:<=>?@\\^_`|~"));
static_assert(!is_identifier("") && !is_identifier("a b") && !is_identifier("f(x)") && !is_identifier("a;b") && !is_identifier("a\"") && !is_identifier("\xC3\xA9"));

TEST_CASE("the first of two with one name has it, and the other is called by its index") {
  constexpr std::string_view names[] = {"f", "g", "f", "f(int)"};
  const Identifiers identifiers(4, [&](std::uint32_t index) { return names[index]; });
  CHECK(identifiers.reference(0) == "$f");
  CHECK(identifiers.reference(1) == "$g");
  CHECK(identifiers.reference(2) == "2");
  CHECK(identifiers.reference(3) == "3");
  CHECK(identifiers.definition(0) == " $f");
  CHECK(identifiers.definition(2) == " (;2;)");
  CHECK(identifiers.reference(100) == "100");
}
