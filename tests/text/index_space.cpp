#include <wasmer/text/index_space.hpp>

#include "../catch.hpp"

using namespace wasmer::text;

TEST_CASE("things are numbered in their order, with and without names") {
  IndexSpace space;
  space.add();
  CHECK(space.add("x"));
  space.add(3);
  CHECK(space.add("y"));
  CHECK(space.find("x") == 1u);
  CHECK(space.find("y") == 5u);
  CHECK_FALSE(space.find("z"));
  CHECK(space.size() == 6);
}

TEST_CASE("a name is given once") {
  IndexSpace space;
  CHECK(space.add("x"));
  CHECK_FALSE(space.add("x"));
}

TEST_CASE("an emptied space has forgotten its names") {
  IndexSpace space;
  space.add("x");
  space.clear();
  CHECK_FALSE(space.find("x"));
  CHECK(space.size() == 0);
  CHECK(space.add("x"));
}
