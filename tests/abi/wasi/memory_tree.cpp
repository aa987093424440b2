#include <wasmer/abi/wasi/memory_tree.hpp>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

TEST_CASE("a node takes room, and gives it back with its last name") {
  MemoryTree tree({});
  const auto file = tree.create(tree.root(), "name", Filetype::regular_file).value();
  CHECK(file->links == 1);
  CHECK(tree.space().nodes() == 2);
  CHECK(tree.space().bytes() == 4 + MemoryNode::entry_bytes);
  REQUIRE(tree.add(tree.root(), "other", file));
  CHECK(file->links == 2);
  tree.remove(tree.root(), "name");
  tree.remove(tree.root(), "other");
  CHECK(file->links == 0);
  CHECK(tree.space().nodes() == 2);  // it is still held here
  CHECK(tree.space().bytes() == 0);
}

TEST_CASE("neither more nodes nor more names are made than there is room for") {
  MemoryTree few({.nodes = 2});
  REQUIRE(few.create(few.root(), "a", Filetype::directory));
  CHECK(errno_of(few.create(few.root(), "b", Filetype::directory)) == Errno::nospc);
  CHECK(few.root()->entries.size() == 1);

  MemoryTree small({.bytes = 3 * MemoryNode::entry_bytes});
  const auto file = small.create(small.root(), "a", Filetype::regular_file).value();
  REQUIRE(small.add(small.root(), "b", file));
  CHECK(errno_of(small.add(small.root(), std::string(200, 'c'), file)) == Errno::nospc);
  CHECK(errno_of(small.create(small.root(), "d", Filetype::symbolic_link, std::string(200, 'c'))) == Errno::nospc);
  CHECK(small.space().nodes() == 2);
  // A name that would be too long leaves all as it was.
  CHECK(errno_of(small.rename({small.root(), "a"}, {small.root(), std::string(255, 'x')})) == Errno::nospc);
  CHECK(small.child(small.root(), "a").has_value());
}

TEST_CASE("a directory knows how many are in it, and is gone for good when it is removed") {
  MemoryTree tree({});
  const auto directory = tree.create(tree.root(), "dir", Filetype::directory).value();
  CHECK(tree.root()->stat().links == 3);
  CHECK(directory->stat().links == 2);
  REQUIRE(tree.create(directory, "sub", Filetype::directory));
  CHECK(directory->stat().links == 3);
  tree.remove(directory, "sub");
  tree.remove(tree.root(), "dir");
  CHECK(directory->stat().links == 0);
  CHECK(errno_of(tree.create(directory, "x", Filetype::regular_file)) == Errno::noent);
}

TEST_CASE("a tree as deep as its nodes allow is taken down without deep recursion") {
  constexpr std::uint64_t depth = 200'000;
  MemoryTree tree({.bytes = depth * 400, .nodes = depth + 1});
  MemoryNodePointer deepest = tree.root();
  for (std::uint64_t i = 0; i < depth; ++i) deepest = tree.create(deepest, "d", Filetype::directory).value();
  CHECK(errno_of(tree.create(deepest, "d", Filetype::directory)) == Errno::nospc);
}
