// The wasmer command as a shell sees it: exit codes, what is printed where.
#include <wasmer/support/attributes.hpp>

#include "../catch.hpp"
#include "../corpus.hpp"
#include "../process.hpp"

using namespace wasmer::tests;

namespace {

Outcome wasmer_command(std::vector<std::string> words, std::string_view input = {}, const std::filesystem::path& directory = {}) {
  words.insert(words.begin(), WASMER_COMMAND);
  return run(words, directory, input);
}
/// The command after some shell text, such as a limit: `shell("ulimit -v 1000000;", "validate a.wasm")`.
Outcome shell(std::string_view before, std::string_view words) {
  return run({"/bin/sh", "-c", std::string(before) + " " WASMER_COMMAND " " + std::string(words)});
}
bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

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

TEST_CASE("an option that a command does not have is wrong usage, wherever it stands") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  for (const char* command : {"run", "compile", "validate", "inspect", "wast", "wat2wasm", "wasm2wat"}) {
    for (const auto& words : {std::vector<std::string>{command, "--bogus=1", file}, {command, "-q", file}, {command, "--bogus"}}) {
      const auto outcome = wasmer_command(words);
      CHECK(outcome.code == 2);
      CHECK(outcome.out.empty());
      CHECK(outcome.err.starts_with("error: " + std::string(command) + " has no option " + words[1].substr(0, words[1].find('=')) + "\n"));
    }
  }
  CHECK(wasmer_command({"validate", file, "--bogus"}).code == 2);
  CHECK(wasmer_command({"--bogus", file}).err.starts_with("error: there is no option --bogus\n"));
  CHECK(wasmer_command({"compile", "--invoke", "add", file}).code == 2);
}

TEST_CASE("what was probably meant by an option is told") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  CHECK(contains(wasmer_command({"compile", "--treads=4", file}).err, "compile has no option --treads; --threads was perhaps meant"));
  CHECK(contains(wasmer_command({"compile", "--thread", "1", file}).err, "compile has no option --thread; --threads was perhaps meant"));
  CHECK(contains(wasmer_command({"--invok", "add", file}).err, "there is no option --invok; --invoke was perhaps meant"));
}

TEST_CASE("a command stands before all options") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  const auto outcome = wasmer_command({"--invoke", "add", "compile", file});
  CHECK(outcome.code == 2);
  CHECK(contains(outcome.err, "the command compile stands before all options; a file of that name is ./compile"));
}

TEST_CASE("a command that takes one file refuses two") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  const auto outcome = wasmer_command({"compile", file, file});
  CHECK(outcome.code == 2);
  CHECK(contains(outcome.err, "compile takes one FILE, not 2"));
}

TEST_CASE("after -- there are no options and no commands, just a file") {
  const TemporaryDirectory place;
  place.write("run", arithmetic), place.write("-x.wat", arithmetic);
  CHECK(wasmer_command({"--invoke", "add", "--", "run", "1", "2"}, {}, place.path()).out == "3\n");
  CHECK(wasmer_command({"run", "--invoke", "add", "--", "run", "1", "2"}, {}, place.path()).out == "3\n");
  CHECK(wasmer_command({"run", "--invoke", "add", "run", "1", "2"}, {}, place.path()).out == "3\n");
  CHECK(wasmer_command({"--invoke", "add", "--", "-x.wat", "--", "1", "2"}, {}, place.path()).out == "3\n");
  CHECK(wasmer_command({"validate", "--", "-x.wat"}, {}, place.path()).out == "-x.wat: valid\n");
  CHECK(contains(wasmer_command({"--", "run", "z"}).err, "cannot read file: run"));
}

TEST_CASE("output that cannot be written is an error") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  const std::string script = place.write("empty.wast", "(module)");
  for (const std::string& words : {"--invoke add " + file + " 1 2", "validate " + file, "inspect " + file, "wasm2wat " + file, "wast " + script, std::string("--help")}) {
    const auto outcome = shell("exec >/dev/full;", words);
    CHECK(outcome.code == 1);
    CHECK(contains(outcome.err, "error: cannot write to standard output"));
  }
  const auto outcome = wasmer_command({"wat2wasm", file, "-o", "/dev/full"});
  CHECK(outcome.code == 1);
  CHECK(outcome.err == "error: cannot write /dev/full: No space left on device\n");
}

