// The WebAssembly community's test suite for WASI preview 1: each program as the JSON beside it says.
#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <utility>

#include "program.hpp"

using namespace wasmer;
using namespace wasmer::tests;
namespace fs = std::filesystem;

namespace {

using W = Wasi<Latest>;

/// Runs one program. What is wrong with how it ended, or nothing.
std::string run(CompiledBy compiler, const fs::path& program, wasi::Resolution resolution) {
  const nlohmann::json manifest = manifest_of(fs::path(program).replace_extension(".json"),
                                              {{"args", nlohmann::json::array()}, {"env", nlohmann::json::object()}, {"exit_code", 0}});
  for (const auto& [key, value] : manifest.items())
    if (!std::set<std::string>{"args", "env", "exit_code", "root", "stdout"}.contains(key)) return "this runner knows no `" + key + "`";

  const TemporaryDirectory scratch;
  const AnonymousFile out, err;
  W::Options options;
  options.filesystem.resolution = resolution;
  options.args = {program.filename()};
  for (const auto& argument : manifest["args"]) options.args.push_back(argument.get<std::string>());
  for (const auto& [name, value] : manifest["env"].items()) options.env.push_back(name + "=" + value.get<std::string>());
  if (manifest.contains("root")) {
    copy_writable(program.parent_path() / manifest["root"].get<std::string>(), scratch.path() / "root");
    options.preopens = {{scratch.path() / "root", "/"}};
  }
  options.out = out.descriptor();
  options.err = err.descriptor();

  const Runtime<Singlepass, W> runtime;
  const auto ended = [&]() -> Result<ExitCode> {
    WASMER_TRY(const auto module, compile_program(compiler, program));
    WASMER_TRY(const auto instance, runtime.instantiate(module, options));
    return instance.start();
  }();
  if (!ended) return ended.error().message() + "\n" + err.text();
  if (ended.value() != manifest["exit_code"].get<int>()) return "exit code " + std::to_string(ended.value()) + "\n" + err.text();
  if (manifest.contains("stdout") && out.text() != manifest["stdout"].get<std::string>()) return "stdout is " + out.text();
  return {};
}

/// Runs all programs of a language, both with the kernel resolving paths and without, which is all the same to any other backend.
void run_folder(const std::string& language, int programs) {
  for (const auto& [compiler, resolution] : {std::pair(CompiledBy::singlepass, wasi::Resolution::kernel), std::pair(CompiledBy::singlepass, wasi::Resolution::walk),
                                             std::pair(CompiledBy::llvm, wasi::Resolution::kernel)}) {
    if (std::ranges::find(compilers(), compiler) == compilers().end()) continue;
    Tally tally(to_string(compiler) + "wasi-testsuite, " + language + (resolution == wasi::Resolution::kernel ? ", paths resolved by openat2" : ", paths resolved by walking"));
    for (const fs::directory_entry& entry : fs::directory_iterator(corpus("wasi-testsuite") / language / "testsuite" / "wasm32-wasip1"))
      if (entry.path().extension() == ".wasm") tally.note(entry.path().stem(), run(compiler, entry.path(), resolution));
    CHECK(tally.passed() == programs);
  }
}

}  // namespace

TEST_CASE("wasi-testsuite: all C programs pass") {
  REQUIRE_CORPUS();
  run_folder("c", 14);
}

TEST_CASE("wasi-testsuite: all Rust programs pass") {
  REQUIRE_CORPUS();
  run_folder("rust", 46);
}

TEST_CASE("wasi-testsuite: all AssemblyScript programs pass") {
  REQUIRE_CORPUS();
  run_folder("assemblyscript", 12);
}
