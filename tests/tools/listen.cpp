#include "listen.hpp"

#include <chrono>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "../catch.hpp"
#include "../corpus.hpp"
#include "../free_port.hpp"
#include "../process.hpp"

using namespace wasmer::tests;
using wasmer::tools::listen_at;

namespace {

/// Sends a text to the one who listens there, as soon as there is one, and returns what comes back until the end.
std::string talk(std::uint16_t port, std::string_view text) {
  sockaddr_in address{};
  address.sin_family = AF_INET, address.sin_port = htons(port), address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int attempt = 0; attempt < 500; ++attempt, std::this_thread::sleep_for(std::chrono::milliseconds(20))) {
    const wasmer::wasi::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) continue;
    std::thread sender([&] {
      for (std::string_view rest = text; !rest.empty();) {
        const ssize_t sent = ::send(socket.number(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0) break;
        rest.remove_prefix(static_cast<std::size_t>(sent));
      }
      ::shutdown(socket.number(), SHUT_WR);
    });
    std::string answer;
    char bytes[4096];
    for (ssize_t size; (size = ::recv(socket.number(), bytes, sizeof bytes, 0)) > 0;) answer.append(bytes, static_cast<std::size_t>(size));
    sender.join();
    return answer;
  }
  return "nobody listens";
}

}  // namespace

TEST_CASE("an address and a port are listened at, as numbers or by name") {
  for (const char* place : {"127.0.0.1:0", "localhost:0"}) {
    const auto socket = listen_at(place);
    REQUIRE(socket.has_value());
    int listens = 0;
    socklen_t size = sizeof listens;
    REQUIRE(::getsockopt(socket.value().number(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0);
    CHECK(listens == 1);
  }
}

TEST_CASE("where nothing can listen the reason is told") {
  for (const char* place : {"", ":", "8080", ":8080", "127.0.0.1:", "127.0.0.1:http-not", "256.0.0.1.example.invalid:1", "192.0.2.1:1"}) {
    INFO(place);
    const auto socket = listen_at(place);
    REQUIRE(socket.has_error());
    CHECK(std::string(socket.error().detail()).starts_with("cannot listen at " + std::string(place) + ": "));
  }
  const auto taken = listen_at("127.0.0.1:0");
  sockaddr_in address{};
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(taken.value().number(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const std::string place = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  CHECK(listen_at(place).error().message() == "host: invalid option: cannot listen at " + place + ": Address already in use");
}

TEST_CASE("a C program serves a connection on the socket of --tcplisten") {
  const Outcome compiler = run({"/bin/sh", "-c", "command -v clang wasm-ld && test -e /usr/lib/wasm32-wasi/libc.a"});
  if (compiler.code != 0) WASMER_SKIP("there are no clang, wasm-ld and wasi-libc here");
  const TemporaryDirectory place;
  const std::string module = (place.path() / "echo.wasm").string();
  const Outcome built = run({"/bin/sh", "-c", "clang --target=wasm32-wasi -O1 -Wall -Wextra -o " + module + " " WASMER_SOURCE_DIR "/tests/tools/echo_server.c"});
  INFO(built.err);
  REQUIRE(built.code == 0);

  const std::uint16_t port = free_port();
  Outcome server;
  std::thread serving([&] { server = run({WASMER_COMMAND, "--timeout", "30s", "--tcplisten", "127.0.0.1:" + std::to_string(port), module}); });
  std::string text, capitals;
  for (int i = 0; i < 30'000; ++i) text += "line " + std::to_string(i) + "\n", capitals += "LINE " + std::to_string(i) + "\n";
  const std::string answer = talk(port, text);
  serving.join();
  INFO(server.err);
  CHECK((answer == capitals));
  CHECK(server.code == 0);
  CHECK(server.out == std::to_string(text.size()) + " bytes\n");
  CHECK(server.err.empty());
}
