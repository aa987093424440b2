// Lua and nginx, compiled by Emscripten, through the command.
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../catch.hpp"
#include "../corpus.hpp"
#include "../free_port.hpp"
#include "../process.hpp"

using namespace wasmer::tests;
namespace fs = std::filesystem;

namespace {

Outcome lua(std::vector<std::string> words, const fs::path& directory = {}, std::string_view input = {}, const std::string& backend = "singlepass") {
  words.insert(words.begin(), {WASMER_COMMAND, "--backend", backend, "--dir", ".", corpus("wasmer/lua.wasm").string(), "--"});
  return run(words, directory, input);
}

/// The backends that the command is built with.
std::vector<std::string> backends() {
  if (run({WASMER_COMMAND, "--help"}).out.find("--llvm-opt") == std::string::npos) return {"singlepass"};
  return {"singlepass", "llvm"};
}

std::string contents(const fs::path& file) {
  std::stringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// A connection to a port of this machine; -1: nobody listens.
int connected(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET, address.sin_port = htons(port), address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return socket;
  ::close(socket);
  return -1;
}

/// What a server answers to a request for `path`, head and body; empty if it does not.
std::string get(std::uint16_t port, std::string_view path) {
  const int socket = connected(port);
  if (socket < 0) return {};
  const std::string request = "GET " + std::string(path) + " HTTP/1.0\r\n\r\n";
  std::string answer;
  if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    std::array<char, 4096> bytes;
    for (ssize_t got; (got = ::read(socket, bytes.data(), bytes.size())) > 0;) answer.append(bytes.data(), static_cast<std::size_t>(got));
  }
  ::close(socket);
  return answer;
}
std::string body_of(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string::npos ? answer : answer.substr(end + 4);
}

/// nginx in a copy of its folder, its output in two files there.
class Nginx {
 public:
  explicit Nginx(const std::string& backend = "singlepass", std::uint16_t allowed = 0) : port(free_port()) {
    const fs::path from = corpus("wasmer/nginx");
    fs::create_directories(here.path() / "logs");
    fs::create_directories(here.path() / "html");
    for (const char* const file : {"html/index.html", "html/wasmer-logo.png"}) here.write(file, contents(from / file));
    std::string configuration = contents(from / "nginx.conf");
    const std::string_view listen = "8080";
    configuration.replace(configuration.find(listen), listen.size(), std::to_string(port));
    here.write("nginx.conf", configuration);
    const std::string net = "--net=listen:127.0.0.1:" + std::to_string(allowed != 0 ? allowed : port), program = (from / "nginx.wasm").string();
    child = ::fork();
    if (child != 0) return;
    const int out = ::open((here.path() / "out").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0666), err = ::open((here.path() / "err").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0666);
    ::dup2(out, 1), ::dup2(err, 2);
    if (::chdir(here.path().c_str()) != 0) ::_exit(127);
    ::execl(WASMER_COMMAND, WASMER_COMMAND, "--backend", backend.c_str(), "--dir", ".", net.c_str(), program.c_str(), "--", "-p", ".", "-c", "nginx.conf", nullptr);
    ::_exit(127);
  }
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;
  ~Nginx() {
    if (child > 0) ::kill(child, SIGKILL), ::waitpid(child, nullptr, 0);
  }

