// The commands that look at modules and run nothing: validate, inspect, wat2wasm, wasm2wat.
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include <wasmer/module/printer.hpp>

#include "commands.hpp"
#include "inspect.hpp"
#include "load.hpp"
#include "output.hpp"
#include "report.hpp"
#include "stats.hpp"

namespace wasmer::tools {
namespace {

/// Validates a file as often as the options say; the fastest time is the one that is told.
Result<ValidationStats> measure_validation(const std::string& path, const Options& options) {
  WASMER_TRY(const auto bytes, read_binary(path));
  ValidationStats stats;
  for (unsigned round = 0; round < options.repeat; ++round) {
    auto copy = bytes;
    const Stopwatch watch;
    WASMER_TRY(const Module module, to_valid(std::move(copy), options.features));
    const double spent = watch.milliseconds();
    stats = {round == 0 ? spent : std::min(stats.validate_ms, spent), bytes.size(), module.code_bytes()};
  }
  return stats;
}

}  // namespace

int validate(const Options& options) {
  int code = 0;
  for (const std::string& file : options.files) {
    const auto stats = measure_validation(file, options);
    if (!stats) {
      code = report(stats.error(), title(file));
      continue;
    }
    std::printf("%s: valid\n", title(file).c_str());
    stats.value().figures().print(options.stats);
  }
  return code;
}

int inspect(const Options& options) {
  const std::string& file = options.files.front();
  const auto module = load_valid(file, Features::all());
  if (!module) return report(module.error(), title(file));
  return write(inspect(module.value()), options);
}

int wat2wasm(const Options& options) {
  const std::string& file = options.files.front();
  const auto text = read(file);
  if (!text) return report(text.error(), title(file));
  const auto bytes = wat(as_text(text.value()), title(file));
  if (!bytes) return report(bytes.error(), title(file));
  if (options.check)
    if (const auto module = to_valid(bytes.value(), Features::all()); !module) return report(module.error(), title(file));
  return write(as_text(bytes.value()), options);
}

int wasm2wat(const Options& options) {
  const std::string& file = options.files.front();
  const auto module = load_valid(file, Features::all());
  if (!module) return report(module.error(), title(file));
  const auto text = print(module.value(), Features::all());
  if (!text) return report(text.error(), title(file));
  return write(text.value(), options);
}

}  // namespace wasmer::tools
