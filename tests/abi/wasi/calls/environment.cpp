#include <wasmer/abi/wasi/calls/environment.hpp>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

namespace {

State<FS> with_strings() {
  Options<FS> options;
  options.args = {"prog.wasm", "", "two words"};
  options.env = {"A=b", "C="};
  return State<FS>::make(options).value();
}

}  // namespace

TEST_CASE("arguments come as addresses of terminated strings") {
  auto state = with_strings();
  std::vector<std::byte> bytes(256);
  const GuestMemory memory(bytes);
  REQUIRE(args_sizes_get(state, memory, {0}, {4}));
  CHECK(memory.load(GuestPointer<Size>{0}) == 3u);
  CHECK(memory.load(GuestPointer<Size>{4}) == 21u);

  REQUIRE(args_get(state, memory, {16}, {101}));
  CHECK(memory.load(GuestPointer<std::uint32_t>{16}) == 101u);
  CHECK(memory.load(GuestPointer<std::uint32_t>{20}) == 111u);
  CHECK(memory.load(GuestPointer<std::uint32_t>{24}) == 112u);
  CHECK(memory.text({101, 21}) == std::string_view("prog.wasm\0\0two words\0", 21));
}

TEST_CASE("the environment comes as NAME=value") {
  auto state = with_strings();
  std::vector<std::byte> bytes(64);
  const GuestMemory memory(bytes);
  REQUIRE(environ_sizes_get(state, memory, {0}, {4}));
  CHECK(memory.load(GuestPointer<Size>{0}) == 2u);
  CHECK(memory.load(GuestPointer<Size>{4}) == 7u);
  REQUIRE(environ_get(state, memory, {8}, {57}));
  CHECK(memory.text({57, 7}) == std::string_view("A=b\0C=\0", 7));
}

TEST_CASE("without arguments there are none, and nothing is written") {
  auto state = State<FS>::make({}).value();
  std::vector<std::byte> bytes(8, std::byte{7});
  const GuestMemory memory(bytes);
  REQUIRE(args_get(state, memory, {8}, {8}));
  CHECK(bytes == std::vector<std::byte>(8, std::byte{7}));
}

TEST_CASE("strings that do not fit in the guest's memory are fault") {
  auto state = with_strings();
  std::vector<std::byte> bytes(64);
  const GuestMemory memory(bytes);
  CHECK(errno_of(args_get(state, memory, {0}, {44})) == Errno::fault);
  CHECK(errno_of(args_get(state, memory, {56}, {0})) == Errno::fault);
  CHECK(errno_of(args_get(state, memory, {0xFFFF'FFFF}, {0})) == Errno::fault);
  CHECK(errno_of(args_sizes_get(state, memory, {61}, {0})) == Errno::fault);
  CHECK(errno_of(args_sizes_get(state, memory, {0}, {64})) == Errno::fault);
}