  /// Waits until it answers.
  bool is_up() const {
    for (int i = 0; i < 600; ++i) {
      const int socket = connected(port);
      if (socket >= 0) return ::close(socket) == 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  }
  /// Its exit code, when it has ended.
  int wait() {
    int status = 0;
    ::waitpid(child, &status, 0);
    child = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  TemporaryDirectory here;
  std::uint16_t port;
  pid_t child = -1;
};

}  // namespace

TEST_CASE("Lua tells its version") {
  REQUIRE_CORPUS();
  for (const std::string& backend : backends()) {
    const Outcome outcome = lua({"-v"}, {}, {}, backend);
    CHECK(outcome.code == 0);
    CHECK(outcome.out == "Lua 5.4.0  Copyright (C) 1994-2018 Lua.org, PUC-Rio\n");
  }
}

TEST_CASE("Lua runs scripts: closures, strings, coroutines, errors, files and dates") {
  REQUIRE_CORPUS();
  const std::string backend = GENERATE(from_range(backends()));
  INFO(backend);
  const TemporaryDirectory place;
  place.write("script.lua", R"lua(
local function counter() local n = 0; return function() n = n + 1; return n end end
local c = counter(); c(); print("closure", c())
print("string", ("%5.2f|%-5s|%q"):format(3.14159, "ab", "a\nb"), ("hello"):rep(2, "-"), ("key = value"):match("(%w+) = (%w+)"))
local co = coroutine.wrap(function(a) for i = 1, 3 do a = coroutine.yield(a * i) end return "done" end)
print("coroutine", co(10), co(20), co(30), co(40))
print("pcall", pcall(error, {code = 7}), select("#", pcall(error)))
print("nested", pcall(function() local ok, e = pcall(error, "inner", 0); error(e .. "+outer", 0) end))
print("traceback", select(2, xpcall(function() local x = nil; return x.y end, function(m) return "handled: " .. m:gsub("^.-:%d+: ", "") end)))
local times = 0; for i = 1, 2000 do if not pcall(error, i) then times = times + 1 end end; print("many", times)
local f = assert(io.open("out.txt", "w")); f:write("one\n", 2, "\n"); f:close()
for line in io.lines("out.txt") do io.write("[", line, "]") end print()
print("missing", io.open("/etc/passwd"))
print("rename", os.rename("out.txt", "kept.txt"), os.remove("none.txt"))
print("time", os.time({year = 2020, month = 2, day = 29, hour = 12}) > 1500000000, os.date("!%Y-%m-%d %H:%M:%S", 86400))
print("sort", table.concat((function(t) table.sort(t, function(a, b) return a > b end) return t end)({3, 1, 2}), ","))
print("integer", 7 // 2, 7 % -3, 1 << 40, math.maxinteger + 1 == math.mininteger, 2^53)
print("environment", os.getenv("HOME"), os.getenv("SHELL"))
print("shell", os.execute("ls"))
os.exit(5)
)lua");
  const Outcome outcome = lua({"script.lua"}, place.path(), {}, backend);
  CHECK(outcome.code == 5);
  CHECK(outcome.err == "");
  CHECK(outcome.out ==
        "closure\t2\n"
        "string\t 3.14|ab   |\"a\\\nb\"\thello-hello\tkey\tvalue\n"
        "coroutine\t10\t40\t90\tdone\n"
        "pcall\tfalse\t2\n"
        "nested\tfalse\tinner+outer\n"
        "traceback\thandled: attempt to index a nil value (local 'x')\n"
        "many\t2000\n"
        "[one][2]\n"
        "missing\tnil\t/etc/passwd: No such file or directory\t2\n"
        "rename\ttrue\tnil\tnone.txt: No such file or directory\t2\n"
        "time\ttrue\t1970-01-02 00:00:00\n"
        "sort\t3,2,1\n"
        "integer\t3\t-2\t1099511627776\ttrue\t9.007199254741e+15\n"
        "environment\t/home/web_user\tnil\n"
        "shell\tnil\tFunction not implemented\t38\n");
  CHECK(contents(place.path() / "kept.txt") == "one\n2\n");
}

TEST_CASE("Lua reads its program and its input from pipes") {
  REQUIRE_CORPUS();
  CHECK(lua({"-"}, {}, "print(('x'):byte())").out == "120\n");
  CHECK(lua({"-e", "for l in io.lines() do print(#l) end"}, {}, "a\nbbb\n").out == "1\n3\n");
  const Outcome failed = lua({"-e", "error('told')"});
  CHECK(failed.code == 1);
  CHECK(failed.err.find("told") != std::string::npos);
}

TEST_CASE("nginx serves its files byte for byte, to many at once, and ends when it is told to") {
  REQUIRE_CORPUS();
  const std::string backend = GENERATE(from_range(backends()));
  INFO(backend);
  Nginx nginx(backend);
  REQUIRE(nginx.is_up());
  const std::string page = contents(corpus("wasmer/nginx/html/index.html")), picture = contents(corpus("wasmer/nginx/html/wasmer-logo.png"));
  const std::string answer = get(nginx.port, "/");
  CHECK(answer.find("HTTP/1.1 200 OK") == 0);
  CHECK(answer.find("Content-Type: text/html") != std::string::npos);
  CHECK(body_of(answer) == page);
  CHECK(body_of(get(nginx.port, "/wasmer-logo.png")) == picture);
  CHECK(get(nginx.port, "/nothing").find("404 Not Found") != std::string::npos);
  CHECK(get(nginx.port, "/../../etc/passwd").find("400 Bad Request") != std::string::npos);

  std::array<int, 8> right{};
  {
    std::vector<std::thread> clients;
    for (std::size_t client = 0; client < right.size(); ++client)
      clients.emplace_back([&, client] {
        for (int i = 0; i < 25; ++i) right[client] += body_of(get(nginx.port, i % 2 == 0 ? "/" : "/wasmer-logo.png")) == (i % 2 == 0 ? page : picture);
      });
    for (std::thread& client : clients) client.join();
  }
  for (const int count : right) CHECK(count == 25);

  ::kill(nginx.child, SIGINT);
  CHECK(nginx.wait() == 0);
  const std::string log = contents(nginx.here.path() / "out");
  CHECK(std::count(log.begin(), log.end(), '\n') == 4 + 200);
  CHECK(log.find("\"GET /wasmer-logo.png HTTP/1.0\" 200 15613") != std::string::npos);
}

TEST_CASE("nginx keeps serving under load, and fails no request") {
  REQUIRE_CORPUS();
  const std::string wrk = program_path("wrk");
  if (wrk.empty()) WASMER_SKIP("there is no wrk here");
  Nginx nginx;
  REQUIRE(nginx.is_up());
  const Outcome loaded = run({wrk, "-t2", "-c64", "-d10s", "http://127.0.0.1:" + std::to_string(nginx.port) + "/"});
  INFO(loaded.out << loaded.err);
  REQUIRE(loaded.code == 0);
  CHECK(loaded.out.find("Socket errors") == std::string::npos);
  CHECK(loaded.out.find("Non-2xx") == std::string::npos);
  const std::size_t total = loaded.out.find(" requests in ");
  REQUIRE(total != std::string::npos);
  const std::size_t number = loaded.out.find_last_not_of("0123456789", total - 1);
  const long requests = std::stol(loaded.out.substr(number + 1));
  std::printf("nginx: %ld requests in 10 s\n", requests);
  ::kill(nginx.child, SIGINT);
  CHECK(nginx.wait() == 0);
  const std::string log = contents(nginx.here.path() / "out");
  CHECK(std::count(log.begin(), log.end(), '\n') >= requests);
}

TEST_CASE("nginx cannot listen where it is not allowed to") {
  REQUIRE_CORPUS();
  Nginx nginx("singlepass", 1);
  CHECK(nginx.wait() == 1);
  CHECK(contents(nginx.here.path() / "err").find("(13: Permission denied)") != std::string::npos);
}

TEST_CASE("a minified program is refused with what to do about it") {
  const TemporaryDirectory place;
  const Outcome outcome = run({WASMER_COMMAND, place.write("minified.wat", R"((module (import "a" "a" (func)) (import "a" "b" (func)) (func (export "c"))))")});
  CHECK(outcome.code == 1);
  CHECK(outcome.err.find("--profiling-funcs") != std::string::npos);
}

TEST_CASE("what is for Emscripten's programs is refused for others, and rules that are none are told") {
  const TemporaryDirectory place;
  const std::string other = place.write("other.wat", "(module (func (export \"_start\")))");
  const std::string ours = place.write("ours.wat", R"((module (memory (export "memory") 1) (func (export "__wasm_call_ctors")) (func (export "main") (result i32) (i32.const 4))
    (func (export "other") (result i32) (i32.const 6))))");
  CHECK(run({WASMER_COMMAND, "--net=listen:127.0.0.1:1", other}).code == 2);
  CHECK(run({WASMER_COMMAND, "--em-entrypoint", "x", other}).code == 2);
  CHECK(run({WASMER_COMMAND, "--net=serve:127.0.0.1:1", ours}).code == 2);
  CHECK(run({WASMER_COMMAND, "--net=listen:localhost:1", ours}).err.find("the address is no number") != std::string::npos);
  CHECK(run({WASMER_COMMAND, ours}).code == 4);
  CHECK(run({WASMER_COMMAND, "--abi", "emscripten", "--em-entrypoint", "other", ours}).code == 6);
  CHECK(run({WASMER_COMMAND, "--invoke", "other", ours}).out == "6\n");
}
