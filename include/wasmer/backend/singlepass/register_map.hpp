#pragma once
/// \file
/// Which slot each register holds, compared all at once.

#include <algorithm>
#include <array>
#include <cstdint>

#include <emmintrin.h>

#include <wasmer/backend/masm/registers.hpp>

namespace wasmer::singlepass {

/// A slot for each of the 32 registers, by their codes. Entries of registers that hold nothing mean nothing. Most code has nothing in vector registers: that
/// half is then not looked at.
class RegisterMap {
 public:
  std::uint32_t operator[](masm::Reg reg) const { return slots_[reg.code()]; }
  std::uint32_t& operator[](masm::Reg reg) { return slots_[reg.code()]; }

  /// The registers of `among` that have the same slot in both.
  masm::RegSet same(const RegisterMap& other, masm::RegSet among) const {
    return collect(among, [&](unsigned i) { return _mm_cmpeq_epi32(four(i), other.four(i)); });
  }
  /// The registers of `among` whose slots are below `limit`.
  masm::RegSet below(std::uint32_t limit, masm::RegSet among) const {
    const __m128i sign = _mm_set1_epi32(INT32_MIN), most = _mm_set1_epi32(static_cast<std::int32_t>(limit ^ 0x8000'0000));
    return collect(among, [&](unsigned i) { return _mm_cmplt_epi32(_mm_xor_si128(four(i), sign), most); });
  }
  /// Takes over what `other` says of `regs`; of others it may say anything.
  void assign(const RegisterMap& other, masm::RegSet regs) {
    std::copy_n(other.slots_.begin(), half, slots_.begin());
    if (has_vectors(regs)) std::copy_n(other.slots_.begin() + half, half, slots_.begin() + half);
  }

 private:
  static constexpr unsigned half = 16;
  static bool has_vectors(masm::RegSet regs) { return regs.bits() >> half != 0; }

  __m128i four(unsigned i) const { return _mm_load_si128(reinterpret_cast<const __m128i*>(slots_.data()) + i); }

  /// Those of `among` for which `compare` gives ones: masks for four registers at a time.
  template <class Compare> static masm::RegSet collect(masm::RegSet among, Compare compare) {
    const auto sixteen = [&](unsigned i) {
      const __m128i low = _mm_packs_epi32(compare(i), compare(i + 1)), high = _mm_packs_epi32(compare(i + 2), compare(i + 3));
      return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(low, high)));
    };
    std::uint32_t bits = sixteen(0);
    if (has_vectors(among)) bits |= sixteen(4) << half;
    return masm::RegSet::from_bits(bits) & among;
  }

  alignas(16) std::array<std::uint32_t, 32> slots_;
};

}  // namespace wasmer::singlepass
