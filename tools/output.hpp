#pragma once
/// \file
/// Where a command that writes a file writes it.

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "options.hpp"
#include "report.hpp"

namespace wasmer::tools {

/// Writes to the file that the options name, or to standard output.
inline int write(std::string_view bytes, const Options& options) {
  if (options.output.empty()) {
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);  // main finds out whether all of it arrived
    return 0;
  }
  std::FILE* const file = std::fopen(options.output.c_str(), "wb");
  const bool written = file != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const int reason = errno;
  const bool closed = file != nullptr && std::fclose(file) == 0;
  if (written && closed) return 0;
  std::fprintf(stderr, "error: cannot write %s: %s\n", options.output.c_str(), std::strerror(written ? errno : reason));
  return exit_code::failure;
}

}  // namespace wasmer::tools
