// The wasmer command as a shell sees it: exit codes, what is printed where.
#include "../catch.hpp"
#include "../process.hpp"

using namespace wasmer::tests;

namespace {

Outcome wasmer_command(std::vector<std::string> words, std::string_view input = {}) {
  words.insert(words.begin(), WASMER_COMMAND);
  return run(words, {}, input);
}

constexpr std::string_view arithmetic = R"((module
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "halves") (param i64) (result i64 i64) (i64.div_s (local.get 0) (i64.const 2)) (i64.rem_s (local.get 0) (i64.const 2)))
  (func (export "third") (param f64) (result f64) (f64.div (local.get 0) (f64.const 3)))
  (func (export "nothing"))
  (func $divide (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "ratio") (param i32 i32) (result i32) (call $divide (local.get 0) (local.get 1)))
  (func $deep (export "deep") (call $deep))
  (memory (export "memory") 1)))";

constexpr std::string_view exits = R"((module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $sizes (i32.const 0) (i32.const 4)))
    (call $exit (i32.add (i32.const 250) (i32.load (i32.const 0)))))))";

}  // namespace

TEST_CASE("--invoke prints results one a line") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  auto outcome = wasmer_command({"--invoke", "add", file, "1", "2"});
  CHECK(outcome.code == 0);
  CHECK(outcome.out == "3\n");
  CHECK(outcome.err.empty());
  CHECK(wasmer_command({"--invoke", "halves", file, "-7"}).out == "-3\n-1\n");
  CHECK(wasmer_command({"--invoke", "third", file, "1"}).out == "0.3333333333333333\n");
  CHECK(wasmer_command({"--invoke", "third", file, "nan"}).out == "nan\n");
  outcome = wasmer_command({"--invoke", "nothing", file});
  CHECK(outcome.code == 0);
  CHECK(outcome.out.empty());
}

TEST_CASE("run is the command that need not be named") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  CHECK(wasmer_command({"run", "--invoke", "add", file, "1", "2"}).out == "3\n");
}

TEST_CASE("what follows the file is the guest's, options too, and a first -- is dropped") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  CHECK(wasmer_command({"--invoke", "add", file, "--", "-1", "-2"}).out == "-3\n");
  CHECK(wasmer_command({"--invoke", "add", file, "-1", "-2"}).out == "-3\n");
  const std::string program = place.write("exits.wat", exits);
  CHECK(wasmer_command({program}).code == 251);
  CHECK(wasmer_command({program, "--invoke", "--help"}).code == 253);
  CHECK(wasmer_command({program, "--", "--", "x"}).code == 253);
}

TEST_CASE("the guest's exit code is taken modulo 256") {
  const TemporaryDirectory place;
  const std::string program = place.write("exits.wat", exits);
  CHECK(wasmer_command({program, "1", "2", "3", "4", "5", "6"}).code == 1);
}

TEST_CASE("a trap ends with 134, its words and a wasm backtrace") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  const auto outcome = wasmer_command({"--invoke", "ratio", file, "1", "0"});
  CHECK(outcome.code == 134);
  CHECK(outcome.out.empty());
  CHECK(outcome.err.starts_with("error: trap: integer divide by zero\n"));
  const auto divide = outcome.err.find("divide"), ratio = outcome.err.find("ratio");
  CHECK(divide != std::string::npos);
  CHECK(ratio != std::string::npos);
  CHECK(divide < ratio);
  CHECK(outcome.err.find("0x") != std::string::npos);
}

TEST_CASE("a stack overflow is a trap too") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  const auto outcome = wasmer_command({"--invoke", "deep", file});
  CHECK(outcome.code == 134);
  CHECK(outcome.err.find("call stack exhausted") != std::string::npos);
  CHECK(outcome.err.size() < 20'000);
}

TEST_CASE("a file that cannot be loaded ends with 1 and one line that says why") {
  const TemporaryDirectory place;
  auto outcome = wasmer_command({(place.path() / "missing.wasm").string()});
  CHECK(outcome.code == 1);
  CHECK(outcome.err.starts_with("error: "));
  CHECK(outcome.err.find("missing.wasm") != std::string::npos);

  outcome = wasmer_command({place.write("short.wasm", std::string_view("\0asm\1\0\0", 7))});
  CHECK(outcome.code == 1);
  CHECK(outcome.err.find("malformed") != std::string::npos);

  outcome = wasmer_command({place.write("wrong.wat", "(module\n  (func (result i32) (i64.const 1)))")});
  CHECK(outcome.code == 1);
  CHECK(outcome.err.find("type mismatch") != std::string::npos);
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);

  outcome = wasmer_command({place.write("import.wat", R"((module (import "nowhere" "f" (func)) (func (export "_start"))))")});
  CHECK(outcome.code == 1);
  CHECK(outcome.err.find("nowhere") != std::string::npos);
  CHECK(wasmer_command({place.path().string()}).code == 1);
}

