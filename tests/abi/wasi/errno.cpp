#include <wasmer/abi/wasi/errno.hpp>

#include <cerrno>
#include <cstring>

#include "world.hpp"

using namespace wasmer::wasi;

namespace {

static_assert(static_cast<int>(Errno::badf) == 8 && static_cast<int>(Errno::inval) == 28 && static_cast<int>(Errno::noent) == 44);
static_assert(static_cast<int>(Errno::perm) == 63 && static_cast<int>(Errno::xdev) == 75 && static_cast<int>(Errno::notcapable) == 76);
static_assert(to_string(Errno::nametoolong) == "nametoolong" && to_string(static_cast<Errno>(77)) == "unknown");
static_assert(to_errno(ENOENT) == Errno::noent && to_errno(EWOULDBLOCK) == Errno::again && to_errno(EOPNOTSUPP) == Errno::notsup);

}  // namespace

TEST_CASE("every errno that has a counterpart on the host comes back as itself") {
  CHECK(to_errno(EPERM) == Errno::perm);
  CHECK(to_errno(ENOTEMPTY) == Errno::notempty);
  CHECK(to_errno(EDQUOT) == Errno::dquot);
  int known = 0;
  for (int host = 1; host < 134; ++host) known += to_errno(host) != Errno::io || host == EIO;
  CHECK(known == 75);
}

TEST_CASE("an errno that WASI does not have becomes io") {
  CHECK(to_errno(ENOTBLK) == Errno::io);
  CHECK(to_errno(0) == Errno::io);
  CHECK(to_errno(-1) == Errno::io);
}

TEST_CASE("an errno is described in the host's words, or by its name where the host has none") {
  CHECK(description(Errno::noent) == std::strerror(ENOENT));
  CHECK(description(Errno::notcapable) == "notcapable");
  CHECK(description(static_cast<Errno>(77)) == "unknown");
}

TEST_CASE("a system call that a signal interrupts is made again") {
  int calls = 0;
  const int value = retried([&] {
    errno = EINTR;
    return ++calls < 3 ? -1 : 7;
  });
  CHECK(value == 7);
  CHECK(calls == 3);
}
