#include <wasmer/backend/masm/packed.hpp>

#include "../../catch.hpp"
#include "encodings.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using masm::Gp;
using masm::Masm;
using masm::Mem;
using masm::Packed;
using masm::PackedShift;
using masm::Width;
using masm::Xmm;
using Id = x86::Inst::Id;

namespace {

/// An instruction of two operands by SSE and of three by AVX; and how many bytes it reads.
struct Named {
  Packed op;
  Id sse, avx;
  std::uint32_t size = 16;
};
#define BOTH(name, Name) {Packed::name, Id::kId##Name, Id::kIdV##name}
constexpr Named binary[] = {
    BOTH(paddb, Paddb), BOTH(paddw, Paddw), BOTH(paddd, Paddd), BOTH(paddq, Paddq), BOTH(paddsb, Paddsb), BOTH(paddsw, Paddsw), BOTH(paddusb, Paddusb), BOTH(paddusw, Paddusw),
    BOTH(psubb, Psubb), BOTH(psubw, Psubw), BOTH(psubd, Psubd), BOTH(psubq, Psubq), BOTH(psubsb, Psubsb), BOTH(psubsw, Psubsw), BOTH(psubusb, Psubusb), BOTH(psubusw, Psubusw),
    BOTH(pmullw, Pmullw), BOTH(pmulhw, Pmulhw), BOTH(pmulhuw, Pmulhuw), BOTH(pmulld, Pmulld), BOTH(pmuludq, Pmuludq), BOTH(pmuldq, Pmuldq), BOTH(pmaddwd, Pmaddwd),
    BOTH(pmaddubsw, Pmaddubsw), BOTH(pmulhrsw, Pmulhrsw), BOTH(pavgb, Pavgb), BOTH(pavgw, Pavgw), BOTH(pminsb, Pminsb), BOTH(pminsw, Pminsw), BOTH(pminsd, Pminsd),
    BOTH(pminub, Pminub), BOTH(pminuw, Pminuw), BOTH(pminud, Pminud), BOTH(pmaxsb, Pmaxsb), BOTH(pmaxsw, Pmaxsw), BOTH(pmaxsd, Pmaxsd), BOTH(pmaxub, Pmaxub),
    BOTH(pmaxuw, Pmaxuw), BOTH(pmaxud, Pmaxud), BOTH(pand, Pand), BOTH(pandn, Pandn), BOTH(por, Por), BOTH(pxor, Pxor), BOTH(psllw, Psllw), BOTH(pslld, Pslld),
    BOTH(psllq, Psllq), BOTH(psrlw, Psrlw), BOTH(psrld, Psrld), BOTH(psrlq, Psrlq), BOTH(psraw, Psraw), BOTH(psrad, Psrad), BOTH(pcmpeqb, Pcmpeqb), BOTH(pcmpeqw, Pcmpeqw),
    BOTH(pcmpeqd, Pcmpeqd), BOTH(pcmpeqq, Pcmpeqq), BOTH(pcmpgtb, Pcmpgtb), BOTH(pcmpgtw, Pcmpgtw), BOTH(pcmpgtd, Pcmpgtd), BOTH(pcmpgtq, Pcmpgtq), BOTH(packsswb, Packsswb),
    BOTH(packuswb, Packuswb), BOTH(packssdw, Packssdw), BOTH(packusdw, Packusdw), BOTH(punpcklbw, Punpcklbw), BOTH(punpcklwd, Punpcklwd), BOTH(punpckldq, Punpckldq),
    BOTH(punpcklqdq, Punpcklqdq), BOTH(punpckhbw, Punpckhbw), BOTH(punpckhwd, Punpckhwd), BOTH(punpckhdq, Punpckhdq), BOTH(punpckhqdq, Punpckhqdq), BOTH(pshufb, Pshufb),
    BOTH(unpcklpd, Unpcklpd), BOTH(addps, Addps), BOTH(subps, Subps), BOTH(mulps, Mulps), BOTH(divps, Divps), BOTH(minps, Minps), BOTH(maxps, Maxps), BOTH(andps, Andps),
    BOTH(andnps, Andnps), BOTH(orps, Orps), BOTH(xorps, Xorps), BOTH(addpd, Addpd), BOTH(subpd, Subpd), BOTH(mulpd, Mulpd), BOTH(divpd, Divpd), BOTH(minpd, Minpd), BOTH(maxpd, Maxpd),
};
constexpr Named binary_with_immediate[] = {
    BOTH(palignr, Palignr), BOTH(pblendw, Pblendw), BOTH(shufps, Shufps), BOTH(cmpps, Cmpps), BOTH(cmppd, Cmppd), {Packed::insertps, Id::kIdInsertps, Id::kIdVinsertps, 4},
};
constexpr Named unary[] = {
    {Packed::movups, Id::kIdMovups, Id::kIdVmovups}, {Packed::movaps, Id::kIdMovaps, Id::kIdVmovaps}, {Packed::movddup, Id::kIdMovddup, Id::kIdVmovddup, 8},
    {Packed::pabsb, Id::kIdPabsb, Id::kIdVpabsb}, {Packed::pabsw, Id::kIdPabsw, Id::kIdVpabsw}, {Packed::pabsd, Id::kIdPabsd, Id::kIdVpabsd},
    {Packed::ptest, Id::kIdPtest, Id::kIdVptest}, {Packed::sqrtps, Id::kIdSqrtps, Id::kIdVsqrtps}, {Packed::sqrtpd, Id::kIdSqrtpd, Id::kIdVsqrtpd},
    {Packed::pmovsxbw, Id::kIdPmovsxbw, Id::kIdVpmovsxbw, 8}, {Packed::pmovsxwd, Id::kIdPmovsxwd, Id::kIdVpmovsxwd, 8}, {Packed::pmovsxdq, Id::kIdPmovsxdq, Id::kIdVpmovsxdq, 8},
    {Packed::pmovzxbw, Id::kIdPmovzxbw, Id::kIdVpmovzxbw, 8}, {Packed::pmovzxwd, Id::kIdPmovzxwd, Id::kIdVpmovzxwd, 8}, {Packed::pmovzxdq, Id::kIdPmovzxdq, Id::kIdVpmovzxdq, 8},
    {Packed::cvtdq2ps, Id::kIdCvtdq2ps, Id::kIdVcvtdq2ps}, {Packed::cvttps2dq, Id::kIdCvttps2dq, Id::kIdVcvttps2dq}, {Packed::cvtdq2pd, Id::kIdCvtdq2pd, Id::kIdVcvtdq2pd, 8},
    {Packed::cvttpd2dq, Id::kIdCvttpd2dq, Id::kIdVcvttpd2dq}, {Packed::cvtps2pd, Id::kIdCvtps2pd, Id::kIdVcvtps2pd, 8}, {Packed::cvtpd2ps, Id::kIdCvtpd2ps, Id::kIdVcvtpd2ps},
};
constexpr Named unary_with_immediate[] = {
    BOTH(pshufd, Pshufd), BOTH(pshuflw, Pshuflw), BOTH(roundps, Roundps), BOTH(roundpd, Roundpd),
};
#undef BOTH

template <class F> void pairs(F&& f) {
  for (const Xmm a : all_xmm())
    for (const Xmm b : all_xmm()) f(a, b);
}
template <class F> void accesses(F&& f) {
  for (const Xmm reg : {Xmm::xmm0, Xmm::xmm5, Xmm::xmm8, Xmm::xmm15})
    for (const Mem& at : all_mem()) f(reg, at);
}
constexpr Xmm destinations[] = {Xmm::xmm0, Xmm::xmm7, Xmm::xmm8, Xmm::xmm15};

}  // namespace

