#pragma once
/// \file
/// Clocks, dates and sleeping. The zone is the one that the host's process is in.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <limits>
#include <string>
#include <string_view>

#include <sys/time.h>
#include <time.h>

#include <wasmer/abi/emscripten/calls/process.hpp>
#include <wasmer/abi/emscripten/state.hpp>
#include <wasmer/abi/emscripten/structs.hpp>
#include <wasmer/abi/wasi/calls/clock.hpp>

namespace wasmer::emscripten {

inline double milliseconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1000 + static_cast<double>(now.tv_nsec) / 1e6;
}
inline double date_now(State&, Guest) { return std::floor(milliseconds(CLOCK_REALTIME)); }
inline double get_now(State&, Guest) { return milliseconds(CLOCK_MONOTONIC); }
inline double get_now_resolution(State&, Guest) { return 1e-6; }
inline std::int32_t is_monotonic(State&, Guest) { return 1; }

inline std::int32_t time(State&, Guest guest, std::uint32_t where) {
  const auto now = static_cast<std::int32_t>(::time(nullptr));
  if (where != 0) (void)guest.store(GuestPointer<std::int32_t>{where}, now);
  return now;
}
inline double difftime(State&, Guest, std::int32_t later, std::int32_t earlier) { return static_cast<double>(later) - static_cast<double>(earlier); }
inline std::int32_t clock(State&, Guest) { return static_cast<std::int32_t>(::clock()); }

inline bool put_time(const GuestMemory& memory, std::uint32_t where, const timespec& time, long divisor) {
  return memory.store(GuestPointer<std::array<std::int32_t, 2>>{where}, {static_cast<std::int32_t>(time.tv_sec), static_cast<std::int32_t>(time.tv_nsec / divisor)});
}
/// Linux's numbers, of which WASI has the first four; the others are as exact as those. inval: there is no such clock.
inline Expected<clockid_t> to_clock(std::uint32_t id) {
  constexpr std::uint32_t monotonic_raw = 4, realtime_coarse = 5, monotonic_coarse = 6, boottime = 7;
  if (id == realtime_coarse) return CLOCK_REALTIME;
  if (id == monotonic_raw || id == monotonic_coarse || id == boottime) return CLOCK_MONOTONIC;
  return wasi::to_clock(static_cast<wasi::ClockId>(id));
}
inline std::int32_t clock_gettime(State& state, Guest guest, std::uint32_t id, std::uint32_t where) {
  const auto clock = to_clock(id);
  timespec now{};
  if (!clock) return fail(state, guest, Errno::inval);
  ::clock_gettime(clock.assume_value(), &now);
  return put_time(guest, where, now, 1) ? 0 : fail(state, guest, Errno::fault);
}
inline std::int32_t clock_getres(State& state, Guest guest, std::uint32_t id, std::uint32_t where) {
  if (!to_clock(id)) return fail(state, guest, Errno::inval);
  return put_time(guest, where, {0, 1}, 1) ? 0 : fail(state, guest, Errno::fault);
}
/// Emscripten lets only the clock of the world be asked to change, and that is not the guest's to change.
inline std::int32_t clock_settime(State& state, Guest guest, std::uint32_t id, std::uint32_t) { return fail(state, guest, id == 0 ? Errno::perm : Errno::inval); }
inline std::int32_t gettimeofday(State& state, Guest guest, std::uint32_t where, std::uint32_t) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return put_time(guest, where, now, 1000) ? 0 : fail(state, guest, Errno::fault);
}
inline std::int32_t ftime(State&, Guest guest, std::uint32_t where) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const bool stored = guest.store(GuestPointer<std::int32_t>{where}, static_cast<std::int32_t>(now.tv_sec)) &&
                      guest.store(GuestPointer<std::int32_t>{where + 4}, static_cast<std::int32_t>(now.tv_nsec / 1'000'000));
  return stored ? 0 : -1;
}

// Dates. Programs are given one structure of their own that each call fills anew.

