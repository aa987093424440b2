#include <wasmer/support/virtual_memory.hpp>

#include <sys/mman.h>

#include "../catch.hpp"

using namespace wasmer;
using support::Access, support::VirtualMemory;

TEST_CASE("reserved pages become memory when they are made accessible, and start zeroed") {
  VirtualMemory memory = VirtualMemory::reserve(std::size_t{1} << 40).value();
  REQUIRE(memory.protect(support::page_size(), 2 * support::page_size(), Access::read_write));
  std::byte* const page = memory.data() + support::page_size();
  CHECK(page[0] == std::byte{0});
  page[2 * support::page_size() - 1] = std::byte{1};
}

TEST_CASE("pages that are discarded are zero again, and still accessible") {
  VirtualMemory memory = VirtualMemory::reserve(3 * support::page_size()).value();
  REQUIRE(memory.protect(0, 2 * support::page_size(), Access::read_write));
  std::byte* const page = memory.data() + support::page_size();
  memory.data()[0] = page[7] = std::byte{1};
  REQUIRE(memory.discard(support::page_size(), support::page_size()));
  CHECK(page[7] == std::byte{0});
  CHECK(memory.data()[0] == std::byte{1});
  page[7] = std::byte{2};
  CHECK(memory.discard(0, 0));
}

TEST_CASE("a range may be accessible from the beginning") {
  const VirtualMemory memory = VirtualMemory::reserve(support::page_size() + 1, Access::read_write).value();
  memory.data()[2 * support::page_size() - 1] = std::byte{1};
  CHECK(memory.data()[0] == std::byte{0});
}

TEST_CASE("a size is rounded up to pages") {
  CHECK(VirtualMemory::reserve(1).value().size() == support::page_size());
  CHECK(VirtualMemory::reserve(0).value().size() == 0);
}

TEST_CASE("more than there is is an error") {
  CHECK(VirtualMemory::reserve(std::size_t{1} << 60).error().id() == ErrorId::out_of_memory);
  CHECK(VirtualMemory::reserve(~std::size_t{0}).error().id() == ErrorId::out_of_memory);
}

TEST_CASE("a moved range has one owner") {
  VirtualMemory first = VirtualMemory::reserve(1).value();
  const std::byte* const data = first.data();
  VirtualMemory second = std::move(first);
  CHECK(second.data() == data);
  CHECK(first.data() == nullptr);
}

TEST_CASE("memory that is expected to be used starts zeroed all the same") {
  VirtualMemory memory = VirtualMemory::reserve(5 << 20).value();
  memory.expect_use();
  REQUIRE(memory.protect(0, memory.size(), Access::read_write));
  for (std::size_t at = 0; at < memory.size(); at += support::page_size()) REQUIRE(memory.data()[at] == std::byte{0});
  memory.data()[memory.size() - 1] = std::byte{1};
}

#if defined(MADV_POPULATE_WRITE)
TEST_CASE("memory is had for every page of which a byte will be written, and for no other") {
  const std::size_t page = support::page_size();
  auto memory = VirtualMemory::reserve(8 * page, Access::read_write).value();
  if (::madvise(memory.data() + 7 * page, page, MADV_POPULATE_WRITE) != 0) {
    WARN("this kernel has no MADV_POPULATE_WRITE: pages come when they are written");
    return;
  }
  memory.populate(2 * page - 1, page + 2);
  unsigned char present[8] = {};
  REQUIRE(::mincore(memory.data(), 8 * page, present) == 0);
  for (const std::size_t i : {1, 2, 3}) CHECK((present[i] & 1) == 1);
  for (const std::size_t i : {0, 4, 5, 6}) CHECK((present[i] & 1) == 0);
}
#endif

TEST_CASE("a range becomes larger and smaller, and keeps what lies there") {
  auto memory = VirtualMemory::reserve(3 * support::page_size(), Access::read_write).value();
  memory.data()[0] = std::byte{1}, memory.data()[3 * support::page_size() - 1] = std::byte{2};
  REQUIRE(memory.resize(1000 * support::page_size()));
  CHECK(memory.size() == 1000 * support::page_size());
  CHECK((memory.data()[0] == std::byte{1} && memory.data()[3 * support::page_size() - 1] == std::byte{2} && memory.data()[1000 * support::page_size() - 1] == std::byte{0}));
  memory.populate(support::page_size(), 500 * support::page_size());
  CHECK(memory.data()[3 * support::page_size() - 1] == std::byte{2});
  REQUIRE(memory.resize(1));
  CHECK(memory.size() == support::page_size());
  CHECK(memory.data()[0] == std::byte{1});
  CHECK_FALSE(memory.resize(~std::size_t{0}));
  REQUIRE(memory.resize(0));
  CHECK(memory.size() == 0);
}
