#include <wasmer/abi/wasi/descriptor.hpp>

#include <cerrno>
#include <type_traits>

#include <fcntl.h>

#include "../../catch.hpp"

using wasmer::wasi::Descriptor;

static_assert(std::is_nothrow_move_constructible_v<Descriptor> && std::is_nothrow_move_assignable_v<Descriptor>);
static_assert(!std::is_copy_constructible_v<Descriptor> && !std::is_copy_assignable_v<Descriptor>, "a copy would close the number twice");
static_assert(!std::is_convertible_v<int, Descriptor>, "a number does not come to be owned by accident");

namespace {

int opened() {
  const int number = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  REQUIRE(number >= 0);
  return number;
}
bool is_open(int number) { return ::fcntl(number, F_GETFD) != -1; }

}  // namespace

TEST_CASE("a descriptor that is owned is closed with its owner") {
  const int number = opened();
  {
    const Descriptor owner(number);
    CHECK(owner);
    CHECK(owner.owned());
    CHECK(owner.number() == number);
    CHECK(is_open(number));
  }
  CHECK_FALSE(is_open(number));
}

TEST_CASE("a descriptor that is borrowed stays open") {
  const int number = opened();
  {
    const Descriptor user = Descriptor::borrowed(number);
    CHECK(user);
    CHECK_FALSE(user.owned());
    CHECK(user.number() == number);
  }
  CHECK(is_open(number));
  ::close(number);
}

TEST_CASE("no descriptor is none, and neither is a failed call's") {
  CHECK_FALSE(Descriptor());
  CHECK(Descriptor().number() == -1);
  CHECK_FALSE(Descriptor(::open("/no/such/file", O_RDONLY)));
}

TEST_CASE("a descriptor that moves is closed once, by the one that has it last") {
  const int number = opened();
  {
    Descriptor last;
    {
      Descriptor first(number);
      Descriptor second(std::move(first));
      CHECK_FALSE(first);
      CHECK(second.number() == number);
      last = std::move(second);
    }
    CHECK(is_open(number));
    CHECK(last.number() == number);
  }
  CHECK_FALSE(is_open(number));
}

TEST_CASE("a borrowed descriptor is borrowed still when it has moved") {
  const int number = opened();
  {
    Descriptor from = Descriptor::borrowed(number);
    Descriptor constructed(std::move(from));
    CHECK_FALSE(constructed.owned());
    Descriptor assigned(opened());
    assigned = std::move(constructed);
    CHECK_FALSE(assigned.owned());
  }
  CHECK(is_open(number));
  ::close(number);
}

TEST_CASE("what a descriptor held before an assignment is closed too") {
  const int before = opened(), after = opened();
  {
    Descriptor owner(before);
    owner = Descriptor(after);
    CHECK(owner.number() == after);
    CHECK_FALSE(is_open(before));
    CHECK(is_open(after));
  }
  CHECK_FALSE(is_open(after));
}

TEST_CASE("who closes a descriptor is told what fails, and a borrowed one stays open") {
  const int number = opened();
  Descriptor owner(number);
  CHECK(owner.close() == 0);
  CHECK_FALSE(owner);
  CHECK_FALSE(is_open(number));
  CHECK(owner.close() == 0);
  Descriptor nothing(1 << 20);
  CHECK(nothing.close() == -1);
  CHECK(errno == EBADF);
  const Descriptor other(opened());
  Descriptor borrowed = Descriptor::borrowed(other.number());
  CHECK(borrowed.close() == 0);
  CHECK(is_open(other.number()));
}
