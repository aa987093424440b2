#include <wasmer/abi/emscripten/calls/memory.hpp>

#include <wasmer/abi/emscripten/calls/path.hpp>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;
using namespace wasmer::tests;

TEST_CASE("the heap grows as far as the memory may") {
  EmWorld world;
  CHECK(emscripten::heap_size(world.state, world.guest()) == 4 * 65536);
  CHECK(emscripten::heap_max(world.state, world.guest()) == 8 * 65536);
  CHECK(emscripten::resize_heap(world.state, world.guest(), 5 * 65536 + 1) == 1);
  CHECK(emscripten::heap_size(world.state, world.guest()) >= 6 * 65536);
  CHECK(emscripten::resize_heap(world.state, world.guest(), 1) == 1);
  CHECK(emscripten::resize_heap(world.state, world.guest(), 9 * 65536) == 0);
  CHECK(emscripten::resize_heap(world.state, world.guest(), 0xFFFF'FFFF) == 0);
}

TEST_CASE("copying outside of the memory is a trap") {
  EmWorld world;
  const std::uint32_t from = world.text("abcdef").address;
  CHECK(emscripten::copy_big(world.state, world.guest(), from + 1, from, 5).value() == from + 1);
  CHECK(world.string_at(from) == "aabcde");
  CHECK(emscripten::copy_big(world.state, world.guest(), 0xFFFF'0000, from, 5).error().id() == ErrorId::out_of_bounds_memory_access);
  CHECK(emscripten::copy_big(world.state, world.guest(), from, 0xFFFF'FFFF, 5).error().id() == ErrorId::out_of_bounds_memory_access);
}

TEST_CASE("a file is mapped as a copy, and what is shared goes back") {
  EmWorld world;
  std::ofstream(world.inside / "file") << "some text";
  const Fd fd = static_cast<Fd>(emscripten::open(world.state, world.guest(), world.text("/inside/file"), O_RDWR, 0).value());
  for (const bool shared : {false, true}) {
    const auto where = static_cast<std::uint32_t>(emscripten::mmap2(world.state, world.guest(), 0, 9, 3, shared ? MAP_SHARED : MAP_PRIVATE, fd, 0).value().value());
    CHECK(world.bytes_at(where, 9) == "some text");
    (void)world.guest().store(GuestPointer<char>{where}, 'S');
    CHECK(emscripten::munmap(world.state, world.guest(), where, 9).value().value() == 0);
    CHECK(read_file(world.inside / "file") == (shared ? "Some text" : "some text"));
    CHECK(error_of(emscripten::munmap(world.state, world.guest(), where, 9).value()) == Errno::inval);
  }
  CHECK(error_of(emscripten::mmap2(world.state, world.guest(), 0, 9, 3, MAP_PRIVATE, Fd{99}, 0).value()) == Errno::badf);
  CHECK(error_of(emscripten::mmap2(world.state, world.guest(), 0, 0, 3, MAP_PRIVATE, fd, 0).value()) == Errno::inval);
}

TEST_CASE("memory of nothing is zero") {
  EmWorld world;
  const auto where = static_cast<std::uint32_t>(emscripten::mmap2(world.state, world.guest(), 0, 100, 3, MAP_PRIVATE | MAP_ANONYMOUS, Fd{0xFFFF'FFFF}, 0).value().value());
  CHECK(where % 65536 == 0);
  CHECK(world.bytes_at(where, 100) == std::string(100, '\0'));
}
