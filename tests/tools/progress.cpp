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

TEST_CASE("nothing to do is nothing done") { CHECK(Progress::bar(0.0 / 0.0, 4) == "[....]   0 %"); }

TEST_CASE("work that ends within half a second is never drawn") {
  Progress progress("compiling", true);
  progress(1, 2);
  progress(2, 2);
}
