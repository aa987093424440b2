#pragma once
/// \file
/// Lengths of time as people write them: `2s`, `1.5s`, `500ms`, `10m`, `1h`.

#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <string_view>
#include <system_error>

namespace wasmer::tools {

/// A number that is not negative and a unit, seconds if there is none; nothing for all else, and for more than a century.
inline std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || std::signbit(number)) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  double seconds = number;
  if (unit == "ms") seconds /= 1000;
  else if (unit == "m") seconds *= 60;
  else if (unit == "h") seconds *= 3600;
  else if (unit != "s" && !unit.empty()) return std::nullopt;
  if (!(seconds < 100 * 366.0 * 24 * 3600)) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds));
}

}  // namespace wasmer::tools