TEST_CASE("vector instructions of two operands, and of three with AVX, are encoded as asmjit does", "[masm]") {
  Comparison seen;
  for (const Named& named : binary) {
    pairs([&](Xmm a, Xmm b) {
      seen.same([&](Masm& m) { m.sse(named.op, a, b); }, [&](x86::Assembler& x) { return x.emit(named.sse, xmm(a), xmm(b)); });
      for (const Xmm to : destinations) seen.same([&](Masm& m) { m.avx(named.op, to, a, b); }, [&](x86::Assembler& x) { return x.emit(named.avx, xmm(to), xmm(a), xmm(b)); });
    });
    accesses([&](Xmm reg, Mem at) {
      seen.same([&](Masm& m) { m.sse(named.op, reg, at); }, [&](x86::Assembler& x) { return x.emit(named.sse, xmm(reg), mem(at, 16)); });
      seen.same([&](Masm& m) { m.avx(named.op, Xmm::xmm9, reg, at); }, [&](x86::Assembler& x) { return x.emit(named.avx, x86::xmm9, xmm(reg), mem(at, 16)); });
    });
  }
  CHECK(seen.differences() == "");
  CHECK(seen.count() > 100'000);
}

TEST_CASE("an immediate follows all else", "[masm]") {
  Comparison seen;
  for (const Named& named : binary_with_immediate) {
    pairs([&](Xmm a, Xmm b) {
      seen.same([&](Masm& m) { m.sse(named.op, a, b, 0x1D); }, [&](x86::Assembler& x) { return x.emit(named.sse, xmm(a), xmm(b), 0x1D); });
      for (const Xmm to : destinations) seen.same([&](Masm& m) { m.avx(named.op, to, a, b, 0x1D); }, [&](x86::Assembler& x) { return x.emit(named.avx, xmm(to), xmm(a), xmm(b), 0x1D); });
    });
    accesses([&](Xmm reg, Mem at) {
      seen.same([&](Masm& m) { m.avx(named.op, Xmm::xmm1, reg, at, 3); }, [&](x86::Assembler& x) { return x.emit(named.avx, x86::xmm1, xmm(reg), mem(at, named.size), 3); });
    });
  }
  for (const Named& named : unary_with_immediate)
    pairs([&](Xmm a, Xmm b) { seen.same([&](Masm& m) { m.sse(named.op, a, b, 9); }, [&](x86::Assembler& x) { return x.emit(named.sse, xmm(a), xmm(b), 9); }); });
  CHECK(seen.differences() == "");
}

TEST_CASE("vector instructions of one operand are encoded as asmjit does", "[masm]") {
  Comparison seen;
  for (const Named& named : unary) {
    pairs([&](Xmm a, Xmm b) { seen.same([&](Masm& m) { m.sse(named.op, a, b); }, [&](x86::Assembler& x) { return x.emit(named.sse, xmm(a), xmm(b)); }); });
    accesses([&](Xmm reg, Mem at) { seen.same([&](Masm& m) { m.sse(named.op, reg, at); }, [&](x86::Assembler& x) { return x.emit(named.sse, xmm(reg), mem(at, named.size)); }); });
  }
  accesses([&](Xmm reg, Mem at) {
    seen.same([&](Masm& m) { m.avx(Packed::pbroadcastb, reg, at); }, [&](x86::Assembler& x) { return x.vpbroadcastb(xmm(reg), mem(at, 1)); });
    seen.same([&](Masm& m) { m.avx(Packed::pbroadcastw, reg, at); }, [&](x86::Assembler& x) { return x.vpbroadcastw(xmm(reg), mem(at, 2)); });
    seen.same([&](Masm& m) { m.avx(Packed::broadcastss, reg, at); }, [&](x86::Assembler& x) { return x.vbroadcastss(xmm(reg), mem(at, 4)); });
    seen.same([&](Masm& m) { m.sse(Packed::movss, reg, at); }, [&](x86::Assembler& x) { return x.movss(xmm(reg), mem(at, 4)); });
    seen.same([&](Masm& m) { m.sse(Packed::movsd, reg, at); }, [&](x86::Assembler& x) { return x.movsd(xmm(reg), mem(at, 8)); });
  });
  pairs([&](Xmm a, Xmm b) {
    seen.same([&](Masm& m) { m.avx(Packed::pbroadcastb, a, b); }, [&](x86::Assembler& x) { return x.vpbroadcastb(xmm(a), xmm(b)); });
    seen.same([&](Masm& m) { m.avx(Packed::pbroadcastw, a, b); }, [&](x86::Assembler& x) { return x.vpbroadcastw(xmm(a), xmm(b)); });
    seen.same([&](Masm& m) { m.avx(Packed::movsd, a, b, Xmm::xmm3); }, [&](x86::Assembler& x) { return x.vmovsd(xmm(a), xmm(b), x86::xmm3); });
  });
  CHECK(seen.differences() == "");
}

TEST_CASE("lanes go in and out as asmjit encodes it", "[masm]") {
  Comparison seen;
  for (const Xmm reg : all_xmm())
    for (const Gp general : all_gp()) {
      const x86::Gp narrow = gp(Width::w32, general), wide = gp(Width::w64, general);
      seen.same([&](Masm& m) { m.sse(Packed::pinsrb, reg, general, 5); }, [&](x86::Assembler& x) { return x.pinsrb(xmm(reg), narrow, 5); });
      seen.same([&](Masm& m) { m.sse(Packed::pinsrw, reg, general, 5); }, [&](x86::Assembler& x) { return x.pinsrw(xmm(reg), narrow, 5); });
      seen.same([&](Masm& m) { m.sse(Packed::pinsrd, reg, general, 3); }, [&](x86::Assembler& x) { return x.pinsrd(xmm(reg), narrow, 3); });
      seen.same([&](Masm& m) { m.sse(Packed::pinsrq, reg, general, 1); }, [&](x86::Assembler& x) { return x.pinsrq(xmm(reg), wide, 1); });
      seen.same([&](Masm& m) { m.avx(Packed::pinsrb, Xmm::xmm10, reg, general, 5); }, [&](x86::Assembler& x) { return x.vpinsrb(x86::xmm10, xmm(reg), narrow, 5); });
      seen.same([&](Masm& m) { m.avx(Packed::pinsrw, Xmm::xmm10, reg, general, 5); }, [&](x86::Assembler& x) { return x.vpinsrw(x86::xmm10, xmm(reg), narrow, 5); });
      seen.same([&](Masm& m) { m.avx(Packed::pinsrd, Xmm::xmm10, reg, general, 3); }, [&](x86::Assembler& x) { return x.vpinsrd(x86::xmm10, xmm(reg), narrow, 3); });
      seen.same([&](Masm& m) { m.avx(Packed::pinsrq, Xmm::xmm10, reg, general, 1); }, [&](x86::Assembler& x) { return x.vpinsrq(x86::xmm10, xmm(reg), wide, 1); });
      seen.same([&](Masm& m) { m.sse(Packed::pextrb, reg, general, 5); }, [&](x86::Assembler& x) { return x.pextrb(narrow, xmm(reg), 5); });
      seen.same([&](Masm& m) { m.sse(Packed::pextrd, reg, general, 3); }, [&](x86::Assembler& x) { return x.pextrd(narrow, xmm(reg), 3); });
      seen.same([&](Masm& m) { m.sse(Packed::pextrq, reg, general, 1); }, [&](x86::Assembler& x) { return x.pextrq(wide, xmm(reg), 1); });
      seen.same([&](Masm& m) { m.sse(Packed::movd, reg, general); }, [&](x86::Assembler& x) { return x.movd(xmm(reg), narrow); });
      seen.same([&](Masm& m) { m.sse(Packed::movq, reg, general); }, [&](x86::Assembler& x) { return x.movq(xmm(reg), wide); });
      seen.same([&](Masm& m) { m.mask(Packed::pmovmskb, general, reg); }, [&](x86::Assembler& x) { return x.pmovmskb(narrow, xmm(reg)); });
      seen.same([&](Masm& m) { m.mask(Packed::movmskps, general, reg); }, [&](x86::Assembler& x) { return x.movmskps(narrow, xmm(reg)); });
      seen.same([&](Masm& m) { m.mask(Packed::movmskpd, general, reg); }, [&](x86::Assembler& x) { return x.movmskpd(narrow, xmm(reg)); });
    }
  accesses([&](Xmm reg, Mem at) {
    seen.same([&](Masm& m) { m.sse(Packed::pextrb, reg, at, 5); }, [&](x86::Assembler& x) { return x.pextrb(mem(at, 1), xmm(reg), 5); });
    seen.same([&](Masm& m) { m.sse(Packed::pextrw, reg, at, 5); }, [&](x86::Assembler& x) { return x.pextrw(mem(at, 2), xmm(reg), 5); });
    seen.same([&](Masm& m) { m.sse(Packed::pextrd, reg, at, 3); }, [&](x86::Assembler& x) { return x.pextrd(mem(at, 4), xmm(reg), 3); });
    seen.same([&](Masm& m) { m.sse(Packed::pextrq, reg, at, 1); }, [&](x86::Assembler& x) { return x.pextrq(mem(at, 8), xmm(reg), 1); });
    seen.same([&](Masm& m) { m.avx(Packed::pinsrw, Xmm::xmm2, reg, at, 1); }, [&](x86::Assembler& x) { return x.vpinsrw(x86::xmm2, xmm(reg), mem(at, 2), 1); });
  });
  CHECK(seen.differences() == "");
}

TEST_CASE("shifts by a constant and blends by a register are encoded as asmjit does", "[masm]") {
  constexpr struct {
    PackedShift op;
    Id sse, avx;
  } shifts[] = {{PackedShift::psrlw, Id::kIdPsrlw, Id::kIdVpsrlw}, {PackedShift::psraw, Id::kIdPsraw, Id::kIdVpsraw}, {PackedShift::psllw, Id::kIdPsllw, Id::kIdVpsllw},
                {PackedShift::psrld, Id::kIdPsrld, Id::kIdVpsrld}, {PackedShift::psrad, Id::kIdPsrad, Id::kIdVpsrad}, {PackedShift::pslld, Id::kIdPslld, Id::kIdVpslld},
                {PackedShift::psrlq, Id::kIdPsrlq, Id::kIdVpsrlq}, {PackedShift::psllq, Id::kIdPsllq, Id::kIdVpsllq}};
  Comparison seen;
  for (const auto& shift : shifts)
    pairs([&](Xmm a, Xmm b) {
      seen.same([&](Masm& m) { m.packed(true, shift.op, a, b, 7); }, [&](x86::Assembler& x) { return x.emit(shift.avx, xmm(a), xmm(b), 7); });
      if (a == b) seen.same([&](Masm& m) { m.packed(false, shift.op, a, b, 7); }, [&](x86::Assembler& x) { return x.emit(shift.sse, xmm(a), 7); });
    });
  pairs([&](Xmm a, Xmm b) {
    const auto mask = static_cast<std::uint8_t>(number(b) << 4);
    seen.same([&](Masm& m) { m.avx(Packed::pblendvb, Xmm::xmm2, a, Xmm::xmm11, mask); }, [&](x86::Assembler& x) { return x.vpblendvb(x86::xmm2, xmm(a), x86::xmm11, xmm(b)); });
    seen.same([&](Masm& m) { m.avx(Packed::blendvps, Xmm::xmm2, a, Xmm::xmm11, mask); }, [&](x86::Assembler& x) { return x.vblendvps(x86::xmm2, xmm(a), x86::xmm11, xmm(b)); });
    seen.same([&](Masm& m) { m.avx(Packed::blendvpd, Xmm::xmm2, a, Xmm::xmm11, mask); }, [&](x86::Assembler& x) { return x.vblendvpd(x86::xmm2, xmm(a), x86::xmm11, xmm(b)); });
    seen.same([&](Masm& m) { m.avx(Packed::fmadd213ps, Xmm::xmm12, a, b); }, [&](x86::Assembler& x) { return x.vfmadd213ps(x86::xmm12, xmm(a), xmm(b)); });
    seen.same([&](Masm& m) { m.avx(Packed::fmadd231pd, Xmm::xmm2, a, b); }, [&](x86::Assembler& x) { return x.vfmadd231pd(x86::xmm2, xmm(a), xmm(b)); });
    seen.same([&](Masm& m) { m.avx(Packed::fnmadd213pd, Xmm::xmm2, a, b); }, [&](x86::Assembler& x) { return x.vfnmadd213pd(x86::xmm2, xmm(a), xmm(b)); });
    seen.same([&](Masm& m) { m.avx(Packed::fnmadd231ps, Xmm::xmm2, a, b); }, [&](x86::Assembler& x) { return x.vfnmadd231ps(x86::xmm2, xmm(a), xmm(b)); });
    seen.same([&](Masm& m) { m.avx(Packed::fmadd213pd, Xmm::xmm2, a, b); }, [&](x86::Assembler& x) { return x.vfmadd213pd(x86::xmm2, xmm(a), xmm(b)); });
    seen.same([&](Masm& m) { m.avx(Packed::fmadd231ps, Xmm::xmm2, a, b); }, [&](x86::Assembler& x) { return x.vfmadd231ps(x86::xmm2, xmm(a), xmm(b)); });
    seen.same([&](Masm& m) { m.avx(Packed::fnmadd213ps, Xmm::xmm2, a, b); }, [&](x86::Assembler& x) { return x.vfnmadd213ps(x86::xmm2, xmm(a), xmm(b)); });
    seen.same([&](Masm& m) { m.avx(Packed::fnmadd231pd, Xmm::xmm2, a, b); }, [&](x86::Assembler& x) { return x.vfnmadd231pd(x86::xmm2, xmm(a), xmm(b)); });
  });
  CHECK(seen.differences() == "");
}

TEST_CASE("AVX-512's instructions go through asmjit and land in the same buffer", "[masm]") {
  CHECK(to_text(encoded([](Masm& m) { m.ternary_logic(Xmm::xmm1, Xmm::xmm2, Xmm::xmm3, 0xCA); })) == "62 f3 6d 08 25 cb ca");
  CHECK(to_text(encoded([](Masm& m) { m.count_bytes(Xmm::xmm1, Xmm::xmm12); })) == "62 d2 7d 08 54 cc");
  CHECK(to_text(encoded([](Masm& m) { m.absolute64(Xmm::xmm9, Xmm::xmm2); })) == "62 72 fd 08 1f ca");
  CHECK(to_text(encoded([](Masm& m) { m.multiply64(Xmm::xmm1, Xmm::xmm2, Xmm::xmm3); })) == "62 f2 ed 08 40 cb");
  CHECK(to_text(encoded([](Masm& m) { m.shift_right64(Xmm::xmm1, Xmm::xmm2, Xmm::xmm3); })) == "62 f1 ed 08 e2 cb");
  CHECK(to_text(encoded([](Masm& m) { m.shift_right64(Xmm::xmm1, Xmm::xmm2, 5); })) == "62 f1 f5 08 72 e2 05");
}

TEST_CASE("without AVX a move comes first, unless the result takes the first operand's place", "[masm]") {
  CHECK(to_text(encoded([](Masm& m) { m.packed(false, Packed::paddd, Xmm::xmm1, Xmm::xmm2, Xmm::xmm3); })) ==
        to_text(encoded([](Masm& m) { m.mov(Xmm::xmm1, Xmm::xmm2), m.sse(Packed::paddd, Xmm::xmm1, Xmm::xmm3); })));
  CHECK(encoded([](Masm& m) { m.packed(false, Packed::paddd, Xmm::xmm1, Xmm::xmm1, Xmm::xmm1); }) == encoded([](Masm& m) { m.sse(Packed::paddd, Xmm::xmm1, Xmm::xmm1); }));
  CHECK(encoded([](Masm& m) { m.packed(true, Packed::paddd, Xmm::xmm1, Xmm::xmm2, Xmm::xmm1); }) == encoded([](Masm& m) { m.avx(Packed::paddd, Xmm::xmm1, Xmm::xmm2, Xmm::xmm1); }));
}

TEST_CASE("a vector instruction can take its operand from the code, by SSE and by AVX", "[masm]") {
  for (const Xmm reg : all_xmm()) {
    Masm m;
    masm::Label literal;
    m.sse(Packed::paddd, reg, literal);
    const std::uint32_t first = m.offset();
    m.avx(Packed::pshufb, Xmm::xmm1, reg, literal);
    const std::uint32_t second = m.offset();
    m.align(16);
    m.bind(literal);
    CHECK(m.read32(first - 4) == literal.position() - first);
    CHECK(m.read32(second - 4) == literal.position() - second);
    const auto at = [&](std::uint32_t end) { return x86::ptr(x86::rip, static_cast<std::int32_t>(literal.position() - end)); };
    Code expected = assembled([&](x86::Assembler& x) { return x.paddd(xmm(reg), at(first)); });
    const Code more = assembled([&](x86::Assembler& x) { return x.vpshufb(x86::xmm1, xmm(reg), at(second)); });
    expected.insert(expected.end(), more.begin(), more.end());
    const auto* const begin = reinterpret_cast<const std::uint8_t*>(m.code().data());
    CHECK(to_text(Code(begin, begin + second)) == to_text(expected));
  }
}
