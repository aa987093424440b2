#include <wasmer/vm/image.hpp>

#include "../catch.hpp"

using namespace wasmer;
using vm::Image, vm::Object;

namespace {

Object object_of(std::size_t size, std::uint8_t byte) {
  Object object;
  object.code.assign(size, std::byte{byte});
  object.functions = {{.function = byte, .begin = 0, .entry = 0, .end = static_cast<std::uint32_t>(size)}};
  return object;
}

}  // namespace

TEST_CASE("objects lie one behind the other, each at a multiple of 64") {
  Image image;
  for (const std::size_t size : {5u, 64u, 1u}) {
    Object object = object_of(size, static_cast<std::uint8_t>(size));
    REQUIRE(image.append(object).has_value());
    CHECK(object.code.size() == size);  // for its memory to be used again
  }
  CHECK(image.size() == 129);
  REQUIRE(image.parts().size() == 3);
  CHECK((image.parts()[1].begin == 64 && image.parts()[1].end == 128));
  CHECK((image.parts()[2].begin == 128 && image.parts()[2].end == 129));
  CHECK(image.parts()[2].object.functions.at(0).function == 1);
  const auto memory = std::move(image).finish().value();
  CHECK(memory.size() == support::page_size());
  CHECK((memory.data()[4] == std::byte{5} && memory.data()[5] == std::byte{0} && memory.data()[127] == std::byte{64} && memory.data()[128] == std::byte{1}));
}

TEST_CASE("an image that becomes larger than it was expected to be keeps what it has, and in the end no more memory than it needs") {
  for (const std::uint64_t expected : {std::uint64_t{0}, std::uint64_t{100}, std::uint64_t{1} << 40}) {
    Image image(expected);
    Object object = object_of(1'000'000, 7);
    for (int i = 0; i < 10; ++i) {
      object.functions.resize(1);
      REQUIRE(image.append(object).has_value());
    }
    image.link(0, 100);
    const std::size_t size = image.size();
    const auto memory = std::move(image).finish().value();
    CHECK(memory.size() == support::round_to_pages(size));
    CHECK((memory.data()[0] == std::byte{96} && memory.data()[4] == std::byte{7} && memory.data()[size - 1] == std::byte{7}));
  }
}

TEST_CASE("an image of nothing takes no memory") {
  Image image(1000);
  CHECK(image.size() == 0);
  CHECK(std::move(image).finish().value().size() == 0);
}
