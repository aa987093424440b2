#pragma once
/// \file
/// The frame of a Singlepass function and the roles of its registers.
///
///   [rbp + 8]          return address
///   [rbp]              caller's rbp
///   [rbp - 8]          the function's context
///   [rbp - 16 ...]     rbx, r12, r13, r14, r15 as far as the function uses them, each in its own slot
///   [rbp - 56 ...]     homes: one word for each local, then for the hidden `rest` pointer, then for each operand; two words each, and aligned,
///                      in functions that keep vectors there
///   [rsp ...]          results 2..n of callees

#include <cstdint>

#include <wasmer/backend/masm/registers.hpp>

namespace wasmer::singlepass {

using masm::Gp;
using masm::Mem;
using masm::Reg;
using masm::RegSet;
using masm::Xmm;

/// Holds the function's context whenever `Emitter::context_valid`, and always at a call within the module.
inline constexpr Gp context_register = Gp::rdi;
/// Holds the base of memory 0 whenever `Emitter::memory_valid`; a callee's entry or funcref just before a call.
inline constexpr Gp memory_register = Gp::r11;
/// Never hold a value from one instruction to the next.
inline constexpr Gp scratch = Gp::r10;
inline constexpr Xmm float_scratch = Xmm::xmm15;

inline constexpr RegSet callee_saved{Gp::rbx, Gp::r12, Gp::r13, Gp::r14, Gp::r15};
inline constexpr RegSet general{Gp::rax, Gp::rcx, Gp::rdx, Gp::rsi, Gp::r8, Gp::r9, Gp::rbx, Gp::r12, Gp::r13, Gp::r14, Gp::r15};
inline constexpr RegSet vector = RegSet::from_bits(0x7FFF'0000);
inline constexpr RegSet caller_saved = (general | vector) - callee_saved;

/// Argument registers of the System V ABI, the context's (rdi) left out.
inline constexpr Gp integer_arguments[] = {Gp::rsi, Gp::rdx, Gp::rcx, Gp::r8, Gp::r9};
inline constexpr unsigned float_argument_count = 8;

inline constexpr Mem saved_context{Gp::rbp, -8};

/// Where a callee-saved register is kept.
constexpr Mem saved_register(Gp reg) {
  return {Gp::rbp, reg == Gp::rbx ? -16 : -24 - 8 * static_cast<std::int32_t>(masm::number(reg) - masm::number(Gp::r12))};
}

inline constexpr std::int32_t homes_begin = 48;

/// Bytes of a home, where no vector has to lie in one, and where one has.
inline constexpr std::int32_t narrow_home = 8, wide_home = 16;

/// The home of the local or operand at `slot`, where each has `size` bytes.
constexpr Mem home(std::uint32_t slot, std::int32_t size) { return {Gp::rbp, -homes_begin - size * (static_cast<std::int32_t>(slot) + 1)}; }

/// Bytes reserved before a body for its prologue, which ends where the body begins.
inline constexpr std::uint32_t prologue_space = 64;

}  // namespace wasmer::singlepass
