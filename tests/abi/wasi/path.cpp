#include <wasmer/abi/wasi/path.hpp>

#include <string>

#include "world.hpp"

using namespace wasmer::tests;
using namespace wasmer::wasi;

namespace {

Errno assigned(std::string_view text) { return errno_of(Path().assign(text)); }

/// `parent | name`, and what the name is if it is special.
std::string cut(std::string_view text) {
  Path path;
  REQUIRE(path.assign(text));
  const Path::Parts parts = path.cut();
  return std::string(parts.parent) + " | " + parts.name + (parts.is_dot ? " (dot)" : "") + (parts.is_dot_dot ? " (dot dot)" : "");
}

}  // namespace

TEST_CASE("a path is the guest's text, terminated, and a copy of it") {
  std::string text = "dir/file-and-more";
  Path path;
  REQUIRE(path.assign(std::string_view(text).substr(0, 8)));
  text[0] = 'X';
  CHECK(path.view() == "dir/file");
  CHECK(std::string(path.c_str()) == "dir/file");
}

TEST_CASE("a path that is assigned again keeps nothing of the one before") {
  Path path;
  REQUIRE(path.assign("a/long/path/"));
  CHECK(path.ends_in_slash());
  REQUIRE(path.assign("b"));
  CHECK(path.view() == "b");
  CHECK_FALSE(path.ends_in_slash());
}

TEST_CASE("a text that is no path says why") {
  CHECK(assigned("") == Errno::noent);
  CHECK(assigned("/") == Errno::perm);
  CHECK(assigned("/etc/passwd") == Errno::perm);
  CHECK(assigned({"a\0b", 3}) == Errno::inval);
  CHECK(assigned({"a\0", 2}) == Errno::inval);
  CHECK(assigned({"\0", 1}) == Errno::inval);
  CHECK(assigned("..") == Errno::success);
}

TEST_CASE("the longest path leaves room for its terminator") {
  CHECK(assigned(std::string(Path::limit - 1, 'x')) == Errno::success);
  CHECK(assigned(std::string(Path::limit, 'x')) == Errno::nametoolong);
  CHECK(assigned(std::string(Path::limit, '/')) == Errno::nametoolong);
}

TEST_CASE("a path is cut before its last component") {
  CHECK(cut("file") == ". | file");
  CHECK(cut("dir/file") == "dir | file");
  CHECK(cut("a/b/c") == "a/b | c");
  CHECK(cut("../file") == ".. | file");
}

TEST_CASE("slashes that end a path stay with its name, and those before the name with the parent") {
  CHECK(cut("dir/") == ". | dir/");
  CHECK(cut("a/b//") == "a | b//");
  CHECK(cut("a//b") == "a/ | b");
}

TEST_CASE("a name that is a dot or two is told, with slashes or not") {
  CHECK(cut(".") == ". | . (dot)");
  CHECK(cut("a/./") == "a | ./ (dot)");
  CHECK(cut("..") == ". | .. (dot dot)");
  CHECK(cut("a/../") == "a | ../ (dot dot)");
  CHECK(cut("...") == ". | ...");
  CHECK(cut("a/.b") == "a | .b");
}

TEST_CASE("a path that was cut is its own parent, for the calls that follow") {
  Path path;
  REQUIRE(path.assign("a/b/c"));
  CHECK(path.cut().parent == path.c_str());
  CHECK(std::string(path.c_str()) == "a/b");
  REQUIRE(path.assign("c"));
  CHECK(path.cut().parent != path.c_str());
  CHECK(std::string(path.c_str()) == "c");
}

TEST_CASE("a path that was cut is its own parent in every way") {
  Path path;
  REQUIRE(path.assign("a/b/c/"));
  static_cast<void>(path.cut());
  CHECK(path.view() == "a/b");
  CHECK_FALSE(path.ends_in_slash());
}

TEST_CASE("a path is taken apart name by name") {
  std::string rest = "a//./b..//";
  const auto is = [&](std::string_view name, bool last, bool slash) {
    const Component component = take_component(rest);
    return component.name == name && component.last == last && component.slash == slash;
  };
  CHECK(is("a", false, true));
  CHECK(is(".", false, true));
  CHECK(is("b..", true, true));
  CHECK(rest.empty());
  CHECK(is(".", true, false));
  rest = "///";
  CHECK(is(".", true, false));
  rest = "..";
  CHECK(is("..", true, false));
}
