#include <wasmer/abi/wasi/overlay_tree.hpp>

#include "conformance.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

namespace {

using Both = OverlayTree<MemoryFilesystem, MemoryFilesystem>;
static_assert(Tree<Both>);

struct Trees {
  MemoryFilesystem above, below;
  Both tree{above, below};
  Both::Directory root = tree.root(above.preopen("/").value(), below.preopen("/").value()).value();
};

}  // namespace

TEST_CASE("a name is the upper's if it has it, and the lower's otherwise") {
  Trees t;
  REQUIRE(t.above.write_file("both", "above"));
  REQUIRE(t.below.write_file("both", "below!"));
  REQUIRE(t.below.write_file("lower", "x"));
  const auto both = t.tree.child(t.root, "both").value(), lower = t.tree.child(t.root, "lower").value();
  CHECK((both.upper && both.lower));
  CHECK(both.stat.size == 5);
  CHECK((!lower.upper && lower.lower));
  CHECK(errno_of(t.tree.child(t.root, "neither")) == Errno::noent);
  t.tree.hide(*t.root, "lower");
  CHECK(errno_of(t.tree.child(t.root, "lower")) == Errno::noent);
  t.tree.hide(*t.root, "both");
  CHECK_FALSE(t.tree.child(t.root, "both").value().lower);
}

TEST_CASE("what is copied up keeps its bytes, its text and its times") {
  Trees t;
  const std::string text(200'000, 'x');
  REQUIRE(t.below.write_file("dir/file", text));
  const auto directory = t.tree.enter(t.root, "dir", t.tree.child(t.root, "dir").value()).value();
  const auto node = t.tree.child(directory, "file").value();
  CHECK_FALSE(directory->upper.has_value());
  REQUIRE(t.tree.copy_up(directory, "file", node));
  CHECK(directory->upper.has_value());
  CHECK(t.above.read_file("dir/file").value() == text);
  const auto copied = t.tree.child(directory, "file").value();
  CHECK(copied.upper);
  CHECK(copied.stat.modified == node.stat.modified);
  REQUIRE(t.tree.copy_up(directory, "file", copied));  // once is enough
}

TEST_CASE("a directory of the lower is one object for all that have it open") {
  Trees t;
  REQUIRE(t.below.create_directories("dir/sub"));
  const auto a = t.tree.enter(t.root, "dir", t.tree.child(t.root, "dir").value()).value();
  const auto b = t.tree.enter(t.root, "dir", t.tree.child(t.root, "dir").value()).value();
  CHECK(a == b);
  CHECK(t.tree.root(t.above.preopen("/").value(), t.below.preopen("/").value()).value() == t.root);
  REQUIRE(t.tree.rename({t.root, "dir"}, {t.root, "moved"}));
  CHECK_FALSE(a->lower.has_value());
  CHECK(a->name == "moved");
  CHECK(t.above.list("moved").value() == std::vector<std::string>{"sub"});
  CHECK(t.below.list("/").value() == std::vector<std::string>{"dir"});
}

TEST_CASE("a directory lists what can be seen, once") {
  Trees t;
  REQUIRE(t.above.write_file("both", ""));
  for (const char* name : {"both", "hidden", "lower"}) REQUIRE(t.below.write_file(name, ""));
  t.tree.hide(*t.root, "hidden");
  std::vector<std::string> names;
  const auto listed = t.tree.list(*t.root).value();
  for (const auto& each : listed) names.push_back(each.name);
  CHECK(names == std::vector<std::string>{".", "..", "both", "lower"});
  CHECK_FALSE(t.tree.is_empty(*t.root).value());
}
