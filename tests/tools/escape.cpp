#include <escape.hpp>

#include "../catch.hpp"

using namespace wasmer::tools;

TEST_CASE("what a terminal would obey is spelled out, all else stays") {
  CHECK(escaped("add") == "add");
  CHECK(escaped("a\x1b[31mb\x7f\n") == "a\\1b[31mb\\7f\\0a");
  CHECK(escaped("caf\u00e9 \u4e2d") == "caf\u00e9 \u4e2d");
}

TEST_CASE("the control characters beyond ASCII are spelled out too") {
  CHECK(escaped("\u009b31m") == "\\c2\\9b31m");
  CHECK(escaped("\u00a0") == "\u00a0");
  CHECK(escaped("\xc2") == "\xc2");
}

TEST_CASE("a name in quotes ends where its quotes end") {
  CHECK(in_quotes("") == "\"\"");
  CHECK(in_quotes("a\"b\\c") == "\"a\\22b\\5cc\"");
}
