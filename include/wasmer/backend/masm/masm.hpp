#pragma once
/// \file
/// The macro assembler for x86-64: the forms that baseline code consists of are encoded straight into asmjit's buffer; all others go through
/// `asmjit()`. Jumps keep their own fix-up chains, threaded through the displacement fields, so that a label is two words and costs no allocation.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <type_traits>

#include <wasmer/backend/masm/asmjit.hpp>
#include <wasmer/backend/masm/cpu.hpp>
#include <wasmer/backend/masm/packed.hpp>
#include <wasmer/backend/masm/registers.hpp>

namespace wasmer::masm {

/// The eight classic two-operand instructions, by their number in the encoding.
enum class Alu : std::uint8_t { add, or_, adc, sbb, and_, sub, xor_, cmp };

/// Shifts and rotates, by their number in the encoding.
enum class Shift : std::uint8_t { rol = 0, ror = 1, shl = 4, shr = 5, sar = 7 };

/// Integer loads that widen, by opcode: two bytes after 0F, except for 32-bit sign extension.
enum class Extend : std::uint8_t { zero8 = 0xB6, zero16 = 0xB7, sign8 = 0xBE, sign16 = 0xBF, sign32 = 0x63 };

/// Scalar float arithmetic by opcode (after F3 0F or F2 0F).
enum class FloatOp : std::uint8_t { sqrt = 0x51, add = 0x58, mul = 0x59, convert = 0x5A, sub = 0x5C, min = 0x5D, div = 0x5E, max = 0x5F };

/// Packed bitwise float operations by opcode (after 0F).
enum class FloatBits : std::uint8_t { and_ = 0x54, and_not = 0x55, or_ = 0x56, xor_ = 0x57 };

/// Bit counts by opcode (after F3 0F): popcnt, tzcnt, lzcnt.
enum class Count : std::uint8_t { ones = 0xB8, trailing_zeros = 0xBC, leading_zeros = 0xBD };

/// A place in the code that jumps refer to. Until it is bound, the jumps to it form a chain through their displacement fields.
class Label {
 public:
  bool is_bound() const { return position_ != unknown; }
  bool is_used() const { return chain_ != unknown; }
  std::uint32_t position() const { return position_; }
  void reset() { position_ = chain_ = unknown; }

 private:
  friend class Masm;
  static constexpr std::uint32_t unknown = ~0u;
  std::uint32_t position_ = unknown;
  std::uint32_t chain_ = unknown;
};

/// Emits x86-64 code into one growing buffer. When memory runs out, or the code gets too large, `failed()` tells so from then on, and nothing is written
/// that would not fit.
class Masm {
 public:
  /// A little WebAssembly may ask for much code: that of one batch of functions grows no further.
  static constexpr std::uint32_t most_code = 1u << 30;

  /// The buffer is not enlarged when it holds more than `most` bytes.
  explicit Masm(std::uint32_t most = most_code) : most_(most) {
    code_.init(asmjit::Environment::host());
    code_.attach(&assembler_);
    more();
    if (failed_) throw std::bad_alloc();
  }
  Masm(const Masm&) = delete;
  Masm& operator=(const Masm&) = delete;

  /// Everything that has no form of its own here.
  x86::Assembler& asmjit() { return assembler_; }

  std::uint32_t offset() const { return static_cast<std::uint32_t>(at() - begin()); }
  std::span<const std::byte> code() const { return {reinterpret_cast<const std::byte*>(begin()), offset()}; }
  /// Forgets the code, keeps the memory.
  void clear() { cursor(assembler_) = begin(); }
  /// Makes room for `bytes`, so that the buffer need not be moved while it grows to there.
  void expect(std::size_t bytes) {
    if (bytes > static_cast<std::size_t>(buffer_end(assembler_) - at()) && grow(assembler_, bytes) != asmjit_ok) failed_ = true;
  }
  /// True when room for code ran out; the code is then worthless.
  bool failed() const { return failed_; }

