// Each of the host's system calls that real programs lead to fails once, in every way that it may: the guest gets the right errno, or the right result.
#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <utility>

#include <sys/mman.h>

#include "faults.hpp"
#include "program.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// Hears of each call of a guest, and keeps what is told of the first that is over after the fault: the one that had it.
struct Witness {
  static thread_local std::string line;
  static void trace(std::string_view told) {
    const Injection* const injection = Injection::current();
    if (injection != nullptr && injection->failed() != nullptr && line.empty()) line = told;
  }
};
thread_local std::string Witness::line;

using W = Wasi<Latest, Witness>;

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// What a job leaves behind.
struct Left {
  Ended ended;
  std::map<std::string, std::string> files;
  std::size_t calls;
  std::string failed;  ///< the system call that had the fault; empty: there was none
};

/// A program with a job, and files that it begins with.
class Subject {
 public:
  Subject(std::string name, const std::filesystem::path& module, Job job, std::map<std::string, std::string> files)
      : name_(std::move(name)), module_(runtime_.compile_file(module).value()), job_(std::move(job)), files_(std::move(files)) {}

  /// Lets every call fail in each way, or `most` of them for each way; prints how many that were.
  void judge(std::size_t most = SIZE_MAX) {
    std::size_t total = 0;
    std::string table;
    for (const Fault fault : {Fault::interrupted, Fault::one_byte, Fault::no_space, Fault::no_descriptors, Fault::broken}) {
      const Left good = run(fault, SIZE_MAX);
      REQUIRE(good.ended.code.value() == 0);
      const std::size_t stride = std::max<std::size_t>(1, good.calls / most);
      std::size_t count = 0;
      for (std::size_t at = 0; at < good.calls; at += stride, ++count) judge(fault, at, good);
      table.append(table.empty() ? "" : ", ").append(name_of(fault)).append(" ").append(std::to_string(count));
      total += count;
    }
    std::printf("%s: %zu faults injected (%s)\n", name_.c_str(), total, table.c_str());
    CHECK(total > 30);
  }

 private:
  void judge(Fault fault, std::size_t at, const Left& good) {
    const std::size_t before = open_descriptors();
    const Left left = run(fault, at);
    INFO(name_ << ": " << name_of(fault) << " at call " << at << ", " << left.failed << "; the guest's call: " << Witness::line);
    INFO(left.ended.out << left.ended.err);
    REQUIRE(!left.failed.empty());
    CHECK(open_descriptors() == before);
    CHECK_FALSE(left.ended.was_late);

    // The call that had the fault is the one that tells of it, truly; what the program makes of that is its own. Of what is not told nothing may be seen either.
    constexpr const char* answers[]{"intr", "again", "nospc", "mfile", "io"};
    const bool is_told = Witness::line.find(std::string(") = ") + answers[static_cast<int>(fault)]) != std::string::npos;
    if (fault == Fault::interrupted || fault == Fault::one_byte) CHECK_FALSE(is_told);
    if (is_told) return;
    REQUIRE(left.ended.code);
    CHECK(left.ended.code.value() == 0);
    CHECK((left.ended.out == good.ended.out));
    CHECK((left.files == good.files));
  }

  Left run(Fault fault, std::size_t at) {
    const TemporaryDirectory place;
    for (const auto& [name, bytes] : files_) place.write(name, bytes);
    Witness::line.clear();
    std::size_t calls = 0;
    std::string failed;
    Ended ended = run_guest<W>(runtime_, module_, job_, place.path(), std::chrono::seconds(20), [&](auto start) {
      const Injection injection(fault, at);
      auto code = start();
      calls = injection.calls();
      if (injection.failed() != nullptr) failed = injection.failed();
      return code;
    });
    return {std::move(ended), contents(place.path()), calls, failed};
  }

  std::string name_;
  Runtime<Singlepass, W> runtime_;
  CompiledModule module_;
  Job job_;
  std::map<std::string, std::string> files_;
};

constexpr std::string_view statements = R"(.bail on
CREATE TABLE number(n INTEGER PRIMARY KEY, name TEXT UNIQUE);
BEGIN;
WITH RECURSIVE each(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM each WHERE n < 300) INSERT INTO number SELECT n, hex(n * 7919) FROM each;
COMMIT;
DELETE FROM number WHERE n % 3 = 0;
SELECT count(*), sum(n), max(name) FROM number;
.output exported
SELECT * FROM number WHERE n < 20;
.output
VACUUM;
PRAGMA integrity_check;
)";

}  // namespace

