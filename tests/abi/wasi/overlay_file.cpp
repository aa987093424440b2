#include <wasmer/abi/wasi/overlay_file.hpp>

#include "conformance.hpp"

using namespace wasmer::tests;
using namespace wasmer::wasi;

namespace {

static_assert(File<EitherFile<HostFile, OverlayLowerFile<HostFilesystem, MemoryFilesystem>>>);
static_assert(File<EitherFile<HostFile, OverlayDirectory<HostFilesystem, MemoryFilesystem>>>);

}  // namespace

TEST_CASE("a file of the lower is read as it was opened, and its copy gets the times") {
  OverHost t;
  t.give("file", "text");
  const auto file = t.open("file").value();
  REQUIRE(t.make("file", "changed") == Errno::success);
  CHECK(read(file, 9).value() == "text");
  CHECK(errno_of(write(file, "x")) == Errno::badf);
  CHECK(errno_of(file.resize(0)) == Errno::inval);
  CHECK(errno_of(file.allocate(0, 1)) == Errno::badf);
  REQUIRE(file.set_times({Fstflags::mtim, 0, 5}));
  CHECK(t.stat("file").value().modified == 5);
  CHECK(t.text_of("file") == "changed");
}

TEST_CASE("a directory is listed as it was when listing began") {
  OverHost t;
  for (const char* name : {"dir/a", "dir/b", "dir/c"}) t.give(name, "x");
  const auto dir = t.open("dir").value();
  std::vector<std::string> names;
  std::uint64_t cookie = 0;
  for (bool more = true; more;) {
    more = false;
    REQUIRE(dir.list(cookie, [&](const DirectoryEntry& entry) {
      names.emplace_back(entry.name);
      cookie = entry.next;
      more = true;
      return false;
    }));
    if (names.size() == 3)
      for (const char* name : {"dir/a", "dir/b", "dir/c", "dir/d"}) REQUIRE(t.make(name, "copied up") == Errno::success);
  }
  CHECK(names.size() == 5);
  CHECK(t.list(dir).size() == 4);
  CHECK(errno_of(read(dir, 1)) == Errno::isdir);
  CHECK(errno_of(dir.seek(0, Whence::cur)) == Errno::isdir);
}
