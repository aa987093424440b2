#pragma once
/// \file
/// x86-64's registers, memory operands and conditions as the macro assembler names them.

#include <bit>
#include <cstdint>
#include <initializer_list>

namespace wasmer::masm {

/// A general-purpose register by its hardware number. As an index, rsp's number stands for none.
enum class Gp : std::uint8_t { rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15, none = rsp };

/// A vector register by its hardware number.
enum class Xmm : std::uint8_t { xmm0, xmm1, xmm2, xmm3, xmm4, xmm5, xmm6, xmm7, xmm8, xmm9, xmm10, xmm11, xmm12, xmm13, xmm14, xmm15 };

/// Operand width of an integer instruction.
enum class Width : std::uint8_t { w32, w64 };

/// Operand width of a scalar float instruction. Moves have a third one, that of a whole vector register.
enum class FloatWidth : std::uint8_t { f32, f64, v128 };

constexpr unsigned number(Gp reg) { return static_cast<unsigned>(reg); }
constexpr unsigned number(Xmm reg) { return static_cast<unsigned>(reg); }

/// A register of either file: general-purpose ones are 0..15, vector ones 16..31. The numbering of register sets.
class Reg {
 public:
  constexpr Reg() = default;
  constexpr Reg(Gp reg) : code_(static_cast<std::uint8_t>(reg)) {}
  constexpr Reg(Xmm reg) : code_(static_cast<std::uint8_t>(number(reg) + 16)) {}
  static constexpr Reg from_code(unsigned code) {
    Reg reg;
    reg.code_ = static_cast<std::uint8_t>(code);
    return reg;
  }
  constexpr bool is_xmm() const { return code_ >= 16; }
  constexpr Gp gp() const { return static_cast<Gp>(code_); }
  constexpr Xmm xmm() const { return static_cast<Xmm>(code_ - 16); }
  constexpr unsigned code() const { return code_; }
  constexpr bool operator==(const Reg&) const = default;

 private:
  std::uint8_t code_ = 0xFF;
};

/// A set of registers of both files, one bit each.
class RegSet {
 public:
  constexpr RegSet() = default;
  constexpr RegSet(std::initializer_list<Reg> regs) {
    for (const Reg reg : regs) bits_ |= 1u << reg.code();
  }
  static constexpr RegSet from_bits(std::uint32_t bits) {
    RegSet set;
    set.bits_ = bits;
    return set;
  }
  constexpr bool has(Reg reg) const { return bits_ >> reg.code() & 1; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr unsigned size() const { return static_cast<unsigned>(std::popcount(bits_)); }
  constexpr Reg first() const { return Reg::from_code(static_cast<unsigned>(std::countr_zero(bits_))); }
  constexpr void add(Reg reg) { bits_ |= 1u << reg.code(); }
  constexpr void remove(Reg reg) { bits_ &= ~(1u << reg.code()); }
  constexpr RegSet operator&(RegSet other) const { return from_bits(bits_ & other.bits_); }
  constexpr RegSet operator|(RegSet other) const { return from_bits(bits_ | other.bits_); }
  constexpr RegSet operator-(RegSet other) const { return from_bits(bits_ & ~other.bits_); }
  constexpr std::uint32_t bits() const { return bits_; }
  constexpr bool operator==(const RegSet&) const = default;

  /// Calls `f(Reg)` for each member, in the order of the codes.
  template <class F> constexpr void for_each(F&& f) const {
    for (std::uint32_t rest = bits_; rest != 0; rest &= rest - 1) f(Reg::from_code(static_cast<unsigned>(std::countr_zero(rest))));
  }

 private:
  std::uint32_t bits_ = 0;
};

/// A memory operand: base + index << scale + displacement.
struct Mem {
  Gp base;
  std::int32_t disp = 0;
  Gp index = Gp::none;
  std::uint8_t scale_log2 = 0;
};

/// A condition by its hardware number; flipping the low bit negates it.
enum class Condition : std::uint8_t { o, no, b, ae, e, ne, be, a, s, ns, p, np, l, ge, le, g };

constexpr Condition negate(Condition condition) { return static_cast<Condition>(static_cast<std::uint8_t>(condition) ^ 1); }

/// The condition that holds of (b, a) when `condition` holds of (a, b).
constexpr Condition swap_operands(Condition condition) {
  switch (condition) {
    case Condition::b: return Condition::a;
    case Condition::a: return Condition::b;
    case Condition::ae: return Condition::be;
    case Condition::be: return Condition::ae;
    case Condition::l: return Condition::g;
    case Condition::g: return Condition::l;
    case Condition::ge: return Condition::le;
    case Condition::le: return Condition::ge;
    default: return condition;
  }
}

}  // namespace wasmer::masm
