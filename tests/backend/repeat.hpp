#pragma once
/// \file
/// Text that says the same many times.

#include <concepts>
#include <string>
#include <string_view>

namespace wasmer::tests {

inline std::string repeat(int count, std::string_view text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

/// `count` times what `line` makes of 0, 1, 2, ...
template <std::invocable<int> F> std::string repeat(int count, F&& line) {
  std::string text;
  for (int i = 0; i < count; ++i) text += line(i) + "\n";
  return text;
}

}  // namespace wasmer::tests