TEST_CASE("a trap keeps its exit code though output is lost") {
  const TemporaryDirectory place;
  CHECK(shell("exec >/dev/full;", "--invoke ratio " + place.write("arithmetic.wat", arithmetic) + " 1 0").code == 134);
}

#if !defined(WASMER_ASAN) && !defined(WASMER_TSAN)  // which need terabytes of addresses
TEST_CASE("a memory for which the machine has not enough addresses is no trap, and --memory explicit helps") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  const auto outcome = shell("ulimit -v 4000000;", "--invoke add " + file + " 1 2");
  CHECK(outcome.code == 1);
  CHECK(outcome.err.starts_with("error: " + file + ": out of memory: cannot reserve "));
  CHECK(outcome.err.ends_with("; --memory explicit takes only what a memory needs\n"));
  CHECK(shell("ulimit -v 4000000;", "--memory explicit --invoke add " + file + " 1 2").out == "3\n");
}
#endif

TEST_CASE("a table that is too large is no trap") {
  const TemporaryDirectory place;
  const std::string file = place.write("table.wat", "(module (table 20000000 funcref) (func (export \"_start\")))");
  const auto outcome = wasmer_command({file});
  CHECK(outcome.code == 1);
  CHECK(outcome.err == "error: " + file + ": out of memory: table too large\n");
}

TEST_CASE("a module without _start is told how its functions are called") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic), wasi = place.write("wasi.wat", R"((module
    (import "wasi_snapshot_preview1" "proc_exit" (func (param i32))) (memory (export "memory") 1) (func (export "f"))))");
  auto outcome = wasmer_command({file});
  CHECK(outcome.code == 1);
  const std::string advice = " has no _start to run; --invoke NAME calls one of its functions: ";
  CHECK(outcome.err == "error: " + file + advice + "\"add\", \"halves\", \"third\", \"nothing\", \"ratio\", \"deep\"\n");
  CHECK(wasmer_command({wasi}).err == "error: " + wasi + advice + "\"f\"\n");
  const std::string empty = place.write("empty.wat", "(module)");
  CHECK(wasmer_command({empty}).err == "error: " + empty + " has no _start to run and exports no function\n");
}

TEST_CASE("of an export that is not there the file is named, and what it exports instead") {
  const TemporaryDirectory place;
  const std::string file = place.write("many.wat", R"((module (memory (export "m") 1)
    (func (export "a")) (func (export "b")) (func (export "c")) (func (export "d")) (func (export "e")) (func (export "f")) (func (export "g")) (func (export "h"))))");
  const auto outcome = wasmer_command({"--invoke", "m", file});
  CHECK(outcome.code == 2);
  CHECK(outcome.err == "error: " + file + " exports no function \"m\"; it exports \"a\", \"b\", \"c\", \"d\", \"e\", \"f\" and 2 more\n");
}