TEST_CASE("an error in text names its line and column") {
  const TemporaryDirectory place;
  const std::string file = place.write("wrong.wat", "(module\n  (func i32.nope))\n");
  const auto outcome = wasmer_command({"validate", file});
  CHECK(outcome.code == 1);
  CHECK(outcome.err.find("wrong.wat:2:9: ") != std::string::npos);
}

TEST_CASE("wrong usage ends with 2") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  CHECK(wasmer_command({}).code == 2);
  CHECK(wasmer_command({"--no-such-option", file}).code == 2);
  CHECK(wasmer_command({"--backend", "nonesuch", file}).code == 2);
  CHECK(wasmer_command({"--abi", "nonesuch", file}).code == 2);
  CHECK(wasmer_command({"--memory", "nonesuch", file}).code == 2);
  CHECK(wasmer_command({"--threads", "many", file}).code == 2);
  CHECK(wasmer_command({"--env", "novalue", file}).code == 2);
  CHECK(wasmer_command({"compile", "--repeat", "0", file}).code == 2);
  CHECK(wasmer_command({"--invoke", "add", file, "1"}).code == 2);
  CHECK(wasmer_command({"--invoke", "add", file, "1", "x"}).code == 2);
  CHECK(wasmer_command({"--invoke", "absent", file}).code == 2);
  const auto outcome = wasmer_command({"--invoke", "add", file, "1", "x"});
  CHECK(outcome.err.find("\"x\" is not an i32") != std::string::npos);
}

TEST_CASE("--help explains every option and command") {
  const auto outcome = wasmer_command({"--help"});
  CHECK(outcome.code == 0);
  for (const char* word : {"--backend", "--abi", "--dir", "--mapdir", "--env", "--invoke", "--threads", "--memory", "--bench-hooks", "--stats", "compile", "validate",
                           "inspect", "wast", "wat2wasm", "wasm2wat", "134"})
    if (outcome.out.find(word) == std::string::npos) FAIL_CHECK("--help does not mention " << word);
  CHECK(wasmer_command({"wast", "--help"}).out.find("--features") != std::string::npos);
}

TEST_CASE("--stats=json is one line on standard error with all its keys") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  const auto outcome = wasmer_command({"--stats=json", "--invoke", "add", file, "1", "2"});
  CHECK(outcome.code == 0);
  CHECK(outcome.out == "3\n");
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  for (const char* key : {"backend", "abi", "module_bytes", "code_bytes", "functions", "threads", "compile_ms", "instantiate_us", "run_ms", "machine_code_bytes", "peak_rss_kb"})
    if (outcome.err.find("\"" + std::string(key) + "\":") == std::string::npos) FAIL_CHECK("no " << key << " in " << outcome.err);
  CHECK(outcome.err.find("\"backend\":\"singlepass\"") != std::string::npos);
  CHECK(outcome.err.find("\"functions\":7,") != std::string::npos);
}

TEST_CASE("compile reports its time and runs nothing") {
  const TemporaryDirectory place;
  const std::string file = place.write("exits.wat", exits);
  const auto outcome = wasmer_command({"compile", "--repeat", "3", "--threads", "2", "--stats=json", file});
  CHECK(outcome.code == 0);
  CHECK(outcome.err.find("\"threads\":2,") != std::string::npos);
  CHECK(outcome.err.find("\"run_ms\":null") != std::string::npos);
}

TEST_CASE("explicit bounds and guard pages give the same answer") {
  const TemporaryDirectory place;
  const std::string file = place.write("peek.wat", R"((module (memory 1) (func (export "peek") (param i32) (result i32) (i32.load (local.get 0)))))");
  for (const char* memory : {"guard", "explicit"}) {
    CHECK(wasmer_command({"--memory", memory, "--invoke", "peek", file, "65532"}).out == "0\n");
    const auto outcome = wasmer_command({"--memory", memory, "--invoke", "peek", file, "65533"});
    CHECK(outcome.code == 134);
    CHECK(outcome.err.starts_with("error: trap: out of bounds memory access\n"));
  }
}

