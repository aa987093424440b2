#include <expected_failures.hpp>

#include "../catch.hpp"

using namespace wasmer;
using tools::ExpectedFailures;
using Lines = std::set<std::uint32_t>;

TEST_CASE("a list says which lines of which scripts fail, and why") {
  const auto list = ExpectedFailures::parse("# why\n\nb/c.wast:3 a reason\nb/c.wast:12 another\nd.wast:7 a third", "list").value();
  CHECK(list.of("/a/b/c.wast") == Lines{3, 12});
  CHECK(list.of("b/c.wast") == Lines{3, 12});
  CHECK(list.of("d.wast") == Lines{7});
  CHECK(list.of("x/d.wast") == Lines{7});
  CHECK(list.of("xd.wast").empty());
  CHECK(list.of("c.wast").empty());
}

TEST_CASE("a line without a place or a reason is an error with its number") {
  for (const char* line : {"a.wast 3 reason", "a.wast:x reason", "a.wast:0 reason", "a.wast:3x reason", "a.wast:3", "a.wast:3 ", ":3 reason", "nonsense"}) {
    const auto list = ExpectedFailures::parse("\n" + std::string(line) + "\n", "list");
    REQUIRE_FALSE(list.has_value());
    CHECK(list.error().detail() == "list:2: expected SCRIPT:LINE REASON");
  }
}

TEST_CASE("a list that is not there is an error") {
  CHECK(ExpectedFailures::read("/nowhere").error().id() == ErrorId::cannot_read_file);
}
