#pragma once
/// \file
/// What LLVM is given for text modules, what it makes of them, and what that does, as words to look for and to compare. No test sees LLVM's headers.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "../execute.hpp"

namespace wasmer::tests {

using llvm_backend::Listing;
using llvm_backend::Tuning;

inline std::string ir(std::string_view text, Tuning tuning = {}) { return list_llvm(text, Listing::ir, tuning).value(); }
inline std::string optimized_ir(std::string_view text, Tuning tuning = {}) { return list_llvm(text, Listing::optimized_ir, tuning).value(); }
inline std::string assembly(std::string_view text, Tuning tuning = {.host_cpu = false}) { return list_llvm(text, Listing::assembly, tuning).value(); }

inline bool has(std::string_view text, std::string_view word) { return text.find(word) != text.npos; }
inline std::size_t count(std::string_view text, std::string_view word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + word.size())) ++found;
  return found;
}

/// What one call gives under every tuning of LLVM, and with Singlepass; when they differ, what each of them gives.
inline std::string on_llvm(std::string_view text, std::string_view name, std::initializer_list<Value> arguments = {}) {
  const auto on = [&](Setting setting) {
    const Result<Guest> guest = Guest::make(setting, text);
    return guest.has_value() ? to_words(guest.assume_value().call(name, arguments)) : guest.error().message();
  };
  const std::string expected = on(settings[0]);
  for (const Setting setting : llvm_settings())
    if (const std::string seen = on(setting); seen != expected) return to_string(setting) + ": " + seen + ", but Singlepass: " + expected;
  return expected;
}

}  // namespace wasmer::tests
