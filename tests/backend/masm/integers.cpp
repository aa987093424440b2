#include "../../catch.hpp"
#include "encodings.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using masm::Alu;
using masm::Count;
using masm::Extend;
using masm::Gp;
using masm::Masm;
using masm::Mem;
using masm::Shift;
using masm::Width;

namespace {

/// Calls `f(width, a, b)` with all pairs of registers.
template <class F> void pairs(F&& f) {
  for (const Width width : widths)
    for (const Gp a : all_gp())
      for (const Gp b : all_gp()) f(width, a, b);
}
/// Calls `f(width, register, memory)`: every address with one register, and a few addresses with every register.
template <class F> void accesses(F&& f) {
  for (const Width width : widths) {
    for (const Mem& at : all_mem()) f(width, Gp::rcx, at), f(width, Gp::r14, at);
    for (const Gp reg : all_gp()) f(width, reg, Mem{Gp::rbp, -8}), f(width, reg, Mem{Gp::r12, 0, Gp::r13, 3});
  }
}

/// The same instruction for rax: asmjit has a shorter form for it that the macro assembler leaves aside. `modrm` is where the byte is that names the register.
Code for_rax(Code of_rcx, std::size_t modrm) { return --of_rcx[modrm], of_rcx; }

}  // namespace

TEST_CASE("moves between registers and memory are encoded as asmjit does", "[masm]") {
  Comparison seen;
  pairs([&](Width width, Gp a, Gp b) { seen.same([&](Masm& m) { m.mov(width, a, b); }, [&](x86::Assembler& x) { return x.mov(gp(width, a), gp(width, b)); }); });
  accesses([&](Width width, Gp reg, Mem at) {
    seen.same([&](Masm& m) { m.mov(width, reg, at); }, [&](x86::Assembler& x) { return x.mov(gp(width, reg), mem(width, at)); });
    seen.same([&](Masm& m) { m.mov(width, at, reg); }, [&](x86::Assembler& x) { return x.mov(mem(width, at), gp(width, reg)); });
    seen.same([&](Masm& m) { m.lea(width, reg, at); }, [&](x86::Assembler& x) { return x.lea(gp(width, reg), mem(width, at)); });
  });
  CHECK(seen.differences() == "");
  CHECK(seen.count() > 4000);
}

TEST_CASE("moves of bytes and halves to memory name every register's lowest byte", "[masm]") {
  Comparison seen;
  accesses([&](Width, Gp reg, Mem at) {
    seen.same([&](Masm& m) { m.mov8(at, reg); }, [&](x86::Assembler& x) { return x.mov(mem(at, 1), gp8(reg)); });
    seen.same([&](Masm& m) { m.mov16(at, reg); }, [&](x86::Assembler& x) { return x.mov(mem(at, 2), gp16(reg)); });
  });
  CHECK(seen.differences() == "");
}

TEST_CASE("moves of immediates to memory extend their sign", "[masm]") {
  Comparison seen;
  for (const Mem& at : all_mem())
    for (const std::int32_t imm : immediates) {
      for (const Width width : widths)
        seen.same([&](Masm& m) { m.mov(width, at, imm); }, [&](x86::Assembler& x) { return x.mov(mem(width, at), imm); });
      seen.same([&](Masm& m) { m.mov8(at, static_cast<std::int8_t>(imm)); }, [&](x86::Assembler& x) { return x.mov(mem(at, 1), static_cast<std::int8_t>(imm)); });
      seen.same([&](Masm& m) { m.mov16(at, static_cast<std::int16_t>(imm)); }, [&](x86::Assembler& x) { return x.mov(mem(at, 2), static_cast<std::int16_t>(imm)); });
    }
  CHECK(seen.differences() == "");
}

