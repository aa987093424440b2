#include <vector>

#include <wasmer/backend/masm/registers.hpp>

#include "../../catch.hpp"

using namespace wasmer::masm;

static_assert(number(Gp::r15) == 15 && number(Xmm::xmm0) == 0);
static_assert(Reg(Gp::rax).code() == 0 && Reg(Xmm::xmm0).code() == 16 && Reg(Xmm::xmm15).code() == 31);
static_assert(!Reg(Gp::r15).is_xmm() && Reg(Xmm::xmm3).is_xmm());
static_assert(Reg(Gp::r9).gp() == Gp::r9 && Reg(Xmm::xmm9).xmm() == Xmm::xmm9);
static_assert(Reg::from_code(20) == Reg(Xmm::xmm4));
static_assert(!(Reg() == Reg(Gp::rax)));
static_assert(RegSet{}.empty() && RegSet{Gp::rax}.size() == 1);
static_assert(RegSet{Gp::rdx, Xmm::xmm1}.first() == Reg(Gp::rdx));
static_assert((RegSet{Gp::rax, Gp::rbx} - RegSet{Gp::rax}) == RegSet{Gp::rbx});
static_assert((RegSet{Gp::rax, Gp::rbx} & RegSet{Gp::rbx, Gp::rcx}) == RegSet{Gp::rbx});
static_assert((RegSet{Xmm::xmm15} | RegSet{Gp::rax}).bits() == 0x8000'0001u);

TEST_CASE("a register set holds what was added and no more", "[masm]") {
  for (unsigned code = 0; code < 32; ++code) {
    RegSet set;
    const Reg reg = Reg::from_code(code);
    CHECK_FALSE(set.has(reg));
    set.add(reg);
    CHECK(set.has(reg));
    CHECK(set.size() == 1);
    CHECK(set.first() == reg);
    set.remove(reg);
    CHECK(set.empty());
  }
}

TEST_CASE("the members of a register set are visited in the order of their codes", "[masm]") {
  std::vector<unsigned> seen;
  RegSet{Xmm::xmm15, Gp::r15, Gp::rax, Xmm::xmm0}.for_each([&](Reg reg) { seen.push_back(reg.code()); });
  CHECK(seen == std::vector<unsigned>{0, 15, 16, 31});
}

TEST_CASE("a condition negated twice is itself, and so is one whose operands are swapped twice", "[masm]") {
  for (unsigned code = 0; code < 16; ++code) {
    const auto condition = static_cast<Condition>(code);
    CHECK(negate(negate(condition)) == condition);
    CHECK(negate(condition) != condition);
    CHECK(swap_operands(swap_operands(condition)) == condition);
  }
}

TEST_CASE("swapping operands turns less into greater and keeps equality", "[masm]") {
  CHECK(swap_operands(Condition::l) == Condition::g);
  CHECK(swap_operands(Condition::be) == Condition::ae);
  CHECK(swap_operands(Condition::e) == Condition::e);
  CHECK(negate(Condition::l) == Condition::ge);
  CHECK(negate(Condition::a) == Condition::be);
}