inline Result<std::uint32_t> kept(State& state, const Guest& guest, std::string_view what, std::uint32_t bytes) {
  const auto found = state.texts.find(what);
  if (found != state.texts.end()) return found->second;
  WASMER_TRY(const std::uint32_t address, state.allocate(guest, bytes));
  return state.texts[std::string(what)] = address;
}
inline Result<std::uint32_t> kept_text(State& state, const Guest& guest, std::string_view text) {
  const std::string what = "text " + std::string(text);
  const auto found = state.texts.find(what);
  if (found != state.texts.end()) return found->second;
  WASMER_TRY(const std::uint32_t address, state.allocate(guest, text));
  return state.texts[what] = address;
}

inline Result<std::uint32_t> put_date(State& state, const Guest& guest, std::int64_t time, std::uint32_t where, bool is_local) {
  const auto seconds = static_cast<std::time_t>(time);
  std::tm date{};
  const bool is_date = (is_local ? ::localtime_r(&seconds, &date) : ::gmtime_r(&seconds, &date)) != nullptr;
  if (!is_date) return 0u;
  WASMER_TRY(const std::uint32_t zone, kept_text(state, guest, is_local && date.tm_zone != nullptr ? date.tm_zone : "GMT"));
  if (!guest.again().store(GuestPointer<Tm>{where}, to_guest(date, zone))) return Error(ErrorId::out_of_bounds_memory_access);
  return where;
}
inline Result<std::uint32_t> date_at(State& state, const Guest& guest, std::uint32_t from, std::uint32_t where, bool is_local) {
  const auto time = guest.load(GuestPointer<std::int32_t>{from});
  if (!time) return Error(ErrorId::out_of_bounds_memory_access);
  return put_date(state, guest, *time, where, is_local);
}
inline Result<std::uint32_t> gmtime_r(State& state, Guest guest, std::uint32_t from, std::uint32_t where) { return date_at(state, guest, from, where, false); }
inline Result<std::uint32_t> localtime_r(State& state, Guest guest, std::uint32_t from, std::uint32_t where) { return date_at(state, guest, from, where, true); }
inline Result<std::uint32_t> gmtime(State& state, Guest guest, std::uint32_t from) {
  WASMER_TRY(const std::uint32_t where, kept(state, guest, "tm", sizeof(Tm)));
  return date_at(state, guest.again(), from, where, false);
}
inline Result<std::uint32_t> localtime(State& state, Guest guest, std::uint32_t from) {
  WASMER_TRY(const std::uint32_t where, kept(state, guest, "tm", sizeof(Tm)));
  return date_at(state, guest.again(), from, where, true);
}

/// The time that a date is, which is made a proper one on the way; -1: none.
inline std::int64_t time_of(const GuestMemory& memory, std::uint32_t where, bool is_local) {
  const auto given = memory.load(GuestPointer<Tm>{where});
  if (!given) return -1;
  std::tm date = to_host(*given);
  const std::time_t time = is_local ? ::mktime(&date) : ::timegm(&date);
  if (time == -1 && date.tm_year != 69 && date.tm_year != 70) return -1;
  (void)memory.store(GuestPointer<Tm>{where}, to_guest(date, given->zone));
  return time;
}
inline std::int32_t mktime(State&, Guest guest, std::uint32_t where) { return static_cast<std::int32_t>(time_of(guest, where, true)); }
inline std::int32_t timegm(State&, Guest guest, std::uint32_t where) { return static_cast<std::int32_t>(time_of(guest, where, false)); }

