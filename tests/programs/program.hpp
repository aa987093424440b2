#pragma once
/// \file
/// A real program, compiled to WASI, and its jobs: run in this process or by the native program, in a directory that is looked at afterwards.

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/abi/wasi.hpp>
#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>
#include <wasmer/vm/deadline.hpp>

#include "../anonymous_file.hpp"
#include "../catch.hpp"
#include "../corpus.hpp"
#include "../process.hpp"

namespace wasmer::tests {

inline std::filesystem::path source(std::string_view file) { return std::filesystem::path(WASMER_SOURCE_DIR) / file; }

inline std::string read_whole(const std::filesystem::path& file) {
  std::stringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// The files of a directory and what is beneath it, by name, with their bytes; directories end in a slash.
inline std::map<std::string, std::string> contents(const std::filesystem::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    const std::string name = entry.path().lexically_relative(directory);
    if (entry.is_directory()) files[name + "/"];
    else files[name] = read_whole(entry.path());
  }
  return files;
}

/// Where the module of a program is, which is obtained first if need be; nothing, and why, where it cannot be had.
struct Obtained {
  std::filesystem::path module;
  std::string missing;
};
inline Obtained obtain(const std::string& program) {
  const std::filesystem::path folder = std::filesystem::path(WASMER_BINARY_DIR) / "programs";
  const Outcome outcome = run({source("tests/programs/obtain"), program, folder});
  if (outcome.code == 0) return {folder / (program + ".wasm"), {}};
  if (outcome.code != 77) throw std::runtime_error("obtain " + program + ": " + outcome.out + outcome.err);
  return {{}, outcome.out};
}

/// What a guest is given to do.
struct Job {
  std::vector<std::string> arguments;     ///< behind the program's own name
  std::string input = {};                 ///< on standard input
  std::vector<wasi::Preopen> others = {};  ///< beside the directory, which is `/`
  wasi::Resolution resolution = wasi::best_resolution();
};

/// How a guest ended, and what it said.
struct Ended {
  Result<ExitCode> code;
  std::string out, err;
  bool was_late = false;
};

struct AtOnce {
  template <class Start> auto operator()(Start start) const { return start(); }
};

/// Runs a program in a directory, for so long at most; W is a Wasi<...> on the host's files. `within` is given what starts it when all else is done.
template <class W, class Within = AtOnce>
Ended run_guest(const Runtime<Singlepass, W>& runtime, const CompiledModule& module, const Job& job, const std::filesystem::path& directory,
                std::chrono::seconds most = std::chrono::seconds(120), Within within = {}) {
  const AnonymousFile in(job.input), out, err;
  typename W::Options options;
  options.args = {"program"};
  options.args.insert(options.args.end(), job.arguments.begin(), job.arguments.end());
  options.env = {"HOME=/"};
  options.preopens = {{directory, "/"}};
  options.preopens.insert(options.preopens.end(), job.others.begin(), job.others.end());
  options.in = in.descriptor(), options.out = out.descriptor(), options.err = err.descriptor();
  options.filesystem.resolution = job.resolution;
  Store store;
  const Deadline deadline(store, most);
  auto code = [&]() -> Result<ExitCode> {
    WASMER_TRY(const auto instance, runtime.instantiate(store, module, options));
    return within([&] { return instance.start(); });
  }();
  return {std::move(code), out.text(), err.text(), deadline.is_over()};
}

}  // namespace wasmer::tests

/// Gets the module of a program into a variable; the test is skipped where there is none.
#define REQUIRE_PROGRAM(variable, name)                                       \
  const wasmer::tests::Obtained variable = wasmer::tests::obtain(name);       \
  if (variable.module.empty()) WASMER_SKIP(variable.missing)
/// The same of a native program.
#define REQUIRE_NATIVE(variable, name)                               \
  const std::string variable = wasmer::tests::program_path(name);    \
  if (variable.empty()) WASMER_SKIP("there is no native " name " here")