TEST_CASE("names from a module cannot give orders to the terminal") {
  const TemporaryDirectory place;
  const auto trap = wasmer_command({"--invoke", "f", place.write("trap.wat", R"((module (func (export "f") unreachable) (@custom "name" "\01\09\01\00\06\1b[31mx")))")});
  CHECK(trap.code == 134);
  CHECK(contains(trap.err, "\\1b[31mx (function 0)"));
  const auto import = wasmer_command({place.write("import.wat", R"((module (import "a\1b[2J" "b\0a" (func)) (func (export "_start"))))")});
  CHECK(import.code == 1);
  CHECK(contains(import.err, "a\\1b[2J"));
  CHECK(import.err.find('\n') == import.err.size() - 1);
}

TEST_CASE("- is standard input") {
  CHECK(wasmer_command({"--invoke", "add", "-", "1", "2"}, arithmetic).out == "3\n");
  CHECK(wasmer_command({"validate", "-"}, arithmetic).out == "<stdin>: valid\n");
  CHECK(wasmer_command({"compile", "-"}, arithmetic).code == 0);
  const auto binary = wasmer_command({"wat2wasm", "-"}, arithmetic);
  CHECK(wasmer_command({"wasm2wat", "-"}, binary.out).out.starts_with("(module"));
  CHECK(contains(wasmer_command({"inspect", "-"}, binary.out).out, "\"add\""));
  CHECK(contains(wasmer_command({"validate", "-"}, "(module\n nope)").err, "error: <stdin>:2:2: "));
}

TEST_CASE("every command takes the same files for text") {
  const TemporaryDirectory place;
  const std::string blank = place.write("blank.wat", " \n\n"), comment = place.write("comment.wat", " \n;; nothing"), words = place.write("words.wat", "hello");
  for (const char* command : {"validate", "compile", "inspect", "wasm2wat"}) {
    CHECK(wasmer_command({command, blank}).code == 1);
    CHECK(wasmer_command({command, comment}).code == 0);
    CHECK(contains(wasmer_command({command, words}).err, "magic header not detected"));
  }
}

TEST_CASE("--help explains every option and command") {
  const auto outcome = wasmer_command({"--help"});
  CHECK(outcome.code == 0);
  for (const char* word : {"--backend", "--abi", "--dir", "--mapdir", "--dir-ro", "--mapdir-ro", "--wasmer-layout", "--tcplisten", "--timeout", "--trace-wasi", "--env", "--invoke", "--threads", "--memory", "--bench-hooks", "--stats", "compile", "validate",
                           "inspect", "wast", "wat2wasm", "wasm2wat", "134"})
    if (outcome.out.find(word) == std::string::npos) FAIL_CHECK("--help does not mention " << word);
  for (const char* command : {"run", "compile", "validate", "inspect", "wast", "wat2wasm", "wasm2wat"}) {
    const auto help = wasmer_command({command, "--help"}).out;
    CHECK(contains(help, "Usage: wasmer " + std::string(command)));
    CHECK(contains(help, "Exit status: "));
  }
  CHECK(contains(wasmer_command({"wast", "--help"}).out, "Proposals: mvp, "));
}

TEST_CASE("--trace-wasi tells of threads that are started, too") {
  const TemporaryDirectory place;
  const std::string file = place.write("threads.wat", R"((module
    (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "env" "memory" (memory 1 1 shared))
    (func (export "wasi_thread_start") (param i32 i32) (i32.atomic.store (i32.const 4) (local.get 1)) (drop (memory.atomic.notify (i32.const 4) (i32.const 1))))
    (func (export "_start")
      (drop (call $spawn (i32.const 7)))
      (drop (memory.atomic.wait32 (i32.const 4) (i32.const 0) (i64.const -1)))
      (call $exit (i32.atomic.load (i32.const 4))))))");
  const Outcome outcome = wasmer_command({"--trace-wasi", file});
  CHECK(outcome.code == 7);
  CHECK(outcome.err == "thread-spawn(start_arg=7) = 1\nproc_exit(rval=7) = ? (the program ends)\n");
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

TEST_CASE("compile --emit shows what LLVM makes of a module") {
  if (!contains(wasmer_command({"--help"}).out, "--llvm-opt")) WASMER_SKIP("built without LLVM");
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic), output = (place.path() / "out").string();
  CHECK(contains(wasmer_command({"compile", "--backend", "llvm", "--emit", "llvm-ir", file}).out, "define "));
  CHECK(contains(wasmer_command({"compile", "--backend", "llvm", "--llvm-opt", "3", "--emit", "asm", file}).out, ".text"));
  CHECK(wasmer_command({"compile", "--backend", "llvm", "--emit", "obj", "-o", output, file}).code == 0);
  CHECK(std::filesystem::file_size(output) > 500);
  CHECK(wasmer_command({"compile", "--emit", "asm", file}).code == 2);
  CHECK(wasmer_command({"--backend", "llvm", "--llvm-opt", "4", file}).code == 2);
}

TEST_CASE("a program runs on LLVM as on Singlepass") {
  if (!contains(wasmer_command({"--help"}).out, "--llvm-opt")) WASMER_SKIP("built without LLVM");
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  for (const char* exact : {"on", "off"}) CHECK(wasmer_command({"--backend", "llvm", "--llvm-exact-traps", exact, "--invoke", "add", file, "1", "2"}).out == "3\n");
  for (const char* level : {"0", "1", "2", "3"}) CHECK(wasmer_command({"--backend", "llvm", "--llvm-opt", level, "--invoke", "add", file, "1", "2"}).out == "3\n");
}

TEST_CASE("--llvm-exact-traps says whether LLVM may leave out a load that nobody needs") {
  if (!contains(wasmer_command({"--help"}).out, "--llvm-opt")) WASMER_SKIP("built without LLVM");
  const TemporaryDirectory place;
  const std::string file = place.write("load.wat", "(module (memory 1) (func (export \"f\") (param i32) (drop (i32.load (local.get 0)))))");
  for (const char* level : {"1", "2", "3"}) {
    const auto at_end = [&](const char* exact) { return wasmer_command({"--backend", "llvm", "--llvm-opt", level, "--llvm-exact-traps", exact, "--invoke", "f", file, "65536"}); };
    CHECK(contains(at_end("on").err, "out of bounds memory access"));
    CHECK(at_end("off").code == 0);
  }
  CHECK(contains(wasmer_command({"--help"}).out, "--llvm-exact-traps"));
  CHECK(contains(wasmer_command({"--backend", "llvm", "--llvm-exact-traps", "maybe", file}).err, "is not one of on, off"));
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

TEST_CASE("a module that asks for two versions of WASI gets both, unless one is named") {
  const TemporaryDirectory place;
  const std::string both = place.write("both.wat", R"((module
    (import "wasi_unstable" "fd_seek" (func $old (param i32 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "_start") (call $exit (call $old (i32.const 99) (i64.const 0) (i32.const 0) (i32.const 0))))))");
  CHECK(wasmer_command({both}).code == 8);
  CHECK(wasmer_command({"--abi", "wasi", both}).code == 8);
  CHECK(wasmer_command({"--abi", "wasi-latest", both}).code == 1);
}

TEST_CASE("a program with threads ends as the thread does that ends it") {
  const TemporaryDirectory place;
  const auto program = [&](const char* name, std::string_view thread) {
    return place.write(name, R"((module (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (import "env" "memory" (memory 1 1 shared))
      (func (export "wasi_thread_start") (param i32 i32) )" + std::string(thread) + R"()
      (func (export "_start") (drop (call $spawn (i32.const 7))) (loop $on (br $on)))))");
  };
  CHECK(wasmer_command({program("exit.wat", "(call $exit (local.get 1))")}).code == 7);
  const auto trapped = wasmer_command({program("trap.wat", "unreachable")});
  CHECK(trapped.code == 134);
  CHECK(trapped.err.starts_with("error: trap: unreachable\n"));
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

TEST_CASE("--wasmer-layout puts the directories into one, which comes first") {
  const TemporaryDirectory place;
  const std::string file = place.write("length.wat", R"((module
    (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "length") (param i32) (result i32) (drop (call $prestat (local.get 0) (i32.const 0))) (i32.load (i32.const 4)))))");
  const std::string here = place.path().string();
  CHECK(wasmer_command({"--mapdir", "data:" + here, "--invoke", "length", file, "3"}).out == "4\n");
  CHECK(wasmer_command({"--wasmer-layout", "--mapdir", "data:" + here, "--invoke", "length", file, "3"}).out == "1\n");
  CHECK(wasmer_command({"--wasmer-layout", "--mapdir", "data:" + here, "--invoke", "length", file, "4"}).out == "4\n");
  const auto outcome = wasmer_command({"--wasmer-layout", "--mapdir", "a/b:" + here, "--invoke", "length", file, "3"});
  CHECK(outcome.code == 1);
  CHECK(outcome.err == "error: the directory name `a/b` is not a single component, as Wasmer's layout wants it\n");
}

