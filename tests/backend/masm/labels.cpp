#include <cstdint>
#include <span>

#include "../../catch.hpp"
#include "encodings.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using masm::Condition;
using masm::Gp;
using masm::Label;
using masm::Masm;
using masm::Width;

namespace {

Code code_of(const Masm& m) {
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(m.code().data());
  return {begin, begin + m.offset()};
}

/// Where the jump at `at` leads: short and long ones, conditional or not.
std::uint32_t destination(const Masm& m, std::uint32_t at) {
  const Code code = code_of(m);
  const bool is_short = code[at] == 0xEB || (code[at] & 0xF0) == 0x70;
  if (is_short) return at + 2 + static_cast<std::uint32_t>(static_cast<std::int8_t>(code[at + 1]));
  const std::uint32_t field = code[at] == 0x0F ? at + 2 : at + 1;
  return field + 4 + m.read32(field);
}

void fill(Masm& m, std::uint32_t bytes) {
  for (std::uint32_t i = 0; i < bytes; ++i) m.leave();
}

}  // namespace

TEST_CASE("a new label is neither bound nor used", "[masm]") {
  Label label;
  CHECK_FALSE(label.is_bound());
  CHECK_FALSE(label.is_used());
}

TEST_CASE("all jumps to a label that is bound later lead to it", "[masm]") {
  Masm m;
  Label label;
  std::vector<std::uint32_t> jumps;
  for (std::uint32_t i = 0; i < 16; ++i) {
    jumps.push_back(m.offset());
    m.jcc(static_cast<Condition>(i), label);
    jumps.push_back(m.offset());
    m.jmp(label);
    fill(m, i);
  }
  CHECK(label.is_used());
  CHECK_FALSE(label.is_bound());
  m.bind(label);
  CHECK(label.is_bound());
  for (const std::uint32_t jump : jumps) CHECK(destination(m, jump) == label.position());
}

TEST_CASE("a jump backward is short as long as 128 bytes reach", "[masm]") {
  for (const std::uint32_t distance : {0u, 1u, 125u, 126u, 127u, 128u, 1000u}) {
    Masm m;
    Label label;
    fill(m, 3);
    m.bind(label);
    fill(m, distance);
    const std::uint32_t first = m.offset();
    m.jmp(label);
    CHECK(m.offset() - first == (distance + 2 <= 128 ? 2u : 5u));
    CHECK(destination(m, first) == 3);
    const std::uint32_t second = m.offset();
    m.jcc(Condition::ne, label);
    CHECK(m.offset() - second == (second - 3 + 2 <= 128 ? 2u : 6u));
    CHECK(destination(m, second) == 3);
  }
}

TEST_CASE("short forward jumps skip up to 127 bytes", "[masm]") {
  for (const std::uint32_t distance : {0u, 1u, 127u}) {
    Masm m;
    const std::uint32_t conditional = m.jcc_short(Condition::p);
    fill(m, distance);
    m.bind_short(conditional);
    CHECK(destination(m, 0) == 2 + distance);
    const std::uint32_t at = m.offset(), plain = m.jmp_short();
    fill(m, distance);
    m.bind_short(plain);
    CHECK(destination(m, at) == m.offset());
  }
}

TEST_CASE("a jump or call that is filled in later gives its displacement's place", "[masm]") {
  Masm m;
  const std::uint32_t jump = m.jcc_later(Condition::b);
  const std::uint32_t call = m.call_later();
  CHECK(jump == 2);
  CHECK(call == 7);
  CHECK(to_text(code_of(m)) == "0f 82 00 00 00 00 e8 00 00 00 00");
  m.write32(jump, 0x01020304);
  CHECK(m.read32(jump) == 0x01020304);
  CHECK(to_text(code_of(m)) == "0f 82 04 03 02 01 e8 00 00 00 00");
  CHECK(m.jmp_later() == 12);
  CHECK(to_text(code_of(m)) == "0f 82 04 03 02 01 e8 00 00 00 00 e9 00 00 00 00");
}

