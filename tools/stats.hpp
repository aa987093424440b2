#pragma once
/// \file
/// What `--stats` tells of a run: one line of JSON, or a table for people.

#include <sys/resource.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wasmer::tools {

enum class StatsFormat : std::uint8_t { none, table, json };

/// A stopwatch on the monotonic clock, started when made.
class Stopwatch {
 public:
  double milliseconds() const { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin_).count(); }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// Most memory that this process has had resident, in KiB.
inline std::uint64_t peak_rss_kb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss);
}

/// The figures of one run.
struct Stats {
  std::string_view backend;
  std::string_view abi;
  std::uint64_t module_bytes = 0;
  std::uint64_t code_bytes = 0;          ///< of function bodies, what compile speed is measured by
  std::uint64_t functions = 0;           ///< with a body
  unsigned threads = 1;
  double compile_ms = 0;                 ///< from bytes in memory to all code callable, validation included
  std::optional<double> instantiate_us{};  ///< empty when nothing was instantiated, as `run_ms`
  std::optional<double> run_ms{};          ///< of the guest alone; with --bench-hooks between bench.start and bench.end
  std::uint64_t machine_code_bytes = 0;

  std::string json() const {
    std::string text;
    each([&](std::string_view name, std::string_view value, bool is_text) {
      const std::string_view quote = is_text ? "\"" : "";
      text.append(text.empty() ? "{" : ",").append("\"").append(name).append("\":").append(quote).append(value.empty() ? "null" : value).append(quote);
    });
    return text + "}\n";
  }

  std::string table() const {
    std::string text;
    each([&](std::string_view name, std::string_view value, bool) {
      if (!value.empty()) text.append(name).append(name.size() < 20 ? 20 - name.size() : 1, ' ').append(value).append("\n");
    });
    return text;
  }

 private:
  /// A figure with three decimals, always with a point, whatever the locale.
  static std::string decimal(double value) {
    char text[64];
    const auto [end, error] = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, 3);
    return error == std::errc() ? std::string(text, end) : "0";
  }
  /// Hands on each figure in order: its name, its digits (none: not measured), and whether it is text.
  template <class Visitor> void each(Visitor&& visit) const {
    visit("backend", backend, true);
    visit("abi", abi, true);
    visit("module_bytes", std::to_string(module_bytes), false);
    visit("code_bytes", std::to_string(code_bytes), false);
    visit("functions", std::to_string(functions), false);
    visit("threads", std::to_string(threads), false);
    visit("compile_ms", decimal(compile_ms), false);
    visit("instantiate_us", instantiate_us ? decimal(*instantiate_us) : "", false);
    visit("run_ms", run_ms ? decimal(*run_ms) : "", false);
    visit("machine_code_bytes", std::to_string(machine_code_bytes), false);
    visit("peak_rss_kb", std::to_string(peak_rss_kb()), false);
  }
};

}  // namespace wasmer::tools
