#include <wasmer/abi/wasi/state.hpp>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

namespace {

std::string refusal(const Options<FS>& options) {
  const auto made = State<FS>::make(options);
  if (made) return "accepted";
  CHECK(made.error().id() == ErrorId::invalid_option);
  return std::string(made.error().detail());
}

}  // namespace

TEST_CASE("a state has the descriptors that its options name, preopens from 3") {
  TemporaryDirectory directory;
  Options<FS> options;
  options.preopens = {{directory.path(), "/a"}, {directory.path(), "/b"}};
  const auto state = State<FS>::make(options).value();
  CHECK_FALSE(state.files().get(Fd{0}).value()->preopen);
  CHECK(state.files().get(Fd{3}).value()->preopen == "/a");
  CHECK(state.files().get(Fd{4}).value()->preopen == "/b");
  CHECK(errno_of(state.files().get(Fd{5})) == Errno::badf);
}

TEST_CASE("a directory without a name of its own is called as on the host") {
  Options<FS> options;
  options.preopens = {{"."}};
  CHECK(State<FS>::make(options).value().files().get(Fd{3}).value()->preopen == ".");
}

TEST_CASE("a closed standard descriptor is closed for the guest") {
  Options<FS> options;
  options.in = -1;
  const auto state = State<FS>::make(options).value();
  CHECK(errno_of(state.files().get(Fd{0})) == Errno::badf);
  CHECK(state.files().get(Fd{1}).has_value());
}

TEST_CASE("nothing is preopened that was not asked for") {
  const auto state = State<FS>::make({}).value();
  for (std::uint32_t fd = 0; fd < 16; ++fd)
    if (const auto entry = state.files().get(Fd{fd})) CHECK_FALSE(entry.value()->preopen.has_value());
}

TEST_CASE("an option that cannot be is refused by name") {
  TemporaryDirectory directory;
  write_file(directory.path() / "file", "");
  Options<FS> options;

  SECTION("an argument with a NUL") {
    options.args = {"ok", std::string("b\0d", 3)};
    CHECK(refusal(options) == std::string("the argument `b\0d` has a NUL in it", 34));
  }
  SECTION("an environment entry without a name or a value") {
    options.env = {"A=b=c", "NAME"};
    CHECK(refusal(options) == "the environment entry `NAME` is not NAME=value");
    options.env = {"=x"};
    CHECK(refusal(options) == "the environment entry `=x` is not NAME=value");
  }
  SECTION("a directory that is not there, or is none") {
    options.preopens = {{"/no/such/directory", "/"}};
    CHECK(refusal(options) == "the directory `/no/such/directory` cannot be opened: No such file or directory");
    options.preopens = {{directory.path() / "file", "/"}};
    CHECK(refusal(options) == "the directory `" + (directory.path() / "file").string() + "` cannot be opened: Not a directory");
  }
  SECTION("two directories of one name") {
    options.preopens = {{directory.path(), "/data"}, {".", "/data"}};
    CHECK(refusal(options) == "two directories are called `/data`");
  }
  SECTION("a limit below what is asked for") {
    options.limits.open_files = 3;
    options.preopens = {{directory.path(), "/data"}};
    CHECK(refusal(options) == "more directories than files may be open");
  }
}