TEST_CASE("a module is refused for an ABI that it does not speak") {
  const TemporaryDirectory place;
  const std::string old = place.write("old.wat", R"((module (import "wasi_unstable" "proc_exit" (func (param i32))) (memory (export "memory") 1) (func (export "_start"))))");
  const auto outcome = wasmer_command({"--abi", "wasi-latest", old});
  CHECK(outcome.code == 1);
  CHECK(outcome.err.find("this module asks for wasi_unstable; Wasi<Latest> runs wasi_snapshot_preview1 only") != std::string::npos);
  CHECK(wasmer_command({"--abi", "none", place.write("exits.wat", exits)}).code == 1);
}

TEST_CASE("the host's directories are seen where they are mapped, and nowhere else") {
  const TemporaryDirectory place;
  const std::string file = place.write("look.wat", R"((module
    (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "count") (result i32) (local $fd i32)
      (local.set $fd (i32.const 3))
      (loop $next
        (if (i32.eqz (call $prestat (local.get $fd) (i32.const 0)))
          (then (local.set $fd (i32.add (local.get $fd) (i32.const 1))) (br $next))))
      (i32.sub (local.get $fd) (i32.const 3)))))");
  const std::string here = place.path().string();
  CHECK(wasmer_command({"--invoke", "count", file}).out == "0\n");
  CHECK(wasmer_command({"--dir", here, "--invoke", "count", file}).out == "1\n");
  CHECK(wasmer_command({"--dir", here, "--mapdir", "/data:" + here, "--invoke", "count", file}).out == "2\n");
  CHECK(wasmer_command({"--dir", here + "/absent", "--invoke", "count", file}).code == 1);
  CHECK(wasmer_command({"--mapdir", "nocolon", file}).code == 2);
}

TEST_CASE("the benchmarks' imports exist with --bench-hooks alone") {
  const TemporaryDirectory place;
  const std::string file = place.write("hooks.wat", R"((module
    (import "bench" "start" (func $start)) (import "bench" "end" (func $end)) (import "env" "clock_ms" (func $clock (result i32)))
    (func (export "run") (result i32) (call $start) (call $end) (i32.ge_s (call $clock) (i32.const 0)))))");
  CHECK(wasmer_command({"--bench-hooks", "--abi", "none", "--invoke", "run", file}).out == "1\n");
  CHECK(wasmer_command({"--abi", "none", "--invoke", "run", file}).code == 1);
}

TEST_CASE("validate answers for each file") {
  const TemporaryDirectory place;
  const std::string good = place.write("good.wat", "(module)"), bad = place.write("bad.wat", "(module (func (result i32)))");
  CHECK(wasmer_command({"validate", good}).code == 0);
  const auto outcome = wasmer_command({"validate", good, bad});
  CHECK(outcome.code == 1);
  CHECK(outcome.err.find("bad.wat") != std::string::npos);
}

TEST_CASE("text goes to binary and back") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic), binary = (place.path() / "a.wasm").string(), again = (place.path() / "again.wat").string();
  REQUIRE(wasmer_command({"wat2wasm", file, "-o", binary}).code == 0);
  CHECK(wasmer_command({"--invoke", "add", binary, "40", "2"}).out == "42\n");
  REQUIRE(wasmer_command({"wasm2wat", binary, "-o", again}).code == 0);
  CHECK(wasmer_command({"--invoke", "add", again, "40", "2"}).out == "42\n");
  CHECK(wasmer_command({"wasm2wat", binary}).out.starts_with("(module"));
}

TEST_CASE("inspect lists types, imports, exports, sections and sizes") {
  const TemporaryDirectory place;
  const std::string file = place.write("exits.wat", exits);
  const auto outcome = wasmer_command({"inspect", file});
  CHECK(outcome.code == 0);
  for (const char* words : {"wasi_snapshot_preview1", "proc_exit", "_start", "memory", "(func (param i32))", "code"})
    if (outcome.out.find(words) == std::string::npos) FAIL_CHECK("inspect does not mention " << words);
}

TEST_CASE("wast counts assertions; its last line says how many passed, failed and were skipped") {
  const TemporaryDirectory place;
  const std::string good = place.write("good.wast", R"((module (func (export "f") (result i32) (i32.const 1)))
    (assert_return (invoke "f") (i32.const 1)))");
  auto outcome = wasmer_command({"wast", good});
  CHECK(outcome.code == 0);
  CHECK(outcome.out.ends_with("\n1 passed, 0 failed, 0 skipped\n"));
  const std::string bad = place.write("bad.wast", R"((module (func (export "f") (result i32) (i32.const 1)))
    (assert_return (invoke "f") (i32.const 2)))");
  outcome = wasmer_command({"wast", good, bad});
  CHECK(outcome.code == 1);
  CHECK(outcome.out.ends_with("\n1 passed, 1 failed, 0 skipped\n"));
}
