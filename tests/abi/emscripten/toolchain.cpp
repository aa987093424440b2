// Programs of ours, compiled by the emcc that is installed: each says what it says when it is compiled for the host.
#include <wasmer/abi/emscripten.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>

#include "../../corpus.hpp"
#include "../../free_port.hpp"
#include "../../process.hpp"

using namespace wasmer;
using namespace wasmer::tests;
namespace fs = std::filesystem;

namespace {

struct Program {
  std::string source;
  std::vector<std::string> flags = {}, args = {}, env = {};
  bool is_cxx() const { return source.ends_with(".cc"); }
};

/// How the program ends and what it prints, compiled for the host and for Emscripten.
struct Ended {
  int code = -1;
  std::string text;
};

Ended natively(const Program& program, const fs::path& directory) {
  const std::string source = (fs::path(WASMER_SOURCE_DIR) / "tests/abi/emscripten/guests" / program.source).string(), binary = (directory / "native").string();
  const Outcome built = tests::run({program_path(program.is_cxx() ? "c++" : "cc"), program.is_cxx() ? "-std=c++17" : "-D_GNU_SOURCE", "-w", "-x", program.is_cxx() ? "c++" : "c", source, "-o", binary});
  INFO(built.err);
  REQUIRE(built.code == 0);
  fs::create_directories(directory / "there");
  std::vector<std::string> words{"/usr/bin/env", "-i"};
  words.insert(words.end(), program.env.begin(), program.env.end());
  words.push_back(binary);
  words.insert(words.end(), program.args.begin(), program.args.end());
  const Outcome outcome = tests::run(words, directory / "there");
  return {outcome.code, outcome.out};
}

Ended as_guest(const Program& program, const fs::path& directory, const std::vector<emscripten::NetRule>& net) {
  const std::string source = (fs::path(WASMER_SOURCE_DIR) / "tests/abi/emscripten/guests" / program.source).string();
  std::vector<std::string> words{program_path(program.is_cxx() ? "em++" : "emcc"), "-O1", "-w", program.is_cxx() ? "-std=c++17" : "-D_GNU_SOURCE", "-x", program.is_cxx() ? "c++" : "c", source, "-o",
                                 (directory / "guest.js").string()};
  words.insert(words.end(), program.flags.begin(), program.flags.end());
  const Outcome built = tests::run(words, directory);
  INFO(built.err);
  REQUIRE(built.code == 0);

  fs::create_directories(directory / "here");
  const int out = ::memfd_create("output", MFD_CLOEXEC);
  Emscripten::Options options;
  options.args = {"guest"};
  options.args.insert(options.args.end(), program.args.begin(), program.args.end());
  options.env = program.env, options.net = net, options.out = out;
  options.preopens = {{(directory / "here").string(), "."}};
  const Runtime<Singlepass, Emscripten> runtime;
  const auto ended = [&]() -> Result<ExitCode> {
    WASMER_TRY(const auto module, runtime.compile_file((directory / "guest.wasm").string()));
    WASMER_TRY(const auto instance, runtime.instantiate(module, options));
    return instance.start();
  }();
  std::string text(static_cast<std::size_t>(std::max<off_t>(0, ::lseek(out, 0, SEEK_END))), '\0');
  if (::pread(out, text.data(), text.size(), 0) < 0) text.clear();
  ::close(out);
  INFO(text);
  INFO((ended ? std::string() : ended.error().message()));
  REQUIRE(ended);
  return {ended.value(), text};
}

/// `at_home` is what the one for the host is given, if it is something else.
void check(const Program& program, const std::vector<emscripten::NetRule>& net = {}, const std::vector<std::string>& at_home = {}) {
  if (program_path("emcc").empty()) WASMER_SKIP("there is no emcc here");
  const TemporaryDirectory place;
  Program native = program;
  if (!at_home.empty()) native.args = at_home;
  const Ended host = natively(native, place.path()), guest = as_guest(program, place.path(), net);
  CHECK(guest.code == host.code);
  CHECK(guest.text == host.text);
}

}  // namespace

TEST_CASE("emcc: files") { check({"files.c"}); }
TEST_CASE("emcc: longjmp") { check({"jumps.c"}); }
TEST_CASE("emcc: C++ exceptions") { check({"exceptions.cc", {"-fexceptions"}}); }
TEST_CASE("emcc: C++ exceptions, 64 bits in one number") { check({"exceptions.cc", {"-fexceptions", "-sWASM_BIGINT"}}); }
TEST_CASE("emcc: times") { check({"times.c"}); }
TEST_CASE("emcc: arguments, environment, exit and a memory that grows") {
  check({"arguments.c", {"-sALLOW_MEMORY_GROWTH", "-sEXIT_RUNTIME"}, {"one", "two words", ""}, {"COLOR=red"}});
}
TEST_CASE("emcc: sockets") {
  const std::string port = std::to_string(free_port()), other = std::to_string(free_port());
  check({"sockets.c", {}, {port}}, {emscripten::NetRule::parse("listen:127.0.0.1:" + port).value(), emscripten::NetRule::parse("connect:127.0.0.1:" + port).value()}, {other});
}
