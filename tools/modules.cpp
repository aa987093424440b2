// The commands that look at modules and run nothing: validate, inspect, wat2wasm, wasm2wat.
#include <cstdio>
#include <string>
#include <string_view>

#include <wasmer/module/printer.hpp>

#include "commands.hpp"
#include "inspect.hpp"
#include "load.hpp"
#include "report.hpp"

namespace wasmer::tools {
namespace {

/// Writes to the file that the options name, or to standard output.
int write(std::string_view bytes, const Options& options) {
  std::FILE* const file = options.output.empty() ? stdout : std::fopen(options.output.c_str(), "wb");
  const bool written = file != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const bool closed = file != nullptr && (options.output.empty() ? std::fflush(file) : std::fclose(file)) == 0;
  if (written && closed) return 0;
  std::fprintf(stderr, "error: cannot write %s\n", options.output.empty() ? "standard output" : options.output.c_str());
  return exit_code::cannot_load;
}

}  // namespace

int validate(const Options& options) {
  int code = 0;
  for (const std::string& file : options.files) {
    const auto module = load_valid(file, options.features);
    if (module) std::printf("%s: valid\n", file.c_str());
    else code = report(module.error(), file);
  }
  return code;
}

int inspect(const Options& options) {
  const auto module = load_valid(options.files.front(), Features::all());
  if (!module) return report(module.error(), options.files.front());
  return write(inspect(module.value()), options);
}

int wat2wasm(const Options& options) {
  const std::string& file = options.files.front();
  const auto text = read(file);
  if (!text) return report(text.error(), file);
  const auto bytes = wat(as_text(text.value()), file);
  if (!bytes) return report(bytes.error(), file);
  return write(as_text(bytes.value()), options);
}

int wasm2wat(const Options& options) {
  const auto module = load_valid(options.files.front(), Features::all());
  if (!module) return report(module.error(), options.files.front());
  const auto text = print(module.value(), Features::all());
  if (!text) return report(text.error(), options.files.front());
  return write(text.value(), options);
}

}  // namespace wasmer::tools
