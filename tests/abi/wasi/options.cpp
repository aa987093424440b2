#include <wasmer/abi/wasi/options.hpp>

#include <type_traits>

#include <wasmer/abi/wasi/host_filesystem.hpp>

#include "../../catch.hpp"

using namespace wasmer::wasi;

namespace {

using HostOptions = Options<HostFilesystem>;

static_assert(std::is_aggregate_v<HostOptions> && std::is_aggregate_v<Preopen> && std::is_aggregate_v<wasmer::wasi::Limits>,
              "each is written as {.name = value}");
static_assert(wasmer::wasi::Limits{}.open_files == 1024 && wasmer::wasi::Limits{}.subscriptions == 4096);
static_assert(wasmer::wasi::Limits{.open_files = 3}.subscriptions == 4096);

}  // namespace

TEST_CASE("by default a program has the embedder's standard descriptors and nothing else") {
  const HostOptions options;
  CHECK(options.args.empty());
  CHECK(options.env.empty());
  CHECK(options.preopens.empty());
  CHECK(options.in.descriptor() == 0);
  CHECK(options.out.descriptor() == 1);
  CHECK(options.err.descriptor() == 2);
  CHECK(options.filesystem.resolution == best_resolution());
}

TEST_CASE("a directory is named by its host's path alone, and can be changed unless it is said not to be") {
  const Preopen plain{"/data"};
  CHECK(plain.host == "/data");
  CHECK(plain.guest.empty());
  CHECK_FALSE(plain.read_only);
}

TEST_CASE("options say what they mean by name, in the order of their declaration") {
  const HostOptions options{.args = {"program", "-v"},
                            .env = {"HOME=/"},
                            .preopens = {{".", "/"}, {"/data", "/in", true}},
                            .err = -1,
                            .limits = {.open_files = 8},
                            .filesystem = {.resolution = Resolution::walk}};
  CHECK(options.args.back() == "-v");
  CHECK(options.env.front() == "HOME=/");
  CHECK(options.preopens[0].guest == "/");
  CHECK(options.preopens[1].read_only);
  CHECK(options.out.descriptor() == 1);
  CHECK(options.err.descriptor() == -1);
  CHECK(options.limits.open_files == 8);
  CHECK(options.filesystem.resolution == Resolution::walk);
}
