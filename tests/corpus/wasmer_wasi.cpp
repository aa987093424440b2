// The WASI programs that Wasmer 0.17 tested itself with, for each version: in its layout of directories, as the JSON beside each says.
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <termios.h>

#include "program.hpp"

using namespace wasmer;
using namespace wasmer::tests;
namespace fs = std::filesystem;

namespace {

// Programs of snapshot 1 among these import from both.
using W = Wasi<Snapshot0, Snapshot1>;

/// What cannot pass, here or elsewhere, and why.
const std::map<std::string_view, std::string_view> excluded{
    {"unstable/quine", "reads its own source, a file of Wasmer's tree that the corpus has not"},
    {"snapshot1/quine", "reads its own source, a file of Wasmer's tree that the corpus has not"},
    {"unstable/file_metadata", "looks at a source file of Wasmer's tree that the corpus has not"},
    {"snapshot1/file_metadata", "looks at a source file of Wasmer's tree that the corpus has not"},
    {"snapshot1/envvar", "is broken: it gets its environment, calls nothing else and exits with 71"},
};

/// A terminal whose other end is here; both ends are one file to the program, as in a shell.
class Terminal {
 public:
  Terminal() {
    termios settings{};
    ::cfmakeraw(&settings);
    if (::openpty(&here_, &there_, nullptr, &settings, nullptr) != 0) throw std::runtime_error("no pseudo-terminal");
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    ::close(here_);
    ::close(there_);
  }

  int descriptor() const { return there_; }
  /// What was written so far: a few lines, which a terminal holds.
  std::string text() const {
    std::string text;
    for (pollfd waiting{here_, POLLIN, 0}; ::poll(&waiting, 1, 0) == 1;) {
      std::array<char, 4096> bytes;
      const ssize_t size = ::read(here_, bytes.data(), bytes.size());
      if (size <= 0) break;
      text.append(bytes.data(), static_cast<std::size_t>(size));
    }
    return text;
  }

 private:
  int here_ = -1, there_ = -1;
};

/// Files as they lie in Wasmer's tree: its programs are run at the root of that tree, and the corpus has one folder of it.
class Tree {
 public:
  Tree() {
    copy_writable(corpus("wasmer/wasi/test_fs"), host("tests/wasi_test_resources/test_fs"));
    // The corpus holds the tree's one symbolic link as a file of its text.
    const fs::path link = host("tests/wasi_test_resources/test_fs/hamlet/bookmarks/2019-07-16");
    if (!fs::is_symlink(link)) {
      std::string text;
      std::getline(std::ifstream(link), text);
      fs::remove(link);
      fs::create_symlink(text, link);
    }
  }
  fs::path host(const std::string& name) const { return scratch_.path() / name; }

 private:
  TemporaryDirectory scratch_;
};

/// Runs one program. What is wrong with how it ended, or nothing.
std::string run(CompiledBy compiler, const fs::path& program) {
  const nlohmann::json manifest = manifest_of(fs::path(program).replace_extension(".out"), {});
  const nlohmann::json& wanted = manifest.at("options");
  const Tree tree;
  const AnonymousFile out, err;
  const Terminal terminal;
  const bool on_terminal = program.stem() == "isatty";

  W::Options options;
  options.wasmer_layout = true;
  options.args = {""};
  for (const auto& argument : wanted.at("args")) options.args.push_back(argument.get<std::string>());
  for (const auto& variable : wanted.at("env")) options.env.push_back(variable.at(0).get<std::string>() + "=" + variable.at(1).get<std::string>());
  for (const auto& directory : wanted.at("dir")) options.preopens.push_back({tree.host(directory), directory});
  for (const auto& mapping : wanted.at("mapdir")) options.preopens.push_back({tree.host(mapping.at(1)), mapping.at(0)});
  options.in = on_terminal ? terminal.descriptor() : 0;
  options.out = on_terminal ? terminal.descriptor() : out.descriptor();
  options.err = on_terminal ? terminal.descriptor() : err.descriptor();

  const Runtime<Singlepass, W> runtime;
  const auto ended = [&]() -> Result<ExitCode> {
    WASMER_TRY(const auto module, compile_program(compiler, program));
    WASMER_TRY(const auto instance, runtime.instantiate(module, options));
    return instance.start();
  }();
  const std::string text = on_terminal ? terminal.text() : out.text();
  const std::string output = "\nstdout: " + text + "\nstderr: " + err.text();
  if (!ended) return ended.error().message() + output;
  if (ended.value() != 0) return "exit code " + std::to_string(ended.value()) + output;
  if (text.find(manifest.at("output").get<std::string>()) == std::string::npos) return "it prints something else" + output;
  return {};
}

void run_folder(const std::string& version, int programs) {
  for (const CompiledBy compiler : compilers()) {
    Tally tally(to_string(compiler) + "wasmer/wasi, " + version);
    for (const fs::directory_entry& entry : fs::directory_iterator(corpus("wasmer/wasi") / version)) {
      if (entry.path().extension() != ".wasm") continue;
      const std::string name = entry.path().stem();
      if (!excluded.contains(version + "/" + name)) tally.note(name, run(compiler, entry.path()));
    }
    CHECK(tally.passed() == programs);
  }
}

}  // namespace

TEST_CASE("wasmer/wasi: all programs of wasi_unstable pass") {
  REQUIRE_CORPUS();
  run_folder("unstable", 21);
}

TEST_CASE("wasmer/wasi: all programs of wasi_snapshot_preview1 pass") {
  REQUIRE_CORPUS();
  run_folder("snapshot1", 20);
}

TEST_CASE("wasmer/wasi: what is excluded is there") {
  REQUIRE_CORPUS();
  for (const auto& [name, reason] : excluded) CHECK(fs::exists(corpus("wasmer/wasi") / (std::string(name) + ".wasm")));
}
