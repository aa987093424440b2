#include <wasmer/vm/racing.hpp>

#include <thread>
#include <vector>

#include "../catch.hpp"

using namespace wasmer;

namespace {
std::vector<std::byte> numbered() {
  std::vector<std::byte> bytes(64);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i);
  return bytes;
}
}  // namespace

TEST_CASE("racing copies are copies, overlapping or not") {
  for (const std::size_t to : {0, 1, 7, 8, 20, 40})
    for (const std::size_t from : {0, 1, 7, 8, 20, 40})
      for (const std::size_t count : {0, 1, 3, 8, 24}) {
        std::vector<std::byte> expected = numbered(), bytes = numbered();
        for (std::size_t i = 0; i < count; ++i) expected[to + i] = static_cast<std::byte>(from + i);
        vm::copy_racing(bytes.data() + to, bytes.data() + from, count);
        REQUIRE(bytes == expected);
      }
}

TEST_CASE("racing fills fill that much and no more") {
  for (const std::size_t count : {0, 1, 9, 33}) {
    std::vector<std::byte> expected = numbered(), bytes = numbered();
    for (std::size_t i = 0; i < count; ++i) expected[5 + i] = std::byte{0xFE};
    vm::fill_racing(bytes.data() + 5, std::byte{0xFE}, count);
    CHECK(bytes == expected);
  }
}

TEST_CASE("nothing may be copied from nowhere to nowhere") {
  vm::copy_racing(nullptr, nullptr, 0);
  vm::fill_racing(nullptr, std::byte{1}, 0);
}

TEST_CASE("threads that fill and copy the same bytes leave bytes of one of them") {
  std::vector<std::byte> bytes(1 << 12);
  std::thread other([&] {
    for (int i = 0; i < 200; ++i) vm::fill_racing(bytes.data(), std::byte{1}, bytes.size());
  });
  for (int i = 0; i < 200; ++i) vm::fill_racing(bytes.data(), std::byte{2}, bytes.size()), vm::copy_racing(bytes.data(), bytes.data() + 1, bytes.size() - 1);
  other.join();
  for (const std::byte byte : bytes) REQUIRE((byte == std::byte{1} || byte == std::byte{2}));
}