// Today's: the date is the program's own, and its zone is set by tzset.
inline Result<void> put_date_today(const Guest& guest, std::int64_t time, std::uint32_t where, bool is_local) {
  const auto seconds = static_cast<std::time_t>(time);
  std::tm date{};
  if ((is_local ? ::localtime_r(&seconds, &date) : ::gmtime_r(&seconds, &date)) == nullptr) return success();
  const auto before = guest.load(GuestPointer<Tm>{where});
  if (!before) return Error(ErrorId::out_of_bounds_memory_access);
  (void)guest.store(GuestPointer<Tm>{where}, to_guest(date, before->zone));
  return success();
}
inline Result<void> localtime_today(State&, Guest guest, std::int64_t time, std::uint32_t where) { return put_date_today(guest, time, where, true); }
inline Result<void> gmtime_today(State&, Guest guest, std::int64_t time, std::uint32_t where) { return put_date_today(guest, time, where, false); }
inline std::int64_t mktime_today(State&, Guest guest, std::uint32_t where) { return time_of(guest, where, true); }
inline std::int64_t timegm_today(State&, Guest guest, std::uint32_t where) { return time_of(guest, where, false); }
// Of the releases whose times had 32 bits, where they are passed by their address or as they are.
inline Result<void> localtime_3(State&, Guest guest, GuestPointer<std::int32_t> time, std::uint32_t where) { return put_date_today(guest, guest.load(time).value_or(0), where, true); }
inline Result<void> gmtime_3(State&, Guest guest, GuestPointer<std::int32_t> time, std::uint32_t where) { return put_date_today(guest, guest.load(time).value_or(0), where, false); }

/// Where the zone's offset, whether it has a summer time, and its names are to be put: to addresses that the program has (today), or into its memory (before).
struct Zone {
  long offset = 0;  ///< seconds west of Greenwich
  bool has_summer = false;
  std::string standard = "UTC", summer = "UTC";

  static Zone here() {
    Zone zone;
    std::time_t now = ::time(nullptr);
    std::tm date{};
    ::localtime_r(&now, &date);
    for (const int month : {0, 6}) {
      std::tm half{};
      half.tm_year = date.tm_year, half.tm_mon = month, half.tm_mday = 1, half.tm_isdst = -1;
      const std::time_t then = ::mktime(&half);
      ::localtime_r(&then, &half);
      if (half.tm_isdst > 0) zone.has_summer = true, zone.summer = half.tm_zone;
      else zone.standard = half.tm_zone, zone.offset = -half.tm_gmtoff;
    }
    if (!zone.has_summer) zone.summer = zone.standard;
    return zone;
  }
};
inline Result<void> tzset_today(State&, Guest guest, GuestPointer<std::int32_t> offset, GuestPointer<std::int32_t> has_summer, std::uint32_t standard, std::uint32_t summer) {
  const Zone zone = Zone::here();
  (void)guest.store(offset, static_cast<std::int32_t>(zone.offset));
  (void)guest.store(has_summer, zone.has_summer ? 1 : 0);
  const auto put = [&](std::uint32_t where, const std::string& name) {
    constexpr std::size_t most = 16;  // what the program has room for, its NUL included
    const std::string text = name.substr(0, most - 1);
    if (const auto bytes = guest.bytes(where, text.size() + 1)) std::memcpy(bytes->data(), text.c_str(), text.size() + 1);
  };
  put(standard, zone.standard), put(summer, zone.summer);
  return success();
}
inline Result<void> put_zone(State& state, const Guest& guest, std::uint32_t offset, std::uint32_t has_summer, std::uint32_t names) {
  const Zone zone = Zone::here();
  WASMER_TRY(const std::uint32_t standard, kept_text(state, guest, zone.standard));
  WASMER_TRY(const std::uint32_t summer, kept_text(state, guest, zone.summer));
  const Guest now = guest.again();
  (void)now.store(GuestPointer<std::int32_t>{offset}, static_cast<std::int32_t>(zone.offset));
  (void)now.store(GuestPointer<std::int32_t>{has_summer}, zone.has_summer ? 1 : 0);
  (void)now.store(GuestPointer<std::array<std::uint32_t, 2>>{names}, {standard, summer});
  return success();
}
inline Result<void> tzset_3(State& state, Guest guest, std::uint32_t offset, std::uint32_t has_summer, std::uint32_t names) { return put_zone(state, guest, offset, has_summer, names); }
/// fastcomp's: the places are what the program's own functions say.
inline Result<void> tzset(State& state, Guest guest) {
  std::array<std::uint32_t, 3> places{};
  constexpr std::array names{std::string_view("__get_timezone"), std::string_view("__get_daylight"), std::string_view("__get_tzname")};
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto where = guest.instance().function<std::uint32_t()>(names[i]);
    if (!where) return success();
    WASMER_TRY(places[i], where.assume_value()());
  }
  return put_zone(state, guest, places[0], places[1], places[2]);
}

