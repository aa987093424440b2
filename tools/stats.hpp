#pragma once
/// \file
/// What `--stats` tells: one line of JSON, or a table for people.

#include <sys/resource.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// Figures in order, each with its name, for scripts or for people.
class Figures {
 public:
  void add(std::string_view name, std::string_view text) { each_.push_back({name, std::string(text), true}); }
  void add(std::string_view name, std::uint64_t number) { each_.push_back({name, std::to_string(number), false}); }
  /// Three decimals, always with a point, whatever the locale; nothing for what was not measured.
  void add(std::string_view name, std::optional<double> number) {
    char text[64];
    char* end = text;
    if (number) end = std::to_chars(text, text + sizeof text, *number, std::chars_format::fixed, 3).ptr;
    each_.push_back({name, {text, end}, false});
  }

  std::string json() const {
    std::string line = "{";
    for (const Figure& figure : each_) {
      const std::string_view quote = figure.is_text ? "\"" : "";
      if (line.size() > 1) line += ",";
      line.append("\"").append(figure.name).append("\":").append(quote).append(figure.value.empty() ? "null" : figure.value).append(quote);
    }
    return line + "}\n";
  }
  std::string table() const {
    std::string lines;
    for (const Figure& figure : each_)
      if (!figure.value.empty()) lines.append(figure.name).append(figure.name.size() < 20 ? 20 - figure.name.size() : 1, ' ').append(figure.value).append("\n");
    return lines;
  }

  /// To standard error, after all that is on its way to standard output.
  void print(StatsFormat format) const {
    if (format == StatsFormat::none) return;
    std::fflush(stdout);
    std::fputs((format == StatsFormat::json ? json() : table()).c_str(), stderr);
  }

 private:
  struct Figure {
    std::string_view name;
    std::string value;  ///< its digits, or the text; empty when it was not measured
    bool is_text;
  };
  std::vector<Figure> each_;
};

/// What is told of a run or a compilation.
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

  Figures figures() const {
    Figures all;
    all.add("backend", backend);
    all.add("abi", abi);
    all.add("module_bytes", module_bytes);
    all.add("code_bytes", code_bytes);
    all.add("functions", functions);
    all.add("threads", std::uint64_t{threads});
    all.add("compile_ms", std::optional(compile_ms));
    all.add("instantiate_us", instantiate_us);
    all.add("run_ms", run_ms);
    all.add("machine_code_bytes", machine_code_bytes);
    all.add("peak_rss_kb", peak_rss_kb());
    return all;
  }
};

/// What is told of a validation.
struct ValidationStats {
  double validate_ms = 0;        ///< from bytes in memory to a valid module, bodies included, on one thread
  std::uint64_t module_bytes = 0;
  std::uint64_t code_bytes = 0;

  Figures figures() const {
    Figures all;
    all.add("validate_ms", std::optional(validate_ms));
    all.add("module_bytes", module_bytes);
    all.add("code_bytes", code_bytes);
    return all;
  }
};

}  // namespace wasmer::tools
