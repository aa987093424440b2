#pragma once
/// \file
/// Damages bytes as transmission and ill will do: cuts them off, flips bits, overwrites, repeats, removes and inserts pieces.

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <vector>

#include "../fuzz/random.hpp"

namespace wasmer::tests {

/// How many damaged inputs a test tries: the variable WASMER_DAMAGED says how many all of them together do, 2000 without it.
inline std::size_t damaged_inputs() {
  const char* const wanted = std::getenv("WASMER_DAMAGED");
  const auto count = wanted == nullptr ? 0 : std::strtoull(wanted, nullptr, 10);
  return count == 0 ? 2000 : static_cast<std::size_t>(count);
}

/// `bytes`, not empty, after one to three accidents.
template <class Byte> std::vector<Byte> damaged(std::vector<Byte> bytes, fuzz::Random& random) {
  for (std::uint32_t accidents = 1 + random.below(3); accidents != 0 && !bytes.empty(); --accidents) {
    const std::size_t at = random.below(bytes.size());
    const std::size_t length = std::min<std::size_t>(bytes.size() - at, 1 + random.below(16));
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at), end = begin + static_cast<std::ptrdiff_t>(length);
    switch (random.below(8)) {
      case 0: bytes.resize(at); break;
      case 1:
      case 2:
      case 3:
        for (std::uint32_t flips = 1 + random.below(8); flips != 0; --flips) {
          Byte& byte = bytes[random.below(bytes.size())];
          byte = static_cast<Byte>(static_cast<unsigned char>(byte) ^ 1u << random.below(8));
        }
        break;
      case 4: *begin = static_cast<Byte>(random.next()); break;
      case 5: bytes.erase(begin, end); break;
      case 6: {
        const std::vector<Byte> piece(begin, end);
        bytes.insert(bytes.begin() + random.below(bytes.size() + 1), piece.begin(), piece.end());
        break;
      }
      case 7: std::fill(begin, end, static_cast<Byte>(random.chance(50) ? 0xFF : 0x80)); break;  // numbers that never end
    }
  }
  return bytes;
}

}  // namespace wasmer::tests
