#include <wasmer/abi/emscripten/structs.hpp>

#include "../../catch.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;

TEST_CASE("a file's state says the same in each layout") {
  wasi::Stat stat;
  stat.type = wasi::Filetype::regular_file, stat.size = 1025, stat.inode = 77, stat.links = 2, stat.modified = 5'000'000'123;
  const auto check = [](const auto& made) {
    CHECK(made.size == 1025);
    CHECK(made.blocks == 3);
    CHECK(made.inode == 77);
    CHECK(made.links == 2);
    CHECK(made.mode == (S_IFREG | 0666));
    CHECK(made.modified == 5);
    CHECK(made.modified_ns == 123);
  };
  check(stat_as<StatOfFastcomp>(stat, false));
  check(stat_as<StatOf3>(stat, false));
  check(stat_as<StatOfToday>(stat, false));
}

TEST_CASE("what may not be changed has no bit for writing") {
  CHECK(mode_of(wasi::Filetype::directory, true) == (S_IFDIR | 0555));
  CHECK(mode_of(wasi::Filetype::regular_file, true) == (S_IFREG | 0444));
  CHECK((mode_of(wasi::Filetype::unknown, false) & S_IFMT) == S_IFIFO);
  CHECK((mode_of(wasi::Filetype::socket_stream, false) & S_IFMT) == S_IFSOCK);
}

TEST_CASE("a date goes to the guest and back") {
  std::tm date{};
  date.tm_year = 126, date.tm_mon = 1, date.tm_mday = 3, date.tm_hour = 4, date.tm_wday = 2, date.tm_yday = 33, date.tm_isdst = 1, date.tm_gmtoff = 3600;
  const Tm guest = to_guest(date, 99);
  CHECK(guest.zone == 99);
  const std::tm back = to_host(guest);
  CHECK(back.tm_year == 126);
  CHECK(back.tm_mon == 1);
  CHECK(back.tm_gmtoff == 3600);
  CHECK(back.tm_zone == nullptr);
}
