#pragma once
/// \file
/// Whether bytes are UTF-8 (spec section 5.2.4; Unicode 15, table 3-7: no surrogates, no overlong forms, at most U+10FFFF).

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wasmer {

constexpr bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto is_tail = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  for (std::size_t i = 0; i < text.size();) {
    const std::uint8_t lead = byte(i);
    if (lead < 0x80) {
      ++i;
    } else if (lead >= 0xC2 && lead <= 0xDF && is_tail(i + 1)) {
      i += 2;
    } else if ((lead & 0xF0) == 0xE0 && is_tail(i + 1) && is_tail(i + 2)) {
      if (lead == 0xE0 && byte(i + 1) < 0xA0) return false;
      if (lead == 0xED && byte(i + 1) > 0x9F) return false;
      i += 3;
    } else if (lead >= 0xF0 && lead <= 0xF4 && is_tail(i + 1) && is_tail(i + 2) && is_tail(i + 3)) {
      if (lead == 0xF0 && byte(i + 1) < 0x90) return false;
      if (lead == 0xF4 && byte(i + 1) > 0x8F) return false;
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace wasmer
