#pragma once
/// \file
/// JavaScript in programs: the embedder may have C++ for it, and else the call is an error that tells the text. And what Emscripten's own API asks of the page.

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wasmer/abi/emscripten/calls/process.hpp>
#include <wasmer/abi/emscripten/state.hpp>

namespace wasmer::emscripten {

/// Runs what the embedder has for a text.
inline Result<double> run_snippet(State& state, const Guest& guest, std::string_view text, std::span<const double> arguments) {
  const auto found = state.options().snippets.find(text);
  if (found != state.options().snippets.end()) return found->second(guest, arguments);
  constexpr std::size_t most = 200;
  std::string shown(text.substr(0, most));
  for (char& each : shown)
    if (static_cast<unsigned char>(each) < ' ') each = ' ';
  return Error(ErrorId::unsupported_import, Error::no_offset,
               "the program wants JavaScript run, and its embedder has no C++ for it (Options::snippets): `" + shown + (text.size() > most ? "…`" : "`"));
}
inline Result<void> run_script(State& state, Guest guest, GuestString script) {
  WASMER_CHECK(run_snippet(state, guest, text_of(guest, script).value_or(""), {}));
  return success();
}
inline Result<std::int32_t> run_script_int(State& state, Guest guest, GuestString script) {
  WASMER_TRY(const double value, run_snippet(state, guest, text_of(guest, script).value_or(""), {}));
  return static_cast<std::int32_t>(value);
}

/// The text of a snippet of today's, which stands in the data; of fastcomp's, its number.
inline std::string snippet_name(const State& state, const GuestMemory& memory, std::uint32_t code) {
  if (state.dialect() == Dialect::fastcomp) return "#" + std::to_string(code);
  const auto text = text_of(memory, {code});
  return text && !text->empty() ? *text : "#" + std::to_string(code);
}
/// `emscripten_asm_const_int(code, types, arguments)`: a letter for each argument, which lie in the memory as C's variable arguments do.
inline Result<double> asm_const(State& state, const Guest& guest, std::uint32_t code, GuestString types, std::uint32_t where) {
  std::vector<double> arguments;
  for (const char type : text_of(guest, types).value_or("")) {
    const bool is_wide = type == 'd' || type == 'f' || type == 'j';
    if (is_wide) where = (where + 7) & ~7u;
    if (type == 'j') arguments.push_back(static_cast<double>(guest.load(GuestPointer<std::int64_t>{where}).value_or(0)));
    else if (is_wide) arguments.push_back(guest.load(GuestPointer<double>{where}).value_or(0));
    else if (type == 'p') arguments.push_back(guest.load(GuestPointer<std::uint32_t>{where}).value_or(0));
    else arguments.push_back(guest.load(GuestPointer<std::int32_t>{where}).value_or(0));
    where += is_wide ? 8 : 4;
  }
  return run_snippet(state, guest, snippet_name(state, guest, code), arguments);
}
inline Result<std::int32_t> asm_const_int(State& state, Guest guest, std::uint32_t code, GuestString types, std::uint32_t where) {
  WASMER_TRY(const double value, asm_const(state, guest, code, types, where));
  return static_cast<std::int32_t>(static_cast<std::int64_t>(value));
}
inline Result<double> asm_const_double(State& state, Guest guest, std::uint32_t code, GuestString types, std::uint32_t where) { return asm_const(state, guest, code, types, where); }

// What the page is asked for.
inline std::int32_t print_double(State&, Guest guest, double value, std::uint32_t where, std::int32_t most) {
  // As JavaScript prints a number: with as many digits as tell it from its neighbours.
  char text[64];
  int size = 0;
  for (int digits = 1; digits <= 17; ++digits) {
    size = std::snprintf(text, sizeof text, "%.*g", digits, value);
    double back = 0;
    if (std::sscanf(text, "%lf", &back) == 1 && back == value) break;
  }
  if (where == 0 || most <= 0) return size;
  const auto room = guest.bytes(where, static_cast<std::uint32_t>(std::min(size + 1, most)));
  if (!room) return -1;
  std::memcpy(room->data(), text, room->size() - 1);
  (*room)[room->size() - 1] = std::byte{0};
  return size;
}
inline std::int32_t has_no_threads(State&, Guest) { return 0; }
inline std::int32_t is_main_thread(State&, Guest) { return 1; }

}  // namespace wasmer::emscripten
