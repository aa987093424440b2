#include "duration.hpp"

#include "../catch.hpp"

using wasmer::tools::parse_duration;
using namespace std::chrono_literals;

TEST_CASE("a length of time is a number and a unit, seconds by default") {
  CHECK(parse_duration("2s") == 2s);
  CHECK(parse_duration("2") == 2s);
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("10m") == 10min);
  CHECK(parse_duration("1h") == 1h);
  CHECK(parse_duration("0") == 0s);
}

TEST_CASE("what is no length of time is none") {
  for (const char* text : {"", "s", "-1s", "-0", "1 s", "1d", "ms", "1e3s", "nan", "inf", "1s2", "0x10", "99999999999h"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
}
