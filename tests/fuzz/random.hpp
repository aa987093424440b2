#pragma once
/// \file
/// Numbers that look random and are the same everywhere for one seed, and the constants that programs trip over.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>

namespace wasmer::fuzz {

/// splitmix64: any seed will do, 0 included.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E37'79B9'7F4A'7C15;
    z = (z ^ z >> 30) * 0xBF58'476D'1CE4'E5B9;
    z = (z ^ z >> 27) * 0x94D0'49BB'1331'11EB;
    return z ^ z >> 31;
  }
  /// 0 to `count` - 1; `count` is not 0.
  std::uint32_t below(std::size_t count) { return static_cast<std::uint32_t>(next() % count); }
  /// True in `percent` of a hundred cases.
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class Container> const auto& pick(const Container& container) { return *std::next(std::begin(container), below(std::size(container))); }

  /// An i32 or i64 by its bits: half of the time one next to a boundary.
  std::uint64_t integer() {
    static constexpr std::uint64_t edges[] = {
        0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 31, 32, 33, 63, 64, 65, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x1'0000,
        0x7FFF'FFFF, 0x8000'0000, 0x8000'0001, 0xFFFF'FFFF, 0x1'0000'0000, 0x1'8000'0000, 0x7FFF'FFFF'FFFF'FFFF, 0x8000'0000'0000'0000};
    switch (below(4)) {
      case 0: return pick(edges);
      case 1: return ~pick(edges) + below(2);
      case 2: return below(256);
      default: return next();
    }
  }
  std::uint32_t f32() {
    static constexpr float infinity = std::numeric_limits<float>::infinity();
    static constexpr float edges[] = {0, 1, 0.5f, 1.5f, 2.5f, 3.0e-39f, 100.25f, 2147483520.0f, 2147483648.0f, 4294967040.0f, 4294967296.0f,
                                      9223371487098961920.0f, 9223372036854775808.0f, 18446744073709551616.0f, 3.0e38f, infinity, std::numeric_limits<float>::quiet_NaN()};
    if (chance(20)) return static_cast<std::uint32_t>(next());
    return std::bit_cast<std::uint32_t>(pick(edges)) | (chance(40) ? 0x8000'0000u : 0);
  }
  std::uint64_t f64() {
    static constexpr double infinity = std::numeric_limits<double>::infinity();
    static constexpr double edges[] = {0, 1, 0.5, 1.5, 2.5, 3.0e-310, 100.25, 2147483647.0, 2147483647.5, 2147483648.0, 2147483649.0, 4294967295.0, 4294967295.5,
                                       4294967296.0, 9223372036854774784.0, 9223372036854775808.0, 18446744073709549568.0, 18446744073709551616.0, 1.0e300,
                                       infinity, std::numeric_limits<double>::quiet_NaN()};
    if (chance(20)) return next();
    return std::bit_cast<std::uint64_t>(pick(edges)) | (chance(40) ? std::uint64_t{1} << 63 : 0);
  }

 private:
  std::uint64_t state_;
};

/// Choices of unequal likelihood. Each function gets its own: programs that do only a few things, but those often, go where mixed ones do not.
template <std::size_t count> class Weights {
 public:
  Weights(Random& random, const std::array<std::uint8_t, count>& usual) {
    static constexpr std::uint32_t factors[] = {0, 1, 1, 2, 6};
    for (std::size_t i = 0; i < count; ++i) sums_[i] = total_ += usual[i] * random.pick(factors);
    if (total_ == 0) sums_.back() = total_ = 1;
  }
  std::uint32_t pick(Random& random) const {
    const std::uint32_t dice = random.below(total_);
    std::uint32_t i = 0;
    while (sums_[i] <= dice) ++i;
    return i;
  }

 private:
  std::array<std::uint32_t, count> sums_{};
  std::uint32_t total_ = 0;
};

}  // namespace wasmer::fuzz