TEST_CASE("the address of a label is relative to the instruction, before and after it is bound", "[masm]") {
  for (const Gp reg : all_gp()) {
    Masm m;
    Label label;
    m.lea(reg, label);
    const std::uint32_t first = m.offset();
    fill(m, 9);
    m.bind(label);
    m.lea(reg, label);
    const auto theirs = [&](std::int32_t disp) { return assembled([&](x86::Assembler& x) { return x.lea(gp(Width::w64, reg), x86::ptr(x86::rip, disp)); }); };
    const Code code = code_of(m);
    CHECK(to_text(Code(code.begin(), code.begin() + first)) == to_text(theirs(9)));
    CHECK(to_text(Code(code.begin() + label.position(), code.end())) == to_text(theirs(-7)));
  }
}

TEST_CASE("code that is taken back leaves earlier jumps as they were", "[masm]") {
  Masm m;
  Label label;
  m.jmp(label);
  const std::uint32_t kept = m.offset();
  fill(m, 40);
  m.rewind(kept);
  CHECK(m.offset() == kept);
  m.ret();
  m.bind(label);
  CHECK(destination(m, 0) == kept + 1);
}

TEST_CASE("code can be moved to before where it was written", "[masm]") {
  Masm m;
  m.reserve(16);
  m.ret();
  const std::uint32_t end = m.offset();
  m.push(Gp::rbp);
  m.mov(Width::w64, Gp::rbp, Gp::rsp);
  const std::uint32_t size = m.offset() - end;
  m.move(16 - size, end, size);
  m.rewind(end);
  CHECK(to_text(code_of(m)) == "cc cc cc cc cc cc cc cc cc cc cc cc 55 48 8b ec c3");
}

TEST_CASE("alignment fills with int3 and does nothing where nothing is to be done", "[masm]") {
  Masm m;
  m.align(16);
  CHECK(m.offset() == 0);
  m.ret();
  m.align(8);
  CHECK(to_text(code_of(m)) == "c3 cc cc cc cc cc cc cc");
  m.align(8);
  CHECK(m.offset() == 8);
  m.word32(0x0A0B0C0D);
  m.word64(1);
  CHECK(m.offset() == 20);
  CHECK(m.read32(8) == 0x0A0B0C0D);
}

TEST_CASE("the buffer grows past 64 KiB with asmjit's instructions among ours, and labels hold", "[masm]") {
  Masm m;
  Label start, end;
  Code expected;
  const std::uint32_t jump = m.offset();
  m.jmp(end);
  m.bind(start);
  const std::uint32_t begin = m.offset();
  const Code ours = encoded([](Masm& one) { one.mov(Width::w64, Gp::r9, masm::Mem{Gp::r12, 0x1234}); });
  const Code theirs = assembled([](x86::Assembler& x) { return x.bswap(x86::r10); });
  std::uint32_t rounds = 0;
  while (m.offset() < 300'000) {
    m.mov(Width::w64, Gp::r9, masm::Mem{Gp::r12, 0x1234});
    REQUIRE(m.asmjit().bswap(x86::r10) == masm::asmjit_ok);
    ++rounds;
  }
  const std::uint32_t back = m.offset();
  m.jmp(start);
  m.bind(end);
  m.ret();
  CHECK_FALSE(m.failed());
  CHECK(back - begin == rounds * (ours.size() + theirs.size()));
  CHECK(destination(m, jump) == end.position());
  CHECK(destination(m, back) == begin);
  const Code code = code_of(m);
  bool same = true;
  for (std::uint32_t i = 0; i < rounds; ++i) {
    const auto at = code.begin() + begin + static_cast<std::ptrdiff_t>(i * (ours.size() + theirs.size()));
    same = same && std::equal(ours.begin(), ours.end(), at) && std::equal(theirs.begin(), theirs.end(), at + static_cast<std::ptrdiff_t>(ours.size()));
  }
  CHECK(same);
}

TEST_CASE("clearing forgets the code and keeps the memory", "[masm]") {
  Masm m;
  fill(m, 100'000);
  const auto* const memory = m.code().data();
  m.clear();
  CHECK(m.offset() == 0);
  CHECK(m.code().empty());
  fill(m, 100'000);
  CHECK(m.code().data() == memory);
}
