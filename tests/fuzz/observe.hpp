#pragma once
/// \file
/// Runs a generated program and writes down everything that can be seen of it. NaNs are all alike.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "../backend/engine.hpp"
#include "generator.hpp"

namespace wasmer::fuzz {

inline std::string hex(std::uint64_t bits, unsigned digits) {
  std::string text;
  while (digits-- != 0) text += "0123456789abcdef"[bits >> 4 * digits & 15];
  return text;
}

inline std::string to_text(const Value& value) {
  if (value.type() == ValueType::f32) return value.f32() != value.f32() ? "nan" : hex(value.bits(), 8);
  if (value.type() == ValueType::f64) return value.f64() != value.f64() ? "nan" : hex(value.bits(), 16);
  return hex(value.bits(), value.type() == ValueType::i32 ? 8 : 16);
}

/// A number that depends on every byte.
inline std::uint32_t digest(std::span<const std::byte> bytes) {
  std::uint32_t sum = 0x811C'9DC5;
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data() + i, std::min<std::size_t>(4, bytes.size() - i));
    sum = (std::rotl(sum, 5) ^ word) * 0x0100'0193;
  }
  return sum;
}

/// A line for each call, then one for the memory and one for each global.
inline std::string observe(tests::Setting setting, const Program& program) {
  const auto guest = tests::Guest::make(setting, program.bytes);
  if (!guest.has_value()) return "error " + guest.error().message();
  std::string text;
  for (const PlannedCall& call : program.calls) {
    std::vector<Value> arguments;
    for (std::size_t i = 0; i < call.types.size(); ++i) {
      constexpr auto type_of = [](Type type) {
        return type == Type::i32 ? ValueType::i32 : type == Type::i64 ? ValueType::i64 : type == Type::f32 ? ValueType::f32 : ValueType::f64;
      };
      // The upper half of an i32's register is undefined at a call: here it is full of ones.
      const std::uint64_t rubbish = call.types[i] == Type::i32 ? 0xFFFF'FFFF'0000'0000 : 0;
      arguments.emplace_back(ValueType(type_of(call.types[i])), call.arguments[i] | rubbish);
    }
    const auto results = guest.assume_value().call("f" + std::to_string(call.function), arguments);
    text += "f" + std::to_string(call.function) + ":";
    if (!results.has_value()) text.append(" ").append(info(results.error().id()).name);
    else
      for (const Value& result : results.assume_value()) text += " " + to_text(result);
    text += "\n";
  }
  const auto memory = guest.assume_value().memory();
  text += "memory " + std::to_string(memory.size()) + " " + hex(digest(memory), 8) + "\n";
  for (std::uint32_t i = 0; i < 9; ++i) text += "g" + std::to_string(i) + " " + to_text(guest.assume_value().global("g" + std::to_string(i))) + "\n";
  return text;
}

}  // namespace wasmer::fuzz
