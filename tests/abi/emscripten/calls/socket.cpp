#include <wasmer/abi/emscripten/calls/socket.hpp>

#include <thread>

#include "../../../free_port.hpp"
#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;
using namespace wasmer::tests;

namespace {

Options with(std::initializer_list<std::string> rules) {
  Options options;
  for (const std::string& rule : rules) options.net.push_back(NetRule::parse(rule).value());
  return options;
}
/// `struct sockaddr_in`, in the guest's memory.
std::uint32_t address(EmWorld& world, std::uint32_t four, std::uint16_t port) {
  return world.put(std::array<std::uint32_t, 4>{AF_INET | std::uint32_t{htons(port)} << 16, htonl(four), 0, 0});
}
constexpr std::uint32_t loopback = INADDR_LOOPBACK;

Fd made(EmWorld& world) { return static_cast<Fd>(emscripten::socket(world.state, world.guest(), AF_INET, SOCK_STREAM, 0).value()); }

}  // namespace

TEST_CASE("without a rule there is no socket at all") {
  EmWorld world;
  CHECK(error_of(emscripten::socket(world.state, world.guest(), AF_INET, SOCK_STREAM, 0)) == Errno::acces);
}

TEST_CASE("only what is allowed may be listened at and connected to") {
  const std::uint16_t port = free_port();
  EmWorld world(with({"listen:127.0.0.1:" + std::to_string(port)}));
  const Fd fd = made(world);
  CHECK(error_of(emscripten::bind(world.state, world.guest(), fd, address(world, loopback, static_cast<std::uint16_t>(port ^ 1)), 16)) == Errno::acces);
  CHECK(error_of(emscripten::connect(world.state, world.guest(), fd, address(world, loopback, port), 16)) == Errno::acces);
  CHECK(error_of(emscripten::listen(world.state, world.guest(), fd, 5)) == Errno::acces);
  CHECK(error_of(emscripten::sendto(world.state, world.guest(), fd, {64, 1}, 0, address(world, loopback, 53), 16)) == Errno::acces);
  CHECK(error_of(emscripten::bind(world.state, world.guest(), Fd{1}, address(world, loopback, port), 16)) == Errno::notsock);
  CHECK(error_of(emscripten::bind(world.state, world.guest(), fd, 0xFFFF'FFF0, 16)) == Errno::fault);
  CHECK(error_of(emscripten::bind(world.state, world.guest(), fd, address(world, loopback, port), 8)) == Errno::inval);
  CHECK(error_of(emscripten::socket(world.state, world.guest(), AF_UNIX, SOCK_STREAM, 0)) == Errno::afnosupport);
}

TEST_CASE("a wildcard is narrowed, and a connection carries bytes both ways") {
  const std::uint16_t port = free_port();
  EmWorld world(with({"listen:127.0.0.1:" + std::to_string(port), "connect:127.0.0.1:" + std::to_string(port)}));
  const Fd server = made(world), client = made(world);
  REQUIRE(emscripten::bind(world.state, world.guest(), server, address(world, INADDR_ANY, port), 16).value() == 0);
  REQUIRE(emscripten::listen(world.state, world.guest(), server, 5).value() == 0);
  const std::uint32_t where = world.take(16), size = world.put(std::uint32_t{16});
  REQUIRE(socket_name<&::getsockname>(world.state, world.guest(), server, where, size).value() == 0);
  CHECK(world.load<std::uint32_t>(where + 4) == htonl(loopback));
  REQUIRE(emscripten::connect(world.state, world.guest(), client, address(world, loopback, port), 16).value() == 0);
  const Fd connection = static_cast<Fd>(emscripten::accept(world.state, world.guest(), server, where, size).value());
  const GuestBytes text{world.text("hello").address, 5}, room{world.take(16), 16};
  CHECK(emscripten::send(world.state, world.guest(), client, text, 0).value() == 5);
  const std::uint32_t polled = world.put(std::array<std::uint32_t, 2>{static_cast<std::uint32_t>(connection), POLLIN});
  CHECK(emscripten::poll(world.state, world.guest(), polled, 1, 1000).value() == 1);
  CHECK(emscripten::recv(world.state, world.guest(), connection, room, MSG_PEEK).value() == 5);
  CHECK(emscripten::read(world.state, world.guest(), connection, room).value() == 5);
  CHECK(world.bytes_at(room.address, 5) == "hello");
  CHECK(emscripten::write(world.state, world.guest(), connection, text).value() == 5);
  CHECK(emscripten::shutdown(world.state, world.guest(), connection, 1).value() == 0);
  CHECK(emscripten::recv(world.state, world.guest(), client, room, 0).value() == 5);
  CHECK(emscripten::recv(world.state, world.guest(), client, room, 0).value() == 0);
  const std::uint32_t on = world.put(std::int32_t{1});
  CHECK(emscripten::setsockopt(world.state, world.guest(), client, IPPROTO_TCP, TCP_NODELAY, {on, 4}).value() == 0);
  CHECK(error_of(emscripten::setsockopt(world.state, world.guest(), client, SOL_SOCKET, SO_BINDTODEVICE, {on, 4})) == Errno::noprotoopt);
  CHECK(emscripten::getsockopt(world.state, world.guest(), client, SOL_SOCKET, SO_ERROR, on, size).value() == 0);
  CHECK(world.load<std::int32_t>(on) == 0);
}

TEST_CASE("closing a socket never waits, whatever it is to linger for") {
  EmWorld world(with({"connect:127.0.0.1:1"}));
  const Fd fd = made(world);
  const std::uint32_t size = world.put(std::uint32_t{8}), linger = world.put(std::array<std::int32_t, 2>{1, 60});
  CHECK(emscripten::setsockopt(world.state, world.guest(), fd, SOL_SOCKET, SO_LINGER, {linger, 8}).value() == 0);
  CHECK(emscripten::getsockopt(world.state, world.guest(), fd, SOL_SOCKET, SO_LINGER, linger, size).value() == 0);
  CHECK(world.load<std::array<std::int32_t, 2>>(linger) == std::array<std::int32_t, 2>{0, 0});
  const std::uint32_t at_once = world.put(std::array<std::int32_t, 2>{1, 0});
  CHECK(emscripten::setsockopt(world.state, world.guest(), fd, SOL_SOCKET, SO_LINGER, {at_once, 8}).value() == 0);
  CHECK(emscripten::getsockopt(world.state, world.guest(), fd, SOL_SOCKET, SO_LINGER, linger, size).value() == 0);
  CHECK(world.load<std::array<std::int32_t, 2>>(linger) == std::array<std::int32_t, 2>{1, 0});
}

TEST_CASE("one call does for all of i386's") {
  const std::uint16_t port = free_port();
  EmWorld world(with({"listen:127.0.0.1:" + std::to_string(port)}), false, true);
  const std::uint32_t words = world.put(std::array<std::uint32_t, 6>{AF_INET, SOCK_STREAM, 0, 0, 0, 0});
  const std::int32_t fd = socketcall(world.state, world.guest(), 1, words).value();
  const std::uint32_t bind = world.put(std::array<std::uint32_t, 6>{static_cast<std::uint32_t>(fd), address(world, loopback, port), 16, 0, 0, 0});
  CHECK(socketcall(world.state, world.guest(), 2, bind).value() == 0);
  CHECK(socketcall(world.state, world.guest(), 4, bind).value() == 0);
  CHECK(error_of(socketcall(world.state, world.guest(), 99, words)) == Errno::inval);
  CHECK(error_of(socketcall(world.state, world.guest(), 1, 0xFFFF'FFFC)) == Errno::fault);
}

TEST_CASE("poll and select tell what is ready, what is not open, and when the time is over") {
  EmWorld world;
  const std::uint32_t ends = world.take(8);
  REQUIRE(emscripten::pipe(world.state, world.guest(), {ends}).value() == 0);
  const auto reading = world.load<std::uint32_t>(ends), writing = world.load<std::uint32_t>(ends + 4);
  const std::uint32_t polled = world.put(std::array<std::uint32_t, 6>{reading, POLLIN, writing, POLLOUT, 99, POLLIN});
  CHECK(emscripten::poll(world.state, world.guest(), polled, 3, -1).value() == 2);
  CHECK(world.load<std::uint16_t>(polled + 6) == 0);
  CHECK(world.load<std::uint16_t>(polled + 14) == POLLOUT);
  CHECK(world.load<std::uint16_t>(polled + 22) == POLLNVAL);
  CHECK(emscripten::poll(world.state, world.guest(), polled, 1, 10).value() == 0);
  CHECK(error_of(emscripten::poll(world.state, world.guest(), 0xFFFF'FFF0, 9, 0)) == Errno::fault);
  const std::uint32_t reads = world.put(std::uint32_t{1u << reading}), writes = world.put(std::uint32_t{1u << writing});
  CHECK(emscripten::select(world.state, world.guest(), 16, reads, writes, 0, 0).value() == 1);
  CHECK(world.load<std::uint32_t>(reads) == 0);
  CHECK(world.load<std::uint32_t>(writes) == 1u << writing);
  CHECK(error_of(emscripten::select(world.state, world.guest(), 5000, reads, 0, 0, 0)) == Errno::inval);
}

TEST_CASE("names are numbers") {
  EmWorld world;
  const std::uint32_t out = world.take(4);
  CHECK(getaddrinfo(world.state, world.guest(), world.text("127.0.0.1"), world.text("80"), {0}, {out}).value() == 0);
  const auto info = world.load<std::uint32_t>(out);
  CHECK(world.load<std::uint32_t>(info + 4) == AF_INET);
  const auto where = world.load<std::uint32_t>(info + 20);
  CHECK(world.load<std::uint16_t>(where + 2) == htons(80));
  CHECK(world.load<std::uint32_t>(where + 4) == htonl(loopback));
  CHECK(getaddrinfo(world.state, world.guest(), world.text("example.org"), world.text("80"), {0}, {out}).value() == -2);
  CHECK(getaddrinfo(world.state, world.guest(), world.text("127.0.0.1"), world.text("http"), {0}, {out}).value() == -8);
  const std::uint32_t node = world.take(32);
  CHECK(getnameinfo(world.state, world.guest(), where, 16, node, 32, 0, 0, 0) == 0);
  CHECK(world.string_at(node) == "127.0.0.1");
}
