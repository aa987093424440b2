#include <wasmer/text/labels.hpp>

#include <string>

#include "../catch.hpp"

using wasmer::text::Labels;

TEST_CASE("a label is found by how many are inside of it") {
  Labels labels;
  labels.push("a");
  labels.push("");
  labels.push("b");
  CHECK(labels.find("a") == 2u);
  CHECK(labels.find("b") == 0u);
  CHECK_FALSE(labels.find("c"));
  CHECK(labels.name() == "b");
}

TEST_CASE("an inner label hides an outer one of its name until it ends") {
  Labels labels;
  labels.push("a");
  labels.push("a");
  CHECK(labels.find("a") == 0u);
  labels.pop();
  labels.push("");
  CHECK(labels.find("a") == 1u);
  labels.pop();
  labels.pop();
  CHECK_FALSE(labels.find("a"));
}