TEST_CASE("a directory that is given to be read is read and not changed") {
  const TemporaryDirectory place;
  // What opening "given" to read, opening it to write, and making "new" answers.
  const std::string file = place.write("touch.wat", R"((module
    (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "givennew")
    (func (export "touch") (result i32 i32 i32)
      (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 5) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 16))
      (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 5) (i32.const 0) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 16))
      (call $open (i32.const 3) (i32.const 0) (i32.const 5) (i32.const 3) (i32.const 1) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 16)))))");
  std::filesystem::create_directory(place.path() / "data");
  place.write("data/given", "text");
  const std::string data = place.path() / "data";
  constexpr const char* refused = "0\n69\n69\n";  // rofs
  CHECK(wasmer_command({"--dir-ro", data, "--invoke", "touch", file}).out == refused);
  CHECK(wasmer_command({"--mapdir-ro", "/in:" + data, "--invoke", "touch", file}).out == refused);
  CHECK_FALSE(std::filesystem::exists(place.path() / "data" / "new"));
  CHECK(wasmer_command({"--dir", data, "--invoke", "touch", file}).out == "0\n0\n0\n");
  CHECK(std::filesystem::exists(place.path() / "data" / "new"));

  CHECK(wasmer_command({"--mapdir-ro", "nocolon", file}).err.starts_with("error: --mapdir-ro: \"nocolon\" is not GUEST:HOST\n"));
  CHECK(wasmer_command({"--dir-ro", "", file}).code == 2);
  const auto twice = wasmer_command({"--dir", data, "--dir-ro", data, "--invoke", "touch", file});
  CHECK(twice.code == 1);
  CHECK(twice.err == "error: two directories are called `" + data + "`\n");
  CHECK(contains(wasmer_command({"run", "--help"}).out, "and change nothing in it"));
}