TEST_CASE("a constant is moved to a register in the fewest bytes", "[masm]") {
  Comparison seen;
  for (const Gp reg : all_gp()) {
    for (const std::uint64_t imm : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0x7FFF'FFFF}, std::uint64_t{0x8000'0000}, std::uint64_t{0xFFFF'FFFF}})
      seen.same([&](Masm& m) { m.mov(reg, imm); }, [&](x86::Assembler& x) { return x.mov(gp(Width::w32, reg), imm); });
    for (const std::int64_t imm : {std::int64_t{-1}, std::int64_t{INT32_MIN}})
      seen.same([&](Masm& m) { m.mov(reg, static_cast<std::uint64_t>(imm)); }, [&](x86::Assembler& x) { return x.mov(gp(Width::w64, reg), imm); });
    for (const std::uint64_t imm : {std::uint64_t{0x1'0000'0000}, std::uint64_t{0xFFFF'FFFF'7FFF'FFFF}, std::uint64_t{0x1234'5678'9ABC'DEF0}})
      seen.same([&](Masm& m) { m.mov(reg, imm); }, [&](x86::Assembler& x) { return x.movabs(gp(Width::w64, reg), imm); });
  }
  CHECK(seen.differences() == "");
  CHECK(encoded([](Masm& m) { m.mov(Gp::rax, 0xFFFF'FFFF); }).size() == 5);
  CHECK(encoded([](Masm& m) { m.mov(Gp::rax, ~std::uint64_t{0}); }).size() == 7);
}

TEST_CASE("loads that widen are encoded as asmjit does", "[masm]") {
  Comparison seen;
  accesses([&](Width width, Gp reg, Mem at) {
    seen.same([&](Masm& m) { m.load_extend(width, Extend::zero8, reg, at); }, [&](x86::Assembler& x) { return x.movzx(gp(width, reg), mem(at, 1)); });
    seen.same([&](Masm& m) { m.load_extend(width, Extend::zero16, reg, at); }, [&](x86::Assembler& x) { return x.movzx(gp(width, reg), mem(at, 2)); });
    seen.same([&](Masm& m) { m.load_extend(width, Extend::sign8, reg, at); }, [&](x86::Assembler& x) { return x.movsx(gp(width, reg), mem(at, 1)); });
    seen.same([&](Masm& m) { m.load_extend(width, Extend::sign16, reg, at); }, [&](x86::Assembler& x) { return x.movsx(gp(width, reg), mem(at, 2)); });
    if (width == Width::w64)
      seen.same([&](Masm& m) { m.load_extend(width, Extend::sign32, reg, at); }, [&](x86::Assembler& x) { return x.movsxd(gp(width, reg), mem(at, 4)); });
  });
  CHECK(seen.differences() == "");
}

TEST_CASE("widening within registers names the low bytes of rsi and rdi, not ah and its like", "[masm]") {
  Comparison seen;
  pairs([&](Width width, Gp a, Gp b) {
    seen.same([&](Masm& m) { m.extend(width, Extend::sign8, a, b); }, [&](x86::Assembler& x) { return x.movsx(gp(width, a), gp8(b)); });
    seen.same([&](Masm& m) { m.extend(width, Extend::zero8, a, b); }, [&](x86::Assembler& x) { return x.movzx(gp(width, a), gp8(b)); });
    if (width == Width::w64) seen.same([&](Masm& m) { m.extend(width, Extend::sign32, a, b); }, [&](x86::Assembler& x) { return x.movsxd(gp(width, a), gp(Width::w32, b)); });
    // A REX prefix without bits is superfluous here, and harmless.
    const Code ours = encoded([&](Masm& m) { m.extend(width, Extend::sign16, a, b); });
    Code theirs = assembled([&](x86::Assembler& x) { return x.movsx(gp(width, a), gp16(b)); });
    if (theirs.size() + 1 == ours.size()) theirs.insert(theirs.begin(), 0x40);
    seen.same([&](Masm& m) { m.extend(width, Extend::sign16, a, b); }, theirs);
  });
  CHECK(seen.differences() == "");
}

TEST_CASE("the eight classic instructions are encoded as asmjit does", "[masm]") {
  using Id = x86::Inst::Id;
  static constexpr Id ids[] = {Id::kIdAdd, Id::kIdOr, Id::kIdAdc, Id::kIdSbb, Id::kIdAnd, Id::kIdSub, Id::kIdXor, Id::kIdCmp};
  Comparison seen;
  for (unsigned i = 0; i < 8; ++i) {
    const auto op = static_cast<Alu>(i);
    pairs([&](Width width, Gp a, Gp b) { seen.same([&](Masm& m) { m.alu(op, width, a, b); }, [&](x86::Assembler& x) { return x.emit(ids[i], gp(width, a), gp(width, b)); }); });
    accesses([&](Width width, Gp reg, Mem at) {
      seen.same([&](Masm& m) { m.alu(op, width, reg, at); }, [&](x86::Assembler& x) { return x.emit(ids[i], gp(width, reg), mem(width, at)); });
      for (const std::int32_t imm : {-128, 127, 128, INT32_MIN})
        seen.same([&](Masm& m) { m.alu(op, width, at, imm); }, [&](x86::Assembler& x) { return x.emit(ids[i], mem(width, at), imm); });
    });
    for (const Width width : widths)
      for (const Gp reg : all_gp())
        for (const std::int32_t imm : immediates) {
          const auto theirs = [&](Gp of) { return assembled([&](x86::Assembler& x) { return x.emit(ids[i], gp(width, of), imm); }); };
          const bool rax_is_special = reg == Gp::rax && !Masm::fits8(imm);
          seen.same([&](Masm& m) { m.alu(op, width, reg, imm); }, rax_is_special ? for_rax(theirs(Gp::rcx), width == Width::w64 ? 2 : 1) : theirs(reg));
        }
  }
  CHECK(seen.differences() == "");
  CHECK(seen.count() > 30000);
}

TEST_CASE("test, neg, not, imul and xchg are encoded as asmjit does", "[masm]") {
  Comparison seen;
  pairs([&](Width width, Gp a, Gp b) {
    seen.same([&](Masm& m) { m.test(width, a, b); }, [&](x86::Assembler& x) { return x.test(gp(width, a), gp(width, b)); });
    seen.same([&](Masm& m) { m.imul(width, a, b); }, [&](x86::Assembler& x) { return x.imul(gp(width, a), gp(width, b)); });
    for (const std::int32_t imm : immediates)
      seen.same([&](Masm& m) { m.imul(width, a, b, imm); }, [&](x86::Assembler& x) { return x.imul(gp(width, a), gp(width, b), imm); });
    if (a != Gp::rax && b != Gp::rax)  // an exchange has no direction, and asmjit takes the other one
      seen.same([&](Masm& m) { m.xchg(a, b); }, [&](x86::Assembler& x) { return x.xchg(gp(Width::w64, b), gp(Width::w64, a)); });
  });
  accesses([&](Width width, Gp reg, Mem at) { seen.same([&](Masm& m) { m.imul(width, reg, at); }, [&](x86::Assembler& x) { return x.imul(gp(width, reg), mem(width, at)); }); });
  for (const Width width : widths)
    for (const Gp reg : all_gp()) {
      seen.same([&](Masm& m) { m.neg(width, reg); }, [&](x86::Assembler& x) { return x.neg(gp(width, reg)); });
      seen.same([&](Masm& m) { m.not_(width, reg); }, [&](x86::Assembler& x) { return x.not_(gp(width, reg)); });
      for (const std::int32_t imm : immediates) {
        const auto theirs = [&](Gp of) { return assembled([&](x86::Assembler& x) { return x.test(gp(width, of), imm); }); };
        seen.same([&](Masm& m) { m.test(width, reg, imm); }, reg == Gp::rax ? for_rax(theirs(Gp::rcx), width == Width::w64 ? 2 : 1) : theirs(reg));
      }
    }
  CHECK(seen.differences() == "");
  CHECK(to_text(encoded([](Masm& m) { m.xchg(Gp::rax, Gp::r9); })) == "49 87 c1");
}

TEST_CASE("shifts and rotates are encoded as asmjit does", "[masm]") {
  using Id = x86::Inst::Id;
  struct Named {
    Shift op;
    Id id;
  };
  Comparison seen;
  for (const auto [op, id] : {Named{Shift::rol, Id::kIdRol}, {Shift::ror, Id::kIdRor}, {Shift::shl, Id::kIdShl}, {Shift::shr, Id::kIdShr}, {Shift::sar, Id::kIdSar}})
    for (const Width width : widths)
      for (const Gp reg : all_gp()) {
        for (const std::uint8_t count : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{31}, std::uint8_t{63}})
          seen.same([&, op = op](Masm& m) { m.shift(op, width, reg, count); }, [&, id = id](x86::Assembler& x) { return x.emit(id, gp(width, reg), count); });
        seen.same([&, op = op](Masm& m) { m.shift(op, width, reg); }, [&, id = id](x86::Assembler& x) { return x.emit(id, gp(width, reg), x86::cl); });
      }
  CHECK(seen.differences() == "");
}

TEST_CASE("shifts of BMI2 name their three registers in asmjit's order", "[masm]") {
  Comparison seen;
  pairs([&](Width width, Gp a, Gp b) {
    for (const Gp count : {Gp::rax, Gp::rdi, Gp::r8, Gp::r15}) {
      seen.same([&](Masm& m) { m.shift_to(Shift::shl, width, a, b, count); }, [&](x86::Assembler& x) { return x.shlx(gp(width, a), gp(width, b), gp(width, count)); });
      seen.same([&](Masm& m) { m.shift_to(Shift::shr, width, a, b, count); }, [&](x86::Assembler& x) { return x.shrx(gp(width, a), gp(width, b), gp(width, count)); });
      seen.same([&](Masm& m) { m.shift_to(Shift::sar, width, a, b, count); }, [&](x86::Assembler& x) { return x.sarx(gp(width, a), gp(width, b), gp(width, count)); });
    }
    for (const std::uint8_t count : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{31}, std::uint8_t{63}})
      seen.same([&](Masm& m) { m.rotate_to(width, a, b, count); }, [&](x86::Assembler& x) { return x.rorx(gp(width, a), gp(width, b), count); });
  });
  CHECK(seen.differences() == "");
}

TEST_CASE("bit counts, scans and conditional moves are encoded as asmjit does", "[masm]") {
  Comparison seen;
  pairs([&](Width width, Gp a, Gp b) {
    seen.same([&](Masm& m) { m.count(Count::ones, width, a, b); }, [&](x86::Assembler& x) { return x.popcnt(gp(width, a), gp(width, b)); });
    seen.same([&](Masm& m) { m.count(Count::trailing_zeros, width, a, b); }, [&](x86::Assembler& x) { return x.tzcnt(gp(width, a), gp(width, b)); });
    seen.same([&](Masm& m) { m.count(Count::leading_zeros, width, a, b); }, [&](x86::Assembler& x) { return x.lzcnt(gp(width, a), gp(width, b)); });
    seen.same([&](Masm& m) { m.bit_scan(width, true, a, b); }, [&](x86::Assembler& x) { return x.bsr(gp(width, a), gp(width, b)); });
    seen.same([&](Masm& m) { m.bit_scan(width, false, a, b); }, [&](x86::Assembler& x) { return x.bsf(gp(width, a), gp(width, b)); });
    seen.same([&](Masm& m) { m.cmov(width, masm::Condition::o, a, b); }, [&](x86::Assembler& x) { return x.cmovo(gp(width, a), gp(width, b)); });
    seen.same([&](Masm& m) { m.cmov(width, masm::Condition::be, a, b); }, [&](x86::Assembler& x) { return x.cmovbe(gp(width, a), gp(width, b)); });
    seen.same([&](Masm& m) { m.cmov(width, masm::Condition::g, a, b); }, [&](x86::Assembler& x) { return x.cmovg(gp(width, a), gp(width, b)); });
  });
  CHECK(seen.differences() == "");
}

TEST_CASE("division, what comes before it, and products of two words are encoded as asmjit does", "[masm]") {
  Comparison seen;
  for (const Width width : widths)
    for (const Gp reg : all_gp()) {
      const x86::Gp high = gp(width, Gp::rdx), low = gp(width, Gp::rax);
      seen.same([&](Masm& m) { m.divide(width, true, reg); }, [&](x86::Assembler& x) { return x.idiv(high, low, gp(width, reg)); });
      seen.same([&](Masm& m) { m.divide(width, false, reg); }, [&](x86::Assembler& x) { return x.div(high, low, gp(width, reg)); });
      if (width == Width::w32) continue;
      seen.same([&](Masm& m) { m.multiply(true, reg); }, [&](x86::Assembler& x) { return x.imul(high, low, gp(width, reg)); });
      seen.same([&](Masm& m) { m.multiply(false, reg); }, [&](x86::Assembler& x) { return x.mul(high, low, gp(width, reg)); });
    }
  seen.same([](Masm& m) { m.sign_to_rdx(Width::w32); }, [](x86::Assembler& x) { return x.cdq(); });
  seen.same([](Masm& m) { m.sign_to_rdx(Width::w64); }, [](x86::Assembler& x) { return x.cqo(); });
  CHECK(seen.differences() == "");
}

TEST_CASE("a condition becomes 0 or 1 in the whole of any register", "[masm]") {
  Comparison seen;
  for (const Gp reg : all_gp()) {
    Code expected = assembled([&](x86::Assembler& x) { return x.setb(gp8(reg)); });
    const Code widened = assembled([&](x86::Assembler& x) { return x.movzx(gp(Width::w32, reg), gp8(reg)); });
    expected.insert(expected.end(), widened.begin(), widened.end());
    seen.same([&](Masm& m) { m.set(masm::Condition::b, reg); }, expected);
  }
  CHECK(seen.differences() == "");
}

TEST_CASE("push, pop, returns and indirect jumps are encoded as asmjit does", "[masm]") {
  Comparison seen;
  for (const Gp reg : all_gp()) {
    seen.same([&](Masm& m) { m.push(reg); }, [&](x86::Assembler& x) { return x.push(gp(Width::w64, reg)); });
    seen.same([&](Masm& m) { m.pop(reg); }, [&](x86::Assembler& x) { return x.pop(gp(Width::w64, reg)); });
    seen.same([&](Masm& m) { m.jmp(reg); }, [&](x86::Assembler& x) { return x.jmp(gp(Width::w64, reg)); });
    seen.same([&](Masm& m) { m.call(reg); }, [&](x86::Assembler& x) { return x.call(gp(Width::w64, reg)); });
  }
  for (const Mem& at : all_mem()) seen.same([&](Masm& m) { m.call(at); }, [&](x86::Assembler& x) { return x.call(mem(at, 8)); });
  seen.same([](Masm& m) { m.ret(); }, [](x86::Assembler& x) { return x.ret(); });
  seen.same([](Masm& m) { m.leave(); }, [](x86::Assembler& x) { return x.leave(); });
  seen.same([](Masm& m) { m.ud2(); }, [](x86::Assembler& x) { return x.ud2(); });
  CHECK(seen.differences() == "");
}

TEST_CASE("atomic accesses are encoded as asmjit does, in all four sizes", "[masm]") {
  Comparison seen;
  const auto sized = [](unsigned bytes, Gp reg) { return bytes == 1 ? gp8(reg) : bytes == 2 ? gp16(reg) : gp(bytes == 8 ? Width::w64 : Width::w32, reg); };
  for (const unsigned bytes : {1u, 2u, 4u, 8u}) {
    accesses([&](Width, Gp reg, Mem at) {
      seen.same([&](Masm& m) { m.xchg(bytes, at, reg); }, [&](x86::Assembler& x) { return x.xchg(mem(at, bytes), sized(bytes, reg)); });
      seen.same([&](Masm& m) { m.lock_xadd(bytes, at, reg); }, [&](x86::Assembler& x) { return x.lock().xadd(mem(at, bytes), sized(bytes, reg)); });
      seen.same([&](Masm& m) { m.lock_cmpxchg(bytes, at, reg); }, [&](x86::Assembler& x) { return x.lock().cmpxchg(mem(at, bytes), sized(bytes, reg), sized(bytes, Gp::rax)); });
      seen.same([&](Masm& m) { m.lock_alu(Alu::add, bytes, at, reg); }, [&](x86::Assembler& x) { return x.lock().add(mem(at, bytes), sized(bytes, reg)); });
      seen.same([&](Masm& m) { m.lock_alu(Alu::xor_, bytes, at, reg); }, [&](x86::Assembler& x) { return x.lock().xor_(mem(at, bytes), sized(bytes, reg)); });
    });
    for (const Mem& at : all_mem())
      for (const std::int32_t imm : immediates) {
        if (bytes < 4 && imm != static_cast<std::int16_t>(imm)) continue;
        if (bytes < 2 && imm != static_cast<std::int8_t>(imm)) continue;
        seen.same([&](Masm& m) { m.lock_alu(Alu::sub, bytes, at, imm); }, [&](x86::Assembler& x) { return x.lock().sub(mem(at, bytes), imm); });
        seen.same([&](Masm& m) { m.lock_alu(Alu::or_, bytes, at, imm); }, [&](x86::Assembler& x) { return x.lock().or_(mem(at, bytes), imm); });
      }
  }
  for (const Gp reg : all_gp())
    if (reg != Gp::rax) seen.same([&](Masm& m) { m.test8(reg, 7); }, [&](x86::Assembler& x) { return x.test(gp8(reg), 7); });
  seen.same([](Masm& m) { m.mfence(); }, [](x86::Assembler& x) { return x.mfence(); });
  CHECK(seen.differences() == "");
}

TEST_CASE("an atomic operation takes the low bits of an immediate that is too wide", "[masm]") {
  CHECK(encoded([](Masm& m) { m.lock_alu(Alu::and_, 1, Mem{Gp::rcx}, 0x1234FF); }) == Code{0xF0, 0x80, 0x21, 0xFF});
  CHECK(encoded([](Masm& m) { m.lock_alu(Alu::and_, 2, Mem{Gp::rcx}, 0x12345); }) == Code{0xF0, 0x66, 0x81, 0x21, 0x45, 0x23});
  CHECK(encoded([](Masm& m) { m.lock_alu(Alu::and_, 2, Mem{Gp::rcx}, 0x1FFFF); }) == Code{0xF0, 0x66, 0x83, 0x21, 0xFF});
}
