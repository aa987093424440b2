#pragma once
/// \file
/// Which slot each register holds, compared all at once.

#include <array>
#include <cstdint>

#include <emmintrin.h>

#include <wasmer/backend/masm/registers.hpp>

namespace wasmer::singlepass {

/// A slot for each of the 32 registers, by their codes. Entries of registers that hold nothing mean nothing.
class RegisterMap {
 public:
  std::uint32_t operator[](masm::Reg reg) const { return slots_[reg.code()]; }
  std::uint32_t& operator[](masm::Reg reg) { return slots_[reg.code()]; }

  /// The registers that have the same slot in both.
  masm::RegSet same(const RegisterMap& other) const {
    return collect([&](unsigned i) { return _mm_cmpeq_epi32(four(i), other.four(i)); });
  }
  /// The registers whose slots are below `limit`.
  masm::RegSet below(std::uint32_t limit) const {
    const __m128i sign = _mm_set1_epi32(INT32_MIN), most = _mm_set1_epi32(static_cast<std::int32_t>(limit ^ 0x8000'0000));
    return collect([&](unsigned i) { return _mm_cmplt_epi32(_mm_xor_si128(four(i), sign), most); });
  }

 private:
  __m128i four(unsigned i) const { return _mm_load_si128(reinterpret_cast<const __m128i*>(slots_.data()) + i); }

  /// One bit a register, of the masks that `compare` gives for each four of them.
  template <class Compare> static masm::RegSet collect(Compare compare) {
    const auto sixteen = [&](unsigned i) {
      const __m128i low = _mm_packs_epi32(compare(i), compare(i + 1)), high = _mm_packs_epi32(compare(i + 2), compare(i + 3));
      return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(low, high)));
    };
    return masm::RegSet::from_bits(sixteen(0) | sixteen(4) << 16);
  }

  alignas(16) std::array<std::uint32_t, 32> slots_;
};

}  // namespace wasmer::singlepass