TEST_CASE("a directory that is not there is an error, whether or not the guest asks for any") {
  const TemporaryDirectory place;
  for (const std::string& file : {place.write("arithmetic.wat", arithmetic), place.write("exits.wat", exits)}) {
    const auto outcome = wasmer_command({"--dir", "/nowhere/at/all", "--invoke", "add", file, "1", "2"});
    CHECK(outcome.code == 1);
    CHECK(outcome.out.empty());
    CHECK(outcome.err == "error: the directory `/nowhere/at/all` cannot be opened: No such file or directory\n");
  }
  const auto outcome = wasmer_command({"--dir", "", place.write("exits.wat", exits)});
  CHECK(outcome.code == 2);
  CHECK(outcome.err.starts_with("error: --dir: DIR is empty\n"));
}

TEST_CASE("a slash at the end of a directory's name is no part of what the guest calls it") {
  const TemporaryDirectory place;
  const std::string file = place.write("length.wat", R"((module
    (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "length") (result i32) (drop (call $prestat (i32.const 3) (i32.const 0))) (i32.load (i32.const 4)))))");
  const std::string here = place.path().string();
  CHECK(wasmer_command({"--dir", here + "//", "--invoke", "length", file}).out == std::to_string(here.size()) + "\n");
  CHECK(wasmer_command({"--mapdir", "/data/:" + here, "--invoke", "length", file}).out == "5\n");
  CHECK(wasmer_command({"--mapdir", "/:" + here, "--invoke", "length", file}).out == "1\n");
}

TEST_CASE("of several values for a variable the guest gets the last") {
  const TemporaryDirectory place;
  const std::string file = place.write("environment.wat", R"((module
    (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "environ_get" (func $get (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "look") (result i32 i32)
      (drop (call $sizes (i32.const 0) (i32.const 4)))
      (drop (call $get (i32.const 16) (i32.const 64)))
      (i32.load (i32.const 0)) (i32.sub (i32.load8_u (i32.const 66)) (i32.const 48)))))");
  CHECK(wasmer_command({"--env", "A=1", "--env", "A=2", "--invoke", "look", file}).out == "1\n2\n");
  CHECK(wasmer_command({"--env", "A=1", "--env", "AB=2", "--invoke", "look", file}).out == "2\n1\n");
}

TEST_CASE("the benchmarks' imports exist with --bench-hooks alone") {
  const TemporaryDirectory place;
  const std::string file = place.write("hooks.wat", R"((module
    (import "bench" "start" (func $start)) (import "bench" "end" (func $end)) (import "env" "clock_ms" (func $clock (result i32)))
    (func (export "run") (result i32) (call $start) (call $end) (i32.ge_s (call $clock) (i32.const 0)))))");
  CHECK(wasmer_command({"--bench-hooks", "--abi", "none", "--invoke", "run", file}).out == "1\n");
  CHECK(wasmer_command({"--abi", "none", "--invoke", "run", file}).code == 1);
}

