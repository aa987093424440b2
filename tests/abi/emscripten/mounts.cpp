#include <wasmer/abi/emscripten/mounts.hpp>

#include <filesystem>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;
using wasmer::tests::error_of;

namespace {

Mounts mounted(const std::vector<wasi::Preopen>& preopens) {
  Mounts mounts{wasi::MemoryFilesystem()};
  mounts.add(preopens).value();
  return mounts;
}
std::string where(const Mounts& mounts, std::string_view path) {
  const auto place = mounts.find(mounts.cwd(), path).value();
  return place.mount->at + " " + std::string(place.path.view());
}

}  // namespace

TEST_CASE("paths are made absolute, and nothing leads above the root") {
  CHECK(normalized("/", "a/b") == "/a/b");
  CHECK(normalized("/home", "../tmp/./x//y/") == "/tmp/x/y");
  CHECK(normalized("/home", "/../..") == "/");
  CHECK(normalized("/home", ".") == "/home");
  CHECK(normalized("/a/b", "../../../c") == "/c");
}

TEST_CASE("without directories of the host's there are /tmp, the home and the devices, in memory") {
  const Mounts mounts = mounted({});
  CHECK(mounts.cwd() == "/");
  for (const char* const path : {"/tmp", "/home/web_user", "/dev", "tmp/"}) {
    auto place = mounts.find("/", path).value();
    CHECK(mounts.stat(place, wasi::Follow::yes).value().type == wasi::Filetype::directory);
  }
  CHECK(Mounts::device(mounts.find("/", "/dev/null").value()) == std::string_view("null"));
  CHECK(Mounts::device(mounts.find("/dev", "../dev/urandom").value()) == std::string_view("urandom"));
  CHECK_FALSE(Mounts::device(mounts.find("/", "/dev/mem").value()));
  CHECK_FALSE(Mounts::device(mounts.find("/", "/tmp/null").value()));
}

TEST_CASE("a directory of the host's is found by its name, the longest first") {
  const tests::TemporaryDirectory here;
  std::filesystem::create_directories(here.path() / "deep");
  const Mounts mounts = mounted({{here.path().string(), "/data"}, {(here.path() / "deep").string(), "/data/deep/er"}});
  CHECK(where(mounts, "/data/file") == "/data file");
  CHECK(where(mounts, "/data") == "/data .");
  CHECK(where(mounts, "/data/deep/er/x") == "/data/deep/er x");
  CHECK(where(mounts, "/database") == " database");
  CHECK(where(mounts, "/data/../tmp") == " tmp");
}

TEST_CASE("the directory called . is where the program is") {
  const tests::TemporaryDirectory here;
  const Mounts mounts = mounted({{here.path().string(), "."}, {here.path().string(), "more"}});
  CHECK(mounts.cwd() == "/home/web_user");
  CHECK(where(mounts, "file") == "/home/web_user file");
  CHECK(where(mounts, "more/file") == "/home/web_user/more file");
  CHECK(where(mounts, "/tmp/file") == " tmp/file");
}

TEST_CASE("a directory of the host's may be the root") {
  const tests::TemporaryDirectory here;
  std::filesystem::create_directories(here.path() / "folder");
  const Mounts mounts = mounted({{here.path().string(), "/"}});
  auto place = mounts.find("/", "/folder").value();
  CHECK(mounts.stat(place, wasi::Follow::yes).value().type == wasi::Filetype::directory);
  CHECK(Mounts::device(mounts.find("/", "/dev/null").value()));
}

TEST_CASE("what is wrong with a directory is told") {
  const tests::TemporaryDirectory here;
  const auto refused = [](const std::vector<wasi::Preopen>& preopens) { return std::string(Mounts(wasi::MemoryFilesystem()).add(preopens).error().detail()); };
  CHECK(refused({{"/nowhere/at/all", "x"}}).find("/nowhere/at/all") != std::string::npos);
  CHECK(refused({{here.path().string(), "/x"}, {here.path().string(), "x/"}}).find("two directories") != std::string::npos);
  CHECK(refused({{here.path().string(), std::string("a\0b", 3)}}).find("NUL") != std::string::npos);
}

TEST_CASE("paths that are none are refused") {
  const Mounts mounts = mounted({});
  CHECK(error_of(mounts.find("/", "")) == Errno::noent);
  CHECK(error_of(mounts.find("/", std::string(5000, 'x'))) == Errno::nametoolong);
  CHECK(error_of(mounts.find("/", std::string_view("a\0b", 3))) == Errno::inval);
}

TEST_CASE("a tree is not left by renaming or linking, and what is mounted stays") {
  const tests::TemporaryDirectory here;
  const Mounts mounts = mounted({{here.path().string(), "/data"}, {here.path().string(), "/fixed", true}});
  const auto place = [&](std::string_view path) { return mounts.find("/", path).value(); };
  auto a = place("/tmp/a"), b = place("/data/b"), data = place("/data"), fixed = place("/fixed/x"), null = place("/dev/null");
  CHECK(error_of(mounts.rename(a, b)) == Errno::xdev);
  CHECK(error_of(mounts.link(a, wasi::Follow::no, b)) == Errno::xdev);
  CHECK(error_of(mounts.rename(data, a)) == Errno::busy);
  CHECK(error_of(mounts.remove_directory(data)) == Errno::busy);
  CHECK(error_of(mounts.unlink(data)) == Errno::isdir);
  CHECK(error_of(mounts.unlink(null)) == Errno::perm);
  CHECK(error_of(mounts.create_directory(fixed)) == Errno::rofs);
  CHECK(error_of(mounts.unlink(fixed)) == Errno::rofs);
}
