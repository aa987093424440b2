#include <wasmer/abi/wasi/calls/socket.hpp>

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
