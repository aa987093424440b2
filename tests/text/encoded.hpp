#pragma once
/// \file
/// Texts as their encoding, or as what is wrong with them.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <wasmer/support/bytes.hpp>
#include <wasmer/text/parser.hpp>

namespace wasmer::tests {

inline std::string hex(std::span<const std::byte> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    if (!text.empty()) text += ' ';
    text += digits[std::to_integer<unsigned>(byte) >> 4];
    text += digits[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

/// The sections that `source` becomes, in hexadecimal and without a name section; or the error's message.
inline std::string encoded(std::string_view source) {
  const auto module = wat(source, "<text>", {.names = false});
  if (!module.has_value()) return module.assume_error().message();
  return hex(std::span(module.assume_value()).subspan(8));
}

/// The instructions of the last function of a module that consists of `fields` and of one more function, their final `end` left out; or the error's message.
inline std::string body(std::string_view instructions, std::string_view fields = "") {
  const auto module = wat("(module " + std::string(fields) + "\n(func " + std::string(instructions) + "))", "<text>", {.names = false});
  if (!module.has_value()) return module.assume_error().message();
  ByteReader sections(std::span(module.assume_value()).subspan(8), 8);
  while (!sections.at_end()) {
    const std::uint8_t id = sections.u8();
    ByteReader section(sections.bytes(sections.u32()), 0);
    if (id != 10) continue;
    std::span<const std::byte> last;
    for (std::uint32_t count = section.u32(); count != 0; --count) last = section.bytes(section.u32());
    ByteReader code(last, 0);
    for (std::uint32_t runs = code.u32(); runs != 0; --runs) code.u32(), code.u8();
    return hex(code.bytes(code.remaining() - 1));
  }
  return "no code";
}

}  // namespace wasmer::tests