  /// \name Moves
  [[gnu::always_inline]] void mov(Width width, Gp to, Gp from) { emit(width, 0x8B, number(to), from); }
  [[gnu::always_inline]] void mov(Width width, Gp to, Mem from) { emit(width, 0x8B, number(to), from); }
  [[gnu::always_inline]] void mov(Width width, Mem to, Gp from) { emit(width, 0x89, number(from), to); }
  void mov8(Mem to, Gp from) { emit_byte(0x88, number(from), to); }
  void mov16(Mem to, Gp from) { prefixed(0x66, [&](auto* p) { return encode(p, false, 0x89, number(from), to); }); }
  /// Sign-extends `imm` to the width.
  void mov(Width width, Mem to, std::int32_t imm) { emit_imm32(width, 0xC7, 0, to, imm); }
  void mov8(Mem to, std::int8_t imm) {
    write([&](auto* p) { return put8(encode(p, false, 0xC6, 0, to), static_cast<std::uint8_t>(imm)); });
  }
  void mov16(Mem to, std::int16_t imm) {
    prefixed(0x66, [&](auto* p) { return put16(encode(p, false, 0xC7, 0, to), static_cast<std::uint16_t>(imm)); });
  }
  /// The shortest `mov` that gives the 64-bit value; flags are kept.
  void mov(Gp to, std::uint64_t imm) {
    write([&](auto* p) {
      const unsigned reg = number(to);
      if (imm <= 0xFFFF'FFFFu) {
        if (reg >= 8) *p++ = 0x41;
        *p++ = static_cast<std::uint8_t>(0xB8 | (reg & 7));
        return put32(p, static_cast<std::uint32_t>(imm));
      }
      if (static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(imm))) == imm) {
        p = encode(p, true, 0xC7, 0, to);
        return put32(p, static_cast<std::uint32_t>(imm));
      }
      *p++ = static_cast<std::uint8_t>(0x48 | (reg >> 3));
      *p++ = static_cast<std::uint8_t>(0xB8 | (reg & 7));
      std::memcpy(p, &imm, 8);
      return p + 8;
    });
  }
  void load_extend(Width width, Extend extend, Gp to, Mem from) {
    if (extend == Extend::sign32) emit(width, 0x63, number(to), from);
    else emit(width, 0x0F00 | static_cast<unsigned>(extend), number(to), from);
  }
  void extend(Width width, Extend extend, Gp to, Gp from) {
    if (extend == Extend::sign32) emit(width, 0x63, number(to), from);
    else write([&](auto* p) { return encode(p, width == Width::w64, 0x0F00 | static_cast<unsigned>(extend), number(to), from, number(from) >= 4); });
  }
  void lea(Width width, Gp to, Mem from) { emit(width, 0x8D, number(to), from); }
  void xchg(Gp a, Gp b) { emit(Width::w64, 0x87, number(a), b); }
  void cmov(Width width, Condition condition, Gp to, Gp from) { emit(width, 0x0F40 | static_cast<unsigned>(condition), number(to), from); }
  /// Sets the whole register to 0 or 1.
  void set(Condition condition, Gp to) {
    write([&](auto* p) { return encode(p, false, 0x0F90 | static_cast<unsigned>(condition), 0, to, number(to) >= 4); });
    extend(Width::w32, Extend::zero8, to, to);
  }
  void push(Gp reg) { short_form(0x50, reg); }
  void pop(Gp reg) { short_form(0x58, reg); }

  /// \name Integer arithmetic
  void alu(Alu op, Width width, Gp to, Gp from) { emit(width, opcode(op), number(to), from); }
  void alu(Alu op, Width width, Gp to, Mem from) { emit(width, opcode(op), number(to), from); }
  void alu(Alu op, Width width, Gp to, std::int32_t imm) { immediate(op, width, to, imm); }
  void alu(Alu op, Width width, Mem to, std::int32_t imm) { immediate(op, width, to, imm); }
  void test(Width width, Gp a, Gp b) { emit(width, 0x85, number(b), a); }
  void test(Width width, Gp a, std::int32_t imm) { emit_imm32(width, 0xF7, 0, a, imm); }
  /// The lowest byte alone.
  void test8(Gp a, std::uint8_t imm) {
    write([&](auto* p) { return put8(encode(p, false, 0xF6, 0, a, number(a) >= 4), imm); });
  }
  void neg(Width width, Gp reg) { emit(width, 0xF7, 3, reg); }
  void not_(Width width, Gp reg) { emit(width, 0xF7, 2, reg); }
  void imul(Width width, Gp to, Gp from) { emit(width, 0x0FAF, number(to), from); }
  void imul(Width width, Gp to, Mem from) { emit(width, 0x0FAF, number(to), from); }
  void imul(Width width, Gp to, Gp from, std::int32_t imm) {
    if (fits8(imm)) write([&](auto* p) { return put8(encode(p, width == Width::w64, 0x6B, number(to), from), static_cast<std::uint8_t>(imm)); });
    else emit_imm32(width, 0x69, number(to), from, imm);
  }
  void shift(Shift op, Width width, Gp reg, std::uint8_t count) {
    write([&](auto* p) {
      if (count == 1) return encode(p, width == Width::w64, 0xD1, static_cast<unsigned>(op), reg);
      return put8(encode(p, width == Width::w64, 0xC1, static_cast<unsigned>(op), reg), count);
    });
  }
  /// By cl.
  void shift(Shift op, Width width, Gp reg) { emit(width, 0xD3, static_cast<unsigned>(op), reg); }
  /// BMI2's shift of `from` by the low bits of `count`, which keeps the flags.
  void shift_to(Shift op, Width width, Gp to, Gp from, Gp count) {
    const unsigned pp = op == Shift::shl ? 1 : op == Shift::sar ? 2 : 3;
    write([&](auto* p) { return vex(p, 2, pp, width == Width::w64, 0xF7, number(to), number(count), number(from)); });
  }
  /// BMI2's rotate to the right by a constant.
  void rotate_to(Width width, Gp to, Gp from, std::uint8_t count) {
    write([&](auto* p) { return put8(vex(p, 3, 3, width == Width::w64, 0xF0, number(to), 0, number(from)), count); });
  }

  void count(Count op, Width width, Gp to, Gp from) {
    prefixed(0xF3, [&](auto* p) { return encode(p, width == Width::w64, 0x0F00 | static_cast<unsigned>(op), number(to), from); });
  }
  /// bsr or bsf.
  void bit_scan(Width width, bool reverse, Gp to, Gp from) { emit(width, reverse ? 0x0FBD : 0x0FBC, number(to), from); }
  /// rdx:rax by `divisor`: quotient to rax, remainder to rdx.
  void divide(Width width, bool is_signed, Gp divisor) { emit(width, 0xF7, is_signed ? 7 : 6, divisor); }
  /// rax times `factor` to rdx:rax.
  void multiply(bool is_signed, Gp factor) { emit(Width::w64, 0xF7, is_signed ? 5 : 4, factor); }
  /// Fills rdx with the sign of rax.
  void sign_to_rdx(Width width) {
    write([&](auto* p) {
      if (width == Width::w64) *p++ = 0x48;
      return put8(p, 0x99);
    });
  }

  /// \name Atomic accesses of 1, 2, 4 or 8 bytes
  /// Memory and register change places; locked without a prefix.
  void xchg(unsigned bytes, Mem at, Gp reg) {
    write([&](auto* p) { return access(p, bytes, 0x86, number(reg), at); });
  }
  /// Adds to memory and gives what was there.
  void lock_xadd(unsigned bytes, Mem at, Gp reg) {
    locked([&](auto* p) { return access(p, bytes, 0x0FC0, number(reg), at); });
  }
  /// Where memory equals rax's part, `with` goes there; else what is there goes to rax.
  void lock_cmpxchg(unsigned bytes, Mem at, Gp with) {
    locked([&](auto* p) { return access(p, bytes, 0x0FB0, number(with), at); });
  }
  void lock_alu(Alu op, unsigned bytes, Mem at, Gp from) {
    locked([&](auto* p) { return access(p, bytes, static_cast<unsigned>(op) << 3, number(from), at); });
  }
  void lock_alu(Alu op, unsigned bytes, Mem at, std::int32_t imm) {
    const auto digit = static_cast<unsigned>(op);
    locked([&](auto* p) {
      if (bytes == 1) return put8(encode(p, false, 0x80, digit, at), static_cast<std::uint8_t>(imm));
      if (bytes == 2) *p++ = 0x66, imm = static_cast<std::int16_t>(imm);
      p = encode(p, bytes == 8, fits8(imm) ? 0x83 : 0x81, digit, at);
      if (fits8(imm)) return put8(p, static_cast<std::uint8_t>(imm));
      return bytes == 2 ? put16(p, static_cast<std::uint16_t>(imm)) : put32(p, static_cast<std::uint32_t>(imm));
    });
  }
  void mfence() {
    write([&](auto* p) { return *p++ = 0x0F, *p++ = 0xAE, *p++ = 0xF0, p; });
  }

  /// \name Scalar floats
  void mov(Xmm to, Xmm from) { sse(0, 0x28, number(to), from); }
  void mov(FloatWidth width, Xmm to, Mem from) { sse(prefix(width), 0x10, number(to), from); }
  void mov(FloatWidth width, Mem to, Xmm from) { sse(prefix(width), 0x11, number(from), to); }
  void mov_bits(Width width, Xmm to, Gp from) {
    prefixed(0x66, [&](auto* p) { return encode(p, width == Width::w64, 0x0F6E, number(to), from); });
  }
  void mov_bits(Width width, Gp to, Xmm from) {
    prefixed(0x66, [&](auto* p) { return encode(p, width == Width::w64, 0x0F7E, number(from), to); });
  }
  /// Sixteen bytes, at any alignment.
  void store16(Mem to, Xmm from) { sse(0, 0x11, number(from), to); }
  /// SSE4.1's rounding; `mode` as the instruction encodes it.
  void round(FloatWidth width, Xmm to, Xmm from, std::uint8_t mode) {
    const auto a = x86::xmm(number(to)), b = x86::xmm(number(from));
    if ((width == FloatWidth::f32 ? assembler_.roundss(a, b, mode) : assembler_.roundsd(a, b, mode)) != asmjit_ok) failed_ = true;
    ensure();
  }
  void zero(Xmm reg) { sse(0, 0x57, number(reg), reg); }
  void float_op(FloatOp op, FloatWidth width, Xmm to, Xmm from) { sse(prefix(width), static_cast<unsigned>(op), number(to), from); }
  void float_op(FloatOp op, FloatWidth width, Xmm to, Mem from) { sse(prefix(width), static_cast<unsigned>(op), number(to), from); }
  /// AVX: to = a op b.
  void float_op(FloatOp op, FloatWidth width, Xmm to, Xmm a, Xmm b) {
    write([&](auto* p) { return vex(p, 1, width == FloatWidth::f32 ? 2 : 3, false, static_cast<unsigned>(op), number(to), number(a), number(b)); });
  }
  void float_op(FloatOp op, FloatWidth width, Xmm to, Xmm a, Mem b) {
    write([&](auto* p) { return vex(p, 1, width == FloatWidth::f32 ? 2 : 3, false, static_cast<unsigned>(op), number(to), number(a), b); });
  }
  void float_bits(FloatBits op, Xmm to, Xmm from) { sse(0, static_cast<unsigned>(op), number(to), from); }
  /// cvttss2si, cvttsd2si: the most negative integer stands for all that do not fit.
  void float_to_integer(FloatWidth from_width, Width width, Gp to, Xmm from) {
    prefixed(prefix(from_width), [&](auto* p) { return encode(p, width == Width::w64, 0x0F2C, number(to), number(from)); });
  }
  /// cvtsi2ss, cvtsi2sd. `to` is cleared first, for the instruction would wait for its old value.
  void integer_to_float(FloatWidth to_width, Width width, Xmm to, Gp from) {
    zero(to);
    prefixed(prefix(to_width), [&](auto* p) { return encode(p, width == Width::w64, 0x0F2A, number(to), from); });
  }
  /// Unordered compare; sets ZF, PF and CF.
  void ucomis(FloatWidth width, Xmm a, Xmm b) { sse(width == FloatWidth::f64 ? 0x66 : 0, 0x2E, number(a), b); }
  void ucomis(FloatWidth width, Xmm a, Mem b) { sse(width == FloatWidth::f64 ? 0x66 : 0, 0x2E, number(a), b); }

  /// \name Vectors
  /// `rm` is a register of either kind, a place in memory, or a label in the code (not together with `imm`); SSE wants most places aligned.
  template <class Rm> void sse(Packed op, Xmm reg, Rm&& rm) { legacy(op, number(reg), rm); }
  template <class Rm> void sse(Packed op, Xmm reg, Rm&& rm, std::uint8_t imm) { legacy(op, number(reg), rm), put_immediate(imm); }
  template <class Rm> void avx(Packed op, Xmm reg, Xmm second, Rm&& rm) { vex(op, number(reg), number(second), rm); }
  template <class Rm> void avx(Packed op, Xmm reg, Xmm second, Rm&& rm, std::uint8_t imm) { vex(op, number(reg), number(second), rm), put_immediate(imm); }
  /// AVX-only instructions of two operands.
  template <class Rm> void avx(Packed op, Xmm reg, Rm&& rm) { vex(op, number(reg), 0, rm); }
  /// An integer out of a vector: pmovmskb, movmskps, movmskpd.
  void mask(Packed op, Gp to, Xmm from) { legacy(op, number(to), from); }
  /// to = a op b: in AVX's form, or in SSE's, which overwrites its first operand; so `b` must not be `to` there unless `a` is.
  template <class Rm, class... Imm> void packed(bool has_avx, Packed op, Xmm to, Xmm a, Rm&& b, Imm... imm) {
    if (has_avx) return avx(op, to, a, b, imm...);
    if (to != a) {
      if constexpr (std::is_same_v<std::remove_cvref_t<Rm>, Xmm>) assert(to != b);
      mov(to, a);
    }
    sse(op, to, b, imm...);
  }
  void packed(bool has_avx, PackedShift op, Xmm to, Xmm from, std::uint8_t count) {
    const unsigned opcode = static_cast<unsigned>(op) >> 8, extension = static_cast<unsigned>(op) & 7;
    if (has_avx) return write([&](auto* p) { return put8(vex(p, 1, 1, false, opcode, extension, number(to), number(from)), count); });
    if (to != from) mov(to, from);
    prefixed(0x66, [&](auto* p) { return put8(encode(p, false, 0x0F00 | opcode, extension, number(to)), count); });
  }
  /// AVX-512's: each bit of `to` becomes that of `table` which it names together with the bits of `a` and `b`.
  void ternary_logic(Xmm to, Xmm a, Xmm b, std::uint8_t table) { evex(assembler_.vpternlogd(vector(to), vector(a), vector(b), table)); }
  void count_bytes(Xmm to, Xmm from) { evex(assembler_.vpopcntb(vector(to), vector(from))); }
  void absolute64(Xmm to, Xmm from) { evex(assembler_.vpabsq(vector(to), vector(from))); }
  void multiply64(Xmm to, Xmm a, Xmm b) { evex(assembler_.vpmullq(vector(to), vector(a), vector(b))); }
  void shift_right64(Xmm to, Xmm from, Xmm count) { evex(assembler_.vpsraq(vector(to), vector(from), vector(count))); }
  void shift_right64(Xmm to, Xmm from, std::uint8_t count) { evex(assembler_.vpsraq(vector(to), vector(from), count)); }

  /// \name Control
  void bind(Label& label) {
    assert(!label.is_bound());
    const std::uint32_t here = offset();
    for (std::uint32_t field = label.chain_; field != Label::unknown;) {
      const std::uint32_t next = read32(field);
      write32(field, here - (field + 4));
      field = next;
    }
    label.position_ = here;
  }
  void jmp(Label& label) {
    if (label.is_bound() && reaches(label, 2)) return short_jump(0xEB, label);
    write([&](auto* p) { return *p++ = 0xE9, p + 4; });
    refer(label);
  }
  void jcc(Condition condition, Label& label) {
    if (label.is_bound() && reaches(label, 2)) return short_jump(static_cast<std::uint8_t>(0x70 | static_cast<unsigned>(condition)), label);
    write([&](auto* p) { return *p++ = 0x0F, *p++ = static_cast<std::uint8_t>(0x80 | static_cast<unsigned>(condition)), p + 4; });
    refer(label);
  }
  /// A two-byte forward jump over fewer than 128 bytes; `bind_short` ends it.
  [[nodiscard]] std::uint32_t jcc_short(Condition condition) {
    write([&](auto* p) { return *p++ = static_cast<std::uint8_t>(0x70 | static_cast<unsigned>(condition)), *p++ = 0, p; });
    return offset();
  }
  [[nodiscard]] std::uint32_t jmp_short() {
    write([&](auto* p) { return *p++ = 0xEB, *p++ = 0, p; });
    return offset();
  }
  void bind_short(std::uint32_t jump) {
    assert(failed_ || offset() - jump < 128);
    if (!failed_) begin()[jump - 1] = static_cast<std::uint8_t>(offset() - jump);
  }
  /// `jcc` with a displacement that is filled in later; gives the field's offset.
  [[nodiscard]] std::uint32_t jcc_later(Condition condition) {
    write([&](auto* p) { return *p++ = 0x0F, *p++ = static_cast<std::uint8_t>(0x80 | static_cast<unsigned>(condition)), put32(p, 0); });
    return offset() - 4;
  }
  void jmp(Gp target) { emit(Width::w32, 0xFF, 4, target); }
  void call(Mem target) { emit(Width::w32, 0xFF, 2, target); }
  void call(Gp target) { emit(Width::w32, 0xFF, 2, target); }
  /// `call` with a displacement that is filled in later; gives the field's offset.
  [[nodiscard]] std::uint32_t call_later() {
    write([&](auto* p) { return *p++ = 0xE8, put32(p, 0); });
    return offset() - 4;
  }
  /// `jmp` with a displacement that is filled in later; gives the field's offset.
  [[nodiscard]] std::uint32_t jmp_later() {
    write([&](auto* p) { return *p++ = 0xE9, put32(p, 0); });
    return offset() - 4;
  }
  void ret() {
    write([&](auto* p) { return put8(p, 0xC3); });
  }
  void leave() {
    write([&](auto* p) { return put8(p, 0xC9); });
  }
  void ud2() {
    write([&](auto* p) { return *p++ = 0x0F, *p++ = 0x0B, p; });
  }
  /// `lea to, [rip + label]`.
  void lea(Gp to, Label& label) {
    write([&](auto* p) {
      *p++ = static_cast<std::uint8_t>(0x48 | (number(to) >> 3) << 2), *p++ = 0x8D, *p++ = static_cast<std::uint8_t>((number(to) & 7) << 3 | 5);
      return p + 4;
    });
    refer(label);
  }
  /// Four bytes of data: the distance from their end to `label`.
  void distance(Label& label) {
    word32(0);
    refer(label);
  }
  /// A scalar float instruction whose operand lies at `label`, in the code: opcode after F3/F2/66 0F, or after 0F if `mandatory` is 0.
  void float_literal(std::uint8_t mandatory, std::uint8_t opcode, Xmm reg, Label& label) {
    write([&](auto* p) {
      if (mandatory != 0) *p++ = mandatory;
      if (number(reg) >= 8) *p++ = 0x44;
      *p++ = 0x0F, *p++ = opcode, *p++ = static_cast<std::uint8_t>((number(reg) & 7) << 3 | 5);
      return p + 4;
    });
    refer(label);
  }
  static constexpr std::uint8_t prefix(FloatWidth width) { return width == FloatWidth::f32 ? 0xF3 : width == FloatWidth::f64 ? 0xF2 : 0; }

  /// \name Data and patching
  void word32(std::uint32_t value) {
    write([&](auto* p) { return put32(p, value); });
  }
  void word64(std::uint64_t value) {
    write([&](auto* p) { return std::memcpy(p, &value, 8), p + 8; });
  }
  /// Fills with `int3` up to a multiple of `alignment`.
  void align(std::uint32_t alignment) {
    while (offset() % alignment != 0 && !failed_) write([&](auto* p) { return put8(p, 0xCC); });
  }
  /// Reserves `bytes` of `int3`, to be overwritten.
  void reserve(std::uint32_t bytes) {
    for (; bytes >= 8; bytes -= 8) word64(0xCCCC'CCCC'CCCC'CCCC);
    for (; bytes != 0; --bytes) write([&](auto* p) { return put8(p, 0xCC); });
  }
  std::uint32_t read32(std::uint32_t at) const {
    std::uint32_t value = Label::unknown;
    if (!failed_) std::memcpy(&value, begin() + at, 4);
    return value;
  }
  void write32(std::uint32_t at, std::uint32_t value) {
    if (!failed_) std::memcpy(begin() + at, &value, 4);
  }
  /// Moves `count` bytes of code that begin at `from` to `to`; references to them are the caller's affair.
  void move(std::uint32_t to, std::uint32_t from, std::uint32_t count) {
    if (!failed_) std::memmove(begin() + to, begin() + from, count);
  }
  /// Takes back everything from `offset` on.
  void rewind(std::uint32_t offset) { cursor(assembler_) = begin() + offset; }

  static constexpr bool fits8(std::int64_t value) { return value >= -128 && value <= 127; }
  static constexpr bool fits32(std::int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; }

 private:
  static constexpr std::ptrdiff_t longest = 32;  ///< bytes that one `write` may need

  std::uint8_t* begin() const { return buffer_begin(assembler_); }
  std::uint8_t* at() const { return cursor(const_cast<x86::Assembler&>(assembler_)); }

  /// There is always room for one more write, so that the check comes last and nothing outlives it.
  template <class F> [[gnu::always_inline]] void write(F&& encode_at) {
    cursor(assembler_) = encode_at(at());
    ensure();
  }
  [[gnu::always_inline]] void ensure() {
    if (buffer_end(assembler_) - at() < longest) [[unlikely]] more();
  }
  /// Enlarges the buffer. Where that cannot be, everything from now on is written to its last bytes.
  [[gnu::noinline]] void more() {
    if (!failed_ && (offset() > most_ || grow(assembler_, 4096) != asmjit_ok)) failed_ = true;
    if (failed_ && begin() != nullptr) cursor(assembler_) = buffer_end(assembler_) - longest;
  }

  static std::uint8_t* put8(std::uint8_t* p, std::uint8_t value) { return *p++ = value, p; }
  static std::uint8_t* put16(std::uint8_t* p, std::uint16_t value) { return std::memcpy(p, &value, 2), p + 2; }
  static std::uint8_t* put32(std::uint8_t* p, std::uint32_t value) { return std::memcpy(p, &value, 4), p + 4; }
  static constexpr unsigned opcode(Alu op) { return static_cast<unsigned>(op) << 3 | 3; }

  static std::uint8_t* put_opcode(std::uint8_t* p, unsigned opcode) {
    if (opcode >= 0x0F00) *p++ = 0x0F;
    *p++ = static_cast<std::uint8_t>(opcode);
    return p;
  }
  /// REX if needed, opcode, and ModRM of two registers; `byte` forces a REX so that the low bytes of rsi and rdi can be named.
  [[gnu::always_inline]] static std::uint8_t* encode(std::uint8_t* p, bool wide, unsigned opcode, unsigned reg, unsigned rm, bool byte = false) {
    const unsigned rex = (wide ? 8u : 0u) | (reg >> 3) << 2 | (rm >> 3);
    *p = static_cast<std::uint8_t>(0x40 | rex);
    p += rex != 0 || byte;
    p = put_opcode(p, opcode);
    *p++ = static_cast<std::uint8_t>(0xC0 | (reg & 7) << 3 | (rm & 7));
    return p;
  }
  [[gnu::always_inline]] static std::uint8_t* encode(std::uint8_t* p, bool wide, unsigned opcode, unsigned reg, Gp rm, bool byte = false) {
    return encode(p, wide, opcode, reg, number(rm), byte);
  }
  [[gnu::always_inline]] static std::uint8_t* encode(std::uint8_t* p, bool wide, unsigned opcode, unsigned reg, const Mem& mem, bool byte = false) {
    const unsigned rex = (wide ? 8u : 0u) | (reg >> 3) << 2 | (number(mem.index) >> 3) << 1 | (number(mem.base) >> 3);
    *p = static_cast<std::uint8_t>(0x40 | rex);
    p += rex != 0 || byte;
    return address(put_opcode(p, opcode), reg, mem);
  }
  /// ModRM, SIB and displacement. Written as if all were there; the next bytes overwrite what is not.
  [[gnu::always_inline]] static std::uint8_t* address(std::uint8_t* p, unsigned reg, const Mem& mem) {
    const unsigned base = number(mem.base) & 7, index = number(mem.index);
    const bool sib = index != number(Gp::none) || base == 4;
    const unsigned mod = mem.disp == 0 && base != 5 ? 0u : fits8(mem.disp) ? 1u : 2u;
    *p++ = static_cast<std::uint8_t>(mod << 6 | (reg & 7) << 3 | (sib ? 4u : base));
    *p = static_cast<std::uint8_t>(mem.scale_log2 << 6 | (index & 7) << 3 | base);
    p += sib;
    put32(p, static_cast<std::uint32_t>(mem.disp));
    return p + (0x410 >> 4 * mod & 7);
  }
  /// Three-byte VEX: `map` 1 = 0F, 2 = 0F38, 3 = 0F3A; `pp` 0..3 = none 66 F3 F2.
  static std::uint8_t* vex(std::uint8_t* p, unsigned map, unsigned pp, bool wide, unsigned opcode, unsigned reg, unsigned second, unsigned rm) {
    p = vex_prefix(p, map, pp, wide, reg, second, 0, rm);
    *p++ = static_cast<std::uint8_t>(opcode);
    *p++ = static_cast<std::uint8_t>(0xC0 | (reg & 7) << 3 | (rm & 7));
    return p;
  }
  static std::uint8_t* vex(std::uint8_t* p, unsigned map, unsigned pp, bool wide, unsigned opcode, unsigned reg, unsigned second, const Mem& mem) {
    p = vex_prefix(p, map, pp, wide, reg, second, number(mem.index), number(mem.base));
    *p++ = static_cast<std::uint8_t>(opcode);
    return address(p, reg, mem);
  }
  static std::uint8_t* vex_prefix(std::uint8_t* p, unsigned map, unsigned pp, bool wide, unsigned reg, unsigned second, unsigned index, unsigned base) {
    if (map == 1 && !wide && base < 8 && index < 8) {
      *p++ = 0xC5;
      *p++ = static_cast<std::uint8_t>((reg < 8 ? 0x80u : 0u) | (~second & 15) << 3 | pp);
      return p;
    }
    *p++ = 0xC4;
    *p++ = static_cast<std::uint8_t>((reg < 8 ? 0x80u : 0u) | (index < 8 ? 0x40u : 0u) | (base < 8 ? 0x20u : 0u) | map);
    *p++ = static_cast<std::uint8_t>((wide ? 0x80u : 0u) | (~second & 15) << 3 | pp);
    return p;
  }

  static constexpr unsigned number_of(const Mem& mem) { return number(mem.base); }
  static constexpr unsigned number_of(Xmm reg) { return number(reg); }
  static constexpr unsigned number_of(Gp reg) { return number(reg); }
  static constexpr unsigned number_of(const Label&) { return 0; }
  /// ModRM and what belongs to it. Of a label, the displacement is not written yet.
  template <class Rm> static std::uint8_t* operand(std::uint8_t* p, unsigned reg, const Rm& rm) {
    if constexpr (std::is_same_v<Rm, Mem>) return address(p, reg, rm);
    else if constexpr (std::is_same_v<Rm, Label>) return *p++ = static_cast<std::uint8_t>((reg & 7) << 3 | 5), p + 4;
    else return *p++ = static_cast<std::uint8_t>(0xC0 | (reg & 7) << 3 | (number(rm) & 7)), p;
  }
  template <class Rm> static constexpr unsigned index_of(const Rm& rm) {
    if constexpr (std::is_same_v<Rm, Mem>) return number(rm.index);
    else return 0;
  }
  template <class Rm> void legacy(Packed op, unsigned reg, Rm& rm) {
    const auto bits = static_cast<unsigned>(op), prefix = bits >> 10 & 3, map = bits >> 8 & 3;
    write([&](auto* p) {
      if (prefix != 0) *p++ = static_cast<std::uint8_t>(prefix == 1 ? 0x66 : 0xF5 - prefix);
      const unsigned rex = (bits >> 12 & 1) << 3 | (reg >> 3) << 2 | (index_of(rm) >> 3) << 1 | number_of(rm) >> 3;
      if (rex != 0) *p++ = static_cast<std::uint8_t>(0x40 | rex);
      *p++ = 0x0F;
      if (map != 1) *p++ = map == 2 ? 0x38 : 0x3A;
      *p++ = static_cast<std::uint8_t>(bits);
      return operand(p, reg, rm);
    });
    if constexpr (std::is_same_v<std::remove_const_t<Rm>, Label>) refer(rm);
  }
  template <class Rm> void vex(Packed op, unsigned reg, unsigned second, Rm& rm) {
    const auto bits = static_cast<unsigned>(op);
    write([&](auto* p) {
      p = vex_prefix(p, bits >> 8 & 3, bits >> 10 & 3, (bits >> 12 & 1) != 0, reg, second, index_of(rm), number_of(rm));
      *p++ = static_cast<std::uint8_t>(bits);
      return operand(p, reg, rm);
    });
    if constexpr (std::is_same_v<std::remove_const_t<Rm>, Label>) refer(rm);
  }
  void put_immediate(std::uint8_t imm) {
    write([&](auto* p) { return put8(p, imm); });
  }
  static VectorOperand vector(Xmm reg) { return x86::xmm(number(reg)); }
  void evex(asmjit::Error error) {
    if (error != asmjit_ok) failed_ = true;
    ensure();
  }
  /// An instruction whose opcode is `opcode` for bytes, and the next one for all other sizes.
  static std::uint8_t* access(std::uint8_t* p, unsigned bytes, unsigned opcode, unsigned reg, const Mem& mem) {
    if (bytes == 2) *p++ = 0x66;
    return encode(p, bytes == 8, bytes == 1 ? opcode : opcode + 1, reg, mem, bytes == 1 && reg >= 4);
  }
  template <class F> void locked(F&& rest) { prefixed(0xF0, rest); }

  template <class Rm> [[gnu::always_inline]] void emit(Width width, unsigned opcode, unsigned reg, Rm rm) {
    write([&](auto* p) __attribute__((always_inline)) { return encode(p, width == Width::w64, opcode, reg, rm); });
  }
  void emit_byte(unsigned opcode, unsigned reg, Mem mem) {
    write([&](auto* p) { return encode(p, false, opcode, reg, mem, reg >= 4); });
  }
  template <class Rm> void emit_imm32(Width width, unsigned opcode, unsigned reg, Rm rm, std::int32_t imm) {
    write([&](auto* p) { return put32(encode(p, width == Width::w64, opcode, reg, rm), static_cast<std::uint32_t>(imm)); });
  }
  template <class Rm> void immediate(Alu op, Width width, Rm rm, std::int32_t imm) {
    if (fits8(imm)) write([&](auto* p) { return put8(encode(p, width == Width::w64, 0x83, static_cast<unsigned>(op), rm), static_cast<std::uint8_t>(imm)); });
    else emit_imm32(width, 0x81, static_cast<unsigned>(op), rm, imm);
  }
  template <class F> void prefixed(std::uint8_t byte, F&& rest) {
    write([&](auto* p) { return *p++ = byte, rest(p); });
  }
  void sse(unsigned mandatory, unsigned opcode, unsigned reg, Xmm rm) {
    write([&](auto* p) {
      if (mandatory != 0) *p++ = static_cast<std::uint8_t>(mandatory);
      return encode(p, false, 0x0F00 | opcode, reg, number(rm));
    });
  }
  void sse(unsigned mandatory, unsigned opcode, unsigned reg, Mem rm) {
    write([&](auto* p) {
      if (mandatory != 0) *p++ = static_cast<std::uint8_t>(mandatory);
      return encode(p, false, 0x0F00 | opcode, reg, rm);
    });
  }
  void short_form(unsigned opcode, Gp reg) {
    write([&](auto* p) {
      if (number(reg) >= 8) *p++ = 0x41;
      return *p++ = static_cast<std::uint8_t>(opcode | (number(reg) & 7)), p;
    });
  }

  bool reaches(const Label& label, std::uint32_t length) const { return offset() + length - label.position_ <= 128; }
  void short_jump(std::uint8_t opcode, const Label& label) {
    const std::uint32_t end = offset() + 2;
    write([&](auto* p) { return *p++ = opcode, *p++ = static_cast<std::uint8_t>(label.position_ - end), p; });
  }
  /// The four bytes just written are a displacement to `label`.
  void refer(Label& label) {
    if (failed_) return;
    const std::uint32_t field = offset() - 4;
    if (label.is_bound()) return write32(field, label.position_ - offset());
    write32(field, label.chain_);
    label.chain_ = field;
  }

  asmjit::CodeHolder code_;
  x86::Assembler assembler_;
  std::uint32_t most_;
  bool failed_ = false;
};

}  // namespace wasmer::masm
