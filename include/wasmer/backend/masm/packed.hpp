#pragma once
/// \file
/// Vector instructions by their encoding, which SSE and AVX share: opcode, opcode map, mandatory prefix, and the bit for 64-bit operands.

#include <cstdint>

namespace wasmer::masm {

/// An instruction by its mnemonic, AVX's "v" left out; those from `pbroadcastb` on have no SSE form.
enum class Packed : std::uint16_t {
  // The parts of an encoding beside the opcode: map (0F, 0F38, 0F3A) and prefix (none, 66, F3, F2) in two bits each, the width in one.
  p0F = 0x100, p660F = 0x500, pF30F = 0x900, pF20F = 0xD00, p660F38 = 0x600, p660F3A = 0x700, wide = 0x1000,
  // moves
  movups = p0F | 0x10, movups_store = p0F | 0x11, movss = pF30F | 0x10, movsd = pF20F | 0x10,
  movss_store = pF30F | 0x11, movsd_store = pF20F | 0x11, movaps = p0F | 0x28, movddup = pF20F | 0x12,
  movd = p660F | 0x6E, movq = p660F | 0x6E | wide,
  // integer arithmetic
  paddb = p660F | 0xFC, paddw = p660F | 0xFD, paddd = p660F | 0xFE, paddq = p660F | 0xD4,
  paddsb = p660F | 0xEC, paddsw = p660F | 0xED, paddusb = p660F | 0xDC, paddusw = p660F | 0xDD,
  psubb = p660F | 0xF8, psubw = p660F | 0xF9, psubd = p660F | 0xFA, psubq = p660F | 0xFB,
  psubsb = p660F | 0xE8, psubsw = p660F | 0xE9, psubusb = p660F | 0xD8, psubusw = p660F | 0xD9,
  pmullw = p660F | 0xD5, pmulhw = p660F | 0xE5, pmulhuw = p660F | 0xE4, pmulld = p660F38 | 0x40,
  pmuludq = p660F | 0xF4, pmuldq = p660F38 | 0x28, pmaddwd = p660F | 0xF5, pmaddubsw = p660F38 | 0x04,
  pmulhrsw = p660F38 | 0x0B, pavgb = p660F | 0xE0, pavgw = p660F | 0xE3,
  pabsb = p660F38 | 0x1C, pabsw = p660F38 | 0x1D, pabsd = p660F38 | 0x1E,
  pminsb = p660F38 | 0x38, pminsw = p660F | 0xEA, pminsd = p660F38 | 0x39,
  pminub = p660F | 0xDA, pminuw = p660F38 | 0x3A, pminud = p660F38 | 0x3B,
  pmaxsb = p660F38 | 0x3C, pmaxsw = p660F | 0xEE, pmaxsd = p660F38 | 0x3D,
  pmaxub = p660F | 0xDE, pmaxuw = p660F38 | 0x3E, pmaxud = p660F38 | 0x3F,
  // bits
  pand = p660F | 0xDB, pandn = p660F | 0xDF, por = p660F | 0xEB, pxor = p660F | 0xEF, ptest = p660F38 | 0x17,
  psllw = p660F | 0xF1, pslld = p660F | 0xF2, psllq = p660F | 0xF3,
  psrlw = p660F | 0xD1, psrld = p660F | 0xD2, psrlq = p660F | 0xD3,
  psraw = p660F | 0xE1, psrad = p660F | 0xE2,
  // comparison
  pcmpeqb = p660F | 0x74, pcmpeqw = p660F | 0x75, pcmpeqd = p660F | 0x76, pcmpeqq = p660F38 | 0x29,
  pcmpgtb = p660F | 0x64, pcmpgtw = p660F | 0x65, pcmpgtd = p660F | 0x66, pcmpgtq = p660F38 | 0x37,
  pmovmskb = p660F | 0xD7, movmskps = p0F | 0x50, movmskpd = p660F | 0x50,
  // moving lanes about
  packsswb = p660F | 0x63, packuswb = p660F | 0x67, packssdw = p660F | 0x6B, packusdw = p660F38 | 0x2B,
  punpcklbw = p660F | 0x60, punpcklwd = p660F | 0x61, punpckldq = p660F | 0x62, punpcklqdq = p660F | 0x6C,
  punpckhbw = p660F | 0x68, punpckhwd = p660F | 0x69, punpckhdq = p660F | 0x6A, punpckhqdq = p660F | 0x6D,
  pmovsxbw = p660F38 | 0x20, pmovsxwd = p660F38 | 0x23, pmovsxdq = p660F38 | 0x25,
  pmovzxbw = p660F38 | 0x30, pmovzxwd = p660F38 | 0x33, pmovzxdq = p660F38 | 0x35,
  pshufb = p660F38 | 0x00, pshufd = p660F | 0x70, pshuflw = pF20F | 0x70, shufps = p0F | 0xC6,
  palignr = p660F3A | 0x0F, pblendw = p660F3A | 0x0E,
  pinsrb = p660F3A | 0x20, pinsrw = p660F | 0xC4, pinsrd = p660F3A | 0x22, pinsrq = p660F3A | 0x22 | wide,
  pextrb = p660F3A | 0x14, pextrw = p660F3A | 0x15, pextrd = p660F3A | 0x16, pextrq = p660F3A | 0x16 | wide,
  insertps = p660F3A | 0x21, unpcklpd = p660F | 0x14,
  // floats
  addps = p0F | 0x58, subps = p0F | 0x5C, mulps = p0F | 0x59, divps = p0F | 0x5E,
  minps = p0F | 0x5D, maxps = p0F | 0x5F, sqrtps = p0F | 0x51, cmpps = p0F | 0xC2, roundps = p660F3A | 0x08,
  andps = p0F | 0x54, andnps = p0F | 0x55, orps = p0F | 0x56, xorps = p0F | 0x57,
  addpd = p660F | 0x58, subpd = p660F | 0x5C, mulpd = p660F | 0x59, divpd = p660F | 0x5E,
  minpd = p660F | 0x5D, maxpd = p660F | 0x5F, sqrtpd = p660F | 0x51, cmppd = p660F | 0xC2, roundpd = p660F3A | 0x09,
  cvtdq2ps = p0F | 0x5B, cvttps2dq = pF30F | 0x5B, cvtdq2pd = pF30F | 0xE6, cvttpd2dq = p660F | 0xE6,
  cvtps2pd = p0F | 0x5A, cvtpd2ps = p660F | 0x5A,
  // AVX, AVX2 and FMA alone
  pbroadcastb = p660F38 | 0x78, pbroadcastw = p660F38 | 0x79, broadcastss = p660F38 | 0x18,
  pblendvb = p660F3A | 0x4C, blendvps = p660F3A | 0x4A, blendvpd = p660F3A | 0x4B,
  fmadd213ps = p660F38 | 0xA8, fmadd231ps = p660F38 | 0xB8, fnmadd213ps = p660F38 | 0xAC, fnmadd231ps = p660F38 | 0xBC,
  fmadd213pd = p660F38 | 0xA8 | wide, fmadd231pd = p660F38 | 0xB8 | wide,
  fnmadd213pd = p660F38 | 0xAC | wide, fnmadd231pd = p660F38 | 0xBC | wide,
};

/// Shifts of every lane by one constant: the opcode and the number in ModRM.
enum class PackedShift : std::uint16_t {
  psrlw = 0x7102, psraw = 0x7104, psllw = 0x7106, psrld = 0x7202, psrad = 0x7204, pslld = 0x7206, psrlq = 0x7302, psllq = 0x7306,
};

}  // namespace wasmer::masm
