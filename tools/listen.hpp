#pragma once
/// \file
/// Sockets that the command opens for a guest.

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <wasmer/abi/wasi/descriptor.hpp>
#include <wasmer/error.hpp>

namespace wasmer::tools {

/// A socket that listens at `ADDRESS:PORT`, an IPv6 address in brackets; invalid_option, and why, if there cannot be one.
inline Result<wasi::Descriptor> listen_at(std::string_view place) {
  const auto refuse = [&](std::string_view why) { return Error(ErrorId::invalid_option, Error::no_offset, "cannot listen at " + std::string(place) + ": " + std::string(why)); };
  const std::size_t colon = place.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == place.size()) return refuse("that is not ADDRESS:PORT");
  std::string_view address = place.substr(0, colon);
  if (address.front() == '[' && address.back() == ']') address = address.substr(1, address.size() - 2);

  addrinfo wanted{}, *found = nullptr;
  wanted.ai_socktype = SOCK_STREAM, wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  if (const int error = ::getaddrinfo(std::string(address).c_str(), std::string(place.substr(colon + 1)).c_str(), &wanted, &found); error != 0)
    return refuse(::gai_strerror(error));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, &::freeaddrinfo);
  wasi::Descriptor socket(::socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, found->ai_protocol));
  constexpr int yes = 1;
  const bool listens = socket && ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                       ::bind(socket.number(), found->ai_addr, found->ai_addrlen) == 0 && ::listen(socket.number(), SOMAXCONN) == 0;
  if (!listens) return refuse(std::strerror(errno));
  return socket;
}

}  // namespace wasmer::tools
