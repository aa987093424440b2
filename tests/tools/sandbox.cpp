// What a guest without a directory gets the host's kernel to do for it: nothing that it chooses.
#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "../catch.hpp"
#include "../corpus.hpp"
#include "../process.hpp"

using namespace wasmer::tests;

namespace {

const std::string chosen = "chosen-by-the-guest";
const std::vector<std::string> paths{
    chosen, "/" + chosen, "../" + chosen, "./a/../../" + chosen, "/etc/passwd", "//etc//" + chosen, "/proc/self/root/" + chosen, chosen + "/",
    chosen + "\\00x", std::string(4000, 'x') + chosen, ".", "..", "/", "", "/dev/tty", "~/" + chosen};

/// A program that makes each call that takes a path, for each path and each descriptor from 0 to 8, and each call on sockets. It exits with 42 if none of them
/// succeeded, and all were made.
std::string greedy() {
  const std::string fd = "(local.get $fd)", path = "(local.get $path) (local.get $size)", zero = "(i32.const 0)", out = "(i32.const 8)";
  const std::string none = "(i64.const 0)", all = "(i64.const 0x1fffffff)", follow = "(i32.const 1)";
  struct Row {
    std::string name, parameters, arguments;
  };
  const std::vector<Row> rows{
      {"path_create_directory", "i32 i32 i32", fd + path},
      {"path_filestat_get", "i32 i32 i32 i32 i32", fd + follow + path + out},
      {"path_filestat_set_times", "i32 i32 i32 i32 i64 i64 i32", fd + follow + path + none + none + "(i32.const 10)"},
      {"path_link", "i32 i32 i32 i32 i32 i32 i32", fd + follow + path + fd + path},
      {"path_open", "i32 i32 i32 i32 i32 i64 i64 i32 i32", fd + follow + path + zero + all + all + zero + out},
      {"path_open", "i32 i32 i32 i32 i32 i64 i64 i32 i32", fd + zero + path + "(i32.const 9)" + all + all + zero + out},
      {"path_readlink", "i32 i32 i32 i32 i32 i32", fd + path + "(i32.const 16) (i32.const 100)" + out},
      {"path_remove_directory", "i32 i32 i32", fd + path},
      {"path_rename", "i32 i32 i32 i32 i32 i32", fd + path + fd + path},
      {"path_symlink", "i32 i32 i32 i32 i32", path + fd + path},
      {"path_unlink_file", "i32 i32 i32", fd + path},
      {"sock_accept", "i32 i32 i32", fd + zero + out},
      {"sock_recv", "i32 i32 i32 i32 i32 i32", fd + zero + zero + zero + out + out},
      {"sock_send", "i32 i32 i32 i32 i32", fd + zero + zero + zero + out},
      {"sock_shutdown", "i32 i32", fd + "(i32.const 3)"},
  };
  std::string imports, calls, data, visits;
  std::set<std::string> imported;
  for (const Row& row : rows) {
    if (imported.insert(row.name).second)
      imports += "(import \"wasi_snapshot_preview1\" \"" + row.name + "\" (func $" + row.name + " (param " + row.parameters + ") (result i32)))\n";
    calls += "(call $note (call $" + row.name + " " + row.arguments + "))\n";
  }
  std::size_t at = 1024;
  for (const std::string& each : paths) {
    const std::size_t size = each.size() - 2 * static_cast<std::size_t>(std::count(each.begin(), each.end(), '\\'));
    data += "(data (i32.const " + std::to_string(at) + ") \"" + each + "\")\n";
    visits += "(call $visit (i32.const " + std::to_string(at) + ") (i32.const " + std::to_string(size) + "))\n";
    at += each.size() + 1;
  }
  return "(module " + imports + R"((import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1) (global $failed (mut i32) (i32.const 0)))" + data + R"(
    (func $note (param i32) (global.set $failed (i32.add (global.get $failed) (i32.ne (local.get 0) (i32.const 0)))))
    (func $visit (param $path i32) (param $size i32) (local $fd i32)
      (loop $next )" + calls + R"(
        (br_if $next (i32.lt_u (local.tee $fd (i32.add (local.get $fd) (i32.const 1))) (i32.const 9)))))
    (func (export "_start") )" + visits + "(if (i32.eq (global.get $failed) (i32.const " + std::to_string(paths.size() * 9 * rows.size()) + R"()) (then (call $exit (i32.const 42)))))))";
}

/// The system calls with file names, and those of sockets, of a run of the command: their names, and all that stands in quotes.
struct Traced {
  int code = 0;
  std::string failure;  ///< why there is none
  std::string err;
  std::set<std::string> calls;
};
Traced traced(const TemporaryDirectory& place, std::string_view program, const std::vector<std::string>& options = {}) {
  const std::string strace = program_path("strace");
  if (strace.empty()) return {0, "there is no strace here", {}, {}};
  // A sanitizer that looks for leaks does not when it is traced.
  const std::string log = (place.path() / "log").string(), file = place.write("program.wat", program);
  std::vector<std::string> words{"/usr/bin/env", "ASAN_OPTIONS=detect_leaks=0", strace, "-f", "-qq", "-s", "8192", "-e", "trace=%file,%network", "-o", log, WASMER_COMMAND};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(file);
  const Outcome outcome = run(words);
  if (outcome.err.find("strace: ") != std::string::npos) return {outcome.code, "strace cannot trace here: " + outcome.err, {}, {}};
  Traced result{outcome.code, {}, outcome.err, {}};
  std::ifstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t name = line.find_first_not_of("0123456789 "), parenthesis = line.find('(');
    if (name == line.npos || parenthesis == line.npos || line[name] == '+' || line[name] == '-') continue;  // an exit, or a signal
    std::string call = line.substr(name, parenthesis - name);
    for (std::size_t begin = line.find('"', parenthesis); begin != line.npos;) {
      const std::size_t end = line.find('"', begin + 1);
      if (end == line.npos) break;
      call += " " + line.substr(begin, end + 1 - begin);
      begin = line.find('"', end + 1);
    }
    result.calls.insert(call);
  }
  return result;
}

}  // namespace

TEST_CASE("a guest without a directory makes the host open, look at and connect to nothing") {
  const TemporaryDirectory place;
  const Traced idle = traced(place, R"((module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32))) (memory (export "memory") 1) (func (export "_start"))))");
  if (!idle.failure.empty()) WASMER_SKIP(idle.failure);
  CHECK(idle.code == 0);
  CHECK(idle.calls.size() > 3);

  const Traced bare = traced(place, greedy());
  REQUIRE(bare.failure.empty());
  INFO(bare.err);
  CHECK(bare.code == 42);
  for (const std::string& call : bare.calls) {
    INFO(call);
    CHECK(idle.calls.contains(call));
    CHECK(call.find(chosen) == call.npos);
  }
}

TEST_CASE("what a guest with a directory chooses is seen where it is looked for") {
  const TemporaryDirectory place, guests;
  const Traced given = traced(place, greedy(), {"--dir", guests.path()});
  if (!given.failure.empty()) WASMER_SKIP(given.failure);
  INFO(given.err);
  CHECK(given.code == 0);
  CHECK(std::any_of(given.calls.begin(), given.calls.end(), [](const std::string& call) { return call.find(chosen) != call.npos; }));
}
