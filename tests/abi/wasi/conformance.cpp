// What POSIX says of files and names, asked of every file system alike.
#include "conformance.hpp"

#include <atomic>
#include <random>
#include <thread>

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

#define FILESYSTEMS OnHost, OnWalkedHost, InMemory, OverHost, OverMemory

TEMPLATE_TEST_CASE("a file is read from its position, and from any other", "", FILESYSTEMS) {
  TestType t;
  t.give("file", "0123456789");
  const auto file = t.open("file").value();
  CHECK(read(file, 4).value() == "0123");
  CHECK(read(file, 4).value() == "4567");
  CHECK(file.readable_bytes() == 2);
  CHECK(read_at(file, 3, 1).value() == "123");
  CHECK(read(file, 4).value() == "89");
  CHECK(read(file, 4).value().empty());
  CHECK(file.readable_bytes() == 0);
  CHECK(read_at(file, 4, 100).value().empty());
  CHECK(errno_of(read_at(file, 4, ~std::uint64_t{0})) == Errno::inval);
  CHECK(read(file, 0).value().empty());
  CHECK_FALSE(file.is_terminal());
}

TEMPLATE_TEST_CASE("several buffers are one read and one write", "", FILESYSTEMS) {
  TestType t;
  const auto file = t.open("file", creating).value();
  char a[] = "abc", b[] = "defg";
  const std::array<iovec, 3> from{iovec{a, 3}, iovec{nullptr, 0}, iovec{b, 4}};
  CHECK(file.write(from).value() == 7);
  char c[5], d[5];
  const std::array<iovec, 2> to{iovec{c, 5}, iovec{d, 5}};
  CHECK(file.read_at(to, 0).value() == 7);
  CHECK(std::string(c, 5) + std::string(d, 2) == "abcdefg");
}

TEMPLATE_TEST_CASE("a position is moved from the beginning, from itself and from the end", "", FILESYSTEMS) {
  TestType t;
  t.give("file", "0123456789");
  const auto file = t.open("file").value();
  CHECK(file.seek(3, Whence::set).value() == 3);
  CHECK(file.seek(2, Whence::cur).value() == 5);
  CHECK(file.seek(-1, Whence::end).value() == 9);
  CHECK(read(file, 9).value() == "9");
  CHECK(file.seek(100, Whence::end).value() == 110);
  CHECK(read(file, 9).value().empty());
  CHECK(errno_of(file.seek(-1, Whence::set)) == Errno::inval);
  CHECK(errno_of(file.seek(-111, Whence::cur)) == Errno::inval);
  CHECK(file.seek(0, Whence::cur).value() == 110);
}

