#pragma once
/// \file
/// Errors as the command tells them, and the exit codes that they are.

#include <cstdio>
#include <string>
#include <string_view>

#include <wasmer/error.hpp>

#include "escape.hpp"

namespace wasmer::tools {

/// What the command answers with; a guest that ends by itself has a code of its own.
namespace exit_code {
inline constexpr int failure = 1;  ///< a file cannot be loaded or written, or the machine is short of what is needed
inline constexpr int wrong_usage = 2;
inline constexpr int trap = 134;
}  // namespace exit_code

/// One line of a backtrace: `  0: divide (function 4) at byte 0x5c`.
inline std::string describe(const Frame& frame, std::size_t index) {
  char place[64];
  std::snprintf(place, sizeof place, " at byte 0x%llx", static_cast<unsigned long long>(frame.offset));
  std::string text = "  " + std::to_string(index) + ": ";
  if (!frame.name.empty()) text += escaped(frame.name) + " ";
  return text + (frame.name.empty() ? "function " : "(function ") + std::to_string(frame.function) + (frame.name.empty() ? "" : ")") + place + "\n";
}

/// `error: trap: integer divide by zero` and the guest's frames, innermost first; of deep stacks both ends.
inline std::string describe_trap(const Error& error) {
  std::string text = "error: trap: " + std::string(error.words());
  if (!error.detail().empty()) text.append(": ").append(escaped(error.detail()));
  text += "\n";
  std::size_t index = 0;
  for (const Frame& frame : error.backtrace()) {
    if (frame.omitted != 0) text += "  ... " + std::to_string(frame.omitted) + " more\n";
    text += describe(frame, index += frame.omitted);
    ++index;
  }
  return text;
}

/// The line for an error that is no trap. What the host is to blame for speaks for itself; all else begins with the stage that found it.
inline std::string describe_failure(const Error& error, std::string_view file) {
  std::string message = error.message();
  if (error.id() == ErrorId::invalid_option) message = error.detail();
  else if (error.place().empty() && (error.stage() == Stage::host || error.stage() == Stage::exhausted)) message.erase(0, to_string(error.stage()).size() + 2);
  const bool names_file = !error.place().empty() || error.id() == ErrorId::cannot_read_file || error.id() == ErrorId::invalid_option;
  return "error: " + escaped(names_file ? message : std::string(file) + ": " + message) + "\n";
}

/// Tells of an error that ended a guest, or kept it from starting, and gives the exit code. `file` is what messages call the module's file.
inline int report(const Error& error, std::string_view file) {
  if (error.id() == ErrorId::exit) return static_cast<int>(error.exit_code() & 0xFF);
  const bool is_trap = error.stage() == Stage::trap || error.id() == ErrorId::call_stack_exhausted || error.id() == ErrorId::host_exception;
  std::fputs((is_trap ? describe_trap(error) : describe_failure(error, file)).c_str(), stderr);
  return is_trap ? exit_code::trap : exit_code::failure;
}

}  // namespace wasmer::tools
