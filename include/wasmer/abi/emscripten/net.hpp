#pragma once
/// \file
/// What a program may do with the network: nothing but what its embedder has listed.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <wasmer/error.hpp>

namespace wasmer::emscripten {

/// An address of a socket, as the host's calls take it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* host() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* host() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sa_family_t family() const { return storage.ss_family; }
  std::uint16_t port() const { return ntohs(family() == AF_INET6 ? six().sin6_port : four().sin_port); }
  const sockaddr_in& four() const { return reinterpret_cast<const sockaddr_in&>(storage); }
  const sockaddr_in6& six() const { return reinterpret_cast<const sockaddr_in6&>(storage); }

  static SocketAddress of(const in_addr& address, std::uint16_t port) {
    SocketAddress made;
    auto& four = reinterpret_cast<sockaddr_in&>(made.storage);
    four.sin_family = AF_INET, four.sin_port = htons(port), four.sin_addr = address;
    made.size = sizeof(sockaddr_in);
    return made;
  }
  static SocketAddress of(const in6_addr& address, std::uint16_t port) {
    SocketAddress made;
    auto& six = reinterpret_cast<sockaddr_in6&>(made.storage);
    six.sin6_family = AF_INET6, six.sin6_port = htons(port), six.sin6_addr = address;
    made.size = sizeof(sockaddr_in6);
    return made;
  }

  /// Whether it is that of all of the machine's interfaces.
  bool is_wildcard() const {
    if (family() == AF_INET) return four().sin_addr.s_addr == htonl(INADDR_ANY);
    return family() == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&six().sin6_addr);
  }
  /// Whether both have the same address, whatever their ports.
  bool is_at(const SocketAddress& other) const {
    if (family() != other.family()) return false;
    if (family() == AF_INET) return four().sin_addr.s_addr == other.four().sin_addr.s_addr;
    return family() == AF_INET6 && std::memcmp(&six().sin6_addr, &other.six().sin6_addr, sizeof(in6_addr)) == 0;
  }
};

/// One thing that a program may do: listen at an address, or connect to one. Port 0 stands for every port.
struct NetRule {
  enum class What : std::uint8_t { listen, connect } what = What::listen;
  SocketAddress address;

  /// Of `listen:ADDRESS:PORT` or `connect:ADDRESS:PORT`, the address a number, in brackets if it is IPv6's; invalid_option, and why, of anything else.
  static Result<NetRule> parse(std::string_view text) {
    const auto refuse = [&](std::string_view why) {
      return Error(ErrorId::invalid_option, Error::no_offset, "`" + std::string(text) + "` is not listen:ADDRESS:PORT or connect:ADDRESS:PORT: " + std::string(why));
    };
    const std::size_t first = text.find(':'), last = text.rfind(':');
    if (first == std::string_view::npos || first == last) return refuse("an address and a port are missing");
    const std::string_view what = text.substr(0, first);
    if (what != "listen" && what != "connect") return refuse("it says neither listen nor connect");
    std::string_view address = text.substr(first + 1, last - first - 1), number = text.substr(last + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), port);
    if (error != std::errc() || end != number.data() + number.size()) return refuse("the port is no number of 16 bits");
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    const std::string terminated(address);
    NetRule rule;
    rule.what = what == "listen" ? What::listen : What::connect;
    if (in_addr four; ::inet_pton(AF_INET, terminated.c_str(), &four) == 1) rule.address = SocketAddress::of(four, port);
    else if (in6_addr six; ::inet_pton(AF_INET6, terminated.c_str(), &six) == 1) rule.address = SocketAddress::of(six, port);
    else return refuse("the address is no number such as 127.0.0.1 or [::1]");
    return rule;
  }
};

/// All that a program may do.
class NetPolicy {
 public:
  NetPolicy() = default;
  explicit NetPolicy(std::vector<NetRule> rules) : rules_(std::move(rules)) {}

  bool empty() const { return rules_.empty(); }

  /// Whether the program may listen at `address`. A wildcard is narrowed to the address that its port is allowed at.
  bool allow_listen(SocketAddress& address) const {
    for (const NetRule& rule : rules_) {
      if (rule.what != NetRule::What::listen || !fits(rule, address)) continue;
      if (rule.address.is_at(address) || rule.address.is_wildcard()) return true;
      if (!address.is_wildcard()) continue;
      const std::uint16_t port = address.port();
      address = address.family() == AF_INET ? SocketAddress::of(rule.address.four().sin_addr, port) : SocketAddress::of(rule.address.six().sin6_addr, port);
      return true;
    }
    return false;
  }

  /// Whether it may connect, or send, to `address`. A rule with a wildcard means every address.
  bool allow_connect(const SocketAddress& address) const {
    return std::ranges::any_of(rules_, [&](const NetRule& rule) {
      return rule.what == NetRule::What::connect && fits(rule, address) && (rule.address.is_at(address) || rule.address.is_wildcard());
    });
  }

 private:
  static bool fits(const NetRule& rule, const SocketAddress& address) {
    return rule.address.family() == address.family() && (rule.address.port() == 0 || rule.address.port() == address.port());
  }

  std::vector<NetRule> rules_;
};

}  // namespace wasmer::emscripten