TEMPLATE_TEST_CASE("writing past the end leaves a hole of zeros", "", FILESYSTEMS) {
  TestType t;
  const auto file = t.open("file", creating).value();
  CHECK(write_at(file, "x", 10'000).value() == 1);
  CHECK(file.stat().value().size == 10'001);
  CHECK(read_at(file, 3, 9'998).value() == std::string("\0\0x", 3));
  CHECK(write(file, "ab").value() == 2);
  CHECK(read_at(file, 3, 0).value() == std::string("ab\0", 3));
  CHECK(errno_of(write_at(file, "x", ~std::uint64_t{0})) == Errno::inval);
}

TEMPLATE_TEST_CASE("a file opened to append is written at its end", "", FILESYSTEMS) {
  TestType t;
  t.give("file", "abc");
  auto file = t.open("file", {.read = true, .write = true, .fdflags = Fdflags::append}).value();
  CHECK(file.flags() == Fdflags::append);
  CHECK(write(file, "d").value() == 1);
  CHECK(file.seek(0, Whence::set).value() == 0);
  CHECK(write(file, "e").value() == 1);
  CHECK(file.seek(0, Whence::cur).value() == 5);
  REQUIRE(file.set_flags(Fdflags::none));
  CHECK(file.seek(0, Whence::set).value() == 0);
  CHECK(write(file, "x").value() == 1);
  CHECK(t.text_of("file") == "xbcde");
  CHECK(errno_of(file.set_flags(Fdflags::sync)) == Errno::notsup);
}

TEMPLATE_TEST_CASE("a file does only what it was opened for", "", FILESYSTEMS) {
  TestType t;
  t.give("file", "abc");
  const auto reading = t.open("file").value(), writing = t.open("file", {.read = false, .write = true}).value();
  CHECK(errno_of(write(reading, "x")) == Errno::badf);
  CHECK(errno_of(write_at(reading, "x", 0)) == Errno::badf);
  CHECK(errno_of(reading.resize(1)) == Errno::inval);
  CHECK(errno_of(reading.allocate(0, 100)) == Errno::badf);
  CHECK(errno_of(read(writing, 1)) == Errno::badf);
  CHECK(errno_of(read_at(writing, 1, 0)) == Errno::badf);
  const auto directory = t.open(".").value();
  CHECK(errno_of(read(directory, 1)) == Errno::isdir);
  CHECK(errno_of(write(directory, "x")) == Errno::badf);
  CHECK(errno_of(directory.resize(1)) == Errno::inval);
  CHECK(t.text_of("file") == "abc");
}

TEMPLATE_TEST_CASE("a file is cut, and grows by zeros", "", FILESYSTEMS) {
  TestType t;
  const auto file = t.open("file", creating).value();
  REQUIRE(write(file, std::string(9'000, 'x')));
  REQUIRE(file.resize(5'000));
  REQUIRE(file.resize(10'000));
  const std::string text = read_at(file, 20'000, 0).value();
  CHECK(text == std::string(5'000, 'x') + std::string(5'000, '\0'));
  CHECK(errno_of(file.resize(~std::uint64_t{0})) == Errno::inval);
  REQUIRE(file.resize(0));
  CHECK(file.stat().value().size == 0);
  CHECK(file.seek(0, Whence::cur).value() == 9'000);
}

TEMPLATE_TEST_CASE("room is taken for a file, which grows to it", "", FILESYSTEMS) {
  TestType t;
  const auto file = t.open("file", creating).value();
  REQUIRE(write(file, "abc"));
  REQUIRE(file.allocate(1, 9'999));
  CHECK(file.stat().value().size == 10'000);
  REQUIRE(file.allocate(0, 10));
  CHECK(file.stat().value().size == 10'000);
  CHECK(read_at(file, 4, 0).value() == std::string("abc\0", 4));
  CHECK(errno_of(file.allocate(0, 0)) == Errno::inval);
  CHECK(errno_of(file.allocate(~std::uint64_t{0}, 1)) == Errno::inval);
  CHECK(errno_of(file.allocate(INT64_MAX, INT64_MAX)) == Errno::fbig);
  REQUIRE(file.advise(0, 0, Advice::willneed));
  CHECK(errno_of(file.advise(0, 0, Advice{99})) == Errno::inval);
  CHECK(errno_of(file.advise(~std::uint64_t{0}, 0, Advice::normal)) == Errno::inval);
  REQUIRE(file.sync());
  REQUIRE(file.sync_data());
}

TEMPLATE_TEST_CASE("opening makes, cuts and insists as it is asked to", "", FILESYSTEMS) {
  TestType t;
  t.give("file", "abc");
  t.give_directory("dir");
  CHECK(errno_of(t.open("nothing")) == Errno::noent);
  CHECK(errno_of(t.open("nothing/x", creating)) == Errno::noent);
  CHECK(errno_of(t.open("file/x", creating)) == Errno::notdir);
  CHECK(errno_of(t.open("file/")) == Errno::notdir);
  CHECK(errno_of(t.open("new/", creating)) == Errno::isdir);
  CHECK(errno_of(t.open("dir", creating)) == Errno::isdir);
  CHECK(errno_of(t.open("dir", for_writing)) == Errno::isdir);
  CHECK(errno_of(t.open("dir", {.oflags = Oflags::trunc})) == Errno::isdir);
  CHECK(errno_of(t.open("file", {.oflags = Oflags::directory})) == Errno::notdir);
  CHECK(errno_of(t.open("dir", {.oflags = Oflags::directory | Oflags::creat})) == Errno::inval);
  CHECK(errno_of(t.open("file", {.write = true, .oflags = Oflags::creat | Oflags::excl})) == Errno::exist);
  CHECK(errno_of(t.open("dir/.", {.oflags = Oflags::directory})) == Errno::success);
  CHECK(errno_of(t.open("dir", {.oflags = Oflags::directory})) == Errno::success);
  CHECK(errno_of(t.open("new", creating)) == Errno::success);
  CHECK(t.text_of("new").empty());
  CHECK(errno_of(t.open("file", creating)) == Errno::success);
  CHECK(t.text_of("file") == "abc");
  CHECK(errno_of(t.open("file", {.oflags = Oflags::trunc})) == Errno::success);
  CHECK(t.text_of("file").empty());
  CHECK(errno_of(t.open(std::string(255, 'n'), creating)) == Errno::success);
  CHECK(errno_of(t.open(std::string(256, 'n'), creating)) == Errno::nametoolong);
}

TEMPLATE_TEST_CASE("each opening has a position of its own", "", FILESYSTEMS) {
  TestType t;
  t.give("file", "abc");
  const auto a = t.open("file").value(), b = t.open("file").value();
  CHECK(read(a, 2).value() == "ab");
  CHECK(read(b, 2).value() == "ab");
}

TEMPLATE_TEST_CASE("directories are made and removed when they are empty", "", FILESYSTEMS) {
  TestType t;
  t.give_directory("given/sub");
  CHECK(t.mkdir("a") == Errno::success);
  CHECK(t.mkdir("a/b/") == Errno::success);
  CHECK(t.mkdir("a") == Errno::exist);
  CHECK(t.mkdir("a/.") == Errno::exist);
  CHECK(t.mkdir("a/..") == Errno::exist);
  CHECK(t.mkdir("x/y") == Errno::noent);
  CHECK(t.rmdir("a") == Errno::notempty);
  CHECK(t.rmdir("a/.") == Errno::inval);
  CHECK(t.rmdir("a/b/..") == Errno::notempty);
  CHECK(t.rmdir("given") == Errno::notempty);
  CHECK(t.rmdir("a/b/") == Errno::success);
  CHECK(t.rmdir("a") == Errno::success);
  CHECK(t.rmdir("a") == Errno::noent);
  CHECK(t.rmdir("given/sub") == Errno::success);
  CHECK(t.rmdir("given") == Errno::success);
  CHECK(t.list(".").empty());
  CHECK(t.mkdir("given") == Errno::success);
  CHECK(t.list("given").empty());
}

TEMPLATE_TEST_CASE("files are unlinked, and directories are not", "", FILESYSTEMS) {
  TestType t;
  t.give("file", "x");
  t.give_directory("dir");
  CHECK(t.unlink("dir") == Errno::isdir);
  CHECK(t.unlink("dir/") == Errno::isdir);
  CHECK(t.unlink(".") == Errno::isdir);
  CHECK(t.unlink("file/") == Errno::notdir);
  CHECK(t.rmdir("file") == Errno::notdir);
  CHECK(t.unlink("file") == Errno::success);
  CHECK(t.unlink("file") == Errno::noent);
  CHECK(t.text_of("file") == "noent");
  CHECK(t.make("file", "again") == Errno::success);
  CHECK(t.text_of("file") == "again");
}

TEMPLATE_TEST_CASE("a rename replaces files and empty directories, and nothing else", "", FILESYSTEMS) {
  TestType t;
  t.give("a", "a");
  t.give("b", "b");
  t.give("dir/sub/x", "x");
  t.give_directory("empty");
  CHECK(t.rename("a", "b") == Errno::success);
  CHECK(t.text_of("b") == "a");
  CHECK(t.text_of("a") == "noent");
  CHECK(t.rename("b", "b") == Errno::success);
  CHECK(t.rename("b/", "c") == Errno::notdir);
  CHECK(t.rename("b", "c/") == Errno::notdir);
  CHECK(t.rename("b", "empty") == Errno::isdir);
  CHECK(t.rename("empty", "b") == Errno::notdir);
  CHECK(t.rename("empty", "dir") == Errno::notempty);
  CHECK(t.rename("nothing", "x") == Errno::noent);
  CHECK(t.rename("b", "nothing/x") == Errno::noent);
  CHECK(t.rename("dir/.", "x") == Errno::busy);
  CHECK(t.rename("dir", "x/..") == Errno::noent);
  CHECK(t.rename("dir", "dir/..") == Errno::busy);
  CHECK(t.rename("dir", "dir/sub/y") == Errno::inval);
  CHECK(t.rename("dir/sub", "dir") == Errno::notempty);
  CHECK(t.rename("dir/", "empty/") == Errno::success);
  CHECK(t.text_of("empty/sub/x") == "x");
  CHECK(t.text_of("dir/sub/x") == "noent");
  CHECK(t.rename("b", "empty/sub/b") == Errno::success);
  CHECK(t.text_of("empty/sub/b") == "a");
  CHECK(t.list("empty/sub").size() == 2);
}

TEMPLATE_TEST_CASE("names move between directories that are open", "", FILESYSTEMS) {
  TestType t;
  t.give("a/file", "x");
  t.give_directory("b");
  const auto a = t.open("a").value(), b = t.open("b").value();
  Path from = path_of("file"), to = path_of("moved"), again = path_of("moved"), linked = path_of("linked"), out = path_of("../moved");
  CHECK(errno_of(t.filesystem.rename(a, from, b, to)) == Errno::success);
  CHECK(errno_of(t.filesystem.link(b, again, Follow::no, a, linked)) == Errno::success);
  CHECK(t.text_of("b/moved") == "x");
  CHECK(t.text_of("a/linked") == "x");
  CHECK(errno_of(t.filesystem.unlink(a, out)) == Errno::perm);
}

TEMPLATE_TEST_CASE("a directory that is open goes where it is moved", "", FILESYSTEMS) {
  TestType t;
  t.give_directory("dir");
  t.give_directory("other");
  const auto dir = t.open("dir").value();
  CHECK(t.rename("dir", "other/moved") == Errno::success);
  CHECK(errno_of(t.open_in(dir, "new", creating)) == Errno::success);
  CHECK(t.text_of("other/moved/new").empty());
  CHECK(errno_of(t.open_in(dir, "../new", creating)) == Errno::perm);
}

TEMPLATE_TEST_CASE("what is open outlives its name", "", FILESYSTEMS) {
  TestType t;
  t.give("file", "abc");
  t.give_directory("dir");
  const auto file = t.open("file", for_writing).value();
  const auto dir = t.open("dir").value();
  CHECK(t.unlink("file") == Errno::success);
  CHECK(t.rmdir("dir") == Errno::success);
  CHECK(read(file, 9).value() == "abc");
  CHECK(write(file, "def").value() == 3);
  CHECK(read_at(file, 9, 0).value() == "abcdef");
  CHECK(errno_of(t.open_in(dir, "new", creating)) == Errno::noent);
  CHECK(errno_of(t.open_in(dir, "x")) == Errno::noent);
  Path new_directory = path_of("new");
  CHECK(errno_of(t.filesystem.create_directory(dir, new_directory)) == Errno::noent);
  CHECK(errno_of(dir.list(0, [](const DirectoryEntry&) { return true; })) == Errno::noent);
}

TEMPLATE_TEST_CASE("symbolic links keep their text, and are followed when it is asked for", "", FILESYSTEMS) {
  TestType t;
  t.give("dir/file", "x");
  t.give_link("dir/file", "given");
  t.give_link("..", "dir/up");
  CHECK(t.symlink("no/such/file", "link") == Errno::success);
  CHECK(t.read_link("link").value() == "no/such/file");
  CHECK(t.read_link("link", 5).value() == "no/su");
  CHECK(t.read_link("link", 0).value().empty());
  CHECK(errno_of(t.read_link("dir/file")) == Errno::inval);
  CHECK(errno_of(t.read_link(".")) == Errno::inval);
  CHECK(errno_of(t.read_link("nothing")) == Errno::noent);
  CHECK(t.stat("link").value().type == Filetype::symbolic_link);
  CHECK(t.stat("link").value().size == 12);
  CHECK(errno_of(t.stat("link", Follow::yes)) == Errno::noent);
  CHECK(t.symlink("x", "link") == Errno::exist);
  CHECK(t.symlink("x", "dir") == Errno::exist);
  CHECK(t.symlink("x", "new/") == Errno::noent);
  CHECK(t.text_of("given") == "x");
  CHECK(t.text_of("given", Follow::no) == "loop");
  CHECK(t.text_of("dir/up/dir/up/given") == "x");
  CHECK(errno_of(t.open("given", {.oflags = Oflags::directory})) == Errno::notdir);
  CHECK(errno_of(t.open("given", {.write = true, .oflags = Oflags::creat | Oflags::excl})) == Errno::exist);
  CHECK(errno_of(t.open("dir/up/")) == Errno::success);
  CHECK(errno_of(t.open("given/")) == Errno::notdir);
  CHECK(t.symlink("made", "dangling") == Errno::success);
  CHECK(errno_of(t.open("dangling", {.write = true, .follow = Follow::yes, .oflags = Oflags::creat})) == Errno::success);
  CHECK(t.text_of("made").empty());
  CHECK(t.rename("given", "moved") == Errno::success);
  CHECK(t.read_link("moved").value() == "dir/file");
  CHECK(t.unlink("moved") == Errno::success);
  CHECK(t.text_of("dir/file") == "x");
}

TEMPLATE_TEST_CASE("links that go round, and links that lead out, lead nowhere", "", FILESYSTEMS) {
  TestType t;
  t.give("dir/file", "x");
  t.give_link("loop2", "loop1");
  t.give_link("loop1", "loop2");
  t.give_link("../x", "out");
  t.give_link("../../x", "dir/out");
  CHECK(t.text_of("loop1") == "loop");
  CHECK(t.text_of("loop1/x") == "loop");
  for (const char* path : {"..", "../x", "dir/../..", "dir/../../x", "out", "dir/out", "out/x", "out/"}) {
    CAPTURE(path);
    CHECK(t.text_of(path) == "perm");
  }
  for (const char* path : {"..", "../x", "dir/../../x", "out/x"}) {
    CAPTURE(path);
    CHECK(t.mkdir(path) == Errno::perm);
    CHECK(t.rmdir(path) == Errno::perm);
    CHECK(t.unlink(path) == Errno::perm);
    CHECK(t.rename("dir/file", path) == Errno::perm);
    CHECK(t.rename(path, "got") == Errno::perm);
    CHECK(t.link("dir/file", path) == Errno::perm);
    CHECK(t.link(path, "got") == Errno::perm);
    CHECK(t.symlink("x", path) == Errno::perm);
    CHECK(t.set_times(path, {Fstflags::mtim, 0, 1}) == Errno::perm);
    CHECK(errno_of(t.stat(path)) == Errno::perm);
    CHECK(errno_of(t.read_link(path)) == Errno::perm);
  }
}

TEMPLATE_TEST_CASE("a hard link is the same file", "", FILESYSTEMS) {
  TestType t;
  t.give_directory("dir");
  REQUIRE(t.make("file", "x") == Errno::success);
  REQUIRE(t.symlink("file", "symlink") == Errno::success);
  CHECK(t.link("file", "dir/hard") == Errno::success);
  CHECK(t.stat("dir/hard").value().inode == t.stat("file").value().inode);
  CHECK(t.stat("dir/hard").value().device == t.stat("file").value().device);
  CHECK(t.stat("file").value().links == 2);
  CHECK(t.make("dir/hard", "changed") == Errno::success);
  CHECK(t.text_of("file") == "changed");
  CHECK(t.rename("file", "dir/hard") == Errno::success);  // of one file to itself: nothing happens
  CHECK(t.stat("file").value().links == 2);
  CHECK(t.link("symlink", "link-to-link") == Errno::success);
  CHECK(t.stat("link-to-link").value().type == Filetype::symbolic_link);
  CHECK(t.link("symlink", "through", Follow::yes) == Errno::success);
  CHECK(t.stat("through").value().inode == t.stat("file").value().inode);
  CHECK(t.link("file", "dir/hard") == Errno::exist);
  CHECK(t.link("dir", "other") == Errno::perm);
  CHECK(t.link("file/", "other") == Errno::notdir);
  CHECK(t.link("file", "other/") == Errno::noent);
  CHECK(t.link("nothing", "other") == Errno::noent);
  CHECK(t.unlink("file") == Errno::success);
  CHECK(t.stat("through").value().links == 2);
  CHECK(t.text_of("through") == "changed");
}

TEMPLATE_TEST_CASE("times are set, and those of a change are kept", "", FILESYSTEMS) {
  TestType t;
  t.give("file", "x");
  t.give_link("file", "link");
  constexpr Timestamp second = 1'000'000'000;
  CHECK(t.set_times("file", {Fstflags::atim | Fstflags::mtim, 3 * second, 4 * second}) == Errno::success);
  CHECK(t.stat("file").value().accessed == 3 * second);
  CHECK(t.stat("file").value().modified == 4 * second);
  CHECK(t.set_times("link", {Fstflags::mtim, 0, 5 * second}) == Errno::success);
  CHECK(t.stat("link").value().modified == 5 * second);
  CHECK(t.stat("file").value().modified == 4 * second);
  CHECK(t.set_times("link", {Fstflags::mtim, 0, 6 * second}, Follow::yes) == Errno::success);
  CHECK(t.stat("file").value().modified == 6 * second);
  CHECK(t.stat("file").value().accessed == 3 * second);
  const auto file = t.open("file", for_writing).value();
  REQUIRE(file.set_times({Fstflags::mtim, 0, 7 * second}));
  CHECK(file.stat().value().modified == 7 * second);
  REQUIRE(file.set_times({Fstflags::mtim_now, 0, 0}));
  CHECK(t.stat("file").value().modified > 1'000'000 * second);
  REQUIRE(file.set_times({Fstflags::mtim, 0, 8 * second}));
  REQUIRE(write(file, "y"));
  CHECK(t.stat("file").value().modified > 1'000'000 * second);
  CHECK(t.set_times(".", {Fstflags::mtim, 0, 9 * second}) == Errno::success);
  CHECK(t.stat(".").value().modified == 9 * second);
  CHECK(t.mkdir("new") == Errno::success);
  CHECK(t.stat(".").value().modified > 1'000'000 * second);
}

TEMPLATE_TEST_CASE("a file that is only read has its times set by its descriptor", "", FILESYSTEMS) {
  TestType t;
  t.give("file", "x");
  const auto file = t.open("file").value();
  REQUIRE(file.set_times({Fstflags::mtim, 0, 1'000'000'000}));
  CHECK(t.stat("file").value().modified == 1'000'000'000);
  CHECK(t.text_of("file") == "x");
}

TEMPLATE_TEST_CASE("a directory lists each name once, with its type, however many at a time", "", FILESYSTEMS) {
  TestType t;
  t.give("dir/given", "x");
  t.give_directory("dir/givendir");
  t.give_link("given", "dir/givenlink");
  REQUIRE(t.make("dir/made", "y") == Errno::success);
  REQUIRE(t.mkdir("dir/madedir") == Errno::success);
  REQUIRE(t.symlink("made", "dir/madelink") == Errno::success);
  const std::map<std::string, Filetype> all{
      {"given", Filetype::regular_file}, {"givendir", Filetype::directory}, {"givenlink", Filetype::symbolic_link},
      {"made", Filetype::regular_file},  {"madedir", Filetype::directory},  {"madelink", Filetype::symbolic_link},
  };
  for (const int at_once : {1, 2, 3, 100}) CHECK(t.list("dir", at_once) == all);
  std::vector<std::string> dots;
  REQUIRE(t.open("dir").value().list(0, [&](const DirectoryEntry& entry) {
    if (entry.name == "." || entry.name == "..") dots.emplace_back(entry.name);
    return true;
  }));
  CHECK(dots.size() == 2);
  CHECK(errno_of(t.open("dir/given").value().list(0, [](const DirectoryEntry&) { return true; })) == Errno::notdir);
}

TEMPLATE_TEST_CASE("what is removed, made or changed while a directory is listed hides nothing else", "", FILESYSTEMS) {
  TestType t;
  for (int i = 0; i < 40; ++i) t.give("dir/given" + std::to_string(i), "x");
  for (int i = 0; i < 40; ++i) REQUIRE(t.make("dir/made" + std::to_string(i), "x") == Errno::success);
  const auto dir = t.open("dir").value();
  int removed = 0, changes = 0;
  for (std::uint64_t cookie = 0;;) {
    std::string name;
    REQUIRE(dir.list(cookie, [&](const DirectoryEntry& entry) {
      name = entry.name;
      cookie = entry.next;
      return false;
    }));
    if (name.empty()) break;
    if (name == "." || name == "..") continue;
    if (const auto other = t.open("dir/given" + std::to_string(39 - changes % 40), for_writing)) REQUIRE(write(other.value(), "changed"));
    if (changes % 10 == 0 && changes < 80) REQUIRE(t.make("dir/new" + std::to_string(changes), "x") == Errno::success);
    ++changes;
    if (!name.starts_with("new")) removed += t.unlink("dir/" + name) == Errno::success;
    REQUIRE(changes < 1000);
  }
  CHECK(removed == 80);
  for (const auto& [name, type] : t.list("dir")) CHECK(name.starts_with("new"));
}

TEMPLATE_TEST_CASE("threads that change the same names leave a tree that is whole", "", FILESYSTEMS) {
  TestType t;
  t.give("dir/a", "x");
  std::atomic<int> wrong = 0;
  const auto work = [&](unsigned seed) {
    std::mt19937 random(seed);
    const auto name = [&] { return (random() % 2 == 0 ? "dir/" : "") + std::string(1, static_cast<char>('a' + random() % 4)); };
    for (int i = 0; i < 3000; ++i) switch (random() % 7) {
        case 0: (void)t.make(name(), "x"); break;
        case 1: (void)t.unlink(name()); break;
        case 2: (void)t.rename(name(), name()); break;
        case 3: (void)t.link(name(), name()); break;
        case 4: (void)t.mkdir(name()); break;
        case 5: (void)t.rmdir(name()); break;
        case 6: {
          const std::string text = t.text_of(name());
          if (!(text.empty() || text == "x" || text == "noent" || text == "isdir" || text == "notdir")) ++wrong;
          break;
        }
      }
  };
  std::thread other(work, 1);
  work(2);
  other.join();
  CHECK(wrong == 0);
  for (const auto& [name, type] : t.list(".")) CHECK(errno_of(t.stat(name)) == Errno::success);
}

namespace {

/// Calls of a guest that knows a few names, and what each answers, as text.
template <class T> std::string answer(T& t, unsigned kind, const std::string& a, const std::string& b, std::vector<typename T::File>& open) {
  const auto shown = [](Errno error) { return std::string(to_string(error)); };
  const auto kept = [&](Expected<typename T::File> file) {
    if (file) open.push_back(std::move(file).value());
    if (open.size() > 6) open.erase(open.begin());
    return shown(errno_of(file));
  };
  const auto some = [&]() -> typename T::File* { return open.empty() ? nullptr : &open[(a.size() + b.size()) % open.size()]; };
  switch (kind) {
    case 0: return t.mkdir(a) == Errno::success ? "made" : shown(t.mkdir(a));
    case 1: return shown(t.rmdir(a));
    case 2: return shown(t.unlink(a));
    case 3: return shown(t.rename(a, b));
    case 4: return shown(t.link(a, b));
    case 5: return shown(t.link(a, b, Follow::yes));
    case 6: return shown(t.symlink(b, a));
    case 7: return kept(t.open(a));
    case 8: return kept(t.open(a, {.write = true, .oflags = Oflags::creat}));
    case 9: return kept(t.open(a, {.write = true, .follow = Follow::yes, .oflags = Oflags::creat | Oflags::trunc}));
    case 10: return kept(t.open(a, {.write = true, .oflags = Oflags::creat | Oflags::excl}));
    case 11: return kept(t.open(a, {.follow = Follow::yes, .oflags = Oflags::directory}));
    case 12: return shown(t.make(a, b));
    case 13: return t.text_of(a);
    case 14: {
      const auto link = t.read_link(a);
      return link ? link.value() : shown(link.assume_error());
    }
    case 15: {
      const auto stat = t.stat(a, b.size() % 2 == 0 ? Follow::yes : Follow::no);
      if (!stat) return shown(stat.assume_error());
      const bool is_directory = stat.value().type == Filetype::directory;
      return std::to_string(static_cast<int>(stat.value().type)) + (is_directory ? "" : " " + std::to_string(stat.value().size));
    }
    case 16: return some() == nullptr ? "" : shown(errno_of(write(*some(), a)));
    case 17: {
      if (some() == nullptr || some()->stat().value().type == Filetype::directory) return "";
      const auto text = read(*some(), 5);
      return text ? text.value() : shown(text.assume_error());
    }
    case 18: return some() == nullptr ? "" : shown(errno_of(some()->resize(a.size())));
    case 19: return some() == nullptr || some()->stat().value().type == Filetype::directory ? "" : std::to_string(some()->seek(1, Whence::end).value());
    case 20: {
      if (some() == nullptr || some()->stat().value().type != Filetype::directory) return "";
      std::string names;
      for (const auto& [name, type] : t.list(*some())) names += name + " " + std::to_string(static_cast<int>(type)) + " ";
      return names;
    }
    case 21: return some() == nullptr || some()->stat().value().type != Filetype::directory ? "" : kept(t.open_in(*some(), a, creating));
  }
  return "";
}

}  // namespace

TEMPLATE_TEST_CASE("random calls answer as the host answers them", "", FILESYSTEMS) {
  TestType t;
  OnHost host;
  const std::array parts{"a", "b", "c", "a", "b", "c", "..", "."};
  std::mt19937 random(7);
  const auto random_path = [&] {
    std::string path;
    for (unsigned left = 1 + random() % 3; left > 0; --left) path += parts[random() % parts.size()] + std::string(left > 1 ? "/" : "");
    if (random() % 12 == 0) path += "/";
    return path;
  };
  for (const char* given : {"a/b/c", "b/c"}) t.give(given, "given"), host.give(given, "given");
  t.give_link("a/b", "c"), host.give_link("a/b", "c");
  std::vector<typename TestType::File> open;
  std::vector<HostFile> host_open;
  int differences = 0;
  for (int i = 0; i < 20'000 && differences < 5; ++i) {
    const unsigned kind = static_cast<unsigned>(random() % 22);
    const std::string a = random_path(), b = random_path();
    const std::string got = answer(t, kind, a, b, open), right = answer(host, kind, a, b, host_open);
    if (got == right) continue;
    ++differences;
    FAIL_CHECK("call " << i << " of kind " << kind << " (" << a << ", " << b << "): " << got << " where the host says " << right);
  }
  CHECK(differences == 0);
}
