#pragma once
/// \file
/// The signature column of opcodes.def as types. Rules depend on an instruction's signature and not on the instruction, so that instructions which
/// share one share the code that checks it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wasmer/wasm/opcode.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::reader {

/// A signature as a template argument: "ii:i". (It looks for its colon by hand: under g++'s UndefinedBehaviorSanitizer a string_view of a template
/// argument is not constant once it is searched.)
struct Signature {
  char text[8] = {};
  std::uint8_t colon = 0, size = 0;
  constexpr explicit Signature(std::string_view letters) : colon(static_cast<std::uint8_t>(letters.size())) {
    for (const char letter : letters) {
      if (letter == ':') colon = size;
      text[size++] = letter;
    }
  }
  constexpr std::string_view operands() const { return {text, colon}; }
  constexpr std::string_view results() const { return {text + colon + 1, std::size_t{size} - colon - 1u}; }
  constexpr bool has_rule_of_its_own() const { return text[0] == '*'; }
  /// Whether it depends on the memory's address type.
  constexpr bool has_address() const {
    for (const char letter : text)
      if (letter == 'a') return true;
    return false;
  }
  constexpr bool operator==(const Signature&) const = default;
};

template <Op op> inline constexpr Signature signature_of{info(op).signature};

/// The type that a letter stands for; `a` is the memory's address type.
constexpr ValueType type_of(char letter, ValueType address) {
  switch (letter) {
    case 'i': return ValueType::i32;
    case 'l': return ValueType::i64;
    case 'f': return ValueType::f32;
    case 'd': return ValueType::f64;
    case 'v': return ValueType::v128;
    default: return address;
  }
}

/// A signature's operands and results, where the memory's addresses are of type `address`.
template <Signature signature, ValueType::Kind address> struct SignatureTypes {
  static constexpr auto types(auto letters) {
    std::array<ValueType, letters().size()> types{};
    for (std::size_t i = 0; i < types.size(); ++i) types[i] = type_of(letters()[i], address);
    return types;
  }
  static constexpr auto operands = types([] { return signature.operands(); });
  static constexpr auto results = types([] { return signature.results(); });
};

}  // namespace wasmer::reader
