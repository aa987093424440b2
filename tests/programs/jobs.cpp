// Real programs at real work: an interpreter, a database's shell, a compressor. What they print and leave in their files is what the native ones print and leave.
#include <algorithm>

#include "program.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

using W = Wasi<Latest>;

/// Native programs find nothing of their user's.
Outcome run_native(std::vector<std::string> words, const std::filesystem::path& directory, std::string_view input = {}) {
  words.insert(words.begin(), {"/usr/bin/env", "-i", "HOME=" + directory.string(), "LANG=C.UTF-8"});
  return run(words, directory, input);
}

/// All headers of this tree, one behind the other.
std::string large_text() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(source("include")))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::string text;
  for (const auto& file : files) text += read_whole(file);
  return text;
}

/// Fails where two directories differ, by the first name.
void check_equal(const std::map<std::string, std::string>& guest, const std::map<std::string, std::string>& native) {
  for (const auto& [name, bytes] : native) {
    INFO(name);
    const auto found = guest.find(name);
    REQUIRE(found != guest.end());
    CHECK((found->second == bytes));
  }
  CHECK(guest.size() == native.size());
}

}  // namespace

TEST_CASE("CPython works as the native python3 does: files, sorting, JSON, CSV, hashes, numbers") {
  REQUIRE_PROGRAM(python, "python");
  REQUIRE_NATIVE(python3, "python3");
  const Runtime<Singlepass, W> runtime;
  const auto module = runtime.compile_file(python.module).value();
  const TemporaryDirectory guests, natives;
  for (const auto* place : {&guests, &natives}) place->write("input", read_whole(source("docs/design.md")));

  const Outcome native = run_native({python3, source("tests/programs/job.py"), natives.path()}, natives.path());
  REQUIRE(native.code == 0);
  const Ended guest = run_guest<W>(runtime, module, {{"/job/job.py", "/"}, {}, {{source("tests/programs"), "/job", true}}}, guests.path());
  INFO(guest.err);
  REQUIRE(guest.code.value() == 0);
  CHECK(guest.out == native.out);
  CHECK(guest.out.size() > 1000);
  check_equal(contents(guests.path()), contents(natives.path()));
}

TEST_CASE("SQLite's shell works as the native sqlite3 does, and each reads the other's database") {
  REQUIRE_PROGRAM(sqlite, "sqlite");
  REQUIRE_NATIVE(sqlite3, "sqlite3");
  const Runtime<Singlepass, W> runtime;
  const auto module = runtime.compile_file(sqlite.module).value();
  const TemporaryDirectory guests, natives;
  const std::string script = read_whole(source("tests/programs/job.sql"));

  const Outcome native = run_native({sqlite3, "a.db"}, natives.path(), script);
  REQUIRE(native.code == 0);
  const Ended guest = run_guest<W>(runtime, module, {{"-vfs", "unix-dotfile", "a.db"}, script}, guests.path());
  INFO(guest.err);
  REQUIRE(guest.code.value() == 0);
  CHECK(guest.out == native.out);
  CHECK(guest.out.size() > 500);
  CHECK(read_whole(guests.path() / "exported.csv") == read_whole(natives.path() / "exported.csv"));

  // Not the whole as SQL, where floating numbers have more digits than they are good for: those depend on what a long double is.
  const std::vector<std::string> questions{"a.db", "PRAGMA integrity_check", ".schema", ".dump change large copy", "SELECT * FROM number"};
  const auto ask = [&](std::vector<std::string> words, auto&& asked) {
    words.insert(words.end(), questions.begin(), questions.end());
    return asked(words);
  };
  const auto native_about = [&](const TemporaryDirectory& place) {
    return ask({sqlite3}, [&](const auto& words) { return run_native(words, place.path()).out; });
  };
  const std::string of_guest = native_about(guests);
  CHECK(of_guest.starts_with("ok\n"));
  CHECK((of_guest == native_about(natives)));
  const Ended of_native = ask({"-vfs", "unix-dotfile"}, [&](const auto& words) { return run_guest<W>(runtime, module, {words}, natives.path()); });
  CHECK(of_native.code.value() == 0);
  CHECK((of_native.out == of_guest));
}

TEST_CASE("bzip2 makes the bytes that the native bzip2 makes, and each unpacks the other's") {
  REQUIRE_PROGRAM(bzip2, "bzip2");
  REQUIRE_NATIVE(native, "bzip2");
  const Runtime<Singlepass, W> runtime;
  const auto module = runtime.compile_file(bzip2.module).value();
  const TemporaryDirectory guests, natives;
  const std::string text = large_text();
  for (const auto* place : {&guests, &natives}) place->write("text", text);

  REQUIRE(run_native({native, "-k", "text"}, natives.path()).code == 0);
  Ended guest = run_guest<W>(runtime, module, {{"-k", "text"}}, guests.path());
  INFO(guest.err);
  REQUIRE(guest.code.value() == 0);
  check_equal(contents(guests.path()), contents(natives.path()));

  for (const auto* place : {&guests, &natives}) std::filesystem::rename(place->path() / "text.bz2", place->path() / "packed.bz2");
  REQUIRE(run_native({native, "-d", "packed.bz2"}, guests.path()).code == 0);
  guest = run_guest<W>(runtime, module, {{"-d", "packed.bz2"}}, natives.path());
  REQUIRE(guest.code.value() == 0);
  for (const auto* place : {&guests, &natives}) CHECK((read_whole(place->path() / "packed") == text));

  // From standard input to standard output, and what is damaged.
  const std::string packed = run_guest<W>(runtime, module, {{"-1"}, text}, guests.path()).out;
  CHECK((run_guest<W>(runtime, module, {{"-dc"}, packed}, guests.path()).out == text));
  guest = run_guest<W>(runtime, module, {{"-t"}, std::string(packed).replace(packed.size() / 2, 1, 1, static_cast<char>(~packed[packed.size() / 2]))}, guests.path());
  CHECK(guest.code.value() != 0);
  CHECK(guest.err.find("data integrity (CRC) error") != std::string::npos);
}

TEST_CASE("cowsay says hello") {
  REQUIRE_CORPUS();
  const Runtime<Singlepass, Wasi<Snapshot0, Snapshot1>> runtime;
  const auto module = runtime.compile_file(corpus("wasmer/cowsay.wasm")).value();
  const TemporaryDirectory place;
  const Ended guest = run_guest<Wasi<Snapshot0, Snapshot1>>(runtime, module, {{"hello"}}, place.path());
  REQUIRE(guest.code.value() == 0);
  CHECK(guest.out == R"( _______
< hello >
 -------
        \   ^__^
         \  (oo)\_______
            (__)\       )\/\
               ||----w |
                ||     ||
)");
}
