#include <wasmer/abi/wasi/tree_walk.hpp>

#include <map>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

namespace {

/// A tree of text: each full path is `dir`, a file or a link's text. A directory is its path.
struct TextTree {
  using Directory = std::string;
  using Node = std::string;
  static constexpr std::size_t max_depth = 8;

  std::map<std::string, std::string> nodes;

  Expected<Node> child(const Directory& directory, std::string_view name) const {
    const auto found = nodes.find(directory + "/" + std::string(name));
    return found == nodes.end() ? Expected<Node>(Errno::noent) : found->second;
  }
  Filetype type(const Node& node) const {
    return node == "dir" ? Filetype::directory : node == "file" ? Filetype::regular_file : Filetype::symbolic_link;
  }
  Expected<Directory> enter(const Directory& directory, std::string_view name, const Node&) const { return directory + "/" + std::string(name); }
  Expected<std::string> link_text(const Directory&, std::string_view, const Node& node) const { return node; }
};
static_assert(Tree<TextTree> && !Tree<int>);

const TextTree tree{{{"/file", "file"},
                     {"/dir", "dir"},
                     {"/dir/file", "file"},
                     {"/dir/up", ".."},
                     {"/link", "dir/file"},
                     {"/dirlink", "./dir"},
                     {"/round", "round"},
                     {"/out", "../x"},
                     {"/root", "/etc"},
                     {"/dangling", "nothing"}}};

std::string found(std::string_view path, Follow follow = Follow::no) {
  const auto target = TreeWalk<TextTree>(tree, "", path).to_target(follow);
  if (!target) return std::string(to_string(target.assume_error()));
  const auto& [place, node] = target.value();
  return place.is_name() ? place.directory + "/" + place.name + (node ? " " + *node : "") : "in " + place.directory;
}

}  // namespace

TEST_CASE("a path leads to a node, to a place that is free, or to a directory itself") {
  CHECK(found("file") == "/file file");
  CHECK(found("dir/./../dir//file") == "/dir/file file");
  CHECK(found("dir/up/dir/up/file") == "/file file");
  CHECK(found("dir/new") == "/dir/new");
  CHECK(found("new/") == "/new");
  CHECK(found("dir/..") == "in ");
  CHECK(found("dir/.") == "in /dir");
  CHECK(found("dir/") == "/dir dir");
}

TEST_CASE("a last component that is a link is followed if it is asked for or a slash follows") {
  CHECK(found("link") == "/link dir/file");
  CHECK(found("link", Follow::yes) == "/dir/file file");
  CHECK(found("dirlink") == "/dirlink ./dir");
  CHECK(found("dirlink/") == "/dir dir");
  CHECK(found("dangling", Follow::yes) == "/nothing");
  CHECK(found("link/") == "notdir");
}

TEST_CASE("what leads nowhere says why") {
  CHECK(found("nothing/x") == "noent");
  CHECK(found("file/x") == "notdir");
  CHECK(found("file/") == "notdir");
  CHECK(found("round", Follow::yes) == "loop");
  CHECK(found("round/x") == "loop");
  CHECK(found("..") == "perm");
  CHECK(found("dir/up/..") == "perm");
  CHECK(found("out", Follow::yes) == "perm");
  CHECK(found("root", Follow::yes) == "perm");
  CHECK(found(std::string(256, 'x')) == "nametoolong");
}

TEST_CASE("a place is a last component that is not followed") {
  const auto place = TreeWalk<TextTree>(tree, "", "dir/up/link/").to_place().value();
  CHECK(place.directory.empty());
  CHECK(place.name == "link");
  CHECK(place.slash);
  CHECK(TreeWalk<TextTree>(tree, "", "dir/..").to_place().value().last == Last::dot_dot);
}

TEST_CASE("a walk gets only as deep as its tree allows") {
  TextTree deep;
  std::string path, full;
  for (int i = 0; i < 12; ++i) {
    full += "/d";
    deep.nodes[full] = "dir";
    path += "d/";
  }
  CHECK(errno_of(TreeWalk<TextTree>(deep, "", path).to_target(Follow::no)) == Errno::nametoolong);
}
