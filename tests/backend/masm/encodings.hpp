#pragma once
/// \file
/// Instructions as bytes, once by the macro assembler and once by asmjit, over all operands.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <wasmer/backend/masm/masm.hpp>

namespace wasmer::tests {

namespace x86 = asmjit::x86;
using Code = std::vector<std::uint8_t>;

inline std::string to_text(const Code& code) {
  std::string text;
  for (const std::uint8_t byte : code) {
    if (!text.empty()) text += ' ';
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

/// What the macro assembler writes.
template <class F> Code encoded(F&& emit) {
  masm::Masm masm;
  emit(masm);
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(masm.code().data());
  return {begin, begin + masm.offset()};
}

/// What asmjit writes; nothing if it refuses. `options` choose among the encodings of one instruction.
template <class F> Code assembled(F&& emit, asmjit::InstOptions options = asmjit::InstOptions::kNone) {
  asmjit::CodeHolder holder;
  holder.init(asmjit::Environment::host());
  x86::Assembler assembler(&holder);
#if ASMJIT_LIBRARY_VERSION >= 0x011200
  assembler.set_inst_options(options);
#else
  assembler.setInstOptions(options);
#endif
  if (emit(assembler) != masm::asmjit_ok) return {};
  return {masm::buffer_begin(assembler), masm::cursor(assembler)};
}

/// Collects where the two differ: one assertion a form, not one an operand.
class Comparison {
 public:
  /// Either assembler's bytes for one instruction; of asmjit's encodings for it any will do.
  template <class F, std::invocable<x86::Assembler&> G> void same(F&& ours, G&& theirs) {
    const Code code = encoded(ours);
    ++count_;
    for (const asmjit::InstOptions options : {asmjit::InstOptions::kNone, asmjit::InstOptions::kX86_ModRM, asmjit::InstOptions::kX86_ModMR})
      if (code == assembled(theirs, options)) return;
    differ(code, assembled(theirs));
  }
  template <class F> void same(F&& ours, const Code& expected) {
    ++count_;
    if (const Code code = encoded(ours); code != expected) differ(code, expected);
  }
  /// The first few differences, or nothing.
  const std::string& differences() const { return differences_; }
  unsigned count() const { return count_; }

 private:
  void differ(const Code& ours, const Code& expected) {
    if (++different_ <= 5) differences_ += to_text(ours) + " rather than " + to_text(expected) + "\n";
  }
  std::string differences_;
  unsigned count_ = 0, different_ = 0;
};

inline std::vector<masm::Gp> all_gp() {
  std::vector<masm::Gp> all;
  for (std::uint8_t i = 0; i < 16; ++i) all.push_back(static_cast<masm::Gp>(i));
  return all;
}
inline std::vector<masm::Xmm> all_xmm() {
  std::vector<masm::Xmm> all;
  for (std::uint8_t i = 0; i < 16; ++i) all.push_back(static_cast<masm::Xmm>(i));
  return all;
}

/// Every base with no displacement, with one of 8 bits and with one of 32; every base with every index, the scale and the displacement going round.
inline std::vector<masm::Mem> all_mem() {
  static constexpr std::int32_t displacements[] = {0, 1, -1, 127, -128, 128, -129, INT32_MAX, INT32_MIN};
  std::vector<masm::Mem> all;
  unsigned turn = 0;
  for (const masm::Gp base : all_gp()) {
    for (const std::int32_t disp : displacements) all.push_back({base, disp});
    for (const masm::Gp index : all_gp())
      if (index != masm::Gp::rsp) all.push_back({base, displacements[turn % 9], index, static_cast<std::uint8_t>(turn % 4)}), ++turn;
  }
  return all;
}

inline x86::Gp gp(masm::Width width, masm::Gp reg) {
  if (width == masm::Width::w64) return x86::gpq(number(reg));
  return x86::gpd(number(reg));
}
inline x86::Gp gp8(masm::Gp reg) { return x86::gpb(number(reg)); }
inline x86::Gp gp16(masm::Gp reg) { return x86::gpw(number(reg)); }
inline x86::Xmm xmm(masm::Xmm reg) { return x86::xmm(number(reg)); }
inline x86::Mem mem(const masm::Mem& at, std::uint32_t size) {
  const x86::Gp base = x86::gpq(number(at.base));
  if (at.index == masm::Gp::none) return x86::ptr(base, at.disp, size);
  return x86::ptr(base, x86::gpq(number(at.index)), at.scale_log2, at.disp, size);
}
inline x86::Mem mem(masm::Width width, const masm::Mem& at) { return mem(at, width == masm::Width::w64 ? 8 : 4); }
inline x86::Mem mem(masm::FloatWidth width, const masm::Mem& at) { return mem(at, width == masm::FloatWidth::f64 ? 8 : 4); }

inline constexpr masm::Width widths[] = {masm::Width::w32, masm::Width::w64};
inline constexpr masm::FloatWidth float_widths[] = {masm::FloatWidth::f32, masm::FloatWidth::f64};
inline constexpr std::int32_t immediates[] = {0, 1, -1, 2, 127, -128, 128, -129, 0x7FFF, 0x12345678, INT32_MAX, INT32_MIN};

}  // namespace wasmer::tests
