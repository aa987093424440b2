// Real programs that Emscripten compiled, at real work, beside the native ones: Lua, jq, 7-Zip.
#include <algorithm>

#include "program.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// A program, compiled once for all of its jobs.
class Program {
 public:
  explicit Program(const std::filesystem::path& module) : module_(runtime_.compile_file(module).value()) {}

  Ended operator()(std::vector<std::string> arguments, const std::filesystem::path& directory, std::string input = {}) const {
    return run_guest(runtime_, module_, {std::move(arguments), std::move(input)}, directory);
  }

 private:
  Runtime<Singlepass, Emscripten> runtime_;
  CompiledModule module_;
};

}  // namespace

TEST_CASE("Lua's language is that of the native lua5.4") {
  REQUIRE_CORPUS();
  REQUIRE_NATIVE(native, "lua5.4");
  const Program lua(corpus("wasmer/lua.wasm"));
  const TemporaryDirectory guests, natives;
  for (const auto* place : {&guests, &natives}) place->write("job.lua", read_whole(source("tests/programs/job.lua"))), place->write("input", read_whole(source("docs/design.md")));
  const Outcome expected = run_native({native, "job.lua"}, natives.path());
  INFO(expected.err);
  REQUIRE(expected.code == 0);
  const Ended guest = lua({"job.lua"}, guests.path());
  INFO(guest.err);
  REQUIRE(guest.code.value() == 0);
  CHECK(guest.out == expected.out);
  CHECK(guest.out.size() > 1000);
  check_equal(contents(guests.path()), contents(natives.path()));
}

TEST_CASE("jq filters as the native jq does") {
  REQUIRE_PROGRAM(module, "jq");
  REQUIRE_NATIVE(native, "jq");
  const Program jq(module.module);
  const TemporaryDirectory place;
  place.write("presets.json", read_whole(source("CMakePresets.json")));
  place.write("commands.json", read_whole(std::filesystem::path(WASMER_BINARY_DIR) / "compile_commands.json"));
  for (const std::vector<std::string>& words : std::initializer_list<std::vector<std::string>>{
           {".", "commands.json"},
           {"-S", "-c", "map({file: (.file | split(\"/\") | last), words: (.command | split(\" \") | length)}) | group_by(.words) | map({words: .[0].words, n: length, first: (map(.file) | sort | first)})",
            "commands.json"},
           {"-r", "[.[] | .file | capture(\"(?<folder>tests|src|tools)/\") | .folder] | group_by(.) | map(\"\\(.[0]) \\(length)\")[]", "commands.json"},
           {"[paths | map(tostring) | join(\"/\")]", "presets.json"},
           {"[.. | strings] | map(ascii_upcase) | unique", "presets.json"},
           {"--arg", "name", "release", ".configurePresets[]? | select(.name == $name) | keys", "presets.json"},
           {"-n", "[range(100)] | map(select(. % 7 == 0)) | add"},
       }) {
    INFO(words.back());
    const Outcome expected = run_native([&] { auto all = words; return all.insert(all.begin(), native), all; }(), place.path());
    REQUIRE(expected.code == 0);
    const Ended guest = jq(words, place.path());
    INFO(guest.err);
    REQUIRE(guest.code.value() == 0);
    CHECK((guest.out == expected.out));
    CHECK(!guest.out.empty());
  }
  const Ended wrong = jq({".a | error", "presets.json"}, place.path());
  CHECK(wrong.code.value() == 5);
  CHECK(jq({".", "none.json"}, place.path()).code.value() == 2);
}

TEST_CASE("7-Zip writes, lists and extracts archives, and reads the native one's as that reads its") {
  REQUIRE_PROGRAM(module, "7zip");
  REQUIRE_NATIVE(native, "7zz");
  const Program zip(module.module);
  const TemporaryDirectory place;
  std::filesystem::copy(source("docs"), place.path() / "docs", std::filesystem::copy_options::recursive);
  const auto files = contents(place.path() / "docs");

  for (const std::string_view format : {"7z", "zip", "tar"}) {
    INFO(format);
    const std::string ours = "ours." + std::string(format), theirs = "theirs." + std::string(format);
    const Ended made = zip({"a", ours, "docs"}, place.path());
    INFO(made.out << made.err);
    REQUIRE(made.code.value() == 0);
    REQUIRE(run_native({native, "a", theirs, "docs"}, place.path()).code == 0);

    // Each lists what the other has made.
    const Ended listed = zip({"l", "-ba", "-slt", theirs}, place.path());
    REQUIRE(listed.code.value() == 0);
    for (const auto& [name, bytes] : files)
      if (!name.ends_with('/')) CHECK(listed.out.find("Path = docs/" + name + "\n") != std::string::npos);
    CHECK(run_native({native, "l", ours}, place.path()).out.find("docs/design.md") != std::string::npos);

    // And unpacks it.
    const Ended unpacked = zip({"x", "-ofrom_theirs", theirs}, place.path());
    INFO(unpacked.out << unpacked.err);
    REQUIRE(unpacked.code.value() == 0);
    check_equal(contents(place.path() / "from_theirs/docs"), files);
    REQUIRE(run_native({native, "x", "-ofrom_ours", ours}, place.path()).code == 0);
    check_equal(contents(place.path() / "from_ours/docs"), files);
    std::filesystem::remove_all(place.path() / "from_theirs"), std::filesystem::remove_all(place.path() / "from_ours");
  }

  // What is damaged is told.
  std::string damaged = read_whole(place.path() / "ours.7z");
  damaged[damaged.size() / 2] = static_cast<char>(~damaged[damaged.size() / 2]);
  place.write("damaged.7z", damaged);
  const Ended told = zip({"t", "damaged.7z"}, place.path());
  CHECK(told.code.value() == 2);
  CHECK((told.out + told.err).find("Data Error") != std::string::npos);
}
