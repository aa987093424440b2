#include <wasmer/abi/wasi/sparse_bytes.hpp>

#include <random>
#include <string>
#include <string_view>

#include "../../catch.hpp"

using namespace wasmer::wasi;

namespace {

constexpr std::uint64_t page = SparseBytes::page_size;

std::size_t write(SparseBytes& bytes, std::uint64_t offset, std::string_view text) { return bytes.write(offset, std::as_bytes(std::span(text))); }
std::string read(const SparseBytes& bytes, std::uint64_t offset, std::size_t size) {
  std::string text(size, '?');
  text.resize(bytes.read(offset, std::as_writable_bytes(std::span(text))));
  return text;
}

struct Bytes {
  std::shared_ptr<Space> space;
  SparseBytes bytes{space};
  explicit Bytes(std::uint64_t limit = 1 << 20) : space(std::make_shared<Space>(MemoryLimits{.bytes = limit})) {}
};

}  // namespace

TEST_CASE("what was never written reads as zeros and takes no room") {
  Bytes file;
  CHECK(write(file.bytes, 10 * page + 5, "x") == 1);
  CHECK(file.bytes.size() == 10 * page + 6);
  CHECK(file.space->bytes() == page);
  CHECK(read(file.bytes, 10 * page + 3, 100) == std::string("\0\0x", 3));
  CHECK(read(file.bytes, 0, 2 * page) == std::string(2 * page, '\0'));
  file.bytes.resize(std::uint64_t{1} << 62);
  CHECK(file.space->bytes() == page);
  CHECK(read(file.bytes, (std::uint64_t{1} << 62) - 1, 9) == std::string(1, '\0'));
}

TEST_CASE("what is cut off is gone, and its room given back") {
  Bytes file;
  CHECK(write(file.bytes, 0, std::string(3 * page, 'x')) == 3 * page);
  file.bytes.resize(page + 1);
  CHECK(file.space->bytes() == 2 * page);
  file.bytes.resize(3 * page);
  CHECK(read(file.bytes, page, 3) == std::string("x\0\0", 3));
  file.bytes.resize(0);
  CHECK(file.space->bytes() == 0);
}

TEST_CASE("writing ends where there is no room left, and says how far it came") {
  Bytes file(2 * page);
  CHECK(write(file.bytes, 1, std::string(5 * page, 'x')) == 2 * page - 1);
  CHECK(file.bytes.size() == 2 * page);
  CHECK(write(file.bytes, 2 * page, "y") == 0);
  CHECK(write(file.bytes, 0, "y") == 1);
  CHECK_FALSE(file.bytes.allocate(0, 3 * page));
  CHECK_FALSE(file.bytes.allocate(0, SparseBytes::max_size));
  CHECK(file.space->bytes() == 2 * page);
}

TEST_CASE("room that was taken is there to be written to") {
  Bytes file(4 * page);
  REQUIRE(file.bytes.allocate(page / 2, 3 * page));
  CHECK(file.space->bytes() == 4 * page);
  CHECK(file.bytes.size() == page / 2 + 3 * page);
  CHECK(write(file.bytes, 0, std::string(4 * page, 'x')) == 4 * page);
}

TEST_CASE("all room is given back in the end") {
  const auto space = std::make_shared<Space>(MemoryLimits{.bytes = 100 * page, .nodes = 1});
  {
    SparseBytes bytes(space);
    CHECK(write(bytes, 0, std::string(9 * page, 'x')) == 9 * page);
  }
  CHECK(space->bytes() == 0);
  CHECK(space->take_node());
  CHECK_FALSE(space->take_node());
  space->give_node();
  CHECK_FALSE(space->take(~std::uint64_t{0}));
  CHECK(space->take(100 * page));
  CHECK_FALSE(space->take(1));
}

TEST_CASE("random writes, cuts and reads agree with a string") {
  Bytes file;
  std::string model;
  std::mt19937 random(3);
  for (int i = 0; i < 5000; ++i) {
    const std::size_t offset = random() % (8 * page), size = random() % (2 * page);
    switch (random() % 4) {
      case 0:
      case 1: {
        const std::string text(size, static_cast<char>('a' + i % 26));
        CHECK(write(file.bytes, offset, text) == size);
        if (size != 0 && model.size() < offset + size) model.resize(offset + size);
        model.replace(offset < model.size() ? offset : 0, size, text.empty() ? "" : text);
        break;
      }
      case 2:
        file.bytes.resize(offset);
        model.resize(offset);
        break;
      case 3:
        if (read(file.bytes, offset, size) != (offset < model.size() ? model.substr(offset, size) : "")) FAIL("a difference after " << i);
        break;
    }
    if (file.bytes.size() != model.size()) FAIL("another size after " << i);
  }
}
