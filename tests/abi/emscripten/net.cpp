#include <wasmer/abi/emscripten/net.hpp>

#include "../../catch.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;

namespace {

SocketAddress at(const char* text, std::uint16_t port) {
  in_addr four;
  if (::inet_pton(AF_INET, text, &four) == 1) return SocketAddress::of(four, port);
  in6_addr six;
  REQUIRE(::inet_pton(AF_INET6, text, &six) == 1);
  return SocketAddress::of(six, port);
}
NetPolicy policy(std::initializer_list<const char*> rules) {
  std::vector<NetRule> all;
  for (const char* rule : rules) all.push_back(NetRule::parse(rule).value());
  return NetPolicy(all);
}

}  // namespace

TEST_CASE("a rule says what, where and at which port") {
  const NetRule rule = NetRule::parse("listen:127.0.0.1:8080").value();
  CHECK(rule.what == NetRule::What::listen);
  CHECK(rule.address.is_at(at("127.0.0.1", 1)));
  CHECK(rule.address.port() == 8080);
  CHECK(NetRule::parse("connect:[::1]:80").value().address.is_at(at("::1", 0)));
}

TEST_CASE("a rule that says less is refused with what is wrong about it") {
  for (const char* const text : {"", "listen", "listen:127.0.0.1", "serve:127.0.0.1:80", "listen:127.0.0.1:x", "listen:127.0.0.1:65536", "listen:localhost:80", "listen::80"}) {
    const auto rule = NetRule::parse(text);
    REQUIRE_FALSE(rule);
    CHECK(rule.error().id() == ErrorId::invalid_option);
    CHECK(rule.error().detail().find(text) != std::string_view::npos);
  }
}

TEST_CASE("nothing is allowed that no rule says") {
  SocketAddress address = at("127.0.0.1", 80);
  CHECK_FALSE(NetPolicy().allow_listen(address));
  CHECK_FALSE(NetPolicy().allow_connect(address));
  const NetPolicy some = policy({"listen:127.0.0.1:8080", "connect:10.0.0.1:443"});
  CHECK_FALSE(some.allow_listen(address));
  CHECK_FALSE(some.allow_connect(at("127.0.0.1", 8080)));
  CHECK_FALSE(some.allow_connect(at("10.0.0.1", 80)));
  CHECK(some.allow_connect(at("10.0.0.1", 443)));
  address = at("10.0.0.1", 443);
  CHECK_FALSE(some.allow_listen(address));
}

TEST_CASE("a wildcard on an allowed port is narrowed to the allowed address") {
  const NetPolicy some = policy({"listen:127.0.0.1:8080"});
  SocketAddress address = at("0.0.0.0", 8080);
  REQUIRE(some.allow_listen(address));
  CHECK(address.is_at(at("127.0.0.1", 0)));
  CHECK(address.port() == 8080);
  SocketAddress six = at("::", 8080);
  CHECK_FALSE(some.allow_listen(six));
}

TEST_CASE("a rule with a wildcard means every address, one with port 0 every port") {
  const NetPolicy all = policy({"listen:0.0.0.0:0", "connect:0.0.0.0:443"});
  SocketAddress address = at("0.0.0.0", 1234);
  REQUIRE(all.allow_listen(address));
  CHECK(address.is_wildcard());
  CHECK(all.allow_connect(at("8.8.8.8", 443)));
  CHECK_FALSE(all.allow_connect(at("8.8.8.8", 53)));
}
