#pragma once
/// \file
/// Names and texts of a module's for a terminal, which would obey control characters.

#include <cstddef>
#include <string>
#include <string_view>

namespace wasmer::tools {

/// The text with its control characters, and the characters of `also`, as the text format escapes bytes: `\1b`.
inline std::string escaped(std::string_view text, std::string_view also = {}) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string safe;
  const auto spell = [&](unsigned char byte) { safe.append({'\\', digits[byte >> 4], digits[byte & 15]}); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]), next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if (byte < 0x20 || byte == 0x7F || also.find(text[i]) != also.npos) spell(byte);
    else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) spell(byte), spell(next), ++i;  // U+0080 to U+009F in UTF-8
    else safe += text[i];
  }
  return safe;
}

/// The text in quotes.
inline std::string in_quotes(std::string_view text) { return "\"" + escaped(text, "\"\\") + "\""; }

}  // namespace wasmer::tools
