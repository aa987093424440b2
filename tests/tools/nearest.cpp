#include <nearest.hpp>

#include "../catch.hpp"

using namespace wasmer::tools;

TEST_CASE("words are as far apart as it takes keystrokes to correct them") {
  CHECK(edits("", "") == 0);
  CHECK(edits("abc", "") == 3);
  CHECK(edits("", "abc") == 3);
  CHECK(edits("threads", "threads") == 0);
  CHECK(edits("treads", "threads") == 1);
  CHECK(edits("kitten", "sitting") == 3);
}

TEST_CASE("the nearest word is suggested if it is near") {
  const std::vector<std::string> options{"--backend", "--threads", "--dir", "--env"};
  CHECK(nearest("--treads", options) == "--threads");
  CHECK(nearest("--thread", options) == "--threads");
  CHECK(nearest("--bakcend", options) == "--backend");
  CHECK_FALSE(nearest("--bogus", options).has_value());
  CHECK_FALSE(nearest("--x", options).has_value());
}

TEST_CASE("of no words none is near") { CHECK_FALSE(nearest("a", {}).has_value()); }
