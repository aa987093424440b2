#include <wasmer/vm/view.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <ranges>
#include <vector>

#include "../catch.hpp"

using namespace wasmer;

static_assert(std::random_access_iterator<View<float>::Iterator>);
static_assert(GuestValue<double> && GuestValue<std::array<std::uint16_t, 3>> && !GuestValue<bool> && !GuestValue<int*>);
struct Padded { std::uint8_t tag; std::uint32_t value; };
static_assert(!GuestValue<Padded>, "its padding would carry the host's bytes to the guest");

namespace {
struct Bytes {
  alignas(8) std::array<std::byte, 23> all{};
  Bytes() {
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::byte>(i);
  }
};
}  // namespace

TEST_CASE("a view holds as many values as the bytes hold whole, wherever they begin") {
  Bytes bytes;
  CHECK(View<std::uint32_t>(bytes.all).size() == 5);
  CHECK(View<std::uint32_t>(bytes.all).get(4) == 0x13121110u);
  CHECK_FALSE(View<std::uint32_t>(bytes.all).get(5));
  const auto odd = View<std::uint32_t>::of(bytes.all, 3, 5).value();
  CHECK(odd.get(0) == 0x06050403u);
  CHECK(odd.get(4) == 0x16151413u);
  CHECK(View<std::uint64_t>().empty());
  CHECK(View<std::uint64_t>(std::span(bytes.all).first(7)).empty());
}

TEST_CASE("a view of what a memory does not hold fails, however large the numbers") {
  Bytes bytes;
  CHECK(View<std::uint16_t>::of(bytes.all, 23, 0).value().empty());
  constexpr std::uint64_t most = ~std::uint64_t{0};
  for (const auto& [address, count] : {std::pair<std::uint64_t, std::uint64_t>{24, 0}, {22, 1}, {0, 12}, {1, most / 2 + 1}, {most, 1}, {most - 1, most}, {8, most}}) {
    const auto failed = View<std::uint16_t>::of(bytes.all, address, count);
    REQUIRE(failed.has_error());
    CHECK(failed.error().id() == ErrorId::out_of_bounds_memory_access);
  }
  CHECK(View<std::uint16_t>::of(bytes.all, 22, 1).error().message() == "trap: out of bounds memory access: 1 x 2 bytes at 22, of 23");
}

TEST_CASE("a view sets what lies in it, and nothing else") {
  Bytes bytes;
  const auto view = View<std::uint16_t>::of(bytes.all, 1, 2).value();
  REQUIRE(view.set(1, 0xBEEF));
  CHECK_FALSE(view.set(2, 1));
  CHECK_FALSE(view.set(~std::size_t{0}, 1));
  CHECK(bytes.all[2] == std::byte{2});
  CHECK(bytes.all[3] == std::byte{0xEF});
  CHECK(bytes.all[4] == std::byte{0xBE});
  CHECK(bytes.all[5] == std::byte{5});
}

TEST_CASE("a view is a range: algorithms read it in any order") {
  Bytes bytes;
  const auto view = View<std::uint16_t>::of(bytes.all, 1, 4).value();
  CHECK(std::vector<std::uint16_t>(view.begin(), view.end()) == std::vector<std::uint16_t>{0x0201, 0x0403, 0x0605, 0x0807});
  CHECK(std::ranges::lower_bound(view, 0x0500) - view.begin() == 2);
  CHECK(*std::ranges::max_element(view) == 0x0807);
  auto at = view.end();
  CHECK(*--at == 0x0807);
  CHECK(at-- - view.begin() == 3);
  CHECK(at[-1] == 0x0403);
  CHECK(*(1 + view.begin()) == *(view.end() - 3));
  CHECK(view.begin() < at);
}

TEST_CASE("many values are copied at once, all or none") {
  Bytes bytes;
  const auto view = View<std::uint32_t>::of(bytes.all, 2, 3).value();
  std::array<std::uint32_t, 3> three{};
  REQUIRE(view.copy_to(three));
  CHECK(three[2] == 0x0D0C0B0A);
  std::array<std::uint32_t, 4> four{1, 2, 3, 4};
  CHECK_FALSE(view.copy_to(four));
  CHECK_FALSE(view.copy_from(four));
  CHECK((four == std::array<std::uint32_t, 4>{1, 2, 3, 4} && bytes.all[2] == std::byte{2}));
  REQUIRE(view.copy_from(std::span(four).first(2)));
  CHECK((view.get(0) == 1u && view.get(1) == 2u && view.get(2) == 0x0D0C0B0Au));
  CHECK(view.copy_to({}));
  CHECK(view.copy_from({}));
}

TEST_CASE("a part of a view lies in it") {
  Bytes bytes;
  const View<std::uint32_t> view(bytes.all);
  CHECK(view.part(1, 2)->get(0) == 0x07060504u);
  CHECK(view.part(1, 2)->size() == 2);
  CHECK(view.part(5, 0)->empty());
  CHECK_FALSE(view.part(6, 0));
  CHECK_FALSE(view.part(1, 5));
  CHECK_FALSE(view.part(1, ~std::size_t{0}));
}

TEST_CASE("atomic access is for aligned places alone") {
  Bytes bytes;
  const View<std::uint32_t> aligned(bytes.all);
  aligned.atomic(1)->fetch_add(1);
  CHECK(aligned.get(1) == 0x07060505u);
  CHECK_FALSE(aligned.atomic(5));
  CHECK_FALSE(View<std::uint32_t>::of(bytes.all, 2, 1).value().atomic(0));
}