TEST_CASE("bzip2 has the right output or the right errno, whichever call of the system fails") {
  REQUIRE_PROGRAM(bzip2, "bzip2");
  Subject("bzip2", bzip2.module, {{"-k", "text"}}, {{"text", read_whole(source("docs/design.md"))}}).judge();
  Subject("bzip2, standard input to output", bzip2.module, {{}, read_whole(source("docs/design.md"))}, {}).judge();
}

TEST_CASE("SQLite's shell has the right output or the right errno, whichever call of the system fails") {
  REQUIRE_PROGRAM(sqlite, "sqlite");
  Subject("sqlite", sqlite.module, {{"-vfs", "unix-dotfile", "a.db"}, std::string(statements)}, {}).judge();
}

TEST_CASE("SQLite's shell has the right output or the right errno, where paths are resolved by a walk") {
  REQUIRE_PROGRAM(sqlite, "sqlite");
  Subject("sqlite, by a walk", sqlite.module, {{"-vfs", "unix-dotfile", "a.db"}, std::string(statements), {}, wasi::Resolution::walk}, {}).judge();
}

TEST_CASE("CPython has the right output or the right errno, whichever call of the system fails") {
  REQUIRE_PROGRAM(python, "python");
  constexpr std::string_view script = R"(import json, os, random, sys
lines = open("text").read().splitlines()
with open("sorted", "w") as file: file.write("\n".join(sorted(lines)))
os.mkdir("folder")
json.dump({line: len(line) for line in lines}, open("folder/lines.json", "w"))
os.rename("sorted", "folder/sorted")
print(os.listdir("folder"), sum(json.load(open("folder/lines.json")).values()), os.stat("folder/sorted").st_size, len(os.urandom(8)))
)";
  Subject("python", python.module, {{"script.py"}}, {{"script.py", std::string(script)}, {"text", read_whole(source("LICENSE"))}}).judge(30);
}

TEST_CASE("what fails while a program's surroundings are made is told, and EINTR is not") {
  const TemporaryDirectory place;
  const AnonymousFile in("text"), out, err;
  W::Options options;
  options.preopens = {{place.path(), "/a"}, {place.path(), "/b"}};
  options.in = in.descriptor(), options.out = out.descriptor(), options.err = err.descriptor();
  std::size_t count = 0;
  const std::size_t before = open_descriptors();
  for (const Fault fault : {Fault::interrupted, Fault::no_descriptors, Fault::broken}) {
    for (std::size_t at = 0;; ++at, ++count) {
      const Injection injection(fault, at);
      const auto state = W::make(options);
      if (injection.failed() == nullptr) break;
      INFO(name_of(fault) << " at call " << at << ", " << injection.failed());
      if (fault == Fault::interrupted) {
        CHECK(state.has_value());
      } else {
        REQUIRE_FALSE(state.has_value());
        CHECK(state.error().id() == ErrorId::invalid_option);
        CHECK(state.error().message().ends_with(fault == Fault::broken ? ": Input/output error" : ": Too many open files"));
      }
    }
  }
  CHECK(count == 2 + 2 + 5);
  CHECK(open_descriptors() == before);
}

TEST_CASE("what closing a file fails with is told, and the number is free all the same") {
  auto state = W::make({}).value();
  for (const auto& [fault, error] : {std::pair(Fault::broken, wasi::Errno::io), std::pair(Fault::no_space, wasi::Errno::nospc), std::pair(Fault::interrupted, wasi::Errno::success)}) {
    const std::size_t before = open_descriptors();
    wasi::HostFile file(wasi::Descriptor(::memfd_create("closed", MFD_CLOEXEC)));
    const auto fd = state.files().insert(std::make_shared<wasi::OpenFile<W::State::File>>(
        std::move(file), wasi::Filetype::regular_file, wasi::file_rights, wasi::Rights::none, false)).value();
    const Injection injection(fault, 0);
    CHECK(state.files().close(fd).assume_error() == error);
    CHECK(std::string_view(injection.failed()) == "close");
    CHECK(state.files().close(fd).assume_error() == wasi::Errno::badf);
    CHECK(open_descriptors() == before);
  }
}
