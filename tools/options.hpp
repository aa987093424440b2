#pragma once
/// \file
/// What a command line of `wasmer` asks for, as plain data.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <wasmer/vm/bounds.hpp>
#include <wasmer/wasm/features.hpp>

#include "stats.hpp"

namespace wasmer::tools {

enum class Command : std::uint8_t { run, compile, validate, inspect, wast, wat2wasm, wasm2wat };
/// Those that this command has been built with.
enum class BackendName : std::uint8_t {
  singlepass,
#if defined(WASMER_LLVM)
  llvm,
#endif
};
/// What `compile --emit` writes: LLVM's IR as it is built, or optimized; assembly; an object file.
enum class Emission : std::uint8_t { none, llvm_ir, llvm_ir_optimized, assembly, object };
enum class AbiName : std::uint8_t { auto_, none, wasi, wasi_snapshot0, wasi_snapshot1, wasi_latest, emscripten };

/// A host's directory and where the guest sees it.
struct Mapping {
  std::string guest;
  std::string host;
  bool read_only = false;
};

/// Everything that a command line says; what it does not say has its default.
struct Options {
  Command command = Command::run;
  std::vector<std::string> files;  ///< one, except for `validate` and `wast`; `-` is standard input
  std::string output;              ///< of wat2wasm, wasm2wat and compile --emit; empty: standard output
  BackendName backend = BackendName::singlepass;
  Emission emission = Emission::none;
  unsigned llvm_level = 2;         ///< 0 to 3: how much LLVM does for speed
  bool llvm_exact_traps = true;    ///< LLVM leaves every access that may trap where it is
  Bounds bounds = Bounds::guard_pages;
  unsigned threads = 1;
  unsigned repeat = 1;
  StatsFormat stats = StatsFormat::none;
  Features features = Features::wasm2();
  std::string expected_failures;  ///< of `wast`: a file that lists assertions; empty: none
  bool gc_stress = false;  ///< of `wast`: collects garbage at every allocation
  bool check = true;  ///< wat2wasm validates what it writes

  // Of `run` alone.
  AbiName abi = AbiName::auto_;
  std::vector<Mapping> directories;
  bool wasmer_layout = false;  ///< of the directories, see abi/wasi/virtual_root.hpp
  std::vector<std::string> environment;  ///< `NAME=VALUE`, each name once
  std::vector<std::string> listen;       ///< `ADDRESS:PORT` of sockets for the guest
  std::vector<std::string> net;          ///< `listen:ADDRESS:PORT` or `connect:ADDRESS:PORT`: what the guest may do by itself
  std::string entrypoint;                ///< of an Emscripten program; empty: main
  std::optional<std::string> invoke;
  bool bench_hooks = false;
  std::optional<std::chrono::nanoseconds> timeout;
  std::string timeout_text;  ///< as it was given, with its unit
  bool trace_wasi = false;
  std::vector<std::string> arguments;  ///< the guest's, the file's name not among them
};

/// Reads a command line. Answers with options, or with the exit code when there is nothing left to do: --help, --version, or a mistake, told on
/// standard error.
std::variant<Options, int> parse_command_line(int argc, const char* const* argv);

}  // namespace wasmer::tools
