#include <wasmer/backend/singlepass/vector_literals.hpp>

#include <cstring>

#include "../../catch.hpp"
#include "vectors.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using singlepass::VectorLiterals;

TEST_CASE("a vector has an index, the same one when it comes again soon, and zero has the first", "[singlepass]") {
  VectorLiterals literals;
  CHECK(literals.add(V128{}) == VectorLiterals::zero);
  const auto first = literals.add(mixed(1)), second = literals.add(mixed(2));
  CHECK(first != VectorLiterals::zero);
  CHECK(first != second);
  CHECK(literals.add(mixed(1)) == first);
  CHECK(literals[second] == mixed(2));
  CHECK(literals[VectorLiterals::zero] == V128{});
  for (std::uint64_t seed = 3; seed < 100; ++seed) literals.add(mixed(seed));
  CHECK(literals[first] == mixed(1));
  CHECK(literals[literals.add(mixed(1))] == mixed(1));
}

TEST_CASE("those that code refers to are written, aligned, and no others", "[singlepass]") {
  VectorLiterals literals;
  masm::Masm m;
  literals.add(mixed(1));
  const auto used = literals.add(mixed(2));
  m.ret();
  literals.emit(m);
  CHECK(m.offset() == 1);
  m.sse(masm::Packed::movaps, masm::Xmm::xmm0, literals.label(used));
  const std::uint32_t end = m.offset();
  m.sse(masm::Packed::movaps, masm::Xmm::xmm0, literals.label(VectorLiterals::zero));
  literals.emit(m);
  const std::uint32_t at = end + m.read32(end - 4);
  CHECK(at % 16 == 0);
  CHECK(m.offset() == at + 16);
  CHECK(std::memcmp(m.code().data() + at, mixed(2).bytes, 16) == 0);
  CHECK(std::memcmp(m.code().data() + at - 16, V128{}.bytes, 16) == 0);
}

TEST_CASE("a function begins without those of the one before", "[singlepass]") {
  VectorLiterals literals;
  masm::Masm m;
  m.sse(masm::Packed::movaps, masm::Xmm::xmm0, literals.label(VectorLiterals::zero));
  literals.emit(m);
  const auto before = literals.add(mixed(1));
  literals.begin();
  CHECK_FALSE(literals.label(VectorLiterals::zero).is_used());
  CHECK(literals.add(mixed(2)) == before);
  CHECK_FALSE(literals.label(before).is_used());
}
