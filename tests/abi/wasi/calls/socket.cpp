#include <wasmer/abi/wasi/calls/socket.hpp>

#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>

#include <wasmer/abi/wasi/memory_filesystem.hpp>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

TEST_CASE("a socket call on what is no socket is notsock, and on nothing badf") {
  World world;
  const auto [fd, expected] = GENERATE(std::pair{root, Errno::notsock}, std::pair{Fd{77}, Errno::badf});
  CHECK(errno_of(sock_accept(world.state, world.memory(), fd, Fdflags::none, {})) == expected);
  CHECK(errno_of(sock_recv(world.state, world.memory(), fd, {}, Riflags::none, {}, {})) == expected);
  CHECK(errno_of(sock_send(world.state, world.memory(), fd, {}, Siflags::none, {})) == expected);
  CHECK(errno_of(sock_shutdown(world.state, world.memory(), fd, Sdflags::rd)) == expected);
}

static_assert(SocketFile<HostFile> && SocketFile<MemoryFilesystem::File>);

namespace {

/// A socket of the embedder's, closed with it.
struct Socket {
  Descriptor descriptor;
  explicit Socket(int number) : descriptor(number) { REQUIRE(number >= 0); }
  int number() const { return descriptor.number(); }
};

/// A listening one on the loopback, and who connects to it.
struct Listener : Socket {
  sockaddr_in address{};
  Listener() : Socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address.sin_family = AF_INET, address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(number(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(number(), 8) == 0);
    REQUIRE(::getsockname(number(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  }
  Socket connect() const {
    Socket client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return client;
  }
};

State<FS> with(int socket) { return State<FS>::make({.in = -1, .sockets = {socket}}).value(); }

/// Calls on a guest's sockets.
struct Guest {
  World world;
  State<FS> state;
  explicit Guest(int socket) : state(with(socket)) {}

  Expected<Fd> accept(Fd fd, Fdflags flags = Fdflags::none) {
    const auto connection = world.room<Fd>();
    WASMER_CHECK(sock_accept(state, world.memory(), fd, flags, connection));
    return world.load(connection);
  }
  Expected<std::string> receive(Fd fd, std::uint32_t size, Riflags flags = Riflags::none) {
    const auto buffer = world.buffer(size);
    const auto received = world.room<Size>();
    const auto answer = world.room<Roflags>();
    WASMER_CHECK(sock_recv(state, world.memory(), fd, world.vector_of(buffer.address, size), flags, received, answer));
    return world.load(buffer, world.load(received));
  }
  Expected<Size> send(Fd fd, std::string_view text, Siflags flags = Siflags::none) {
    const auto at = world.text(text);
    const auto sent = world.room<Size>();
    WASMER_CHECK(sock_send(state, world.memory(), fd, world.vector_of(at.address, at.count), flags, sent));
    return world.load(sent);
  }
};

}  // namespace

TEST_CASE("a guest answers who connects to a socket that its embedder listens at") {
  const Listener listener;
  Guest guest(listener.number());
  const Socket client = listener.connect();
  const Fd connection = guest.accept(Fd{3}).value();
  CHECK(connection == Fd{0});  // the lowest that is free: there is no standard input
  REQUIRE(::send(client.number(), "hello", 5, 0) == 5);
  CHECK(guest.receive(connection, 3, Riflags::recv_peek).value() == "hel");
  CHECK(guest.receive(connection, 100).value() == "hello");
  CHECK(guest.send(connection, "good day").value() == 8);
  char answer[100];
  CHECK(std::string(answer, static_cast<std::size_t>(::recv(client.number(), answer, sizeof answer, 0))) == "good day");
  REQUIRE(sock_shutdown(guest.state, guest.world.memory(), connection, Sdflags::wr));
  CHECK(::recv(client.number(), answer, sizeof answer, 0) == 0);
  REQUIRE(::shutdown(client.number(), SHUT_WR) == 0);
  CHECK(guest.receive(connection, 100).value().empty());
}

TEST_CASE("waiting for all of it takes as many pieces as come, and what there is at the end") {
  const Listener listener;
  Guest guest(listener.number());
  const Socket client = listener.connect();
  const Fd connection = guest.accept(Fd{3}).value();
  std::thread sender([&] {
    for (const char* piece : {"one ", "two ", "three"}) {
      REQUIRE(::send(client.number(), piece, std::strlen(piece), 0) > 0);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ::shutdown(client.number(), SHUT_WR);
  });
  CHECK(guest.receive(connection, 8, Riflags::recv_waitall).value() == "one two ");
  CHECK(guest.receive(connection, 100, Riflags::recv_waitall).value() == "three");
  sender.join();
}

TEST_CASE("a guest that does not want to wait for a connection or for bytes need not") {
  const Listener listener;
  Guest guest(listener.number());
  REQUIRE(fd_fdstat_set_flags(guest.state, guest.world.memory(), Fd{3}, Fdflags::nonblock));
  CHECK(errno_of(guest.accept(Fd{3})) == Errno::again);
  const Socket client = listener.connect();
  const Fd connection = guest.accept(Fd{3}, Fdflags::nonblock).value();
  CHECK(errno_of(guest.receive(connection, 10)) == Errno::again);
  const std::string much(60000, 'x');
  Expected<Size> sent = Size{0};
  for (int i = 0; sent && i < 1000; ++i) sent = guest.send(connection, much);
  CHECK(errno_of(sent) == Errno::again);
}

TEST_CASE("a peer that is gone is an errno, and no signal") {
  const Listener listener;
  Guest guest(listener.number());
  const Fd connection = [&] {
    const Socket client = listener.connect();
    return guest.accept(Fd{3}).value();
  }();
  while (guest.send(connection, "x")) {}
  CHECK((errno_of(guest.send(connection, "x")) == Errno::pipe || errno_of(guest.send(connection, "x")) == Errno::connreset));
  const auto at = guest.world.text("x");
  const auto written = guest.world.room<Size>();
  CHECK(errno_of(fd_write(guest.state, guest.world.memory(), connection, guest.world.vector_of(at.address, 1), written)) == Errno::pipe);
}

TEST_CASE("socket calls with flags that are not there, or memory that is not, change nothing") {
  const Listener listener;
  Guest guest(listener.number());
  const Socket client = listener.connect();
  CHECK(errno_of(guest.accept(Fd{3}, Fdflags::append)) == Errno::inval);
  CHECK(errno_of(sock_accept(guest.state, guest.world.memory(), Fd{3}, Fdflags::none, {~0u})) == Errno::fault);
  const Fd connection = guest.accept(Fd{3}).value();
  CHECK(errno_of(guest.receive(connection, 1, Riflags{4})) == Errno::inval);
  CHECK(errno_of(guest.send(connection, "x", Siflags{1})) == Errno::inval);
  CHECK(errno_of(sock_shutdown(guest.state, guest.world.memory(), connection, Sdflags::none)) == Errno::inval);
  CHECK(errno_of(sock_shutdown(guest.state, guest.world.memory(), connection, Sdflags{4})) == Errno::inval);
  CHECK(errno_of(guest.accept(connection)) == Errno::badf);
}

TEST_CASE("a socket of the embedder's must be one") {
  CHECK(State<FS>::make({.sockets = {-1}}).error().message() == "host: invalid option: the descriptor -1 is no socket");
}

TEST_CASE("a guest whose files are in memory has the sockets that it is handed all the same") {
  const Listener listener;
  World world;
  auto state = State<MemoryFilesystem>::make({.sockets = {listener.number()}}).value();
  const Socket client = listener.connect();
  const auto connection = world.room<Fd>();
  REQUIRE(sock_accept(state, world.memory(), Fd{3}, Fdflags::none, connection));
  const auto text = world.text("hi");
  const auto sent = world.room<Size>();
  REQUIRE(sock_send(state, world.memory(), world.load(connection), world.vector_of(text.address, 2), Siflags::none, sent));
  char answer[10];
  CHECK(std::string(answer, static_cast<std::size_t>(::recv(client.number(), answer, sizeof answer, 0))) == "hi");
  REQUIRE(sock_shutdown(state, world.memory(), world.load(connection), Sdflags::all));
  CHECK(errno_of(sock_shutdown(state, world.memory(), Fd{1}, Sdflags::all)) == Errno::notsock);
}
