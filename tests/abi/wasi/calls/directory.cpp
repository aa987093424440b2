#include <wasmer/abi/wasi/calls/directory.hpp>

#include <map>
#include <set>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

namespace {

struct Entry {
  Dirent head;
  std::string name;
};

/// The whole entries among those that one call gives, and the bytes that it says it used.
std::pair<std::vector<Entry>, Size> read_entries(World& world, Fd fd, std::uint32_t size, std::uint64_t cookie) {
  const GuestBytes buffer = world.buffer(size);
  const auto used = world.room<Size>();
  REQUIRE(fd_readdir(world.state, world.memory(), fd, buffer, cookie, used));
  std::vector<Entry> entries;
  std::uint32_t at = 0;
  const Size bytes = world.load(used);
  while (at + sizeof(Dirent) <= bytes) {
    const auto head = world.load(GuestPointer<Dirent>{buffer.address + at});
    if (at + sizeof(Dirent) + head.name_size > bytes) break;
    entries.push_back({head, world.load(GuestBytes{buffer.address + at + static_cast<std::uint32_t>(sizeof(Dirent)), head.name_size}, head.name_size)});
    at += static_cast<std::uint32_t>(sizeof(Dirent)) + head.name_size;
  }
  return {entries, bytes};
}

}  // namespace

TEST_CASE("a preopened directory tells its name, whole or not at all") {
  World world;
  const auto prestat = world.room<Prestat>();
  REQUIRE(fd_prestat_get(world.state, world.memory(), root, prestat));
  CHECK(world.load(prestat).kind == 0);
  CHECK(world.load(prestat).name_size == 1);
  const GuestText name = world.text("....");
  REQUIRE(fd_prestat_dir_name(world.state, world.memory(), root, name));
  CHECK(world.memory().text(name) == "/...");
  CHECK(errno_of(fd_prestat_dir_name(world.state, world.memory(), root, {name.address, 0})) == Errno::nametoolong);
  CHECK(errno_of(fd_prestat_dir_name(world.state, world.memory(), root, {0xFFFF'FFFF, 4})) == Errno::fault);
}

TEST_CASE("what is not preopened has no prestat") {
  World world;
  CHECK(errno_of(fd_prestat_get(world.state, world.memory(), Fd{0}, world.room<Prestat>())) == Errno::badf);
  CHECK(errno_of(fd_prestat_get(world.state, world.memory(), Fd{4}, world.room<Prestat>())) == Errno::badf);
  const Fd again = world.open(".", Oflags::directory).value();
  CHECK(errno_of(fd_prestat_get(world.state, world.memory(), again, world.room<Prestat>())) == Errno::badf);
}

TEST_CASE("an empty directory lists itself and its parent") {
  World world;
  const auto [entries, used] = read_entries(world, root, 4096, 0);
  REQUIRE(entries.size() == 2);
  CHECK(std::set<std::string>{entries[0].name, entries[1].name} == std::set<std::string>{".", ".."});
  CHECK(entries[0].head.type == Filetype::directory);
  CHECK(used < 4096);
}

TEST_CASE("entries tell kind, inode and name") {
  World world;
  write_file(world.inside / "file", "x");
  std::filesystem::create_directory(world.inside / "dir");
  std::filesystem::create_symlink("file", world.inside / "link");
  std::map<std::string, Entry> found;
  for (const Entry& entry : read_entries(world, root, 4096, 0).first) found[entry.name] = entry;
  CHECK(found.at("file").head.type == Filetype::regular_file);
  CHECK(found.at("dir").head.type == Filetype::directory);
  CHECK(found.at("link").head.type == Filetype::symbolic_link);
  const auto stat = world.room<Snapshot1::Filestat>();
  REQUIRE(path_filestat_get<Snapshot1>(world.state, world.memory(), root, Lookupflags::none, world.text("file"), stat));
  CHECK(found.at("file").head.inode == world.load(stat).inode);
}

TEST_CASE("a listing goes on from any entry's cookie, in buffers of any size") {
  World world;
  for (int i = 0; i < 500; ++i) write_file(world.inside / ("entry-" + std::to_string(i)), "");
  const std::uint32_t size = GENERATE(64u, 100u, 333u, 4096u, 20'000u);
  std::multiset<std::string> names;
  std::uint64_t cookie = 0;
  for (;;) {
    const auto [entries, used] = read_entries(world, root, size, cookie);
    for (const Entry& entry : entries) names.insert(entry.name);
    if (used < size) break;
    REQUIRE_FALSE(entries.empty());
    cookie = entries.back().head.next;
  }
  CHECK(names.size() == 502);
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == 502);
}

TEST_CASE("an earlier cookie gives the same entries again") {
  World world;
  for (int i = 0; i < 20; ++i) write_file(world.inside / std::to_string(i), "");
  const auto all = read_entries(world, root, 8192, 0).first;
  REQUIRE(all.size() == 22);
  const auto rest = read_entries(world, root, 8192, all[9].head.next).first;
  REQUIRE(rest.size() == 12);
  for (std::size_t i = 0; i < rest.size(); ++i) CHECK(rest[i].name == all[10 + i].name);
}

TEST_CASE("an entry that does not fit is cut where the buffer ends") {
  World world;
  const GuestBytes buffer = world.buffer(30);
  const auto used = world.room<Size>();
  REQUIRE(fd_readdir(world.state, world.memory(), root, buffer, 0, used));
  CHECK(world.load(used) == 30);
  REQUIRE(fd_readdir(world.state, world.memory(), root, {buffer.address, 0}, 0, used));
  CHECK(world.load(used) == 0);
}

TEST_CASE("listing what is no directory is notdir, and beyond the guest's memory fault") {
  World world;
  write_file(world.inside / "file", "x");
  const Fd fd = world.open("file").value();
  const auto used = world.room<Size>();
  CHECK(errno_of(fd_readdir(world.state, world.memory(), fd, world.buffer(64), 0, used)) == Errno::notdir);
  CHECK(errno_of(fd_readdir(world.state, world.memory(), root, {8, 0xFFFF'FFFF}, 0, used)) == Errno::fault);
  CHECK(errno_of(fd_readdir(world.state, world.memory(), root, {0xFFFF'FFFF, 64}, 0, used)) == Errno::fault);
  CHECK(errno_of(fd_readdir(world.state, world.memory(), root, world.buffer(64), 0, {65'535})) == Errno::fault);
  CHECK(errno_of(fd_readdir(world.state, world.memory(), root, world.buffer(64), ~std::uint64_t{0}, used)) == Errno::inval);
}
