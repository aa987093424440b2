#include "../corpus.hpp"
#include "../process.hpp"

using namespace wasmer::tests;

namespace {

constexpr const char* program = WASMER_EXAMPLES "/run_wasi";
constexpr const char* demo = WASMER_EXAMPLES "/word_frequency.wasm";

}  // namespace

TEST_CASE("the demo counts the words of a file in the current folder") {
  if (!std::filesystem::exists(demo)) WASMER_SKIP("there is no compiler for WASI here, so the demo is not built");
  const TemporaryDirectory place;
  place.write("poem.txt", "A rose is a rose\nis a ROSE.\n");
  const Outcome outcome = run({program, demo, "poem.txt"}, place.path());
  CHECK(outcome.code == 0);
  CHECK(outcome.out ==
        "poem.txt: 2 lines, 28 bytes, 8 words, 3 of them distinct\n"
        "     3  37.50%  a\n"
        "     3  37.50%  rose\n"
        "     2  25.00%  is\n");
  CHECK(outcome.err.empty());
}

TEST_CASE("the demo's exit code is the example's") {
  if (!std::filesystem::exists(demo)) WASMER_SKIP("there is no compiler for WASI here, so the demo is not built");
  const TemporaryDirectory place;
  const Outcome outcome = run({program, demo, "absent.txt"}, place.path());
  CHECK(outcome.code == 1);
  CHECK(outcome.err == "absent.txt: No such file or directory\n");
  CHECK(run({program, demo}, place.path()).code == 2);
}

TEST_CASE("a program as text runs too") {
  const TemporaryDirectory place;
  place.write("exits.wat", R"((module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (memory (export "memory") 1)
    (func (export "_start") (call $exit (i32.const 7)))))");
  CHECK(run({program, "exits.wat"}, place.path()).code == 7);
}

TEST_CASE("what is wrong with the file or the usage is told") {
  const Outcome unnamed = run({program});
  CHECK(unnamed.code == 2);
  CHECK(unnamed.err == "usage: run_wasi FILE.wasm [ARGUMENTS...]\n");
  const Outcome absent = run({program, "/nowhere/at/all.wasm"});
  CHECK(absent.code == 1);
  CHECK(absent.err.find("/nowhere/at/all.wasm: No such file or directory") != std::string::npos);
}
