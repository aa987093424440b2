#include <wasmer/abi/wasi/either_file.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include "conformance.hpp"

using namespace wasmer::tests;
using namespace wasmer::wasi;

namespace {

using Either = EitherFile<MemoryFile, HostFile>;
static_assert(File<Either> && File<EitherFile<HostFile, MemoryFile>>);

}  // namespace

TEST_CASE("a file of either kind answers as what it is") {
  MemoryFilesystem memory;
  REQUIRE(memory.write_file("file", "in memory"));
  const auto directory = memory.preopen("/").value();
  Path path = path_of("file");
  const Either first = memory.open(directory, path, {}).value();
  const Descriptor descriptor(::memfd_create("either", MFD_CLOEXEC));
  const Either second = Either::borrow(descriptor.number());
  REQUIRE(write(second, "on the host"));
  CHECK(read(first, 20).value() == "in memory");
  CHECK(read_at(second, 20, 0).value() == "on the host");
  CHECK(first.pollable() == -1);
  CHECK(second.pollable() == descriptor.number());
  CHECK(first.as<MemoryFile>() != nullptr);
  CHECK(first.as<HostFile>() == nullptr);
  CHECK(second.as<HostFile>() != nullptr);
}

TEST_CASE("flags are set on the file that it is") {
  MemoryFilesystem memory;
  Either file = memory.preopen("/").value();
  REQUIRE(file.set_flags(Fdflags::append));
  CHECK(file.flags() == Fdflags::append);
  CHECK(file.as<MemoryFile>()->flags() == Fdflags::append);
}
