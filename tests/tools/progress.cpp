#include <progress.hpp>

#include "../catch.hpp"

using wasmer::tools::Progress;

TEST_CASE("the bar shows the share that is done") {
  CHECK(Progress::bar(0, 10) == "[..........]   0 %");
  CHECK(Progress::bar(0.5, 10) == "[#####.....]  50 %");
  CHECK(Progress::bar(1, 10) == "[##########] 100 %");
}

TEST_CASE("a share out of range is drawn at the nearest end") {
  CHECK(Progress::bar(-1, 4) == "[....]   0 %");
  CHECK(Progress::bar(7, 4) == "[####] 100 %");
}

TEST_CASE("a bar whose work ends at once ends at once") {
  Progress progress("compiling", 1);
  progress.done(1);
}
