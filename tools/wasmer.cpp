// The wasmer command.
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

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto parsed = wasmer::tools::parse_command_line(argc, argv);
    if (const int* code = std::get_if<int>(&parsed)) return *code;
    return dispatch(std::get<wasmer::tools::Options>(parsed));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());  // such as std::bad_alloc
    return wasmer::tools::exit_code::cannot_load;
  }
}
