#include "../../catch.hpp"
#include "encodings.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using masm::FloatBits;
using masm::FloatOp;
using masm::FloatWidth;
using masm::Gp;
using masm::Masm;
using masm::Mem;
using masm::Width;
using masm::Xmm;
using Id = x86::Inst::Id;

namespace {

struct Named {
  FloatOp op;
  Id f32, f64;
  Id id(FloatWidth width) const { return width == FloatWidth::f32 ? f32 : f64; }
};
constexpr Named operations[] = {
    {FloatOp::sqrt, Id::kIdSqrtss, Id::kIdSqrtsd}, {FloatOp::add, Id::kIdAddss, Id::kIdAddsd}, {FloatOp::mul, Id::kIdMulss, Id::kIdMulsd},
    {FloatOp::sub, Id::kIdSubss, Id::kIdSubsd},    {FloatOp::min, Id::kIdMinss, Id::kIdMinsd}, {FloatOp::div, Id::kIdDivss, Id::kIdDivsd},
    {FloatOp::max, Id::kIdMaxss, Id::kIdMaxsd},    {FloatOp::convert, Id::kIdCvtss2sd, Id::kIdCvtsd2ss},
};
constexpr Named three_operands[] = {
    {FloatOp::add, Id::kIdVaddss, Id::kIdVaddsd}, {FloatOp::mul, Id::kIdVmulss, Id::kIdVmulsd}, {FloatOp::sub, Id::kIdVsubss, Id::kIdVsubsd}, {FloatOp::div, Id::kIdVdivss, Id::kIdVdivsd},
};

template <class F> void pairs(F&& f) {
  for (const FloatWidth width : float_widths)
    for (const Xmm a : all_xmm())
      for (const Xmm b : all_xmm()) f(width, a, b);
}
template <class F> void accesses(F&& f) {
  for (const FloatWidth width : float_widths) {
    for (const Mem& at : all_mem()) f(width, Xmm::xmm1, at), f(width, Xmm::xmm14, at);
    for (const Xmm reg : all_xmm()) f(width, reg, Mem{Gp::rbp, -8}), f(width, reg, Mem{Gp::r12, 0, Gp::r13, 3});
  }
}

}  // namespace

TEST_CASE("float moves are encoded as asmjit does", "[masm]") {
  Comparison seen;
  pairs([&](FloatWidth, Xmm a, Xmm b) { seen.same([&](Masm& m) { m.mov(a, b); }, [&](x86::Assembler& x) { return x.movaps(xmm(a), xmm(b)); }); });
  accesses([&](FloatWidth width, Xmm reg, Mem at) {
    const bool is_f32 = width == FloatWidth::f32;
    seen.same([&](Masm& m) { m.mov(width, reg, at); }, [&](x86::Assembler& x) { return is_f32 ? x.movss(xmm(reg), mem(width, at)) : x.movsd(xmm(reg), mem(width, at)); });
    seen.same([&](Masm& m) { m.mov(width, at, reg); }, [&](x86::Assembler& x) { return is_f32 ? x.movss(mem(width, at), xmm(reg)) : x.movsd(mem(width, at), xmm(reg)); });
    seen.same([&](Masm& m) { m.store16(at, reg); }, [&](x86::Assembler& x) { return x.movups(mem(at, 16), xmm(reg)); });
  });
  for (const Xmm reg : all_xmm()) seen.same([&](Masm& m) { m.zero(reg); }, [&](x86::Assembler& x) { return x.xorps(xmm(reg), xmm(reg)); });
  CHECK(seen.differences() == "");
}

TEST_CASE("bits move between the register files as asmjit has it", "[masm]") {
  Comparison seen;
  for (const Gp general : all_gp())
    for (const Xmm reg : all_xmm()) {
      seen.same([&](Masm& m) { m.mov_bits(Width::w32, reg, general); }, [&](x86::Assembler& x) { return x.movd(xmm(reg), gp(Width::w32, general)); });
      seen.same([&](Masm& m) { m.mov_bits(Width::w64, reg, general); }, [&](x86::Assembler& x) { return x.movq(xmm(reg), gp(Width::w64, general)); });
      seen.same([&](Masm& m) { m.mov_bits(Width::w32, general, reg); }, [&](x86::Assembler& x) { return x.movd(gp(Width::w32, general), xmm(reg)); });
      seen.same([&](Masm& m) { m.mov_bits(Width::w64, general, reg); }, [&](x86::Assembler& x) { return x.movq(gp(Width::w64, general), xmm(reg)); });
    }
  CHECK(seen.differences() == "");
}

TEST_CASE("float arithmetic is encoded as asmjit does", "[masm]") {
  Comparison seen;
  for (const Named& named : operations) {
    pairs([&](FloatWidth width, Xmm a, Xmm b) { seen.same([&](Masm& m) { m.float_op(named.op, width, a, b); }, [&](x86::Assembler& x) { return x.emit(named.id(width), xmm(a), xmm(b)); }); });
    accesses([&](FloatWidth width, Xmm reg, Mem at) {
      seen.same([&](Masm& m) { m.float_op(named.op, width, reg, at); }, [&](x86::Assembler& x) { return x.emit(named.id(width), xmm(reg), mem(width, at)); });
    });
  }
  CHECK(seen.differences() == "");
  CHECK(seen.count() > 10000);
}

