#pragma once
/// \file
/// Errors as the command tells them, and the exit codes that they are.

#include <cstdio>
#include <string>
#include <string_view>

#include <wasmer/error.hpp>

namespace wasmer::tools {

/// What the command answers with; a guest that ends by itself has a code of its own.
namespace exit_code {
inline constexpr int cannot_load = 1;
inline constexpr int wrong_usage = 2;
inline constexpr int trap = 134;
}  // namespace exit_code

/// One line of a backtrace: `  0: divide (function 4) at byte 0x5c`.
inline std::string describe(const Frame& frame, std::size_t index) {
  char place[64];
  std::snprintf(place, sizeof place, " at byte 0x%llx", static_cast<unsigned long long>(frame.offset));
  std::string text = "  " + std::to_string(index) + ": ";
  if (!frame.name.empty()) text += frame.name + " ";
  return text + (frame.name.empty() ? "function " : "(function ") + std::to_string(frame.function) + (frame.name.empty() ? "" : ")") + place + "\n";
}

/// `error: trap: integer divide by zero` and the guest's frames, innermost first; of very deep stacks both ends.
inline std::string describe_trap(const Error& error) {
  constexpr std::size_t head = 24, tail = 8;
  std::string text = "error: trap: " + std::string(error.words());
  if (!error.detail().empty()) text.append(": ").append(error.detail());
  text += "\n";
  const auto& frames = error.backtrace();
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (i == head && frames.size() > head + tail) {
      i = frames.size() - tail;
      text += "  ... " + std::to_string(i - head) + " more\n";
    }
    text += describe(frames[i], i);
  }
  return text;
}

/// Tells of an error that ended a guest, or kept it from starting, and gives the exit code. `file` is the module's, as the user named it.
inline int report(const Error& error, std::string_view file) {
  if (error.id() == ErrorId::exit) return static_cast<int>(error.exit_code() & 0xFF);
  const bool is_trap = error.stage() == Stage::trap || error.stage() == Stage::exhausted || error.id() == ErrorId::host_exception;
  std::string text;
  if (is_trap) text = describe_trap(error);
  else if (!error.place().empty() || error.message().find(file) != std::string::npos) text = "error: " + error.message() + "\n";
  else text.append("error: ").append(file).append(": ").append(error.message()).append("\n");
  std::fwrite(text.data(), 1, text.size(), stderr);
  return is_trap ? exit_code::trap : exit_code::cannot_load;
}

}  // namespace wasmer::tools
