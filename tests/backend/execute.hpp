#pragma once
/// \file
/// Runs text modules under every tuning of every backend, and gives what comes out as words to compare.

#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine.hpp"

namespace wasmer::tests {

/// Integers signed and in decimal; floats as short as can be; all NaNs alike.
inline std::string to_words(const Value& value) {
  const auto digits = [](auto number) {
    char text[64];
    return std::string(text, std::to_chars(text, text + sizeof text, number).ptr);
  };
  if (value.type() == ValueType::i32) return digits(value.i32());
  if (value.type() == ValueType::i64) return digits(value.i64());
  if (value.type() == ValueType::f32) return value.f32() != value.f32() ? "nan" : digits(value.f32());
  if (value.type() == ValueType::f64) return value.f64() != value.f64() ? "nan" : digits(value.f64());
  return value.is_null() ? "null" : "reference";
}

/// Results with a space between, or the trap's words.
inline std::string to_words(const Result<std::vector<Value>>& results) {
  if (!results.has_value()) return std::string(results.error().words());
  std::string text;
  for (const Value& value : results.assume_value()) text.append(text.empty() ? "" : " ").append(to_words(value));
  return text;
}

/// One module under all tunings.
class Guests {
 public:
  explicit Guests(std::string_view text, std::span<const Setting> settings = all_settings()) : settings_(settings) {
    for (const Setting setting : settings) guests_.push_back(Guest::make(setting, text));
  }
  /// What the call gives; when tunings differ, what each of them gives.
  std::string call(std::string_view name, std::initializer_list<Value> arguments = {}) const { return call(name, std::span(arguments.begin(), arguments.size())); }
  std::string call(std::string_view name, std::span<const Value> arguments) const {
    return agreed([&](const Guest& guest) { return to_words(guest.call(name, arguments)); });
  }
  /// What `look(guest)` says of each.
  template <class F> std::string agreed(F&& look) const {
    std::string first, all;
    bool same = true;
    for (std::size_t i = 0; i < guests_.size(); ++i) {
      const std::string words = guests_[i].has_value() ? look(guests_[i].assume_value()) : guests_[i].error().message();
      if (i == 0) first = words;
      same = same && words == first;
      all += "\n  " + to_string(settings_[i]) + ": " + words;
    }
    return same ? first : "the tunings differ:" + all;
  }
  const Guest& operator[](std::size_t index) const { return guests_[index].value(); }

 private:
  std::span<const Setting> settings_;
  std::vector<Result<Guest>> guests_;
};

/// For a module that is called once.
inline std::string execute(std::string_view text, std::string_view name, std::initializer_list<Value> arguments = {}) { return Guests(text).call(name, arguments); }

/// An i32 whose register has an upper half that is not part of it.
inline Value dirty(std::uint32_t value) { return Value(ValueType::i32, 0xDEAD'BEEF'0000'0000 | value); }

}  // namespace wasmer::tests
