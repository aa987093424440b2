#include <wasmer/text/encoder.hpp>

#include <limits>

#include "../catch.hpp"
#include "encoded.hpp"

using namespace wasmer;
using namespace wasmer::text;

namespace {
template <class F> std::string encoded_by(F&& write) {
  Encoder out;
  write(out);
  return tests::hex(out.bytes());
}
}  // namespace

TEST_CASE("integers are written in their shortest form") {
  CHECK(encoded_by([](Encoder& out) { out.u32(0); }) == "00");
  CHECK(encoded_by([](Encoder& out) { out.u32(127); }) == "7f");
  CHECK(encoded_by([](Encoder& out) { out.u32(128); }) == "80 01");
  CHECK(encoded_by([](Encoder& out) { out.u64(~std::uint64_t{0}); }) == "ff ff ff ff ff ff ff ff ff 01");
  CHECK(encoded_by([](Encoder& out) { out.s64(63); }) == "3f");
  CHECK(encoded_by([](Encoder& out) { out.s64(64); }) == "c0 00");
  CHECK(encoded_by([](Encoder& out) { out.s64(-64); }) == "40");
  CHECK(encoded_by([](Encoder& out) { out.s64(-65); }) == "bf 7f");
  CHECK(encoded_by([](Encoder& out) { out.s64(std::numeric_limits<std::int64_t>::min()); }) == "80 80 80 80 80 80 80 80 80 7f");
}

TEST_CASE("an opcode is a byte, or a prefix and a number") {
  CHECK(encoded_by([](Encoder& out) { out.opcode(Op::i32_add); }) == "6a");
  CHECK(encoded_by([](Encoder& out) { out.opcode(Op::memory_fill); }) == "fc 0b");
  CHECK(encoded_by([](Encoder& out) { out.opcode(Op::i8x16_relaxed_swizzle); }) == "fd 80 02");
}

TEST_CASE("names and entries are preceded by how many they are") {
  CHECK(encoded_by([](Encoder& out) { out.name("ab"); }) == "02 61 62");
  CHECK(encoded_by([](Encoder& out) {
          Entries entries;
          entries.add().u8(7);
          entries.add().u8(9);
          entries.write_to(out);
        }) == "02 07 09");
}
