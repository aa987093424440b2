#include <wasmer/support/near_code.hpp>

#include <wasmer/support/virtual_memory.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../catch.hpp"

using namespace wasmer::support;

namespace {

std::uintptr_t distance_from_here(std::uintptr_t address) {
  const auto here = reinterpret_cast<std::uintptr_t>(&near_this_code);
  return here < address ? address - here : here - address;
}

}  // namespace

TEST_CASE("places for code are within a few GiB of the program, and begin with a page, or with a large one") {
  for (int i = 0; i < 100'000; ++i) {
    const std::size_t bytes = i % 3 == 0 ? 1 : i % 3 == 1 ? 100'000 : 5'000'000;
    const std::uintptr_t place = near_this_code(bytes);
    if (distance_from_here(place) < std::uintptr_t{5} << 30 && place % (bytes > (2 << 20) ? 2 << 20 : 64 << 10) == 0) continue;
    CAPTURE(bytes, place);
    FAIL("far, or no page");
  }
}

TEST_CASE("places for code that are asked for one after the other do not overlap") {
  std::uintptr_t begin = near_this_code(3'000'000);
  unsigned overlaps = 0, turns = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::size_t bytes = i % 2 == 0 ? 70'000 : 3'000'000;
    const std::uintptr_t place = near_this_code(bytes);
    if (place > begin) ++turns;  // all have had their turn
    else overlaps += place + bytes > begin;
    begin = place;
  }
  CHECK(overlaps == 0);
  CHECK(turns <= 3);
}

TEST_CASE("for more code than would leave others room there is no place near the program") { CHECK(near_this_code(std::size_t{1} << 30) == 0); }

TEST_CASE("memory comes where it was hinted at, and elsewhere if that is taken") {
  std::vector<VirtualMemory> kept;
  unsigned near = 0;
  for (int i = 0; i < 8; ++i) {
    kept.push_back(VirtualMemory::reserve(100'000, Access::read_write, near_this_code(100'000)).value());
    near += distance_from_here(reinterpret_cast<std::uintptr_t>(kept.back().data())) < std::uintptr_t{5} << 30;
  }
  CHECK(near >= 4);
  const auto taken = reinterpret_cast<std::uintptr_t>(kept[0].data());
  const VirtualMemory other = VirtualMemory::reserve(100'000, Access::read_write, taken).value();
  CHECK(other.data() != kept[0].data());
  other.data()[99'999] = std::byte{1};
}
