#include <wasmer/abi/wasi/memory_file.hpp>

#include "conformance.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

namespace {

struct OpenedInMemory {
  std::shared_ptr<MemoryTree> tree;
  MemoryFile file;
  explicit OpenedInMemory(const MemoryLimits& limits = {}, const OpenMode& mode = for_writing)
      : tree(std::make_shared<MemoryTree>(limits)), file(tree, tree->create(tree->root(), "file", Filetype::regular_file).value(), mode) {}
};

}  // namespace

TEST_CASE("a file in memory is always ready, and is no terminal") {
  const OpenedInMemory opened;
  CHECK(opened.file.pollable() == -1);
  CHECK_FALSE(opened.file.is_terminal());
  CHECK(opened.file.readable_bytes() == 0);
}

TEST_CASE("a write that has only some room is short, and one that has none is nospc") {
  const OpenedInMemory opened({.bytes = 2 * SparseBytes::page_size + 1000});
  CHECK(write(opened.file, std::string(10'000, 'x')).value() == 2 * SparseBytes::page_size);
  CHECK(errno_of(write(opened.file, "x")) == Errno::nospc);
  CHECK(errno_of(opened.file.allocate(0, 100'000)) == Errno::nospc);
  CHECK(write(opened.file, "").value() == 0);
  REQUIRE(opened.file.resize(0));
  CHECK(write_at(opened.file, "x", 0).value() == 1);
}

TEST_CASE("no file grows beyond the largest offset") {
  const OpenedInMemory opened;
  REQUIRE(opened.file.resize(SparseBytes::max_size));
  CHECK(errno_of(write_at(opened.file, "x", SparseBytes::max_size)) == Errno::fbig);
  CHECK(write_at(opened.file, "xyz", SparseBytes::max_size - 1).value() == 1);
  CHECK(opened.file.seek(0, Whence::end).value() == SparseBytes::max_size);
  CHECK(errno_of(opened.file.seek(1, Whence::cur)) == Errno::overflow);
}

TEST_CASE("a file outlives its tree's handle and its name") {
  MemoryFile file = [] {
    OpenedInMemory opened;
    REQUIRE(write(opened.file, "abc"));
    opened.tree->remove(opened.tree->root(), "file");
    return std::move(opened.file);
  }();
  CHECK(read_at(file, 9, 0).value() == "abc");
  CHECK(file.stat().value().links == 0);
}
