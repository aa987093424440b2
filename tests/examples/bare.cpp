#include "../catch.hpp"
#include "../process.hpp"

TEST_CASE("the bare example logs both numbers and prints their sum") {
  const auto outcome = wasmer::tests::run({WASMER_EXAMPLES "/bare"});
  CHECK(outcome.code == 0);
  CHECK(outcome.out == "log: 1\nlog: 2\nsum: 3\n");
  CHECK(outcome.err.empty());
}
