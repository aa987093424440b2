#include <wasmer/abi/guest.hpp>

#include <array>
#include <cstdint>
#include <limits>

#include "../catch.hpp"

using namespace wasmer;

namespace {

struct Padded {
  std::uint8_t small;
  std::uint32_t large;
};
struct Packed {
  std::uint16_t a, b;
};

static_assert(GuestValue<std::uint32_t> && GuestValue<double> && GuestValue<Packed>);
static_assert(!GuestValue<Padded>, "padding would carry host memory to the guest");
static_assert(!GuestValue<int*> && !GuestValue<bool>);
static_assert(GuestSpan<std::uint64_t>{0, 0xFFFF'FFFF}.size_bytes() == 0x7'FFFF'FFF8, "no 32-bit count overflows");

}  // namespace

TEST_CASE("guest memory gives back what was stored, at any alignment") {
  std::array<std::byte, 16> bytes{};
  const GuestMemory memory(bytes);
  REQUIRE(memory.store(GuestPointer<std::uint32_t>{3}, 0x01020304));
  CHECK(memory.load(GuestPointer<std::uint32_t>{3}) == 0x01020304u);
  CHECK(bytes[3] == std::byte{4});
}

TEST_CASE("guest memory ends with its last byte") {
  std::array<std::byte, 16> bytes{};
  const GuestMemory memory(bytes);
  CHECK(memory.load(GuestPointer<std::uint64_t>{8}).has_value());
  CHECK_FALSE(memory.load(GuestPointer<std::uint64_t>{9}).has_value());
  CHECK_FALSE(memory.store(GuestPointer<std::uint32_t>{13}, 1));
  CHECK_FALSE(memory.holds(GuestPointer<std::uint8_t>{16}));
  CHECK(memory.bytes(16, 0).has_value());
  CHECK_FALSE(memory.bytes(17, 0).has_value());
}

TEST_CASE("no address and length wrap around the end of guest memory") {
  std::array<std::byte, 16> bytes{};
  const GuestMemory memory(bytes);
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  CHECK_FALSE(memory.load(GuestPointer<std::uint32_t>{most}).has_value());
  CHECK_FALSE(memory.bytes(GuestBytes{most, 2}).has_value());
  CHECK_FALSE(memory.bytes(GuestSpan<std::uint64_t>{8, most}).has_value());
  CHECK_FALSE(memory.bytes(std::numeric_limits<std::uint64_t>::max(), 2).has_value());
  CHECK_FALSE(memory.bytes(2, std::numeric_limits<std::uint64_t>::max()).has_value());
}

TEST_CASE("an empty guest memory holds nothing but the empty range") {
  const GuestMemory memory({});
  CHECK(memory.text(GuestText{0, 0}) == "");
  CHECK_FALSE(memory.text(GuestText{0, 1}).has_value());
}