TEST_CASE("AVX's three-operand arithmetic is encoded as asmjit does, in two bytes of prefix where that is enough", "[masm]") {
  Comparison seen;
  for (const Named& named : three_operands) {
    pairs([&](FloatWidth width, Xmm a, Xmm b) {
      for (const Xmm to : {Xmm::xmm0, Xmm::xmm7, Xmm::xmm8, Xmm::xmm15})
        seen.same([&](Masm& m) { m.float_op(named.op, width, to, a, b); }, [&](x86::Assembler& x) { return x.emit(named.id(width), xmm(to), xmm(a), xmm(b)); });
    });
    accesses([&](FloatWidth width, Xmm reg, Mem at) {
      for (const Xmm to : {Xmm::xmm3, Xmm::xmm12})
        seen.same([&](Masm& m) { m.float_op(named.op, width, to, reg, at); }, [&](x86::Assembler& x) { return x.emit(named.id(width), xmm(to), xmm(reg), mem(width, at)); });
    });
  }
  CHECK(seen.differences() == "");
}

TEST_CASE("bitwise float operations and comparisons are encoded as asmjit does", "[masm]") {
  Comparison seen;
  pairs([&](FloatWidth width, Xmm a, Xmm b) {
    seen.same([&](Masm& m) { m.float_bits(FloatBits::and_, a, b); }, [&](x86::Assembler& x) { return x.andps(xmm(a), xmm(b)); });
    seen.same([&](Masm& m) { m.float_bits(FloatBits::and_not, a, b); }, [&](x86::Assembler& x) { return x.andnps(xmm(a), xmm(b)); });
    seen.same([&](Masm& m) { m.float_bits(FloatBits::or_, a, b); }, [&](x86::Assembler& x) { return x.orps(xmm(a), xmm(b)); });
    seen.same([&](Masm& m) { m.float_bits(FloatBits::xor_, a, b); }, [&](x86::Assembler& x) { return x.xorps(xmm(a), xmm(b)); });
    seen.same([&](Masm& m) { m.ucomis(width, a, b); }, [&](x86::Assembler& x) { return width == FloatWidth::f32 ? x.ucomiss(xmm(a), xmm(b)) : x.ucomisd(xmm(a), xmm(b)); });
  });
  accesses([&](FloatWidth width, Xmm reg, Mem at) {
    seen.same([&](Masm& m) { m.ucomis(width, reg, at); },
              [&](x86::Assembler& x) { return width == FloatWidth::f32 ? x.ucomiss(xmm(reg), mem(width, at)) : x.ucomisd(xmm(reg), mem(width, at)); });
  });
  CHECK(seen.differences() == "");
}

TEST_CASE("conversions between floats and integers are encoded as asmjit does", "[masm]") {
  Comparison seen;
  for (const FloatWidth from : float_widths)
    for (const Width width : widths)
      for (const Gp general : all_gp())
        for (const Xmm reg : all_xmm()) {
          const bool is_f32 = from == FloatWidth::f32;
          seen.same([&](Masm& m) { m.float_to_integer(from, width, general, reg); },
                    [&](x86::Assembler& x) { return is_f32 ? x.cvttss2si(gp(width, general), xmm(reg)) : x.cvttsd2si(gp(width, general), xmm(reg)); });
          Code expected = assembled([&](x86::Assembler& x) { return x.xorps(xmm(reg), xmm(reg)); });
          const Code conversion = assembled([&](x86::Assembler& x) { return is_f32 ? x.cvtsi2ss(xmm(reg), gp(width, general)) : x.cvtsi2sd(xmm(reg), gp(width, general)); });
          expected.insert(expected.end(), conversion.begin(), conversion.end());
          seen.same([&](Masm& m) { m.integer_to_float(from, width, reg, general); }, expected);
        }
  CHECK(seen.differences() == "");
}

TEST_CASE("rounding goes through asmjit and lands in the same buffer", "[masm]") {
  Comparison seen;
  pairs([&](FloatWidth width, Xmm a, Xmm b) {
    seen.same([&](Masm& m) { m.round(width, a, b, 10); }, [&](x86::Assembler& x) { return width == FloatWidth::f32 ? x.roundss(xmm(a), xmm(b), 10) : x.roundsd(xmm(a), xmm(b), 10); });
  });
  CHECK(seen.differences() == "");
  CHECK(to_text(encoded([](Masm& m) { m.ret(), m.round(FloatWidth::f64, Xmm::xmm1, Xmm::xmm2, 9), m.ret(); })) == "c3 66 0f 3a 0b ca 09 c3");
}

TEST_CASE("a float instruction can take its operand from a literal in the code", "[masm]") {
  for (const Xmm reg : all_xmm()) {
    Masm m;
    masm::Label literal;
    m.float_literal(Masm::prefix(FloatWidth::f64), 0x58, reg, literal);  // addsd
    const std::uint32_t end = m.offset();
    m.ret();
    m.align(8);
    m.bind(literal);
    m.word64(0x3FF0'0000'0000'0000);
    CHECK(m.read32(end - 4) == literal.position() - end);
    Code expected = assembled([&](x86::Assembler& x) { return x.addsd(xmm(reg), x86::ptr(x86::rip, static_cast<std::int32_t>(literal.position() - end))); });
    const auto* const begin = reinterpret_cast<const std::uint8_t*>(m.code().data());
    CHECK(to_text(Code(begin, begin + end)) == to_text(expected));
  }
}