// Texts.

/// A date as text. What counts weeks goes by the day of the year or of the month, whatever the date says of its weekday, as in Emscripten.
inline std::string date_text(const std::string& format, const std::tm& date) {
  const auto with_weekday = [&](bool by_day_of_year) {
    std::tm proper = date, day{};
    day.tm_year = date.tm_year, day.tm_hour = 12;
    day.tm_mon = by_day_of_year ? 0 : date.tm_mon, day.tm_mday = by_day_of_year ? date.tm_yday + 1 : date.tm_mday;
    if (::timegm(&day) == -1 && day.tm_year != 69) return proper;
    proper.tm_wday = day.tm_wday, proper.tm_yday = day.tm_yday;
    return proper;
  };
  std::string text;
  for (std::size_t at = 0; at < format.size();) {
    const std::size_t begin = at++;
    if (format[begin] == '%') at = std::min(format.find_first_not_of("_-0^#123456789EO", at), format.size() - 1) + 1;
    else at = std::min(format.find('%', at), format.size());
    const std::string piece = format.substr(begin, at - begin);
    const char what = piece.back();
    const bool counts_weeks = piece.front() == '%' && (what == 'V' || what == 'G' || what == 'g' || what == 'U' || what == 'W');
    const std::tm shown = counts_weeks ? with_weekday(what != 'U' && what != 'W') : date;
    if (piece.front() != '%') {
      text += piece;
      continue;
    }
    std::array<char, 256> room{};
    text.append(room.data(), ::strftime(room.data(), room.size(), piece.c_str(), &shown));
  }
  return text;
}
/// The size of the text; 0: it does not fit.
inline std::uint32_t strftime(State&, Guest guest, std::uint32_t where, std::uint32_t most, GuestString format, GuestPointer<Tm> tm) {
  const auto text = text_of(guest, format);
  const auto given = guest.load(tm);
  const auto room = guest.bytes(where, most);
  if (!text || !given || !room) return 0;
  std::tm date = to_host(*given);
  const auto zone = given->zone == 0 ? std::nullopt : text_of(guest, {given->zone});
  const std::string zone_name = zone && zone->size() < 64 ? *zone : "GMT";
  date.tm_zone = zone_name.c_str();
  // The C library answers for fields that are none, but not for sums of them that are no numbers.
  constexpr auto is_small = [](int field) { return field > -1'000'000 && field < 1'000'000; };
  for (const int field : {date.tm_sec, date.tm_min, date.tm_hour, date.tm_mday, date.tm_mon, date.tm_year, date.tm_wday, date.tm_yday})
    if (!is_small(field)) return 0;
  const std::string made = date_text(*text, date);
  if (made.size() + 1 > most) return 0;
  std::memcpy(room->data(), made.c_str(), made.size() + 1);
  return static_cast<std::uint32_t>(made.size());
}
inline std::uint32_t strftime_l(State& state, Guest guest, std::uint32_t where, std::uint32_t most, GuestString format, GuestPointer<Tm> tm, std::uint32_t) {
  return strftime(state, guest, where, most, format, tm);
}
/// The place behind what was read; 0: it is not as the format says.
inline std::uint32_t strptime(State&, Guest guest, GuestString string, GuestString format, GuestPointer<Tm> tm) {
  const auto text = text_of(guest, string), pattern = text_of(guest, format);
  const auto given = guest.load(tm);
  if (!text || !pattern || !given) return 0;
  std::tm date = to_host(*given);
  const char* const end = ::strptime(text->c_str(), pattern->c_str(), &date);
  if (end == nullptr) return 0;
  (void)guest.store(tm, to_guest(date, given->zone));
  return string.address + static_cast<std::uint32_t>(end - text->c_str());
}
inline Result<std::uint32_t> asctime_to(State&, const Guest& guest, std::uint32_t tm, std::uint32_t where) {
  const auto given = guest.load(GuestPointer<Tm>{tm});
  char text[128]{};
  if (!given || given->month < 0 || given->month > 11 || given->weekday < 0 || given->weekday > 6) return 0u;
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::snprintf(text, sizeof text, "%.3s %.3s %2d %02d:%02d:%02d %lld\n", days[static_cast<std::size_t>(given->weekday)], months[static_cast<std::size_t>(given->month)], given->day,
                given->hour, given->minute, given->second, 1900LL + given->year);
  text[25] = '\0';  // what everybody has room for
  const auto room = guest.bytes(where, 26);
  if (!room) return Error(ErrorId::out_of_bounds_memory_access);
  std::memcpy(room->data(), text, 26);
  return where;
}
inline Result<std::uint32_t> asctime_r(State& state, Guest guest, std::uint32_t tm, std::uint32_t where) { return asctime_to(state, guest, tm, where); }
inline Result<std::uint32_t> asctime(State& state, Guest guest, std::uint32_t tm) {
  WASMER_TRY(const std::uint32_t where, kept(state, guest, "asctime", 26));
  return asctime_to(state, guest.again(), tm, where);
}
inline Result<std::uint32_t> ctime_r(State& state, Guest guest, std::uint32_t time, std::uint32_t where) {
  WASMER_TRY(const std::uint32_t tm, localtime(state, guest, time));
  return asctime_to(state, guest.again(), tm, where);
}
inline Result<std::uint32_t> ctime(State& state, Guest guest, std::uint32_t time) {
  WASMER_TRY(const std::uint32_t tm, localtime(state, guest, time));
  return asctime(state, guest.again(), tm);
}

