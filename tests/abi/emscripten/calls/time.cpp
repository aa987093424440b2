#include <wasmer/abi/emscripten/calls/time.hpp>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;
using namespace wasmer::tests;

TEST_CASE("clocks go forward and say what the host's say") {
  EmWorld world;
  const std::uint32_t where = world.take(8);
  const std::int32_t now = emscripten::time(world.state, world.guest(), where);
  CHECK(world.load<std::int32_t>(where) == now);
  CHECK(std::abs(now - static_cast<std::int32_t>(::time(nullptr))) < 60);
  CHECK(emscripten::date_now(world.state, world.guest()) > 1.5e12);
  const double before = emscripten::get_now(world.state, world.guest());
  CHECK(before <= emscripten::get_now(world.state, world.guest()));
  CHECK(emscripten::clock_gettime(world.state, world.guest(), 1, where) == 0);
  CHECK(emscripten::clock_gettime(world.state, world.guest(), 77, where) == -1);
  CHECK(emscripten::clock_settime(world.state, world.guest(), 0, where) == -1);
  CHECK(emscripten::difftime(world.state, world.guest(), 5, 7) == -2);
}

TEST_CASE("a date is made of a time and a time of a date") {
  EmWorld world;
  const std::uint32_t time = world.put(std::int32_t{86400 * 366}), tm = world.take(sizeof(Tm));
  CHECK(emscripten::gmtime_r(world.state, world.guest(), time, tm).value() == tm);
  const auto date = world.load<Tm>(tm);
  CHECK((date.year == 71 && date.month == 0 && date.day == 2 && date.hour == 0 && date.yearday == 1));
  CHECK(world.string_at(date.zone) == "GMT");
  CHECK(emscripten::timegm(world.state, world.guest(), tm) == 86400 * 366);
  CHECK(emscripten::mktime(world.state, world.guest(), emscripten::localtime_r(world.state, world.guest(), time, tm).value()) == 86400 * 366);
  CHECK(emscripten::gmtime(world.state, world.guest(), time).value() == emscripten::gmtime(world.state, world.guest(), time).value());
  CHECK_FALSE(emscripten::gmtime_r(world.state, world.guest(), 0xFFFF'FFFF, tm));
  CHECK(emscripten::mktime_today(world.state, world.guest(), 0xFFFF'FFF0) == -1);
}

TEST_CASE("dates become texts and texts dates") {
  EmWorld world;
  const std::uint32_t time = world.put(std::int32_t{0}), tm = world.take(sizeof(Tm)), room = world.take(64);
  REQUIRE(emscripten::gmtime_r(world.state, world.guest(), time, tm));
  CHECK(emscripten::strftime(world.state, world.guest(), room, 64, world.text("%Y-%m-%d %H:%M:%S %Z %a"), {tm}) == 27);
  CHECK(world.string_at(room) == "1970-01-01 00:00:00 GMT Thu");
  CHECK(emscripten::strftime(world.state, world.guest(), room, 5, world.text("%Y-%m-%d"), {tm}) == 0);
  CHECK(emscripten::asctime_r(world.state, world.guest(), tm, room).value() == room);
  CHECK(world.string_at(room) == "Thu Jan  1 00:00:00 1970\n");
  const GuestString text = world.text("2020-02-29 rest");
  CHECK(emscripten::strptime(world.state, world.guest(), text, world.text("%Y-%m-%d"), {tm}) == text.address + 10);
  CHECK(world.load<Tm>(tm).yearday == 59);
  CHECK(emscripten::strptime(world.state, world.guest(), text, world.text("%H:%M"), {tm}) == 0);
}

TEST_CASE("a date that is none makes no text") {
  EmWorld world;
  Tm wild{};
  wild.weekday = 1000, wild.month = -5, wild.year = 2'000'000'000;
  const std::uint32_t tm = world.put(wild), room = world.take(64);
  CHECK(emscripten::strftime(world.state, world.guest(), room, 64, world.text("%A %B"), {tm}) == 0);
  CHECK(emscripten::asctime_r(world.state, world.guest(), tm, room).value() == 0);
}

TEST_CASE("sleeping takes its time, and a signal ends it") {
  EmWorld world;
  const double begin = emscripten::get_now(world.state, world.guest());
  CHECK(emscripten::usleep(world.state, world.guest(), 20'000).value() == 0);
  CHECK(emscripten::get_now(world.state, world.guest()) - begin >= 19);
  world.state.actions[2] = {2, 0};
  world.state.signals()->set_caught(2, true);
  world.state.signals()->raise(2);
  CHECK(emscripten::usleep(world.state, world.guest(), 4'000'000'000u).value() == -1);
  CHECK(world.load<std::uint32_t>(20) == 2);
  CHECK(world.error() == 27);
  const std::uint32_t wrong = world.put(std::array<std::int32_t, 2>{0, -1});
  CHECK(emscripten::nanosleep(world.state, world.guest(), {wrong}, 0).value() == -1);
}

TEST_CASE("the zone has an offset and two names") {
  EmWorld world;
  const std::uint32_t offset = world.take(4), summer = world.take(4), a = world.take(17), b = world.take(17);
  REQUIRE(emscripten::tzset_today(world.state, world.guest(), {offset}, {summer}, a, b));
  const Zone zone = Zone::here();
  CHECK(world.load<std::int32_t>(offset) == zone.offset);
  CHECK(world.string_at(a) == zone.standard);
  CHECK(world.string_at(b) == zone.summer);
}
