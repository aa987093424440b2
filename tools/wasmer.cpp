// The wasmer command.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include "commands.hpp"
#include "report.hpp"

namespace {

int dispatch(const wasmer::tools::Options& options) {
  using namespace wasmer::tools;
  switch (options.command) {
    case Command::run: return run(options);
    case Command::compile: return compile(options);
    case Command::validate: return validate(options);
    case Command::inspect: return inspect(options);
    case Command::wast: return wast(options);
    case Command::wat2wasm: return wat2wasm(options);
    case Command::wasm2wat: return wasm2wat(options);
  }
  __builtin_unreachable();
}

int perform(int argc, char** argv) try {
  const auto parsed = wasmer::tools::parse_command_line(argc, argv);
  if (const int* code = std::get_if<int>(&parsed)) return *code;
  return dispatch(std::get<wasmer::tools::Options>(parsed));
} catch (const std::bad_alloc&) {
  std::fputs("error: out of memory\n", stderr);
  return wasmer::tools::exit_code::failure;
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return wasmer::tools::exit_code::failure;
}

}  // namespace

int main(int argc, char** argv) {
  const int code = perform(argc, argv);
  // Output that is lost is no success.
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  std::fprintf(stderr, "error: cannot write to standard output%s%s\n", errno != 0 ? ": " : "", errno != 0 ? std::strerror(errno) : "");
  return code != 0 ? code : wasmer::tools::exit_code::failure;
}
