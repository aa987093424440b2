#pragma once
/// \file
/// The signature column of opcodes.def as types. Rules depend on an instruction's signature and not on the instruction, so that instructions which
/// share one share the code that checks it.

#include <array>
#include <cstddef>
#include <string_view>

#include <wasmer/wasm/opcode.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::reader {

/// A signature as a template argument: "ii:i".
struct Signature {
  char text[8] = {};
  constexpr explicit Signature(std::string_view letters) {
    for (std::size_t i = 0; i < letters.size(); ++i) text[i] = letters[i];
  }
  constexpr std::string_view letters() const { return text; }
  constexpr std::string_view operands() const { return letters().substr(0, letters().find(':')); }
  constexpr std::string_view results() const { return letters().substr(letters().find(':') + 1); }
  constexpr bool has_rule_of_its_own() const { return text[0] == '*'; }
  /// Whether it depends on the memory's address type.
  constexpr bool has_address() const { return letters().find('a') != std::string_view::npos; }
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
