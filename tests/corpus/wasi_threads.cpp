// The programs of the proposal wasi-threads in the same suite: how threads start, and how a program with several of them ends.
#include <filesystem>
#include <string>

#include <fcntl.h>

#include "program.hpp"

using namespace wasmer;
using namespace wasmer::tests;
namespace fs = std::filesystem;

namespace {

using W = Wasi<Latest>;

/// A standard input on which nothing ever comes.
class Silence {
 public:
  Silence() { REQUIRE(::pipe2(ends_, O_CLOEXEC) == 0); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  int descriptor() const { return ends_[0]; }

 private:
  int ends_[2];
};

/// Runs one program. What is wrong with how it ended, or nothing.
std::string run(CompiledBy compiler, const fs::path& program) {
  const nlohmann::json manifest = manifest_of(fs::path(program).replace_extension(".json"), {{"exit_code", 0}});
  for (const auto& [key, value] : manifest.items())
    if (key != "exit_code") return "this runner knows no `" + key + "`";

  const Silence in;
  const AnonymousFile out, err;
  const Runtime<Singlepass, W> runtime;
  const auto ended = [&]() -> Result<ExitCode> {
    WASMER_TRY(const auto module, compile_program(compiler, program));
    WASMER_TRY(const auto instance,
               runtime.instantiate(module, {.args = {program.filename()}, .in = in.descriptor(), .out = out.descriptor(), .err = err.descriptor()}));
    return instance.start();
  }();
  if (!ended) return ended.error().message() + "\n" + err.text();
  if (ended.value() != manifest["exit_code"]) return "exit code " + std::to_string(ended.value()) + "\n" + err.text();
  return {};
}

}  // namespace

TEST_CASE("wasi-testsuite: all programs of wasi-threads pass") {
  REQUIRE_CORPUS();
  for (const CompiledBy compiler : compilers()) {
    Tally tally(to_string(compiler) + "wasi-testsuite, wasi-threads");
    for (const fs::directory_entry& entry : fs::directory_iterator(corpus("wasi-testsuite/proposals/wasi-threads")))
      if (entry.path().extension() == ".wasm") tally.note(entry.path().stem(), run(compiler, entry.path()));
    CHECK(tally.passed() == 15);
  }
}