TEST_CASE("--timeout ends a program that runs too long, and no other") {
  const TemporaryDirectory place;
  const std::string endless = place.write("endless.wat", "(module (func (export \"_start\") (loop (br 0))))");
  auto outcome = wasmer_command({"--timeout", "50ms", endless});
  CHECK(outcome.code == 134);
  CHECK(outcome.err.starts_with("error: trap: interrupted: the program ran for longer than 50ms\n"));
  CHECK(wasmer_command({"--timeout", "0", "--invoke", "_start", endless}).code == 134);
  const std::string starts = place.write("starts.wat", "(module (start $f) (func $f (loop (br 0))))");
  CHECK(wasmer_command({"--timeout", "0.05", starts}).code == 134);
  CHECK(wasmer_command({"--timeout", "1h", place.write("exits.wat", exits)}).code == 251);
  outcome = wasmer_command({"--timeout", "soon", endless});
  CHECK(outcome.code == 2);
  CHECK(contains(outcome.err, "\"soon\" is not a TIME such as 2s, 1.5s, 500ms, 10m or 1h"));
}

TEST_CASE("--trace-wasi tells each call on standard error") {
  const TemporaryDirectory place;
  const auto outcome = wasmer_command({"--trace-wasi", place.write("exits.wat", exits), "one"});
  CHECK(outcome.code == 252);
  CHECK(outcome.err.starts_with("args_sizes_get(argc=[2], argv_buf_size=["));
  CHECK(outcome.err.ends_with("proc_exit(rval=252) = ? (the program ends)\n"));
}

TEST_CASE("validate answers for each file") {
  const TemporaryDirectory place;
  const std::string good = place.write("good.wat", "(module)"), bad = place.write("bad.wat", "(module (func (result i32)))");
  CHECK(wasmer_command({"validate", good}).code == 0);
  const auto outcome = wasmer_command({"validate", good, bad});
  CHECK(outcome.code == 1);
  CHECK(outcome.err.find("bad.wat") != std::string::npos);
}

TEST_CASE("validate reports its time") {
  const TemporaryDirectory place;
  const std::string file = place.write("arithmetic.wat", arithmetic);
  const auto outcome = wasmer_command({"validate", "--repeat", "3", "--stats=json", file, file});
  CHECK(outcome.code == 0);
  CHECK(outcome.out == file + ": valid\n" + file + ": valid\n");
  CHECK(outcome.err.starts_with("{\"validate_ms\":"));
  CHECK(contains(outcome.err, "\"code_bytes\":"));
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 2);
}

TEST_CASE("wat2wasm writes no module that is not valid, unless it is told to") {
  const TemporaryDirectory place;
  const std::string file = place.write("wrong.wat", "(func (result i32))"), binary = (place.path() / "wrong.wasm").string();
  const auto outcome = wasmer_command({"wat2wasm", file, "-o", binary});
  CHECK(outcome.code == 1);
  CHECK(contains(outcome.err, "wrong.wat: invalid: type mismatch"));
  CHECK_FALSE(std::filesystem::exists(binary));
  CHECK(wasmer_command({"wat2wasm", "--no-check", file, "-o", binary}).code == 0);
  CHECK(std::filesystem::exists(binary));
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

TEST_CASE("wast skips what is expected to fail, and fails where it does not or where the list cannot be read") {
  const TemporaryDirectory place;
  const std::string script = place.write("script.wast", "(assert_invalid (module (func (drop))) \"other words\")");
  const std::string list = place.write("list", "# words\nscript.wast:1 the words are others\n"), wrong = place.write("wrong", "script.wast 1\n");
  CHECK(wasmer_command({"wast", script}).code == 1);
  auto outcome = wasmer_command({"wast", "--expected-failures", list, script});
  CHECK(outcome.code == 0);
  CHECK(outcome.out.ends_with("\n0 passed, 0 failed, 1 skipped\n"));
  CHECK(wasmer_command({"wast", "--expected-failures", list, "./script.wast"}, {}, std::filesystem::path(script).parent_path()).code == 0);
  const std::string passes = place.write("script.wast", "(assert_invalid (module (func (drop))) \"type mismatch\")");
  outcome = wasmer_command({"wast", "--expected-failures", list, passes});
  CHECK(outcome.code == 1);
  CHECK(contains(outcome.out, "script.wast:1: failed: passed, though it is listed among the expected failures\n"));
  outcome = wasmer_command({"wast", "--expected-failures", wrong, passes});
  CHECK(outcome.code == 1);
  CHECK(contains(outcome.err, "wrong:1: expected SCRIPT:LINE REASON"));
  CHECK(wasmer_command({"wast", "--expected-failures", "/nowhere", passes}).code == 1);
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