// Sleeping, which a signal ends.

/// intr: a signal has come in, or the guest is to stop.
inline Expected<void> sleep_for(State& state, const Guest& guest, std::uint64_t nanoseconds) {
  const auto now = [] {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return wasi::to_timestamp(time);
  };
  const std::uint64_t begin = now(), due = nanoseconds > std::numeric_limits<std::uint64_t>::max() - begin ? std::numeric_limits<std::uint64_t>::max() : begin + nanoseconds;
  for (std::uint64_t at = begin; at < due; at = now()) {
    pollfd polled[]{{state.signals()->descriptor(), POLLIN, 0}, {}};
    const timespec rest = wasi::to_timespec(due - at);
    WASMER_CHECK(guest.poll(polled, &rest));
    if (state.has_signals()) return Errno::intr;
  }
  return success();
}
inline Result<std::int32_t> sleep_as_c(State& state, const Guest& guest, std::uint64_t nanoseconds) {
  const Expected<void> slept = sleep_for(state, guest, nanoseconds);
  if (state.has_signals()) WASMER_CHECK(state.deliver(guest));
  return slept ? 0 : fail(state, guest.again(), slept.assume_error());
}
inline Result<std::int32_t> usleep(State& state, Guest guest, std::uint32_t microseconds) { return sleep_as_c(state, guest, std::uint64_t{microseconds} * 1000); }
inline Result<std::int32_t> sleep(State& state, Guest guest, std::uint32_t seconds) {
  WASMER_CHECK(sleep_as_c(state, guest, std::uint64_t{seconds} * 1'000'000'000));
  return 0;
}
inline Result<std::int32_t> nanosleep(State& state, Guest guest, GuestPointer<std::array<std::int32_t, 2>> wanted, std::uint32_t) {
  const auto time = guest.load(wanted);
  if (!time || (*time)[0] < 0 || (*time)[1] < 0 || (*time)[1] >= 1'000'000'000) return fail(state, guest, time ? Errno::inval : Errno::fault);
  return sleep_as_c(state, guest, static_cast<std::uint64_t>((*time)[0]) * 1'000'000'000 + static_cast<std::uint64_t>((*time)[1]));
}
inline Result<void> emscripten_sleep(State& state, Guest guest, std::uint32_t milliseconds) {
  WASMER_CHECK(sleep_as_c(state, guest, std::uint64_t{milliseconds} * 1'000'000));
  return success();
}
/// Timers of a program's own would have to interrupt it: there are none.
inline std::int32_t setitimer(State& state, Guest guest, std::uint32_t, std::uint32_t, std::uint32_t) { return fail(state, guest, Errno::nosys); }

}  // namespace wasmer::emscripten
