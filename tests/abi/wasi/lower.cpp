#include <wasmer/abi/wasi/lower.hpp>

#include <tuple>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::wasi;

namespace {

struct Log {
  std::tuple<Fd, GuestSpan<Iovec>, std::int64_t, Fdflags, GuestPointer<Size>> seen;
  std::uint64_t memory_size = 0;
};

Expected<void> record(Log& log, GuestMemory memory, Fd fd, GuestSpan<Iovec> buffers, std::int64_t delta, Fdflags flags, GuestPointer<Size> out) {
  log.seen = {fd, buffers, delta, flags, out};
  log.memory_size = memory.size();
  return fd == Fd{9} ? Expected<void>(Errno::badf) : success();
}
Expected<void> plain(Log&, GuestMemory) { return success(); }
Result<void> leave(Log&, GuestMemory, std::uint32_t code) { return Error::exit(code); }

using Recorded = Lowered<&record>;
static_assert(vm::signature_of<Recorded>().params.size() == 6);
static_assert(vm::signature_of<Recorded>().params[3] == ValueType::i64 && vm::signature_of<Recorded>().params[4] == ValueType::i32);
static_assert(vm::signature_of<Recorded>().results.size() == 1);
static_assert(vm::signature_of<Lowered<&plain>>().params.empty());
static_assert(vm::signature_of<Lowered<&leave>>().results.empty());

}  // namespace

TEST_CASE("numbers become the call's parameters, in order") {
  Log log;
  std::vector<std::byte> bytes(100);
  vm::Context context;
  context.memory = {bytes.data(), bytes.size()};
  Caller caller(context);
  CHECK(Recorded::call(&log, caller, 3u, 100u, 2u, ~std::uint64_t{0}, 5u, 64u) == 0);
  CHECK(std::get<0>(log.seen) == Fd{3});
  CHECK(std::get<1>(log.seen).address == 100);
  CHECK(std::get<1>(log.seen).count == 2);
  CHECK(std::get<2>(log.seen) == -1);
  CHECK(std::get<3>(log.seen) == Fdflags{5});
  CHECK(std::get<4>(log.seen).address == 64);
  CHECK(log.memory_size == 100);
  CHECK(Recorded::call(&log, caller, 9u, 0u, 0u, std::uint64_t{0}, 0u, 0u) == static_cast<std::uint32_t>(Errno::badf));
}

TEST_CASE("a number beyond its type's range does not become a smaller one") {
  Log log;
  vm::Context context;
  Caller caller(context);
  (void)Recorded::call(&log, caller, 0u, 0u, 0u, std::uint64_t{0}, 0x1'0001u, 0u);
  CHECK(std::get<3>(log.seen) == Fdflags{0xFFFF});
}

TEST_CASE("an Error of a call is the guest's end") {
  Log log;
  vm::Context context;
  Caller caller(context);
  const Result<void> ended = Lowered<&leave>::call(&log, caller, 3u);
  REQUIRE_FALSE(ended.has_value());
  CHECK(ended.error().exit_code() == 3);
}
