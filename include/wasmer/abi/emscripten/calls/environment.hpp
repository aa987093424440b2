#pragma once
/// \file
/// Variables, users, what the system is said to be, random numbers.

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/random.h>

#include <wasmer/abi/emscripten/calls/process.hpp>
#include <wasmer/abi/emscripten/calls/time.hpp>
#include <wasmer/abi/emscripten/state.hpp>
#include <wasmer/abi/wasi/calls/clock.hpp>

namespace wasmer::emscripten {

/// Puts a table of all variables where the program's `environ` is.
inline Result<void> build_environment(State& state, Guest guest, GuestPointer<std::uint32_t> environ) {
  std::vector<std::uint32_t> table;
  for (const auto& [name, value] : state.variables) {
    WASMER_TRY(const std::uint32_t text, state.allocate(guest, name + "=" + value));
    if (text == 0) return success();
    table.push_back(text);
  }
  table.push_back(0);
  WASMER_TRY(const std::uint32_t where, state.allocate(guest, static_cast<std::uint32_t>(table.size() * 4)));
  const Guest now = guest.again();
  for (std::size_t i = 0; i < table.size(); ++i) (void)now.store(GuestPointer<std::uint32_t>{static_cast<std::uint32_t>(where + 4 * i)}, table[i]);
  (void)now.store(environ, where);
  return success();
}
inline Result<std::uint32_t> getenv(State& state, Guest guest, GuestString name) {
  const auto text = text_of(guest, name);
  const auto found = text ? state.variables.find(*text) : state.variables.end();
  if (found == state.variables.end()) return 0u;
  const std::string what = "variable " + found->first;
  if (const auto given = state.texts.find(what); given != state.texts.end()) return given->second;
  WASMER_TRY(const std::uint32_t where, state.allocate(guest, found->second));
  return state.texts[what] = where;
}
/// The variable's value, or that there is none any more. nomem: the environment would be longer than `longest_text`.
inline Expected<void> set_variable(State& state, const std::string& name, std::optional<std::string> value) {
  if (value) {
    std::size_t bytes = name.size() + value->size();
    for (const auto& [other, text] : state.variables)
      if (other != name) bytes += other.size() + text.size();
    if (bytes > longest_text) return Errno::nomem;
    state.variables[name] = *std::move(value);
  } else {
    state.variables.erase(name);
  }
  state.texts.erase("variable " + name);  // what the guest was given says the old value
  return success();
}
/// After a change `environ` is built anew, where the program tells where it is.
inline Result<std::int32_t> changed(State& state, const Guest& guest) {
  const auto environ = guest.instance().function<std::uint32_t()>("__get_environ");
  if (!environ) return 0;
  WASMER_TRY(const std::uint32_t where, environ.assume_value()());
  WASMER_CHECK(build_environment(state, guest, {where}));
  return 0;
}
inline Result<std::int32_t> setenv(State& state, Guest guest, GuestString name, GuestString value, std::int32_t replaces) {
  const auto text = text_of(guest, name), wanted = text_of(guest, value);
  if (name.address == 0 || !text || !wanted || text->empty() || text->find('=') != std::string::npos) return fail(state, guest, Errno::inval);
  if (state.variables.contains(*text) && replaces == 0) return 0;
  if (const auto done = set_variable(state, *text, *wanted); !done) return fail(state, guest, done.assume_error());
  return changed(state, guest);
}
inline Result<std::int32_t> unsetenv(State& state, Guest guest, GuestString name) {
  const auto text = text_of(guest, name);
  if (name.address == 0 || !text || text->empty() || text->find('=') != std::string::npos) return fail(state, guest, Errno::inval);
  if (!state.variables.contains(*text)) return 0;
  (void)set_variable(state, *text, std::nullopt);
  return changed(state, guest);
}
inline Result<std::int32_t> putenv(State& state, Guest guest, GuestString entry) {
  const auto text = text_of(guest, entry);
  if (entry.address == 0 || !text) return fail(state, guest, Errno::inval);
  const std::size_t equals = text->find('=');
  if (equals == 0 || text->empty()) return fail(state, guest, Errno::inval);
  std::optional<std::string> value;
  if (equals != std::string::npos) value = text->substr(equals + 1);
  if (const auto done = set_variable(state, text->substr(0, equals), std::move(value)); !done) return fail(state, guest, done.assume_error());
  return changed(state, guest);
}
inline Result<std::int32_t> clearenv(State& state, Guest guest) {
  while (!state.variables.empty()) (void)set_variable(state, std::string(state.variables.begin()->first), std::nullopt);
  return changed(state, guest);
}

// Users, of a table of two: nobody else is there, and who asks is the first.
struct User {
  std::string_view name;
  std::uint32_t number;
  std::string_view home;
};
inline constexpr std::array users{User{"root", 0, "/home/web_user"}, User{"web_user", 0, "/home/web_user"}, User{"nobody", 65534, "/"}};

/// Allocates a structure of words, some of which are texts, once for each `what`.
inline Result<std::uint32_t> record(State& state, const Guest& guest, const std::string& what, const std::vector<std::pair<std::string_view, std::uint32_t>>& fields) {
  if (const auto given = state.texts.find(what); given != state.texts.end()) return given->second;
  std::vector<std::uint32_t> words;
  for (const auto& [text, number] : fields) {
    if (text.data() == nullptr) {
      words.push_back(number);
      continue;
    }
    WASMER_TRY(const std::uint32_t where, kept_text(state, guest, text));
    words.push_back(where);
  }
  WASMER_TRY(const std::uint32_t where, state.allocate(guest, static_cast<std::uint32_t>(4 * words.size())));
  const Guest now = guest.again();
  for (std::size_t i = 0; i < words.size(); ++i) (void)now.store(GuestPointer<std::uint32_t>{static_cast<std::uint32_t>(where + 4 * i)}, words[i]);
  return state.texts[what] = where;
}
inline Result<std::uint32_t> passwd_of(State& state, const Guest& guest, const User* user) {
  if (user == nullptr) return 0u;
  return record(state, guest, "user " + std::string(user->name),
                {{user->name, 0}, {"x", 0}, {{}, user->number}, {{}, user->number}, {user->name, 0}, {user->home, 0}, {"/bin/sh", 0}});
}
inline Result<std::uint32_t> group_of(State& state, const Guest& guest, const User* user) {
  if (user == nullptr) return 0u;
  WASMER_TRY(const std::uint32_t none, record(state, guest, "no members", {{{}, 0}}));
  return record(state, guest, "group " + std::string(user->name), {{user->name, 0}, {"x", 0}, {{}, user->number}, {{}, none}});
}
inline const User* user_called(std::string_view name) {
  const auto found = std::ranges::find(users, name, &User::name);
  if (name == "nogroup") return &users.back();
  return found == users.end() ? nullptr : &*found;
}
inline const User* user_numbered(std::uint32_t number) {
  const auto found = std::ranges::find(users, number, &User::number);
  return found == users.end() ? nullptr : &*found;
}
inline Result<std::uint32_t> getpwnam(State& state, Guest guest, GuestString name) { return passwd_of(state, guest, user_called(text_of(guest, name).value_or(""))); }
inline Result<std::uint32_t> getpwuid(State& state, Guest guest, std::uint32_t number) { return passwd_of(state, guest, user_numbered(number)); }
inline Result<std::uint32_t> getgrnam(State& state, Guest guest, GuestString name) { return group_of(state, guest, user_called(text_of(guest, name).value_or(""))); }
inline Result<std::uint32_t> getgrgid(State& state, Guest guest, std::uint32_t number) { return group_of(state, guest, user_numbered(number)); }
inline std::uint32_t no_entry(State&, Guest) { return 0; }
inline void nothing(State&, Guest) {}

/// What POSIX's names say: Emscripten's own numbers.
inline std::int32_t sysconf(State& state, Guest guest, std::int32_t name) {
  switch (name) {
    case 0: return 2'097'152;  // ARG_MAX
    case 1: return 1024;       // CHILD_MAX
    case 2: return 1'000'000;  // CLK_TCK
    case 3: return 65536;      // NGROUPS_MAX
    case 4: return 1024;       // OPEN_MAX
    case 5:
    case 6: return 16;         // STREAM_MAX, TZNAME_MAX
    case 30: return state.dialect() == Dialect::fastcomp ? 16384 : 65536;  // PAGESIZE
    case 29: return 200809;    // VERSION
    case 83:
    case 84: return 1;         // NPROCESSORS_CONF, NPROCESSORS_ONLN
    case 85: return static_cast<std::int32_t>(guest.size() / (state.dialect() == Dialect::fastcomp ? 16384 : 65536));  // PHYS_PAGES
    case 60: return 1024;      // IOV_MAX
    case 180: return 255;      // HOST_NAME_MAX
    case 71: return 256;       // LOGIN_NAME_MAX
    case 69: return 1024;      // GETGR_R_SIZE_MAX
    case 70: return 1024;      // GETPW_R_SIZE_MAX
    default: return fail(state, guest, Errno::inval);
  }
}
inline std::int32_t getpagesize(State& state, Guest) { return state.dialect() == Dialect::fastcomp ? 16384 : 65536; }
inline std::int32_t pathconf(State& state, Guest guest, std::uint32_t, std::int32_t name) {
  constexpr std::array limits{32000, 255, 255, 255, 4096, 4096, 1, 0, 1};
  return name >= 0 && static_cast<std::size_t>(name) < limits.size() ? limits[static_cast<std::size_t>(name)] : fail(state, guest, Errno::inval);
}
inline std::int32_t fpathconf(State& state, Guest guest, std::int32_t, std::int32_t name) { return pathconf(state, guest, 0, name); }
inline std::int32_t getloadavg(State&, Guest guest, std::uint32_t where, std::int32_t count) {
  const std::int32_t given = std::min(count, 3);
  for (std::int32_t i = 0; i < given; ++i)
    if (!guest.store(GuestPointer<double>{where + 8 * static_cast<std::uint32_t>(i)}, 0.1)) return -1;
  return given;
}

inline std::int32_t random_bytes(State& state, Guest guest, GuestBytes buffer) {
  return wasi::random_get(state.host(), guest, buffer) ? 0 : -1;
}
inline Number getrandom(State& state, Guest guest, GuestBytes buffer, std::uint32_t) {
  WASMER_CHECK(wasi::random_get(state.host(), guest, buffer));
  return static_cast<std::int32_t>(buffer.count);
}
inline double random_fraction(State& state, Guest) {
  static_cast<void>(state);
  std::uint64_t bits = 0;
  (void)::getrandom(&bits, sizeof bits, 0);
  return static_cast<double>(bits >> 11) * 0x1p-53;
}
inline float random_float(State& state, Guest guest) { return static_cast<float>(random_fraction(state, guest)); }

/// musl's place for errno, where fastcomp's host keeps it.
inline void set_errno(State&, Guest guest, std::int32_t number) {
  if (const auto location = guest.instance().function<std::uint32_t()>("___errno_location"))
    if (const auto where = location.assume_value()()) (void)guest.again().store(GuestPointer<std::int32_t>{where.assume_value()}, number);
}

}  // namespace wasmer::emscripten
