#include "listen.hpp"

#include <netinet/in.h>

#include "../catch.hpp"

using wasmer::tools::listen_at;

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
