// The programs that Wasmer 0.17 tested its Emscripten with, Lua, and nginx. WASMER_EMTEST runs one of them and prints what it says.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <wasmer/abi/emscripten.hpp>

#include "program.hpp"

using namespace wasmer;
using namespace wasmer::tests;
namespace fs = std::filesystem;

namespace {

constexpr const char* javascript = "needs its JavaScript run, whose text is not in the module (EM_ASM, EM_JS)";
constexpr const char* not_caught = "throws, and was compiled without what catches: it calls nothing by invoke_*";

/// What cannot pass, and why.
const std::map<std::string_view, std::string_view> excluded{
    {"emscripten_get_compiler_setting", "asks for the compiler's settings, which stand in its JavaScript"},
    {"modularize_closure_pre", javascript},
    {"test_ccall", "has no main: its JavaScript calls it"},
    {"test_demangle_stacks", "prints a JavaScript stack"},
    {"test_demangle_stacks_noassert", "prints a JavaScript stack"},
    {"test_dlmalloc_partial_2", javascript},
    {"test_em_asm", javascript},
    {"test_em_asm_2", javascript},
    {"test_em_asm_parameter_pack", javascript},
    {"test_em_asm_signatures", javascript},
    {"test_em_asm_unicode", javascript},
    {"test_em_asm_unused_arguments", javascript},
    {"test_em_js", javascript},
    {"test_emscripten_api", "runs JavaScript that it makes"},
    {"test_exceptions_2", not_caught},
    {"test_exceptions_multi", not_caught},
    {"test_exceptions_std", not_caught},
    {"test_exceptions_white_list", not_caught},
    {"test_longjmp_exc", "runs JavaScript, for the error that it throws"},
    {"test_lower_intrinsics", javascript},
    {"test_main_thread_async_em_asm", javascript},
    {"test_memcpy_memcmp", "what is expected is a digest of what it prints"},
    {"test_poll", "waits for a device and a file that its JavaScript makes"},
    {"test_strftime", "expects the names that JavaScript has for time zones"},
    {"test_strtold", "expects a long double of 128 bits, and was compiled with one of 64"},
    {"test_tracing", "its traces go to JavaScript"},
    {"test_utf", "runs JavaScript"},
    {"test_vfs", "reads a file that is not there"},
};

/// What some want to be given.
const std::map<std::string_view, std::vector<std::string>> arguments{
    {"test_getopt", {"-t", "12", "-n", "foobar"}},
    {"test_getopt_long", {"--file", "foobar", "-b"}},
    {"test_i64_7z", {"hallo"}},
    {"test_i64_varargs", {"waka", "fleefl", "asdfasdfasdfasdf"}},
    {"test_strings", {"wowie", "too", "74"}},
};

std::string contents(const fs::path& file) {
  std::stringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// Runs one program, its standard error to where its output goes. What is wrong with how it ended, or nothing.
std::string run(CompiledBy compiler, const fs::path& program) {
  const Runtime<Singlepass, Emscripten> runtime;
  std::string text;
  Emscripten::Options options;
  options.args = {program.stem().string()};
  if (const auto more = arguments.find(program.stem().string()); more != arguments.end()) options.args.insert(options.args.end(), more->second.begin(), more->second.end());
  options.in = "", options.out = options.err = &text;
  const auto ended = [&]() -> Result<ExitCode> {
    WASMER_TRY(const auto module, compile_program(compiler, program));
    WASMER_TRY(const auto instance, runtime.instantiate(module, options));
    return instance.start();
  }();
  if (text.find(contents(fs::path(program).replace_extension(".out"))) != std::string::npos) return {};
  return (ended ? "it prints something else" : ended.error().message()) + "\n" + text;
}

std::vector<fs::path> programs() {
  std::vector<fs::path> all;
  for (const fs::directory_entry& entry : fs::directory_iterator(corpus("wasmer/emtests")))
    if (entry.path().extension() == ".wasm" && fs::exists(fs::path(entry.path()).replace_extension(".out"))) all.push_back(entry.path());
  std::ranges::sort(all);
  return all;
}

}  // namespace

TEST_CASE("wasmer/emtests: all programs pass but those that are listed") {
  REQUIRE_CORPUS();
  const char* const only = std::getenv("WASMER_EMTEST");
  for (const CompiledBy compiler : compilers()) {
    Tally tally(to_string(compiler) + "wasmer/emtests");
    for (const fs::path& program : programs()) {
      const std::string name = program.stem();
      if (only != nullptr ? name != only : excluded.contains(name)) continue;
      tally.note(name, run(compiler, program));
    }
    if (only == nullptr) CHECK(tally.passed() >= 125);
  }
}

TEST_CASE("wasmer/emtests: what is listed is there, and does not pass") {
  REQUIRE_CORPUS();
  for (const auto& [name, reason] : excluded) {
    const fs::path program = corpus("wasmer/emtests") / (std::string(name) + ".wasm");
    CHECK(fs::exists(program));
    CHECK_FALSE(run(CompiledBy::singlepass, program).empty());
  }
}
